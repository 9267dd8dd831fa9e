"""An abstract value and an attribute in, its value out, or stored; note is taken of what outlives an invocation."""

from __future__ import annotations

from lambdalint.languages.python.interpret import calls, modules, outside, wellknown
from lambdalint.languages.python.interpret.combine import gather, join
from lambdalint.languages.python.interpret.values import (
    EVENT,
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
)
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place

DISPATCH = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
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
        if name == "value" and not value.outside and find_method(value, name) is None:
            return value  # a member of an Enum stands for its value
        found = _class_attribute(walk, value, value, name)
        return _asked(walk, value, name, found, at, frame)
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
    if walk.watch is not None and (
        value.items is not None or location in walk.written or value.path in wellknown.NAMESPACES
    ):
        walk.note(location, f"attribute {name}", lasts(value))
    stored = walk.read(location, value.items.get(name) if value.items else None)
    if stored is not None:
        return stored
    if value.role == "context":
        return Ext(
            f"{value.path}.{name}", frozenset({"request-id" if name == "aws_request_id" else "context"}), base=value
        )
    filled = value.path.startswith(wellknown.FILLED) and value.path.endswith("()")
    if (
        value.made_by is None
        and not value.deps
        and value.key is None
        and not (value.callbacks or filled or value.fresh)
    ):
        return walk.world.external(f"{value.path}.{name}")
    key = value.key
    if value.made_by is not None and not value.deps and walk.world.oracle.is_request(f".{name}"):
        return Ext(f"{value.path}.{name}", EVENT, value.calls, value.made_by, value)
    if key is not None and name not in DICT_METHODS:
        key = f"{key}.{name}" if key else name
        walk.event_keys.add(key)
    found = Ext(f"{value.path}.{name}", value.deps, value.calls, value.made_by, value, key)
    found.fresh = value.fresh
    if key is None and value.made_by is not None and value.made_by.phase == "init":
        # One for each name, so that what is stored in `app.state` is found there.
        if value.parts is None:
            value.parts = {}
        found = value.parts.setdefault(name, found)
    return found


def lasts(value: Ext) -> bool:
    """Whether something from outside lives longer than an invocation: a module, or what import made."""
    if value.deps or value.fresh:
        return False
    return value.made_by is None or value.made_by.phase == "init" or bool(value.made_by.cached)


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
        return Builtin("__dict__", value)
    if walk.watch is not None and not isinstance(find_method(value.cls, name), Func):
        walk.note(location, f"attribute {name}", value.persistent)
    found = _class_attribute(walk, value.cls, value, name)
    if not isinstance(found, Unknown):
        if isinstance(found, Bound):
            if isinstance(found.function, Func) and found.function.binding == "cached_property":
                return _cached_property(walk, value, name, found, at, frame)
            return _asked(walk, value, name, found, at, frame)
        if isinstance(found, Ext) and found.path.startswith(wellknown.PROVIDERS):
            from lambdalint.languages.python.interpret import providers

            return providers.own(value, found) or found
        return found
    outer = value.outer
    if outer is not None and name in ("model_dump", "dict"):
        from lambdalint.languages.python.interpret import dumped

        if dumped.makes_dict(value, name):
            return Builtin("model_dump", value)
    if outer is not None:
        given = _outside_attribute(walk, outer, name)
        if isinstance(given, Ext) and given.path in wellknown.STARTERS:
            body = find_method(value.cls, "run")
            given.callbacks = [Bound(body, value)] if body is not None else []
        return given
    proxy = find_method(value.cls, "__getattr__")
    if proxy is not None:
        return _missing(walk, value, name, Bound(proxy, value), [Const(name)], at, frame)
    deps, orders = gather([value])
    return Unknown(deps, orders)


def _asked(walk: Walk, holder: Obj | Class, name: str, found: Value, at: Place, frame: Frame) -> Value:
    """What a property or a descriptor of the project gives in place of itself; anything else is what it is."""
    if isinstance(found, Bound):
        if found.owner is _DESCRIPTOR:
            return _missing(walk, holder, name, found, [], at, frame)
        if isinstance(found.function, Func) and found.function.binding in ("property", "class property"):
            return calls.call(walk, frame, found, [], at)
    return found


def _missing(
    walk: Walk, value: Obj | Class, name: str, getter: Value, given: list[Value], at: Place, frame: Frame
) -> Value:
    """What is asked for an attribute that the object itself lacks; it may put it there."""
    region = walk.open({(id(value), name): (f"attribute {name}", value.persistent)})
    result = calls.call(walk, frame, getter, given, at)
    walk.close(region)
    return result


def _cached_property(walk: Walk, value: Obj, name: str, found: Bound, at: Place, frame: Frame) -> Value:
    location = (id(value), name)
    region = walk.open({location: ("a cached property", value.persistent)})
    result = calls.call(walk, frame, found, [], at)
    walk.write(location, "a cached property", result, value.persistent)
    if not value.persistent or walk.phase == "init":
        value.attributes[name] = result
    walk.close(region)
    return result


