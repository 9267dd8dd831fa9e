"""A call of a builtin, or of a method of a list, dict or tuple, in; what it returns out, and what it stores noted."""

from __future__ import annotations

import builtins

from lambdalint.languages.python.interpret import calls, classes, items, modules, objects, outside, rows, texts
from lambdalint.languages.python.interpret.combine import gather, join
from lambdalint.languages.python.interpret.raised import is_answer, is_raised
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
    Super,
    Text,
    Union,
    Unknown,
    Value,
    options,
)
from lambdalint.languages.python.interpret.walk import promote
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.calls import Arguments
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.languages.python.interpret.world import ModuleState
    from lambdalint.model import Place

NAMES = frozenset(dir(builtins)) - {"__name__", "__doc__", "__file__", "__spec__", "__loader__", "__package__"}
SORTING = frozenset({"sorted", "min", "max"})  # what calls a function for each element to compare them by


def call(walk: Walk, frame: Frame, callee: Builtin, given: Arguments, at: Place, node: tuple[Any, ...]) -> Value:
    """Call a builtin or a method of a built-in value."""
    if callee.owner is not None and callee.name != "globals()":
        return _method(walk, frame, callee, given, at)
    values = given.positional
    name = callee.name
    if name in SORTING and "key" in given.keywords:
        _map(walk, frame, "map", [given.keywords["key"], *values[:1]], at)
    if name in ("hasattr", "getattr", "setattr"):
        return _by_name(walk, frame, name, values, given, at)
    if name in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"):
        if not values:
            return Seq([], name, walk.phase == "init")
        first = values[0]
        kind = "set" if name in ("set", "frozenset") else "list"
        if isinstance(first, Seq):
            return Seq(list(first.items), kind, walk.phase == "init", first.open)
        return Seq([items.element(walk, first)], kind, walk.phase == "init", True)
    if name == "dict":
        return _dict(walk, values, given)
    if name in ("map", "filter"):
        return _map(walk, frame, name, values, at)
    if name == "zip":
        return Seq([Seq([items.element(walk, value) for value in values], "tuple")], "list", False, True)
    if name == "enumerate":
        one = items.element(walk, values[0]) if values else Unknown()
        return Seq([Seq([Unknown(frozenset({"loop"})), one], "tuple")], "list", False, True)
    if name == "next":
        if values and isinstance(values[0], Obj) and objects.find_method(values[0].cls, "__next__") is not None:
            return objects.ask(walk, frame, values[0], "__next__", [], at)
        return items.element(walk, values[0]) if values else Unknown()
    if name in ("str", "format", "repr") and len(values) >= 1:
        return values[0] if isinstance(values[0], (Const, Text, EnvVar)) else Text((values[0],))
    if name == "type" and len(values) == 1:
        return values[0].cls if isinstance(values[0], Obj) else Unknown()
    if name == "type" and len(values) == 3 and isinstance(values[2], Map) and not values[2].entries:
        return walk.world.external("types.SimpleNamespace")  # an empty class made on the spot only holds attributes
    if name == "globals":
        return Builtin("globals()", Mod(frame.module))
    if name == "vars" and values and isinstance(values[0], Obj):
        return Builtin("__dict__", values[0])
    if name in ("vars", "locals"):
        return Unknown()
    if name == "super" and len(values) == 2 and isinstance(values[0], Class):
        return Super(values[0], values[1])
    if name == "property" and values:
        for option in options(values[0]):
            if isinstance(option, Func):
                option.binding = "property"
        return values[0]
    if name in ("staticmethod", "classmethod") and values:
        for option in options(values[0]):
            if isinstance(option, Func):
                option.binding = "static" if name == "staticmethod" else "class"
        return values[0]
    if name == "__import__" and values and isinstance(values[0], Const):
        return modules.import_module(walk, str(values[0].value), frame.module)
    if name in ("int", "float", "bool") and len(values) == 1:
        return values[0] if name != "bool" and is_answer(values[0]) else Text((values[0],))
    if name == "round" and values and is_raised(values[0]):
        return values[0]
    if name in ("max", "min", "sum", "any", "all", "len", "abs", "round"):
        deps, orders = gather(given.values())
        if name == "len" and values:
            items.look(walk, values[0])
            if isinstance(values[0], Obj):
                return objects.ask(walk, frame, values[0], "__len__", [], at)
        if name in ("max", "min") and any(isinstance(value, Seq) for value in values):
            return items.element(walk, values[0])
        return Unknown(deps, orders)
    if name == "isinstance" and len(values) == 2:
        return _isinstance(values[0], values[1])
    for value in given.values():
        if isinstance(value, (Func, Bound, Partial)):
            outside.run_callback(walk, frame, value, [], frozenset(), at)
    deps, orders = gather(given.values())
    return Unknown(deps, orders)


def _isinstance(value: Value, kind: Value) -> Value:
    if isinstance(value, Obj) and isinstance(kind, Class):
        return Const(kind in value.cls.mro())
    deps, orders = gather([value])
    return Unknown(deps, orders)


