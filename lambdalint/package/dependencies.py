"""Requirement files and a target in, the requirements that a package gets from them out, each with its line.

Direct ones stand in requirements.txt, pyproject.toml (PEP 621, dependency groups, Poetry, PDM, uv) or Pipfile; what
they bring along comes from the lock file beside them, when there is one.
"""

from __future__ import annotations

import posixpath

from lambdalint.languages.requirements import normalized, requirement
from lambdalint.model import Requirement, Span
from lambdalint.package.markers import holds
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdalint.languages.lockfile import Lock, Locked
    from lambdalint.languages.requirements import Entry
    from lambdalint.model import Node, Project

LOCKS = ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock")
CPU_INDEX = "download.pytorch.org/whl/cpu"
EXACT = r"={0,3}\s*(\d+(?:\.\d+)*(?:\.?(?:post|dev|a|b|rc)\d+)?)$"


class Target(NamedTuple):
    """Where the packages are installed for: "3.12" or "" when unknown; "x86_64", "aarch64" or "". slim: the build
    strips libraries and drops what they do not need to run."""

    python: str = ""
    machine: str = ""
    slim: bool = False

    def holds(self, marker: str) -> bool | None:
        """Whether a requirement with this marker is installed there."""
        return holds(marker, self.python, self.machine)


class Dependencies(NamedTuple):
    """What a package gets installed.

    requirements: the direct ones, then those that only a lock file names. wheels: bytes of the wheel a lock file pins,
    by name. complete: everything that is installed is listed. unread: files that could not be read. cpu_only: PyTorch
    comes from the index of its builds without GPU code.
    """

    requirements: tuple[Requirement, ...] = ()
    wheels: dict[str, int] = {}
    complete: bool = True
    unread: tuple[str, ...] = ()
    cpu_only: bool = False


def gather(files: Sequence[str], project: Project, target: Target) -> Dependencies:
    """The requirements of all files that a tool installs into one package."""
    direct: dict[str, Requirement] = {}
    unread: list[str] = []
    complete = True
    manifests, locks = _sorted(files, project)
    for path in manifests:
        found, whole = _direct(path, project, target, unread, set())
        complete = complete and whole
        for one in found:
            before = direct.get(one.name)
            if before is None or (before.ships is not True and one.ships is not False):
                direct[one.name] = one
    further: dict[str, Requirement] = {}
    wheels: dict[str, int] = {}
    for path in locks:
        lock = _facts(project, path, "lockfile")
        if lock is None:
            unread.append(path)
            continue
        complete = True
        for locked in _closure(lock, direct.values(), target):
            if locked.wheel is not None:
                wheels[locked.name] = locked.wheel
            if locked.name in direct:
                known = direct[locked.name]
                direct[locked.name] = known._replace(pinned=known.pinned or locked.version)
            else:
                span = Span(path, locked.line, 1, locked.line, 1)
                further[locked.name] = Requirement(
                    locked.name, "", span, target.holds(locked.marker) if locked.marker else True,
                    pinned=locked.version, direct=False,
                )  # fmt: skip
    cpu_only = any(_names_cpu_builds(path, project) for path in manifests)
    return Dependencies((*direct.values(), *further.values()), wheels, complete, tuple(unread), cpu_only)


def _names_cpu_builds(path: str, project: Project) -> bool:
    """Whether a requirements.txt, pyproject.toml or Pipfile names PyTorch's index of builds without GPU code."""
    if path.endswith((".toml", "Pipfile")):
        node = _facts(project, path, "toml")
        return node is not None and _mentions(node, CPU_INDEX)
    entries: tuple[Entry, ...] | None = _facts(project, path, "requirements")
    return any(CPU_INDEX in entry.target or "+cpu" in entry.specifier for entry in entries or ())


def _mentions(node: Node, text: str) -> bool:
    if node.kind == "scalar":
        return isinstance(node.value, str) and text in node.value
    return any(_mentions(one, text) for one in (*(value for _, value in node.items()), *node.elements()))


def _sorted(files: Sequence[str], project: Project) -> tuple[list[str], list[str]]:
    """Files that people write, and the lock files that complete them: those given, else those beside a manifest."""
    names = {path: posixpath.basename(path) for path in files}
    manifests = [path for path in files if names[path] not in LOCKS]
    locks = [path for path in files if names[path] in LOCKS]
    if any(names[path] == "pyproject.toml" for path in manifests):
        manifests = [path for path in manifests if names[path] == "pyproject.toml"]
    for path in list(locks):
        beside = posixpath.join(
            posixpath.dirname(path), "Pipfile" if names[path] == "Pipfile.lock" else "pyproject.toml"
        )
        if beside not in manifests and beside in project.inventory.files:
            manifests.append(beside)
    for path in manifests:
        for lock in LOCKS if names.get(path, posixpath.basename(path)) in ("pyproject.toml", "Pipfile") else ():
            beside = posixpath.join(posixpath.dirname(path), lock)
            fits = (lock == "Pipfile.lock") == (posixpath.basename(path) == "Pipfile")
            if fits and not locks and beside in project.inventory.files:
                locks.append(beside)
    return manifests, locks


