"""The condition of a write in, whether it may be false once the same write was done out.

Source: Amazon DynamoDB Developer Guide, comparison operators and functions of condition expressions.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import text_of
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Symbol

ALTERNATIVES = pattern(r"(?i)\s+OR\s+")
# A comparison of sizes, or that something is there, holds the second time as it did the first.
STOPS = pattern(r"(?i)attribute_not_exists|\bNOT\b|<>|(?<![<>])=|\?")


def stops(condition: Symbol) -> bool:
    """Whether a condition may be false once its write was done, in each of its alternatives; one not told may be."""
    text = text_of(condition)
    return text is None or all(STOPS.search(part) for part in ALTERNATIVES.split(text))
