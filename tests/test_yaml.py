"""YAML to nodes: values by YAML 1.1, positions to the character, hostile input within a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.languages.yaml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Node


def only(text: str) -> Node:
    documents, problems = parse("t.yaml", text)
    assert not problems
    assert documents is not None and len(documents) == 1
    return documents[0]


def texts(text: str) -> dict[str, str]:
    """Each key's name (of a mapping at any depth) and the file's text at its value's place."""
    lines = text.split("\n")

    def walk(node: Node) -> Iterator[tuple[str, str]]:
        for key, value in node.items():
            yield key.value, cut(lines, value.at)
            yield from walk(value)
        for child in node.elements():
            yield from walk(child)

    return dict(walk(only(text)))


def cut(lines: list[str], at: tuple[int, int, int, int]) -> str:
    line, column, end, end_column = at
    if line == end:
        return lines[line - 1][column - 1 : end_column - 1]
    first, last = lines[line - 1][column - 1 :], lines[end - 1][: end_column - 1]
    return "\n".join([first, *lines[line : end - 1], last])


SPELLINGS = """\
plain: python3.12
single: 'it''s'
double: "a\\tb"
tagged: !Ref Name
sub: !Sub "${A}/b"
anchored: &x text
anchored-tag: &y !Ref Other
flow: [1, {a: b}]
empty:
wide: 😀 tail
block:
  inner: 1
  last: two   # comment

# a comment that belongs to nobody
sequence:
- a
- bb

short: !If
  - C
  - 1
  - !Ref "AWS::NoValue"
folded: >-
  one
  two


multi: first
  second
shared: &shared
  k: v
literal: |
  x = 1

  y = 2

end: !GetAtt [A, B]"""


def test_a_place_covers_exactly_the_value() -> None:
    found = texts(SPELLINGS)
    assert found["plain"] == "python3.12"
    assert found["single"] == "'it''s'"
    assert found["double"] == '"a\\tb"'
    assert found["tagged"] == "!Ref Name"
    assert found["sub"] == '!Sub "${A}/b"'
    assert found["anchored"] == "text"
    assert found["anchored-tag"] == "!Ref Other"
    assert found["flow"] == "[1, {a: b}]"
    assert found["empty"] == ""
    assert found["wide"] == "😀 tail"
    assert found["block"] == "inner: 1\n  last: two"
    assert found["last"] == "two"
    assert found["sequence"] == "- a\n- bb"
    assert found["short"] == '!If\n  - C\n  - 1\n  - !Ref "AWS::NoValue"'
    assert found["folded"] == ">-\n  one\n  two"
    assert found["multi"] == "first\n  second"
    assert found["shared"] == "k: v"
    assert found["literal"] == "|\n  x = 1\n\n  y = 2"
    assert found["end"] == "!GetAtt [A, B]"


@pytest.mark.parametrize(
    ("text", "indent"),
    [
        ("a: |\n  x = 1\n  y\n", 3),
        ("a: |\n\n    x = 1\n", 5),
        ("a: |2\n    x\n", 3),
        ("a: !Sub |\n      x\n", 7),
        ("a: |-\n  if x:\n      y", 3),
        ("- - >+\n      x\n\n", 7),
        ("a:\n  b: | # comment\n   x\n", 4),
        ("a: |\n", 1),
        ("a: text\n", 0),
    ],
)
def test_lines_of_a_block_scalar_stand_where_indent_says(text: str, indent: int) -> None:
    node = only(text)
    while node.kind != "scalar":
        node = node.value[0][1] if node.kind == "mapping" else node.value[0]
    assert node.indent == indent
    lines = text.split("\n")
    if "|" in text:
        for number, line in enumerate(node.value.rstrip("\n").split("\n") if node.value else []):
            assert lines[node.at[0] + number][node.indent - 1 :] == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("true", True),
        ("y", "y"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("1_000", 1000),
        ("0o17", "0o17"),
        ("017", 15),
        ("012345678901", "012345678901"),
        ("0x1F", 31),
        ("0b11", 3),
        ("1.5", 1.5),
        ("1e3", "1e3"),
        (".5", 0.5),
        (".inf", float("inf")),
        ("2012-10-17", "2012-10-17"),
        ("12:30:45", "12:30:45"),
        ("1.2.3", "1.2.3"),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("! 12", "12"),
        ("python3.12", "python3.12"),
        ("9" * 5000, "9" * 5000),
        ("-", None),
    ],
)
def test_scalars_are_read_by_yaml_1_1(text: str, value: Any) -> None:
    node = only(f"a: {text}\n" if text != "-" else "a:\n-\n")
    found = node.value[0][1]
    assert (found.value[0].value if found.kind == "sequence" else found.value) == value


def test_several_documents_and_none() -> None:
    documents, problems = parse("t.yaml", "a: 1\n---\nb: 2\n...\n")
    assert not problems and documents is not None
    assert [document.plain() for document in documents] == [{"a": 1}, {"b": 2}]
    assert parse("t.yaml", "") == ((), ())
    assert parse("t.yaml", "# only a comment\n") == ((), ())


