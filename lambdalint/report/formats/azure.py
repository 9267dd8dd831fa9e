"""For Azure Pipelines: logging commands that become issues of the run."""

from __future__ import annotations

from lambdalint.report.excerpt import plain
from lambdalint.report.phrases import followed, notes
from lambdalint.report.shown import level
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Finding, Function, Report
    from lambdalint.report import Context


def render(report: Report, context: Context) -> str:
    """A command a finding; Azure knows errors and warnings only."""
    functions = {function.id: function for function in report.functions}
    lines = [_issue(finding, functions, context) for finding in report.findings]
    for problem in report.problems:
        place = {
            "type": "warning",
            "sourcepath": followed(problem.path, context),
            "linenumber": str(max(problem.line, 1)),
        }
        lines.append(_command(place, problem.message))
    return "".join(f"{line}\n" for line in lines)


def _issue(finding: Finding, functions: dict[str, Function], context: Context) -> str:
    properties = {
        "type": "error" if level(finding) == "error" else "warning",
        "sourcepath": followed(finding.span.path, context),
        "linenumber": str(max(finding.span.line, 1)),
        "columnnumber": str(max(finding.span.column, 1)),
        "code": finding.rule,
    }
    return _command(properties, "; ".join([finding.message, *notes(finding, functions, context)]))


def _command(properties: dict[str, str], message: str) -> str:
    values = "".join(f"{key}={_escaped(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {values}]{_data(plain(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
