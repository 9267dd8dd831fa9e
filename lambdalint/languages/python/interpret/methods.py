"""A method of a list, dict, text or function and its arguments in, what it returns out; what it stores is noted."""

from __future__ import annotations

from lambdalint.languages.python.interpret import classes, items, outside
from lambdalint.languages.python.interpret.combine import gather, join, text
from lambdalint.languages.python.interpret.values import (
    Bound,
    Builtin,
    Class,
    Const,
    EnvVar,
    Ext,
    Func,
    Map,
    Obj,
    Partial,
    Seq,
    Text,
    Unknown,
    Value,
)
from lambdalint.languages.python.interpret.walk import promote
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.calls import Arguments
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place

KEEPS_TEXT = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "encode",
        "decode",
        "replace",
        "removeprefix",
        "removesuffix",
    }
)
SPLITS = frozenset({"split", "splitlines", "rsplit", "partition", "rpartition"})
FIELDS = pattern(r"\{(?P<index>\d*)(?::(?P<spec>[^{}]*))?\}")


def call(walk: Walk, frame: Frame, callee: Builtin, given: Arguments, at: Place) -> Value:
    """What a method of a built-in value, of a function or of `super()` returns."""
    owner, name, values = callee.owner, callee.name, given.positional
    if name == "super.__init__" and isinstance(owner, Obj):
        outside.give(walk, frame, owner, given, at)
        return Const(None)
    if name == "model_dump" and isinstance(owner, Obj):
        from lambdalint.languages.python.interpret import dumped

        return dumped.as_dict(owner, given)
    if name in ("super.__new__", "super.__call__"):
        cls = values[0] if values and isinstance(values[0], Class) else owner
        if isinstance(cls, Class):
            if name == "super.__call__":
                return classes.create(walk, frame, cls, given, at, ("k", None))
            instance = Obj(cls, walk.phase == "init", place=at)
            walk.keep.append(instance)
            return instance
        return Unknown()
    if name == "register" and isinstance(owner, Func):
        owner.others = (*owner.others, *(item for item in values if isinstance(item, (Func, Bound, Partial))))
        return callee
    if name == "cache_clear" and isinstance(owner, Func):
        # After an error, or where something changed, what is made anew is kept again.
        if walk.phase == "invocation" and not (walk.conditions or walk.branches or walk.recovering):
            walk.clear(owner)
        return Const(None)
    if name == "__subclasses__" and isinstance(owner, Class):
        return Seq(list(owner.subclasses), "list", True)
    if isinstance(owner, Map):
        return _of_map(walk, frame, owner, name, given, at)
    if isinstance(owner, Seq):
        return _of_sequence(walk, owner, name, values)
    if isinstance(owner, (Const, Text, EnvVar)):
        return _of_text(owner, name, given)
    if isinstance(owner, Builtin) and name == "__new__" and values and isinstance(values[0], Class):
        instance = Obj(values[0], walk.phase == "init", place=at)
        walk.keep.append(instance)
        return instance
    if isinstance(owner, Builtin) and owner.name == "globals()" and name in ("get", "setdefault") and values:
        if name == "setdefault" and len(values) > 1:
            items.store_item(walk, owner, values[0], values[1], frame, at)
        return items.item(walk, owner, values[0], frame, at)
    deps, orders = gather([item for item in (owner, *given.values()) if item is not None])
    return Unknown(deps, orders)


