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
            found += pieces.recall(("declared", name), candidates, _declared, declare, project)
        except Exception as error:
            # One file that a dialect trips over must not take the other dialects' functions with it.
            from traceback import format_exception

            where = "".join(format_exception(error)[-2:]).split("\n")[0].strip()
            text = f"the {name} reader failed, its functions are missing: {type(error).__name__}: {error} ({where})"
            project.problems.append(Problem(candidates[0], 1, text))
    return list(_once(_with_images(found, project)))


def _declared(declare: Callable[[Project], Iterable[Declaration]], project: Project) -> list[Declaration]:
    return list(declare(project))


def _with_images(found: list[Declaration], project: Project) -> list[Declaration]:
    """Functions from images with what their Dockerfile adds; the Dockerfiles that they build are no other functions."""
    if not any(item.code.kind == "image" for item in found):
        return found
    from lambdalint.dialects.dockerfile import adopted, completed

    return [completed(item, project) for item in adopted(found)]


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
