"""A target and a value in, the name, attribute or item bound."""

from __future__ import annotations

from lambdalint.languages.python.interpret import expressions, items, modules, objects, rows
from lambdalint.languages.python.interpret.combine import join
from lambdalint.languages.python.interpret.values import Class, Const, Ext, Obj, Seq, Union, Value, options
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk


Tuple = tuple[Any, ...]


def bind(walk: Walk, frame: Frame, name: str, value: Value) -> None:
    """Bind a name in a scope, honouring `global` and `nonlocal`."""
    if name in frame.globals:
        modules.rebind(walk, frame.module, name, value)
        return
    if name in frame.nonlocals:
        scope = frame.closure
        while scope is not None:
            if name in scope.locals:
                lasting = scope.phase == "init"
                if not lasting or walk.phase == "init":
                    scope.locals[name] = join([scope.locals[name], value])
                walk.write((id(scope), name), f"closure variable {name}", value, lasting)
                return
            scope = scope.closure
    frame.locals[name] = value
    if frame.is_module and isinstance(value, Ext) and value.made_by is not None:
        walk.write((id(frame.module), name), name, value, False)


def assign(walk: Walk, frame: Frame, target: Tuple, value: Value) -> None:
    """Store a value where an assignment target says."""
    operation = target[0]
    if operation == "n":
        bind(walk, frame, target[1], value)
    elif operation == "a":
        holder = expressions.evaluate(walk, frame, target[1])
        objects.store(walk, holder, target[2], value)
        rows.changed(walk, frame, holder, Const(target[2]), value, target[3], target)
    elif operation == "s":
        holder = expressions.evaluate(walk, frame, target[1])
        items.store_item(walk, holder, expressions.evaluate(walk, frame, target[2]), value, frame, target[3])
    elif operation in ("t", "l"):
        _unpack(walk, frame, target[1], value)
    elif operation == "*":
        assign(walk, frame, target[1], value)


def remove(walk: Walk, frame: Frame, target: Tuple) -> None:
    """`del target`: an attribute that is let go at each invocation is not kept; a class may do more."""
    operation = target[0]
    if operation == "a":
        for holder in options(expressions.evaluate(walk, frame, target[1])):
            if isinstance(holder, Obj) and objects.find_method(holder.cls, "__delattr__") is not None:
                objects.ask(walk, frame, holder, "__delattr__", [Const(target[2])], target[3])
            elif isinstance(holder, (Obj, Class)):
                walk.empty((id(holder), target[2]), holder.persistent)
            elif isinstance(holder, Ext):
                walk.empty((id(holder), target[2]), objects.lasts(holder))
    elif operation == "s":
        holders = options(expressions.evaluate(walk, frame, target[1]))
        index = expressions.evaluate(walk, frame, target[2])
        for holder in holders:
            if isinstance(holder, Obj):
                objects.ask(walk, frame, holder, "__delitem__", [index], target[3])
    elif operation in ("t", "l"):
        for item in target[1]:
            remove(walk, frame, item)


def _unpack(walk: Walk, frame: Frame, targets: Tuple, value: Value) -> None:
    if isinstance(value, Seq) and not value.open and len(value.items) == len(targets):
        for target, item in zip(targets, value.items, strict=True):
            assign(walk, frame, target, item)
        return
    if isinstance(value, Union):
        whole = [item for item in value.options if isinstance(item, Seq) and len(item.items) == len(targets)]
        if len(whole) == len([item for item in value.options if not isinstance(item, Const)]):
            for position, target in enumerate(targets):
                assign(walk, frame, target, join([item.items[position] for item in whole]))
            return
    one = items.element(walk, value)
    starred = next((position for position, target in enumerate(targets) if target[0] == "*"), len(targets))
    for position, target in enumerate(targets):
        place = position if position < starred else position - len(targets)
        assign(walk, frame, target, items.piece(one, place) if position != starred else one)
