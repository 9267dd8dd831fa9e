"""Modules as terms in; what they make outside the project out: an abstract run with known and unknown values.

Branches with a known test are taken or left, the others are both run and their outcomes joined; a loop over a known
list runs once for each element, any other once with an element that cannot be told. Fuel ends what does not end.
"""

from __future__ import annotations

from lambdalint.languages.terms import access, calls, expressions, statements
from lambdalint.languages.terms.values import (
    ITEMS,
    NOTHING,
    Array,
    Closure,
    Entry,
    External,
    Held,
    Item,
    Kind,
    Made,
    Opaque,
    Scope,
    Unit,
    join,
)
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambdalint.languages.terms.facts import Class, Function, Import, Module, Term

FUEL = 400_000  # terms; the largest app of the listed repositories takes 60,000

Signal = str | None  # "return", "break", "continue" or "throw": what ended a block early


class Loader(Protocol):
    """Where modules come from."""

    folder: str  # the folder in which the program is started, as an absolute path (see `ROOT`)

    def facts(self, path: str) -> Module | None:
        """The module at a path of the project."""

    def resolve(self, module: str, level: int, path: str) -> str | None:
        """The path of the module that an import in the file at path means, None when it is not of the project."""

    def data(self, path: str) -> Any:
        """A JSON or YAML file of the project as a value."""

    def data_at(self, text: str, path: str) -> Any:
        """The same for a path as the module at `path` writes it; None when there is no such file."""


class Frame:
    """One running function or module."""

    __slots__ = ("home", "results", "scope", "this", "unit")

    def __init__(self, unit: Unit, scope: Scope, this: Any = None, home: Kind | None = None) -> None:
        self.unit = unit
        self.scope = scope
        self.this = this
        self.home = home
        self.results: list[Any] = []


