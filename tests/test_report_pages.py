"""What `show`, `rules` and `explain` print, and the HTML report."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.model import Call, Function, Package, Problem, Related, Report, Requirement, Span, Symbol
from lambdalint.report import renderer
from lambdalint.report.frame import frame
from lambdalint.report.pages import render_page, render_rules
from lambdalint.report.show import aws_call, render_function, render_functions, size
from lambdalint.report.shown import shown
from tests.reports import CONNECTION, ORDERS, PASSWORD, REFUNDS, RULES, SECRET, context, finding, report

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def test_a_function_as_rules_see_it() -> None:
    assert render_function(ORDERS, context()) == (
        "Orders  template.yaml#Orders\n"
        "  declared     template.yaml:2 (sam)\n"
        "  handler      src/app.py:3 handler\n"
        "  settings     python3.13, 512 MB, 3 s (default)\n"
        "               tracing Active  template.yaml:4\n"
        "  code         cannot be told\n"
        "  variables    DB_PASSWORD, TABLE (resource)\n"
        "  triggers     sqs (poll)  template.yaml:4  queue, batch_size 5\n"
        "  invocation   module scope\n"
        "                 src/app.py:4  boto3.resource('dynamodb')\n"
        "               handler -> get_client\n"
        "                 src/db.py:4  boto3.client('sqs')  for each record\n"
        "  package      src: 2 files, 84.0 MB unzipped, 20.0 MB zipped\n"
        "               largest: numpy 66.8 MB\n"
        "  unknown      getattr(module, name) cannot be followed\n"
    )


def test_what_is_not_known_is_said() -> None:
    assert render_function(REFUNDS, context()) == (
        "Refunds  template.yaml#Refunds\n"
        "  declared     template.yaml:8 (sam)\n"
        "  handler      not found\n"
        "  code         cannot be told\n"
        "  triggers     http-api (unknown)  template.yaml:9\n"
        "               others may be declared elsewhere\n"
    )
    assert "  declared     nowhere that was found\n" in render_function(Function("a.py#handler", "handler"), context())


def test_verbose_shows_defaults_too() -> None:
    assert "architecture x86_64 (default)" in render_function(ORDERS, context(verbose=1))
    assert "architecture" not in render_function(ORDERS, context())


def test_no_value_of_a_variable_is_shown() -> None:
    assert SECRET not in render_functions([ORDERS, REFUNDS], context(verbose=2))
    assert render_functions([ORDERS, REFUNDS], context()).count("\n\nRefunds  ") == 1


def made_by(call: Call) -> Symbol:
    return Symbol("external", call.callee + "()", made_by=call)


AT = Span("a.py", 1, 1, 1, 2)
CLIENT = Call(1, "boto3.client", AT, "init", (Symbol("constant", constant="sqs"),))
RESOURCE = Call(2, "boto3.resource", AT, "init", (), {"service_name": Symbol("constant", constant="dynamodb")})
TABLE = Call(3, "boto3.resource().Table", AT, "init", receiver=made_by(RESOURCE))


@pytest.mark.parametrize(
    ("callee", "maker", "expected"),
    [
        ("boto3.client().send_message", CLIENT, ("sqs", "", "send_message")),
        ("boto3.resource().Table().put_item", TABLE, ("dynamodb", "Table", "put_item")),
        ("boto3.resource().Table", RESOURCE, ("dynamodb", "", "Table")),
        ("boto3.client().get_paginator().paginate", CLIENT, ("", "", "")),
        ("boto3.resource().Table().query().get", TABLE, ("", "", "")),
        ("redis.client().set", CLIENT, ("", "", "")),
        ("boto3.client().send_message", Call(1, "boto3.client", AT, "init"), ("", "", "")),
    ],
)
def test_calls_on_aws_are_named(callee: str, maker: Call, expected: tuple[str, str, str]) -> None:
    assert aws_call(Call(9, callee, AT, "invocation", receiver=made_by(maker))) == expected


def test_effects_and_caches_are_said() -> None:
    steps = (
        Call(4, "boto3.client().send_message", AT, "invocation", receiver=made_by(CLIENT), branch=True),
        Call(5, "boto3.client().receive_message", AT, "invocation", receiver=made_by(CLIENT)),
        Call(6, "redis.Redis", AT, "invocation", cached="global"),
        Call(7, "redis.Redis", AT, "invocation", imitation="the name is local", loops=1),
    )
    lines = render_function(Function("a.py#handler", "handler", steps=steps), context()).splitlines()
    assert re.fullmatch(r"  invocation   a\.py:1  sqs send_message  .*repeat.* the effect.*, on some path", lines[3])
    assert lines[4].endswith("a.py:1  sqs receive_message")
    assert lines[5].endswith("redis.Redis  kept by global")
    assert lines[6].endswith("redis.Redis  not kept: the name is local, in a loop")


def test_a_package_says_what_it_does_not_know() -> None:
    package = Package(
        "src",
        (("src/a.py", 1),),
        (Requirement("numpy", "==2.0", Span("src/requirements.txt", 1, 1, 1, 6), None),),
        ("secretlib",),
        2_000_000_000,
    )
    text = render_function(Function("a.py#handler", "handler", package=package), context(prefix="api"))
    assert "  package      api/src: 1 file, at least 1.9 GB unzipped, contents cannot be told for certain\n" in text
    assert "numpy==2.0  may ship  api/src/requirements.txt:1\n" in text
    assert "size unknown: secretlib\n" in text


def test_sizes() -> None:
    assert [size(n) for n in (0, 1023, 1024, 250 * 1024**2, 3 * 1024**3)] == [
        "0 B",
        "1023 B",
        "1.0 kB",
        "250.0 MB",
        "3.0 GB",
    ]


def test_rules_stand_under_their_topics() -> None:
    assert render_rules(RULES, frozenset({"secret-in-environment"})) == (
        "performance\n"
        "  connection-in-handler  warning  A client that is built at each invocation.\n"
        "security\n"
        "  secret-in-environment  error    A credential in the environment. (off by default)\n"
    )
    assert ESCAPE.sub("", render_rules(RULES, color=True)) == render_rules(RULES)


PAGE = """# a-rule

