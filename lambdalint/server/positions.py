"""Places of the model in, places of the protocol out, and back: lines from 0, columns in the editor's units."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol.types import Location, Position, PositionEncodingKind, Range
from pygls.uris import from_fs_path, to_fs_path

from lambdalint.read import LIMIT, decode, language_of
from lambdalint.rewrite.spans import LINE_END

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.model import Span

UNITS = {PositionEncodingKind.Utf8: "utf-8", PositionEncodingKind.Utf16: "utf-16-le"}
SIZES = {"utf-8": 1, "utf-16-le": 2}


class Texts:
    """The texts of one root as a run saw them. uris: how the editor itself names the files it has open. moves: how
    often files on the disk may have changed until then."""

    def __init__(
        self,
        root: str,
        overlay: Mapping[str, bytes],
        encoding: PositionEncodingKind | str | None = PositionEncodingKind.Utf16,
        uris: Mapping[str, str] | None = None,
        moves: int = 0,
    ) -> None:
        self.root = root
        self.overlay = overlay
        self.codec = UNITS.get(PositionEncodingKind(encoding), "") if encoding else "utf-16-le"
        self.uris = uris or {}
        self.moves = moves
        self._lines: dict[str, list[str]] = {}

    def lines(self, path: str) -> list[str]:
        """A file's lines without their ends; [""] for one that cannot be read."""
        if path not in self._lines:
            data = self.overlay.get(path)
            if data is None:
                try:
                    with open(os.path.join(self.root, path), "rb") as file:
                        data = file.read(LIMIT + 1)
                except OSError:
                    data = b""
            text = decode(path, data, language_of(path) or "")[0] or data.decode("utf-8", "replace")
            self._lines[path] = LINE_END.split(text)
        return self._lines[path]

    def state(self, path: str) -> tuple[bytes | int, str]:
        """What tells if a file's text, or how the editor names it, is another than in other Texts of the root."""
        return self.overlay.get(path, self.moves), self.uris.get(path, "")

    def line(self, path: str, number: int) -> str | None:
        """The text of a line, counted from 1; None where there is none."""
        lines = self.lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else None

    def position(self, path: str, line: int, column: int) -> Position:
        """A place of the model as the editor counts."""
        text = self.line(path, line)
        if text is None:
            return Position(max(line - 1, 0), 0)
        before = text[: column - 1]
        if before.isascii() or not self.codec:
            return Position(line - 1, len(before))
        return Position(line - 1, len(before.encode(self.codec, "surrogatepass")) // SIZES[self.codec])

    def range(self, span: Span) -> Range:
        """A span of the model as the editor counts."""
        return Range(
            self.position(span.path, span.line, span.column), self.position(span.path, span.end_line, span.end_column)
        )

    def place(self, path: str, position: Position) -> tuple[int, int]:
        """(line, column) of the model for a position of the editor; inside a character counts as before it."""
        text = self.line(path, position.line + 1) or ""
        if text.isascii() or not self.codec:
            return position.line + 1, min(position.character, len(text)) + 1
        data = text.encode(self.codec, "surrogatepass")[: position.character * SIZES[self.codec]]
        return position.line + 1, len(data.decode(self.codec, "ignore")) + 1

    def uri(self, path: str) -> str:
        """A file's name as the editor writes it."""
        return self.uris.get(path) or uri_of(os.path.join(self.root, path))

    def location(self, span: Span) -> Location:
        """Where a span is."""
        return Location(self.uri(span.path), self.range(span))


def uri_of(path: str) -> str:
    """The URI of a path on the disk."""
    return from_fs_path(path) or ""


def path_of(uri: str) -> str | None:
    """The path on the disk that a URI names; None for one that names none (untitled:, git:, ...)."""
    return to_fs_path(uri) if uri.startswith("file:") else None


def holds(span: Span | None, path: str, line: int, column: int) -> bool:
    """Is the place in the span, or right behind it (where an editor's cursor stands after its last character)?"""
    if span is None or span.path != path:
        return False
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)


def meets(span: Span, path: str, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Do a span and a selection have a place in common?"""
    if span.path != path:
        return False
    return (span.line, span.column) <= last and first <= (span.end_line, span.end_column)
