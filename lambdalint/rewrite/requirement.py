"""A requirement that ships in, the edits that move it to where the project keeps those for development out.

requirements.txt: to the nearest file of its kind for development, in its folder or one above. pyproject.toml and
Pipfile: to the group for development of the same file. None where the project has no such place: to make one up is not
a fix.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from lambdalint.model import Edit, Span
from lambdalint.rewrite.spans import LINE_END, element, whole_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NamedTuple

    from lambdalint.model import Sources
else:
    from lambdalint.records import NamedTuple

_FILES = (
    "requirements-dev.txt dev-requirements.txt requirements_dev.txt dev_requirements.txt requirements.dev.txt "
    "requirements-development.txt requirements/dev.txt requirements/development.txt requirements-test.txt "
    "requirements-tests.txt test-requirements.txt requirements_test.txt requirements/test.txt requirements/tests.txt "
    "tests/requirements.txt test/requirements.txt tests/requirements-test.txt"
).split()
_GROUPS = ("dev", "development", "test", "tests", "lint", "typing", "types")


class Moved(NamedTuple):
    """known: the place for development names it already, or includes the file it leaves, so that nobody misses it."""

    edits: tuple[Edit, ...]
    to: str
    known: bool


def moved(sources: Sources, span: Span, name: str) -> Moved | None:
    """Move the requirement at a span. name: its PEP 503 name."""
    text = sources.text(span.path)
    if text is None:
        return None
    base = posixpath.basename(span.path)
    if base == "pyproject.toml":
        return _in_table(text, span, name) if _keyed(text, span) else _in_list(text, span, name)
    if base == "Pipfile":
        return _to_table(text, span, name, ("dev-packages",))
    if not base.endswith((".txt", ".in")):
        return None
    return _between_files(sources, text, span, name)


def _between_files(sources: Sources, text: str, span: Span, name: str) -> Moved | None:
    lines = LINE_END.split(text)
    line = lines[span.line - 1]
    if line.rstrip().endswith("\\") or (span.line > 1 and lines[span.line - 2].rstrip().endswith("\\")):
        return None  # hashes follow; such a file is compiled and not written
    removed = whole_lines(span.path, text, span.line, span.line)
    target = next((path for path in _candidates(span.path) if path in sources.paths and path != span.path), None)
    other = sources.text(target) if target is not None else None
    if target is None or other is None:
        return None
    others = LINE_END.split(other)
    if any(_name(one) == name for one in others):
        return Moved((removed,), target, True)
    inner = posixpath.relpath(span.path, posixpath.dirname(target) or ".")
    known = any(re.fullmatch(rf"\s*(-r|--requirement)[\s=]+(\./)?{re.escape(inner)}\s*", one) for one in others)
    end = len(others)
    if not others[-1]:
        at = Span(target, end, 1, end, 1)
        return Moved((removed, Edit(at, f"{line.strip()}\n")), target, known)
    column = len(others[-1]) + 1
    return Moved((removed, Edit(Span(target, end, column, end, column), f"\n{line.strip()}\n")), target, known)


def _candidates(path: str) -> Iterator[str]:
    folder = posixpath.dirname(path)
    while True:
        for name in _FILES:
            yield posixpath.join(folder, name)
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _name(line: str) -> str:
    """The PEP 503 name that a line asks for."""
    match = re.match(r"\s*[\"']?([A-Za-z0-9][\w.-]*)", line)
    return re.sub(r"[-_.]+", "-", match[1]).lower().rstrip("-") if match else ""


def _keyed(text: str, span: Span) -> bool:
    """Whether it is `name = "..."` of a table, as Poetry has it."""
    line = LINE_END.split(text)[span.line - 1]
    return re.match(r"[\w.\"'-]+\s*=", line[span.column - 1 :]) is not None


def _in_table(text: str, span: Span, name: str) -> Moved | None:
    tables = [f"tool.poetry.group.{group}.dependencies" for group in _GROUPS]
    return _to_table(text, span, name, (*tables, "tool.poetry.dev-dependencies"))


def _to_table(text: str, span: Span, name: str, tables: tuple[str, ...]) -> Moved | None:
    lines = LINE_END.split(text)
    stretch = _stretch(lines, tables)
    if stretch is None:
        return None
    first, last = stretch
    removed = whole_lines(span.path, text, span.line, span.end_line)
    if any(_name(line) == name for line in lines[first:last]):
        return Moved((removed,), lines[first - 1].strip(), True)
    code = "\n".join(lines[span.line - 1 : span.end_line])
    while last > first and not lines[last - 1].strip():
        last -= 1
    if last == len(lines):
        column = len(lines[-1]) + 1
        insertion = Edit(Span(span.path, last, column, last, column), f"\n{code}")
    else:
        insertion = Edit(Span(span.path, last + 1, 1, last + 1, 1), f"{code}\n")
    return Moved((removed, insertion), lines[first - 1].strip(), False)


def _stretch(lines: list[str], tables: tuple[str, ...]) -> tuple[int, int] | None:
    """The lines of the first of some tables: the number of its head, and of its last line."""
    heads = {match[1].replace(" ", ""): index for index, line in enumerate(lines, 1)
             if (match := re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line))}  # fmt: skip
    for table in tables:
        if table in heads:
            first = heads[table]
            later = [index for index, line in enumerate(lines, 1) if index > first and line.lstrip().startswith("[")]
            return first, (later[0] - 1 if later else len(lines))
    return None


def _in_list(text: str, span: Span, name: str) -> Moved | None:
    """From [project] dependencies to a list of [dependency-groups], else of the optional dependencies."""
    lines = LINE_END.split(text)
    for table in ("dependency-groups", "project.optional-dependencies"):
        stretch = _stretch(lines, (table,))
        if stretch is None:
            continue
        for group in _GROUPS:
            found = _list_of(lines, stretch, group)
            if found is None:
                continue
            made = _added(text, span, name, found, group)
            if made is not None:
                return made
    return None


def _list_of(lines: list[str], stretch: tuple[int, int], group: str) -> tuple[int, int, int] | None:
    """Where a list opens and closes: the lines' numbers, and the column of the closing bracket."""
    for number in range(stretch[0] + 1, stretch[1] + 1):
        if re.match(rf"\s*[\"']?{group}[\"']?\s*=\s*\[", lines[number - 1]):
            for end in range(number, stretch[1] + 1):
                code = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", lambda match: "x" * len(match[0]), lines[end - 1])
                column = code.rfind("]")
                if column >= 0 and (end > number or code.count("[") == code.count("]")):
                    return number, end, column + 1
            return None
    return None


