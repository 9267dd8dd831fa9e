"""The files that make constructs in; the CDK apps they belong to out: folder, entry file, members."""

from __future__ import annotations

import posixpath
import re

from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.model import Project

_SCRIPT = re.compile(r"[\w@./\\-]+\.(?:[mc]?[jt]sx?|py)\b")
_MODULE = re.compile(r"-m\s+([\w.]+)")


class App(NamedTuple):
    """A program: the folder it is started in (where cdk.json is), the file it starts with, the files of interest."""

    folder: str
    entry: str | None
    members: tuple[str, ...]
    python: bool


def apps(project: Project, paths: Sequence[str]) -> list[App]:
    """Each file belongs to the app whose cdk.json is nearest above it, else to its own folder."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for path in paths:
        compiled = re.sub(r"\.([mc]?)js$", r".\1ts", path)
        if compiled != path and compiled in project.inventory.files:
            continue  # what tsc made of the file beside it
        groups.setdefault((_folder(project, path), path.endswith(".py")), []).append(path)
    return [
        App(folder, _entry(project, folder, python), tuple(members), python)
        for (folder, python), members in sorted(groups.items())
    ]


def _folder(project: Project, path: str) -> str:
    files = project.inventory.files
    folder = posixpath.dirname(path)
    first: str | None = None
    while True:
        if _join(folder, "cdk.json") in files:
            return folder
        if first is None and any(_join(folder, name) in files for name in ("package.json", "app.py", "setup.py")):
            first = folder
        if not folder:
            return posixpath.dirname(path) if first is None else first
        folder = posixpath.dirname(folder)


def _entry(project: Project, folder: str, python: bool) -> str | None:
    """The file that cdk.json's `app` runs, else the one that such apps usually start with."""
    files = project.inventory.files
    document = project.document(_join(folder, "cdk.json"), "json")
    nodes = document.facts if document is not None else None
    command = nodes[0].get("app") if nodes else None
    text = command.value if command is not None and isinstance(command.value, str) else ""
    for script in reversed(_SCRIPT.findall(text)):
        for candidate in (script, re.sub(r"\.([mc]?)js$", r".\1ts", script)):
            path = posixpath.normpath(_join(folder, candidate.replace("\\", "/")))
            if path in files and path.endswith(".py") is python:
                return path
    module = _MODULE.search(text)
    if module and _join(folder, module[1].replace(".", "/") + ".py") in files and python:
        return _join(folder, module[1].replace(".", "/") + ".py")
    bare = [posixpath.normpath(_join(folder, word + ".ts")) for word in re.findall(r"[\w./-]*bin/[\w.-]+", text)]
    usual = ("app.py", "cdk/app.py") if python else ("bin/app.ts", "bin/main.ts", "app.ts", "index.ts", "bin/cdk.ts")
    for path in (*bare, *(_join(folder, name) for name in usual)):
        if path in files and not path.endswith(".py") is not python:
            return path
    if not python:
        started = [path for path in project.inventory.under(_join(folder, "bin")) if path.endswith((".ts", ".js"))]
        started = [path for path in started if not path.endswith(".d.ts")]
        if len(started) == 1:
            return started[0]
    return None


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
