"""One function, written in every dialect that can express it, is the same Function: a table with its gaps explained."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialects.project import declared
from tests.dialects.same_function import EXPECTED, FILES, GAPS, READERS


def seen(dialect: str) -> dict[str, Any]:
    """The function as a dialect tells it, in the form of EXPECTED."""
    (found,) = declared(READERS.get(dialect, dialect), FILES[dialect]).values()
    made: dict[str, Any] = {
        "name": found.name.known,
        "handler": found.handler.known,
        "runtime": found.runtime.known,
        "memory": found.memory.known,
        "timeout": found.timeout.known,
        "environment": {one.name: one.value.known for one in found.environment},
        "layers": [one.name.known for one in found.layers],
        "triggers": {one.kind for one in found.triggers},
    }
    for trigger in found.triggers:
        if trigger.kind in EXPECTED:
            made[trigger.kind] = {
                name: value.known for name, value in trigger.settings.items() if name in EXPECTED[trigger.kind]
            }
            if "source" in EXPECTED[trigger.kind]:
                made[trigger.kind]["source"] = trigger.source.known
    for name in EXPECTED:
        if name not in made:
            made[name] = found.setting(name).known
    return made


@pytest.mark.parametrize("dialect", FILES)
def test_the_function_is_the_same_in_each_dialect(dialect: str) -> None:
    told = seen(dialect)
    gaps = GAPS.get(dialect, {})
    assert {name: told[name] for name in EXPECTED if name not in gaps} == {
        name: value for name, value in EXPECTED.items() if name not in gaps
    }


@pytest.mark.parametrize("dialect", GAPS)
def test_a_gap_that_is_closed_is_taken_from_the_list(dialect: str) -> None:
    told = seen(dialect)
    assert [name for name in GAPS[dialect] if told[name] == EXPECTED[name]] == []
