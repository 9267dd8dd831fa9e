"""What a term comes to when it is run: constants, texts with unknown parts, objects, and what outsiders return."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambdalint.languages.terms.facts import Class, Export, Function
    from lambdalint.model import Span


class Known(NamedTuple):
    """A constant: str, int, float, bool or None (undefined as well)."""

    value: Any


class Text(NamedTuple):
    """A string with at least one part that is not known."""

    parts: tuple[Any, ...]


class Either(NamedTuple):
    """One of several values, by a condition that cannot be told."""

    options: tuple[Any, ...]


class Opaque(NamedTuple):
    """Something that cannot be told: the expression's text and where it comes from.

    origin: "parameter" (of a function that nobody in the project calls), "environment" (of whoever runs the program),
    "expression".
    """

    text: str
    origin: str = "expression"


class External(NamedTuple):
    """Something that another package exports: its module and names, with dots between."""

    path: str


class Regex(NamedTuple):
    """A regular expression literal."""

    pattern: str
    flags: str


class Path(NamedTuple):
    """A file system path that knows it is one (pathlib)."""

    text: str


class Member(NamedTuple):
    """An attribute of something made outside."""

    owner: Any
    name: str


class Item(NamedTuple):
    """A value in its place: an element of a list, an argument of a call. spread: it stands for any number of them."""

    value: Any
    span: Span
    spread: bool = False


class Entry(NamedTuple):
    """A value under a key. certain: it is there on every path."""

    value: Any
    span: Span
    key_span: Span
    certain: bool = True


class Held(NamedTuple):
    """What a list holds at one time; complete when there is nothing else."""

    items: list[Item]
    complete: bool


class Array:
    """A list. Its content changes as a whole, under the key "held", so that a change can be taken back."""

    __slots__ = ("state",)

    def __init__(self, items: list[Item], complete: bool = True) -> None:
        self.state = {"held": Held(items, complete)}

    @property
    def items(self) -> list[Item]:
        """The elements that are known to be there."""
        return self.state["held"].items

    @property
    def complete(self) -> bool:
        """Whether there are no others."""
        return self.state["held"].complete


class Record:
    """An object literal or dict; complete when it holds no other keys."""

    __slots__ = ("complete", "entries")

    def __init__(self, entries: dict[str, Entry] | None = None, complete: bool = True) -> None:
        self.entries: dict[str, Entry] = entries if entries is not None else {}
        self.complete = complete


class Scope:
    """Names and their values, and the scope around. flat: blocks inside do not make scopes of their own (Python)."""

    __slots__ = ("names", "outer", "parent")

    def __init__(self, parent: Scope | None = None) -> None:
        self.names: dict[str, Any] = {}
        self.parent = parent
        self.outer: set[str] = set()  # names that are assigned in a scope further out

    def holder(self, name: str) -> dict[str, Any] | None:
        """The names in which this one is defined, looking outwards."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and name not in scope.outer:
                return scope.names
            scope = scope.parent
        return None


class Unit:
    """A module of the project as it runs: its names, what it exports."""

    __slots__ = ("exported", "exports", "gives", "path", "python", "scope", "state")

    def __init__(self, path: str, python: bool, gives: tuple[Export, ...] = ()) -> None:
        self.path = path
        self.python = python
        self.gives = gives
        self.scope = Scope()
        self.exports: dict[str, Any] = {}  # the default, when it has no name
        self.exported: Any = None  # `export = x`
        self.state = "new"


class Closure:
    """A function of the project with what it can see. this: the object that it is a method of."""

    __slots__ = ("function", "home", "scope", "this", "unit")

    def __init__(self, function: Function, scope: Scope, unit: Unit, this: Any = None, home: Any = None) -> None:
        self.function = function
        self.scope = scope
        self.unit = unit
        self.this = this
        self.home = home  # the Kind whose body defines it


class Kind:
    """A class of the project. base: what it extends, a Kind or a value from outside, None for nothing."""

    __slots__ = ("base", "facts", "fields", "scope", "unit")

    def __init__(self, facts: Class, scope: Scope, unit: Unit, base: Any) -> None:
        self.facts = facts
        self.scope = scope
        self.unit = unit
        self.base = base
        self.fields: dict[str, Any] = {}  # static

    def lineage(self) -> list[Kind]:
        """This class and those of the project that it inherits from, nearest first."""
        found: list[Kind] = []
        kind: Any = self
        while isinstance(kind, Kind) and kind not in found:
            found.append(kind)
            kind = kind.base
        return found

    def outside(self) -> Any:
        """What the last class of the lineage extends, when it is not of the project."""
        return self.lineage()[-1].base

    def method(self, name: str, kinds: tuple[str, ...] = ("method",)) -> tuple[Function, Kind] | None:
        """The method with this name, and the class that has it."""
        for kind in self.lineage():
            for method in kind.facts.methods:
                if method.name == name and method.kind in kinds:
                    return method, kind
        return None


