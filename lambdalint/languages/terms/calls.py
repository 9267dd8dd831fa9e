"""A callee and its arguments in, what the call returns out: functions run, classes make, all else is noted as made."""

from __future__ import annotations

from lambdalint.languages.terms import access, library, literals, methods
from lambdalint.languages.terms.values import (
    NOTHING,
    Array,
    Closure,
    Either,
    Entry,
    External,
    Instance,
    Item,
    Kind,
    Known,
    Made,
    Member,
    Method,
    Opaque,
    Partial,
    Record,
    Scope,
    Unit,
    brief,
    join,
    text_of,
)
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambdalint.languages.terms.facts import Function, Parameter, Term
    from lambdalint.languages.terms.run import Frame, Run

DEEP = 30  # calls
AGAIN = 3  # times that one function may be on the stack


class Later(NamedTuple):
    """An import from a module that is still running: two modules import each other."""

    unit: Unit
    name: str


class Above(NamedTuple):
    """`super` in a method of a class, for an object."""

    this: Any
    home: Kind | None


class Site(NamedTuple):
    """The call itself, and the frame in which it happens."""

    term: Term
    frame: Frame

    def span(self) -> Span:
        """The whole call."""
        return Span(self.frame.unit.path, *self.term.at)

    def header(self) -> Span:
        """From its start to the end of the callee: `new lambda.Function`."""
        line, column, _, _ = self.term.at
        callee = self.term.parts[0].at if self.term.parts else self.term.at
        return Span(self.frame.unit.path, line, column, callee[2], callee[3])


def settled(run: Run, value: Any) -> Any:
    """The value, with an import that had to wait looked up."""
    return access.exported(run, value.unit, value.name) if isinstance(value, Later) else value


def arguments(run: Run, terms: tuple[Term, ...], frame: Frame) -> tuple[list[Item], Record | None]:
    """The values given to a call, by position and by keyword."""
    keywords: Record | None = None
    positional = []
    for term in terms:
        if term.kind == "keyword":
            keywords = keywords or Record()
            line, column, _, _ = term.at
            key = Span(frame.unit.path, line, column, line, column + len(term.value))
            inner = term.parts[0]
            keywords.entries[term.value] = Entry(run.evaluate(inner, frame), run.span(inner, frame), key)
        elif term.kind == "keywords":
            keywords = keywords or Record()
            literals.spread(run, run.evaluate(term.parts[0], frame), keywords, frame)
        else:
            positional.append(term)
    items, complete = literals.elements(run, tuple(positional), frame)
    if not complete:
        items.append(Item(Opaque("..."), items[-1].span if items else Span(frame.unit.path, 1, 1, 1, 1), True))
    return items, keywords


def call(run: Run, callee: Any, args: list[Item], keywords: Record | None, site: Site, new: bool = False) -> Any:
    """What a call comes to."""
    callee = settled(run, callee)
    if isinstance(callee, Closure):
        return invoke(run, callee, args, keywords, site)
    if isinstance(callee, Kind):
        return instantiate(run, callee, args, keywords, site)
    if isinstance(callee, Above):
        outcome = construct(run, callee.this, callee.home.base if callee.home else None, args, keywords, site)
        if callee.home is not None and isinstance(callee.this, Instance):
            initialise(run, callee.this, callee.home)  # fields get their values when `super()` returns
        return outcome
    if isinstance(callee, Method):
        return methods.call_method(run, callee, args, keywords, site)
    if isinstance(callee, External):
        if callee.path.endswith(".__init__") and args and isinstance(args[0].value, Instance):
            return construct(run, args[0].value, External(callee.path[: -len(".__init__")]), args[1:], keywords, site)
        answer = library.call_external(run, callee.path, args, keywords, site)
        return make(run, callee.path, None, args, keywords, site, new) if answer is None else answer
    if isinstance(callee, Member):
        return make(run, "." + callee.name, callee.owner, args, keywords, site, new)
    if isinstance(callee, Partial):
        given = Record(dict(callee.keywords.entries), callee.keywords.complete)
        if keywords is not None:
            literals.spread(run, keywords, given, site.frame)
        merged = given if given.entries or not given.complete else None
        return call(run, callee.callee, [*callee.args, *args], merged, site, new)
    if isinstance(callee, Either):
        values: list[Any] = []
        options = [option for option in callee.options if not isinstance(option, (Known, Opaque))]
        run.fork([
            (lambda option=option: values.append(call(run, option, args, keywords, site, new)))  # type: ignore[misc]
            for option in options[:4]
        ])  # fmt: skip
        return join(values) if values and len(options) == len(callee.options) else Opaque(brief(callee) + "()")
    if isinstance(callee, Made):
        return make(run, callee.callee + "()", callee, args, keywords, site, new)
    hand_over(run, args, keywords, site)
    return Opaque(brief(callee) + "()", callee.origin if isinstance(callee, Opaque) else "expression")


