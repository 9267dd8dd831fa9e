"""An abstract value and an index in, the item out, or stored; note is taken of what outlives an invocation."""

from __future__ import annotations

from lambdalint.languages.python.interpret import builtin, calls, classes, modules, objects, outside, wellknown
from lambdalint.languages.python.interpret.combine import gather, join, truth
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.raised import is_raised
from lambdalint.languages.python.interpret.values import (
    Bound,
    Builtin,
    Class,
    Const,
    EnvVar,
    Ext,
    Map,
    Mod,
    Obj,
    Seq,
    Text,
    Union,
    Unknown,
    Value,
    options,
)
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place


def put(made: Map, key: Value, value: Value) -> None:
    """Add an entry to a dict under construction."""
    made.sealed = False
    if isinstance(key, Const) and not key.deps:
        made.entries[key.value] = value
        made.keys.append(key)
    else:
        made.others.append(value)
        made.keys.append(key)


NEW = frozenset({"random", "time"})


def spread(made: Map, other: Value) -> None:
    """`**other` in a dict, `made.update(other)`. An event may bring its own value for a default that is new each time:
    `{"id": uuid4(), **body}`."""
    if isinstance(other, Map):
        made.entries.update(other.entries)
        made.others.extend(other.others)
        made.keys.extend(other.keys)
        return
    made.others.append(other)
    deps, orders = gather([other])
    for name, value in made.entries.items() if "event" in deps else ():
        if not NEW.isdisjoint(gather([value])[0]):
            made.entries[name] = join([value, Unknown(deps, orders)])


def _state(value: Builtin) -> int:
    return id(value.owner.state) if isinstance(value.owner, Mod) else id(value)


def look(walk: Walk, value: Value, wanted: Value | None = None) -> None:
    """A membership test reads this container, to see whether wanted is in it."""
    if isinstance(value, Map):
        walk.note((id(value), "[]"), "a dict", value.persistent)
    elif isinstance(value, Seq):
        walk.note((id(value), "[]"), "a list", value.persistent)
    elif isinstance(value, Builtin) and value.name == "globals()":
        walk.note((_state(value), "[]"), "globals()", True)
        if isinstance(wanted, Const) and isinstance(wanted.value, str):
            walk.note((_state(value), wanted.value), f"global {wanted.value}", True)
    elif isinstance(value, Builtin) and value.name == "__dict__" and isinstance(value.owner, Obj):
        if isinstance(wanted, Const) and isinstance(wanted.value, str):
            walk.note((id(value.owner), wanted.value), f"attribute {wanted.value}", value.owner.persistent)
    elif isinstance(value, Obj):
        walk.note((id(value), "[]"), "an object's items", value.persistent)
    elif isinstance(value, Ext) and objects.lasts(value) and truth(value) is None:
        walk.note((id(value), "[]"), "a cache", True)
    elif isinstance(value, Union):
        for option in value.options:
            look(walk, option)


def item(walk: Walk, value: Value, index: Value, frame: Frame, at: Place) -> Value:
    """`value[index]`."""
    if isinstance(value, Map):
        look(walk, value)
        base: Value | None = None
        if isinstance(index, Const):
            base = value.entries.get(index.value)
            if base is None and value.others:
                base = join(value.others)
        else:
            held = [*value.entries.values(), *value.others]
            base = join(held) if held else None
        if base is None:
            base = value.missing
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
        if isinstance(stored, EnvVar) and not isinstance(index, Const):
            return Text((stored, Unknown(*gather([index]))))  # one of its pieces, and another one elsewhere
        return stored if stored is not None else Unknown()
    if isinstance(value, Ext):
        return _outside_item(walk, value, index)
    if isinstance(value, Union):
        parts = [option for option in value.options if not (isinstance(option, Const) and option.value is None)]
        return join([item(walk, option, index, frame, at) for option in parts]) if parts else Unknown()
    if isinstance(value, Class):
        method = objects.find_method(value, "__class_getitem__")
        if method is None and not value.attributes.get("__members__"):
            found = (
                value.attributes.get(index.value) if isinstance(index, Const) and isinstance(index.value, str) else None
            )
            if found is None and not isinstance(index, Const):
                return classes.member(value) or value
            return found if found is not None else value
        return value
    if isinstance(value, Obj):
        method = objects.find_method(value.cls, "__getitem__")
        if method is not None:
            return calls.call(walk, frame, Bound(method, value), [index], at)
        return _of_own(walk, value, index, frame, at)
    if isinstance(value, Builtin) and value.name == "__dict__" and isinstance(value.owner, Obj):
        if isinstance(index, Const) and isinstance(index.value, str):
            return objects.attribute(walk, value.owner, index.value, at, frame)
        return Unknown()
    if isinstance(value, Builtin) and value.name == "globals()":
        if isinstance(index, Const) and isinstance(index.value, str):
            found = modules.name(walk, frame.module, index.value)
            walk.note((id(frame.module), "[]"), "globals()", True)
            return found if found is not None else Unknown()
        if isinstance(index, Text) and isinstance(index.parts[0], Const) and index.parts[0].value:
            named = builtin.named_in(frame.module, str(index.parts[0].value))
            return join(named) if named else Unknown()
        return Unknown()
    deps, orders = gather([value, index])
    return Unknown(deps, orders)


