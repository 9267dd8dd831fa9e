"""The statements that a function's code runs to make its tables in, whether a table refuses a second row out.

A key refuses a row if all of its columns are given; what the database counts by itself is another one each time.
Source: CREATE TABLE, CREATE INDEX and ALTER TABLE in the references of PostgreSQL, MySQL and SQLite.
"""

from __future__ import annotations

from lambdalint.knowledge.statements import executes, plain, statement_of
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdalint.model import Call

Keys = list[frozenset[str]]
CREATED = pattern(r"(?i)\s*CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<table>[^\s(]+)\s*\(")
INDEXED = pattern(
    r"(?is)\s*CREATE\s+UNIQUE\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?\S*\s*\bON\s+(?:ONLY\s+)?"
    r"(?P<table>[^\s(]+)\s*(?:USING\s+\w+\s*)?(?P<columns>\(.*\))"
)
ALTERED = pattern(r"(?is)\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<table>\S+)\s+ADD\b(?P<rest>.*)")
KEY = pattern(r"(?is)^(?:CONSTRAINT\s+\S+\s+)?(?:PRIMARY\s+KEY|UNIQUE)\b[^(]*(?P<columns>\(.*?\))")
OWN_KEY = pattern(r"(?i)\b(?:PRIMARY\s+KEY|UNIQUE)\b")
# What says nothing of keys by itself; a copy of another table, and what excludes by other means, are not told.
OTHER = pattern(r"(?i)^(?:CONSTRAINT\s+\S+\s+)?(?:FOREIGN|CHECK|INDEX|KEY|FULLTEXT|SPATIAL)\b")
UNTOLD = pattern(r"(?i)^(?:CONSTRAINT\s+\S+\s+)?(?:LIKE|EXCLUDE)\b|\?")
NAMES = pattern(r"[\w]+")


def refuses(table: str, columns: Iterable[str], calls: Iterable[Call]) -> bool | None:
    """Whether a table takes a row with these columns once; None when no statement makes the table.

    columns: those that are the same when the row is added again.
    """
    keys = _keys(plain(table), calls)
    if keys is None:
        return None
    given = frozenset(plain(column.strip()) for column in columns)
    return any(key <= given for key in keys)


def _keys(table: str, calls: Iterable[Call]) -> Keys | None:
    """The keys of a table; None when they are not told."""
    found: Keys | None = None
    more: Keys = []
    for statement in _statements(calls):
        made = CREATED.match(statement)
        if made is not None and plain(made["table"]) == table:
            found = _parsed(statement[made.end() :])
            if found is None:
                return None
        indexed = INDEXED.match(statement)
        if indexed is not None and plain(indexed["table"]) == table:
            more.append(_named(indexed["columns"]))
        altered = ALTERED.match(statement)
        if altered is not None and plain(altered["table"]) == table and OWN_KEY.search(altered["rest"]):
            more.append(_named(altered["rest"].partition("(")[2]))
    return None if found is None else found + more


def _statements(calls: Iterable[Call]) -> Iterator[str]:
    for call in calls:
        text = statement_of(call) if executes(call) else None
        if text is not None and ("TABLE" in (upper := text.upper()) or "INDEX" in upper):
            yield from text.split(";")


def _parsed(body: str) -> Keys | None:
    """The keys among the parts of a table, up to the parenthesis that closes them."""
    keys: Keys = []
    for part in _parts(body):
        if UNTOLD.search(part):
            return None
        together = KEY.match(part)
        if together is not None:
            keys.append(_named(together["columns"]))
        elif not OTHER.match(part) and OWN_KEY.search(part):
            keys.append(frozenset({plain(part.split()[0])}))
    return keys


def _parts(body: str) -> Iterator[str]:
    """The columns and constraints of a table, which commas part; those in parentheses and texts do not."""
    depth, quote, start = 0, "", 0
    for position, character in enumerate(body):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif character == ")" or (character == "," and not depth):
            if body[start:position].strip():
                yield body[start:position].strip()
            if character == ")":
                return
            start = position + 1


def _named(columns: str) -> frozenset[str]:
    return frozenset(NAMES.findall(columns.lower()))
