"""A call to a database, a document store, an index or a cache in, what it does again when it is repeated out.

Source: the statement itself for SQL; the library's method for the others.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import text_of
from lambdalint.knowledge.constructors import constructor
from lambdalint.knowledge.repeats import FRESH, KEYS, Effect, entries, renewed
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Call, Symbol


def stored_effect(step: Call) -> Effect | None:
    """The effect of a statement or of a write without an id; None when there is none to tell."""
    return _sql(step) or _mapped(step) or _item(step) or _stored(step)


# Writes that add something at each call: to a document store or an index when no id is given, to a list or a counter.
ADDERS = {
    "insert_one": "it adds another document",
    "insert_many": "it adds the documents again",
    "index": "it adds another document",
    "incr": "it counts again",
    "incrby": "it counts again",
    "hincrby": "it counts again",
    "decr": "it counts again",
    "decrby": "it counts again",
    "incrbyfloat": "it counts again",
    "hincrbyfloat": "it counts again",
    "zincrby": "it counts again",
    "lpush": "it adds another element",
    "rpush": "it adds another element",
    "xadd": "it adds another entry",
    "publish": "it is published again",
}


UPDATERS = frozenset({"update_one", "update_many", "find_one_and_update"})


def _stored(step: Call) -> Effect | None:
    method = step.callee.rpartition(".")[2]
    if method in UPDATERS and _made_category(step) == "nosql":
        changes = step.argument("update", 1)
        adds = {"$inc", "$push", "$mul"} & {name for name, _ in entries(changes)} if changes is not None else set()
        return Effect(method, f"its {min(adds)} adds again") if adds else None
    if method not in ADDERS or _made_category(step) not in ("nosql", "search"):
        return None
    if "id" in step.keywords or any(name in ("_id", "id") for symbol in step.args for name, _ in entries(symbol)):
        return None
    if method.startswith("insert") and not all(symbol.kind in ("dict", "list") for symbol in step.args):
        return None  # a document that came from elsewhere may carry its own id
    return Effect(method, ADDERS[method])


def _made_category(step: Call) -> str:
    """The category of the constructor that made what the method is called on, "" when that is not told."""
    made = step.receiver
    for _ in range(6):
        call = made.made_by if made is not None else None
        if call is None:
            return ""
        found = constructor(call.callee.replace("()", ""))
        if found is not None:
            return found.category
        made = call.receiver
    return ""


INSERT = pattern(r"(?i)^\s*INSERT\s+(?:IGNORE\s+|OR\s+IGNORE\s+)?INTO\s+\S+\s*(?P<columns>\([^)]*\))?")
HARMLESS = pattern(r"(?i)ON\s+CONFLICT|ON\s+DUPLICATE|NOT\s+EXISTS|\bIGNORE\b|\bREPLACE\b|\bMERGE\b|\bEXCEPT\b")
INCREMENT = pattern(r"(?is)^\s*UPDATE\b.*\bSET\b.*?(?P<name>\w+)\s*=\s*(?P=name)\s*[+-]")


BATCHES = frozenset({"psycopg2.extras.execute_values", "psycopg2.extras.execute_batch"})
# SQLAlchemy: `insert(table).values(...)` and `table.insert()`; those of a dialect can be told what to do on a conflict.
BUILT = pattern(r"^(?:sqlalchemy(?:\.sql)?\.insert\(\)|.*\.insert\(\))(?:\.values\(\))?$")


def _builds_insert(step: Call, statement: Symbol | None) -> bool:
    """Whether a statement is put together to insert rows of named columns, none of which is an id."""
    if statement is None or statement.kind != "external" or not BUILT.match(statement.path):
        return False
    made = statement.made_by
    given = list(step.args[1:])
    names: list[str] = []
    if made is not None and made.callee.endswith(".values"):
        given += made.args
        names += made.keywords
    for symbol in given:
        rows = symbol.parts if symbol.kind == "list" else (symbol,)
        if not rows or any(row.kind != "dict" for row in rows):
            return False  # rows that came from elsewhere may carry their id
        names += [str(name.constant) for row in rows for name, _ in row.entries]
    return bool(names) and "**" not in names and not any(KEYS.match(name) for name in names)


def _sql(step: Call) -> Effect | None:
    _head, _, method = step.callee.rpartition(".")
    if step.callee in BATCHES:
        why = sql_repeats(text_of(step.argument("sql", 1)))
        return Effect("SQL INSERT", why) if why else None
    if method not in ("execute", "executemany", "fetch", "fetchval", "fetchrow"):
        return None
    if _made_category(step) != "sql":
        return None
    statement = step.argument("statement", 0)
    if _builds_insert(step, statement):
        return Effect("SQL INSERT", "it adds another row")
    if (
        statement is not None
        and statement.made_by is not None
        and statement.made_by.callee in ("sqlalchemy.text", "sqlalchemy.sql.text")
    ):
        statement = statement.made_by.argument("text", 0)
    why = sql_repeats(text_of(statement))
    return Effect("SQL INSERT" if why and "row" in why else "SQL UPDATE", why) if why else None


# Sessions of SQLAlchemy's ORM, and of what is built on it; models get their columns as keywords.
MAPPERS = ("sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.")
SESSION = pattern(
    r"^(?:sqlalchemy\.(?:orm|ext\.asyncio)\.(?:Async|async_)?(?:Session|session|sessionmaker|scoped_session)"
    r"|sqlmodel\.(?:ext\.asyncio\.session\.Async)?Session|flask_sqlalchemy\.SQLAlchemy)\(\)"
    r".*\.(?P<method>add|add_all|bulk_save_objects)$"
)


def _mapped(step: Call) -> Effect | None:
    """The rows that a session of the ORM inserts: objects made in this invocation, with columns that are no id."""
    session = SESSION.match(step.callee) if step.callee.startswith(MAPPERS) else None
    given = step.args[0] if session and step.args else None
    if session is None or given is None:
        return None
    rows = given.parts if given.kind == "list" else (given,)
    if not rows or not all(map(_is_new_row, rows)):
        return None
    return Effect(f"session.{session['method']}", "it adds another row")


def _is_new_row(row: Symbol) -> bool:
    """Whether a value is a model made in this invocation of named columns; one that was loaded is only kept."""
    made = row.made_by if row.kind == "object" else None
    if made is None or made.phase != "invocation" or made.args or not made.callee.startswith(MAPPERS):
        return False
    return bool(made.keywords) and "**" not in made.keywords and not any(map(KEYS.match, made.keywords))


# PynamoDB: an item is an instance of its model; an update is a list of actions on attributes.
ITEM = pattern(r"^pynamodb\.models\.Model(?:\.get)?\(\)\.(?P<method>save|update)$")


def _item(step: Call) -> Effect | None:
    """An item whose key is new each time, or actions that add to what is there; a condition refuses either."""
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
    new = any(renewed(key, FRESH) and "event" not in key.depends for key in keys)
    return Effect("Model.save", "its key is new each time, so it adds an item") if new else None


def inserts(step: Call, unless: bool = False) -> bool:
    """Whether a call puts a row into a table. unless: only if it leaves a row that is there alone."""
    method = step.callee.rpartition(".")[2]
    if method not in ("execute", "executemany", "fetch", "fetchval", "fetchrow") or _made_category(step) != "sql":
        return False
    statement = text_of(step.argument("statement", 0))
    if statement is None or not INSERT.match(statement):
        return False
    return not unless or bool(HARMLESS.search(statement))


def sql_repeats(statement: str | None) -> str:
    """Why a statement does something again when repeated; "" when it does not, or when that is not told.

    An INSERT that names an id column may be refused by the table's key, which no file tells: it does not count.
    """
    if not statement or HARMLESS.search(statement):
        return ""
    inserted = INSERT.match(statement)
    if inserted:
        columns = inserted.group("columns")
        if columns is None or any(KEYS.match(name.strip(' "`[]')) for name in columns.strip("()").split(",")):
            return ""
        return "it adds another row"
    return "it counts again" if INCREMENT.match(statement) else ""
