"""A module in, the spots out at which new statements fit: below the imports and the constants they need."""

from __future__ import annotations

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.rewrite.source import Source

_WHOLE = (cst.FunctionDef, cst.ClassDef)


class Spot(NamedTuple):
    """After the statement at `top` of the module's body. line: the line that what is inserted gets."""

    top: int
    line: int
    before: str
    after: str
    open_end: int = 0  # the column at which a last line without an end breaks off, 0 when there is none

    def edit(self, path: str, code: str, comments: Sequence[str] = ()) -> Edit:
        """The insertion of one statement, with comments above it."""
        return self._at(path, self.before + "".join(f"{line}\n" for line in comments) + code + "\n" + self.after)

    def function(self, path: str, code: str) -> Edit:
        """The insertion of one function.

        All functions of one module go to the same place, so that two of one name are told apart or made once.
        """
        return self._at(path, f"\n\n{code}\n" + (self.after and "\n\n"))

    def _at(self, path: str, text: str) -> Edit:
        if self.open_end:
            return Edit(
                Span(path, self.line - 1, self.open_end, self.line - 1, self.open_end), "\n" + text.rstrip("\n")
            )
        return Edit(Span(path, self.line, 1, self.line, 1), text)


def below_header(found: Source, last: int) -> Spot:
    """After everything that precedes the first function or class, and not before the statement at `last`."""
    body = found.module.body
    header = -1
    for index, statement in enumerate(body):
        if isinstance(statement, _WHOLE) or _is_main(statement):
            break
        header = index
    index = max(header, last)
    end = found.places[body[index]].end.line
    line = end + 1
    lines = found.lines
    while _belongs(lines, line):  # comments that end an indented block
        line += 1
    line = _past_comments(lines, line)
    above = body[index]
    before = "" if _is_plain(above) else "\n\n" if isinstance(above, _WHOLE) else "\n"
    following = lines[line - 1] if line <= len(lines) else ""
    after = ""
    if index + 1 < len(body) and following.strip():
        after = "\n\n" if isinstance(body[index + 1], _WHOLE) else "" if _is_plain(body[index + 1]) else "\n"
    if following.lstrip().startswith("#") and index + 1 < len(body) and isinstance(body[index + 1], _WHOLE):
        after = "\n\n"
    return Spot(index, line, before, after, len(lines[-1]) + 1 if line > len(lines) else 0)


def _past_comments(lines: Sequence[str], line: int) -> int:
    """The line after comments that follow at once and end with a blank line: they are about what precedes them."""
    after = line
    while after <= len(lines) and lines[after - 1].startswith("#"):
        after += 1
    return after if after <= len(lines) and not lines[after - 1].strip() else line


def _belongs(lines: Sequence[str], line: int) -> bool:
    text = lines[line - 1] if line <= len(lines) else ""
    return text[:1].isspace() and bool(text.strip())


def _is_plain(statement: cst.CSTNode) -> bool:
    """A statement on one line that is no import."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    first = statement.body[0] if statement.body else None
    if isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString)):
        return False
    return not isinstance(first, (cst.Import, cst.ImportFrom))


def _is_main(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.If) and any(
        isinstance(node, cst.Name) and node.value == "__name__" for node in statement.test.children
    )


def top_statement(found: Source, node: cst.CSTNode) -> int:
    """The index in the module's body of the statement that a node stands in."""
    body = found.module.body
    above = [node, *found.above(node)]
    return next(index for index, statement in enumerate(body) if any(statement is one for one in above))
