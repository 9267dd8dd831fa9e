"""The name of a limit of Lambda -> its number."""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.knowledge.tables import rows


def limit(name: str) -> int:
    """The bytes of a limit in knowledge/limits.tsv; KeyError for a name that is not there."""
    return _limits()[name]


@cache
def _limits() -> dict[str, int]:
    return {row[0]: int(row[1]) for row in rows("limits", 3)}
