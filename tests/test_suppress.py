"""Directives in comments and in metadata, at the primary and at related locations; unused and unknown ones."""

from __future__ import annotations

import pytest

from lambdalint.languages.comments import directives
from lambdalint.model import Finding, Related, Span
from lambdalint.suppress import suppress

RULES = {"slow-import", "open-bucket", "unused-ignore", "unknown-ignore"}


def at(path: str, line: int, end: int | None = None) -> Span:
    return Span(path, line, 1, end or line, 10)


def finding(line: int, end: int | None = None, rule: str = "slow-import", *related: Span) -> Finding:
    places = tuple(Related(span, "declared here") for span in related)
    return Finding("something", at("app.py", line, end), places, rule=rule, functions=("f",))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", "x = 1  # lambdalint: ignore[slow-import] because\n", [(("slow-import",), (1, 1))]),
        ("python", "# lambdalint: ignore[a, b]\n\n# more\nx = 1\n", [(("a", "b"), (4, 4))]),
        ("python", "f(\n  1,\n)  # lambdalint: ignore[a]\n", [(("a",), (1, 3))]),
        ("python", "f(  # lambdalint: ignore[a]\n  1,\n)\n", [(("a",), (1, 3))]),
        ("python", "# lambdalint: ignore[a]\n@wrap\ndef f(\n  x,\n):\n  pass\n", [(("a",), (2, 5))]),
        ("python", "x = '# lambdalint: ignore[a]'\n", []),
        ("python", "'''\n# lambdalint: ignore[a]\n'''\n", []),
        ("python", "# noqa # lambdalint: ignore[a]\nx = 1\n", [(("a",), (1, 1))]),
        ("python", "x = 1  # noqa # lambdalint: ignore[a]\n", [(("a",), (1, 1))]),
        ("python", "# lambdalint: ignore-file[a] generated\n", [(("a",), None)]),
        ("python", "x = 1  # lambdalint: ignore\n", [((), (1, 1))]),
        ("python", "x = 1  # lambdalint: ignored[a]\n", []),
        ("python", "x = 1  # see lambdalint: ignore[a]\n", []),
        ("python", "x = (1\n# lambdalint: ignore[a]\n", [(("a",), (2, 2))]),
        ("yaml", "A: b  # lambdalint: ignore[a]\n", [(("a",), (1, 1))]),
        ("yaml", "A:\n  # lambdalint: ignore[a] - why\n  # and more\n  B: c\n", [(("a",), (4, 4))]),
        ("yaml", "A: b# lambdalint: ignore[a]\n", []),
        ("hcl", 'a = "b" // lambdalint: ignore[a]\n', [(("a",), (1, 1))]),
        ("hcl", "# lambdalint: ignore[a]\nb {\n", [(("a",), (2, 2))]),
        ("hcl", "/* lambdalint: ignore[a] */\nb {\n", [(("a",), (2, 2))]),
        ("toml", "a = 1 # lambdalint: ignore[a]\n", [(("a",), (1, 1))]),
        ("shell", "zip -r a.zip . # lambdalint: ignore[a]\n", [(("a",), (1, 1))]),
        ("dockerfile", "# lambdalint: ignore[a]\nRUN x\n", [(("a",), (2, 2))]),
        ("typescript", "f(); // lambdalint: ignore[a]\n", [(("a",), (1, 1))]),
        ("javascript", "# lambdalint: ignore[a]\n", []),
        ("json", '{"a": "# lambdalint: ignore[a]"}\n', []),
        ("requirements", "pytest  # lambdalint: ignore[a]\n", [(("a",), (1, 1))]),
    ],
)
def test_directives(language: str, text: str, expected: list[tuple[tuple[str, ...], object]]) -> None:
    found = directives("file", language, text)
    assert [(tuple(name for name, _ in d.rules), d.lines) for d in found] == expected


def test_names_are_located() -> None:
    (directive,) = directives("app.py", "python", "é = 1  # lambdalint: ignore[a, slow-import]\n")
    assert [(name, span.column, span.end_column) for name, span in directive.rules] == [
        ("a", 29, 30),
        ("slow-import", 32, 43),
    ]


def silenced(text: str, *findings: Finding, path: str = "app.py", language: str = "python") -> tuple[int, list[str]]:
    found = directives(path, language, text)
    outcome = suppress(findings, found, {}, RULES, RULES, True)
    return len(outcome.ignored), [own.message for own in outcome.own]


def test_the_same_line_the_line_above_and_another() -> None:
    text = "x = 1  # lambdalint: ignore[slow-import]\n"
    assert silenced(text, finding(1)) == (1, [])
    assert silenced("# lambdalint: ignore[slow-import]\nx = 1\n", finding(2)) == (1, [])
    assert silenced(text, finding(2)) == (0, ["`slow-import` is ignored here but finds nothing"])
    assert silenced(text, finding(1, rule="open-bucket"))[0] == 0


def test_first_or_last_line_of_a_long_finding() -> None:
    text = "a: 1\nb: 2\nc: 3  # lambdalint: ignore[slow-import]\nd: 4\n"
    assert silenced(text, finding(1, 3), language="yaml")[0] == 1
    assert silenced(text, finding(3, 4), language="yaml")[0] == 1
    assert silenced(text, finding(1, 4), language="yaml")[0] == 0


def test_a_related_location_counts() -> None:
    text = "A:\n  B: c  # lambdalint: ignore[slow-import]\n"
    outcome = silenced(text, finding(9, None, "slow-import", at("t.yaml", 2)), path="t.yaml", language="yaml")
    assert outcome == (1, [])


def test_whole_file_and_all_rules() -> None:
    assert silenced("# lambdalint: ignore-file[slow-import]\n", finding(9), finding(99)) == (2, [])
    assert silenced("# lambdalint: ignore-file\n", finding(9), finding(3, rule="open-bucket")) == (2, [])
    assert silenced("x = 1  # lambdalint: ignore\n") == (0, ["this directive silences nothing"])


def test_unknown_names_say_the_nearest() -> None:
    assert silenced("x = 1  # lambdalint: ignore[slow-imports]\n", finding(1)) == (
        0,
        ["no rule is named `slow-imports`, the nearest is `slow-import`"],
    )
    assert silenced("x = 1  # lambdalint: ignore[E501]\n", finding(1))[1] == ["no rule is named `E501`"]


def test_a_rule_that_was_not_asked_is_not_unused() -> None:
    found = directives("app.py", "python", "x = 1  # lambdalint: ignore[slow-import]\ny = 2  # lambdalint: ignore\n")
    outcome = suppress([], found, {}, RULES, {"open-bucket"}, False)
    assert outcome == ([], [], [])


def test_declared_ignores_are_for_their_function_only() -> None:
    place = at("template.json", 5)
    shared = [finding(1), finding(1)._replace(functions=("g",))]
    outcome = suppress(shared, [], {"f": (("slow-import", place),)}, RULES, RULES, True)
    assert [kept.functions for kept in outcome.kept] == [("g",)]
    assert not outcome.own
    outcome = suppress([], [], {"f": (("slow-import", place),)}, RULES, RULES, True)
    assert [(own.rule, own.span) for own in outcome.own] == [("unused-ignore", place)]


def test_an_unused_directive_can_be_kept_on_purpose() -> None:
    assert silenced("x = 1  # lambdalint: ignore[slow-import, unused-ignore]\n") == (1, [])
