"""For GitHub Actions: workflow commands that annotate the lines of a pull request."""

from __future__ import annotations

from lambdalint.report.excerpt import plain
from lambdalint.report.phrases import advice, followed, notes
from lambdalint.report.shown import SEVERITIES, level
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Finding, Function, Report
    from lambdalint.report import Context

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, context: Context) -> str:
    """A command a finding, the gravest first: GitHub shows only ten of a kind for each step."""
    functions = {function.id: function for function in report.functions}
    ordered = sorted(report.findings, key=lambda finding: SEVERITIES.index(level(finding)))
    lines = [_command(finding, functions, context) for finding in ordered]
    for problem in report.problems:
        place = {"file": followed(problem.path, context), "line": str(max(problem.line, 1)), "title": "lambdalint"}
        lines.append(f"::warning {_properties(place)}::{_data(plain(problem.message))}")
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding, functions: dict[str, Function], context: Context) -> str:
    span = finding.span
    place = {"file": followed(span.path, context), "line": str(span.line)}
    if span.end_line == span.line:
        # GitHub takes columns only for a stretch of one line, and counts the last one in.
        place |= {"col": str(span.column), "endColumn": str(max(span.end_column - 1, span.column))}
    else:
        place["endLine"] = str(span.end_line)
    place["title"] = f"lambdalint {finding.rule}"
    help_line = advice(finding, context)
    text = "\n".join([plain(finding.message), *notes(finding, functions, context), *([help_line] if help_line else [])])
    return f"::{COMMANDS[level(finding)]} {_properties(place)}::{_data(text)}"


def _properties(values: dict[str, str]) -> str:
    return ",".join(f"{key}={_data(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in values.items())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
