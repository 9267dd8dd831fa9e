"""A call that leaves the project in, its result out: it is recorded on the walk, and functions of the project that were
handed to the outside are taken to be called by it.
"""

from __future__ import annotations

from lambdalint.languages.python.interpret import calls, classes, frameworks, objects, wellknown
from lambdalint.languages.python.interpret.combine import gather
from lambdalint.languages.python.interpret.symbols import is_fixed
from lambdalint.languages.python.interpret.values import (
    NONE,
    Bound,
    Class,
    Const,
    Ext,
    Func,
    Map,
    Obj,
    Partial,
    Seq,
    Union,
    Unknown,
    Value,
)
from lambdalint.languages.python.interpret.walk import Emitted, Walk, is_event, outcome
from lambdalint.model import Place, Span, Within
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.frames import Frame

Tuple = tuple[Any, ...]


def call_outside(walk: Walk, frame: Frame, callee: Ext, given: calls.Arguments, at: Place, node: Tuple) -> Value:
    """Record a call that leaves the project, run the functions that it was handed, and give what it returns."""
    special = wellknown.call(walk, frame, callee, given, at)
    if special is None and callee.path.startswith(wellknown.INJECTOR):
        from lambdalint.languages.python.interpret import injector

        special = injector.call(walk, frame, callee, given, at)
    if special is not None:
        return special
    values = given.values()
    receiver = callee.base
    if callee.role == "event":
        return Unknown(callee.deps)
    deps, orders = outcome(walk, callee.path, [callee, *values] if callee.deps or callee.calls else values)
    if isinstance(receiver, Obj):
        more, more_orders = gather([receiver])
        deps, orders = deps | more, orders | more_orders
    key = _event_key(walk, callee, values)
    emitted: Emitted | None = None
    if not wellknown.is_quiet(callee.path) and key is None:
        emitted = walk.emit(callee.path, at, frame.module.path, receiver, given.positional, given.keywords, node)
        if given.open:
            emitted.keywords = {**given.keywords, "**": Unknown(given.deps, given.orders)}
        orders = orders | {emitted.order}
        _closes(callee, emitted)
    _fills(callee, values)
    path = f"{callee.path}()"
    if callee.path.endswith(".strftime") and given.positional and isinstance(given.positional[0], Const):
        path = f"{callee.path}({given.positional[0].value!r})"  # how fine a time is depends on its format
    result = Ext(path, deps, orders, emitted if emitted is not None else callee.made_by, callee, key)
    result.fresh = result.made_by is None and walk.phase == "invocation" and not callee.path.startswith(SHARED)
    if values and isinstance(values[0], Const) and isinstance(values[0].value, str) and path.endswith(".get()"):
        result.member = values[0].value
    _hand_over(walk, frame, callee, result, given, at)
    if callee.path in wellknown.STARTERS and walk.phase == "invocation":
        walk.within.append(Within(callee.path, (), {}, Span(frame.module.path, *at)))
        for function in callee.callbacks:
            run_callback(walk, frame, function, [], NONE, at)
        walk.within.pop()
    if isinstance(receiver, Class):
        # A class method that comes from outside (`Model.get()`, `View.as_view()`) gives instances of the class.
        made = Obj(receiver, walk.phase == "init", deps & {"credentials"}, at)
        made.outer, made.made_by = result, emitted
        walk.keep.append(made)
        frameworks.validate(walk, frame, made, deps, at)
        return made
    return result


def _fills(callee: Ext, values: list[Value]) -> None:
    base = callee.base
    if callee.path.startswith(wellknown.FILLED) and callee.path.endswith((".update", ".write", ".writelines")):
        deps, orders = gather(values)
        if isinstance(base, Ext):
            base.deps, base.calls = base.deps | deps, base.calls | orders


# Calls that are not recorded and give what lasts as long as the process, whenever they ask for it.
SHARED = (
    "logging.",
    "threading.current_thread",
    "threading.main_thread",
    "contextvars.",
    "inspect.",
    "sys.",
    "gc.",
    "weakref.",
    "operator.",
)
CLOSERS = frozenset({"close", "aclose", "disconnect", "quit", "dispose", "shutdown", "logout", "unbind", "stop"})
# Methods that say for whom or where to an object is used, after it was made.
SETTERS = (
    ".connect",
    ".login",
    ".authenticate",
    ".username_pw_set",
    ".headers.update",
    ".cookies.update",
    ".params.update",
)


