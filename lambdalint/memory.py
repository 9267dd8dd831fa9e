"""What earlier runs of this process made, each piece with all it was made of, so that a keystroke makes few anew.

A piece (a dialect's declarations, one handler followed, one function, what a rule says of it) is taken again when its
subject is the same, the same files exist, and every document it asked for then is the same object now. Documents are
the same object while a file's text is. So nothing here knows what a piece is, and no piece has to say what it needs:
what it asks the project for is written down as it asks.

What is made anew and comes out equal is the old object again. So an edit that changes nothing of a document (a comment)
or nothing of a walk (a function it does not run) goes no further than that; and what lives long was made early and lies
together, where thousands of edits would otherwise scatter it over memory that is then never given back.

Sizes are those on the disk: an unsaved text has none yet, and what would be deployed is what was saved.
"""

from __future__ import annotations

from lambdalint.discover import with_unsaved
from lambdalint.model import Value
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdalint.discover import Found
    from lambdalint.model import Document, Problem

KEPT = 24  # runs for which an unused piece is kept: half a line typed that does not parse must not cost everything


def equal(one: object, other: object) -> bool:
    """Whether two pieces of plain data are equal, each pair of their parts compared once.

    What a walk saw holds a value in every call that it went into: `==` would follow it anew from each, which takes time
    exponential in the length of such chains.
    """
    waiting: list[tuple[Any, Any]] = [(one, other)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        left, right = waiting.pop()
        if left is right:
            continue
        kind = type(left)
        if kind is not type(right):
            return False
        if not issubclass(kind, tuple | list | dict | Value):
            if left != right:
                return False
            continue
        pair = (id(left), id(right))  # of parts that `one` and `other` hold, so that no id is given away meanwhile
        if pair in seen:
            continue
        seen.add(pair)
        if kind is Value:
            waiting += [(getattr(left, name), getattr(right, name)) for name in Value.__slots__]
        elif len(left) != len(right):
            return False
        elif kind is not dict:
            waiting += zip(left, right, strict=True)
        elif left.keys() != right.keys():
            return False
        else:
            waiting += [(value, right[key]) for key, value in left.items()]
    return True


class Cancelled(BaseException):
    """The run is not wanted any more. Not an Exception: nothing that survives a bad file should survive this."""


class LeftOut(NamedTuple):
    """Stands in for a piece that was not made because the run is in a hurry. before: what it was when last made."""

    before: Any


class Piece:
    """One result. state: which files existed. reads: what was asked for, and what it was then. problems: those its
    making added."""

    __slots__ = ("problems", "reads", "result", "state", "subject", "used")

    def __init__(self, subject: Any, state: int, reads: dict[Any, Any], result: Any, used: int) -> None:
        self.subject = subject
        self.state = state
        self.reads = reads
        self.result = result
        self.problems: tuple[Problem, ...] = ()
        self.used = used


class Memory:
    """The pieces of one root under one set of settings; others take a new Memory. cancelled: asked at each piece."""

    def __init__(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        self.cancelled = cancelled
        self.names = 0  # rises when other files exist
        self.sizes = 0  # rises when other files exist, or the size of one has changed on the disk
        self.documents: dict[tuple[str, str], tuple[str, Document, int]] = {}  # by path and language; digest, used
        self.looks: dict[str, tuple[str, tuple[str, ...], int]] = {}  # by path: digest, what the cheap looks saw, used
        self.looked: dict[str, list[str]] = {}  # the same by dialect
        self.run = 0
        self.made = 0  # pieces made in this run
        self.hurry: frozenset[str] | None = None  # of the spare pieces, make these only
        self.left_out = 0  # pieces left out of this run, which is in a hurry
        self.pieces: dict[Any, Piece] = {}
        self.frames: list[dict[Any, Any]] = []
        self.walked = False  # did this run walk the disk?
        self._moves = 0
        self._walked: tuple[int, Found] | None = None  # as of how many moves
        self._next: Found | None = None
        self._found: Found | None = None
        self._unsaved: dict[str, int] = {}

    def begin(self) -> None:
        """A run starts; one before it may have been cancelled half way."""
        self.run += 1
        self.made = self.left_out = 0
        self.frames.clear()

    def end(self) -> None:
        """A run has ended: let go of what was not used for long."""
        if self.run % 4 == 0:
            oldest = self.run - KEPT
            self.pieces = {key: piece for key, piece in self.pieces.items() if piece.used >= oldest}
            self.documents = {key: known for key, known in self.documents.items() if known[2] >= oldest}
            self.looks = {path: known for path, known in self.looks.items() if known[2] >= oldest}

    def moved(self, found: Found | None = None) -> None:
        """The disk has to be walked again; found: what the next run takes for such a walk.

        May be called while a run goes on in another thread, which may be walking: the next one walks again.
        """
        self._next = found
        self._moves += 1

    def on_disk(self, path: str) -> bool:
        """Was the file there when the disk was last walked?"""
        return self._found is not None and path in self._found.marks

    def found(self, walk: Callable[[], Found], unsaved: Mapping[str, bytes]) -> Found:
        """Which files exist: as last walked, with the unsaved ones that are not on the disk."""
        moves, before = self._moves, self._walked
        fresh = self.walked = before is None or before[0] != moves
        if before is None or before[0] != moves:
            walked, self._next = self._next or walk(), None
            self._walked = (moves, walked)
        else:
            walked = before[1]
        new = {path: len(data) for path, data in unsaved.items() if path not in walked.inventory.files}
        if self._found is not None and not fresh and new == self._unsaved:
            return self._found
        last, self._unsaved = self._found, new
        found = with_unsaved(walked, new)
        if last is None or last.inventory.skipped != found.inventory.skipped or (fresh and last.listed):
            self.names += 1
            self.sizes += 1
        elif last.inventory.files != found.inventory.files:
            self.sizes += 1
            self.names += last.inventory.files.keys() != found.inventory.files.keys()
        self._found = found
        return found

    def document(self, key: tuple[str, str], digest: str, make: Callable[[], Document | None]) -> Document | None:
        """The Document with this digest: that of an earlier run, else a new one. One that says the same as the last (a
        comment was edited, a blank at the end of a line) is the last one, so that nothing is made of it anew."""
        known = self.documents.get(key)
        document = known[1] if known is not None and known[0] == digest else make()
        if known is not None and document is not None and document is not known[1]:
            again = document._replace(digest=known[1].digest)
            document = known[1] if again == known[1] else document  # trees, whose parts are not shared
        if document is not None:
            self.documents[key] = (digest, document, self.run)
        return document

    def look(self, path: str, digest: str, make: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """What the cheap looks saw in an unsaved text."""
        known = self.looks.get(path)
        seen = known[1] if known is not None and known[0] == digest else make()
        self.looks[path] = (digest, seen, self.run)
        return seen

    def candidates(self, found: dict[str, list[str]]) -> dict[str, list[str]]:
        """The candidates by dialect; equal ones are the same list as before."""
        self.looked = {
            name: self.looked[name] if self.looked.get(name) == paths else paths for name, paths in found.items()
        }
        return self.looked

    def asked(self, what: Any, answer: Any) -> None:
        """Write down that whatever is being made asked the project this, and what it was told."""
        for frame in self.frames:
            frame[what] = answer


class Anew:
    """Makes every piece each time: what a run without a memory does."""

    def recall(self, key: Any, subject: Any, make: Callable[..., Any], *given: Any, **terms: Any) -> Any:
        """What `make(*given)` gives, whatever the terms of Again.recall are."""
        return make(*given)

    def shared(self) -> dict[Any, Any]:
        """A dict that the functions of this run share."""
        return {}


class Again:
    """Takes pieces of earlier runs that still hold. ask: puts a question of an earlier run to the project again.
    problems: the list that making a piece may add to."""

    def __init__(self, memory: Memory, ask: Callable[[Any], Any], problems: list[Problem]) -> None:
        self.memory = memory
        self.ask = ask
        self.problems = problems

    def recall(
        self,
        key: Any,
        subject: Any,
        make: Callable[..., Any],
        *given: Any,
        sized: bool = True,
        alike: bool = False,
        spare: str = "",
        pure: bool = False,
        compared: bool = True,
    ) -> Any:
        """The result of an earlier run, when nothing it was made of has changed; else what `make(*given)` gives.

        subject: what the result depends on besides what its making asks of the project; the same object, or, with
        alike, an equal one. sized: it depends on the sizes of files, not only on which there are; pure: on neither.
        spare: a name by which a run in a hurry can tell if the piece is one it wants; if not, LeftOut stands in for it.
        compared: if it comes out as before, it is the old object; not for what others take apart and compare in parts.
        """
        memory = self.memory
        if memory.cancelled():
            raise Cancelled
        state = 0 if pure else memory.sizes if sized else memory.names
        piece = memory.pieces.get(key)
        if (
            piece is not None
            and piece.state == state
            and (piece.subject is subject or (alike and piece.subject == subject))
            and self.holds(piece)
        ):
            self.problems += piece.problems
            return piece.result
        if spare and piece is not None and memory.hurry is not None and spare not in memory.hurry:
            memory.left_out += 1
            piece.used = memory.run
            return LeftOut(piece.result)
        depth, before = len(memory.frames), len(self.problems)
        reads: dict[Any, Any] = {}
        memory.frames.append(reads)
        try:
            result = make(*given)
        finally:
            del memory.frames[depth:]
        memory.made += 1
        if compared and piece is not None and equal(piece.result, result):
            result = piece.result
        piece = memory.pieces[key] = Piece(subject, state, reads, result, memory.run)
        piece.problems = tuple(self.problems[before:])
        return result

    def shared(self) -> Shared:
        """What functions share, of this run and of earlier ones."""
        return Shared(self)

    def holds(self, piece: Piece) -> bool:
        """Is the project's answer to every question the same? Asking tells the run what it rests on, too."""
        for what, answer in piece.reads.items():
            if self.ask(what) is not answer:
                return False
        piece.used = self.memory.run
        return True


class Shared:
    """A mapping: `key in it` asks if the value still holds; what is asked of the project from then until the value is
    set is what it was made of."""

    def __init__(self, again: Again) -> None:
        self._again = again

    def __contains__(self, key: object) -> bool:
        memory = self._again.memory
        piece = memory.pieces.get(("shared", key))
        if piece is not None and piece.state == memory.sizes and self._again.holds(piece):
            return True
        memory.frames.append({})
        return False

    def __setitem__(self, key: Any, value: Any) -> None:
        memory = self._again.memory
        last = memory.pieces.get(("shared", key))
        if last is not None and last.result == value:
            value = last.result
        memory.pieces["shared", key] = Piece(None, memory.sizes, memory.frames.pop(), value, memory.run)

    def __getitem__(self, key: Any) -> Any:
        return self._again.memory.pieces["shared", key].result