def find_method(cls: Class, name: str) -> Value | None:
    """What a class or its bases in the project hold under a name; None when they hold nothing."""
    for item in cls.mro():
        found = item.attributes.get(name)
        if found is not None:
            return found
    return None


def ask(walk: Walk, frame: Frame, value: Obj, name: str, given: list[Value], at: Place) -> Value:
    """What a method gives that Python calls for an operator or a builtin; unknown when the class has none."""
    method = find_method(value.cls, name)
    return calls.call(walk, frame, Bound(method, value), given, at) if method is not None else Unknown()


def _is_label(value: Value) -> bool:
    """A text of a class is a name for something; a place that waits to be filled is empty."""
    return isinstance(value, Const) and isinstance(value.value, str) and bool(value.value)


def _class_attribute(walk: Walk, cls: Class, instance: Obj | Class, name: str) -> Value:
    """An attribute found on the class: methods become bound; a descriptor of the project is asked."""
    for item in cls.mro():
        location = (id(item), name)
        own = item.attributes.get(name)
        found = walk.read(location, own)
        if found is None:
            continue
        if not isinstance(found, Func) and not _is_label(found):
            walk.note(location, f"class attribute {name}", item.persistent)
        return _bind(found, cls, instance)
    if name == "__subclasses__" and isinstance(instance, Class):
        return Builtin("__subclasses__", cls)
    if name in ("__name__", "__qualname__"):
        return Const(cls.name)
    if isinstance(instance, Class) and cls.metaclass is not None:
        method = find_method(cls.metaclass, name)
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
        if found.binding in ("class", "class property"):
            return Bound(found, cls)
        return Bound(found, instance) if isinstance(instance, Obj) else found
    if isinstance(found, Partial) and found.method:
        return Partial(Bound(found.function, instance), found.args, found.keywords)
    if isinstance(found, Partial) and isinstance(instance, Obj):
        return Bound(found, instance)
    if isinstance(found, Obj):
        getter = find_method(found.cls, "__get__")
        if getter is not None:
            holder = instance if isinstance(instance, Obj) else Const(None)
            return Bound(Partial(Bound(getter, found), [holder, cls], {}), _DESCRIPTOR)
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
    if isinstance(instance, Obj) and instance.outer is not None and name not in ("__new__", "__init__"):
        return _outside_attribute(walk, instance.outer, name)
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
        location = (function.identity, name)
        walk.note(location, f"attribute {name}", function.lasting)
        stored = walk.read(location, None)
        if stored is not None:
            return stored
        if name in ("__name__", "__qualname__"):
            return Const(function.name)
        if name in ("setter", "getter", "deleter", "cache_clear", "cache_info", "__doc__", "__module__"):
            return Builtin(name, function)
        if name == "register" and any(isinstance(item, Ext) and item.path in DISPATCH for item in function.wraps):
            return Builtin(name, function)
        if name == "__wrapped__":
            return function
        for wrapper in reversed(function.wraps):
            if isinstance(wrapper, Ext):
                return Ext(f"{wrapper.path}().{name}", made_by=wrapper.made_by, base=function)
    if isinstance(function, Partial) and name == "func":
        return function.function
    return Unknown()


def store(walk: Walk, holder: Value, name: str, value: Value) -> None:
    """`holder.name = value`."""
    if isinstance(holder, Obj):
        if name == "__dict__" and isinstance(value, Map):
            holder.persistent = holder.persistent or value.persistent  # state that all instances share
        if not holder.persistent or walk.phase == "init" or name == "__dict__":
            holder.attributes[name] = value
        walk.stored((id(holder), name))
        shared = holder.attributes.get("__dict__")
        if isinstance(shared, Map):
            walk.write((id(shared), "[]"), "a dict", value, shared.persistent, Const(name))
        walk.write((id(holder), name), f"attribute {name}", value, holder.persistent)
    elif isinstance(holder, Class):
        if not holder.persistent or walk.phase == "init":
            holder.attributes[name] = value
        for cls in holder.mro():
            walk.write((id(cls), name), f"class attribute {name}", value, cls.persistent)
    elif isinstance(holder, Mod):
        modules.rebind(walk, holder.state, name, value)
    elif isinstance(holder, Func):
        walk.keep.append(holder)
        walk.write((holder.identity, name), f"attribute {name}", value, holder.lasting)
    elif isinstance(holder, Bound) and isinstance(holder.function, Func):
        walk.write((holder.function.identity, name), f"attribute {name}", value, True)
    elif isinstance(holder, Ext):
        if holder.items is None:
            holder.items = {}
        lasting = lasts(holder)
        if not lasting or walk.phase == "init":
            holder.items[name] = value
        walk.write((id(holder), name), f"attribute {name}", value, lasting)
        if holder.made_by is not None:
            outside.set_up(holder.made_by, name, value)
    elif isinstance(holder, Union):
        for option in holder.options:
            store(walk, option, name, value)