class Instance:
    """An object of a project class. made: the call of an outside class's constructor that it went through."""

    __slots__ = ("fields", "header", "kind", "made", "sites", "span")

    def __init__(self, kind: Kind, span: Span, header: Span) -> None:
        self.kind = kind
        self.span = span
        self.header = header
        self.fields: dict[str, Any] = {}
        self.made: Made | None = None
        self.sites: tuple[tuple[str, Span], ...] = ()


class Made:
    """A call to something outside the project, and what it returned.

    callee: dotted path of an External, "." and the name of a method of the receiver, or "=" and the name of an
    attribute of the receiver that is assigned to. new: it makes an object (`new` or, in Python, any call). header: the
    callee with `new`. doubtful: in how many branches that may not run it happens. instance: the project object whose
    constructor this is. sites: the calls of project functions that led here, outermost first.
    """

    __slots__ = (
        "args",
        "callee",
        "doubtful",
        "fields",
        "header",
        "instance",
        "keywords",
        "new",
        "order",
        "receiver",
        "sites",
        "span",
        "unit",
    )

    def __init__(
        self,
        callee: str,
        args: list[Item],
        keywords: Record | None,
        receiver: Any,
        span: Span,
        header: Span,
        order: int,
        unit: Unit,
    ) -> None:
        self.callee = callee
        self.args = args
        self.keywords = keywords
        self.receiver = receiver
        self.span = span
        self.header = header
        self.order = order
        self.unit = unit
        self.new = False
        self.doubtful = 0
        self.instance: Instance | None = None
        self.fields: dict[str, Any] = {}
        self.sites: tuple[tuple[str, Span], ...] = ()


class Method(NamedTuple):
    """A method of a constant, list, dict or path, not yet called."""

    name: str
    owner: Any


class Partial(NamedTuple):
    """Something to call with arguments that it has already (functools.partial)."""

    callee: Any
    args: tuple[Item, ...]
    keywords: Record


NOTHING = Known(None)
LENGTH = 100_000  # of a text, in characters
PARTS = 200  # of a text
ITEMS = 5_000  # of a list


def join(values: list[Any]) -> Any:
    """One value for several of which one holds."""
    options: list[Any] = []
    for value in values:
        for option in value.options if isinstance(value, Either) else (value,):
            if not any(option is other or (_comparable(option) and option == other) for other in options):
                options.append(option)
    if len(options) == 1:
        return options[0]
    return Either(tuple(options[:8]))


def _comparable(value: Any) -> bool:
    return isinstance(value, (Known, Opaque, External, Path, Regex))


def text_of(value: Any) -> str:
    """The value as a person would write it, unknown parts as ${...}."""
    if isinstance(value, Known):
        return "" if value.value is None else str(value.value)
    if isinstance(value, Text):
        return "".join(text_of(part) if isinstance(part, (Known, Text)) else "${" + text_of(part) + "}"
                       for part in value.parts)  # fmt: skip
    if isinstance(value, (Opaque, Path)):
        return value.text
    if isinstance(value, External):
        return value.path.rpartition("/")[2]
    if isinstance(value, Member):
        return f"{text_of(value.owner)}.{value.name}"
    if isinstance(value, Made):
        return value.callee.rpartition(".")[2]
    if isinstance(value, Instance):
        return value.kind.facts.name
    return "..."


def brief(value: Any) -> str:
    """The start of what `text_of` gives: texts made of themselves must not grow without end."""
    return text_of(value)[:100]


def concatenate(parts: list[Any]) -> Any:
    """The string that these values make one after the other."""
    merged: list[Any] = []
    length = 0
    for part in parts:
        if length > LENGTH or len(merged) > PARTS:
            return Opaque("...")  # nothing that a person configures; a loop that doubles a text
        for piece in part.parts if isinstance(part, Text) else (part,):
            if isinstance(piece, Path):
                piece = Known(piece.text)
            if isinstance(piece, Known):
                shown = shown_text(piece.value)
                length += len(shown)
                if merged and isinstance(merged[-1], Known):
                    merged[-1] = Known(merged[-1].value + shown)
                else:
                    merged.append(Known(shown))
            else:
                merged.append(piece)
    if not merged:
        return Known("")
    if length > LENGTH:
        return Opaque("...")
    if len(merged) == 1 and isinstance(merged[0], Known):
        return merged[0]
    return Text(tuple(piece for piece in merged if not (isinstance(piece, Known) and piece.value == "")))


def shown_text(value: Any) -> str:
    """A constant inside a template or an f-string."""
    if value is True or value is False:
        return "true" if value else "false"
    if value is None:
        return "undefined"
    return str(value)
