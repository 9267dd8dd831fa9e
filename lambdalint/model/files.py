"""What exists below the root and what one file says: trees of data files, documents, the inventory."""

from __future__ import annotations

from lambdalint.model.places import Span
from lambdalint.typed import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lambdalint.model.places import Place, Problem


class Node(NamedTuple):
    """One node of a data file (YAML, JSON, TOML).

    kind: "mapping", "sequence" or "scalar". value: for a scalar the Python value by the file's own rules (str, int,
    float, bool, None); for a sequence its nodes; for a mapping its (key, value) pairs in order, merge keys resolved.
    tag: a local YAML tag such as "!Sub", else "". at: the text of the value, quotes included. indent: for a block
    scalar the column at which its lines start in the file, else 0: line i of the value stands at
    (at.line + 1 + i, indent). home: the file it stands in, where its tree was put together from several.
    """

    kind: Literal["mapping", "sequence", "scalar"]
    value: Any
    at: Place
    tag: str = ""
    indent: int = 0
    home: str = ""

    def get(self, key: str) -> Node | None:
        """The value under a key of a mapping (the last one wins), or None."""
        if self.kind == "mapping":
            for name, value in reversed(self.value):
                if name.value == key:
                    return value  # type: ignore[no-any-return]
        return None

    def key(self, key: str) -> Node | None:
        """The key's own node, for its position."""
        if self.kind == "mapping":
            for name, _ in reversed(self.value):
                if name.value == key:
                    return name  # type: ignore[no-any-return]
        return None

    def items(self) -> tuple[tuple[Node, Node], ...]:
        """The pairs of a mapping; nothing for other kinds."""
        return self.value if self.kind == "mapping" else ()

    def elements(self) -> tuple[Node, ...]:
        """The nodes of a sequence; nothing for other kinds."""
        return self.value if self.kind == "sequence" else ()

    def span(self, path: str) -> Span:
        """Where the value stands; path is the file that its tree was read from."""
        return Span(self.home or path, *self.at)

    def of(self, home: str) -> Node:
        """The same tree, each node of it saying which file it stands in."""
        inside = self.value
        if self.kind == "mapping":
            inside = tuple((key.of(home), value.of(home)) for key, value in inside)
        elif self.kind == "sequence":
            inside = tuple(node.of(home) for node in inside)
        return self._replace(value=inside, home=self.home or home)

    def plain(self) -> Any:
        """The node as plain Python data, positions and tags dropped."""
        if self.kind == "mapping":
            return {key.plain() if key.kind == "scalar" else None: value.plain() for key, value in self.value}
        if self.kind == "sequence":
            return [node.plain() for node in self.value]
        return self.value


class Directive(NamedTuple):
    """A `lambdalint: ignore[...]` comment. rules is empty for all. lines: the lines it covers, None for the file."""

    rules: tuple[tuple[str, Span], ...]
    span: Span
    lines: tuple[int, int] | None


class Document(NamedTuple):
    """One file as read: plain data that can be cached and sent between processes.

    language: "python", "yaml", "json", "toml", "hcl", "shell", "dockerfile", "requirements", "typescript", ...
    facts: what languages/<language>.parse made of the text (yaml, json: a tuple of Node, one a document; toml: a Node;
    python: languages.python.Module; ...), None when it could not be read.
    """

    path: str
    language: str
    digest: str
    facts: Any = None
    problems: tuple[Problem, ...] = ()
    directives: tuple[Directive, ...] = ()


class Inventory:
    """Which files exist below the root (sizes in bytes), so that joins ask this and never the disk.

    skipped: folders that exist but were not walked (.git, node_modules, a virtual environment); they are neither in
    `files` nor in `folders`. What is in them is counted only when a join asks `listing`, because it may ship.
    """

    __slots__ = ("_list", "_sorted", "files", "folders", "root", "skipped")

    def __init__(
        self,
        root: str,
        files: Mapping[str, int],
        skipped: tuple[str, ...] = (),
        listing: Callable[[str], Mapping[str, int]] | None = None,
    ) -> None:
        self.root = root
        self.files = files
        self.skipped = skipped
        self._list = listing
        self._sorted: list[str] | None = None
        folders = {""}
        for path in files:
            folder = path.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        self.folders = folders

    def under(self, folder: str) -> list[str]:
        """Paths of all files below a folder ("" is the root), sorted."""
        if self._sorted is None:
            self._sorted = sorted(self.files)
        if not folder:
            return self._sorted
        from bisect import bisect_left  # a library of the system's to load, which no start waits for

        start = bisect_left(self._sorted, folder + "/")
        end = bisect_left(self._sorted, folder + "0")  # "0" is the character after "/"
        return self._sorted[start:end]

    def listing(self, skipped: str) -> Mapping[str, int]:
        """The files (path, size) of a folder that was skipped; walked when first asked for."""
        return self._list(skipped) if self._list and skipped in self.skipped else {}


class Project(Protocol):
    """What a join may ask of the files: which exist, and what one of them says."""

    inventory: Inventory
    problems: list[Problem]  # what could not be read so far; a join may add to it
    scratch: dict[str, Any] | None  # what a join keeps to itself while it lasts; None where each part must ask itself

    def document(self, path: str, language: str | None = None) -> Document | None:
        """The file as read, None when it does not exist, is excluded or could not be read."""

    def candidates(self, dialect: str) -> Sequence[str]:
        """The files in which a dialect's `wanted` saw something of its own, sorted; "python": those that may hold a
        handler."""

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read many files at once (in several processes, where that is worth it) for `document` calls to come."""

    def imports(self, path: str) -> Sequence[Any] | None:
        """The imports of a Python file (languages/python/facts.py), None when it cannot be read."""

    def light(self, path: str, language: str) -> Document | None:
        """A document that was asked for; of its facts, what a Python file imports."""

    def learning(self) -> Callable[[], Any]:
        """Called where another process begins; the result gives, at its end, what the project was asked, to `offer`."""

    def offer(self, documents: Any) -> None:
        """Documents that another process has read, or an earlier run; each counts as asked for when it is used."""

    def use(self, path: str, language: str) -> None:
        """Ask for a document of which only problems, directives and imports matter."""

    def fresh(self, document: Document) -> bool:
        """Whether the file says what it said when the document was read."""

    def aside(self) -> Callable[[], None]:
        """Begin to ask for what may not matter: when the result is called, nothing since counts as asked for."""

    def recall(self, key: Any, subject: Any, make: Callable[..., Any], *given: Any) -> Any:
        """What `make(*given)` gives, or gave in an earlier run of an editor's session, when neither the subject nor
        anything that was asked of the project meanwhile has changed. For what a dialect can tell one file at a time."""
