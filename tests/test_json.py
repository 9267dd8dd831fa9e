"""JSON to nodes: what the standard reader gives, with the position of everything; nearly-JSON and broken files."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.languages.json import parse

if TYPE_CHECKING:
    from lambdalint.model import Node

DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=15,
)


def only(text: str) -> Node:
    documents, problems = parse("t.json", text)
    assert not problems, problems
    assert documents is not None and len(documents) == 1
    return documents[0]


def check_places(node: Node, lines: list[str]) -> None:
    """Every node's place, cut out of the file, is JSON for its own value."""
    line, column, end, end_column = node.at
    if line == end:
        text = lines[line - 1][column - 1 : end_column - 1]
    else:
        text = "\n".join([lines[line - 1][column - 1 :], *lines[line : end - 1], lines[end - 1][: end_column - 1]])
    assert json.loads(text) == node.plain()
    for key, value in node.items():
        check_places(key, lines)
        check_places(value, lines)
    for child in node.elements():
        check_places(child, lines)


@settings(max_examples=300, deadline=None)
@given(DATA, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_values_and_places_agree_with_the_standard_reader(data: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    node = only(text)
    assert node.plain() == data
    check_places(node, text.split("\n"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "\\ud83d\\ude00 \\/ \\u00e9"}', {"a": "😀 / é"}),
        ('{"a": "\\ud83d"}', {"a": "\ufffd"}),
        ('{\n\t"a":\n\t\t1e3}', {"a": 1000.0}),
        ('{"%s": 1}' % ("k" * 2000), {"k" * 2000: 1}),
        ('{"a"\n:\n1}', {"a": 1}),
        ("[]", []),
        ('[{}, [], {"a": []}]', [{}, [], {"a": []}]),
        ('"x"', "x"),
        (" 12 ", 12),
        ("\ufeff[1]", [1]),
        ("[%s]" % ("9" * 5000), ["9" * 5000]),
        ('{"yes": "no", "n": null}', {"yes": "no", "n": None}),
        ('{"MaxAttempts": ${Retries}}', {"MaxAttempts": "${Retries}"}),
    ],
)
def test_what_yaml_1_1_would_get_wrong(text: str, value: Any) -> None:
    assert only(text).plain() == value


@pytest.mark.parametrize(
    "text", ['{"a": [1, 2,],}', '// note\n{"a": [1, 2]}', '{\n  // note\n  "a": [1, 2] # other\n}', "{a: [1, 2]}"]
)
def test_comments_and_commas_too_many_are_let_pass(text: str) -> None:
    assert only(text).plain() == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n "a": 1\n "b": 2\n}', 3),
        ('{"a": [1, 2}', 1),
        ('{"a": "x\n', 1),
        ("[1, 2]\n]", 2),
        ('{\n"a": %%P%%\n}', 2),
        ('{\n\n"a": {% if x %}1{% endif %}}', 3),
        ("[1,\n2", 2),
        ('{"a": 01x}\n{', 1),
    ],
)
def test_what_cannot_be_read_is_one_problem_with_its_line(text: str, line: int) -> None:
    documents, problems = parse("t.json", text)
    assert documents is None
    assert [problem.line for problem in problems] == [line]
    assert problems[0].message.startswith("could not parse")


def test_empty_files_hold_nothing() -> None:
    assert parse("t.json", "") == ((), ())
    assert parse("t.json", " \n") == ((), ())


def test_a_duplicate_key_is_a_problem_and_the_last_one_counts() -> None:
    documents, problems = parse("t.json", '{"a": 1,\n "a": 2}')
    assert documents is not None and documents[0].get("a").value == 2  # type: ignore[union-attr]
    assert [(problem.line, problem.message) for problem in problems] == [(2, "duplicate key 'a', first on line 1")]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"a":' + "[" * 500, '["' + "\\" * 500_001])
def test_hostile_files_end_in_a_problem_within_a_second(text: str) -> None:
    start = time.process_time()
    documents, problems = parse("t.json", text)
    assert time.process_time() - start < 1
    assert documents is None and len(problems) == 1


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list('{}[]",:\\ntrue0-1.e/# \n\r\t😀$')), max_size=50))
def test_no_text_crashes_the_reader(text: str) -> None:
    documents, problems = parse("t.json", text)
    assert documents is not None or problems
