"""A walk that meets its limit says so, and says nothing that the whole walk does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from lambdalint.catalog import catalog
from lambdalint.engine import run
from lambdalint.languages.python.interpret import calls, walk
from lambdalint.settings import Chosen, load
from tests.rules.test_cases import CASES

if TYPE_CHECKING:
    from pathlib import Path

    from lambdalint.model import Report
    from tests.rulebook import Example

RULES = catalog()
WALKED = [case for case in CASES if {"connection-in-handler", "non-idempotent-handler"} & {*case[1].rule.split()}]
SHARDS = 20


def linted(example: Example, folder: Path) -> Report:
    settings = load(str(folder), RULES, Chosen(select=tuple(example.rule.split())))
    return run(str(folder), settings=settings, rules=RULES)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_what_a_cut_walk_finds_the_whole_one_does(shard: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = 0
    for number, (_, example) in enumerate(WALKED):
        if number % SHARDS != shard:
            continue
        folder = tmp_path / str(number)
        for path, text in example.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        whole = {(finding.rule, finding.span) for finding in linted(example, folder).findings}
        for limit in (10, 20 + crc32(example.title.encode()) % 30, 50 + crc32(example.title.encode()) % 60):
            monkeypatch.setattr(walk, "STEPS", limit)
            report = linted(example, folder)
            monkeypatch.undo()
            found = {(finding.rule, finding.span) for finding in report.findings}
            assert found <= whole, f"{example.title}, {limit} steps: {found - whole}"
            for function in report.functions:
                cut += function.cut
                assert function.cut <= any(f"more than {limit} steps" in said for said in function.opaque)
    assert cut


def test_a_walk_that_ends_is_not_cut(tmp_path: Path) -> None:
    _, example = WALKED[0]
    for path, text in example.files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert not any(function.cut or function.opaque for function in linted(example, tmp_path).functions)


def opaque(folder: Path, text: str) -> tuple[str, ...]:
    (folder / "app.py").write_text(text, encoding="utf-8")
    settings = load(str(folder), RULES, Chosen())
    (function,) = run(str(folder), settings=settings, rules=RULES).functions
    assert not function.cut
    return function.opaque


def test_what_is_called_too_deep_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "DEPTH", 3)
    chain = "".join(f"def f{n}(event):\n    return f{n + 1}(event)\n\n\n" for n in range(4))
    last = "def f4(event):\n    return event\n\n\n"
    text = f"{chain}{last}def handler(event, context):\n    f0(event)\n    f0(context)\n    return event['Records']\n"
    assert opaque(tmp_path, text) == ("f2 (app.py:9) is not followed: it is called 3 calls deep",)


def test_recursion_is_no_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "DEPTH", 3)
    text = (
        "def f(part):\n    return f(part['next'])\n\n\ndef handler(event, context):\n    return f(event['Records'])\n"
    )
    assert opaque(tmp_path, text) == ()


def test_a_function_that_costs_too_much_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SHARE", 5)
    calling = "".join(f"    f(event['{name}'])\n" for name in ("Records", "b", "c"))
    text = f"def f(part):\n    one = part['a']\n    return one['b']['c']\n\n\ndef handler(event, context):\n{calling}"
    said = "f (app.py:1) took more than 5 steps: what it does with further arguments is not followed"
    assert opaque(tmp_path, text) == (said,)


def test_a_decorator_is_as_many_functions_as_it_wraps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SHARE", 30)
    decorator = (
        "import boto3\n\n\ndef traced(f):\n    def wrapper(event):\n        return f(event)\n    return wrapper\n\n\n"
    )
    parts = [
        f"@traced\ndef f{n}(event):\n    return boto3.client('s3').list_buckets(), event['{n}']\n\n\n" for n in range(9)
    ]
    calling = "".join(f"    f{n}(event)\n" for n in range(9))
    (tmp_path / "app.py").write_text(f"{decorator}{''.join(parts)}def handler(event, context):\n{calling}", "utf-8")
    settings = load(str(tmp_path), RULES, Chosen(select=("connection-in-handler",)))
    report = run(str(tmp_path), settings=settings, rules=RULES)
    assert [finding.span.line for finding in report.findings] == [12 + 5 * n for n in range(9)]
