"""An update whose new value is made of the column's old one in, what it does again when it is repeated out.

Sources: SQLAlchemy, "UPDATE and DELETE with Core" and "ORM-Enabled INSERT, UPDATE"; Django, "F() expressions"; peewee,
"Atomic updates". How the walk names such a value: `interpret.raised`, "orders.c.total+".
"""

from __future__ import annotations

from lambdalint.knowledge.repeats import Effect
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Call, Symbol


def counted_effect(step: Call) -> Effect | None:
    """`queryset.update(hits=F("hits") + 1)`, `execute(update(orders).values(total=orders.c.total + 1))`."""
    method = step.callee.rpartition(".")[2]
    if method == "update":
        return _effect(step)
    statement = step.argument("statement", 0) if method == "execute" else None
    made = statement.made_by if statement is not None and "update()" in statement.path else None
    for _ in range(6):
        if made is None:
            return None
        if made.callee.endswith(".values"):
            return _effect(made)
        made = made.receiver.made_by if made.receiver is not None else None
    return None


def _effect(call: Call) -> Effect | None:
    for name, symbol in _set(call):
        if symbol.kind == "external" and symbol.path.endswith("+"):
            column = symbol.path[:-1].rpartition(".")[2]
            if name in (column, ""):
                return Effect("SQL UPDATE", "it counts again")
    return None


def _set(call: Call) -> Iterator[tuple[str, Symbol]]:
    """The columns that an update sets, with their values; "" for one whose name is an expression."""
    yield from call.keywords.items()
    for symbol in call.args[:1]:
        for name, value in symbol.entries:
            yield name.constant if isinstance(name.constant, str) else "", value
