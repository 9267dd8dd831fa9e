"""No bytes crash a reader: every language gets text made of its own words, and bytes of any kind."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lambdalint.languages
from lambdalint.cache import restore
from lambdalint.dialects import dialects
from lambdalint.model import Problem
from lambdalint.pickles import pack
from lambdalint.read import read

FOLDER = Path(lambdalint.languages.__file__).parent
LANGUAGES = sorted(
    name
    for name in {path.stem for path in FOLDER.iterdir() if not path.stem.startswith(("_", "."))}
    if hasattr(import_module(f"lambdalint.languages.{name}"), "parse")
)
EXAMPLES = int(os.environ.get("LAMBDALINT_FUZZ", "40"))
# fmt: off
WORDS = st.sampled_from(
    [
        *"|\t~: ~- ~? ~&a ~*a~<<: *a\n~[~]~{~}~(~)~\"~'~\"\"\"~#~//~/*~*/~!Sub ~!Ref ~${~%{~$~=~==~,".split("~"),
        *".~\\~`~@~;~&&~\\\n".split("~"),
        *"FROM x\n~RUN x\n~<<EOF\n~EOF\n~resource \"a\" \"b\" {~const x = ~=> ~async ~await ~if ".split("~"),
        *"else ~for ~in ~while ~do\n".split("~"),
        *"done\n~fi\n~then\n~-r x\n~>=1.0~[tool.x]\n~a = 1\n~1e999~0x~---\n~...\n~lambda: ~yield ~*".split("~"),
        *"**~->~:=~f'~{x!r}~match x:\n".split("~"),
        *"def lambda_handler(event, context):\n~    ~return ~import boto3\n~class A:\n".split("~"),
        *"    case _: pass\n~exports[`a`] = `".split("~"),
        *"\n~\r\n~\r~\x0c~\x00~\ufeff~\u2028~\u00e9~\U0001d49c".split("~"),
    ]
)
# fmt: on
TEXTS = st.lists(WORDS, max_size=40).map("".join)


def test_there_are_readers() -> None:
    assert {"python", "yaml", "toml"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(text=st.one_of(TEXTS, st.text(max_size=60)))
def test_no_text_crashes_a_reader(language: str, text: str) -> None:
    parse = import_module(f"lambdalint.languages.{language}").parse
    facts, problems = parse("some/file", text)
    lines = text.count("\n") + text.count("\r") + 2
    for problem in problems:
        assert isinstance(problem, Problem) and problem.path == "some/file"
        assert 0 <= problem.line <= lines and "\n" not in problem.message
    assert facts is not None or problems, "neither facts nor a problem"


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.one_of(st.binary(max_size=60), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_no_bytes_crash_read_and_documents_survive_the_cache(language: str, data: bytes) -> None:
    document = read("some/file", data, language)
    assert all("reader:" not in problem.message for problem in document.problems), document.problems
    assert restore(pack(document)) == document


@pytest.mark.parametrize("dialect", dialects())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    path=st.sampled_from(["a.py", "t.yaml", "t.json", "m.tf", "serverless.ts", "x/Dockerfile", "d.sh", "a.toml"]),
    data=st.one_of(st.binary(max_size=60), TEXTS.map(str.encode)),
)
def test_no_bytes_crash_a_look(dialect: str, path: str, data: bytes) -> None:
    wanted = getattr(import_module(f"lambdalint.dialects.{dialect}"), "wanted", None)
    assert wanted is None or wanted(path, data) in (True, False)
