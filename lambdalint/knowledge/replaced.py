"""A call that adds rows or documents in, whether what it adds was removed first out: `DELETE ... WHERE day = %s`, then
`INSERT`. A second run removes what the first one has added.

Source: SQL from the statements; MongoDB by the methods of a collection.
"""

from __future__ import annotations

from lambdalint.knowledge.store_effects import statement_of
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.model import Call, Symbol

ADDED = pattern(r"(?i)^\s*(?:INSERT\s+INTO|COPY(?:\s+INTO)?)\s+(?P<table>[\w.\"`\[\]]+)")
REMOVED = pattern(r"(?i)^\s*(?:DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?(?P<table>[\w.\"`\[\]]+)")
WHERE = pattern(r"(?i)\bWHERE\b")
REMOVERS = ("delete_many", "delete_one", "drop", "delete_by_query", "delete")


def replaced(step: Call, earlier: Sequence[Call]) -> bool:
    """Whether an earlier call removes what this one adds: all of it, or what belongs to the event."""
    if not earlier:
        return False
    statement = statement_of(step)
    added = ADDED.match(statement) if statement is not None else None
    if added is not None:
        return any(_empties(other, added["table"]) for other in earlier if _comes_by(other, step))
    return any(
        other.callee.rpartition(".")[2] in REMOVERS
        and _is_same_place(other, step)
        and ("event" in _depends(other.args) or not other.args)
        for other in earlier
        if _comes_by(other, step)
    )


def _comes_by(other: Call, step: Call) -> bool:
    """Whether the way to a call leads past the other one."""
    return not other.branch or other.guards == step.guards[: len(other.guards)]


def _empties(other: Call, table: str) -> bool:
    statement = statement_of(other)
    removed = REMOVED.match(statement) if statement is not None else None
    if statement is None or removed is None or removed["table"].lower() != table.lower():
        return False
    return not WHERE.search(statement) or "event" in _depends((*other.args, *other.keywords.values()))


def _depends(symbols: Sequence[Symbol]) -> frozenset[str]:
    return frozenset().union(*(symbol.depends for symbol in symbols))


def _is_same_place(one: Call, other: Call) -> bool:
    """Whether two calls are methods of the same collection, as the code names it: keys are not in its path."""
    if one.receiver is None or other.receiver is None or one.receiver.path != other.receiver.path:
        return False
    return _owner(one) == _owner(other)


def _owner(call: Call) -> str:
    return call.text.partition("." + call.callee.rpartition(".")[2] + "(")[0]
