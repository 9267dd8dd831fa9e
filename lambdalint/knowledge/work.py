"""The calls of an invocation in, whether an effect is of work that is taken from a store and taken off it again out.

A second run asks the store anew, and is not given what the first one has finished: messages that were deleted, rows
that are found by a state and got another one. What is asked for by the event itself is there the second time as well.
Sources: the DynamoDB and SQS references; SQL from the statements.
"""

from __future__ import annotations

from lambdalint.knowledge.answers import behind, takes
from lambdalint.knowledge.calls import aws_call, may_be_same, place_of, text_of
from lambdalint.knowledge.statements import DELETED, EXECUTE, UPDATED, assigned, plain, statement_of, words
from lambdalint.knowledge.store_effects import lapses
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambdalint.model import Call, Symbol

CONDITIONS = ("FilterExpression", "KeyConditionExpression")
WORDS = pattern(r"[#\w]+")
SELECTED = pattern(r"(?is)^\s*(?:WITH\b.*)?\bSELECT\b.*?\bWHERE\b(?P<where>.*)")
FETCHES = (".fetchall", ".fetchone", ".fetchmany", ".fetch", ".fetchrow", *EXECUTE)
# Rows of an ORM change by assignment; the session writes them when it commits.
MAPPERS = (
    *("sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.", "django.db.models.", "peewee.", "tortoise."),
    *("pynamodb.", "mongoengine.", "beanie."),
)


def finished(step: Call, steps: Sequence[Call]) -> bool:
    """Whether the effect is about something that the invocation asked a store for by its state, and changes there."""
    if _is_moved(step, steps):
        return True
    orders = _orders(step.args) | _orders(step.keywords.values())
    if any(_hands_out(question, steps) for question in steps if question.order in orders):
        return True
    for question in steps:
        if question.order not in orders:
            continue
        if question.callee.startswith(MAPPERS) and _rows_leave(question, steps, step):
            return True
        if not any("event" in symbol.depends for symbol in question.inputs()) and any(
            _finishes(other, question, steps) for other in steps if other is not step and not other.recovering
        ):
            return True
    return False


def passing(step: Call, later: Sequence[Call]) -> bool:
    """Whether nothing lasting comes of a write: what is set on a row is never written back, a key lapses."""
    if not step.callee.endswith(".__setattr__"):
        return lapses(step, later)
    from lambdalint.knowledge.mapped_rows import written_later

    return not written_later(step, later)


def _rows_leave(question: Call, steps: Sequence[Call], step: Call) -> bool:
    from lambdalint.knowledge.mapped_rows import leaves

    return leaves(question, [other for other in steps if other is not step], step)


def _hands_out(question: Call, steps: Sequence[Call]) -> bool:
    """Whether rows are fetched that a statement has taken: `DELETE ... RETURNING`."""
    statement = behind(question, steps)
    return statement is not None and takes(statement)


def _is_moved(step: Call, steps: Sequence[Call]) -> bool:
    """A copy of an object that is deleted then: a second run finds nothing to copy."""
    aws = aws_call(step)
    if aws is None or aws.operation is None or (aws.service, aws.operation.method) != ("s3", "copy_object"):
        return False
    later = (aws_call(other) for other in steps if other.order > step.order and not other.recovering)
    return any(
        other is not None
        and other.operation is not None
        and other.service == "s3"
        and other.operation.method in ("delete_object", "delete_objects")
        for other in later
    )


def _orders(symbols: Iterable[Symbol], depth: int = 0) -> frozenset[int]:
    found: frozenset[int] = frozenset()
    for symbol in symbols:
        found |= symbol.calls
        if depth < 4:
            found |= _orders(symbol.parts, depth + 1)
            found |= _orders((value for _, value in symbol.entries), depth + 1)
    return found


def _finishes(other: Call, question: Call, steps: Sequence[Call]) -> bool:
    """Whether a call takes what a question found out of what the same question finds."""
    method = question.callee.rpartition(".")[2]
    if method in ("receive_message", "receive_messages"):
        return other.callee.rpartition(".")[2].startswith("delete") and question.order in _orders(other.inputs())
    if question.callee.endswith(FETCHES):
        return question.order in _orders(other.args) and _leaves_selection(other, question, steps)
    if method not in ("query", "scan", "paginate") or question.order not in _orders(other.inputs()):
        return False
    aws = aws_call(other)
    if aws is None or aws.service != "dynamodb" or not may_be_same(place_of(question), place_of(other)):
        return False
    if aws.method == "put_item":
        return _asked(question) != frozenset()  # changed by the code; a scan of everything finds it again
    if aws.method == "update_item":
        return _meet(_asked(question), _named(other, "UpdateExpression"))
    return aws.method == "delete_item"


def _leaves_selection(other: Call, question: Call, steps: Sequence[Call]) -> bool:
    """Whether a statement removes the rows that another one selected, or sets a column it selected them by."""
    if not other.callee.endswith(EXECUTE):
        return False
    selects = [
        found
        for call in steps
        if call.order <= question.order
        and call.callee.endswith((*EXECUTE, ".fetch", ".fetchrow"))
        and (found := SELECTED.search(statement_of(call) or ""))
    ]
    statement = statement_of(other) or ""
    changed = UPDATED.match(statement)
    if not selects:
        return False
    if changed is None:
        removed = DELETED.match(statement)
        return removed is not None and plain(removed["table"]) in words(selects[-1][0])
    return _meet(words(selects[-1]["where"]), assigned(changed["set"]))


def _meet(asked: frozenset[str] | None, set_: frozenset[str] | None) -> bool:
    """Whether a state that was asked for is set; what is not told may be."""
    return asked is None or set_ is None or bool(asked & set_)


def _asked(question: Call) -> frozenset[str] | None:
    """The attributes that a query finds its items by; None when they are not told."""
    found: set[str] = set()
    for name in CONDITIONS:
        symbol = question.keywords.get(name)
        if symbol is None:
            continue
        names = _named(question, name)
        if names is None:
            return None
        found |= names
    return None if "**" in question.keywords else frozenset(found)


def _named(call: Call, keyword: str) -> frozenset[str] | None:
    """The attributes that an expression names, by their own names."""
    symbol = call.keywords.get(keyword)
    text = text_of(symbol)
    if text is None:
        made = symbol.made_by if symbol is not None else None
        inner = made.receiver.made_by if made is not None and made.receiver is not None else None
        name = text_of(inner.args[0]) if inner is not None and inner.args else None  # Attr("status").eq("open")
        return None if name is None else frozenset({name})
    aliases = call.keywords.get("ExpressionAttributeNames")
    names = {str(name.constant): text_of(value) for name, value in aliases.entries} if aliases is not None else {}
    return frozenset(names.get(word) or word for word in WORDS.findall(text))