def make(
    run: Run, callee: str, receiver: Any, args: list[Item], keywords: Record | None, site: Site, new: bool = False
) -> Made:
    """Note a call to something outside the project."""
    made = Made(callee, args, keywords, receiver, site.span(), site.header(), len(run.made), site.frame.unit)
    made.doubtful = run.doubt
    made.sites = tuple(run.sites)
    made.new = new or site.frame.unit.python
    run.made.append(made)
    hand_over(run, args, keywords, site)
    return made


def assign(run: Run, owner: Any, name: str, value: Any, span: Span) -> None:
    """Note an assignment to an attribute of something made outside."""
    made = Made("=" + name, [Item(value, span)], None, owner, span, span, len(run.made), next(iter(run.units.values())))
    made.doubtful = run.doubt
    made.sites = tuple(run.sites)
    run.made.append(made)


def hand_over(run: Run, args: list[Item], keywords: Record | None, site: Site) -> None:
    """A function given to an outsider may be called by it, with what cannot be told."""
    closures = [item.value for item in args if isinstance(item.value, Closure)]
    if keywords is not None:
        closures += [entry.value for entry in keywords.entries.values() if isinstance(entry.value, Closure)]
    for closure in closures:
        if (closure.unit.path, closure.function.at) not in run.entered:
            run.fork([lambda: None, lambda closure=closure: invoke_unknown(run, closure, site)])  # type: ignore[misc]


def invoke_unknown(run: Run, closure: Closure, site: Site) -> None:
    """Run a function with parameters that cannot be told."""
    invoke(run, closure, unknown_arguments(closure.function, closure.unit, site), None, site)


def unknown_arguments(function: Function, unit: Unit, site: Site, skip: int = 0) -> list[Item]:
    """One opaque argument for each parameter without a default that takes one."""
    found = []
    for parameter in function.parameters[skip:]:
        if parameter.rest or parameter.keywords:
            break
        name = parameter.pattern.value if parameter.pattern.kind == "name" else "props"
        found.append(Item(Opaque(str(name), "parameter"), Span(unit.path, *parameter.pattern.at)))
    return found


def invoke(run: Run, closure: Closure, args: list[Item], keywords: Record | None, site: Site, this: Any = None) -> Any:
    """Run a function of the project."""
    function, unit = closure.function, closure.unit
    mark = (unit.path, function.at)
    if len(run.stack) >= DEEP or run.stack.count(mark) >= AGAIN or run.fuel < 0:
        return Opaque(function.name + "()")
    from lambdalint.languages.terms.run import Frame

    this = closure.this if this is None else this
    frame = Frame(unit, Scope(closure.scope), this, closure.home)
    given = list(args)
    if unit.python and this is not None and function.kind != "arrow" and not function.static:
        owner = this
        if function.kind == "class-method" and isinstance(this, Instance):
            owner = this.kind
        given.insert(0, Item(owner, site.span()))
    run.entered.add(mark)
    run.stack.append(mark)
    run.sites.append((function.name, site.span()))
    bind_parameters(run, function.parameters, given, keywords, frame)
    run.hoist(function.body, frame)
    signal = run.block(function.body, frame)
    run.sites.pop()
    run.stack.pop()
    if signal is None and frame.results:
        frame.results.append(NOTHING)
    return join(frame.results) if frame.results else NOTHING


