"""Files as they were, their facts out: one file below the root, of which a run reads what it asks for.

Layout: MAGIC, offset and checksum of the index, the blobs, the index. The index is plain data (dicts, tuples,
strings, numbers); a blob is one pickled Document, what a join made, or what is known of each file. A cache is part of a
tree that a stranger may have sent, so nothing is ever made from it but plain data and the named tuples of `model` and
`languages`: a pickle that asks for anything else is discarded, as is a cache that is damaged or of another version. A
run that changed anything writes a new file and moves it into place; of two runs at once the last one wins, and both are
right.
"""

from __future__ import annotations

import os
import sys

from lambdalint.digest import digest_of
from lambdalint.records import Record
from lambdalint.tree import CACHE_FOLDER
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdalint.discover import Mark
    from lambdalint.model import Document
    from lambdalint.tree import Tree

MAGIC = b"lambdalint facts 2\n"
# A file written this shortly before it was read may change again without its time changing.
SETTLED_NS = 2_000_000_000
_SYSTEM = os.name
# What facts and linked functions are made by; a change of any makes the cache void, also in a checkout.
SOURCES = (
    *"records.py pickles.py digest.py model tree.py gitignore.py discover.py looks.py read.py project.py".split(),
    *"languages dialects link package knowledge joined.py".split(),
)
_CODE = (".py", ".tsv", ".toml")
_SAFE_MODULES = ("lambdalint.model", "lambdalint.languages.", "lambdalint.link.")

Place = tuple[int, int, int]  # offset, length, checksum


class Entry:
    """What is known of one file. looks: what the cheap looks saw, None before any. blobs: language -> place."""

    __slots__ = ("blobs", "digest", "looks", "mark")

    def __init__(self, mark: Mark | None, digest: str) -> None:
        self.mark = mark
        self.digest = digest
        self.looks: tuple[str, ...] | None = None
        self.blobs: dict[str, Place | bytes] = {}