def _direct(
    path: str, project: Project, target: Target, unread: list[str], seen: set[str]
) -> tuple[list[Requirement], bool]:
    """The requirements that one file names, and whether it lists everything that will be installed."""
    seen.add(path)
    name = posixpath.basename(path)
    if name in ("pyproject.toml", "Pipfile"):
        node = _facts(project, path, "toml")
        if node is None:
            unread.append(path)
            return [], False
        return list(_pipfile(path, node) if name == "Pipfile" else _pyproject(path, node, target)), False
    entries: tuple[Entry, ...] | None = _facts(project, path, "requirements")
    if entries is None:
        unread.append(path)
        return [], False
    found: list[Requirement] = []
    compiled = bool(entries)
    for entry in entries:
        if entry.kind == "include":
            inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.target))
            if inner in project.inventory.files and inner not in seen:
                more, whole = _direct(inner, project, target, unread, seen)
                found += more
                compiled = compiled and whole
            elif inner not in seen:
                unread.append(entry.target)
        elif entry.name and entry.kind != "option":
            compiled = compiled and bool(entry.pinned) and bool(entry.via or entry.hashes)
            found.append(_made(path, entry, target))
        elif entry.kind in ("path", "editable"):
            unread.append(entry.target)
    return found, compiled


def _made(path: str, entry: Entry, target: Target, group: str = "", ships: bool | None = True) -> Requirement:
    if ships and entry.marker:
        ships = target.holds(entry.marker)
    asked = not entry.via or any(by.startswith("-") or " (" in by or by.endswith((".in", ".toml")) for by in entry.via)
    return Requirement(entry.name, entry.specifier, Span(path, *entry.at), ships, group, entry.pinned, asked)


def _pyproject(path: str, node: Node, target: Target) -> Iterator[Requirement]:
    """The dependencies of a pyproject.toml; groups and extras do not ship unless somebody asks for them."""
    project = node.get("project")
    if project is not None:
        yield from _listed(path, project.get("dependencies"), target, "", True)
        extras = project.get("optional-dependencies")
        for key, listed in extras.items() if extras is not None else ():
            yield from _listed(path, listed, target, str(key.value), None)
    groups = node.get("dependency-groups")
    for key, listed in groups.items() if groups is not None else ():
        yield from _listed(path, listed, target, str(key.value), False)
    tool = node.get("tool")
    poetry = tool.get("poetry") if tool is not None else None
    if poetry is not None:
        yield from _mapped(path, poetry.get("dependencies"), target, "", True)
        yield from _mapped(path, poetry.get("dev-dependencies"), target, "dev", False)
        named = poetry.get("group")
        for key, group in named.items() if named is not None else ():
            yield from _mapped(path, group.get("dependencies"), target, str(key.value), str(key.value) == "main")
    for name, listing in (("pdm", "dev-dependencies"), ("uv", "dev-dependencies")):
        own = tool.get(name) if tool is not None else None
        found = own.get(listing) if own is not None else None
        if found is not None and found.kind == "mapping":
            for key, inner in found.items():
                yield from _listed(path, inner, target, str(key.value), False)
        else:
            yield from _listed(path, found, target, "dev", False)


def _pipfile(path: str, node: Node) -> Iterator[Requirement]:
    yield from _mapped(path, node.get("packages"), Target(), "", True)
    yield from _mapped(path, node.get("dev-packages"), Target(), "dev", False)


def _listed(path: str, listed: Node | None, target: Target, group: str, ships: bool | None) -> Iterator[Requirement]:
    """Dependencies as PEP 508 texts."""
    for element in listed.elements() if listed is not None else ():
        if isinstance(element.value, str):
            entry = requirement(element.value, element.at)
            if entry is not None and entry.name:
                yield _made(path, entry, target, group, ships)


def _mapped(path: str, table: Node | None, target: Target, group: str, ships: bool | None) -> Iterator[Requirement]:
    """Dependencies as `name = "constraint"` or `name = {version = ..., markers = ...}`, of Poetry and Pipenv."""
    for key, value in table.items() if table is not None else ():
        name = str(key.value)
        if name == "python":
            continue
        version, marker, optional = "", "", False
        if value.kind == "mapping":
            version = _text(value.get("version"))
            marker = _text(value.get("markers")) or _text(value.get("marker"))
            found = value.get("optional")
            optional = found is not None and found.value is True
        elif isinstance(value.value, str):
            version = value.value
        exact = re.match(EXACT, version)
        known = None if optional and ships else ships
        if known and marker:
            known = target.holds(marker)
        span = Span(path, key.at[0], key.at[1], value.at[2], value.at[3])
        yield Requirement(normalized(name), version, span, known, group, exact[1] if exact else "")


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""


def _closure(lock: Lock, direct: Iterable[Requirement], target: Target) -> Iterator[Locked]:
    """The packages of a lock file that are installed for the requirements that ship."""
    by_name: dict[str, Locked] = {}
    for locked in lock.packages:
        if not locked.project and (locked.name not in by_name or not locked.marker or target.holds(locked.marker)):
            by_name[locked.name] = locked
    if any(locked.ships is not None for locked in lock.packages):
        yield from (locked for locked in by_name.values() if locked.ships)
        return
    waiting = [one.name for one in direct if one.ships is not False]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        found = by_name.get(name)
        if found is None or name in seen:
            continue
        seen.add(name)
        yield found
        waiting += [
            need.name
            for need in found.needs
            if not need.extra and (not need.marker or target.holds(need.marker) is not False)
        ]


def _facts(project: Project, path: str, language: str) -> Any:
    document = project.document(path, language)
    return document.facts if document is not None else None
