"""The name of a limit, a setting or an environment variable -> the number, the default, whether Lambda reserves it."""

from __future__ import annotations

from functools import cache

from lambdalint.knowledge.tables import rows


def limit(name: str) -> int:
    """The number of a limit in knowledge/limits.tsv, in the unit given there; KeyError for a name that is not there."""
    return _limits()[name]


def default(dialect: str, setting: str, source: str = "") -> str | int | None:
    """What a setting is when a dialect does not write it: ("serverless", "memory") is 1024; None when there is none.

    source: the event source, for settings of a mapping: default("chalice", "batch_size", "sqs") is 1.
    """
    name = f"{setting} {source}" if source else setting
    found = _defaults().get((name, dialect), _defaults().get((name, "*")))
    if found is None:
        return None
    return int(found) if found.lstrip("-").isdigit() else found


def reserved(variable: str) -> bool:
    """Whether Lambda refuses an environment variable of this name."""
    return _names().get(variable) == "reserved"


def preset(variable: str) -> bool:
    """Whether the runtime sets an environment variable of this name, which a function may change."""
    return _names().get(variable) == "preset"


@cache
def _limits() -> dict[str, int]:
    return {row[0]: int(row[1]) for row in rows("limits", 4)}


@cache
def _defaults() -> dict[tuple[str, str], str]:
    return {(setting, dialect): value for setting, dialect, value in rows("defaults", 3)}


@cache
def _names() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("environment_names", 2)}