def _closes(callee: Ext, call: Emitted) -> None:
    """Note on what made an object that the call closes it, or what the call sets it up with."""
    head, _, last = callee.path.rpartition(".")
    made = callee.made_by
    if made is None:
        return
    if last in CLOSERS and head.endswith("()"):
        made.closed = True
    elif callee.path.endswith(SETTERS):
        set_up(made, last, Seq([*call.args, *call.keywords.values()], "tuple"))


def set_up(made: Emitted, name: str, value: Value) -> None:
    """An object made in this invocation is given something that varies after it was made: as if it was made of it."""
    if made.phase == "invocation" and not is_fixed(value):
        made.keywords = {**made.keywords, f".{name}": Unknown(*gather([value]))}


def _event_key(walk: Walk, callee: Ext, values: list[Value]) -> str | None:
    """`event.get("Records")` is `event["Records"]`."""
    base = callee.base
    if not isinstance(base, Ext) or base.key is None or callee.key != base.key:
        return None
    last = callee.path.rpartition(".")[2]
    if last in ("get", "pop") and values and isinstance(values[0], Const) and isinstance(values[0].value, str):
        key = f"{base.key}.{values[0].value}" if base.key else values[0].value
        walk.event_keys.add(key)
        return key
    return base.key if last in ("copy", "values", "items") else None


def handed(value: Value, depth: int = 0) -> list[Value]:
    """The functions, objects and classes of the project that a value gives away when it is passed to the outside."""
    if isinstance(value, (Func, Partial, Class)):
        return [value]
    if isinstance(value, Bound):
        return [value] if not isinstance(value.owner, Const) else []
    if isinstance(value, Obj):
        return [value] if value.outer is not None or objects.find_method(value.cls, "__call__") else []
    if depth < 3:
        if isinstance(value, Ext):
            return [found for item in value.callbacks for found in (handed(item, depth + 1) or [item])]
        if isinstance(value, Seq):
            return [found for item in value.items for found in handed(item, depth + 1)]
        if isinstance(value, Map):
            return [found for item in value.entries.values() for found in handed(item, depth + 1)]
        if isinstance(value, Union):
            return [found for item in value.options for found in handed(item, depth + 1)]
    return []


def _hand_over(walk: Walk, frame: Frame, callee: Ext, result: Ext, given: calls.Arguments, at: Place) -> None:
    values = given.values()
    dispatches = walk.phase == "invocation" and sum(map(is_event, values)) >= 2
    for value in values:
        if isinstance(value, Ext) and value.made_by is not None and value.role == "" and value.key is None:
            if value not in result.callbacks:
                result.callbacks.append(value)
            if walk.phase == "init":
                classes.register(callee, value)
    functions = [found for value in values if not isinstance(value, Ext) for found in handed(value)]
    if walk.phase == "init":
        functions = _at_start(walk, frame, callee, result, functions, given, at)
    for function in functions:
        result.callbacks.append(function)
        classes.register(callee, function)
    if callee.path.endswith(".add_api") and callee.path.startswith("connexion."):
        from lambdalint.languages.python.interpret import specified

        for function in specified.named(walk, frame, callee, given, at):
            classes.register(callee, function)
    if walk.phase != "invocation":
        return
    if functions:
        deps, _ = gather(values)
        for function in functions:
            args = wellknown.callback_arguments(callee, function, given, walk)
            records = walk.world.oracle.per_record(callee.path)
            if records:
                walk.loops.append(frozenset({"event", "record"}))
            walk.within.append(Within(callee.path, (), {}, Span(frame.module.path, *at)))
            run_callback(walk, frame, function, args, deps, at)
            walk.within.pop()
            if records:
                walk.loops.pop()
    if dispatches or frameworks.dispatches(callee.path):
        fire(walk, frame, callee, at)
        for value in values:
            if isinstance(value, Ext):
                fire(walk, frame, value, at)


def give(walk: Walk, frame: Frame, instance: Obj, given: calls.Arguments, at: Place) -> None:
    """Give the constructor of a class from outside what an object of the project that extends it is made with."""
    if instance.outer is not None and isinstance(instance.outer.base, Ext):
        _hand_over(walk, frame, instance.outer.base, instance.outer, given, at)