def _added(text: str, span: Span, name: str, place: tuple[int, int, int], group: str) -> Moved | None:
    lines = LINE_END.split(text)
    first, last, column = place
    own = lines[span.line - 1]
    alone = re.fullmatch(r"\s*([\"'][^\"']+[\"'])\s*,?\s*(#.*)?", own)
    removed = whole_lines(span.path, text, span.line, span.line) if alone else element(span, text)
    quoted = re.search(r"\"[^\"]*\"|'[^']*'", own[max(span.column - 2, 0) :])
    if removed is None or quoted is None:
        return None
    listed = lines[first - 1 : last]
    if any(_name(one) == name for line in listed for one in re.findall(r"\"[^\"]*\"|'[^']*'", line)):
        return Moved((removed,), f"group {group}", True)
    if last > first:
        before = next((line for line in reversed(listed[1:-1]) if re.search(r"[\"']", line)), "    ")
        indent = before[: len(before) - len(before.lstrip())] or "    "
        if listed[1:-1] and not before.split("#")[0].rstrip().endswith(","):
            return None  # the last element has no comma; where it goes is not ours to guess
        at = Span(span.path, last, 1, last, 1)
        return Moved((removed, Edit(at, f"{indent}{quoted[0]},\n")), f"group {group}", False)
    inside = listed[0][: column - 1].rstrip()
    joint = "" if inside.endswith("[") else " " if inside.endswith(",") else ", "
    at = Span(span.path, last, len(inside) + 1, last, len(inside) + 1)
    return Moved((removed, Edit(at, f"{joint}{quoted[0]}")), f"group {group}", False)
