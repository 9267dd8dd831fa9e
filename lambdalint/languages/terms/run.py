"""Modules as terms in; what they make outside the project out: an abstract run with known and unknown values.

Branches with a known test are taken or left, the others are both run and their outcomes joined; a loop over a known
list runs once for each element, any other once with an element that cannot be told. Fuel ends what does not end.
"""

from __future__ import annotations

from lambdalint.languages.terms import access, calls, expressions, literals, operators
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
    Known,
    Made,
    Opaque,
    Record,
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
TURNS = 100  # of one loop

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
        self.fuel -= 1
        if self.fuel < 0:
            return "throw"
        kind = term.kind
        if kind == "expression":
            self.evaluate(term.parts[0], frame)
            return None
        if kind == "declare":
            pattern, given = term.parts
            if term.value == "hoisted" and given.kind == "function" and pattern.value in frame.scope.names:
                return None
            value = NOTHING if given.kind == "hole" else self.evaluate(given, frame)
            literals.bind(self, pattern, value, frame, declare=True, span=self.span(given, frame))
            return None
        if kind == "return":
            frame.results.append(self.evaluate(term.parts[0], frame) if term.parts else NOTHING)
            return "return"
        if kind == "block":
            return self.inner(term, frame)
        if kind == "if":
            return self.branch(term, frame)
        if kind == "each":
            return self.each(term, frame)
        if kind in ("for", "while"):
            return self.loop(term, frame)
        if kind == "switch":
            return self.switch(term, frame)
        if kind == "try":
            signal = self.inner(term.parts[0], frame)
            if term.parts[1].parts:
                self.fork([lambda: None, lambda: self.inner(term.parts[1], frame)])
            ended = self.inner(term.parts[2], frame)
            return ended or (None if signal == "throw" and term.parts[1].parts else signal)
        if kind == "throw":
            if term.parts:
                self.evaluate(term.parts[0], frame)
            return "throw"
        if kind in ("break", "continue"):
            return kind
        if kind == "enum":
            record = literals.record(self, term.parts, frame)
            self.store(frame.scope.names, term.value, record)
            return None
        if kind == "namespace":
            return self.namespace(term, frame)
        if kind == "export":
            value = self.evaluate(term.parts[0], frame)
            if term.value == "default":
                frame.unit.exports["default"] = value
            else:
                frame.unit.exported = value
            return None
        if kind == "outer":
            frame.scope.outer.update(term.value)
            return None
        if kind == "import":
            for entry in term.value:
                self.bind_import(entry, frame)
        return None

    def branch(self, term: Term, frame: Frame) -> Signal:
        truth = operators.truth(self.evaluate(term.parts[0], frame), frame.unit.python)
        if truth is not None:
            return self.inner(term.parts[1 if truth else 2], frame)
        return self.fork([lambda: self.inner(term.parts[1], frame), lambda: self.inner(term.parts[2], frame)])

    def each(self, term: Term, frame: Frame) -> Signal:
        pattern, iterated, body = term.parts
        items, complete = literals.iterate(self, self.evaluate(iterated, frame), frame, keys=term.value == "in")
        for item in items[:TURNS]:
            outer = frame.scope
            if not frame.unit.python:
                frame.scope = Scope(outer)
            literals.bind(self, pattern, item.value, frame, declare=True, span=item.span)
            signal = self.inner(body, frame) if complete else self.fork([lambda: None, lambda: self.inner(body, frame)])
            frame.scope = outer
            if signal in ("return", "throw"):
                return signal
            if signal == "break":
                break
        return None

    def loop(self, term: Term, frame: Frame) -> Signal:
        outer = frame.scope
        if not frame.unit.python:
            frame.scope = Scope(outer)
        classic = term.kind == "for"
        test, body = (term.parts[1], term.parts[3]) if classic else (term.parts[0], term.parts[1])
        if classic:
            self.block(term.parts[0].parts, frame)
        signal: Signal = None
        for _ in range(TURNS):
            truth = operators.truth(self.evaluate(test, frame), frame.unit.python) if test.kind != "hole" else None
            if truth is False:
                break
            if truth is None:
                self.fork([lambda: None, lambda: self.inner(body, frame)])
                break
            signal = self.inner(body, frame)
            if signal in ("return", "throw", "break"):
                break
            if classic:
                self.block(term.parts[2].parts, frame)
        frame.scope = outer
        return signal if signal in ("return", "throw") else None

    def switch(self, term: Term, frame: Frame) -> Signal:
        subject = self.evaluate(term.parts[0], frame)
        cases = term.parts[1:]
        tests = [self.evaluate(case.parts[0], frame) if case.parts[0].kind != "hole" else None for case in cases]
        start: int | None = None
        if isinstance(subject, Known) and all(test is None or isinstance(test, Known) for test in tests):
            matching = [number for number, test in enumerate(tests) if test is not None and test == subject]
            default = [number for number, test in enumerate(tests) if test is None]
            if not matching and not default:
                return None
            start = (matching or default)[0]
            body = [part for case in cases[start:] for part in case.parts[1:]]
            signal = self.block(body, frame)
            return None if signal == "break" else signal
        branches: list[Callable[[], Signal]] = [
            (lambda body=case.parts[1:]: self.block(body, frame))  # type: ignore[misc]
            for case in cases
            if len(case.parts) > 1
        ]
        if None not in tests:
            branches.append(lambda: None)
        signal = self.fork(branches) if branches else None
        return signal if signal in ("return", "throw") else None

    def namespace(self, term: Term, frame: Frame) -> Signal:
        outer = frame.scope
        frame.scope = Scope(outer)
        self.hoist(term.parts, frame)
        self.block(term.parts, frame)
        at = Span(frame.unit.path, *term.at)
        record = Record({name: Entry(value, at, at) for name, value in frame.scope.names.items()})
        frame.scope = outer
        self.store(frame.scope.names, term.value, record)
        return None

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
        this = frame.this if function.kind == "arrow" else None
        closure = Closure(function, frame.scope, frame.unit, this, frame.home)
        self.closures.append(closure)
        return closure

    def define_class(self, facts: Class, frame: Frame) -> Kind:
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
