"""Abstract values in, `model.Symbol`s out: the values as rules see them."""

from __future__ import annotations

from lambdalint.languages.python.interpret.combine import gather
from lambdalint.languages.python.interpret.values import (
    Bound,
    Builtin,
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
    Value,
)
from lambdalint.model import Symbol
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.model import Call

NO_CALLS: Mapping[int, Call] = {}
SHARED = 20_000  # equal symbols that are kept one of
DEPTH = 7  # as deep as the items of a batch that is written out in the call


_ones: dict[tuple[type, Symbol], Symbol] = {}


def _one(symbol: Symbol) -> Symbol:
    """The same symbol for equal ones: a run makes thousands, which are sent, written to the cache and read back."""
    if len(_ones) > SHARED:
        _ones.clear()
    return _ones.setdefault((type(symbol.constant), symbol), symbol)


def symbol(value: Value, depth: int = 0, calls: Mapping[int, Call] = NO_CALLS) -> Symbol:
    """The value as plain data. calls: what has been made of the calls so far, by order, for `made_by`."""
    if isinstance(value, Const):
        return _one(Symbol("constant", "", value.value, value.deps, not value.deps, None, value.calls))
    if isinstance(value, EnvVar):
        return _one(Symbol("environment", value.name, fixed=True))
    if isinstance(value, Ext):
        made = calls.get(value.made_by.order) if value.made_by is not None else None
        fixed = is_fixed(value)
        put = _put(value, calls, depth) if value.items else ()
        told = Symbol("external", value.path, None, value.deps, fixed, made, value.calls, (), put, _way(value))
        return _one(told) if made is None and not put else told
    if isinstance(value, Func):
        return Symbol("function", value.name, fixed=True)
    if isinstance(value, Class):
        return Symbol("class", value.name, fixed=True)
    deps, orders = gather([value])
    if isinstance(value, (Text, Seq, Union)) and depth < DEPTH:
        if isinstance(value, Union):
            raw, kind = value.options, "choice"
        else:
            raw, kind = (value.parts, "text") if isinstance(value, Text) else (tuple(value.items[:40]), "list")
        parts = tuple(symbol(part, depth + 1, calls) for part in raw)
        path = "set" if isinstance(value, Seq) and value.kind == "set" else ""
        return Symbol(kind, path, depends=deps, fixed=is_fixed(value), calls=orders, parts=parts)
    if isinstance(value, Map) and depth < DEPTH:
        entries = [
            (Symbol("constant", constant=key, fixed=True), symbol(item, depth + 1, calls))
            for key, item in value.entries.items()
        ]
        entries.extend((Symbol("unknown"), symbol(item, depth + 1, calls)) for item in value.others)
        return Symbol("dict", depends=deps, fixed=is_fixed(value), calls=orders, entries=tuple(entries))
    if isinstance(value, Obj):
        made = calls.get(value.made_by.order) if value.made_by is not None else None
        return Symbol("object", value.cls.name, None, deps, is_fixed(value), made, orders)
    if isinstance(value, (Bound, Partial)):
        inner = symbol(value.function, depth + 1, calls)
        return Symbol("function", inner.path, depends=deps, calls=orders)
    if isinstance(value, Mod):
        return Symbol("external", value.state.dotted, fixed=True)
    if isinstance(value, Builtin) and value.name == "__dict__" and isinstance(value.owner, Obj):
        from lambdalint.languages.python.interpret import dumped

        return symbol(dumped.attributes(value.owner), depth, calls)
    if isinstance(value, Builtin):
        return Symbol("external", value.name, fixed=True)
    return Symbol("unknown", depends=deps, calls=orders)


def _way(value: Ext) -> str:
    """By which keys something from outside was taken, one after the other: "Records[].body", "accounts[1]"."""
    base = value.base
    if not isinstance(base, Ext) or not value.path.startswith(base.path):
        return value.key or ""
    step = value.path[len(base.path) :]
    if step == "[]" and isinstance(value.member, str):
        return ".".join(filter(None, (_way(base), value.member)))
    if step == "[]":
        return f"{_way(base)}[{'' if value.member is None else value.member}]"
    if step.endswith(")"):
        return value.key or ""
    return _way(base) if value.key is None else f"{_way(base)}{step}".removeprefix(".")


def _put(value: Ext, calls: Mapping[int, Call], depth: int) -> tuple[tuple[Symbol, Symbol], ...]:
    """What the code has put into something from outside by a key, as into a row that it has read."""
    items = (value.items or {}).items() if depth < DEPTH else ()
    return tuple((Symbol("constant", constant=key, fixed=True), symbol(item, depth + 1, calls)) for key, item in items)


def is_fixed(value: Value, depth: int = 0) -> bool:
    """Whether the value is known to be the same at each invocation."""
    if depth > 6:
        return False
    if isinstance(value, Const):
        return not value.deps
    if isinstance(value, (EnvVar, Func, Class, Mod, Builtin)):
        return True
    if isinstance(value, Ext):
        if value.deps or value.role or value.path.endswith("+"):
            return False  # what was kept, and raised: see raised.raised
        made = value.made_by
        return (
            made is None
            or made.phase == "init"
            or all(is_fixed(item, depth + 1) for item in (*made.args, *made.keywords.values()))
        )
    if isinstance(value, Text):
        return all(is_fixed(part, depth + 1) for part in value.parts)
    if isinstance(value, Seq):
        return not value.open and all(is_fixed(part, depth + 1) for part in value.items)
    if isinstance(value, Union):
        return all(is_fixed(part, depth + 1) for part in value.options)
    if isinstance(value, Map):
        return all(is_fixed(part, depth + 1) for part in (*value.entries.values(), *value.others))
    if isinstance(value, Obj):
        return value.persistent or all(is_fixed(part, depth + 1) for part in value.attributes.values())
    if isinstance(value, Bound):
        return is_fixed(value.owner, depth + 1)
    return False
