"""The text format as a person reads it, line by line; its excerpts; the sums below it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lambdalint.model import Finding, Function, Problem, Related, Report, Span
from lambdalint.report import Context, format_names, renderer
from lambdalint.report.excerpt import columns, excerpt, underline
from lambdalint.report.summary import last_line, statistics, timings
from tests.reports import CONNECTION, ORDERS, PASSWORD, REFUNDS, RULES, SECRET, context, finding, report

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def text(*findings: Finding, **given: Any) -> str:
    return renderer("text")(report(*findings), context(**given))


@pytest.mark.holds("text", "exact text")
def test_a_finding_with_its_chain_and_declaration() -> None:
    assert text(CONNECTION) == (
        "src/db.py:4:12: warning connection-in-handler: "
        "boto3.client('sqs') is created for each record of each invocation\n"
        '4 |     return boto3.client("sqs")\n'
        "  |            ^^^^^^^^^^^^^^^^^^^\n"
        "  = reached through handler -> get_client\n"
        "  = declared as Orders (template.yaml:2)\n"
        "\n"
        "1 finding in 2 functions, 7 files read; 1 may be fixable with --fix\n"
    )


def test_what_to_do_is_said_with_the_first_finding_of_a_rule() -> None:
    rules = {name: info._replace(advice=f"mend {name}") for name, info in RULES.items()}
    made = text(CONNECTION, PASSWORD, CONNECTION._replace(span=Span("src/app.py", 4, 5, 4, 6)), rules=rules)
    assert [line for line in made.splitlines() if "help:" in line] == [
        "  = help: mend connection-in-handler",
        "  = help: mend secret-in-environment",
    ]
    assert made.index("created for each record") < made.index("help: mend connection") < made.index("DB_PASSWORD")
    assert "help:" not in text(CONNECTION, rules=rules, verbose=-1)


def test_verbose_shows_each_place_with_its_source() -> None:
    assert text(CONNECTION, verbose=1).split("\n")[3:10] == [
        "  = reached through handler -> get_client",
        "  =   handler (src/app.py:3)",
        "  =   get_client (src/app.py:5)",
        "  = declared as Orders (template.yaml:2)",
        "2 |   Orders:",
        "  |   ^^^^^^",
        "",
    ]


def test_quiet_is_one_line_a_finding() -> None:
    assert text(CONNECTION, PASSWORD, verbose=-1).count("\n") == 2


def test_no_findings() -> None:
    assert text() == "no findings in 2 functions, 7 files read\n"


def test_problems_come_last_with_their_line() -> None:
    made = renderer("text")(
        report(problems=(Problem("a.yaml", 3, "a tab\nhere"), Problem("b.py", 0, "gone"))), context()
    )
    assert made.splitlines() == [
        "a.yaml:3: problem: a tab here",
        "b.py: problem: gone",
        "no findings in 2 functions, 7 files read; 2 problems",
    ]


def test_functions_that_share_a_finding_are_named_in_one_line() -> None:
    other = CONNECTION._replace(
        functions=("template.yaml#Refunds",),
        related=(Related(Span("template.yaml", 8, 3, 8, 10), "declared as Refunds"),),
    )
    lines = text(CONNECTION, other).splitlines()
    assert lines[4] == "  = in 2 functions: Orders (template.yaml:2), Refunds (template.yaml:8)"
    assert "declared as" not in "\n".join(lines)
    assert lines[-1].startswith("1 finding in")


def test_many_functions_are_cut_unless_all_are_asked_for() -> None:
    functions = tuple(Function(f"t.yaml#F{index}", f"F{index}") for index in range(9))
    one = finding()._replace(functions=tuple(function.id for function in functions))
    made = Report("/project", functions, (one,), ())
    assert "in 9 functions: F0, F1, F2, F3 and 5 more\n" in renderer("text")(made, context())
    assert "F3, F4, F5, F6, F7, F8\n" in renderer("text")(made, context(verbose=1))


def test_findings_are_in_the_order_of_files_and_lines() -> None:
    made = text(finding(path="b.py", line=10), finding(path="b.py", line=9), finding(path="a.py", line=30))
    assert re.findall(r"^([^:]+:\d+):", made, re.MULTILINE) == ["a.py:30", "b.py:9", "b.py:10"]


def test_paths_are_as_seen_from_the_working_folder() -> None:
    assert text(CONNECTION, prefix="services/api").startswith("services/api/src/db.py:4:12: ")
    assert "Orders (services/api/template.yaml:2)\n" in text(CONNECTION, prefix="services/api/")


def test_colour_changes_nothing_but_colour() -> None:
    colored = text(CONNECTION, PASSWORD, color=True)
    assert ESCAPE.sub("", colored) == text(CONNECTION, PASSWORD)
    assert "\x1b[33;1mwarning\x1b[0m" in colored


def test_the_traceback_of_a_crashed_rule_is_for_verbose() -> None:
    crashed = finding("rule `x` raised KeyError", rule="crashed-rule")._replace(
        fix=f"Traceback:\n  KeyError: '{SECRET}'\n", secrets=(SECRET,)
    )
    assert "Traceback" not in text(crashed)
    assert "  Traceback:\n    KeyError: '********'\n" in text(crashed, verbose=1)


def one(line: str, column: int, end: int, width: int = 80) -> tuple[str, str]:
    """What is shown of a line, and what below it."""
    made = excerpt(Span("a.py", 1, column, 1, end), context({"a.py": line}), width)
    assert made is not None
    return made.text, underline(made)


def test_wide_characters_take_two_columns() -> None:
    shown, below = one('x = "日本" + value', 12, 17)
    assert shown[11:16] == "value"
    assert below == " " * (11 + 2) + "^" * 5
    assert one('x = "日本"', 6, 8)[1] == " " * 5 + "^" * 4


def test_combining_characters_take_none() -> None:
    assert one("e\u0301 = value", 6, 11)[1] == " " * 4 + "^" * 5


def test_tabs_become_blanks() -> None:
    assert one("\tx = 1\ty", 8, 9) == ("    x = 1   y", " " * 12 + "^")


def test_a_minified_line_is_cut_around_what_is_marked() -> None:
    line = "a" * 5000 + "HERE" + "b" * 5000
    made = excerpt(Span("a.js", 1, 5001, 1, 5005), context({"a.js": line}), 60)
    assert made is not None
    assert made.before
    assert made.after
    assert columns(made.text) <= 54
    assert made.text[made.start : made.end] == "HERE"
    assert underline(made).strip() == "^^^^"


def test_deep_indentation_of_a_long_line_is_dropped() -> None:
    made = excerpt(Span("a.py", 1, 71, 1, 75), context({"a.py": " " * 70 + "HERE = 1"}), 40)
    assert made is not None
    assert made.text == " " * 8 + "HERE = 1"
    assert not made.before


def test_a_span_of_several_lines_shows_its_first() -> None:
    made = text(finding(line=3, column=1, end_line=5, end_column=9))
    assert "3 | def handler(event, context):\n  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^...\n" in made


def test_no_source_no_excerpt() -> None:
    assert text(finding(path="gone.py")).count("|") == 0


def test_control_characters_are_shown_not_sent() -> None:
    made = renderer("text")(
        report(finding("a\x1b]0;title\x07 \u202eb\ud800", path="x\x1b[2J.py")),
        context({"x\x1b[2J.py": "\n\n\n\x1b[31m = 1"}),
    )
    assert "\x1b" not in made
    assert "\u202e" not in made
    assert r"a\x1b]0;title\x07 \u202eb\ud800" in made


@given(st.text(max_size=300), st.integers(1, 310), st.integers(0, 40), st.integers(20, 120))
@example("00000\x1f\x1f\x1f\x1f\n", 11, 0, 20)
def test_an_excerpt_fits_and_marks_inside(line: str, column: int, length: int, width: int) -> None:
    made = excerpt(Span("a.py", 1, column, 1, column + length), context({"a.py": line.replace("\n", " ")}), width)
    if made is None:
        assert not line.split("\n")[0].strip() or not line.replace("\n", " ").strip()
        return
    assert columns(made.text) <= max(width, 26)
    assert 0 <= made.start <= made.end <= max(len(made.text), made.start)
    assert "\x1b" not in made.text
    assert underline(made).strip("^ ") == ""


def test_functions_of_one_place_are_told_apart_by_what_differs() -> None:
    names = [f"Stack/Services/Orders/{name}/lambdaFunction" for name in ("Create", "Delete", "Get")]
    declared = [replaced(ORDERS, f"app.py#{name}", name) for name in names]
    one = CONNECTION._replace(functions=tuple(function.id for function in declared))
    made = report(one)._replace(functions=tuple(declared))
    assert "in 3 functions of template.yaml:2: Create, Delete, Get\n" in renderer("text")(made, context())


def replaced(function: Function, id: str, name: str) -> Function:
    return function._replace(id=id, name=name)


def test_statistics_count_each_rule_once_for_shared_lines() -> None:
    shared = CONNECTION._replace(functions=("template.yaml#Refunds",))
    assert statistics(report(CONNECTION, shared, PASSWORD, finding("else"))) == (
        "findings  severity  rule                   files  functions  fixable\n"
        "       2  warning   connection-in-handler      2          2        1\n"
        "       1  error     secret-in-environment      1          1        0\n"
    )
    assert statistics(report()) == "no findings\n"


def test_timings_add_up() -> None:
    assert timings(report()) == ("stage     ms  share\nread   100.0    25%\ncheck  300.0    75%\ntotal  400.0   100%\n")


def test_the_last_line_names_what_is_not_plain() -> None:
    made = report(PASSWORD, finding(), finding(line=1), finding(line=2, severity="info"), ignored=1200)
    assert last_line(made) == ("4 findings (1 error, 2 warnings, 1 info) in 2 functions, 7 files read; 1,200 ignored")


def test_formats_are_the_folder() -> None:
    assert {
        "text",
        "json",
        "sarif",
        "github",
        "gitlab",
        "junit",
        "checkstyle",
        "rdjson",
        "azure",
        "markdown",
        "html",
    } == set(format_names())
    with pytest.raises(LookupError):
        renderer("nosuch")


def test_the_functions_are_the_ones_of_the_tests() -> None:
    assert [function.id for function in report().functions] == [ORDERS.id, REFUNDS.id]
    assert Context().source("a.py", 1) is None
