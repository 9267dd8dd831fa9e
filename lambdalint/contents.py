"""A walk, a cache and unsaved texts in, the bytes and the identity of each file out.

A file's bytes come from the overlay (an editor's unsaved text, stdin, a test), else from the disk, where they are not
read when the cache knows the file as it is now.
"""

from __future__ import annotations

import os

from lambdalint.model import Problem
from lambdalint.sources import load
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.cache import Cache, Entry
    from lambdalint.discover import Found, Mark


class Contents:
    """What is in the files below a root. problems: gathers what could not be read."""

    def __init__(self, found: Found, cache: Cache, overlay: Mapping[str, bytes], problems: list[Problem]) -> None:
        self.found = found
        self.files = found.inventory.files
        self.cache = cache
        self.overlay = overlay
        self.problems = problems
        self.kept: dict[str, bytes] = {}  # read, and asked for again soon

    def mark(self, path: str) -> Mark | None:
        """What a walk saw of the file."""
        return self.found.marks.get(path)

    def absolute(self, path: str) -> str:
        """Where the file is."""
        return os.path.join(self.found.inventory.root, path)

    def digest(self, path: str) -> str:
        """The identity of a file's content as it is now, "" when it cannot be read; nothing is parsed."""
        if path not in self.files:
            return ""
        entry, data = self.entry(path)
        if data is not None:
            self.kept[path] = data
        return entry.digest if entry else ""

    def entry(self, path: str) -> tuple[Entry | None, bytes | None]:
        """What the cache knows of the file as it is now, and its bytes when they had to be read for it."""
        try:
            return self.cache.entry(path, self.mark(path), lambda: load(self.absolute(path)))
        except OSError as error:
            self._refused(path, error)
            return None, None

    def load(self, path: str) -> bytes | None:
        """The bytes on the disk; None when they cannot be read."""
        if path in self.kept:
            return self.kept.pop(path)
        try:
            return load(self.absolute(path))
        except OSError as error:
            self._refused(path, error)
            return None

    def _refused(self, path: str, error: OSError) -> None:
        self.problems.append(Problem(path, 1, f"could not read: {error.strerror or error}"))
