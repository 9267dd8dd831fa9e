"""An import that serves annotations only in, the edits that put it under TYPE_CHECKING out.

Names in annotations and in the first argument of `cast` are quoted, so that nothing asks for them at run time.
"""

from __future__ import annotations

import re

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.source import imported, is_standard, loads, scope_of_module, source
from lambdalint.rewrite.spans import LINE_END
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.rewrite.source import Source

# What looks at annotations when the program runs.
LOOKS = re.compile(r"\b(pydantic|get_type_hints|typeguard|beartype|injector|attrs|cattrs|msgspec|fastapi)\b")


def guard(text: str, span: Span) -> tuple[Edit, ...] | None:
    """Guard the import that stands on a span's line at module scope; None when its names are used at run time."""
    found = source(text)
    if found is None or LOOKS.search(text):
        return None
    statement = next(
        (
            one
            for one in found.module.body
            if isinstance(one, cst.SimpleStatementLine)
            and found.places[one].start.line <= span.line <= found.places[one].end.line
        ),
        None,
    )
    if statement is None or len(statement.body) != 1:
        return None
    only = statement.body[0]
    if not isinstance(only, (cst.Import, cst.ImportFrom)) or isinstance(only.names, cst.ImportStar):
        return None
    names = {imported(alias) for alias in only.names}
    scope = scope_of_module(found)
    if any(len(scope.bound.get(name, ())) != 1 for name in names) or names & scope.declared:
        return None
    later = re.search(r"^from __future__ import [^\n]*\bannotations\b", text, re.M) is not None
    quoted = _quoted(found, names, later, span.path)
    if quoted is None:
        return None
    place = found.places[statement]
    first, last = place.start.line, place.end.line
    code = re.sub(r"\r\n|\r", "\n", found.code(statement.with_changes(leading_lines=()))).rstrip("\n")
    body = "".join(f"    {line}\n" if line else "\n" for line in code.split("\n"))
    removed = Edit(Span(span.path, first, 1, last + 1, 1), "")
    block = _block(found)
    if block is not None:
        at = Span(span.path, block, 1, block, 1)
        return (removed, Edit(at, body), *quoted)
    added = _flag(found, scope_has="TYPE_CHECKING" in scope.bound, path=span.path)
    if added is None:
        return None
    flag, name = added
    line = _below_imports(found, statement)
    lines = LINE_END.split(text)
    if line > len(lines):
        return None
    after = "\n" if lines[line - 1].strip() else ""
    at = Span(span.path, line, 1, line, 1)
    if line == last + 1:  # the import is the last one: the block takes its place
        removed = Edit(removed.span, f"\nif {name}:\n{body}{after}")
        return (removed, *flag, *quoted)
    return (removed, Edit(at, f"\nif {name}:\n{body}{after}"), *flag, *quoted)


def _quoted(found: Source, names: set[str], later: bool, path: str) -> list[Edit] | None:
    """Quotes around what names the types; None when a name is used in another way."""
    edits: dict[Span, Edit] = {}
    for name in loads(found.module):
        if name.value not in names:
            continue
        around: cst.CSTNode | None = None
        for above in found.above(name):
            if isinstance(above, cst.Annotation):
                around = None if later else above.annotation
                break
            if isinstance(above, cst.Arg) and _casts(found, above):
                around = above.value
                break
            if isinstance(above, cst.BaseStatement):
                return None
        else:
            return None
        if around is None:
            continue
        code = found.code(around)
        if '"' in code or "\n" in code:
            return None
        at = found.places[around]
        span = Span(path, at.start.line, at.start.column + 1, at.end.line, at.end.column + 1)
        edits[span] = Edit(span, f'"{code}"')
    return list(edits.values())


def _casts(found: Source, argument: cst.Arg) -> bool:
    """Whether an argument is the type of a `cast`."""
    call = found.parents.get(argument)
    return (
        isinstance(call, cst.Call)
        and found.code(call.func) in ("cast", "typing.cast")
        and bool(call.args)
        and call.args[0] is argument
    )


def _block(found: Source) -> int | None:
    """The line after the last statement of a block that is there already."""
    for one in found.module.body:
        if isinstance(one, cst.If) and found.code(one.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            if one.orelse is not None or not isinstance(one.body, cst.IndentedBlock):
                return None
            return found.places[one.body.body[-1]].end.line + 1
    return None


def _flag(found: Source, scope_has: bool, path: str) -> tuple[list[Edit], str] | None:
    """The import of TYPE_CHECKING, when there is none, and the name to test."""
    if scope_has:
        return [], "TYPE_CHECKING"
    first: int | None = None
    gap = ""
    for one in found.module.body:
        if not isinstance(one, cst.SimpleStatementLine) or not isinstance(one.body[0], (cst.Import, cst.ImportFrom)):
            continue
        only = one.body[0]
        code = found.code(only)
        if code == "import typing":
            return [], "typing.TYPE_CHECKING"
        if code.startswith("from typing import") and isinstance(only, cst.ImportFrom):
            if isinstance(only.names, cst.ImportStar):
                return None
            last = only.names[-1]
            name = last.asname.name if last.asname is not None else last.name
            at = found.places[name].end
            return [
                Edit(Span(path, at.line, at.column + 1, at.line, at.column + 1), ", TYPE_CHECKING")
            ], "TYPE_CHECKING"
        if first is None and not code.startswith("from __future__"):
            first = found.places[one].start.line
            gap = "" if is_standard(found, only) else "\n"
    if first is None:
        return None
    return [Edit(Span(path, first, 1, first, 1), f"from typing import TYPE_CHECKING\n{gap}")], "TYPE_CHECKING"


def _below_imports(found: Source, guarded: cst.CSTNode) -> int:
    """The line after the last of the imports that a module starts with."""
    line = found.places[guarded].end.line + 1
    for one in found.module.body:
        if isinstance(one, cst.SimpleStatementLine) and isinstance(one.body[0], (cst.Import, cst.ImportFrom)):
            line = max(line, found.places[one].end.line + 1)
        elif isinstance(one, (cst.FunctionDef, cst.ClassDef)):
            break
    return line
