"""Shell text, Makefiles and justfiles in; words with their positions and what stands around each command out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.languages import justfile, makefile, shell

if TYPE_CHECKING:
    from lambdalint.languages.shell import Command, Word


def shown(word: Word) -> str:
    """A word with what is filled in, as <kind text>."""
    return "".join(part.text if part.kind == "text" else f"<{part.kind} {part.text}>" for part in word.parts)


def commands(text: str) -> list[list[str]]:
    return [[shown(word) for word in one.words] for one in shell.read(text).commands]


def only(text: str) -> Command:
    (found,) = shell.read(text).commands
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b  c", [["a", "b", "c"]]),
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ("a \\\n  b \\\n  c", [["a", "b", "c"]]),
        ("a; b && c || d | e & f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
        ("a # not b\nc", [["a"], ["c"]]),
        ("a b#c", [["a", "b#c"]]),
        ("a $B ${C} \"$D\"/x '$E'", [["a", "<variable B>", "<variable C>", "<variable D>/x", "$E"]]),
        ("a ${B:-c} ${D##*/}", [["a", "<variable B>", "<variable D>"]]),
        ('a "{\\"k\\": \\"$v\\"}"', [["a", '{"k": "<variable v>"}']]),
        ("a $(b c; d) `e f`", [["a", "<command b c; d>", "<command e f>"]]),
        ('a "$(b "c d")"', [["a", '<command b "c d">']]),
        ("a > out 2>&1 < in b", [["a", "b"]]),
        ("a &> out", [["a"]]),
        ("if [ -f x ]; then a; else b; fi; c", [["[", "-f", "x", "]"], ["a"], ["b"], ["c"]]),
        ("for x in 1 2; do a $x; done", [["a", "<variable x>"]]),
        ("case $x in a|b) c ;; *) d ;; esac; e", [["c"], ["d"], ["e"]]),
        ("f() { a; }; function g { b; }; c", [["a"], ["b"], ["c"]]),
        ("(cd x && a) ; b", [["cd", "x"], ["a"], ["b"]]),
        ("a <<EOF\nnot $b\nEOF\nc", [["a"], ["c"]]),
        ("a <<'E F'\nx\nE F\nc", [["a"], ["c"]]),
        ("a ${{ secrets.TOKEN }}", [["a", "<expression secrets.TOKEN>"]]),
        ("a $((1 + 2))", [["a", "<expression 1 + 2>"]]),
        ("A=b c d", [["c", "d"]]),
        ("echo 'unclosed", [["echo", "unclosed"]]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[list[str]]) -> None:
    assert commands(text) == expected


def test_assignments() -> None:
    found = only("A=1 B=\"x $C\" D=(p 'q r') E+=z cmd")
    assert [(one.name, shown(one.value), one.appends) for one in found.assignments] == [
        ("A", "1", False),
        ("B", "x <variable C>", False),
        ("D", "", False),
        ("E", "z", True),
    ]
    assert [shown(one) for one in found.assignments[2].elements or ()] == ["p", "q r"]
    assert only("A=").assignments[0].value.parts == ()


def test_what_stands_around_a_command() -> None:
    text = "a\nif x; then b; fi\nf() {\n  c\n}\nfor i in 1 2; do\n"
    text += "  for j in $@; do d; done\ndone\n(e; (g))\nh || k\nwhile l; do m; done\nn\n"
    found = {shown(one.words[0]): one for one in shell.read(text).commands}
    assert {name: one.conditional for name, one in found.items()} == {
        "a": False,
        "x": True,
        "b": True,
        "c": False,
        "d": False,
        "e": False,
        "g": False,
        "h": False,
        "k": True,
        "l": True,
        "m": True,
        "n": False,
    }
    assert found["c"].function == "f"
    assert [loop.name for loop in found["d"].loops] == ["i", "j"]
    assert [shown(word) for word in found["d"].loops[0].words or ()] == ["1", "2"]
    assert len(found["e"].shells) == 1
    assert found["g"].shells[:1] == found["e"].shells
    assert found["n"].shells == ()


def test_here_documents_belong_to_their_command() -> None:
    found = only('cat > out.json <<EOF\n{"a": "$B"}\nEOF\n')
    assert [shown(one) for one in found.documents] == ['{"a": "<variable B>"}\n']
    assert [(operator, shown(target)) for operator, target in found.redirects] == [(">", "out.json")]
    assert shown(only("cat <<'EOF'\n$B\nEOF\n").documents[0]) == "$B\n"


def test_commands_in_a_substitution_are_kept() -> None:
    part = only("X=$(aws sts get-caller-identity --query Account)").assignments[0].value.parts[0]
    assert [shown(word) for word in part.commands[0].words] == [
        "aws",
        "sts",
        "get-caller-identity",
        "--query",
        "Account",
    ]


def test_positions() -> None:
    text = "x=1\n  aws lambda \\\n    --name \"my $fn\" é \\\n  --k='v'\n"
    found = shell.read(text).commands[1]
    lines = text.split("\n")
    for word in found.words:
        line, column, end_line, end_column = word.at
        assert line == end_line
        cut = lines[line - 1][column - 1 : end_column - 1]
        assert cut in ("aws", "lambda", "--name", '"my $fn"', "é", "--k='v'")
    assert found.at == (2, 3, 4, 10)
    name = found.words[3].parts
    assert [(part.kind, part.at) for part in name] == [("text", (3, 13, 3, 16)), ("variable", (3, 16, 3, 19))]


def test_text_inside_another_file_has_that_files_positions() -> None:
    found = shell.read("a b\nc d", [(10, 5), (11, 5)]).commands
    assert [word.at for one in found for word in one.words] == [
        (10, 5, 10, 6),
        (10, 7, 10, 8),
        (11, 5, 11, 6),
        (11, 7, 11, 8),
    ]


MAKEFILE = """\
NAME := hello # the function
ZIP ?= $(NAME).zip

