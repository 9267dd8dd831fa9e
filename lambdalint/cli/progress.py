"""Counts of files in, a line on standard error out: only on a terminal, and only after a second of waiting."""

from __future__ import annotations

import sys
from time import monotonic

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WAIT = 1.0  # seconds before anything is shown
STEP = 0.1  # seconds between updates


def progress() -> tuple[Callable[[int], None] | None, Callable[[], None]]:
    """(advance, end): call the first with the number of files read so far, the second once at the end."""
    stream = sys.stderr
    if not stream or not stream.isatty():
        return None, lambda: None
    due = monotonic() + WAIT
    shown = 0

    def advance(count: int) -> None:
        nonlocal due, shown
        now = monotonic()
        if now >= due:
            due = now + STEP
            text = f"reading: {count} files"
            stream.write("\r" + text.ljust(shown))
            stream.flush()
            shown = len(text)

    def end() -> None:
        if shown:
            stream.write("\r" + " " * shown + "\r")
            stream.flush()

    return advance, end