class Cache:
    """The facts of one root. Without a folder to keep them in, it remembers for this run only."""

    def __init__(self, root: str | None) -> None:
        self.folder = os.path.join(root, CACHE_FOLDER) if root else None
        self._entries: dict[str, Entry] | None = None
        self._files: Place | None = None  # where the last run wrote what it knew of each file
        self.extra: dict[str, Any] = {}  # further plain data, by name
        self.parts: dict[str, Place | bytes] = {}  # further pickles, by name
        self.changed = False
        self._file: Any = None
        if self.folder:
            self._open()

    @property
    def entries(self) -> dict[str, Entry]:
        """What is known of each file; read when first asked for, which a tree that has not changed does not need."""
        if self._entries is None:
            self._entries = {}
            try:
                for path, (mark, digest, looks, blobs) in (
                    restore(self._blob(self._files)).items() if self._files else ()
                ):
                    entry = self._entries[path] = Entry(mark, digest)
                    entry.looks = looks
                    entry.blobs = blobs
            except Exception:  # damaged: not worth more than looking again
                self._entries.clear()
        return self._entries

    def entry(self, path: str, mark: Mark | None, load: Callable[[], bytes]) -> tuple[Entry, bytes | None]:
        """What is known of a file as it is now, and its bytes if they had to be read (OSError is the caller's)."""
        entry = self.entries.get(path)
        if entry is not None and mark is not None and entry.mark == mark:
            return entry, None
        data = load()
        digest = digest_of(data)
        if entry is None or entry.digest != digest:
            entry = self.entries[path] = Entry(None, digest)
        if mark is not None and (entry.mark is None or entry.mark != mark):
            entry.mark = mark
            self.changed = True
        return entry, data

    def looked(self, path: str, mark: Mark | None, digest: str, looks: tuple[str, ...]) -> None:
        """Remember what was seen of a new file."""
        entry = self.entries[path] = Entry(mark, digest)
        entry.looks = looks
        self.changed = True

    def known(self, path: str, mark: Mark | None, digest: str) -> Entry:
        """What is known of a file that another process has read."""
        entry = self.entries.get(path)
        if entry is None or entry.digest != digest:
            entry = self.entries[path] = Entry(mark, digest)
            self.changed = True
        return entry

    def document(self, entry: Entry, language: str) -> Document | None:
        """The Document kept for a file, None when there is none or it is damaged."""
        return self._restored(entry.blobs, language)  # type: ignore[no-any-return]

    def keep(self, entry: Entry, document: Document) -> None:
        """Remember what was read of a file."""
        from lambdalint.pickles import pack

        self.keep_blob(entry, document.language, pack(document))

    def keep_blob(self, entry: Entry, language: str, blob: bytes) -> None:
        """The same of what another process has packed."""
        entry.blobs[language] = blob
        self.changed = True

    def part(self, name: str) -> Any:
        """What was kept under a name, None when there is nothing or it is damaged."""
        return self._restored(self.parts, name)

    def keep_part(self, name: str, content: Any) -> None:
        """Remember plain data and named tuples under a name; what cannot be pickled is not kept."""
        from lambdalint.pickles import pack

        if not self.folder:
            return
        try:
            self.parts[name] = pack(content)
        except Exception:  # nested too deeply, or something a cache must not hold
            self.parts.pop(name, None)
        self.changed = True

    def forget(self, exists: Callable[[str], bool]) -> None:
        """Let go of what is known of files that are gone; for those who go on asking for long."""
        self._entries = {path: entry for path, entry in self.entries.items() if exists(path)}

    def save(self, exists: Callable[[str], bool]) -> None:
        """Write what is known of the files that still exist; a folder that cannot be written is left alone."""
        if not self.changed or not self.folder:
            return
        try:
            self._save(exists)
        except OSError:
            pass

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
            self._file = None

    def _restored(self, places: dict[str, Place | bytes], name: str) -> Any:
        if name not in places:
            return None
        try:
            return restore(self._blob(places[name]))
        except Exception:  # whatever a damaged file holds, it is not worth more than reading again
            del places[name]
            return None

    def _blob(self, place: Place | bytes) -> bytes:
        if isinstance(place, bytes):
            return place
        start, length, check = place
        blob = _part(self._file, start, length)
        if _sum_of(blob) != check:
            raise ValueError("damaged")
        return blob

    def _open(self) -> None:
        try:
            self._file = open(self._path(), "rb")  # noqa: SIM115 - it stays open while documents are asked for
            if self._file.read(len(MAGIC)) != MAGIC:
                return
            start = int.from_bytes(self._file.read(8), "little")
            check = int.from_bytes(self._file.read(8), "little")
            self._file.seek(start)
            data = self._file.read()
            index = restore(data)
            if _sum_of(data) != check or index["key"] != key():
                return
            self._files = index["files"]
            self.parts = index["parts"]
            self.extra = index["extra"]
        except Exception:
            self._files = None
            self.parts, self.extra = {}, {}

    def _path(self) -> str:
        return os.path.join(self.folder or "", f"facts-{sys.version_info[0]}{sys.version_info[1]}")

    def _save(self, exists: Callable[[str], bool]) -> None:
        from time import time_ns

        from lambdalint.pickles import pack

        folder = self.folder or ""
        _make(folder)
        temporary = f"{self._path()}.{os.getpid()}"
        now = time_ns()
        files: dict[str, Any] = {}
        try:
            with open(temporary, "wb") as file:
                file.write(MAGIC + bytes(16))
                for path, entry in self.entries.items():
                    if not exists(path):
                        continue
                    blobs = self._written(entry.blobs, file)
                    mark = entry.mark if entry.mark and entry.mark[1] < now - SETTLED_NS else None
                    files[path] = (mark, entry.digest, entry.looks, blobs)
                parts = self._written({**self.parts, "files": pack(files)}, file)
                index = {"key": key(), "files": parts.pop("files"), "parts": parts, "extra": self.extra}
                start = file.tell()
                data = pack(index)
                file.write(data)
                file.seek(len(MAGIC))
                file.write(start.to_bytes(8, "little") + _sum_of(data).to_bytes(8, "little"))
            if _SYSTEM == "nt":  # an open file cannot be replaced there; elsewhere the old one is read on
                self._hold()
            os.replace(temporary, self._path())
            self.changed = False
        except OSError:
            try:
                os.unlink(temporary)
            except OSError:
                pass
            raise

    def _hold(self) -> None:
        """Take over what is in the file, and let go of it."""
        for places in (self.parts, *(entry.blobs for entry in self.entries.values())):
            whole = dict(self._whole(places))
            places.clear()
            places.update(whole)
        self.close()

    def _written(self, places: dict[str, Place | bytes], file: Any) -> dict[str, Place]:
        """Copy blobs to a new file; where each is in it."""
        written: dict[str, Place] = {}
        for name, blob in self._whole(places):
            written[name] = (file.tell(), len(blob), _sum_of(blob))
            file.write(blob)
        return written

    def _whole(self, places: dict[str, Place | bytes]) -> Iterator[tuple[str, bytes]]:
        """The blobs that are not damaged."""
        for name, place in places.items():
            try:
                blob = self._blob(place)
            except ValueError:
                continue
            yield name, blob


