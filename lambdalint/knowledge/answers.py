"""What a database answered in, whether it tells who was first out: rows that a statement took, counted or handed over.

Sources: SQL from the statements; the references of redis-py, pymemcache and PyMongo for what their calls return.
"""

from __future__ import annotations

from lambdalint.knowledge.statements import (
    DELETED,
    EXECUTE,
    HARMLESS,
    INSERT,
    UPDATED,
    assigned,
    executes,
    plain,
    statement_of,
    words,
)
from lambdalint.knowledge.store_effects import made_category
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.model import Call

FETCHES = (".fetchall", ".fetchone", ".fetchmany")
UPSERT = pattern(r"(?i)\bUPDATE\b|\bREPLACE\b")  # counts the row each time
# Writes whose answer says whether they changed anything.
TELLING = frozenset("add incr incrby hincrby getset hset zadd update_one replace_one delete_one".split())
COUNTERS = frozenset({"incr", "incrby", "hincrby"})


def takes(call: Call) -> bool:
    """Whether a statement finds nothing to do the second time, and says so by the rows that it changed or returns."""
    text = statement_of(call) if executes(call) else None
    if text is None or made_category(call) != "sql":
        return False
    changed = UPDATED.match(text)
    if changed is not None:
        return not words(changed["where"] or "").isdisjoint(assigned(changed["set"]))
    if DELETED.match(text):
        return True
    return bool(INSERT.match(text) and HARMLESS.search(text) and not UPSERT.search(text))


def behind(fetch: Call, steps: Sequence[Call]) -> Call | None:
    """The call that executed the statement whose rows are fetched; None when that is not told."""
    if not fetch.callee.endswith(FETCHES) or fetch.receiver is None:
        return None
    made = fetch.receiver.made_by
    if made is not None and made.callee.endswith(EXECUTE):
        return made
    before = [
        call
        for call in steps
        if call.order < fetch.order
        and call.callee.endswith(EXECUTE)
        and call.receiver is not None
        and call.receiver.path == fetch.receiver.path
    ]
    return before[-1] if before else None


def writes_to(selected: Call, steps: Sequence[Call]) -> bool:
    """Whether the invocation changes a table that a statement asks."""
    asked = words(statement_of(selected) or "")
    for call in steps:
        text = statement_of(call) if call is not selected else None
        found = text and (INSERT.match(text) or UPDATED.match(text) or DELETED.match(text))
        if found and plain(found["table"]) in asked:
            return True
    return False


def tells(call: Call) -> bool:
    """Whether a write to a store says by its answer if it was the first."""
    return call.callee.rpartition(".")[2] in TELLING and made_category(call) == "nosql"


def is_counted(step: Call, steps: Sequence[Call]) -> bool:
    """Whether a counter only tells how often the event came: something stands under a test of what it counted."""
    if step.callee.rpartition(".")[2] not in COUNTERS or made_category(step) != "nosql":
        return False
    if not any("event" in symbol.depends for symbol in step.args[:1]):
        return False
    return any(step.order in guard.symbol.calls for other in steps for guard in other.guards)
