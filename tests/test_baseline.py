"""A baseline accepts what is there, survives that lines move, and holds no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint import baseline
from lambdalint.model import Finding, Span

if TYPE_CHECKING:
    from collections.abc import Callable


def lines(text: str) -> Callable[[str, int], str | None]:
    rows = text.split("\n")
    return lambda path, number: rows[number - 1] if 0 < number <= len(rows) else None


def finding(line: int, function: str = "f", secrets: tuple[str, ...] = ()) -> Finding:
    return Finding("m", Span("app.py", line, 1, line, 5), rule="slow", functions=(function,), secrets=secrets)


def test_survives_moved_lines_but_not_changed_ones() -> None:
    accepted = baseline.read(baseline.write([finding(1)], lines("client()\n")))
    assert baseline.split([finding(3)], accepted, lines("\n\n  client()\n")) == ([], [finding(3)])
    assert baseline.split([finding(1)], accepted, lines("other()\n")) == ([finding(1)], [])


def test_counts() -> None:
    text = "client()\nclient()\nclient()"
    accepted = baseline.read(baseline.write([finding(1), finding(2)], lines(text)))
    new, old = baseline.split([finding(1), finding(2), finding(3)], accepted, lines(text))
    assert (new, old) == ([finding(3)], [finding(1), finding(2)])


def test_another_function_on_an_accepted_line_is_new() -> None:
    accepted = baseline.read(baseline.write([finding(1)], lines("client()")))
    assert baseline.split([finding(1, "g")], accepted, lines("client()"))[0] == [finding(1, "g")]


def test_a_changed_secret_is_the_same_finding_and_is_not_written() -> None:
    one, other = "not-a-secret-0001", "not-a-secret-0002"
    text = baseline.write([finding(1, secrets=(one,))], lines(f"KEY: {one}"))
    assert one not in text
    new, _ = baseline.split([finding(1, secrets=(other,))], baseline.read(text), lines(f"KEY: {other}"))
    assert new == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 99, "findings": []}', '{"schema": 1, "findings": [1]}'])
def test_what_is_no_baseline(text: str) -> None:
    with pytest.raises(baseline.BaselineError):
        baseline.read(text)
