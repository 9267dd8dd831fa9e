"""HCL texts in, facts with positions out; whatever the text, nothing is raised and what parses is read."""

from __future__ import annotations

import pickle
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.languages import hcl
from lambdalint.languages.hcl import Block, Body, Expression


def read(text: str) -> Body:
    body, problems = hcl.parse("main.tf", text)
    assert problems == ()
    return body


def value(text: str) -> Expression:
    return read(f"x = {text}\n").attributes["x"].value


def shown(text: str, at: tuple[int, int, int, int]) -> str:
    """The stretch of the text that a place covers."""
    line, column, end_line, end_column = at
    lines = text.split("\n")[line - 1 : end_line]
    if line == end_line:
        return lines[0][column - 1 : end_column - 1]
    return "\n".join([lines[0][column - 1 :], *lines[1:-1], lines[-1][: end_column - 1]])


def plain(found: Any) -> Any:
    """An expression without its positions."""
    if isinstance(found, Expression):
        return (found.kind, plain(found.value))
    if isinstance(found, tuple):
        return tuple(plain(part) for part in found)
    return found


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ('"plain"', "literal", "plain"),
        ('""', "literal", ""),
        ("12", "literal", 12),
        ("-3", "literal", -3),
        ("1.5", "literal", 1.5),
        ("true", "literal", True),
        ("null", "literal", None),
        (r'"a\nb\t\"c\" \u00e9"', "literal", 'a\nb\t"c" é'),
        ('"$${not} %%{this}"', "literal", "${not} %{this}"),
        ("a.b", "path", ("a", (("attr", "b"),))),
        ("a.b[0].c", "path", ("a", (("attr", "b"), ("index", ("literal", 0)), ("attr", "c")))),
        ("a.0.c", "path", ("a", (("index", ("literal", 0)), ("attr", "c")))),
        ("a[*].b", "path", ("a", (("splat", (("attr", "b"),)),))),
        ("a.*.b", "path", ("a", (("splat", (("attr", "b"),)),))),
        ('"${a.b}"', "template", (("path", ("a", (("attr", "b"),))),)),
        ('" ${a} - ${b} "', "template", (" ", ("path", ("a", ())), " - ", ("path", ("b", ())), " ")),
        ("[1, x]", "list", (("literal", 1), ("path", ("x", ())))),
        ("{ a = 1, (b) = 2 }", "object", ((("literal", "a"), ("literal", 1)), (("path", ("b", ())), ("literal", 2)))),
        ("f(a...)", "call", ("f", (("path", ("a", ())),), True)),
        ("f(1).b", "select", (("call", ("f", (("literal", 1),), False)), (("attr", "b"),))),
        ("a ? 1 : 2", "conditional", (("path", ("a", ())), ("literal", 1), ("literal", 2))),
        ("!a.b", "unary", ("!", ("path", ("a", (("attr", "b"),))))),
        ("a.b == c.d", "binary", ("==", ("path", ("a", (("attr", "b"),))), ("path", ("c", (("attr", "d"),))))),
        ("[for v in a : v]", "for", ("", "v", ("path", ("a", ())), None, ("path", ("v", ())), None, False)),
    ],
)
def test_expressions(text: str, kind: str, expected: object) -> None:
    found = value(text)
    assert (found.kind, plain(found.value)) == (kind, expected)


def test_precedence_is_kept() -> None:
    assert plain(value("a && (b + 1) >= 3").value)[0] == "&&"
    assert plain(value("1 + 2 * 3").value)[2] == ("binary", ("*", ("literal", 2), ("literal", 3)))


def test_a_map_comprehension_has_key_condition_and_grouping() -> None:
    key_name, name, _, key, result, condition, grouped = value("{ for k, v in a : k => v... if v }").value
    assert (key_name, name, key.kind, result.kind, condition.kind, grouped) == ("k", "v", "path", "path", "path", True)


def test_a_heredoc_keeps_its_lines_and_loses_the_shared_indent() -> None:
    body = read("x = <<-EOT\n    one ${a}\n      two\n  EOT\ny = <<EOT\n  three\nEOT\n")
    assert [part if isinstance(part, str) else "$" for part in body.attributes["x"].value.value] == [
        "one ",
        "$",
        "\n  two\n",
    ]
    assert body.attributes["y"].value.value == "  three\n"


def test_directives_are_parts_of_a_template() -> None:
    parts = value('"%{ if a }yes%{ else }no%{ endif }-%{ for k, v in b }${v}%{ endfor }"').value
    assert parts[0].kind == "if-part" and parts[0].value[1:] == (("yes",), ("no",))
    assert parts[1] == "-"
    assert parts[2].kind == "for-part" and parts[2].value[:2] == ("k", "v")


