"""The line on standard error: only on a terminal, only after a while, and gone at the end."""

from __future__ import annotations

import io
import sys

import pytest  # noqa: TC002 - its fixtures are used at run time

from lambdalint.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    advance, end = progress.progress()
    assert advance is None
    end()


def test_nothing_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "monotonic", iter([0.0, 0.5, 0.99]).__next__)
    advance, end = progress.progress()
    assert advance is not None
    advance(1)
    advance(2)
    end()
    assert stream.getvalue() == ""


def test_a_line_that_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "monotonic", iter([0.0, 1.5, 1.55, 1.7]).__next__)
    advance, end = progress.progress()
    assert advance is not None
    for count in (10, 11, 12):
        advance(count)
    end()
    assert stream.getvalue() == "\rreading: 10 files\rreading: 12 files\r" + " " * 17 + "\r"