.PHONY: deploy
deploy: build
\t@cd src && zip -r ../$(ZIP) .
\taws lambda update-function-code \\
\t\t--function-name $(NAME) --x $$HOME $(shell pwd) $@
"""


def test_makefiles() -> None:
    rest = ["--x", "<variable HOME>", "<command pwd>", "<variable @>"]
    script, problems = makefile.parse("Makefile", MAKEFILE)
    assert problems == ()
    assert [(one.name, shown(one.value)) for one in script.variables] == [
        ("NAME", "hello"),
        ("ZIP", "<variable NAME>.zip"),
    ]
    assert [[shown(word) for word in one.words] for one in script.commands] == [
        ["cd", "src"],
        ["zip", "-r", "../<variable ZIP>", "."],
        ["aws", "lambda", "update-function-code", "--function-name", "<variable NAME>", *rest],
    ]
    assert {one.function for one in script.commands} == {"deploy"}
    first, second, third = script.commands
    assert first.shells == second.shells != third.shells
    assert third.words[3].at == (8, 3, 8, 18)


def test_justfiles() -> None:
    text = "name := 'hello'\nregion := env_var('R')\n\ndeploy target='x': build\n"
    text += '  @aws lambda x --name {{name}} --y "{{ region }}"\n  echo $HOME\n'
    script, _ = justfile.parse("justfile", text)
    assert [(one.name, shown(one.value)) for one in script.variables] == [
        ("name", "hello"),
        ("region", "<expression env_var('R')>"),
    ]
    assert [[shown(word) for word in one.words] for one in script.commands] == [
        ["aws", "lambda", "x", "--name", "<variable name>", "--y", "<variable region>"],
        ["echo", "<variable HOME>"],
    ]


@settings(max_examples=300, deadline=None)
@given(st.text("ab$\"'`(){}|&;<>\\\n \t#=for in do done case esac if fi EOF@:", max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    lines = text.split("\n")
    for script in (shell.read(text), makefile.parse("Makefile", text)[0], justfile.parse("justfile", text)[0]):
        for one in script.commands:
            for word in one.words:
                assert 1 <= word.at[0] <= len(lines) + 1
                for part in word.parts:
                    if part.kind == "text" and part.at[0] == part.at[2] and part.at[3] - part.at[1] == len(part.text):
                        assert lines[part.at[0] - 1][part.at[1] - 1 : part.at[3] - 1] == part.text


def test_deep_nesting_ends() -> None:
    assert len(shell.read("echo " + "$(" * 5000 + "a" + ")" * 5000).commands) == 1
    assert len(shell.read("echo " + '"$(' * 500 + "a" + ')"' * 500).commands) == 1
