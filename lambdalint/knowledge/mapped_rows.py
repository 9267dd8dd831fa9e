"""Rows that an ORM gave and what is assigned to them in, whether a second run is given them again, and what it adds to
them again out.

A row counts as changed by what is set on it (`interpret.rows`) before a call that writes it back. It is not given again
if what is set is what it was chosen by, or what the code asks it before the effect.
Sources: SQLAlchemy 2, "State Management" and "Querying"; Django 5, "Making queries"; peewee 3, "Querying".
"""

from __future__ import annotations

from lambdalint.knowledge.calls import constant
from lambdalint.knowledge.repeats import Effect
from lambdalint.knowledge.statements import DELETED, UPDATED, executes, statement_of
from lambdalint.knowledge.work import MAPPERS
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdalint.model import Call

SET = ".__setattr__"
CHOOSES = (".where", ".filter", ".filter_by", ".exclude", ".get", ".objects", ".Model.query", ".Model.scan", ".find")
WRITES_BACK = (".commit", ".flush", ".save", ".asave", ".bulk_update", ".abulk_update", ".save_changes", ".replace")
# Calls that change or remove rows whatever is set on them.
CHANGES = (".delete", ".adelete", ".update", ".aupdate", ".delete_instance", ".bulk_update_mappings")
# What is called on a row, or on an answer, and leaves it as it is.
HARMLESS = pattern(
    r"^(?:to_|as_|get|is_|has_|dict$|json$|model_dump|serialize|_asdict|_mapping|scalar|all$|first$|one|fetch|unique$"
    r"|mappings$|tuples$|filter|where$|order_by$|limit$|offset$|options$|join|outerjoin$|with_for_update$|yield_per$"
    r"|partitions$|count$|exists$|distinct$|group_by$|select_related$|prefetch_related$|values|iterator$|last$|exclude$"
    r"|execute$|expunge|__setattr__$|save$|asave$|refresh|format$|strip$|lower$|upper$|split|isoformat$|strftime$)"
)
ASKED = pattern(r"\.(\w+)(?!\w*\()|(\w+)=(?!=)")
WORDS = pattern(r"\w+")
STATEMENT = pattern(r"\b(?:update|delete|insert)\(\)")


def leaves(question: Call, others: Sequence[Call], step: Call) -> bool:
    """Whether the rows that a question of an ORM gave are not given again, or are told by what was set on them.

    others: the calls of the invocation but the effect. A question that the event asks is answered by the same rows,
    unless what is set on them is told."""
    if STATEMENT.search(question.callee):
        return False  # put together to change rows, not to ask for them
    written = any(call.callee.endswith((*WRITES_BACK, *CHANGES)) and call.order > question.order for call in others)
    if not written and not any(item.path.endswith(".begin") for item in step.within):
        return False
    told = [guard.text for guard in step.guards if question.order in guard.symbol.calls]
    chosen = [question, *_behind(question)]
    chosen = [call for call in chosen if call.callee.startswith(MAPPERS) and call.callee.endswith(CHOOSES)]
    if not chosen and not told:
        return False
    names = frozenset(_set_on(question, others))
    asked = [_asked(call) for call in chosen]
    if "?" in names or (names and None in asked):
        return not any("event" in symbol.depends for symbol in question.inputs())  # it is not told
    words = {word for found in asked if found is not None for word in found}
    words.update(word for text in told for word in WORDS.findall(text))
    return not names.isdisjoint(words)


def _behind(question: Call) -> Iterator[Call]:
    """The calls that a query was put together by."""
    seen = {question.order}
    left = question.inputs()
    while left:
        symbol = left.pop()
        left.extend(symbol.parts)
        made = symbol.made_by
        if made is not None and made.order not in seen:
            seen.add(made.order)
            yield made
            left.extend(made.inputs())


def _set_on(question: Call, steps: Sequence[Call]) -> Iterator[str]:
    """The attributes that are set on rows of a question, "?" for what may change any of them."""
    for call in steps:
        if call.order <= question.order or not call.callee.startswith(MAPPERS):
            continue
        of_rows = call.receiver is not None and question.order in call.receiver.calls
        if call.callee.endswith(SET):
            if of_rows:
                name = constant(call.args[0])
                yield name if isinstance(name, str) else "?"
        elif (of_rows and _may_change(call)) or call.callee.endswith(CHANGES) or _rewrites(call):
            yield "?"


def _may_change(call: Call) -> bool:
    """Whether a method may change the row that it is one of; one of what a column holds does not."""
    whole = call.receiver is not None and call.receiver.path.endswith(("]", ")"))
    return whole and not HARMLESS.match(call.callee.rpartition(".")[2])


def _rewrites(call: Call) -> bool:
    """Whether a statement changes rows: `execute(update(Job)...)`, or as text."""
    text = statement_of(call) if executes(call) else None
    if text is not None:
        return bool(UPDATED.match(text) or DELETED.match(text))
    statement = call.argument("statement", 0) if executes(call) else None
    return statement is not None and ("update()" in statement.path or "delete()" in statement.path)


def _asked(call: Call) -> frozenset[str] | None:
    """The columns that rows are chosen by; None when they are not told."""
    text = call.text.rpartition(f".{call.callee.rpartition('.')[2]}(")[2]
    if not text or "…" in text:
        return None
    names = {word for found in ASKED.findall(text) for word in found if word}
    names.update(part for name in call.keywords for part in name.split("__"))
    by_key = call.callee.endswith(".get")  # `session.get(Job, 1)`
    return frozenset(names) if names or by_key else None


def row_effect(step: Call) -> Effect | None:
    """An attribute of a row that is set to what it was, and more."""
    from lambdalint.knowledge.written_back import counted

    name = constant(step.args[0])
    if isinstance(name, str) and counted(step.args[1], name):
        return Effect(f"setting {step.text}", f"it counts on from the {name} that it read")
    return None


def written_later(step: Call, later: Sequence[Call]) -> bool:
    """Whether an attribute that is set on a row gets to the database, whatever is there by then."""
    return any(item.path.endswith(".begin") for item in step.within) or any(
        call.callee.endswith(WRITES_BACK) and call.callee.startswith(MAPPERS) and "condition" not in call.keywords
        for call in later
    )
