"""Python newer than the interpreter is read all the same, at its true positions."""

import sys

import pytest

from lambdalint.languages.python import parse
from lambdalint.languages.python.newer import downgrade, is_python2

NEWER = {
    "type parameters": "def first[T](items: list[T]) -> T:\n    return call(items)\n",
    "class parameters": "class Box[T]:\n    def get(self): return call(self)\n",
    "type alias": "type Pair[T] = tuple[T, T]\nx = call()\n",
    "nested quotes": 'x = f"{d["key"]} and {call("a")}"\ny = call()\n',
    "backslash in braces": "x = f\"{'\\n'.join(names)}\"\ny = call()\n",
    "template string": 'x = t"{name} is {call(name)}"\ny = call()\n',
    "bare except list": "try:\n    call()\nexcept KeyError, ValueError:\n    other()\n",
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_keeps_every_position(name: str) -> None:
    text = NEWER[name]
    older = downgrade(text)
    assert older is not None
    assert older.count("\n") == text.count("\n")
    compile(older, "old", "exec")
    for number, line in enumerate(text.split("\n")):
        column = line.find("call(")
        if column >= 0:
            assert older.split("\n")[number].find("call(") == column


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_is_read_under_every_interpreter(name: str) -> None:
    module, problems = parse("app.py", NEWER[name])
    assert module is not None, (sys.version_info, problems)
    assert not problems


def test_python_2_is_named_as_such() -> None:
    module, problems = parse("old.py", 'import os\nprint "hello"\n')
    assert module is None
    assert [problem.message for problem in problems] == ["could not parse: this is Python 2"]
    assert problems[0].line == 2


TEXTS = ["print(1)\n", "print (x)\n", "x = print\n", "raise ValueError(1)\n", "# print hello\n"]


@pytest.mark.parametrize("text", TEXTS)
def test_python_3_is_not_taken_for_python_2(text: str) -> None:
    assert not is_python2(text)


def test_what_neither_parser_takes_is_one_problem() -> None:
    module, problems = parse("bad.py", "def f(:\n    pass\n")
    assert module is None
    assert [problem.line for problem in problems] == [1]