def test_blocks_have_labels_nested_blocks_and_the_place_of_their_header() -> None:
    text = 'resource "aws_x" "é" {\n  a = 1\n  b {\n    c = "ü${d}"\n  }\n}\n'
    block = read(text).blocks[0]
    assert (block.type, block.labels, block.end_line) == ("resource", ("aws_x", "é"), 6)
    assert shown(text, block.at) == 'resource "aws_x" "é"'
    inner = block.body.blocks[0].body.attributes["c"]
    assert (shown(text, inner.at), shown(text, inner.value.at)) == ("c", '"ü${d}"')


def test_columns_count_characters() -> None:
    text = 'a = { "é" = "日本語", b = c.d }\n'
    pairs = read(text).attributes["a"].value.value
    assert [shown(text, part.at) for pair in pairs for part in pair] == ['"é"', '"日本語"', "b", "c.d"]


def test_a_block_says_what_it_refers_to() -> None:
    text = 'resource "a" "b" {\n  x = var.y\n  z { q = "${module.m.out}-${local.n["k"]}" }\n}\nresource "c" "d" {}\n'
    first, second = read(text).blocks
    assert first.uses == ("local.n", "module.m", "var.y")
    assert second.uses == ()


BROKEN = """\
resource "a" "one" {
  x = 1
}

resource "a" "two" {
  x = = 2
  y = 3

resource "a" "three" {
  z = 4
}
"""


def test_one_slip_does_not_hide_the_other_blocks() -> None:
    body, problems = hcl.parse("main.tf", BROKEN)
    names = [block.labels[1] for block in body.blocks]
    assert names[0] == "one" and "three" in names
    assert problems and all(problem.path == "main.tf" for problem in problems)
    assert 5 <= problems[0].line <= 8
    three = next(block for block in body.blocks if block.labels[1] == "three")
    assert three.at[0] == 9 and three.body.attributes["z"].value.value == 4


def test_windows_line_ends() -> None:
    body = read('resource "a" "b" {\r\n  x = "y"\r\n}\r\n')
    assert body.blocks[0].body.attributes["x"].value == Expression("literal", (2, 7, 2, 10), "y")


def test_facts_can_be_pickled() -> None:
    body, _ = hcl.parse("main.tf", BROKEN + 'x = [for k in a : "${k}" if k.b]\n')
    assert pickle.loads(pickle.dumps(body)) == body


def test_nesting_without_end_is_a_problem_and_not_a_crash() -> None:
    for text in ("x = " + "(" * 5000 + "1" + ")" * 5000, "x = " + "[" * 5000, "a {" * 3000, 'x = "' + "${" * 3000):
        body, problems = hcl.parse("main.tf", text)
        assert problems
        pickle.dumps(body)


def test_a_long_word_that_is_no_header_takes_no_time() -> None:
    started = time.perf_counter()
    hcl.parse("main.tf", "null" * 2000 + "[a = \n" + "x " * 2000 + "[\n}{\n")
    assert time.perf_counter() - started < 5


def test_a_file_that_is_too_large_is_not_read() -> None:
    body, problems = hcl.parse("main.tf", "#" * (hcl.SIZE + 1))
    assert body == hcl.EMPTY and "larger" in problems[0].message


def test_templates_outside_of_files() -> None:
    at = (3, 5, 3, 20)
    assert hcl.template("plain", at) == Expression("literal", at, "plain")
    found = hcl.template('say "${var.x}" twice', at)
    assert plain(found) == ("template", ('say "', ("path", ("var", (("attr", "x"),))), '" twice'))
    assert found.value[1].at == at
    assert hcl.template("${var.x", at).kind == "unknown"


PIECES = st.sampled_from(
    ['resource "a" "b" {', "}", "x = ", '"', "${", "%{ if ", "<<EOT\n", "EOT\n", "[", "]", "for", " in ", ":", "=>",
     "...", "\n", "a.b", "1", "é", "\t", "\\", "#", "/*", "*/", "dynamic", "?", "(", ")", ",", "\r", "\0", "\ufeff"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)))
def test_no_text_crashes(text: str) -> None:
    body, problems = hcl.parse("main.tf", text)
    pickle.dumps(body)
    lines = text.count("\n") + 2
    assert all(1 <= problem.line <= lines for problem in problems)
    for block in body.blocks:
        _positions(block, lines)


def _positions(block: Block, lines: int) -> None:
    assert 1 <= block.at[0] <= block.end_line <= lines
    for attribute in block.body.attributes.values():
        line, column, end_line, end_column = attribute.value.at
        assert 1 <= line <= end_line <= lines and column >= 1 and end_column >= 1
    for inner in block.body.blocks:
        _positions(inner, lines)
