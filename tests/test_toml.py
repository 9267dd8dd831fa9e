"""languages/toml: the same values as tomli, and positions at which exactly those values stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.languages.toml import parse

if TYPE_CHECKING:
    from lambdalint.model import Node

SAMPLE = """\
# a comment
title = "x" # behind
[project]
name = 'demo'
dependencies = [
  "boto3>=1.30",  # the SDK
  'requests[socks]~=2.0 ; python_version < "3.12"',
]
[project.optional-dependencies]
dev = ["pytest"]

[tool.poetry.group."te st".dependencies]
pytest = {version = "^7", optional = true}
a.b.c = 1
"\\u00e9" = 1.5

[[package]]
name = "first"
when = 2020-01-01 10:00:00

[[package]]
name = "second"
[[package.files]]
text = \"\"\"two
lines\"\"\"
"""


def cut(text: str, node: Node) -> str:
    """The text at a node's place."""
    line, column, end_line, end_column = node.at
    lines = text.split("\n")
    if line == end_line:
        return lines[line - 1][column - 1 : end_column - 1]
    return "\n".join(
        [lines[line - 1][column - 1 :], *lines[line : end_line - 1], lines[end_line - 1][: end_column - 1]]
    )


def read(text: str) -> Node:
    node, problems = parse("a.toml", text)
    assert node is not None and problems == ()
    return node


def at(node: Node, *path: str | int) -> Node:
    for step in path:
        found = node.elements()[step] if isinstance(step, int) else node.get(step)
        assert found is not None, path
        node = found
    return node


def test_values_keep_their_places() -> None:
    root = read(SAMPLE)
    first = at(root, "project", "dependencies", 0)
    assert first.value == "boto3>=1.30"
    assert first.at == (6, 3, 6, 16)
    assert cut(SAMPLE, at(root, "project", "dependencies", 1)) == "'requests[socks]~=2.0 ; python_version < \"3.12\"'"
    assert cut(SAMPLE, at(root, "project", "dependencies")).startswith("[\n") and at(root, "title").at == (2, 9, 2, 12)
    group = at(root, "tool", "poetry", "group", "te st", "dependencies")
    assert cut(SAMPLE, at(group, "pytest")) == '{version = "^7", optional = true}'
    assert at(group, "a", "b", "c").at == (14, 9, 14, 10)
    assert at(group, "é").value == 1.5
    key = group.key("pytest")
    assert key is not None and key.at == (13, 1, 13, 7)
    assert at(root, "package", 1, "files", 0, "text").value == "two\nlines"
    assert at(root, "package", 0, "when").value == "2020-01-01 10:00:00"
    assert at(root, "package", 1, "files", 0, "text").at == (24, 8, 25, 9)


def test_columns_count_characters() -> None:
    root = read('"ü" = ["ä", "b"]\r\nc = 1\r\n')
    assert at(root, "ü", 1).at == (1, 13, 1, 16)
    assert at(root, "c").at == (2, 5, 2, 6)


def test_what_is_not_toml_is_one_problem_with_its_line() -> None:
    node, problems = parse("a.toml", "a = 1\nb = \n")
    assert node is None
    assert [(problem.path, problem.line) for problem in problems] == [("a.toml", 2)]
    assert problems[0].message.startswith("could not parse: ")
    node, problems = parse("a.toml", "a = " + "[" * 100_000)
    assert node is None and len(problems) == 1


def test_the_same_key_twice_is_a_problem() -> None:
    node, problems = parse("a.toml", "[a]\nb = 1\n[a]\nb = 2\n")
    assert node is None and len(problems) == 1


@given(st.text())
def test_no_text_crashes(text: str) -> None:
    node, problems = parse("a.toml", text)
    assert (node is None) == bool(problems)


NAMES = st.text(min_size=1, max_size=6)
SCALARS = st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=12) | st.floats(allow_nan=False)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
TABLES = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=3), max_size=5)


def quoted(text: str, style: int) -> str:
    """A string in one of the four TOML notations, the literal ones where they can hold it."""
    plain = all(character.isprintable() and character != "'" for character in text)
    if style % 4 == 1 and plain:
        return f"'{text}'"
    if style % 4 == 2 and plain:
        return f"'''{text}'''"
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return f'"""{escaped}"""' if style % 4 == 3 else f'"{escaped}"'


def written(value: Any, style: int, gap: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value, style)
    if isinstance(value, list):
        return f"[{gap}" + "".join(f"{written(item, style + 1, gap)}{gap},{gap}" for item in value) + "]"
    if isinstance(value, dict):
        pairs = [f"{quoted(key, style % 2)} = {written(item, style + 1, '')}" for key, item in value.items()]
        return "{ " + ", ".join(pairs) + " }"
    return repr(value)


@st.composite
def documents(draw: st.DrawFn) -> str:
    data, style = draw(TABLES), draw(st.integers(0, 3))
    gap = draw(st.sampled_from(["", " ", "\n", "\n # why, ]\n", "\r\n\t"]))
    flat = [f"{quoted(key, style % 2)}={written(value, style, gap)}\n" for key, value in data.items()]
    tables = draw(st.dictionaries(NAMES, TABLES, max_size=3))
    for name, table in tables.items():
        if name in data:
            continue
        for header in ["[{}]"] if style % 2 else ["[[{}]]", "[[ {} ]]"]:
            flat.append(f"{header.format(quoted(name, style % 2))} # {gap.strip()}\n".replace("\n # why, ]", ""))
            flat += [f"  {quoted(key, 0)} = {written(value, style, gap)}\n" for key, value in table.items()]
    return "".join(flat)


@given(documents())
def test_values_are_those_of_tomli_and_stand_where_they_are_said_to(text: str) -> None:
    expected = tomli.loads(text)
    root = read(text)
    assert root.plain() == expected
    check_places(text, root)


def check_places(text: str, node: Node) -> None:
    for key, value in node.items():
        assert list(tomli.loads(cut(text, key) + "=0")) == [key.value]
        if value.kind == "scalar" or (value.kind == "sequence" and not cut(text, value).startswith("[[")):
            assert tomli.loads("x=" + cut(text, value)) == {"x": value.plain()}
        check_places(text, value)
    for element in node.elements():
        check_places(text, element)
