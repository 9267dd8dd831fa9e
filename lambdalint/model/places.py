"""Where things stand: spans of text, and what could not be read there."""

from __future__ import annotations

from lambdalint.typed import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]


Delivery = Literal["sync", "async", "poll", "unknown"]


Safety = Literal["safe", "unsafe"]


Place = tuple[int, int, int, int]  # (line, column, end_line, end_column) in a file that is known from the context


class Span(NamedTuple):
    """A stretch of one file's text: from (line, column) up to, not including, (end_line, end_column)."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Problem(NamedTuple):
    """Something that could not be read, and where; the rest is linted all the same."""

    path: str
    line: int
    message: str