Says `this` and **that**.

```python app.py fixed
x = boto3.client("s3")  # finding: built here
y = 1
```

~~~nosuchlanguage
text
~~~
"""


def test_a_page_in_colour_is_the_page() -> None:
    colored = render_page(PAGE, color=True)
    assert ESCAPE.sub("", colored) == PAGE.replace("**that**", "that")
    assert "\x1b[31;1m# finding: built here\x1b[0m" in colored
    assert "\x1b[1;34m# a-rule\x1b[0m" in colored
    assert render_page(PAGE, color=False) == PAGE


class Elements(HTMLParser):
    """Counts start tags, keeps the text, and notes tags that do not close in order."""

    VOID = frozenset({"meta", "input", "br", "link", "img", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]):
            self.text += data


def page(made: Report, **given: Any) -> tuple[str, Elements]:
    text = renderer("html")(made, context(**given))
    parser = Elements()
    parser.feed(text)
    parser.close()
    assert not parser.wrong
    assert not parser.open
    return text, parser


@pytest.mark.holds("html", "a parser of HTML; its policy for scripts")
def test_html_needs_nothing_else_and_runs_only_its_script() -> None:
    text, parser = page(report(CONNECTION, PASSWORD))
    assert not re.search(r"(src|href)=\"(?!#|https://example\.org/rules/)", text)
    assert "url(" not in text
    assert "@import" not in text
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    (policy,) = (tag["content"] for name, tag in parser.tags if tag.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    assert not any(name.startswith("on") for _, attributes in parser.tags for name in attributes)


def test_html_shows_functions_and_findings() -> None:
    text, parser = page(report(CONNECTION, PASSWORD, problems=(Problem("a.yaml", 3, "a tab"),)))
    assert [tag["data-severity"] for name, tag in parser.tags if name == "article"] == ["error", "warning"]
    assert [tag["data-functions"] for name, tag in parser.tags if name == "article"] == ['["template.yaml#Orders"]'] * 2
    assert 'data-sort="512">512 MB</td>' in text
    assert 'data-sort="3"><span class="default" title="the default">3 s</span></td>' in text
    for part in ("Orders", "Refunds", "python3.13", "84.0 MB", "sqs", "a.yaml:3", "a tab", "handler -> get_client"):
        assert part in parser.text
    assert SECRET not in text


def test_a_clean_html_report() -> None:
    text, parser = page(Report("/project", (), (), ()))
    assert "None." in parser.text
    assert "<table" not in text


def lines(text: str) -> list[str]:
    """The rows of a frame as "number|text", marks in brackets."""
    rows = re.findall(r'<span class="row" data-line="(\d+)">(.*?)</span>(?=<span class="row"|</pre>)', text, re.DOTALL)
    plain = (re.sub(r"<(?!/?mark)[^>]*>", "", row).replace("<mark>", "[").replace("</mark>", "]") for _, row in rows)
    return [f"{number}|{row}" for (number, _), row in zip(rows, plain, strict=True)]


def test_a_frame_marks_the_span_among_its_neighbours() -> None:
    assert lines(frame(CONNECTION, context())) == [
        "3|def get_client():",
        "4|    return [boto3.client(&quot;sqs&quot;)]",
    ]
    longer = finding(line=3, column=5, end_line=4, end_column=10)
    assert lines(frame(longer, context())) == [
        "1|import boto3",
        "2|",
        "3|def [handler(event, context):]",
        "4|    [table] = boto3.resource(&quot;dynamodb&quot;).Table(&quot;orders&quot;)",
        "5|    return get_client()",
    ]


def test_a_frame_covers_secrets_of_its_neighbours() -> None:
    made, given = shown(report(PASSWORD), context())
    assert lines(frame(made.findings[0], given))[2:4] == [
        "6|          DB_PASSWORD: [********]",
        "7|          COPY: &#x27;x********x&#x27; # ********",
    ]


def test_a_frame_of_a_minified_line_is_cut() -> None:
    made = frame(finding(line=1, column=9001), context({"src/app.py": "a = 1; " * 3000}))
    assert len(made) < 6000
    assert "<mark>" in made


NASTY = st.text(st.characters(codec=None), max_size=60)


@given(NASTY, NASTY, NASTY, st.integers(1, 70), st.integers(0, 3))
@pytest.mark.holds("html", "a parser of HTML; random reports")
def test_nothing_breaks_the_html(message: str, path: str, source: str, column: int, more: int) -> None:
    one = finding(f"<script>{message}", f"{path}.py", 1, column, 1 + more, column + 3)
    one = one._replace(related=(Related(Span(path, 1, 1, 1, 1), message),), functions=(message,))
    function = REFUNDS._replace(id=message, name=path)
    made = Report(path, (function,), (one,), (Problem(path, 1, message),))
    text, parser = page(made, sources={f"{path}.py": source})
    assert [name for name, _ in parser.tags].count("script") == 1
    text.encode("utf-8")
