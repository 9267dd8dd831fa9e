"""Python inside of a template: every fact stands where its text stands in the template."""

from __future__ import annotations

import pytest

from lambdalint.languages.python import parse_inline

TEXT = "import os\ndef handler(event, context):\n    ä = event['ü']; return os.environ[ä]\n"


def test_definitions_stand_where_their_lines_stand() -> None:
    module, problems = parse_inline("t.yaml", TEXT, [(10, 5), (20, 7), (21, 9), (30, 1)])
    assert module is not None and not problems
    (definition,) = module.definitions
    assert definition.at == (20, 11, 20, 18)
    assert module.imports[0].at[:2] == (10, 5)


def test_lines_beyond_the_known_ones_stand_on_the_last() -> None:
    module, _ = parse_inline("t.json", TEXT, [(3, 9)])
    assert module is not None
    assert module.definitions[0].at[:2] == (3, 13)


@pytest.mark.parametrize(("text", "line"), [("x = 1\ny = (\n", 21), ("x = ${Name}\n", 10), ("\x00", 10)])
def test_what_cannot_be_parsed_is_reported_at_its_line(text: str, line: int) -> None:
    module, problems = parse_inline("t.yaml", text, [(10, 5), (21, 5)])
    assert module is None
    assert [(problem.path, problem.line) for problem in problems] == [("t.yaml", line)]
