"""A call to a database, a document store, an index or a cache in, what it does again when it is repeated out.

Source: the statement itself for SQL; the library's method for the others.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import constant, text_of
from lambdalint.knowledge.constructors import constructor
from lambdalint.knowledge.counted_effects import counted_effect
from lambdalint.knowledge.repeats import KEYS, Effect, entries, is_new_key
from lambdalint.knowledge.statements import BATCHES, HARMLESS, INSERT, KEYLESS, executes, sql_repeats, statement_of
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.knowledge.constructors import Constructor
    from lambdalint.model import Call, Symbol


def stored_effect(step: Call, before: Sequence[Call] = (), startup: Sequence[Call] = ()) -> Effect | None:
    """The effect of a statement or of a write without an id; None when there is none to tell.

    before, startup: the calls that come earlier, among which statements may make the tables."""
    found = _sql(step, before, startup) or counted_effect(step) or _bulk(step) or _stored(step)
    return found or _raised(step) or _kept(step) or _graph(step) or _built(step)


def _built(step: Call) -> Effect | None:
    """Supabase: `client.table("payments").insert({...}).execute()`, whose rows name no key."""
    if not step.callee.startswith("supabase.") or not step.callee.endswith(".insert().execute"):
        return None
    made = step.receiver.made_by if step.receiver is not None else None
    given = made.argument("json", 0) if made is not None else None
    rows = () if given is None else given.parts if given.kind == "list" else (given,)
    names = [name.constant for row in rows for name, _ in row.entries]
    told = bool(names) and all(isinstance(name, str) and not KEYS.match(name) for name in names)
    return Effect("insert", "it adds another row") if told else None


GRAPHS = (".run", ".execute_query")


def _graph(step: Call) -> Effect | None:
    """A statement of Cypher, by a session, a transaction or the driver itself."""
    if not step.callee.startswith("neo4j.") or not step.callee.endswith(GRAPHS):
        return None
    from lambdalint.knowledge.graphs import cypher_repeats

    statement = text_of(step.argument("query", 0) or step.argument("query_", 0))
    return cypher_repeats(statement) if statement else None


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
    if method in UPDATERS and made_category(step) == "nosql":
        adds = _adds(step.argument("update", 1))
        return Effect(method, f"its {adds} adds again") if adds else None
    if method not in ADDERS or made_category(step) not in ("nosql", "search"):
        return None
    if ("id" in step.keywords and not is_new_key(step.keywords["id"])) or (
        method == "index" and len(step.args) + len(step.keywords) < 2
    ):
        return None  # an index that is only named is asked for: `client.index("orders")` of Meilisearch
    # A document may name its id; what goes to a list or a stream is only told apart by an id of the call's own.
    document = method == "index" or method.startswith("insert")
    named = (value for symbol in step.args for name, value in entries(symbol) if name in ("_id", "id"))
    if document and not all(map(is_new_key, named)):
        return None
    if method.startswith("insert") and not all(symbol.kind in ("dict", "list") for symbol in step.args):
        return None  # a document that came from elsewhere may carry its own id
    return Effect(method, ADDERS[method])


# Writes of Redis, with how many of their arguments tell where something goes.
KEPT = {"set": 1, "setnx": 1, "hset": 2, "hsetnx": 2, "hmset": 1, "sadd": 2}
LAPSES = frozenset({"ex", "px", "exat", "pxat"})


def _kept(step: Call) -> Effect | None:
    """Redis: a key, a field or a member that is new each time, and stays."""
    method = step.callee.rpartition(".")[2]
    if method not in KEPT or LAPSES & step.keywords.keys() or not any(map(is_new_key, step.args[: KEPT[method]])):
        return None
    made = _maker(step)
    if made is None or not made.id.startswith(("redis", "valkey")):
        return None
    return Effect(method, "its key is new each time, so it adds another one")


def lapses(step: Call, later: Sequence[Call]) -> bool:
    """Whether a key of Redis is told after its write to go away again."""
    if step.callee.rpartition(".")[2] not in KEPT or not step.args:
        return False
    return any(
        call.callee.endswith((".expire", ".pexpire", ".expireat", ".pexpireat", ".delete", ".unlink"))
        and call.args[:1] == step.args[:1]
        for call in later
    )


def _raised(step: Call) -> Effect | None:
    """Firestore: a field that a write raises, where the document's other state stays."""
    if not step.callee.endswith((".document().update", ".document().set")):
        return None
    if step.callee.endswith(".set") and constant(step.keywords.get("merge")) is not True:
        return None
    changes = step.argument("field_updates", 0) or step.argument("document_data", 0)
    raised = changes is not None and any("firestore.Increment" in value.path for _, value in entries(changes))
    return Effect("document." + step.callee.rpartition(".")[2], "its Increment adds again") if raised else None


SEARCHES = ("elasticsearch.", "opensearchpy.")
BULKS = frozenset({"bulk", "async_bulk", "streaming_bulk", "parallel_bulk", "async_streaming_bulk"})