def bind_parameters(
    run: Run, parameters: tuple[Parameter, ...], args: list[Item], keywords: Record | None, frame: Frame
) -> None:
    """Give the parameters of a function their values."""
    entries = dict(keywords.entries) if keywords is not None else {}
    complete = keywords is None or keywords.complete
    position = 0
    for parameter in parameters:
        pattern = parameter.pattern
        span = Span(frame.unit.path, *pattern.at)
        if parameter.keywords:
            literals.bind(run, pattern, Record(entries, complete), frame, declare=True, span=span)
            continue
        if parameter.rest:
            rest = args[position:]
            value: Any = Array([item for item in rest if not item.spread], not any(item.spread for item in rest))
            position = len(args)
        elif parameter.only and pattern.value not in entries:
            unknown = not complete
            value = Opaque(str(pattern.value), "parameter") if unknown else run.optional(parameter.default, frame)
        elif not parameter.only and position < len(args) and args[position].spread:
            value = Opaque(brief(args[position].value), "parameter")
        elif not parameter.only and position < len(args):
            value, span = args[position].value, args[position].span
            position += 1
        elif pattern.kind == "name" and pattern.value in entries:
            entry = entries.pop(pattern.value)
            value, span = entry.value, entry.span
        elif not complete:
            value = Opaque(str(pattern.value), "parameter")
        else:
            value = run.optional(parameter.default, frame)
        if value == NOTHING and parameter.default is not None and not frame.unit.python:
            value = run.evaluate(parameter.default, frame)
        literals.bind(run, pattern, value, frame, declare=True, span=span)
        if parameter.field and isinstance(frame.this, Instance) and pattern.kind == "name":
            run.store(frame.this.fields, pattern.value, value)


def instantiate(run: Run, kind: Kind, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """Make an object of a class of the project."""
    if len(run.stack) >= DEEP or run.fuel < 0:
        return Opaque(kind.facts.name)
    instance = Instance(kind, site.span(), site.header())
    instance.sites = tuple(run.sites)
    construct(run, instance, kind, args, keywords, site)
    return instance


def construct(run: Run, this: Any, kind: Any, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """Run the constructor of a class for an object: its own, or the one that it inherits."""
    if not isinstance(this, Instance):
        return NOTHING
    if not isinstance(kind, Kind):
        if isinstance(kind, (External, Member, Opaque)):
            path = kind.path if isinstance(kind, External) else text_of(kind)
            this.made = make(run, path, None, args, keywords, site, new=True)
            this.made.instance = this
        return NOTHING
    constructor = next((method for method in kind.facts.methods if method.kind == "constructor"), None)
    if constructor is None:
        if kind.base is not None:
            construct(run, this, kind.base, args, keywords, site)
        if kind.unit.python and not isinstance(kind.base, Kind):
            assign_fields(run, this, kind, args, keywords)
        initialise(run, this, kind)
        return NOTHING
    if kind.base is None:
        initialise(run, this, kind)
    invoke(run, Closure(constructor, kind.scope, kind.unit, this, kind), args, keywords, site, this)
    return NOTHING


def initialise(run: Run, this: Instance, kind: Kind) -> None:
    """The fields of one class with their initial values."""
    from lambdalint.languages.terms.run import Frame

    if kind.unit.python:
        return
    frame = Frame(kind.unit, Scope(kind.scope), this, kind)
    for field in kind.facts.fields:
        if not field.static and field.value is not None and field.name not in this.fields:
            run.store(this.fields, field.name, run.evaluate(field.value, frame))


def assign_fields(run: Run, this: Instance, kind: Kind, args: list[Item], keywords: Record | None) -> None:
    """A Python class without a constructor of its own takes its fields, as dataclasses and models do."""
    names = []
    for one in reversed(kind.lineage()):
        names += [field.name for field in one.facts.fields if field.name not in names]
    for name, item in zip(names, args, strict=False):
        run.store(this.fields, name, item.value)
    for name, entry in keywords.entries.items() if keywords is not None else ():
        if name in names:
            run.store(this.fields, name, entry.value)
