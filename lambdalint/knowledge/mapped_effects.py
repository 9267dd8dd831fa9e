"""A call of a library that maps objects to rows, items or documents in, what it adds again when it is repeated out.

A model's own columns may say that a second row is refused: what the module scope of the models calls is asked for that.
Sources: the references of SQLAlchemy 2, SQLModel, peewee 3, Django 5, Tortoise, MongoEngine, Beanie and PynamoDB 6.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import constant
from lambdalint.knowledge.repeats import KEYS, Effect, is_new_key
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdalint.model import Call, Symbol

# Sessions of SQLAlchemy's ORM, and of what is built on it; models get their columns as keywords.
SESSION = pattern(
    r"^(?:sqlalchemy\.(?:orm|ext\.asyncio)\.(?:Async|async_)?(?:Session|session|sessionmaker|scoped_session)"
    r"|sqlmodel\.(?:ext\.asyncio\.session\.Async)?Session|flask_sqlalchemy\.SQLAlchemy)\(\)"
    r".*\.(?P<method>add|add_all|bulk_save_objects)$"
)
# Models that write themselves: `Loan.create(...)`, `Loan(...).save()`, `Loan.insert(...).execute()`.
MODEL = pattern(
    r"^(?:peewee\.|django\.db\.models\.|tortoise\.models\.|mongoengine\.(?:Dynamic)?|beanie\.)(?:Model|Document)"
    r"(?:(?:\.objects)?\.(?P<made>create|acreate|bulk_create|abulk_create)"
    r"|\(\)\.(?P<kept>save|asave|insert|create)|\.(?P<built>insert)\(\)\.execute)$"
)
ITEM = pattern(r"^pynamodb\.models\.Model(?:\.get)?\(\)\.(?P<method>save|update)$")
MAPPERS = ("sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.", "django.")
LIBRARIES = (*MAPPERS, "peewee.", "tortoise.", "mongoengine.", "beanie.", "pynamodb.")
UNLESS_THERE = frozenset({"ignore_conflicts", "update_conflicts", "on_conflict"})
REFUSING = ("unique", "primary_key", "pk")  # arguments of a column
TOGETHER = (".UniqueConstraint", ".PrimaryKeyConstraint", ".CompositeKey")
REFERENCES = (".ForeignKey", ".ForeignKeyField")
COLUMNS = (".Column", ".mapped_column", "Field", *REFERENCES)


def mapped_effect(step: Call, startup: Sequence[Call]) -> Effect | None:
    """The rows, items or documents that a call adds; None when it adds none, or when that is not told."""
    if not step.callee.startswith(LIBRARIES):
        return None
    if SESSION.match(step.callee):
        rows = _rows(step.args[:1])
        name = "session." + step.callee.rpartition(".")[2]
    elif found := MODEL.match(step.callee):
        rows = _written(step)
        method = found["made"] or found["kept"] or found["built"]
        written = step.text.partition("(")[0]  # as the code names the model
        name = written if written.endswith(f".{method}") else f"{written}.{method}"
    else:
        return _item(step)
    foreign = frozenset(_foreign(startup)) if any(map(KEYS.match, (name for row in rows for name in row))) else ()
    if not rows or not all(
        row and not any(KEYS.match(column) and column not in foreign for column in row) for row in rows
    ):
        return None
    refused = frozenset(_refusing(startup))
    return None if any(refused.intersection(row) for row in rows) else Effect(name, "it adds another row")


def _written(step: Call) -> list[tuple[str, ...]]:
    """The columns of each row that a model writes: those of the call, or of the object or statement it is a call of."""
    path, _, method = step.callee.rpartition(".")
    if UNLESS_THERE & step.keywords.keys():
        return []
    if method.endswith("bulk_create"):
        return _rows(step.args[:1])
    made = step.receiver.made_by if path.endswith("()") and step.receiver is not None else step
    if made is None or made.args or made.phase != "invocation":
        return []
    return [_columns(made)]


def _rows(given: Iterable[Symbol]) -> list[tuple[str, ...]]:
    """The columns of models that are made in this invocation; one that was loaded is only kept, and tells nothing."""
    found = []
    for symbol in given:
        for row in symbol.parts if symbol.kind == "list" else (symbol,):
            made = row.made_by if row.kind == "object" else None
            new = made is not None and made.phase == "invocation" and made.callee.startswith(MAPPERS) and not made.args
            found.append(_columns(made) if made is not None and new else ())
    return found


def _columns(made: Call) -> tuple[str, ...]:
    if "**" in made.keywords:
        return ()
    return tuple(name for name, value in made.keywords.items() if not (KEYS.match(name) and is_new_key(value)))


def _refusing(startup: Sequence[Call]) -> Iterator[str]:
    """The names of columns of which a table takes a value once, alone or together."""
    for call in startup:
        if call.callee.endswith(TOGETHER) or (call.callee.endswith(".Index") and _is_unique(call)):
            fields = call.keywords.get("fields")
            for symbol in call.args if fields is None else fields.parts:
                if isinstance(symbol.constant, str):
                    yield symbol.constant
        elif _is_unique(call) or call.callee.endswith(".OneToOneField"):
            yield call.target
            yield f"{call.target}_id"  # as Django and peewee name the column of a reference


def _is_unique(call: Call) -> bool:
    return any(constant(call.keywords.get(name)) is True for name in REFUSING)


def _foreign(startup: Sequence[Call]) -> Iterator[str]:
    """The columns that hold the id of another row, in each model that has a column of that name."""
    told: dict[str, bool] = {}
    for call in startup:
        if call.target and call.callee.endswith(COLUMNS):
            refers = call.callee.endswith(REFERENCES) or "foreign_key" in call.keywords
            refers = refers or any(symbol.path.endswith(".ForeignKey()") for symbol in call.args)
            told[call.target] = told.get(call.target, True) and refers
    for name, refers in told.items():
        if refers:
            yield from {name, f"{name}_id"} - {other for other in told if not told[other]}


def _item(step: Call) -> Effect | None:
    """PynamoDB: an item whose key is new each time, or actions that add to what is there; a condition refuses both."""
    found = ITEM.match(step.callee)
    if found is None or "condition" in step.keywords:
        return None
    if found["method"] == "update":
        actions = step.argument("actions", 0)
        parts = actions.parts if actions is not None else ()
        adds = any(part.path.startswith("pynamodb.") and part.path.endswith(".add()") for part in parts)
        return Effect("Model.update", "one of its actions adds again") if adds else None
    made = step.receiver.made_by if step.receiver is not None else None
    if made is None or made.callee != "pynamodb.models.Model" or step.args:
        return None
    keys = list(made.args[:2])
    keys.extend(value for name, value in made.keywords.items() if KEYS.match(name))
    new = any(map(is_new_key, keys))
    return Effect("Model.save", "its key is new each time, so it adds an item") if new else None
