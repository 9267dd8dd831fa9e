"""Jest snapshot files to nodes: both spellings of Jest, texts with quotes and lines, positions in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.languages.snapshot import parse

if TYPE_CHECKING:
    from lambdalint.model import Node

NEW = r"""// Jest Snapshot v1, https://goo.gl/fbAQLP

exports[`The \`stack\` matches 1`] = `
{
  "A": {
    "Code": {
      "ZipFile": "import os
print("x",
      "y")
{
}
",
    },
    "Empty": {},
    "List": [
      "one",
      2,
      true,
      null,
      {
        "k": -1.5,
      },
      [],
    ],
    "Quoted": "say "hi", \`ok\` \${x} \\n",
    "Type": "AWS::Lambda::Function",
    "Undefined": undefined,
  },
}
`;

exports[`a text 1`] = `"only text"`;

exports[`a component 1`] = `
<div
  class="x"
/>
`;

exports[`again 2`] = `
{
  "B": 1,
}
`;
"""

OLD = r"""exports[`old 1`] = `
Object {
  "A": Array [
    Object {
      "q": "say \\"hi\\" \\\\ there",
    },
  ],
}
`;
"""


def cut(text: str, node: Node) -> str:
    line, column, end, end_column = node.at
    lines = text.split("\n")
    if line == end:
        return lines[line - 1][column - 1 : end_column - 1]
    return "\n".join([lines[line - 1][column - 1 :], *lines[line : end - 1], lines[end - 1][: end_column - 1]])


def test_objects_are_read_and_everything_else_is_left_out() -> None:
    nodes, problems = parse("x.snap", NEW)
    assert not problems
    assert [node.plain() for node in nodes] == [
        {
            "A": {
                "Code": {"ZipFile": 'import os\nprint("x",\n      "y")\n{\n}\n'},
                "Empty": {},
                "List": ["one", 2, True, None, {"k": -1.5}, []],
                "Quoted": 'say "hi", `ok` ${x} \\n',
                "Type": "AWS::Lambda::Function",
                "Undefined": None,
            }
        },
        {"B": 1},
    ]


def test_places_cover_what_is_written() -> None:
    (first, second), _ = parse("x.snap", NEW)
    function = first.get("A")
    assert function is not None
    assert cut(NEW, function.get("Type")) == '"AWS::Lambda::Function"'  # type: ignore[arg-type]
    assert cut(NEW, function.key("Type")) == '"Type"'  # type: ignore[arg-type]
    assert cut(NEW, function.get("Empty")) == "{}"  # type: ignore[arg-type]
    assert cut(NEW, function.get("List").value[1]) == "2"  # type: ignore[union-attr]
    code = cut(NEW, function.get("Code").get("ZipFile"))  # type: ignore[union-attr,arg-type]
    assert code.startswith('"import os\n') and code.endswith('\n"')
    assert cut(NEW, second) == '{\n  "B": 1,\n}'


def test_older_jest_names_prototypes_and_escapes_quotes() -> None:
    (node,), problems = parse("x.snap", OLD)
    assert not problems
    assert node.plain() == {"A": [{"q": 'say "hi" \\ there'}]}


@pytest.mark.parametrize(
    "text",
    [
        "exports[`x 1`] = `\n{\n  broken\n}\n`;\n",
        'exports[`x 1`] = `\n{\n  "a": "never ends\n}\n`;\n',
        "exports[`x 1`] = `\n{\n" + '  "a": {\n' * 300 + "`;\n",
        "exports[`x 1`] = `\n{\n",
    ],
)
def test_what_is_no_data_is_one_problem(text: str) -> None:
    nodes, problems = parse("x.snap", text)
    assert nodes == ()
    assert [problem.line for problem in problems] == [2]


def test_a_damaged_file_is_read_or_a_problem_in_it() -> None:
    lines = NEW.split("\n")
    damaged = [NEW[:end] for end in range(0, len(NEW), 7)] + [NEW[end:] for end in range(0, len(NEW), 7)]
    damaged += ["\n".join(lines[:line] + lines[line + 1 :]) for line in range(len(lines))]
    for text in damaged:
        nodes, problems = parse("x.snap", text)
        last = text.count("\n") + 1
        assert all(1 <= problem.line <= last for problem in problems)
        assert all(1 <= node.at[0] <= node.at[2] <= last for node in nodes)