def _by_name(walk: Walk, frame: Frame, name: str, values: list[Value], given: Arguments, at: Place) -> Value:
    if len(values) < 2:
        return Unknown()
    holder, wanted = values[0], values[1]
    if isinstance(wanted, Const) and isinstance(wanted.value, str):
        if name == "setattr":
            if len(values) > 2:
                objects.store(walk, holder, wanted.value, values[2])
                rows.changed(walk, frame, holder, wanted, values[2], at, ("k", None))
            return Const(None)
        if name == "hasattr":
            _watch(walk, holder, wanted.value)
            deps, orders = gather([holder])
            return Unknown(deps, orders)
        found = objects.attribute(walk, holder, wanted.value, at, frame)
        _watch(walk, holder, wanted.value)
        default = values[2] if len(values) > 2 else None
        if isinstance(found, Unknown) and default is not None:
            return join([found, default])
        return found
    if name == "setattr":
        walk.unsure.add((id(holder), ""))
        rows.changed(walk, frame, holder, wanted, Unknown(), at, ("k", None))
    if name == "getattr":
        return _dispatched(walk, frame, holder, wanted, at)
    deps, orders = gather(given.values())
    return Unknown(deps, orders)


def _watch(walk: Walk, holder: Value, name: str) -> None:
    """A test asks whether an attribute is there."""
    if isinstance(holder, Obj):
        walk.note((id(holder), name), f"attribute {name}", holder.persistent)
    elif isinstance(holder, Class):
        walk.note((id(holder), name), f"class attribute {name}", holder.persistent)
    elif isinstance(holder, Func):
        walk.note((holder.identity, name), f"attribute {name}", holder.lasting)
    elif isinstance(holder, Mod):
        walk.note((id(holder.state), name), f"global {name}", True)
    elif isinstance(holder, Ext):
        lasting = not holder.deps and (holder.made_by is None or holder.made_by.phase == "init")
        walk.note((id(holder), name), f"attribute {name}", lasting)


def _dispatched(walk: Walk, frame: Frame, holder: Value, wanted: Value, at: Place) -> Value:
    """`getattr(self, "on_" + kind)`: any method whose name starts with what is known of it."""
    prefix = ""
    if isinstance(wanted, Text) and wanted.parts and isinstance(wanted.parts[0], Const):
        prefix = str(wanted.parts[0].value)
    elif isinstance(wanted, Union):
        named = [item.value for item in wanted.options if isinstance(item, Const) and isinstance(item.value, str)]
        return join([objects.attribute(walk, holder, name, at, frame) for name in named]) if named else Unknown()
    found: list[Value] = []
    if prefix and isinstance(holder, (Obj, Class)):
        cls = holder.cls if isinstance(holder, Obj) else holder
        names = {name for item in cls.mro() for name in item.attributes if name.startswith(prefix)}
        found = [objects.attribute(walk, holder, name, at, frame) for name in sorted(names)]
    elif isinstance(holder, Mod):
        found = named_in(holder.state, prefix)
    elif isinstance(holder, Ext):
        deps, orders = gather([holder, wanted])
        return Ext(f"{holder.path}.?", deps, orders, holder.made_by, holder)
    return join(found) if found else Unknown(gather([wanted])[0])


def named_in(state: ModuleState, prefix: str) -> list[Value]:
    """The public functions and classes that a module defines under names that start so."""
    held = sorted(state.namespace.items())
    return [
        value
        for name, value in held
        if (name.startswith(prefix) if prefix else name[:1].isalpha() and name.isascii())
        and isinstance(value, (Func, Class, Partial))
        and (prefix or getattr(value, "module", state) is state)
    ]


def _dict(walk: Walk, values: list[Value], given: Arguments) -> Value:
    made = Map(walk.phase == "init")
    for value in values:
        if isinstance(value, Map):
            made.entries.update(value.entries)
            made.others.extend(value.others)
            made.keys.extend(value.keys)
        else:
            made.others.append(items.element(walk, value))
    for key, item in given.keywords.items():
        items.put(made, Const(key), item)
    return made


def _map(walk: Walk, frame: Frame, name: str, values: list[Value], at: Place) -> Value:
    if len(values) < 2:
        return Unknown()
    elements = [items.element(walk, value) for value in values[1:]]
    walk.loops.append(items.turn(join(elements)))
    result = calls.call(walk, frame, values[0], elements, at)
    walk.loops.pop()
    return Seq([result if name == "map" else elements[0]], "list", walk.phase == "init", True)


def _method(walk: Walk, frame: Frame, callee: Builtin, given: Arguments, at: Place) -> Value:
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
        return _map_method(walk, frame, owner, name, given, at)
    if isinstance(owner, Seq):
        return _seq_method(walk, owner, name, values)
    if isinstance(owner, (Const, Text, EnvVar)):
        return texts.method(owner, name, given)
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


def _map_method(walk: Walk, frame: Frame, owner: Map, name: str, given: Arguments, at: Place) -> Value:
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
            if isinstance(value, Map):
                owner.entries.update(value.entries)
                owner.others.extend(value.others)
            else:
                owner.others.append(value)
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


def _seq_method(walk: Walk, owner: Seq, name: str, values: list[Value]) -> Value:
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
