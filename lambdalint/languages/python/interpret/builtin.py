"""A call of a builtin in, what it returns out, and what it stores noted: one function for each kind of builtin."""

from __future__ import annotations

import builtins

from lambdalint.languages.python.interpret import calls, items, methods, modules, objects, outside, rows
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
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.python.interpret.calls import Arguments
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.languages.python.interpret.world import ModuleState
    from lambdalint.model import Place

NAMES = frozenset(dir(builtins)) - {"__name__", "__doc__", "__file__", "__spec__", "__loader__", "__package__"}
SORTING = frozenset({"sorted", "min", "max"})  # what calls a function for each element to compare them by


def call(walk: Walk, frame: Frame, callee: Builtin, given: Arguments, at: Place, node: tuple[Any, ...]) -> Value:
    """Call a builtin or a method of a built-in value."""
    name = callee.name
    if callee.owner is not None and name != "globals()":
        return methods.call(walk, frame, callee, given, at)
    if name in SORTING and "key" in given.keywords:
        _map(walk, frame, "map", calls.Arguments([given.keywords["key"], *given.positional[:1]]), at)
    made = CALLS.get(name)
    found = made(walk, frame, name, given, at) if made is not None else None
    if found is not None:
        return found
    for value in given.values():
        if isinstance(value, (Func, Bound, Partial)):
            outside.run_callback(walk, frame, value, [], frozenset(), at)
    deps, orders = gather(given.values())
    return Unknown(deps, orders)


# Each gives None where nothing is known of such a call.


def _sequence(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    if not given.positional:
        return Seq([], name, walk.phase == "init")
    first = given.positional[0]
    kind = "set" if name in ("set", "frozenset") else "list"
    if isinstance(first, Seq):
        return Seq(list(first.items), kind, walk.phase == "init", first.open)
    return Seq([items.element(walk, first)], kind, walk.phase == "init", True)


def _zip(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    return Seq([Seq([items.element(walk, value) for value in given.positional], "tuple")], "list", False, True)


def _enumerate(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    one = items.element(walk, given.positional[0]) if given.positional else Unknown()
    return Seq([Seq([Unknown(frozenset({"loop"})), one], "tuple")], "list", False, True)


def _next(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    if not given.positional:
        return Unknown()
    first = given.positional[0]
    if isinstance(first, Obj) and objects.find_method(first.cls, "__next__") is not None:
        return objects.ask(walk, frame, first, "__next__", [], at)
    return items.element(walk, first)


def _text(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    if not given.positional:
        return None
    first = given.positional[0]
    return first if isinstance(first, (Const, Text, EnvVar)) else Text((first,))


def _type(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    values = given.positional
    if len(values) == 1:
        return values[0].cls if isinstance(values[0], Obj) else Unknown()
    if len(values) == 3 and isinstance(values[2], Map) and not values[2].entries:
        return walk.world.external("types.SimpleNamespace")  # an empty class made on the spot only holds attributes
    return None


def _names(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    if name == "globals":
        return Builtin("globals()", Mod(frame.module))
    if name == "vars" and given.positional and isinstance(given.positional[0], Obj):
        return Builtin("__dict__", given.positional[0])
    return Unknown()


def _super(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    values = given.positional
    return Super(values[0], values[1]) if len(values) == 2 and isinstance(values[0], Class) else None


def _binding(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    if not given.positional:
        return None
    for option in options(given.positional[0]):
        if isinstance(option, Func):
            option.binding = BINDINGS[name]
    return given.positional[0]


def _import(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    wanted = given.positional[0] if given.positional else None
    return modules.import_module(walk, str(wanted.value), frame.module) if isinstance(wanted, Const) else None


def _number(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    if len(given.positional) != 1:
        return None
    (value,) = given.positional
    return value if name != "bool" and is_answer(value) else Text((value,))


def _measure(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    values = given.positional
    if name == "round" and values and is_raised(values[0]):
        return values[0]
    deps, orders = gather(given.values())
    if name == "len" and values:
        items.look(walk, values[0])
        if isinstance(values[0], Obj):
            return objects.ask(walk, frame, values[0], "__len__", [], at)
    if name in ("max", "min") and any(isinstance(value, Seq) for value in values):
        return items.element(walk, values[0])
    return Unknown(deps, orders)


def _isinstance(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    if len(given.positional) != 2:
        return None
    value, kind = given.positional
    kinds = kind.items if isinstance(kind, Seq) and not kind.open else [kind]
    if isinstance(value, Obj):
        told = [item for item in kinds if isinstance(item, Class) and not item.is_protocol]
        if not set(value.cls.mro()).isdisjoint(told):
            return Const(True)
        if len(told) == len(kinds):
            return Const(False)
    deps, orders = gather([value])
    return Unknown(deps, orders)


def _by_name(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    values = given.positional
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
        walk.note((id(holder), name), f"attribute {name}", objects.lasts(holder))


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


def _dict(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    made = Map(walk.phase == "init")
    for value in given.positional:
        if isinstance(value, Map):
            made.entries.update(value.entries)
            made.others.extend(value.others)
            made.keys.extend(value.keys)
        else:
            made.others.append(items.element(walk, value))
    for key, item in given.keywords.items():
        items.put(made, Const(key), item)
    return made


def _map(walk: Walk, frame: Frame, name: str, given: Arguments, at: Place) -> Value | None:
    values = given.positional
    if len(values) < 2:
        return Unknown()
    elements = [items.element(walk, value) for value in values[1:]]
    walk.loops.append(items.turn(join(elements)))
    result = calls.call(walk, frame, values[0], elements, at)
    walk.loops.pop()
    return Seq([result if name == "map" else elements[0]], "list", walk.phase == "init", True)


BINDINGS = {"property": "property", "staticmethod": "static", "classmethod": "class"}
CALLS: dict[str, Callable[[Walk, Frame, str, Arguments, Place], Value | None]] = {
    **dict.fromkeys(("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"), _sequence),
    **dict.fromkeys(("hasattr", "getattr", "setattr"), _by_name),
    **dict.fromkeys(("map", "filter"), _map),
    **dict.fromkeys(("str", "format", "repr"), _text),
    **dict.fromkeys(("globals", "vars", "locals"), _names),
    **dict.fromkeys(BINDINGS, _binding),
    **dict.fromkeys(("int", "float", "bool"), _number),
    **dict.fromkeys(("max", "min", "sum", "any", "all", "len", "abs", "round"), _measure),
    "dict": _dict,
    "zip": _zip,
    "enumerate": _enumerate,
    "next": _next,
    "type": _type,
    "super": _super,
    "__import__": _import,
    "isinstance": _isinstance,
}
