"""What the effects of calls have in common: the finding's words, and how a value is told to be new each time."""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Symbol


class Effect(NamedTuple):
    """Something a repeated call does again. name: the call as a person would write it. why: what makes it repeat."""

    name: str
    why: str


FRESH = frozenset({"random", "time"})
KEYS = pattern(r"^(?:id|pk|sk|key|uuid|guid|hash_key|.*_?id|.*Id|.*ID|.*_?uuid|PK|SK)$")


MOMENT = pattern(
    r"time\.time(?:_ns)?\(\)|(?:\.now|\.utcnow|datetime\.today)\(\)(?!\.date|\.strftime|\.(?:year|month|day|hour)\b)"
    r"|strftime\('[^']*%(?:S|s|f|T|X|c)"
)


def momentary(symbol: Symbol) -> bool:
    """Whether a symbol holds the moment of the call, to the second or finer."""
    if symbol.kind in ("text", "choice", "list"):
        return any(map(momentary, symbol.parts))
    return "time" in symbol.depends and symbol.kind == "external" and bool(MOMENT.search(symbol.path))


def renewed(symbol: Symbol, fresh: frozenset[str]) -> bool:
    """Whether a value is another one when the same event comes again. A date is not: the next try is minutes away."""
    return bool(symbol.depends & (fresh - {"time"})) or ("time" in fresh and momentary(symbol))


def is_new_key(value: Symbol, fresh: frozenset[str] = FRESH) -> bool:
    """Whether a key that a row or a document is given refuses none: it, or a part of it, is new each time, and no event
    brought it."""
    if value.kind == "text":
        return any(is_new_key(part, fresh) for part in value.parts)
    return renewed(value, fresh) and "event" not in value.depends


def entries(symbol: Symbol, depth: int = 0) -> Iterator[tuple[str, Symbol]]:
    """Every (name, value) of the mappings inside a symbol, to a depth of six."""
    if depth > 6:
        return
    for part in symbol.parts:
        yield from entries(part, depth + 1)
    for name, value in symbol.entries:
        if isinstance(name.constant, str):
            yield name.constant, value
        yield from entries(value, depth + 1)
