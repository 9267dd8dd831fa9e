"""A call that adds rows or documents in, whether what it adds was removed first out: `DELETE ... WHERE day = %s`, then
`INSERT`. A second run removes what the first one has added.

Source: SQL from the statements; MongoDB by the methods of a collection.
"""

from __future__ import annotations

from lambdalint.knowledge.statements import COPY, EMPTIES, INSERT, plain, statement_of
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.model import Call, Symbol

WHERE = pattern(r"(?i)\bWHERE\b")
JOINED = pattern(r"(?i)\bUSING\b|\bIN\s*\(\s*SELECT\b|\bEXISTS\b")  # removed by the rows that are added
REMOVERS = ("delete_many", "delete_one", "drop", "delete_by_query", "delete")


def replaced(step: Call, earlier: Sequence[Call]) -> bool:
    """Whether an earlier call removes what this one adds: all of it, or what belongs to the event."""
    if not earlier:
        return False
    statement = statement_of(step)
    added = (INSERT.match(statement) or COPY.match(statement)) if statement is not None else None
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
    removed = EMPTIES.match(statement) if statement is not None else None
    if statement is None or removed is None or plain(removed["table"]) != plain(table):
        return False
    return (
        not WHERE.search(statement)
        or bool(JOINED.search(statement))
        or "event" in _depends((*other.args, *other.keywords.values()))
    )


def _depends(symbols: Sequence[Symbol]) -> frozenset[str]:
    return frozenset().union(*(symbol.depends for symbol in symbols))


def _is_same_place(one: Call, other: Call) -> bool:
    """Whether two calls are methods of the same collection, as the code names it: keys are not in its path."""
    if one.receiver is None or other.receiver is None or one.receiver.path != other.receiver.path:
        return False
    return _owner(one) == _owner(other)


def _owner(call: Call) -> str:
    return call.text.partition("." + call.callee.rpartition(".")[2] + "(")[0]