def _of_own(walk: Walk, value: Obj, index: Value, frame: Frame, at: Place) -> Value:
    """`value[index]` of an object that is a dict: what was put into it, or what it makes of a key that it lacks."""
    location = (id(value), "[]")
    stored = walk.read(location, None)
    method = objects.find_method(value.cls, "__missing__")
    if method is None:
        return stored if stored is not None else Unknown(*gather([value, index]))
    region = walk.open({location: ("a dict", value.persistent)})
    made = calls.call(walk, frame, Bound(method, value), [index], at)
    walk.close(region)
    return made if stored is None else join([stored, made])


def _outside_item(walk: Walk, value: Ext, index: Value) -> Value:
    if value.path == "os.environ" and isinstance(index, Const) and isinstance(index.value, str):
        return EnvVar(index.value)
    if value.path in ("typing.Annotated", "typing_extensions.Annotated") and isinstance(index, Seq):
        return Seq(list(index.items), "annotated", True)
    if value.path in wellknown.MARKS:
        return Seq([index], wellknown.MARKS[value.path], True)
    look(walk, value)
    if value.items is not None:
        base = value.items.get(index.value) if isinstance(index, Const) else None
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
    found = Ext(f"{value.path}[]", deps, orders, value.made_by, value, key)
    found.fresh = value.fresh
    if isinstance(index, Const) and isinstance(index.value, (str, int)):
        found.member = index.value
    return found


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
        method = objects.find_method(value.cls, "__iter__") or objects.find_method(value.cls, "__aiter__")
        if method is not None:
            frame = Frame(value.cls.module, {})
            return element(walk, calls.call(walk, frame, Bound(method, value), [], value.cls.node[6]))
    deps, orders = gather([value])
    return Unknown(deps | {"loop"}, orders)


def piece(one: Value, place: int) -> Value:
    """An element of what is unpacked, told from the others by its place."""
    if not isinstance(one, Ext):
        return one
    found = Ext(one.path, one.deps, one.calls, one.made_by, one.base, one.key)
    found.member = place
    return found


def turn(value: Value) -> frozenset[str]:
    """What a loop depends on, by one of its elements; "record" when it goes over something of the event."""
    deps, _ = gather([value])
    if any(isinstance(option, Ext) and option.key is not None for option in options(value)):
        return deps | {"record"}
    return deps


def _varying(value: Value) -> Value:
    if isinstance(value, Const):
        return Const(value.value, value.deps | {"loop"}, value.calls)
    if isinstance(value, (EnvVar, Text)):
        # One of several pieces: `for region in os.environ["REGIONS"].split(",")`.
        return Text((value, Const("", frozenset({"loop"}))))
    return value


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
        lasting = objects.lasts(holder)
        if holder.items is None:
            holder.items = {}
        if (not lasting or walk.phase == "init") and isinstance(index, Const):
            # `if "id" not in item: item["id"] = uuid4()` leaves what was there, which is not told.
            sure = lasting or not walk.is_conditional() or is_raised(value)
            holder.items[index.value] = value if sure else Unknown()
        walk.write((id(holder), "[]"), "a cache", value, lasting, index)
        if holder.made_by is not None:
            outside.set_up(holder.made_by, "[]", value)
    elif isinstance(holder, Obj):
        method = objects.find_method(holder.cls, "__setitem__")
        if method is not None:
            calls.call(walk, frame, Bound(method, holder), [index, value], at)
        else:
            walk.write((id(holder), "[]"), "a dict", value, holder.persistent, index)
    elif isinstance(holder, Builtin) and holder.name == "__dict__" and isinstance(holder.owner, Obj):
        if isinstance(index, Const) and isinstance(index.value, str):
            objects.store(walk, holder.owner, index.value, value)
    elif isinstance(holder, Builtin) and holder.name == "globals()":
        if isinstance(index, Const) and isinstance(index.value, str):
            modules.rebind(walk, frame.module, index.value, value)
        walk.write((_state(holder), "[]"), "globals()", value, True, index)
    elif isinstance(holder, Union):
        for option in holder.options:
            store_item(walk, option, index, value, frame, at)
