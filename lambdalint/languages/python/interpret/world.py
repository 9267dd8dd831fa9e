"""The modules a set of code roots gives: found by dotted name, run once, and shared by all walks over them."""

from __future__ import annotations

from lambdalint.languages.python.facts import unpack
from lambdalint.languages.python.interpret.values import EVENT, NONE, Ext, Value
from lambdalint.typed import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.python.facts import Module, Tuple
    from lambdalint.languages.python.interpret.walk import Emitted


class Located(NamedTuple):
    """Where a module is. path is "" for a namespace package; dotted is its name from the root it was found under."""

    path: str
    dotted: str
    package: bool


class Finder(Protocol):
    """Finds modules of the project by name, as the function's own interpreter would."""

    def find(self, dotted: str, importer: str) -> Located | None:
        """The module of this absolute name, None when it is not part of the project."""

    def named(self, name: str) -> list[Located]:
        """Every module of the project whose last name is this."""

    def inside(self, dotted: str, importer: str) -> list[Located]:
        """The modules that lie directly in the package of this name."""

    def operations(self, spec: str, importer: str, resolver: str, package: str) -> list[str]:
        """The dotted names of the functions that a specification, at a path from the importing file's folder, names.

        resolver, package: how names are made of what it says; see `link.specification`."""

    def relative(self, level: int, module: str, importer: str) -> Located | None:
        """The module that `from ..module import` names in the file importer."""


class Oracle(Protocol):
    """What a walk must know about the world outside the project; the walk itself knows only Python."""

    def dependence(self, callee: str) -> str:
        """What the result of calling this varies with: "time", "random", "credentials", or "" for nothing new."""

    def is_request(self, path: str) -> bool:
        """Whether this name or attribute holds the request of the invocation, or what lives as long as it."""

    def per_record(self, callee: str) -> bool:
        """Whether this calls a function it is given once for each record of the event."""


class ModuleState:
    """A module of the project as it is after import: its names and what its import ran."""

    __slots__ = (
        "calls",
        "cut",
        "dotted",
        "facts",
        "imported",
        "namespace",
        "opaque",
        "open_stars",
        "package",
        "path",
        "state",
        "values",
    )

    def __init__(self, located: Located, facts: Module | None) -> None:
        self.path = located.path
        self.dotted = located.dotted
        self.package = located.package
        self.facts = facts
        self.namespace: dict[str, Value] = {}
        self.values: dict[str, Value] = {}
        self.open_stars: list[str] = []  # outside modules imported with *
        self.opaque: list[str] = []  # what of its body was not followed
        self.cut = False  # it was not run to its end
        self.state = "new"  # "new", "running", "done"
        self.calls: list[Emitted] = []  # what running its body emitted, imports of other modules left out
        self.imported: list[ModuleState] = []  # project modules its body imports, in order

    def body(self) -> Tuple:
        """The statements of the module."""
        return unpack(self.facts.body) if self.facts is not None else ()


class World:
    """All modules that are reachable from one set of roots. load gives the facts of a path, None when unreadable."""

    def __init__(self, finder: Finder, load: Callable[[str], Module | None], oracle: Oracle) -> None:
        self.finder = finder
        self.load = load
        self.oracle = oracle
        self.modules: dict[tuple[str, str], ModuleState] = {}
        self.orders = 0
        self.outside: dict[str, Ext] = {}

    def module(self, located: Located) -> ModuleState:
        """The state of a module, made when first asked for; not yet run."""
        key = (located.path, located.dotted if not located.path else "")
        state = self.modules.get(key)
        if state is None:
            facts = self.load(located.path) if located.path else None
            state = self.modules[key] = ModuleState(located, facts)
        return state

    def external(self, dotted: str) -> Ext:
        """The value for a module or name outside the project, one for each dotted path."""
        value = self.outside.get(dotted)
        if value is None:
            deps = EVENT if self.oracle.is_request(dotted) else NONE
            value = self.outside[dotted] = Ext(dotted, deps)
        return value

    def next_order(self) -> int:
        """A number for a call, rising over the whole world."""
        self.orders += 1
        return self.orders
