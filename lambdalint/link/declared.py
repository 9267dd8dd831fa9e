"""Every dialect's declarations in, each function once out: a build output is the same function as its source."""

from __future__ import annotations

from importlib import import_module

from lambdalint.dialects import dialects
from lambdalint.model import Problem
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdalint.memory import Again, Anew
    from lambdalint.model import Declaration, Project


def declarations(project: Project, pieces: Anew | Again) -> list[Declaration]:
    """All functions that configuration declares, without those that another declaration stands for."""
    found: list[Declaration] = []
    for name in dialects():
        candidates = project.candidates(name)
        if not candidates:
            continue
        try:
            declare = import_module(f"lambdalint.dialects.{name}").declare
            found += pieces.recall(("declared", name), candidates, _declared, declare, project, compared=False)
        except Exception as error:
            # One file that a dialect trips over must not take the other dialects' functions with it.
            from traceback import format_exception

            where = "".join(format_exception(error)[-2:]).split("\n")[0].strip()
            text = f"the {name} reader failed, its functions are missing: {type(error).__name__}: {error} ({where})"
            project.problems.append(Problem(candidates[0], 1, text))
    return list(_once(_by_scripts(_with_images(found, project), project)))


def _declared(declare: Callable[[Project], Iterable[Declaration]], project: Project) -> list[Declaration]:
    return list(declare(project))


def _with_images(found: list[Declaration], project: Project) -> list[Declaration]:
    """Functions from images with what their Dockerfile adds; the Dockerfiles that they build are no other functions."""
    if not any(item.code.kind == "image" for item in found):
        return found
    from lambdalint.dialects.dockerfile.functions import adopted, completed

    return [completed(item, project) for item in adopted(found)]


def _by_scripts(found: list[Declaration], project: Project) -> list[Declaration]:
    """Functions whose package is not in the tree, traced to what a script of the tree makes it from."""
    files, folders = project.inventory.files, project.inventory.folders
    missing = {
        number: item
        for number, item in enumerate(found)
        if item.code.kind in ("archive", "directory") and not item.code.roots
        if item.code.path.known is not None
        if item.code.path.known not in files and item.code.path.known not in folders
    }
    if not missing or not project.candidates("awscli"):
        return found
    from lambdalint.dialects.awscli.builds import archives, holds, packed

    try:
        makers = archives(project)
    except Exception:  # said where the scripts were read for their own functions
        return found
    made = list(found)
    for number, item in missing.items():
        span = item.code.path.span or item.span
        code = packed(makers, str(item.code.path.known), span)
        if code is not None and holds(code, item.handler.known, files):
            made[number] = item._replace(code=code._replace(span=item.code.span or span))
    return made


def _once(found: list[Declaration]) -> Iterator[Declaration]:
    """Each function once: build outputs give way to the source they were built from, when that source is here."""
    sources = {(item.span.path, item.id) for item in found if item.build_of is None}
    by_source: dict[str, int] = {}
    for item in found:
        if item.build_of is None:
            by_source[item.span.path] = by_source.get(item.span.path, 0) + 1
    constructs = {
        path for item in found if item.build_of is None for path in item.setting("construct_path").known or ()
    }
    apps = {item.span.path for item in found if item.build_of is None and item.dialect == "cdk"}
    seen: set[tuple[str, str, int, int]] = set()
    for item in found:
        if item.build_of is not None and ((item.build_of, item.id) in sources or by_source.get(item.build_of)):
            continue
        if item.build_of is not None and constructs.intersection(item.setting("construct_path").known or ()):
            continue  # a synthesised template of a CDK app whose source is read
        if item.build_of is not None and item.build_of.endswith("cdk.json"):
            folder = item.build_of.removesuffix("cdk.json")
            if item.setting("construct_path").known is None and any(path.startswith(folder) for path in apps):
                continue  # a snapshot in a test of such an app
        key = (item.span.path, item.id, item.span.line, item.span.column)
        if key in seen and item.settings.get("instance") is None:
            continue
        seen.add(key)
        yield item
