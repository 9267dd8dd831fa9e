"""The text of a lock file (poetry.lock, uv.lock, pdm.lock, Pipfile.lock) -> which packages it pins, and who needs whom.

A lock file is long and nobody writes it, so its facts are compact: no tree, and a line for each package.
"""

from __future__ import annotations

from lambdalint.languages.requirements import NAME, normalized
from lambdalint.model import Problem
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LINUX = r"-(?:any|(?:manylinux|linux|musllinux)\w*)(?:\.\w+)*\.whl$"


class Need(NamedTuple):
    """A dependency of a locked package. marker: when it applies, "" for always. extra: the extra that brings it."""

    name: str
    marker: str = ""
    extra: str = ""
    extras: tuple[str, ...] = ()


class Locked(NamedTuple):
    """One package of a lock file. line: where it starts.

    ships: False when only development groups hold it, None when the file does not say (follow the needs instead).
    wheel: bytes of its smallest wheel that Linux can install, None when the file gives no sizes. project: it is the
    project itself or a part of the workspace, not something from an index.
    """

    name: str
    version: str
    line: int
    needs: tuple[Need, ...] = ()
    ships: bool | None = None
    marker: str = ""
    wheel: int | None = None
    project: bool = False


class Lock(NamedTuple):
    """A lock file."""

    kind: Literal["poetry", "uv", "pdm", "pipenv"]
    packages: tuple[Locked, ...]


def parse(path: str, text: str) -> tuple[Lock | None, tuple[Problem, ...]]:
    """Read a lock file. What is none is one problem with its line."""
    name = path.rpartition("/")[2]
    try:
        if text.lstrip().startswith("{"):
            import json

            return Lock("pipenv", tuple(_pipenv(json.loads(text), text))), ()
        import tomli

        data = tomli.loads(text)
        listed = data.get("package")
        if not isinstance(listed, list):
            listed = []
        lines = [text.count("\n", 0, found.start()) + 1 for found in re.finditer(r"^\[\[package\]\]", text, re.M)]
        kind: Literal["poetry", "uv", "pdm"] = (
            "pdm" if name.startswith("pdm") else "uv" if name == "uv.lock" else "poetry"
        )
        read = {"poetry": _poetry, "uv": _uv, "pdm": _pdm}[kind]
        packages = tuple(
            read(row, line) for row, line in zip(listed, lines, strict=False) if isinstance(row.get("name"), str)
        )
        return Lock(kind, packages), ()
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        found = re.search(r"line (\d+)", str(error))
        return None, (Problem(path, int(found[1]) if found else 1, "could not parse: not a lock file"),)


def _poetry(row: dict[str, Any], line: int) -> Locked:
    needs = []
    for name, written in row.get("dependencies", {}).items():
        for one in written if isinstance(written, list) else [written]:
            detail = one if isinstance(one, dict) else {}
            if not detail.get("optional"):
                needs.append(
                    Need(normalized(name), str(detail.get("markers", "")), "", tuple(detail.get("extras", ())))
                )
    for extra, listed in row.get("extras", {}).items():
        for text in listed:
            found = re.match(NAME, text)
            if found:
                needs.append(Need(normalized(found[0]), "", extra))
    groups = row.get("groups") or ([row["category"]] if "category" in row else None)
    ships = None if groups is None else "main" in groups
    marker = row.get("markers", "")
    return Locked(
        normalized(row["name"]), str(row.get("version", "")), line, tuple(needs), ships,
        marker if isinstance(marker, str) else str(marker.get("main", "")),
    )  # fmt: skip


def _uv(row: dict[str, Any], line: int) -> Locked:
    needs = [_uv_need(one, "") for one in row.get("dependencies", ())]
    for extra, listed in row.get("optional-dependencies", {}).items():
        needs += [_uv_need(one, extra) for one in listed]
    source = row.get("source", {})
    sizes = [
        wheel["size"] for wheel in row.get("wheels", ())
        if isinstance(wheel.get("size"), int) and re.search(LINUX, wheel.get("url", "") or wheel.get("path", ""))
    ]  # fmt: skip
    return Locked(
        normalized(row["name"]), str(row.get("version", "")), line, tuple(needs), None, "",
        min(sizes) if sizes else None, any(key in source for key in ("editable", "virtual", "directory")),
    )  # fmt: skip


def _uv_need(one: dict[str, Any], extra: str) -> Need:
    return Need(normalized(one["name"]), one.get("marker", ""), extra, tuple(one.get("extra", ())))


def _pdm(row: dict[str, Any], line: int) -> Locked:
    needs = []
    for text in row.get("dependencies", ()):
        found = re.match(NAME, text)
        if found:
            needs.append(Need(normalized(found[0]), text.partition(";")[2].strip()))
    groups = row.get("groups")
    return Locked(
        normalized(row["name"]), str(row.get("version", "")), line, tuple(needs),
        None if groups is None else "default" in groups, str(row.get("marker", "")),
    )  # fmt: skip


def _pipenv(data: dict[str, Any], text: str) -> Iterator[Locked]:
    for section, ships in (("default", True), ("develop", False)):
        for name, detail in data.get(section, {}).items():
            at = text.find(f'"{name}"', max(text.find(f'"{section}"'), 0))
            version = str(detail.get("version", "")).lstrip("=")
            line = text.count("\n", 0, max(at, 0)) + 1
            yield Locked(normalized(name), version, line, (), ships, str(detail.get("markers", "")))
