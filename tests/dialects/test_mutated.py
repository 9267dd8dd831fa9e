"""Projects that were damaged at random: no dialect raises, and whatever it tells stands inside the files."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdalint.model import Code, Declaration, Layer, Pattern, Span, Trigger, Value, Variable
from tests.dialects.project import declared
from tests.dialects.same_function import FILES, READERS
from tests.dialects.test_unsaved_and_broken import MAIN
from tests.tools.plain_values import modules, same, templates, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

EXAMPLES = int(os.environ.get("LAMBDALINT_FUZZ", "25"))
TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
OTHERS = st.sampled_from(
    [
        "",
        "null",
        "[]",
        "{}",
        "true",
        "-1",
        "1e999",
        '""',
        "'",
        '"',
        "${",
        "}",
        "!Ref",
        "var.x",
        "self",
        "\n",
        "x" * 300,
        "é",
    ]
)
DOCKERFILE = """\
FROM public.ecr.aws/lambda/python:3.12|FROM x AS y|FROM y|FROM|ARG A=1|ENV A=$A B='c d'|ENV A b|ENV
COPY --from=y . ./|COPY ['a', 'b']|COPY ["app.py", "${LAMBDA_TASK_ROOT}"]|ADD https://x /y|WORKDIR /var/task|WORKDIR ..
CMD ["app.handler"]|CMD app.handler|CMD []|CMD ["a", 1]|CMD|ENTRYPOINT ["python", "-m", "awslambdaric"]|ENTRYPOINT x
RUN pip install -r requirements.txt \\|\\|RUN <<EOF|EOF|# escape=`|ONBUILD RUN x|STOPSIGNAL 9|é
"""
DOCKER = st.sampled_from([*(f"{line}\n" for line in re.split(r"[|\n]", DOCKERFILE)), "\r\n", "\ufeff"])


def spans(part: Any) -> Iterator[Span]:
    """Every span in a record and what it holds."""
    if isinstance(part, Span):
        yield part
    elif isinstance(part, Value):
        yield from spans(part.span)
        yield from spans(part.references)
    elif isinstance(part, dict):
        for inner in part.values():
            yield from spans(inner)
    elif isinstance(part, tuple):
        for inner in part:
            yield from spans(inner)


def hold(found: Mapping[str, Declaration], files: Mapping[str, str]) -> None:
    """Check that declarations are made of what the model says, and point into the files."""
    ends = {path: len(text.splitlines()) + 2 for path, text in files.items()}
    for declaration in found.values():
        assert isinstance(declaration, Declaration) and isinstance(declaration.code, Code)
        assert all(isinstance(one, Variable) for one in declaration.environment)
        assert all(isinstance(one, Layer) for one in declaration.layers)
        assert all(isinstance(one, Trigger) for one in declaration.triggers)
        assert all(isinstance(one, Pattern) for one in declaration.code.patterns)
        for name in ("memory", "timeout"):
            assert isinstance(getattr(declaration, name).known, (int, type(None)))
        for name in ("name", "handler", "runtime"):
            assert isinstance(getattr(declaration, name).known, (str, type(None)))
        for span in spans(tuple(declaration)):
            assert span.path in files
            assert 1 <= span.line <= span.end_line <= ends[span.path]


@pytest.mark.parametrize("column", FILES)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_a_damaged_project(column: str, data: st.DataObject) -> None:
    text = FILES[column][MAIN[column]]
    tokens = TOKENS.findall(text)
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(tokens) - 1))
        kind = data.draw(st.sampled_from(["drop", "double", "replace", "cut", "move"]))
        if kind == "drop":
            tokens[position : position + data.draw(st.integers(1, 6))] = []
        elif kind == "double":
            tokens[position:position] = tokens[position : position + 8]
        elif kind == "replace":
            tokens[position] = data.draw(OTHERS)
        elif kind == "move":
            tokens.append(tokens.pop(position))
        elif kind == "cut" and position > len(tokens) // 2:
            tokens = tokens[:position]
        if not tokens:
            tokens = [" "]
    files = {**FILES[column], MAIN[column]: "".join(tokens)}
    hold(declared(READERS.get(column, column), files), files)


@settings(max_examples=EXAMPLES * 8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(lines=st.lists(DOCKER, max_size=14))
def test_any_dockerfile(lines: list[str]) -> None:
    files = {"Dockerfile": "".join(lines), "app.py": "", "requirements.txt": "boto3\n"}
    hold(declared("dockerfile", files), files)


@pytest.mark.parametrize("column", ["cloudformation", "sam", "terraform", "terraform module"])
def test_what_is_written_plainly_is_known(column: str, tree: Callable[[Mapping[str, str]], Path]) -> None:
    root = str(tree(FILES[column]))
    (found,) = declared(READERS.get(column, column), FILES[column]).values()
    plain = [one for one in (*templates(root), *modules(root)) if one.function in (found.id, found.span.line)]
    assert len(plain) >= 5
    assert [one for one in plain if not same(value_of(found, one.field), one.value)] == []
