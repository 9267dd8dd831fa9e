"""An SQL statement in, what it does again when it is repeated out.

Sources: the statement itself; that a table's key refuses nothing, and that rows of a file are loaded again, from the
references of Redshift, Athena, Snowflake, Databricks, Trino and Vertica (read 2026-11-29). Snowflake's `COPY INTO` and
ClickHouse's inserts remember what they have taken.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import text_of
from lambdalint.knowledge.repeats import KEYS
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.model import Call, Symbol

EXECUTES = frozenset(
    "execute executemany execute_async exec_driver_sql fetch fetchval fetchrow copy_expert copy".split()
)
# Endings of calls that run one statement; pg8000's native interface has a word of its own.
EXECUTE = (".execute", "pg8000.native.Connection().run")
BATCHES = frozenset({"psycopg2.extras.execute_values", "psycopg2.extras.execute_batch"})
BUILDERS = ("sqlalchemy.text", "sqlalchemy.sql.text", "psycopg2.sql.SQL", "psycopg.sql.SQL")
# Connections (ids of knowledge/constructors) and services whose tables have keys in name only.
KEYLESS = frozenset({"redshift_connector", "snowflake", "databricks", "trino", "pyathena", "vertica"})
KEYLESS_SERVICES = frozenset({"redshift-data", "athena"})

INSERT = pattern(r"(?i)^\s*INSERT\s+(?:IGNORE\s+|OR\s+IGNORE\s+)?INTO\s+(?P<table>[^\s(]+)\s*(?P<columns>\([^)]*\))?")
# COPY of PostgreSQL, and of Redshift, whose files are elsewhere; what is loaded for a MERGE is called a stage.
COPY = pattern(
    r"(?i)^\s*COPY\s+(?P<table>[^\s(]+)\s*(?P<columns>\([^)]*\))?\s*FROM\b\s*(?P<files>'(?:s3|dynamodb|emr)://)?"
)
STAGE = pattern(r"(?i)(?:^|[_.\"])(?:stag(?:e|ing)|stg|te?mp|loads?|imports?)(?:$|[_.\"\d])")
HARMLESS = pattern(
    r"(?is)ON\s+CONFLICT|ON\s+DUPLICATE|NOT\s+EXISTS|NOT\s+IN\s*\(\s*SELECT|\bLEFT\b.*\bJOIN\b.*\bIS\s+NULL"
    r"|\bIGNORE\b|\bREPLACE\b|\bMERGE\b|\bEXCEPT\b"
)
INCREMENT = pattern(r"(?is)^\s*UPDATE\b.*\bSET\b.*?(?P<name>\w+)\s*=\s*(?:(?P=name)\s*[+-]|list_append\s*\()")
UPDATED = pattern(r"(?is)^\s*UPDATE\s+(?P<table>\S+).*?\bSET\b(?P<set>.*?)(?:\bWHERE\b(?P<where>.*)|$)")
DELETED = pattern(r"(?i)^\s*DELETE\s+FROM\s+(?P<table>[^\s;]+)")
ASSIGNED = pattern(r"(\w+)\s*=")
WORDS = pattern(r"\w+")
# A table that is emptied, or made without a word on one that is there; a temporary one is this connection's own.
EMPTIES = pattern(
    r"(?is)^\s*(?:DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|DROP\s+TABLE(?:\s+IF\s+EXISTS)?"
    r"|CREATE\s+(?:OR\s+REPLACE\s+)?TABLE"
    r"|CREATE\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+|LOCAL\s+)?TEMP(?:ORARY)?\s+TABLE(?:\s+IF\s+NOT\s+EXISTS)?)"
    r"\s+(?:ONLY\s+)?(?P<table>[^\s(;]+)"
)


def sql_repeats(statement: str | None, keyless: bool = False) -> str:
    """Why a statement does something again when repeated; "" when it does not, or when that is not told.

    An INSERT that names an id column may be refused by the table's key, which no file tells: it does not count, unless
    the table is one of a warehouse that knows no keys (keyless).
    """
    if not statement or HARMLESS.search(statement):
        return ""
    loaded = COPY.match(statement)
    if loaded is not None:
        keyless = keyless or bool(loaded["files"])
        again = keyless or _tells_no_key(loaded["columns"])
        return "it loads the rows again" if again and not STAGE.search(loaded["table"]) else ""
    inserted = INSERT.match(statement)
    if inserted is None:
        return "it counts again" if INCREMENT.match(statement) else ""
    return "it adds another row" if keyless or _tells_no_key(inserted["columns"]) else ""


def _tells_no_key(columns: str | None) -> bool:
    return columns is not None and not any(map(_may_be_key, columns.strip("()").split(",")))


def _may_be_key(column: str) -> bool:
    name = column.strip(' "`[]\n\t')
    return "?" in name or bool(KEYS.match(name))


def executes(step: Call) -> bool:
    """Whether a call is named like one that runs a statement."""
    return step.callee.rpartition(".")[2] in EXECUTES or step.callee.endswith(EXECUTE)


def statement_of(step: Call) -> str | None:
    """The statement that a call executes, with `?` for what is not told in it; None when it executes none."""
    for name in ("sql", "Sql", "QueryString", "Statement"):
        if name in step.keywords:
            return text_of(step.keywords[name])
    if step.callee in BATCHES:
        return _told(step.argument("sql", 1))
    return _told(step.argument("statement", 0)) if executes(step) else None


def _told(statement: Symbol | None) -> str | None:
    made = statement.made_by if statement is not None else None
    while made is not None and made.callee not in BUILDERS:
        made = made.receiver.made_by if made.receiver is not None and made.callee.startswith("psycopg") else None
    return text_of(statement if made is None else made.args[0] if made.args else None)


def words(text: str) -> frozenset[str]:
    """The words of a part of a statement, in small letters."""
    return frozenset(WORDS.findall(text.lower()))


def assigned(settings: str) -> frozenset[str]:
    """The columns that a SET gives values to."""
    return frozenset(ASSIGNED.findall(settings.lower()))


def refills(statement: str, earlier: Iterable[str]) -> bool:
    """Whether a statement fills a table that an earlier one emptied: the rows are there once."""
    filled = INSERT.match(statement) or COPY.match(statement)
    if filled is None:
        return False
    table = plain(filled["table"])
    emptied = (EMPTIES.match(one) for one in earlier)
    return any(found is not None and plain(found["table"]) == table for found in emptied)


def plain(table: str) -> str:
    """The name of a table without its quotes, in lower case."""
    return table.strip('"`[]').lower()
