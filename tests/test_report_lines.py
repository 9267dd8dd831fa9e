"""The formats that are XML, commands or Markdown: exact texts, and nothing in a finding breaks out."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.model import Problem, Related, Report, Span
from lambdalint.report import renderer
from tests.reports import CONNECTION, PASSWORD, RULES, context, finding, report

FULL = report(CONNECTION, PASSWORD, finding("plain", severity="info"), problems=(Problem("a.yaml", 0, "a tab"),))
NASTY = "a]]>b<c>&\"'\x00\x1b%\r\n,:;]\ud800\ufffe::error::"
TEXT = st.one_of(st.text(st.characters(codec=None), max_size=40), st.just(NASTY))


def text(name: str, made: Report = FULL, **given: Any) -> str:
    return renderer(name)(made, context(**given))


@pytest.mark.holds("github", "exact lines")
def test_github_commands_come_gravest_first() -> None:
    assert text("github", prefix="api").splitlines() == [
        "::error file=api/template.yaml,line=6,col=24,endColumn=47,title=lambdalint secret-in-environment::"
        "DB_PASSWORD holds the credential ********%0A******** is here too (api/template.yaml:7)",
        "::warning file=api/src/db.py,line=4,col=12,endColumn=30,title=lambdalint connection-in-handler::"
        "boto3.client('sqs') is created for each record of each invocation"
        "%0Areached through handler -> get_client%0Adeclared as Orders (api/template.yaml:2)",
        "::notice file=api/src/app.py,line=4,col=5,endColumn=5,title=lambdalint connection-in-handler::plain",
        "::warning file=api/a.yaml,line=1,title=lambdalint::a tab",
    ]


def test_a_github_annotation_says_what_to_do() -> None:
    rules = {name: info._replace(advice="build it once") for name, info in RULES.items()}
    assert text("github", report(finding()), rules=rules).endswith("%0Ahelp: build it once\n")


def test_github_gives_columns_for_one_line_only() -> None:
    made = text("github", report(finding(line=1, column=3, end_line=4, end_column=2)))
    assert made.startswith("::warning file=src/app.py,line=1,endLine=4,title=")


def test_github_escapes_what_ends_a_property() -> None:
    made = text("github", report(finding("50% of a::b, c", "a,b:c%.py")))
    assert made == (
        "::warning file=a%2Cb%3Ac%25.py,line=4,col=5,endColumn=5,title=lambdalint connection-in-handler::"
        "50%25 of a::b, c\n"
    )


@pytest.mark.holds("azure", "exact lines")
def test_azure_commands() -> None:
    assert text("azure").splitlines()[1:] == [
        "##vso[task.logissue type=warning;sourcepath=src/db.py;linenumber=4;columnnumber=12;"
        "code=connection-in-handler;]"
        "boto3.client('sqs') is created for each record of each invocation"
        "; reached through handler -> get_client; declared as Orders (template.yaml:2)",
        "##vso[task.logissue type=error;sourcepath=template.yaml;linenumber=6;columnnumber=24;"
        "code=secret-in-environment;]"
        "DB_PASSWORD holds the credential ********; ******** is here too (template.yaml:7)",
        "##vso[task.logissue type=warning;sourcepath=a.yaml;linenumber=1;]a tab",
    ]
    assert text("azure", report(finding("50%", "a;b].py"))) == (
        "##vso[task.logissue type=warning;sourcepath=a%3Bb%5D.py;linenumber=4;columnnumber=5;"
        "code=connection-in-handler;]50%AZP25\n"
    )


def test_checkstyle() -> None:
    assert text("checkstyle", report(CONNECTION, finding('a "b" <c>'))) == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<checkstyle version="4.3">\n'
        '  <file name="src/app.py">\n'
        '    <error line="4" column="5" severity="warning" message="a &quot;b&quot; &lt;c&gt;"'
        ' source="lambdalint.connection-in-handler"/>\n'
        "  </file>\n"
        '  <file name="src/db.py">\n'
        '    <error line="4" column="12" severity="warning"'
        " message=\"boto3.client('sqs') is created for each record of each invocation\""
        ' source="lambdalint.connection-in-handler"/>\n'
        "  </file>\n"
        "</checkstyle>\n"
    )


def test_junit_counts_and_names() -> None:
    root = ElementTree.fromstring(text("junit").encode())
    assert root.attrib == {"name": "lambdalint", "tests": "4", "failures": "3", "errors": "1"}
    suites = {suite.attrib["name"]: suite for suite in root}
    assert list(suites) == ["src/app.py", "src/db.py", "template.yaml", "problems"]
    (case,) = suites["src/db.py"]
    assert (case.attrib["name"], case.attrib["classname"]) == ("connection-in-handler at 4:12", "src/db.py")
    (failure,) = case
    assert failure.attrib == {"type": "warning", "message": CONNECTION.message}
    assert failure.text == (
        f"src/db.py:4:12: {CONNECTION.message}\nreached through handler -> get_client\n"
        "declared as Orders (template.yaml:2)"
    )
    (error,) = suites["problems"][0]
    assert (error.tag, error.attrib["message"], error.text) == ("error", "a tab", "a.yaml:1")


def test_a_clean_junit_report_has_a_passed_case() -> None:
    root = ElementTree.fromstring(text("junit", report()))
    assert root.attrib["tests"] == "1"
    assert root.attrib["failures"] == "0"
    assert [len(case) for case in root.iter("testcase")] == [0]


@pytest.mark.holds("markdown", "exact text")
def test_markdown_says_what_the_text_format_says() -> None:
    made = text("markdown", report(CONNECTION))
    assert made == (
        "## lambdalint\n\n"
        "1 finding in 2 functions, 7 files read; 1 may be fixable with --fix.\n\n"
        "| Rule | Severity | Findings | |\n"
        "| --- | --- | ---: | --- |\n"
        "| [`connection-in-handler`](https://example.org/rules/connection-in-handler) | warning | 1 "
        "| A client that is built at each invocation. |\n\n"
        "<details><summary><b>warning</b> <code>src/db.py:4</code> "
        "boto3.client('sqs') is created for each record of each invocation</summary>\n\n"
        '```text\n4 |     return boto3.client("sqs")\n  |            ^^^^^^^^^^^^^^^^^^^\n```\n\n'
        "- reached through handler \\-&gt; get\\_client\n"
        "- declared as Orders \\(template.yaml:2\\)\n"
        "- rule `connection-in-handler`\n\n"
        "</details>\n"
    )


def test_markdown_stays_small() -> None:
    made = text("markdown", report(*(finding("m" * 200, line=line) for line in range(1, 2000))))
    assert len(made.encode()) < 1 << 19
    assert "1,949 more findings not shown here." in made


def test_markdown_code_with_backticks_stays_code() -> None:
    made = text("markdown", report(finding(line=1, column=1)), sources={"src/app.py": "x = '````'"})
    assert "`````text\n1 | x = '````'\n  | ^\n`````\n" in made


def nasty(message: str, path: str) -> Report:
    one = finding(message, path)._replace(related=(Related(Span(path, 1, 1, 1, 1), message),))
    return report(one, problems=(Problem(path, 3, message),))


@given(TEXT, TEXT)
@pytest.mark.holds("checkstyle", "expat; random reports")
@pytest.mark.holds("junit", "expat; random reports")
def test_xml_parses_and_keeps_the_text(message: str, path: str) -> None:
    kept = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", message)
    for name, tag in (("checkstyle", "error"), ("junit", "failure")):
        root = ElementTree.fromstring(text(name, nasty(message, path)).encode("utf-8"))
        (found,) = root.iter(tag)
        assert found.attrib["message"] == kept


@given(TEXT, TEXT)
@pytest.mark.holds("github", "a reader of commands; random reports")
@pytest.mark.holds("azure", "a reader of commands; random reports")
def test_a_command_is_one_line_and_its_message_is_data(message: str, path: str) -> None:
    for name, start in (("github", "::"), ("azure", "##vso[task.logissue ")):
        lines = text(name, nasty(message, path)).split("\n")
        assert len(lines) == 3
        assert lines[2] == ""
        for line in lines[:2]:
            assert line.startswith(start)
            assert not re.search("[\x00-\x1f\x7f\x85\u2028\u2029]", line)
        if name == "github":
            head = re.fullmatch(r"::warning ((?:[a-zA-Z]+=[^:,\r\n]*,?)+)::(.*)", lines[0])
            assert head is not None
        else:
            assert re.fullmatch(r"##vso\[task\.logissue (?:[a-z]+=[^;\]\r\n]*;)+\].*", lines[0])


@given(TEXT)
@pytest.mark.holds("markdown", "no message becomes a tag; random reports")
def test_markdown_holds_no_tag_of_a_message(message: str) -> None:
    made = text("markdown", nasty(f"<img src=x>{message}<script>", "a<b>.py"))
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z]+)", re.sub(r"(`+)[^`].*?\1", "", made)))
    assert tags <= {"details", "summary", "b", "code"}
    made.encode("utf-8")