def _of_map(walk: Walk, frame: Frame, owner: Map, name: str, given: Arguments, at: Place) -> Value:
    values = given.positional
    if name in ("get", "pop", "__getitem__") and values:
        found = items.item(walk, owner, values[0], frame, at)
        default = [values[1]] if len(values) > 1 else [Const(None)] if name == "get" else []
        missing = isinstance(values[0], Const) and values[0].value not in owner.entries
        if missing and default and not owner.others and not owner.persistent:
            return default[0]  # what a caller did not give among its keyword arguments
        if name == "get" and (missing or not isinstance(values[0], Const)):
            return join([found, *default])
        return found
    if name == "setdefault" and len(values) > 1:
        items.store_item(walk, owner, values[0], values[1], frame, at)
        if owner.persistent:
            promote(values[1])
        return join([items.item(walk, owner, values[0], frame, at), values[1]])
    if name == "items":
        pairs: list[Value] = [
            Seq([Const(key, frozenset({"loop"})), value], "tuple") for key, value in owner.entries.items()
        ]
        pairs.extend(Seq([Unknown(frozenset({"loop"})), value], "tuple") for value in owner.others)
        return Seq(pairs, "list", False, True)
    if name == "values":
        return Seq([*owner.entries.values(), *owner.others], "list", False, True)
    if name == "keys":
        return Seq(list(owner.keys), "list", False, True)
    if name == "update":
        for value in values:
            items.spread(owner, value)
        for key, value in given.keywords.items():
            items.store_item(walk, owner, Const(key), value, frame, at)
        return Const(None)
    if name == "clear":
        walk.empty((id(owner), "[]"), owner.persistent)
        return Const(None)
    if name == "copy":
        made = Map(walk.phase == "init")
        made.entries, made.others, made.keys = dict(owner.entries), list(owner.others), list(owner.keys)
        return made
    deps, orders = gather([owner])
    return Unknown(deps, orders)


def _of_sequence(walk: Walk, owner: Seq, name: str, values: list[Value]) -> Value:
    if name in ("append", "add", "insert", "appendleft") and values:
        value = values[-1]
        if not owner.persistent or walk.phase == "init":
            if len(owner.items) < 60:
                owner.items.append(value)
            owner.open = owner.open or bool(walk.loops)
        walk.write((id(owner), "[]"), "a list", value, owner.persistent)
        return Const(None)
    if name in ("extend", "update") and values:
        if isinstance(values[0], Seq):
            owner.items.extend(values[0].items)
        else:
            owner.items.append(items.element(walk, values[0]))
        owner.open = True
        return Const(None)
    if name in ("pop", "popleft", "__getitem__"):
        return join(owner.items) if owner.items else Unknown()
    if name == "copy":
        return Seq(list(owner.items), owner.kind, walk.phase == "init", owner.open)
    deps, orders = gather([owner, *values])
    return Unknown(deps, orders)


def _of_text(owner: Const | Text | EnvVar, name: str, given: Arguments) -> Value:
    values = given.values()
    if name == "join" and values:
        parts = values[0].items if isinstance(values[0], Seq) else [values[0]]
        return text([piece for part in parts for piece in (owner, part)][1:])
    if name == "format":
        return Text((owner, *_timed(owner, values)))
    if isinstance(owner, Const) and isinstance(owner.value, (str, bytes)) and not values:
        asked = getattr(owner.value, name, None)
        if callable(asked) and name in KEEPS_TEXT:
            try:
                return Const(asked(), owner.deps, owner.calls)
            except (ValueError, TypeError):
                return owner
    if name in KEEPS_TEXT:
        return owner
    if name in SPLITS:
        return _split(owner, name, values)
    deps, orders = gather([owner, *values])
    return Unknown(deps, orders)


def _split(owner: Const | Text | EnvVar, name: str, values: list[Value]) -> Value:
    by = [value.value for value in values if isinstance(value, Const)]
    if isinstance(owner, Const) and isinstance(owner.value, str) and len(by) == len(values):
        try:
            found = getattr(owner.value, name)(*by)
        except (TypeError, ValueError):
            return Unknown(owner.deps, owner.calls)
        return Seq([Const(part, owner.deps, owner.calls) for part in found], "list", False, len(found) > 20)
    return Seq([owner], "list", False, True)


def _timed(owner: Const | Text | EnvVar, values: list[Value]) -> list[Value]:
    """The values of `"{:%Y-%m-%d}".format(now)`: a time is as fine as it is asked for."""
    if not isinstance(owner, Const) or not isinstance(owner.value, str) or "%" not in owner.value:
        return values
    found = list(values)
    for place, field in enumerate(FIELDS.finditer(owner.value)):
        index = int(field["index"] or place)
        value = found[index] if index < len(found) else None
        if isinstance(value, Ext) and "%" in (field["spec"] or "")[:-1]:
            path = f"{value.path}.strftime({field['spec']!r})"
            found[index] = Ext(path, value.deps, value.calls, value.made_by, value)
    return found
