"""Inventory, cache and overlay in, the Project that joins ask out: reads each file at most once, and only when asked.

A file's bytes come from the overlay (an editor's unsaved text, stdin, a test), else from the disk.
"""

from __future__ import annotations

from itertools import islice

from lambdalint.contents import Contents
from lambdalint.digest import digest_of
from lambdalint.looks import candidates
from lambdalint.memory import Again, Anew
from lambdalint.model import Document, Problem
from lambdalint.read import LIMIT, language_of, read
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from lambdalint.cache import Cache, Entry
    from lambdalint.discover import Found
    from lambdalint.languages.python.facts import Import
    from lambdalint.memory import Memory

POOL_BYTES = 30_000  # to read; below this a second process costs more than it saves


Offer = tuple[Document, "bytes | None"]  # a document, of its facts the imports; the whole, when there is a cache for it


class Disk:
    """The Project protocol over one root. problems: what could not be read so far."""

    def __init__(
        self,
        found: Found,
        cache: Cache,
        overlay: Mapping[str, bytes],
        dialects: Sequence[str] | None = None,
        progress: Callable[[int], None] | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.inventory = found.inventory
        self.found = found
        self.cache = cache
        self.overlay = overlay
        self.dialects = dialects
        self.problems: list[Problem] = list(found.problems)
        self.contents = Contents(found, cache, overlay, self.problems)
        self.documents: dict[tuple[str, str], Document | None] = {}
        self.elsewhere: dict[tuple[str, str], Document] = {}  # asked for, and read elsewhere: without facts but imports
        self.offered: dict[tuple[str, str], Document] = {}  # the same, not asked for yet
        self._candidates: dict[str, list[str]] | None = None
        self.progress = progress
        self._ahead: dict[tuple[str, str], Document] = {}  # read before anyone asked
        self.memory = memory
        self.again = Again(memory, self._asked_again, self.problems) if memory else None
        self.pieces = self.again or Anew()
        self.scratch: dict[str, Any] | None = None if memory else {}

    @property
    def listed(self) -> tuple[str, ...]:
        """The skipped folders of which a join asked what is in them."""
        return tuple(sorted(self.found.listed))

    def look(self) -> None:
        """Find out which dialects want which files."""
        if self._candidates is None:
            self._candidates = candidates(self.contents, self.dialects, self.memory)

    def state(self, reads: Iterable[str], listed: Iterable[str] = ()) -> str:
        """The identity of everything a join may see: which files exist, how large they are, what those say that are
        looked at or read, and what is in those skipped folders that it asked about."""
        files = sorted(self.inventory.files.items())
        lines = [f"{path}\0{size}" for path, size in files]
        lines += [f"{path}\0{self.contents.digest(path)}" for path in sorted({*self.found.plausible, *reads})]
        lines += [f"skipped\0{path}" for path in self.inventory.skipped]
        lines += [
            f"{path}\0{size}" for folder in listed for path, size in sorted(self.inventory.listing(folder).items())
        ]
        return digest_of("\n".join(lines).encode("utf-8", "surrogateescape"))

    def read_documents(self) -> Iterator[Document]:
        """Every document that was asked for."""
        return (document for document in (*self.documents.values(), *self.elsewhere.values()) if document)

    def candidates(self, dialect: str) -> Sequence[str]:
        """The files in which a dialect saw something of its own, sorted."""
        self.look()
        assert self._candidates is not None
        found = self._candidates.get(dialect, ())
        if self.memory:
            self.memory.asked(dialect, found)
        return found

    def document(self, path: str, language: str | None = None) -> Document | None:
        """The file as read; None when it does not exist or cannot be read."""
        language = language or language_of(path)
        if language is None or path not in self.inventory.files:
            return None
        key = (path, language)
        if key not in self.documents:
            self.elsewhere.pop(key, None)
            document = self.documents[key] = self._read(path, language)
            if document:
                self.problems += document.problems
            if self.progress:
                self.progress(len(self.documents))
        found = self.documents[key]
        if self.memory and self.memory.frames:
            self.memory.asked(key, found)
        return found

    def recall(self, key: Any, subject: Any, make: Callable[..., Any], *given: Any) -> Any:
        """What `make(*given)` gives, or gave in an earlier run of the same memory."""
        return self.pieces.recall(key, subject, make, *given, sized=False, alike=True, compared=False)

    def _asked_again(self, what: tuple[str, str] | str) -> Any:
        """The answer to a question of an earlier run: a dialect's candidates, or a document."""
        return self.candidates(what) if isinstance(what, str) else self.document(*what)

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read many files at once, in several processes when there is enough to read."""
        waiting: list[tuple[str, str]] = []
        size = 0
        for path in paths:
            language = language_of(path)
            key = (path, language or "")
            if language is None or path not in self.inventory.files or key in self.documents or key in self._ahead:
                continue
            if self.memory and (path in self.overlay or (path, language) in self.memory.documents):
                continue
            entry = self.cache.entries.get(path)
            if (
                entry
                and path not in self.overlay
                and language in entry.blobs
                and entry.mark == self.contents.mark(path)
            ):
                continue
            waiting.append((path, language))
            size += self.inventory.files[path]
        if size < POOL_BYTES or len(waiting) < 4:
            return
        from lambdalint.forks import workers

        if workers(forking=False) < 2:
            return
        from lambdalint.pool import read_all

        work: list[tuple[str, str, bytes, str]] = []
        entries: list[Entry] = []
        for path, language in waiting:
            entry, data = self.contents.entry(path)
            if entry is None or language in entry.blobs:
                continue
            data = self.contents.load(path) if data is None else data
            if data is not None:
                work.append((path, language, data, entry.digest))
                entries.append(entry)
        for entry, document in zip(entries, read_all(work), strict=True):
            self._ahead[document.path, document.language] = document
            if self.cache.folder:
                self.cache.keep(entry, document)

    def imports(self, path: str) -> Sequence[Import] | None:
        """What a Python file imports, None when it cannot be read; known of one that another process has read."""
        self.use(path, "python")
        known = self.elsewhere.get((path, "python"))
        if known is not None:
            return known.facts  # type: ignore[no-any-return]
        document = self.document(path, "python")
        return document.facts.imports if document is not None and document.facts is not None else None

    def light(self, path: str, language: str) -> Document | None:
        """A document that was asked for; of its facts, what a Python file imports."""
        document = self.documents.get((path, language))
        if document is None:
            return self.elsewhere.get((path, language))
        imports = document.facts.imports if language == "python" and document.facts is not None else None
        return document._replace(facts=imports)

    def learning(self) -> Callable[[], list[Offer]]:
        """Called where another process begins; the result gives, at its end, what the project was asked since."""
        known = len(self.documents)

        def learned() -> list[Offer]:
            found = []
            for path, language in islice(self.documents, known, None):
                document = self.light(path, language)
                entry = self.cache.entries.get(path)
                blob = entry.blobs.get(language) if entry else None
                if document is not None:
                    found.append((document, blob if isinstance(blob, bytes) else None))
            return found

        return learned

    def offer(self, documents: Iterable[Offer]) -> None:
        """Documents that another process has read, or an earlier run; each counts as asked for when it is used."""
        for document, blob in documents:
            self.offered[document.path, document.language] = document
            if self.cache.folder:
                entry = self.cache.known(document.path, self.contents.mark(document.path), document.digest)
                if blob is not None:
                    self.cache.keep_blob(entry, document.language, blob)

    def use(self, path: str, language: str) -> None:
        """Ask for a document of which only problems, directives and imports matter."""
        key = (path, language)
        if key in self.documents or key in self.elsewhere:
            return
        if key not in self.offered:
            self.document(path, language)
            return
        document = self.elsewhere[key] = self.offered.pop(key)
        self.problems += document.problems
        if self.progress:
            self.progress(len(self.documents) + len(self.elsewhere))

    def fresh(self, document: Document) -> bool:
        """Whether the file says what it said when the document was read."""
        return self.contents.digest(document.path) == document.digest

    def aside(self) -> Callable[[], None]:
        """Begin to ask for what may not matter: when the result is called, nothing since counts as asked for."""
        known, elsewhere, said = set(self.documents), set(self.elsewhere), len(self.problems)

        def forget() -> None:
            for key in [key for key in self.documents if key not in known]:
                document = self.documents.pop(key)
                if document is not None:
                    self._ahead[key] = document
            for key in [key for key in self.elsewhere if key not in elsewhere]:
                self.offered[key] = self.elsewhere.pop(key)
            del self.problems[said:]

        return forget

    def _read(self, path: str, language: str) -> Document | None:
        if path in self.overlay:
            data = self.overlay[path]
            digest = digest_of(data)
            return self._known(path, language, digest, lambda: read(path, data, language, digest))
        if self.inventory.files[path] > LIMIT:
            size = f"{self.inventory.files[path] / 1_000_000:.1f} MB, the limit is {LIMIT // 1_000_000} MB"
            problem = Problem(path, 1, f"too large to read: {size}")
            return self._known(path, language, size, lambda: Document(path, language, "", None, (problem,)))
        entry, loaded = self.contents.entry(path)
        if entry is None:
            return None
        return self._known(path, language, entry.digest, lambda: self._cached(path, language, entry, loaded))

    def _known(self, path: str, language: str, digest: str, make: Callable[[], Document | None]) -> Document | None:
        """The document of an earlier run of this process, else a new one."""
        return self.memory.document((path, language), digest, make) if self.memory else make()

    def _cached(self, path: str, language: str, entry: Entry, loaded: bytes | None) -> Document | None:
        known = self._ahead.pop((path, language), None) or self.cache.document(entry, language)
        if known is not None:
            return known
        data = self.contents.load(path) if loaded is None else loaded
        if data is None:
            return None
        document = read(path, data, language, entry.digest, packed=bool(self.cache.folder or self.memory))
        if self.cache.folder:
            self.cache.keep(entry, document)
        return document