def test_merge_keys_give_what_is_not_written() -> None:
    node = only("base: &b {x: 1, y: 2}\nmore: &m {z: 3}\nall:\n  <<: [*b, *m]\n  y: 9\n'<<': text\n")
    assert node.get("all").plain() == {"y": 9, "x": 1, "z": 3}  # type: ignore[union-attr]
    assert node.get("<<").plain() == "text"  # type: ignore[union-attr]


def test_a_duplicate_key_is_a_problem_and_the_last_one_counts() -> None:
    documents, problems = parse("t.yaml", "a: 1\nb: 2\na: 3\n")
    assert documents is not None and documents[0].get("a").value == 3  # type: ignore[union-attr]
    assert [(problem.line, problem.message) for problem in problems] == [(3, "duplicate key 'a', first on line 1")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n\tb: 2\n", 2),
        ("a: 1\nb: %%PLACEHOLDER%%\n", 2),
        ("{% if x %}\na: 1\n{% endif %}\n", 1),
        ("a: {{ value }}\nb: [\n", 3),
        ("a: 'open\n", 2),
        ("a: *nowhere\n", 1),
        ("a: &x [*x]\n", 1),
        ("a:\n  - b\n c\n", 3),
        ("a: \x01\n", 1),
        ("a: 1\nb: \ud800\n", 1),
    ],
)
def test_what_cannot_be_read_is_one_problem_with_its_line(text: str, line: int) -> None:
    documents, problems = parse("t.yaml", text)
    assert documents is None
    assert [problem.line for problem in problems] == [line]
    assert "could not parse" in problems[0].message
    assert "\n" not in problems[0].message


def test_documents_before_the_broken_one_are_kept() -> None:
    documents, problems = parse("t.yaml", "a: 1\n---\nb: [\n")
    assert documents is not None and documents[0].plain() == {"a": 1}
    assert len(problems) == 1


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        bomb(),
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "\n".join(" " * depth + "a:" for depth in range(3000)),
        "a: " + "[" * 199 + "]" * 198,
    ],
    ids=["alias bomb", "brackets", "braces", "dashes", "questions", "indents", "unclosed"],
)
def test_hostile_files_end_in_a_problem_within_a_second(text: str) -> None:
    start = time.process_time()
    documents, problems = parse("t.yaml", text)
    assert time.process_time() - start < 1
    assert documents is None
    assert len(problems) == 1


@pytest.mark.parametrize(
    "text", ["a: " + "x" * 2_000_000, "a: '" + "x\n\n" * 200_000 + "'", "a: |\n" + "  x\n" * 300_000, "#" * 3_000_000]
)
def test_long_texts_are_read_within_a_second(text: str) -> None:
    start = time.process_time()
    _, problems = parse("t.yaml", text)
    assert time.process_time() - start < 1
    assert not problems


def test_shared_nodes_may_repeat_as_often_as_a_person_writes() -> None:
    node = only("x: &x {a: [1, 2]}\n" + "\n".join(f"k{n}: *x" for n in range(1000)))
    assert node.get("k999").plain() == {"a": [1, 2]}  # type: ignore[union-attr]


def test_line_breaks_of_unicode_are_characters_of_their_line() -> None:
    node = only('a: "x\u2028y"\nb: &k 1\nc: |\n  t\u2028  u\nd: 2\n')
    assert node.get("b").at == (2, 7, 2, 8)  # type: ignore[union-attr]
    assert node.get("d").at == (5, 4, 5, 5)  # type: ignore[union-attr]


def test_windows_line_ends() -> None:
    node = only("a: |\r\n  x\r\n  y\r\nb: 1\r\n")
    assert node.get("a").value == "x\ny\n"  # type: ignore[union-attr]
    assert node.get("a").at == (1, 4, 3, 4)  # type: ignore[union-attr]
    assert node.get("b").at == (4, 4, 4, 5)  # type: ignore[union-attr]


def test_json_is_read_as_json_and_nearly_json_as_yaml() -> None:
    assert only('{"a": "\\ud83d\\ude00"}').plain() == {"a": "😀"}
    assert only("{a: 1, b: 'x',}").plain() == {"a": 1, "b": "x"}


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"#%?, \n\t\r\u2028😀0\\")), max_size=60))
def test_no_text_crashes_the_reader(text: str) -> None:
    documents, problems = parse("t.yaml", text)
    assert documents is not None or problems
    for problem in problems:
        assert 1 <= problem.line <= text.count("\n") + text.count("\r") + text.count("\u2028") + 2


# PyYAML writes the breaks of Unicode raw into quoted texts, where a reader must fold them.
WORDS = st.text(st.characters(exclude_characters="\x85\u2028\u2029", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-1000, 1000) | WORDS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
        max_leaves=12,
    ),
    st.booleans(),
)
def test_what_pyyaml_writes_is_read_back(data: Any, flow: bool) -> None:
    import yaml

    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True)
    assert only(text).plain() == data
