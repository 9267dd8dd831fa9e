"""Attributes, items and elements of abstract values: read and stored, noting what outlives an invocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdalint.languages.python.interpret import calls, modules
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.values import (
    NOTHING,
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
    gather,
    join,
    options,
)

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place

DICT_METHODS = frozenset({"get", "items", "keys", "values", "copy", "pop", "setdefault", "update"})


def attribute(walk: Walk, value: Value, name: str, at: Place, frame: Frame) -> Value:
    """`value.name`."""
    if isinstance(value, Ext):
        return _outside_attribute(walk, value, name)
    if isinstance(value, Mod):
        found = modules.member(walk, value.state, name)
        if found is None and len(value.state.open_stars) == 1:
            return walk.world.external(f"{value.state.open_stars[0]}.{name}")
        return found if found is not None else Unknown()
    if isinstance(value, Obj):
        return _object_attribute(walk, value, name, at, frame)
    if isinstance(value, Class):
        return _class_attribute(walk, value, value, name)
    if isinstance(value, Union):
        parts = [item for item in value.options if not (isinstance(item, Const) and item.value is None)]
        return join([attribute(walk, item, name, at, frame) for item in parts]) if parts else NOTHING
    if isinstance(value, Super):
        return _super_attribute(walk, value, name)
    if isinstance(value, (Func, Bound, Partial)):
        return _function_attribute(walk, value, name)
    if isinstance(value, (Const, Text, EnvVar, Seq, Map, Builtin)):
        if isinstance(value, Const) and name in ("value", "name"):  # members of an Enum
            return value
        return Builtin(name, value)
    deps, orders = gather([value])
    return Unknown(deps, orders)


def _outside_attribute(walk: Walk, value: Ext, name: str) -> Value:
    location = (id(value), name)
    if walk.watch is not None and (value.items is not None or location in walk.written):
        walk.note(location, f"attribute {name}", _lasts(value))
    stored = walk.read(location, value.items.get(name) if value.items else None)
    if stored is not None:
        return stored
    if value.role == "context":
        return Ext(
            f"{value.path}.{name}", frozenset({"request-id" if name == "aws_request_id" else "context"}), base=value
        )
    if value.made_by is None and not value.deps and value.key is None and not value.callbacks:
        return walk.world.external(f"{value.path}.{name}")
    key = value.key
    if key is not None and name not in DICT_METHODS:
        key = f"{key}.{name}" if key else name
        walk.event_keys.add(key)
    return Ext(f"{value.path}.{name}", value.deps, value.calls, value.made_by, value, key)


def _lasts(value: Ext) -> bool:
    """Whether something from outside lives longer than an invocation: a module, or what import made."""
    return not value.deps and (value.made_by is None or value.made_by.phase == "init" or bool(value.made_by.cached))


def _object_attribute(walk: Walk, value: Obj, name: str, at: Place, frame: Frame) -> Value:
    location = (id(value), name)
    own = value.attributes.get(name)
    if name not in ("__class__",):
        stored = walk.read(location, own)
        if stored is not None:
            walk.note(location, f"attribute {name}", value.persistent)
            return stored
    if name == "__class__":
        return value.cls
    if name == "__dict__":
        return Unknown()
    if walk.watch is not None and not isinstance(_find(value.cls, name), Func):
        walk.note(location, f"attribute {name}", value.persistent)
    found = _class_attribute(walk, value.cls, value, name)
    if not isinstance(found, Unknown):
        if isinstance(found, Bound) and found.owner is _DESCRIPTOR:
            return calls.call(walk, frame, found, [], at)
        if isinstance(found, Bound) and isinstance(found.function, Func):
            binding = found.function.binding
            if binding == "property":
                return calls.call(walk, frame, found, [], at)
            if binding == "cached_property":
                return _cached_property(walk, value, name, found, at, frame)
        return found
    outer = value.outer
    if outer is not None:
        return Ext(f"{outer.path}.{name}", outer.deps, outer.calls, outer.made_by, outer)
    proxy = _find(value.cls, "__getattr__")
    if proxy is not None:
        return calls.call(walk, frame, Bound(proxy, value), [Const(name)], at)
    deps, orders = gather([value])
    return Unknown(deps, orders)


def _cached_property(walk: Walk, value: Obj, name: str, found: Bound, at: Place, frame: Frame) -> Value:
    location = (id(value), name)
    region = walk.open({location: ("cached property", value.persistent)})
    result = calls.call(walk, frame, found, [], at)
    walk.write(location, "cached property", result, value.persistent)
    if not value.persistent or walk.phase == "init":
        value.attributes[name] = result
    walk.close(region)
    return result


def _find(cls: Class, name: str) -> Value | None:
    for item in cls.mro():
        found = item.attributes.get(name)
        if found is not None:
            return found
    return None


def find_method(cls: Class, name: str) -> Value | None:
    """What a class or its bases in the project hold under a name; None when they hold nothing."""
    return _find(cls, name)


def _class_attribute(walk: Walk, cls: Class, instance: Obj | Class, name: str) -> Value:
    """An attribute found on the class: methods become bound; a descriptor of the project is asked."""
    for item in cls.mro():
        location = (id(item), name)
        own = item.attributes.get(name)
        found = walk.read(location, own)
        if found is None:
            continue
        if not isinstance(found, Func):
            walk.note(location, f"class attribute {name}", True)
        return _bind(found, cls, instance)
    if name == "__subclasses__" and isinstance(instance, Class):
        return Builtin("__subclasses__", cls)
    if name in ("__name__", "__qualname__"):
        return Const(cls.name)
    if isinstance(instance, Class) and cls.metaclass is not None:
        method = _find(cls.metaclass, name)
        if method is not None:
            if not isinstance(method, Func):
                walk.note((id(cls.metaclass), name), f"class attribute {name}", True)
            return Bound(method, cls) if isinstance(method, Func) else method
    for item in cls.mro():
        if isinstance(instance, Class) and item.outside:
            return Ext(f"{item.outside[0].path}.{name}", base=cls)
    if walk.watch is not None:
        walk.note((id(cls), name), f"class attribute {name}", True)
    return Unknown()


def _bind(found: Value, cls: Class, instance: Obj | Class) -> Value:
    if isinstance(found, Union):
        return join([_bind(item, cls, instance) for item in found.options])
    if isinstance(found, Func):
        if found.binding == "static":
            return found
        if found.binding == "class":
            return Bound(found, cls)
        return Bound(found, instance) if isinstance(instance, Obj) else found
    if isinstance(found, Partial) and isinstance(instance, Obj):
        return Bound(found, instance)
    if isinstance(found, Obj) and isinstance(instance, Obj):
        getter = _find(found.cls, "__get__")
        if getter is not None:
            return Bound(Partial(Bound(getter, found), [instance, cls], {}), _DESCRIPTOR)
    return found


_DESCRIPTOR = Const("descriptor")


def _super_attribute(walk: Walk, value: Super, name: str) -> Value:
    instance = value.obj
    cls = instance.cls if isinstance(instance, Obj) else instance if isinstance(instance, Class) else value.owner
    order = cls.mro()
    after = order[order.index(value.owner) + 1 :] if value.owner in order else value.owner.mro()[1:]
    for item in after:
        found = item.attributes.get(name)
        if found is not None:
            if name == "__new__":
                return found
            return _bind(found, cls, instance if isinstance(instance, (Obj, Class)) else cls)
    if name in ("__new__", "__call__"):
        return Builtin(f"super.{name}", value.obj)
    if name == "__init__":
        return Builtin("super.__init__", value.obj)
    for item in (value.owner, *after):
        if item.outside:
            deps, orders = gather([instance])
            return Ext(f"{item.outside[0].path}().{name}", deps, orders, base=instance)
    return Unknown()


def _function_attribute(walk: Walk, value: Func | Bound | Partial, name: str) -> Value:
    function = value.function if isinstance(value, Bound) else value
    if isinstance(function, Func):
        location = (id(function.node), name)
        walk.note(location, f"attribute {name}", function.closure is None)
        stored = walk.read(location, None)
        if stored is not None:
            return stored
        if name in ("__name__", "__qualname__"):
            return Const(function.name)
        if name in ("setter", "getter", "deleter", "cache_clear", "cache_info", "__doc__", "__module__"):
            return Builtin(name, function)
        if name == "__wrapped__":
            return function
        for wrapper in reversed(function.wraps):
            if isinstance(wrapper, Ext):
                return Ext(f"{wrapper.path}().{name}", made_by=wrapper.made_by, base=function)
    if isinstance(function, Partial) and name == "func":
        return function.function
    return Unknown()


# ------------------------------------------------------------------------------------------------------- items


def put(made: Map, key: Value, value: Value) -> None:
    """Add an entry to a dict under construction."""
    if isinstance(key, Const) and _hashable(key.value) and not key.deps:
        made.entries[key.value] = value
        made.keys.append(key)
    else:
        made.others.append(value)
        made.keys.append(key)


def _hashable(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool, bytes))


def _state(value: Builtin) -> int:
    return id(value.owner.state) if isinstance(value.owner, Mod) else id(value)


def look(walk: Walk, value: Value) -> None:
    """A membership test reads this container."""
    if isinstance(value, Map):
        walk.note((id(value), "[]"), "a dict", value.persistent)
    elif isinstance(value, Seq):
        walk.note((id(value), "[]"), "a list", value.persistent)
    elif isinstance(value, Builtin) and value.name == "globals()":
        walk.note((_state(value), "[]"), "globals()", True)
    elif isinstance(value, Obj):
        walk.note((id(value), "[]"), "an object's items", value.persistent)
    elif isinstance(value, Ext) and _lasts(value) and value.items is not None:
        walk.note((id(value), "[]"), "a cache", True)
    elif isinstance(value, Union):
        for option in value.options:
            look(walk, option)


def item(walk: Walk, value: Value, index: Value, frame: Frame, at: Place) -> Value:
    """`value[index]`."""
    if isinstance(value, Map):
        look(walk, value)
        base: Value | None = None
        if isinstance(index, Const) and _hashable(index.value):
            base = value.entries.get(index.value)
            if base is None and value.others:
                base = join(value.others)
        else:
            held = [*value.entries.values(), *value.others]
            base = join(held) if held else None
        stored = walk.read((id(value), "[]"), base)
        if stored is not None:
            return stored
        deps, orders = gather([value, index])
        return Unknown(deps, orders)
    if isinstance(value, Seq):
        look(walk, value)
        if isinstance(index, Const) and isinstance(index.value, int) and not value.open:
            try:
                return value.items[index.value]
            except IndexError:
                pass
        if isinstance(index, Builtin) and index.name == "slice":
            return Seq(list(value.items), value.kind, value.persistent, True)
        stored = walk.read((id(value), "[]"), join(value.items) if value.items else None)
        return stored if stored is not None else Unknown()
    if isinstance(value, Ext):
        return _outside_item(walk, value, index)
    if isinstance(value, Union):
        parts = [option for option in value.options if not (isinstance(option, Const) and option.value is None)]
        return join([item(walk, option, index, frame, at) for option in parts]) if parts else Unknown()
    if isinstance(value, Class):
        method = _find(value, "__class_getitem__")
        if method is None and not value.attributes.get("__members__"):
            found = (
                value.attributes.get(index.value) if isinstance(index, Const) and isinstance(index.value, str) else None
            )
            return found if found is not None else value
        return value
    if isinstance(value, Obj):
        method = _find(value.cls, "__getitem__")
        if method is not None:
            return calls.call(walk, frame, Bound(method, value), [index], at)
    if isinstance(value, Builtin) and value.name == "globals()":
        if isinstance(index, Const) and isinstance(index.value, str):
            found = modules.name(walk, frame.module, index.value)
            walk.note((id(frame.module), "[]"), "globals()", True)
            return found if found is not None else Unknown()
        return Unknown()
    deps, orders = gather([value, index])
    return Unknown(deps, orders)


def _outside_item(walk: Walk, value: Ext, index: Value) -> Value:
    if value.path == "os.environ" and isinstance(index, Const) and isinstance(index.value, str):
        return EnvVar(index.value)
    look(walk, value)
    if value.items is not None:
        base = value.items.get(index.value) if isinstance(index, Const) and _hashable(index.value) else None
        stored = walk.read((id(value), "[]"), base)
        if stored is not None:
            return stored
    deps, orders = gather([value, index])
    key = value.key
    if key is not None:
        if isinstance(index, Const) and isinstance(index.value, str):
            key = f"{key}.{index.value}" if key else index.value
        else:
            key = f"{key}[]"
        walk.event_keys.add(key)
    return Ext(f"{value.path}[]", deps, orders, value.made_by, value, key)


def element(walk: Walk, value: Value) -> Value:
    """What a loop over the value gives each time round."""
    if isinstance(value, Seq):
        if value.items:
            return join([_varying(part) for part in value.items])
        stored = walk.read((id(value), "[]"), None)
        return stored if stored is not None else Unknown(frozenset({"loop"}))
    if isinstance(value, Map):
        return join([_varying(key) for key in value.keys]) if value.keys else Unknown(frozenset({"loop"}))
    if isinstance(value, Ext):
        key = value.key
        if key is not None:
            key = f"{key}[]"
            walk.event_keys.add(key)
        return Ext(f"{value.path}[]", value.deps | {"loop"}, value.calls, value.made_by, value, key)
    if isinstance(value, Union):
        parts = [option for option in value.options if not (isinstance(option, Const) and option.value is None)]
        return join([element(walk, option) for option in parts]) if parts else Unknown(frozenset({"loop"}))
    if isinstance(value, Class):
        members = [found for name, found in value.attributes.items() if not name.startswith("_")]
        return join([_varying(found) for found in members if isinstance(found, Const)]) if members else Unknown()
    if isinstance(value, Obj):
        method = _find(value.cls, "__iter__") or _find(value.cls, "__aiter__")
        if method is not None:
            frame = Frame(value.cls.module, {})
            return element(walk, calls.call(walk, frame, Bound(method, value), [], value.cls.node[6]))
    deps, orders = gather([value])
    return Unknown(deps | {"loop"}, orders)


def turn(value: Value) -> frozenset[str]:
    """What a loop depends on, by one of its elements; "record" when it goes over something of the event."""
    deps, _ = gather([value])
    if any(isinstance(option, Ext) and option.key is not None for option in options(value)):
        return deps | {"record"}
    return deps


def _varying(value: Value) -> Value:
    if isinstance(value, Const):
        return Const(value.value, value.deps | {"loop"}, value.calls)
    return value


# ------------------------------------------------------------------------------------------------------ stores


def store(walk: Walk, holder: Value, name: str, value: Value) -> None:
    """`holder.name = value`."""
    if isinstance(holder, Obj):
        if not holder.persistent or walk.phase == "init":
            holder.attributes[name] = value
        walk.write((id(holder), name), f"attribute {name}", value, holder.persistent)
    elif isinstance(holder, Class):
        if not holder.persistent or walk.phase == "init":
            holder.attributes[name] = value
        for cls in holder.mro():
            walk.write((id(cls), name), f"class attribute {name}", value, True)
    elif isinstance(holder, Mod):
        modules.rebind(walk, holder.state, name, value)
    elif isinstance(holder, Func):
        walk.write((id(holder.node), name), f"attribute {name}", value, holder.closure is None)
    elif isinstance(holder, Bound) and isinstance(holder.function, Func):
        walk.write((id(holder.function.node), name), f"attribute {name}", value, True)
    elif isinstance(holder, Ext):
        if holder.items is None:
            holder.items = {}
        lasting = _lasts(holder)
        if not lasting or walk.phase == "init":
            holder.items[name] = value
        walk.write((id(holder), name), f"attribute {name}", value, lasting)
    elif isinstance(holder, Union):
        for option in holder.options:
            store(walk, option, name, value)


def store_item(walk: Walk, holder: Value, index: Value, value: Value, frame: Frame, at: Place) -> None:
    """`holder[index] = value`."""
    if isinstance(holder, Map):
        if not holder.persistent or walk.phase == "init":
            put(holder, index, value)
        walk.write((id(holder), "[]"), "a dict", value, holder.persistent, index)
    elif isinstance(holder, Seq):
        if not holder.persistent or walk.phase == "init":
            holder.items.append(value)
        walk.write((id(holder), "[]"), "a list", value, holder.persistent, index)
    elif isinstance(holder, Ext):
        lasting = _lasts(holder)
        if holder.items is None:
            holder.items = {}
        if (not lasting or walk.phase == "init") and isinstance(index, Const) and _hashable(index.value):
            holder.items[index.value] = value
        walk.write((id(holder), "[]"), "a cache", value, lasting, index)
    elif isinstance(holder, Obj):
        method = _find(holder.cls, "__setitem__")
        if method is not None:
            calls.call(walk, frame, Bound(method, holder), [index, value], at)
    elif isinstance(holder, Builtin) and holder.name == "globals()":
        if isinstance(index, Const) and isinstance(index.value, str):
            modules.rebind(walk, frame.module, index.value, value)
        walk.write((_state(holder), "[]"), "globals()", value, True, index)
    elif isinstance(holder, Union):
        for option in holder.options:
            store_item(walk, option, index, value, frame, at)


__all__ = ["attribute", "element", "find_method", "item", "look", "put", "store", "store_item", "turn"]