def _at_start(
    walk: Walk,
    frame: Frame,
    callee: Ext,
    result: Ext,
    functions: list[Value],
    given: calls.Arguments,
    at: Place,
) -> list[Value]:
    """What an application is given while it is put together, as it will run it."""
    for value in given.positional:
        if isinstance(value, Ext) and value.path in frameworks.APPS:
            value.callbacks.append(callee.base if callee.path.endswith(".init_app") and callee.base else result)
    for name in ("lifespan", "on_startup", "on_shutdown"):
        for function in handed(given.keywords[name]) if name in given.keywords else ():
            if isinstance(function, Func):
                function.binding = "lifespan"
    if callee.path.endswith(".add_event_handler"):
        for function in functions:
            if isinstance(function, Func):
                function.binding = "lifespan"
    if callee.path.endswith(".add_route"):  # Falcon's resources are plain objects
        functions = [
            *functions,
            *(item for item in given.positional if isinstance(item, Obj) and item not in functions),
        ]
    if not callee.path.endswith((".add_middleware", ".Middleware")):
        return functions
    return [frameworks.once(walk, frame, item, at) if isinstance(item, Class) else item for item in functions]


def fire(
    walk: Walk, frame: Frame, source: Ext, at: Place, but: Value | None = None, depth: int = 0, up: bool = True
) -> None:
    """What something from outside does with the functions it was given, when the event is handed to it.

    up: what it came from is asked too (`app.resolve` runs the routes that were given to `app`).
    """
    base: Value | None = source
    seen = 0
    if source.path in wellknown.DJANGO:
        frameworks.run_django(walk, frame, at)
    lifespan = walk.lifespan
    walk.lifespan = lifespan and frameworks.runs_lifespan(source)
    records = walk.world.oracle.per_record(source.path.removesuffix("()"))
    if records:
        walk.loops.append(frozenset({"event", "record"}))
    while isinstance(base, Ext) and seen < 8:
        for value in list(base.callbacks):
            mark = (id(base), id(value))
            if value is but or mark in walk.fired:
                continue
            walk.fired.add(mark)
            if isinstance(value, Ext):
                if depth < 4:
                    fire(walk, frame, value, at, but, depth + 1)
            else:
                run_registered(walk, frame, value, at, base)
        base = base.base if up else None
        seen += 1
    walk.lifespan = lifespan
    if records:
        walk.loops.pop()


def run_registered(walk: Walk, frame: Frame, value: Value, at: Place, app: Value) -> None:
    """Run what something from outside was given at import; a lifespan only where something starts the application."""
    depth = len(walk.within)
    args: list[Value] = []
    if frameworks.is_lifespan(value):
        if not walk.lifespan:
            return
        walk.within.append(frameworks.starts(value))
        args = [app]
    walk.branches += 1
    if isinstance(value, Func) and value.owner is not None and value.owner.is_view:
        value = Bound(value, frameworks.view(walk, frame, value.owner, at))
    run_callback(walk, frame, value, args, frozenset({"event"}), at)
    walk.branches -= 1
    del walk.within[depth:]


def run_callback(
    walk: Walk, frame: Frame, function: Value, args: list[Value], deps: frozenset[str], at: Place
) -> Value:
    """Run a function of the project the way the outside would, with arguments that depend on deps."""
    if isinstance(function, (Func, Bound, Partial)):
        inner, skip = _parameters(function)
        if inner is None:
            return calls.invoke(walk, frame, function, calls.Arguments(list(args)), at, ("k", None))
        given = frameworks.parameters(walk, frame, inner, skip, args, deps, at)
        return calls.invoke(walk, frame, function, given, at, ("k", None))
    if isinstance(function, Class):
        frameworks.run_class(walk, frame, function, deps, at)
    elif isinstance(function, Obj):
        if function.outer is not None and walk.phase == "invocation":
            fire(walk, frame, function.outer, at)
        seen: set[str] = set()
        for cls in function.cls.mro():
            for name, value in list(cls.attributes.items()):
                if name in seen or not isinstance(value, Func) or (name.startswith("_") and name != "__call__"):
                    continue
                seen.add(name)
                if value.binding == "":
                    run_callback(walk, frame, Bound(value, function), [], deps, at)
    return Unknown(deps)


def _parameters(function: Value) -> tuple[Func | None, int]:
    """The function behind a callable, and how many of its positional parameters are given already."""
    if isinstance(function, Func):
        return _parameters(function.signature) if function.signature is not None else (function, 0)
    if isinstance(function, Bound):
        inner, skip = _parameters(function.function)
        return inner, skip + 1
    if isinstance(function, Partial):
        inner, skip = _parameters(function.function)
        return inner, skip + len(function.args)
    return None, 0
