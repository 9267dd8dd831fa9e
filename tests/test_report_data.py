"""The formats for programs that are JSON: the contract, SARIF, GitLab and reviewdog, each against its schema.

tests/schemas holds what the published formats require of the part that is written here, closed: an unknown key fails.
tests/tools/official_schemas.py runs the same reports through the published schemas themselves.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import lambdalint.report
from lambdalint.model import Problem, Related, Report, Span
from lambdalint.report import renderer
from tests.reports import CONNECTION, PASSWORD, REFUNDS, SOURCES, context, finding, report

OWN = Path(lambdalint.report.__file__).parent / "schema" / "lambdalint-report-1.json"
SHAPES = {name: Path(__file__).parent / "schemas" / f"{name}.json" for name in ("sarif", "rdjson", "gitlab")} | {
    "json": OWN
}
FULL = report(
    CONNECTION, PASSWORD, finding("plain", severity="info"), problems=(Problem("a b/ü.yaml", 0, "a tab"),), ignored=3
)


@cache
def validator(name: str) -> Draft202012Validator:
    schema = json.loads(SHAPES[name].read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def data(name: str, made: Report, **given: Any) -> Any:
    """The format as data, valid against its schema."""
    read = json.loads(renderer(name)(made, context(**given)))
    validator(name).validate(read)
    return read


def test_the_contract_of_a_finding() -> None:
    found = data("json", FULL)["findings"]
    assert [one["path"] for one in found] == ["src/app.py", "src/db.py", "template.yaml"]
    assert found[1] == {
        "rule": "connection-in-handler",
        "severity": "warning",
        "message": "boto3.client('sqs') is created for each record of each invocation",
        "path": "src/db.py",
        "line": 4,
        "column": 12,
        "end_line": 4,
        "end_column": 31,
        "related": [
            {"path": "template.yaml", "line": 2, "column": 3, "message": "declared as Orders"},
            {"path": "src/app.py", "line": 3, "column": 5, "message": "reached through handler"},
            {"path": "src/app.py", "line": 5, "column": 12, "message": "reached through get_client"},
        ],
        "functions": ["template.yaml#Orders"],
        "fix": "safe",
    }


def test_the_contract_of_functions_and_the_rest() -> None:
    made = data("json", FULL)
    assert made["functions"] == [
        {
            "id": "template.yaml#Orders",
            "name": "Orders",
            "dialect": "sam",
            "declared": {"path": "template.yaml", "line": 2},
            "handler": {"path": "src/app.py", "line": 3, "name": "handler"},
            "runtime": "python3.13",
            "memory": 512,
            "timeout": 3,
            "triggers": [{"kind": "sqs", "delivery": "poll", "path": "template.yaml", "line": 4}],
        },
        {
            "id": "template.yaml#Refunds",
            "name": "Refunds",
            "dialect": "sam",
            "declared": {"path": "template.yaml", "line": 8},
            "handler": None,
            "runtime": None,
            "memory": None,
            "timeout": None,
            "triggers": [{"kind": "http-api", "delivery": None, "path": "template.yaml", "line": 9}],
        },
    ]
    assert made["problems"] == [{"path": "a b/ü.yaml", "line": 1, "message": "a tab"}]
    assert (made["schema"], made["root"], made["ignored"]) == ("lambdalint-report-1", "/project", 3)


def test_json_paths_stay_relative_to_the_root() -> None:
    assert data("json", FULL, prefix="services/api") == data("json", FULL)


def test_an_empty_report_is_valid_everywhere() -> None:
    for name in SHAPES:
        data(name, Report("", (), (), ()))


def run(made: Report = FULL, **given: Any) -> Any:
    return data("sarif", made, **given)["runs"][0]


def test_sarif_rules_carry_their_help() -> None:
    driver = run()["tool"]["driver"]
    assert driver["semanticVersion"] == "1.2.3"
    assert driver["rules"][0] == {
        "id": "connection-in-handler",
        "shortDescription": {"text": "A client that is built at each invocation."},
        "fullDescription": {"text": "A client that is built at each invocation."},
        "help": {
            "text": "# connection-in-handler\n\nA client that is built at each invocation.\n",
            "markdown": "# connection-in-handler\n\nA client that is built at each invocation.\n",
        },
        "helpUri": "https://example.org/rules/connection-in-handler",
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["performance"], "precision": "high"},
    }
    assert [driver["rules"][result["ruleIndex"]]["id"] for result in run()["results"]] == [
        "connection-in-handler",
        "connection-in-handler",
        "secret-in-environment",
    ]


def test_sarif_locations_flows_and_levels() -> None:
    plain, connection, password = run()["results"]
    assert (plain["level"], connection["level"], password["level"]) == ("note", "warning", "error")
    assert connection["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "src/db.py", "uriBaseId": "SRCROOT"},
                "region": {"startLine": 4, "startColumn": 12, "endLine": 4, "endColumn": 31},
            },
            "logicalLocations": [{"name": "Orders", "fullyQualifiedName": "template.yaml#Orders", "kind": "function"}],
        }
    ]
    steps = [step["location"] for step in connection["codeFlows"][0]["threadFlows"][0]["locations"]]
    assert [step["message"]["text"] for step in steps] == ["handler", "get_client", CONNECTION.message]
    assert [step["physicalLocation"]["region"]["startLine"] for step in steps] == [3, 5, 4]
    assert [place["message"]["text"] for place in connection["relatedLocations"]] == ["declared as Orders"]
    assert "codeFlows" not in plain
    assert run()["columnKind"] == "unicodeCodePoints"


def test_sarif_problems_are_notifications() -> None:
    (notification,) = run()["invocations"][0]["toolExecutionNotifications"]
    place = notification["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/%C3%BC.yaml"
    assert place["region"] == {"startLine": 1}


@pytest.mark.parametrize(
    ("root", "prefix", "base", "uri"),
    [
        ("/project", "", "file:///project/", "src/db.py"),
        ("/work here/api", "api", "file:///work%20here/", "api/src/db.py"),
        ("/project", "../project", "file:///project/", "src/db.py"),
        ("C:\\code\\api", "", "file:///C:/code/api/", "src/db.py"),
        ("/", "", "file:///", "src/db.py"),
    ],
)
def test_sarif_uris_are_relative_to_a_base(root: str, prefix: str, base: str, uri: str) -> None:
    made = run(report(CONNECTION)._replace(root=root), prefix=prefix)
    assert made["originalUriBaseIds"]["SRCROOT"]["uri"] == base
    assert made["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def fingerprint(path: str, text: str, *spans: Span) -> list[str]:
    made = report(*(CONNECTION._replace(span=span) for span in spans))
    return [
        result["partialFingerprints"]["lambdalint/1"]
        for result in run(made, sources={**SOURCES, path: text})["results"]
    ]


def test_fingerprints_survive_moved_and_reindented_lines() -> None:
    before = fingerprint("src/db.py", SOURCES["src/db.py"], Span("src/db.py", 4, 12, 4, 31))
    moved = "# new\n\n\n" + SOURCES["src/db.py"].replace("    return", "\treturn")
    assert fingerprint("src/db.py", moved, Span("src/db.py", 7, 9, 7, 28)) == before
    changed = SOURCES["src/db.py"].replace("sqs", "sns")
    assert fingerprint("src/db.py", changed, Span("src/db.py", 4, 12, 4, 31)) != before


def test_equal_lines_have_different_fingerprints() -> None:
    text = "x = client()\n" * 3
    prints = fingerprint("src/db.py", text, *(Span("src/db.py", line, 5, line, 13) for line in (1, 2, 3)))
    assert len(set(prints)) == 3
    assert fingerprint("src/db.py", text, Span("src/db.py", 1, 5, 1, 13)) == prints[:1]


def test_gitlab() -> None:
    entries = data("gitlab", FULL, prefix="api")
    assert [entry["severity"] for entry in entries] == ["minor", "major", "critical"]
    assert entries[1] | {"fingerprint": ""} == {
        "type": "issue",
        "categories": ["Performance"],
        "description": "boto3.client('sqs') is created for each record of each invocation",
        "check_name": "connection-in-handler",
        "fingerprint": "",
        "severity": "major",
        "location": {"path": "api/src/db.py", "lines": {"begin": 4, "end": 4}},
    }
    assert len({entry["fingerprint"] for entry in entries}) == 3


def test_rdjson_counts_bytes() -> None:
    sources = {"ü.py": "日本 = call()\n"}
    one = finding("made", "ü.py", 1, 6, 1, 12)._replace(related=(Related(Span("ü.py", 1, 1, 1, 3), "named"),))
    made = data("rdjson", report(one), sources=sources)
    assert made == {
        "source": {"name": "lambdalint"},
        "diagnostics": [
            {
                "message": "made",
                "location": {
                    "path": "ü.py",
                    "range": {"start": {"line": 1, "column": 10}, "end": {"line": 1, "column": 16}},
                },
                "severity": "WARNING",
                "code": {
                    "value": "connection-in-handler",
                    "url": "https://example.org/rules/connection-in-handler",
                },
                "relatedLocations": [
                    {
                        "message": "named",
                        "location": {
                            "path": "ü.py",
                            "range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 7}},
                        },
                    }
                ],
            }
        ],
    }


TEXT = st.text(st.characters(codec=None), max_size=40)


@given(
    TEXT, TEXT.filter(bool), st.integers(0, 5), st.integers(0, 90), st.integers(0, 3), st.sampled_from(sorted(SHAPES))
)
@pytest.mark.holds("json", "the schema in the package, closed; random reports")
@pytest.mark.holds("sarif", "a closed schema of what is written; random reports")
@pytest.mark.holds("gitlab", "a closed schema of what GitLab documents; random reports")
@pytest.mark.holds("rdjson", "a closed schema of what reviewdog documents; random reports")
def test_no_message_or_path_breaks_a_format(
    message: str, path: str, line: int, column: int, more: int, name: str
) -> None:
    one = finding(message or "x", path, max(line, 1), max(column, 1), max(line, 1) + more, max(column, 1))
    one = one._replace(related=(Related(Span(path, 1, 1, 1, 1), message or "x"),), functions=(path, REFUNDS.id))
    made = report(one, problems=(Problem(path, line, message or "x"),))
    made = made._replace(functions=(*made.functions, REFUNDS._replace(id=path, name=message)))
    text = renderer(name)(made, context({path: message}))
    text.encode("utf-8")
    read = json.loads(text)
    validator(name).validate(read)
    if name == "json" and path.isascii():
        assert read["findings"][0]["path"] == path
    if name == "json":
        expected = (message or "x").encode("utf-8", "replace").decode()
        assert read["findings"][0]["message"] == expected


@pytest.mark.holds("json", "the example of docs/output.md")
def test_the_documented_example_is_a_report() -> None:
    page = (Path(__file__).parents[1] / "docs" / "output.md").read_text(encoding="utf-8")
    example = json.loads(page.partition("```json\n")[2].partition("```")[0])
    validator("json").validate(example)
    assert example["findings"] == data("json", report(CONNECTION))["findings"]
