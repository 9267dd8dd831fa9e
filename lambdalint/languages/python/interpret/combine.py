"""Several abstract values in, one out; what any of them depends on, and whether one counts as true."""

from __future__ import annotations

from lambdalint.languages.python.interpret.values import (
    NO_CALLS,
    NONE,
    NOTHING,
    Bound,
    Class,
    Const,
    EnvVar,
    Ext,
    Func,
    Map,
    Mod,
    Obj,
    Partial,
    Seq,
    Text,
    Union,
    Unknown,
    options,
)
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.values import Deps, Orders, Value

WIDTH = 12  # alternatives of a union beyond which a value is unknown


def join(values: list[Value]) -> Value:
    """One value for several: the union without doubles, unknown when it grows too wide."""
    if len(values) == 1 and type(values[0]) is not Union:
        return values[0]
    flat: list[Value] = []
    seen: set[Any] = set()
    for value in values:
        for option in options(value):
            mark: Any
            if isinstance(option, Const):
                mark = (type(option.value), option.value, option.deps)
            elif isinstance(option, Ext):
                mark = (option.path, option.deps, id(option.made_by), option.key)
            elif isinstance(option, Unknown):
                mark = ("unknown", option.deps)
            elif isinstance(option, EnvVar):
                mark = ("env", option.name)
            else:
                mark = id(option)
            if mark not in seen:
                seen.add(mark)
                flat.append(option)
    if not flat:
        return NOTHING
    if len(flat) == 1:
        return flat[0]
    if len(flat) > WIDTH:
        flat = _alike(flat)
    if len(flat) > WIDTH:
        callables = [item for item in flat if isinstance(item, (Func, Class, Obj, Bound, Partial))]
        if 0 < len(callables) <= 4 * WIDTH:
            return Union(tuple(callables))
        deps, calls = gather(flat)
        return Unknown(deps, calls)
    return Union(tuple(flat))


def origin(value: Ext) -> Any:
    """What made it, as far as it can matter to a function: clients of two services are not the same argument."""
    made = value.made_by
    if made is None or made.cached or value.callbacks or value.items:
        return id(made)
    first = made.args[0] if made.args else None
    receiver = made.receiver
    return (
        made.callee,
        first.value if isinstance(first, Const) and isinstance(first.value, str) else None,
        origin(receiver) if isinstance(receiver, Ext) and receiver.made_by is not made else None,
    )


def _alike(values: list[Value]) -> list[Value]:
    """The values with one for all that came from outside in the same way, by whichever call."""
    kept: list[Value] = []
    seen: set[Any] = set()
    for value in values:
        mark: Any = id(value)
        if isinstance(value, Ext):
            mark = (value.path, value.deps, value.key, *_first_words(value))
        if mark not in seen:
            seen.add(mark)
            kept.append(value)
    return kept


def _first_words(value: Ext) -> list[Any]:
    """The texts that the calls on the way to a value begin with, such as the names of services."""
    words: list[Any] = []
    made = value.made_by
    while made is not None and len(words) < 5:
        first = made.args[0] if made.args else None
        words.append(first.value if isinstance(first, Const) and isinstance(first.value, str) else None)
        receiver = made.receiver
        made = receiver.made_by if isinstance(receiver, Ext) and receiver.made_by is not made else None
    return words


def gather(values: Any, depth: int = 0) -> tuple[Deps, Orders]:
    """What any of the values depends on, and which calls flow into them."""
    deps: Any = NONE
    calls: Any = NO_CALLS
    for value in values:
        if type(value) in _PLAIN:
            # Most values bring nothing new, and no set has to be made for these.
            if value.deps and value.deps is not deps:
                deps = deps | value.deps if deps else value.deps
            if value.calls and value.calls is not calls:
                calls = calls | value.calls if calls else value.calls
            continue
        more: set[str] = set()
        more_calls: set[int] = set()
        _gather(value, more, more_calls, depth)
        if more:
            deps = deps | more
        if more_calls:
            calls = calls | more_calls
    return deps, calls


_PLAIN = frozenset({Const, Unknown, Ext})


def _gather(value: Any, deps: set[str], calls: set[int], depth: int) -> None:
    kind = type(value)
    if kind in _PLAIN:
        if value.deps:
            deps |= value.deps
        if value.calls:
            calls |= value.calls
        return
    if depth > 5:
        return
    step = 1
    if kind is Union:
        parts = value.options
    elif kind is Map:
        parts = value.entries.values()
        if len(parts) > 40:
            parts = list(parts)[:40]
        if value.others:
            parts = [*parts, *value.others[:40]]
    elif kind is Text:
        parts = value.parts
    elif kind is Seq:
        parts = value.items[:40]
    elif kind is Obj:
        if value.deps:
            deps |= value.deps
        parts = list(value.attributes.values())[:20]
        step = 2
    elif kind is Bound:
        parts = (value.owner,)
    elif kind is Partial:
        parts = (*value.args, *value.keywords.values())
    else:
        return
    depth += step
    for part in parts:
        if type(part) in _PLAIN:
            if part.deps:
                deps |= part.deps
            if part.calls:
                calls |= part.calls
        elif depth <= 5:
            _gather(part, deps, calls, depth)


def text(parts: list[Value]) -> Value:
    """A string made of parts: a constant when all of them are."""
    if all(isinstance(part, Const) and not part.deps for part in parts):
        deps, orders = gather(parts)
        return Const("".join(str(part.value) for part in parts if isinstance(part, Const)), deps, orders)
    return Text(tuple(parts))


def truth(value: Value) -> bool | None:
    """Whether the value counts as true; None when that cannot be told."""
    if isinstance(value, Const):
        return bool(value.value) if not value.deps and not value.calls else None
    if isinstance(value, (Func, Class, Obj, Mod, Bound, Partial)):
        return True
    if isinstance(value, Ext) and value.path in ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"):
        return False
    return None
