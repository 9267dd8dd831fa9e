"""What an ORM is told without a call, recorded as the call that says the same.

An attribute of a row that is set: `row.state = "told"` is `row.__setattr__("state", "told")`. Columns that a model
takes once together: `unique_together = ["user", "page"]` of its Meta is `UniqueConstraint(fields=["user", "page"])`.
"""

from __future__ import annotations

from lambdalint.languages.python.interpret.raised import MAPPERS
from lambdalint.languages.python.interpret.values import Class, Const, Ext, Obj, Seq, Value, options
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


def declared(walk: Walk, frame: Frame, cls: Class, at: Place) -> None:
    """Record what the `Meta` of a model says of columns that are unique together."""
    meta = cls.attributes.get("Meta")
    if not isinstance(meta, Class):
        return
    together = meta.attributes.get("unique_together")
    if isinstance(together, Seq):
        for group in together.items if any(isinstance(item, Seq) for item in together.items) else [together]:
            walk.emit(
                "django.db.models.UniqueConstraint", at, frame.module.path, None, [], {"fields": group}, ("k", None)
            )
    indexes = meta.attributes.get("indexes")
    for index in indexes.items if isinstance(indexes, Seq) else ():
        pair = index.items if isinstance(index, Seq) else []
        if len(pair) == 2 and isinstance(pair[0], Seq) and isinstance(pair[1], Const) and pair[1].value is True:
            walk.emit("peewee.Index", at, frame.module.path, None, pair[0].items, {"unique": pair[1]}, ("k", None))