def _sum_of(data: bytes) -> int:
    """A checksum."""
    from binascii import crc32  # a library of the system's to load, which a run without a cache has no use for

    return crc32(data)


def _part(file: Any, start: int, length: int) -> bytes:
    """Bytes of an open file; where processes share it, without moving the place at which they all read."""
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), length, start)
    file.seek(start)
    return file.read(length)  # type: ignore[no-any-return]


def identity(tree: Tree, contents: Iterable[tuple[str, int]] = ()) -> str:
    """The same for the same names, sizes, times and inodes; "" when the last change was too near the walk to be sure.

    contents: names and sizes of files besides.
    """
    from marshal import dumps

    if tree.newest > tree.at - SETTLED_NS:
        return ""
    # Formats after the first write a string differently when more than one holds it.
    return digest_of(dumps((tree.folders, tree.skipped, list(contents)), 0))


def restore(blob: bytes) -> Any:
    """Plain data and our named tuples from bytes; ValueError for anything else."""
    from lambdalint.pickles import unpack

    return unpack(blob, _plain)


_SAFE_BUILTINS = {"frozenset": frozenset, "set": set, "complex": complex, "Ellipsis": Ellipsis}


def _plain(module: str, name: str) -> Any:
    """What a cache may name, none of which can run anything: our named tuples, Value, and frozen sets."""
    if module == "builtins" and name in _SAFE_BUILTINS:
        return _SAFE_BUILTINS[name]
    if module.startswith(_SAFE_MODULES) and "." not in name:
        from importlib import import_module

        from lambdalint.model import Value

        found = getattr(import_module(module), name)
        if isinstance(found, type) and found.__module__ == module and (found is Value or issubclass(found, Record)):
            return found
    raise ValueError(f"{module}.{name} is not plain data")


_key: list[str] = []


def key() -> str:
    """What facts depend on besides the file: our version, CPython's, and the source files that make them."""
    if not _key:
        from lambdalint import __version__

        parts = [__version__, ".".join(map(str, sys.version_info[:3]))]
        here = os.path.dirname(__file__)
        parts.extend(_stamp(os.path.join(here, name)) for name in SOURCES)
        _key.append(" ".join(parts))
    return _key[0]


def _stamp(path: str) -> str:
    """Newest change and number of source files at or below a path."""
    newest = count = 0
    waiting = [path]
    while waiting:
        at = waiting.pop()
        if at.endswith(_CODE):
            newest, count = max(newest, os.stat(at).st_mtime_ns), count + 1
            continue
        with os.scandir(at) as entries:
            for entry in entries:
                if entry.name.endswith(_CODE):
                    newest, count = max(newest, entry.stat().st_mtime_ns), count + 1
                elif entry.name != "__pycache__" and entry.is_dir():
                    waiting.append(entry.path)
    return f"{newest}/{count}"


def _make(folder: str) -> None:
    """The cache folder, marked so that git and backups leave it out."""
    if os.path.isdir(folder):
        return
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".gitignore"), "w", encoding="utf-8") as file:
        file.write("*\n")
    with open(os.path.join(folder, "CACHEDIR.TAG"), "w", encoding="utf-8") as file:
        file.write("Signature: 8a477f597d28d172789f06886806bc55\n# Facts that lambdalint remembers of this tree.\n")