def _bulk(step: Call) -> Effect | None:
    """Many writes in one call: documents without an id, and what MongoDB is told to insert or to add to."""
    if step.callee.startswith(SEARCHES) and step.callee.rpartition(".")[2] in BULKS and ")" not in step.callee:
        actions = step.argument("actions", 1)
        documents = actions.parts if actions is not None else ()
        told = documents and all(one.kind == "dict" and one.entries for one in documents)
        names = [str(name.constant) for one in documents for name, _ in one.entries]
        if not told or "_id" in names or "_op_type" in names or "None" in names:
            return None
        return Effect("helpers.bulk", "it adds the documents again")
    if not step.callee.endswith(".bulk_write") or made_category(step) != "nosql":
        return None
    requests = step.argument("requests", 0)
    for one in requests.parts if requests is not None else ():
        made = one.made_by
        if made is None or not made.callee.startswith("pymongo."):
            continue
        if made.callee.endswith(".InsertOne") and made.args and _lacks_id(made.args[0]):
            return Effect("bulk_write", "it adds the documents again")
        if made.callee.endswith((".UpdateOne", ".UpdateMany")) and (adds := _adds(made.argument("update", 1))):
            return Effect("bulk_write", f"its {adds} adds again")
    return None


def _lacks_id(document: Symbol) -> bool:
    """Whether a document that is written out has no id; one that came from elsewhere may carry its own."""
    named = {name.constant for name, _ in document.entries}
    return document.kind == "dict" and bool(named) and named.isdisjoint({"_id", None})


def _adds(changes: Symbol | None) -> str:
    """The operator of an update that adds to what is there, "" for none."""
    found = {"$inc", "$push", "$mul"} & {name for name, _ in entries(changes)} if changes is not None else ()
    return min(found, default="")


def made_category(step: Call) -> str:
    """The category of the constructor that made what a method is called on, "" when that is not told."""
    made = _maker(step)
    return made.category if made is not None else ""


def _maker(step: Call) -> Constructor | None:
    """The constructor that made what the method is called on, None when that is not told."""
    made = step.receiver
    for _ in range(6):
        call = made.made_by if made is not None else None
        if call is None:
            return None
        found = constructor(call.callee.replace("()", ""))
        if found is not None:
            return found
        made = call.receiver
    return None


WORDS = {"it adds another row": "SQL INSERT", "it loads the rows again": "SQL COPY", "it counts again": "SQL UPDATE"}
# SQLAlchemy: `insert(table).values(...)` and `table.insert()`; those of a dialect can be told what to do on a conflict.
BUILT = pattern(r"^(?:sqlalchemy(?:\.sql)?\.insert\(\)|.*\.insert\(\))(?:\.values\(\))?$")


# CQL: what is added to a set or a map, which do not grow by it, is no number.
COUNTER = pattern(r"(?is)^\s*UPDATE\b.*\bSET\b.*?(?P<name>\w+)\s*=\s*(?P=name)\s*[+-]\s*\d")


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


def _sql(step: Call, before: Sequence[Call], startup: Sequence[Call]) -> Effect | None:
    made = _maker(step) if executes(step) else None
    if made is not None and made.id == "cassandra":  # its INSERT overwrites; a number is added to a counter
        counts = COUNTER.match(statement_of(step) or "")
        return Effect("SQL UPDATE", "it counts again") if counts else None
    runs = made is not None and made.category == "sql"
    if not runs and step.callee not in BATCHES:
        return None
    if runs and _builds_insert(step, step.argument("statement", 0)):
        return Effect("SQL INSERT", "it adds another row")
    statement = _without_new_keys(step, statement_of(step))
    inserted = INSERT.match(statement or "")
    if inserted is not None and inserted["columns"] and (before or startup):
        from lambdalint.knowledge.schemas import refuses

        refused = refuses(inserted["table"], inserted["columns"].strip("()").split(","), (*startup, *before))
        if refused is not None and not HARMLESS.search(statement or ""):
            return None if refused else Effect("SQL INSERT", "it adds another row")
    why = sql_repeats(statement, made is not None and made.id in KEYLESS)
    return Effect(WORDS[why], why) if why else None


VALUES = pattern(r"(?i)\bVALUES\s*\(((?:%\(\w+\)s|[^()])*)\)")
NAMED = pattern(r"^(?:%\((\w+)\)s|:(\w+))$")


def _without_new_keys(step: Call, statement: str | None) -> str | None:
    """An INSERT less the columns of keys that are new each time, which refuse no row."""
    inserted = INSERT.match(statement or "")
    values = VALUES.search(statement or "")
    if statement is None or inserted is None or not inserted["columns"] or values is None:
        return statement
    columns = inserted["columns"].strip("()").split(",")
    places = [place.strip() for place in values[1].split(",")]
    if len(columns) != len(places):
        return statement
    given = step.argument("parameters", 1)
    kept = []
    for index, (column, place) in enumerate(zip(columns, places, strict=True)):
        value = given_at(given, place, places[:index].count("%s"))
        if value is None or not is_new_key(value) or not KEYS.match(column.strip(' "`\n\t')):
            kept.append(column)
    return statement.replace(inserted["columns"], f"({','.join(kept)})", 1)


def given_at(given: Symbol | None, place: str, position: int) -> Symbol | None:
    """The parameter that stands for a place of a statement, None when that is not told."""
    if given is None:
        return None
    if place in ("%s", "?"):
        return given.parts[position] if given.kind == "list" and position < len(given.parts) else None
    named = NAMED.match(place)
    return next((value for name, value in entries(given) if named and name in named.groups()), None)


def inserts(step: Call) -> bool:
    """Whether a call puts a row into a table."""
    if not executes(step) or made_category(step) != "sql":
        return False
    return bool(INSERT.match(statement_of(step) or ""))
