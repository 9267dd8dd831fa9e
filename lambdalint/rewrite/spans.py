"""Text and spans in, offsets and edits of whole lines or list elements out; no parser."""

from __future__ import annotations

import re
from bisect import bisect_right

from lambdalint.model import Edit, Span
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINE_END = re.compile(r"\r\n|\r|\n")


def offsets(text: str) -> list[int]:
    """The offset at which each line starts."""
    return [0, *(match.end() for match in LINE_END.finditer(text))]


def place(starts: Sequence[int], length: int, span: Span) -> tuple[int, int]:
    """The offsets of a span."""
    if not (1 <= span.line <= span.end_line <= len(starts)):
        raise ValueError(f"{span.path} has no line {span.line}")
    start = starts[span.line - 1] + span.column - 1
    end = starts[span.end_line - 1] + span.end_column - 1
    if not 0 <= start <= end <= length:
        raise ValueError(f"{span.path}:{span.line} is not that long")
    return start, end


def whole_lines(path: str, text: str, first: int, last: int) -> Edit:
    """Delete whole lines."""
    lines = LINE_END.split(text)
    if last < len(lines):
        return Edit(Span(path, first, 1, last + 1, 1), "")
    if first > 1:
        return Edit(Span(path, first - 1, len(lines[first - 2]) + 1, last, len(lines[last - 1]) + 1), "")
    return Edit(Span(path, first, 1, last, len(lines[last - 1]) + 1), "")


def element(span: Span, text: str) -> Edit | None:
    """Delete an element of a list in YAML or JSON: in brackets with a comma, or a line of its own."""
    starts = offsets(text)
    try:
        start, end = place(starts, len(text), span)
    except ValueError:
        return None
    if text[start - 1 : start] in ("'", '"') and text[end : end + 1] == text[start - 1]:
        start, end = start - 1, end + 1
    after = re.compile(r"\s*,\s*").match(text, end)
    before = re.search(r"\s*,\s*$", text[:start])
    opened = re.search(r"\[\s*$", text[:start])
    if opened and after:
        return edit_between(span.path, starts, start, after.end())
    if before:
        return edit_between(span.path, starts, before.start(), end)
    if opened and re.compile(r"\s*\]").match(text, end):
        return edit_between(span.path, starts, start, end)
    lines = LINE_END.split(text)
    own = re.fullmatch(r"(\s*)-\s+\S+\s*(#.*)?", lines[span.line - 1])
    around = lines[max(span.line - 2, 0) : span.line - 1] + lines[span.line : span.line + 1]
    if own and any(line.startswith(f"{own[1]}- ") for line in around):
        return whole_lines(span.path, text, span.line, span.line)
    return None


def edit_between(path: str, starts: list[int], start: int, end: int) -> Edit:
    """The edit that deletes what stands between two offsets. starts: the offset of each line."""
    line, end_line = bisect_right(starts, start), bisect_right(starts, end)
    return Edit(Span(path, line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1), "")


def joined(edits: Iterable[Edit]) -> list[Edit]:
    """Insertions at one place as one insertion, in their order."""
    made: dict[Span, Edit] = {}
    for edit in edits:
        known = made.get(edit.span)
        made[edit.span] = edit if known is None or known == edit else Edit(edit.span, known.text + edit.text)
    return list(made.values())
