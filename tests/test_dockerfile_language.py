"""Dockerfiles in, instructions with positions out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.languages.dockerfile import Instruction, parse
from tests.test_shell import shown

TEXT = """\
# escape=\\
ARG VERSION=3.12
FROM --platform=linux/amd64 public.ecr.aws/lambda/python:${VERSION} AS base
ENV A=b C="d e" \\
    # a comment between
    F=$VERSION
ENV OLD the rest here
COPY --from=build --chown=1:1 app.py  lib/ ${LAMBDA_TASK_ROOT}/
RUN pip install -r requirements.txt && \\
    rm -rf /tmp
COPY ["a b.py", "./"]
ENTRYPOINT [ "/lambda-entrypoint.sh" ]
CMD [ "app.handler" ]
"""


def instructions(text: str) -> tuple[Instruction, ...]:
    made, problems = parse("Dockerfile", text)
    assert problems == ()
    return made


def test_instructions() -> None:
    found = instructions(TEXT)
    assert [one.name for one in found] == "ARG FROM ENV ENV COPY RUN COPY ENTRYPOINT CMD".split()
    version, base, env, old, copy, run, listed, entry, command = found
    assert [(one.name, shown(one.value)) for one in version.assignments] == [("VERSION", "3.12")]
    assert [(name, shown(word)) for name, word in base.flags] == [("platform", "linux/amd64")]
    assert [shown(word) for word in base.words] == ["public.ecr.aws/lambda/python:<variable VERSION>", "AS", "base"]
    assert [(one.name, shown(one.value)) for one in env.assignments] == [
        ("A", "b"),
        ("C", "d e"),
        ("F", "<variable VERSION>"),
    ]
    assert [(one.name, shown(one.value)) for one in old.assignments] == [("OLD", "the rest here")]
    assert [(name, shown(word)) for name, word in copy.flags] == [("from", "build"), ("chown", "1:1")]
    assert [shown(word) for word in copy.words] == ["app.py", "lib/", "<variable LAMBDA_TASK_ROOT>/"]
    assert [[shown(word) for word in one.words] for one in run.commands] == [
        ["pip", "install", "-r", "requirements.txt"],
        ["rm", "-rf", "/tmp"],
    ]
    assert [shown(word) for word in listed.words] == ["a b.py", "./"]
    assert [shown(word) for word in entry.words] == ["/lambda-entrypoint.sh"]
    assert command.json
    assert [shown(word) for word in command.words] == ["app.handler"]


def test_positions() -> None:
    found = instructions(TEXT)
    lines = TEXT.split("\n")

    def cut(at: tuple[int, int, int, int]) -> str:
        assert at[0] == at[2]
        return lines[at[0] - 1][at[1] - 1 : at[3] - 1]

    assert cut(found[-1].words[0].at) == '"app.handler"'
    assert cut(found[-1].words[0].parts[0].at) == "app.handler"
    assert cut(found[2].assignments[2].at) == "F=$VERSION"
    assert cut(found[2].assignments[1].value.at) == '"d e"'
    assert cut(found[4].words[0].at) == "app.py"
    assert cut(found[4].flags[0][1].at) == "build"
    assert found[5].at == (9, 1, 10, 16)
    assert found[5].commands[1].words[0].at == (10, 5, 10, 7)


def test_here_documents() -> None:
    found = instructions("FROM x\nRUN <<EOF\npip install a\nEOF\nCMD a b\n")
    assert [one.name for one in found] == ["FROM", "RUN", "CMD"]
    assert [[shown(word) for word in one.words] for one in found[2].commands] == [["a", "b"]]


def test_another_escape() -> None:
    found = instructions("# escape=`\nFROM x\nCOPY a `\n  b\n")
    assert [shown(word) for word in found[1].words] == ["a", "b"]


@settings(max_examples=200, deadline=None)
@given(st.text("FROM CPYAENVRU[]\"'\\\n#-=ab$ <", max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    for one in parse("Dockerfile", text)[0]:
        assert 1 <= one.at[0] <= one.at[2]
