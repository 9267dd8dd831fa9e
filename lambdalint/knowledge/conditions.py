"""The condition of a write in, whether it may be false once the same write was done out.

Source: Amazon DynamoDB Developer Guide, comparison operators and functions of condition expressions.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import text_of
from lambdalint.knowledge.repeats import FRESH, is_new_key
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.model import Symbol

ALTERNATIVES = pattern(r"(?i)\s+OR\s+")
# A comparison of sizes, or that something is there, holds the second time as it did the first,
STOPS = pattern(r"(?i)attribute_not_exists|\bNOT\b|<>|(?<![<>])=|\?")
# unless the write itself moves what is compared: `last_run < :now` with `SET last_run = :now`.
COMPARISON = pattern(
    r"(?P<name>[#\w][#\w.]*)\s*(?P<sign><=?|>=?)\s*(?P<value>:\w+)"
    r"|(?P<other_value>:\w+)\s*(?P<other_sign><=?|>=?)\s*(?P<other_name>[#\w][#\w.]*)"
)
CALLS = 4  # calls behind a value that tell it from others
MISSING = pattern(r"(?i)attribute_not_exists\s*\(\s*([#\w.]+)\s*\)")
SETTING = pattern(r"(?P<name>[#\w.]+)\s*=\s*(?P<value>:\w+)")


def stops(condition: Symbol, write: Mapping[str, Symbol]) -> bool:
    """Whether a condition may be false once its write was done, in each of its alternatives; one not told may be.

    write: the keyword arguments of the write, for what it sets.
    """
    text = text_of(condition)
    return text is None or all(STOPS.search(part) or _moves(part, write) for part in ALTERNATIVES.split(text))


def _moves(alternative: str, write: Mapping[str, Symbol]) -> bool:
    """Whether the write sets what is compared to the other side, the same the second time, or to a later time: a lease
    is not over when the event comes again, nor is a run of a moment ago long ago."""
    values = _entries(write.get("ExpressionAttributeValues"))
    for found in COMPARISON.finditer(alternative):
        name = found["name"] or found["other_name"]
        other = values.get(found["value"] or found["other_value"])
        new = _set_to(name, write, values)
        if other is None or new is None:
            continue
        if shape(new) == shape(other):
            if "=" not in (found["sign"] or found["other_sign"]) and not other.depends & FRESH:
                return True
        elif "time" in new.depends and "time" in other.depends:
            return True
    return False


def is_of_now(condition: Symbol, write: Mapping[str, Symbol]) -> bool:
    """Whether a condition asks for something under a key that is another one each time: it is never there."""
    names = _entries(write.get("ExpressionAttributeNames"))
    # The type is written out because mypy, without a cache, does not come to an end over a Symbol's own parts.
    keys: dict[object, Symbol] = {**_entries(write.get("Item")), **_entries(write.get("Key"))}
    asked = [keys.get(text_of(names.get(name)) or name) for name in MISSING.findall(text_of(condition) or "")]
    return any(is_new_key(_plain(value)) for value in asked if value is not None)


def _plain(value: Symbol) -> Symbol:
    """A value without the type that a client writes around it: {"S": value}."""
    return value.entries[0][1] if value.kind == "dict" and len(value.entries) == 1 else value


def _set_to(name: str, write: Mapping[str, Symbol], values: Mapping[object, Symbol]) -> Symbol | None:
    """The value that a write gives an attribute, by `SET name = :value` or in the whole item."""
    update = text_of(write.get("UpdateExpression")) or ""
    for found in SETTING.finditer(update):
        if found["name"] == name:
            return values.get(found["value"])
    alias = _entries(write.get("ExpressionAttributeNames")).get(name)
    return _entries(write.get("Item")).get(text_of(alias) or name)


def _entries(symbol: Symbol | None) -> dict[object, Symbol]:
    return {name.constant: value for name, value in symbol.entries} if symbol is not None else {}


def shape(symbol: Symbol, depth: int = 0) -> tuple[object, ...]:
    """What tells a value from another one as far as it is told, without the type that a client writes around it."""
    if symbol.kind == "dict" and len(symbol.entries) == 1:
        return shape(symbol.entries[0][1], depth)
    if symbol.kind == "text" and len(symbol.parts) == 1:
        return shape(symbol.parts[0], depth)
    inner: list[tuple[object, ...]] = [shape(part, depth) for part in symbol.parts]
    inner.extend(sorted((repr(name.constant), *shape(value, depth)) for name, value in symbol.entries))
    made = symbol.made_by
    if made is not None and "random" in symbol.depends:
        inner.append((made.order,))  # each call gives another one
    elif made is not None and depth < CALLS:  # `body.split(",")[0]` is the same as another one of the same body
        inner.extend(shape(given, depth + 1) for given in made.inputs())
    return (symbol.kind, symbol.path, symbol.key, symbol.constant, *inner)
