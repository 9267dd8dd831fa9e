"""The files of a tree in, which of them a dialect wants out: a cheap look at names and bytes, before any parser.

What was seen is remembered with the file's content. Large trees are looked at by several processes.
"""

from __future__ import annotations

from lambdalint.dialects import dialects
from lambdalint.digest import digest_of
from lambdalint.discover import may_hold_handler, plausible
from lambdalint.read import LIMIT
from lambdalint.sources import load
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lambdalint.contents import Contents
    from lambdalint.memory import Memory

LOOK_BYTES = 10_000_000  # to look at; below this a second process costs more than it saves
HEAD = 200_000  # bytes of a file beyond the limit that are looked at


def candidates(contents: Contents, names: Sequence[str] | None, memory: Memory | None) -> dict[str, list[str]]:
    """By dialect, the files in which it saw something of its own, sorted; "python": those that may hold a handler.

    names: of the dialects to ask, None for all. memory: of earlier runs, for unsaved texts.
    """
    found: dict[str, list[str]] = {}
    for path, wanting in _Looks(contents, names, memory).all():
        for name in wanting:
            found.setdefault(name, []).append(path)
    return memory.candidates(found) if memory else found


class _Looks:
    """One look over the tree. wanted: each dialect's question, loaded when a file has to be asked about."""

    def __init__(self, contents: Contents, names: Sequence[str] | None, memory: Memory | None) -> None:
        self.contents = contents
        self.names = names
        self.memory = memory
        self.wanted: dict[str, Callable[[str, bytes], bool]] = {}

    def all(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each file that may be wanted, and by which."""
        self._look_apart()
        for path in self.contents.found.plausible:
            yield path, self._looks(path)

    def _look_apart(self) -> None:
        """Look at new files in several processes, when there are many."""
        files, entries = self.contents.files, self.contents.cache.entries
        paths = [
            path
            for path in self.contents.found.plausible
            if path not in entries
            and path in self.contents.found.marks
            and path not in self.contents.overlay
            and files[path] <= LIMIT
        ]
        costs = [files[path] + 5_000 for path in paths]
        if sum(costs) < LOOK_BYTES:
            return
        from lambdalint.forks import spread, workers

        count = workers()
        if count < 2:
            return
        self._load_dialects()
        # Neighbours together: a folder's files lie together on the disk as well.
        size = len(paths) // (count * 8) + 1
        chunks = [range(start, min(start + size, len(paths))) for start in range(0, len(paths), size)]

        def look(index: int) -> list[tuple[str, tuple[str, ...]] | None]:
            return [self._seen(paths[number]) for number in chunks[index]]

        seen = spread([sum(costs[number] for number in chunk) for chunk in chunks], look, LOOK_BYTES // 2)
        for chunk, found in zip(chunks, seen, strict=True):
            for number, known in zip(chunk, found, strict=True):
                if known is not None:
                    self.contents.cache.looked(paths[number], self.contents.mark(paths[number]), *known)

    def _seen(self, path: str) -> tuple[str, tuple[str, ...]] | None:
        """A file's digest and which dialects want it; None when it cannot be read, which is said later."""
        try:
            data = load(self.contents.absolute(path))
        except OSError:
            return None
        return digest_of(data), self._ask(path, data)

    def _looks(self, path: str) -> tuple[str, ...]:
        if path in self.contents.overlay:
            unsaved = self.contents.overlay[path]
            if self.memory:
                return self.memory.look(path, digest_of(unsaved), lambda: self._ask(path, unsaved))
            return self._ask(path, unsaved)
        if self.contents.files[path] > LIMIT:
            return self._look_at_head(path)
        entry, data = self.contents.entry(path)
        if entry is None:
            return ()
        if entry.looks is None:
            if data is None:
                data = self.contents.load(path)
                if data is None:
                    return ()
            entry.looks = self._ask(path, data)
            self.contents.cache.changed = True
            if entry.looks:
                self.contents.kept[path] = data
        return entry.looks

    def _look_at_head(self, path: str) -> tuple[str, ...]:
        try:
            with open(self.contents.absolute(path), "rb") as file:
                head = file.read(HEAD)
        except OSError:
            return ()
        return self._ask(path, head)

    def _ask(self, path: str, data: bytes) -> tuple[str, ...]:
        if not plausible(path):
            return ()
        self._load_dialects()
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16: no word of it would be seen
            data = data.decode("utf-16", "replace").encode("utf-8", "replace")
        names = [name for name, ask in self.wanted.items() if ask(path, data)]
        if path.endswith(".py") and may_hold_handler(data):
            names.append("python")
        return tuple(names)

    def _load_dialects(self) -> None:
        if not self.wanted:
            from importlib import import_module

            for name in dialects() if self.names is None else self.names:
                self.wanted[name] = import_module(f"lambdalint.dialects.{name}").wanted
