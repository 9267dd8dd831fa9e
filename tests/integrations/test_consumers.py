"""Reports in the hands of those who read them: SARIF by its schema, by its authors' validator and a reader; JUnit."""

from __future__ import annotations

import json
import platform
import sys
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from lambdalint.report import renderer
from tests.integrations.conftest import BIN, command
from tests.reports import context
from tests.tools.official_schemas import reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MULTITOOL = "@microsoft/sarif-multitool-linux@5.7.0"


def sarif(kind: str) -> str:
    return renderer("sarif")(reports()[kind], context())


@pytest.fixture
def multitool(npm: Callable[[str], Path]) -> Path:
    """The validator of those who wrote SARIF; its package holds the schema."""
    return npm(MULTITOOL) / "node_modules" / "@microsoft" / "sarif-multitool-linux"


@pytest.mark.parametrize("kind", sorted(reports()))
@pytest.mark.holds("sarif", "the published schema of SARIF 2.1.0, from Microsoft's package")
def test_the_published_schema_of_sarif(kind: str, multitool: Path) -> None:
    schema = json.loads((multitool / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    assert schema["title"] == "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(sarif(kind)))] == []
    broken = json.loads(sarif("full"))
    broken["runs"][0]["results"][0]["level"] = "grave"
    assert len(list(validator.iter_errors(broken))) == 1


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the package holds a program for Linux on x86-64"
)
@pytest.mark.parametrize("kind", sorted(reports()))
@pytest.mark.holds("sarif", "Microsoft's SARIF Multitool 5.7.0: its own rules and GitHub's")
def test_the_multitool(kind: str, multitool: Path, tmp_path: Path) -> None:
    """Its own rules and those of GitHub's code scanning: no error."""
    (tmp_path / "in.sarif").write_text(sarif(kind), encoding="utf-8")
    program = multitool / "Sarif.Multitool"
    program.chmod(0o755)
    command(
        *(program, "validate", "in.sarif", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "-o", "out.sarif"),
        cwd=tmp_path,
        check=False,
        DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1",
    )
    (run,) = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8-sig"))["runs"]
    errors = [result for result in run["results"] if result.get("level", "warning") == "error"]
    assert errors == []
    assert run["invocations"][0]["executionSuccessful"]


@pytest.mark.holds("sarif", "sarif-tools")
def test_sarif_tools_reads_it(tmp_path: Path) -> None:
    (tmp_path / "in.sarif").write_text(sarif("full"), encoding="utf-8")
    command(BIN / "sarif", "csv", "-o", "out.csv", "in.sarif", cwd=tmp_path)
    rows = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + len(reports()["full"].findings)
    assert any("connection-in-handler" in row and "src/db.py" in row and ",4" in row for row in rows)


@pytest.mark.parametrize("kind", sorted(reports()))
@pytest.mark.holds("junit", "junitparser")
def test_junitparser_reads_it(kind: str, tmp_path: Path) -> None:
    from junitparser import JUnitXml  # type: ignore[import-not-found, unused-ignore]

    (tmp_path / "in.xml").write_text(renderer("junit")(reports()[kind], context()), encoding="utf-8")
    read = JUnitXml.fromfile(str(tmp_path / "in.xml"))
    read.update_statistics()  # type: ignore[no-untyped-call, unused-ignore]
    assert read.failures + read.errors == len(reports()[kind].findings) + len(reports()[kind].problems)
