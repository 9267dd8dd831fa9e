"""An attribute that is set, recorded if it is one of a row that an ORM gave: nothing but such a call tells the change.

The call that Python makes of it is recorded: `row.state = "told"` is `row.__setattr__("state", "told")`.
"""

from __future__ import annotations

from lambdalint.languages.python.interpret.raised import MAPPERS
from lambdalint.languages.python.interpret.values import Ext, Obj, Value, options
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place


def changed(
    walk: Walk, frame: Frame, holder: Value, name: Value, value: Value, at: Place, text: tuple[Any, ...]
) -> None:
    """Record that rows among what a name holds get a value. text: the attribute as it is written."""
    if walk.phase != "invocation":
        return
    for option in options(holder):
        row = option.outer if isinstance(option, Obj) else option
        if isinstance(row, Ext) and row.path.startswith(MAPPERS) and _is_given(row):
            walk.emit(f"{row.path}.__setattr__", at, frame.module.path, row, [name, value], {}, text)


def _is_given(row: Ext) -> bool:
    """Whether something is what a method gave, or an element of that; a row that is made here is not there yet."""
    method = row.path.rstrip("[]").removesuffix("()").rpartition(".")[2]
    return bool(row.calls) and method[:1].islower() and not method.endswith(")")