class Run:
    """One program: its modules, everything it has made so far, in order."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self.made: list[Made] = []
        self.units: dict[str, Unit] = {}
        self.entered: set[tuple[str, Any]] = set()  # (path, place) of functions that ran
        self.kinds: list[Kind] = []
        self.closures: list[Closure] = []
        self.fuel = FUEL
        self.doubt = 0  # branches around that may not run
        self.journal: list[tuple[dict[Any, Any], Any, Any]] | None = None
        self.stack: list[tuple[str, Any]] = []
        self.sites: list[tuple[str, Span]] = []

    # ------------------------------------------------------------------------------------------------ modules

    def load(self, path: str) -> Unit | None:
        """Run a module of the project once; None when it cannot be read."""
        if path in self.units:
            return self.units[path]
        module = self.loader.facts(path)
        if module is None:
            return None
        unit = self.units[path] = Unit(path, module.python, module.exports)
        unit.state = "running"
        doubt, self.doubt, journal, self.journal = self.doubt, 0, self.journal, None
        frame = Frame(unit, unit.scope)
        access.provide(self, frame)
        for entry in () if module.python else module.imports:
            self.bind_import(entry, frame)
        self.hoist(module.body, frame)
        self.block(module.body, frame)
        self.doubt, self.journal = doubt, journal
        unit.state = "done"
        return unit

    def bind_import(self, entry: Import, frame: Frame) -> None:
        """Bind what an import gives; the module runs now."""
        names = frame.scope.names
        path = self.loader.resolve(entry.module, entry.level, frame.unit.path)
        if frame.unit.python:
            access.bind_python(self, entry, path, frame)
        elif path is None:
            module = entry.module.removeprefix("node:")
            whole = entry.imported in ("*", "default")
            names[entry.local] = External(module if whole else f"{module}.{entry.imported}")
        elif path.endswith((".json", ".yaml", ".yml")):
            data = self.loader.data(path)
            whole = entry.imported in ("*", "default")
            names[entry.local] = data if whole else access.get(self, data, entry.imported, frame)
        else:
            unit = self.load(path)
            if unit is None:
                names[entry.local] = Opaque(entry.local)
            elif entry.imported == "*":
                names[entry.local] = unit
            elif unit.state == "running":
                names[entry.local] = calls.Later(unit, entry.imported)
            else:
                names[entry.local] = access.exported(self, unit, entry.imported)

    # --------------------------------------------------------------------------------------------- statements

    def hoist(self, body: Iterable[Term], frame: Frame) -> None:
        """Functions exist before the first statement of their block runs."""
        for term in body:
            if term.kind == "declare" and term.value == "hoisted" and term.parts[1].kind == "function":
                frame.scope.names[term.parts[0].value] = self.evaluate(term.parts[1], frame)

    def block(self, body: Iterable[Term], frame: Frame) -> Signal:
        """Run statements until one ends the block; how it did."""
        for term in body:
            signal = self.statement(term, frame)
            if signal is not None:
                return signal
        return None

    def inner(self, term: Term, frame: Frame) -> Signal:
        """A block with names of its own."""
        if frame.unit.python:
            return self.block(term.parts, frame)
        outer = frame.scope
        frame.scope = Scope(outer)
        self.hoist(term.parts, frame)
        signal = self.block(term.parts, frame)
        frame.scope = outer
        return signal

    def statement(self, term: Term, frame: Frame) -> Signal:
        """Run one statement."""
        self.fuel -= 1
        if self.fuel < 0:
            return "throw"
        return statements.RUNNERS.get(term.kind, statements.other)(self, term, frame)

    # ----------------------------------------------------------------------------------------- unknown branches

    def store(self, names: dict[Any, Any], key: Any, value: Any) -> None:
        """Every assignment goes through here, so that a branch can be taken back."""
        if self.journal is not None:
            self.journal.append((names, key, names.get(key, _MISSING)))
        names[key] = value

    def store_items(self, owner: Array, items: list[Item], complete: bool) -> None:
        """Change a list."""
        if len(items) > ITEMS:
            items, complete = items[:ITEMS], False
        self.store(owner.state, "held", Held(items, complete))

    def fork(self, branches: list[Callable[[], Signal]]) -> Signal:
        """Run branches of which one happens, and join what they leave behind."""
        outer = self.journal
        outcomes: list[dict[tuple[int, Any], tuple[dict[Any, Any], Any, Any]]] = []
        signals: list[Signal] = []
        touched: dict[tuple[int, Any], tuple[dict[Any, Any], Any, Any]] = {}
        self.doubt += 1
        for branch in branches:
            self.journal = []
            signals.append(branch())
            after: dict[tuple[int, Any], tuple[dict[Any, Any], Any, Any]] = {}
            for names, key, old in reversed(self.journal):
                mark = (id(names), key)
                if mark not in after:
                    after[mark] = (names, key, names.get(key, _MISSING))
                if old is _MISSING:
                    names.pop(key, None)
                else:
                    names[key] = old
            for mark, (names, key, _) in after.items():
                touched.setdefault(mark, (names, key, names.get(key, _MISSING)))
            outcomes.append(after)
        self.doubt -= 1
        self.journal = outer
        live = [outcome for outcome, signal in zip(outcomes, signals, strict=True) if signal not in ("return", "throw")]
        for mark, (names, key, old) in touched.items():
            if not live:
                break
            values = [outcome[mark][2] if mark in outcome else old for outcome in live]
            joined = _join_stored(values)
            if joined is not _MISSING:
                self.store(names, key, joined)
        if all(signal in ("return", "throw") for signal in signals):
            return "throw" if all(signal == "throw" for signal in signals) else "return"
        if all(signal is not None for signal in signals):
            return "break" if "break" in signals else "continue"
        return None

    # -------------------------------------------------------------------------------------------- expressions

    def span(self, term: Term, frame: Frame) -> Span:
        """Where a term stands."""
        return Span(frame.unit.path, *term.at)

    def evaluate(self, term: Term, frame: Frame) -> Any:
        """What an expression comes to."""
        self.fuel -= 1
        if self.fuel < 0:
            return Opaque("...")
        return expressions.READERS.get(term.kind, expressions.other)(self, term, frame)

    def optional(self, term: Term | None, frame: Frame) -> Any:
        """What an expression comes to, nothing for none."""
        return NOTHING if term is None else self.evaluate(term, frame)

    def define(self, function: Function, frame: Frame) -> Closure:
        """The function as a value, with the names around it."""
        this = frame.this if function.kind == "arrow" else None
        closure = Closure(function, frame.scope, frame.unit, this, frame.home)
        self.closures.append(closure)
        return closure

    def define_class(self, facts: Class, frame: Frame) -> Kind:
        """The class as a value, its bases evaluated."""
        bases = [self.evaluate(base, frame) for base in facts.bases]
        base = next((base for base in bases if isinstance(base, Kind)), bases[0] if bases else None)
        kind = Kind(facts, frame.scope, frame.unit, calls.settled(self, base))
        self.kinds.append(kind)
        inside = Frame(frame.unit, Scope(frame.scope), kind, kind)
        for field in facts.fields:
            if field.static and field.value is not None:
                value = self.evaluate(field.value, inside)
                kind.fields[field.name] = value
                if frame.unit.python:
                    inside.scope.names[field.name] = value
        return kind


_MISSING: Any = object()


def _join_stored(values: list[Any]) -> Any:
    present = [value for value in values if value is not _MISSING]
    if not present:
        return _MISSING
    if isinstance(present[0], Entry):
        entry = present[-1]
        certain = len(present) == len(values) and all(item.certain for item in present)
        return Entry(join([item.value for item in present]), entry.span, entry.key_span, certain)
    if isinstance(present[0], Held):
        items: list[Item] = []
        for held in present:
            items += [item for item in held.items if not any(item is other for other in items)]
        return Held(items, all(held.complete and len(held.items) == len(items) for held in present))
    return join(present)
