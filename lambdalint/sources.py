"""A path in, the file's bytes out; a root in, the text of any line of any file below it out."""

from __future__ import annotations

import os

from lambdalint.read import LIMIT, decode, language_of
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BLOCK = 65_536  # bytes read at once: all of nearly every file
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)  # Windows would translate the ends of lines


def load(path: str) -> bytes:
    """A file's content, or as much of it as tells that it is beyond the limit.

    Not by `open`, whose buffered reader asks the system four times as much; there may be ten thousand files to look at.
    """
    file = os.open(path, _READ)
    try:
        data = os.read(file, BLOCK)
        if len(data) < BLOCK:
            return data
        parts, size = [data], len(data)
        while data and size <= LIMIT:
            data = os.read(file, BLOCK)
            parts.append(data)
            size += len(data)
        return b"".join(parts)
    finally:
        os.close(file)


def source_lines(root: str, overlay: Mapping[str, bytes]) -> Callable[[str, int], str | None]:
    """A function that gives the text of a line (path, number from 1), None where there is none to be had."""
    known: dict[str, list[str]] = {}

    def line(path: str, number: int) -> str | None:
        if path not in known:
            try:
                data = overlay[path] if path in overlay else load(os.path.join(root, path))
            except OSError:
                data = b""
            text = decode(path, data, language_of(path) or "")[0] or data.decode("utf-8", "replace")
            known[path] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        lines = known[path]
        return lines[number - 1] if 0 < number <= len(lines) else None

    return line
