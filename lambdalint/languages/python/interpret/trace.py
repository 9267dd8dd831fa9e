"""A handler's name in a world of modules in, everything an invocation of it runs out, as `model.Call`s."""

from __future__ import annotations

from lambdalint.languages.python.interpret import calls, modules, objects, outside
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.show import show
from lambdalint.languages.python.interpret.symbols import symbol
from lambdalint.languages.python.interpret.values import Const, Ext, Func, Partial, Unknown, Value, options
from lambdalint.languages.python.interpret.walk import Emitted, Walk
from lambdalint.model import Call, Guard, Hop, Span, Symbol
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.world import Located, ModuleState, World
    from lambdalint.model import Place


NO_KEYWORDS: dict[str, Symbol] = {}  # of all calls that have none


class Traced(NamedTuple):
    """What a walk found. definition: where the entry point is defined, None when it is not in the project."""

    steps: tuple[Call, ...]
    startup: tuple[Call, ...]
    definition: Span | None
    event_keys: frozenset[str]
    modules: tuple[str, ...]
    opaque: tuple[str, ...]
    cut: bool  # the walk, or the import of a module, ended at its limit


def trace(world: World, located: Located, name: str) -> Traced | None:
    """Walk from the handler `name` (dotted for an attribute) of a module; None when the module has no such name."""
    walk = Walk(world, "invocation")
    state = modules.load(walk, located)
    frame = Frame(state, state.namespace)
    first, *rest = name.split(".")
    value = modules.member(walk, state, first)
    if value is None:
        return None
    place = (1, 1, 1, 1)
    for part in rest:
        value = objects.attribute(walk, value, part, place, frame)
    definition = _definition(value)
    event = Ext("event", frozenset({"event"}), role="event", key="")
    context = Ext("context", frozenset({"context"}), role="context")
    for option in options(value):
        if isinstance(option, (Unknown, Const)):
            walk.opaque.append(f"{name} cannot be followed: it is not told what it is")
            continue
        both: list[Value] = [event, context]
        given = calls.Arguments(both)
        if isinstance(option, Func):
            accepted = sum(item[1] in ("p", "*") for item in option.node[1])
            has_rest = any(item[1] == "*" for item in option.node[1])
            given = calls.Arguments(both if has_rest else both[:accepted])
        at = definition[1:] if definition is not None and definition.path == state.path else place
        if isinstance(option, Ext):
            at = _bound(state, name)
            walk.hops.append(Hop(name, Span(state.path, *at)))  # an adapter: what it runs comes next
        if isinstance(option, Ext) and option.made_by is None:
            for module in _closure(state, walk):
                _run_registered(walk, frame, module, option)
        calls.invoke(walk, frame, option, given, at, ("k", None))
        walk.hops.clear()
    states = _closure(state, walk)
    startup = [call for item in states for call in item.calls]
    done: dict[int, Call] = {}
    guards: dict[int, Guard] = {}  # by the id of a condition, which its calls keep alive
    for emitted in (*startup, *walk.calls):
        _convert(emitted, done, guards)
    return Traced(
        tuple(done[emitted.order] for emitted in walk.calls),
        tuple(done[emitted.order] for emitted in startup),
        definition,
        frozenset(walk.event_keys),
        tuple(item.path for item in states if item.path),
        (*walk.opaque, *(said for item in states for said in item.opaque)),
        walk.cut or any(item.cut for item in states),
    )


def _bound(state: ModuleState, name: str) -> Place:
    """Where a module binds a name to the result of a call."""
    bound = state.facts.assignments if state.facts is not None else ()
    return next((item.at for item in bound if item.name == name), (1, 1, 1, 1))


def _run_registered(walk: Walk, frame: Frame, state: ModuleState, entry: Ext) -> None:
    """A handler imported from outside runs the functions that the same package decorates, where it was imported."""
    package = entry.path.partition(".")[0]
    for value in list(state.namespace.values()):
        for function in options(value):
            if (
                isinstance(function, Func)
                and function.module is state
                and any(item.path.partition(".")[0] == package for item in function.decorators)
            ):
                walk.branches += 1
                outside.run_callback(walk, frame, function, [], frozenset({"event"}), function.place)
                walk.branches -= 1


def _definition(value: Value) -> Span | None:
    for option in options(value):
        inner = option
        while isinstance(inner, Partial):
            inner = next((item for item in inner.args if isinstance(item, (Func, Partial))), inner.function)
        inner = getattr(inner, "function", inner)
        if isinstance(inner, Func):
            return Span(inner.module.path, *inner.node[5])
    return None


def _closure(state: ModuleState, walk: Walk) -> list[ModuleState]:
    """The modules that the entry point's import runs, innermost first, then those that an invocation imports."""
    order: list[ModuleState] = []
    seen: set[int] = set()

    def visit(item: ModuleState) -> None:
        if id(item) in seen:
            return
        seen.add(id(item))
        for other in item.imported:
            visit(other)
        order.append(item)

    visit(state)
    for item in walk.reached.values():
        visit(item)
    return order


def _convert(emitted: Emitted, done: dict[int, Call], guards: dict[int, Guard]) -> Call:
    known = done.get(emitted.order)
    if known is not None:
        return known
    receiver = emitted.receiver
    if isinstance(receiver, Ext) and receiver.made_by is not None and receiver.made_by is not emitted:
        _convert(receiver.made_by, done, guards)
    for value in (*emitted.args, *emitted.keywords.values()):
        if isinstance(value, Ext) and value.made_by is not None and value.made_by is not emitted:
            _convert(value.made_by, done, guards)
    guarded = []
    for item in emitted.conditions:
        guard = guards.get(id(item))
        if guard is None:
            told = symbol(item.value, 0, done)
            guard = guards[id(item)] = Guard(
                show(item.test), item.negated, told, item.span, bool(item.ended), item.asks
            )
        guarded.append(guard)
    call = Call(
        emitted.order,
        emitted.callee,
        emitted.span,
        "invocation" if emitted.phase == "invocation" else "init",
        tuple(symbol(value, 0, done) for value in emitted.args),
        {name: symbol(value, 0, done) for name, value in emitted.keywords.items()} if emitted.keywords else NO_KEYWORDS,
        symbol(receiver, 0, done) if receiver is not None else None,
        emitted.chain,
        emitted.cached,
        emitted.imitation,
        emitted.loops,
        emitted.per_record,
        emitted.branch,
        tuple(guarded),
        emitted.tries,
        emitted.within,
        emitted.statement,
        emitted.target,
        emitted.awaited,
        emitted.entered,
        emitted.closed,
        emitted.loop_bound,
        emitted.recovering,
        show(emitted.text),
    )
    done[emitted.order] = call
    return call
