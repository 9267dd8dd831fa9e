"""A module in, the imports it starts with and where another one goes out."""

from __future__ import annotations

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.source import below, is_standard
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.rewrite.source import Source


def imports(found: Source) -> Iterator[cst.Import | cst.ImportFrom]:
    """Every import at module scope."""
    for statement in found.module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            for one in statement.body:
                if isinstance(one, (cst.Import, cst.ImportFrom)):
                    yield one


def last_import(found: Source) -> cst.SimpleStatementLine | None:
    """The last of the imports that a module starts with."""
    last = None
    for statement in found.module.body:
        if not isinstance(statement, cst.SimpleStatementLine):
            break
        if isinstance(statement.body[0], (cst.Import, cst.ImportFrom)):
            last = statement
        elif not isinstance(statement.body[0], cst.Expr):
            break
    return last


def imported_above(found: Source, path: str, code: str) -> Edit | None:
    """Write an import of the standard library before the others."""
    first = next((one for one in imports(found) if not _is_future(one)), None)
    if first is None:
        return None
    line = found.places[found.parents[first]].start.line
    gap = "" if is_standard(found, first) else "\n"
    return Edit(Span(path, line, 1, line, 1), f"{code}\n{gap}")


def imported_below(found: Source, path: str, code: str) -> Edit | None:
    """Write an import after the others."""
    last = last_import(found)
    if last is None:
        return None
    line = found.places[last].end.line + 1
    if line > len(found.lines):
        return None
    first = last.body[0]
    standard = isinstance(first, (cst.Import, cst.ImportFrom)) and is_standard(found, first)
    return Edit(Span(path, line, 1, line, 1), ("\n" if standard else "") + f"{code}\n")


def cache_decorator(found: Source, path: str) -> tuple[str | None, list[Edit]]:
    """How to write functools.cache here, None when it cannot be, and the import that it takes."""
    for one in imports(found):
        code = found.code(one)
        if isinstance(one, cst.Import) and code == "import functools":
            return "@functools.cache", []
        if isinstance(one.names, cst.ImportStar) or not code.startswith("from functools import"):
            continue
        if "cache" in [found.code(alias).strip(" ,") for alias in one.names]:
            return "@cache", []
    used = {node.value for node in below(found.module) if isinstance(node, cst.Name)}
    name = "cache" if "cache" not in used else "functools"
    if name in used:
        return None, []
    edit = imported_above(found, path, "from functools import cache" if name == "cache" else "import functools")
    return (f"@{name}" if name == "cache" else "@functools.cache", [edit]) if edit is not None else (None, [])


def _is_future(one: cst.BaseSmallStatement) -> bool:
    return isinstance(one, cst.ImportFrom) and isinstance(one.module, cst.Name) and one.module.value == "__future__"
