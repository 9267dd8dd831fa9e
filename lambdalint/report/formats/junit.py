"""For the test view of a CI system: JUnit XML, one suite a file, one failed case a finding."""

from __future__ import annotations

from itertools import groupby

from lambdalint.report.phrases import notes, where
from lambdalint.report.shown import level
from lambdalint.report.xml import escaped, tag
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Finding, Function, Problem, Report
    from lambdalint.report import Context


def render(report: Report, context: Context) -> str:
    """A clean run is one suite with one passed case: an empty file is an error to most readers."""
    functions = {function.id: function for function in report.functions}
    suites = []
    for path, group in groupby(report.findings, key=lambda finding: finding.span.path):
        cases = [_case(finding, functions, context) for finding in group]
        suites.append(_suite(context.path(path), cases, failures=len(cases)))
    if report.problems:
        suites.append(
            _suite("problems", [_error(problem, context) for problem in report.problems], errors=len(report.problems))
        )
    if not suites:
        suites.append(_suite("lambdalint", [tag("testcase", {"name": "no findings", "classname": "lambdalint"})]))
    head: dict[str, str | int] = {
        "name": "lambdalint",
        "tests": max(len(report.findings) + len(report.problems), 1),
        "failures": len(report.findings),
        "errors": len(report.problems),
    }
    body = "".join(f"\n  {suite}" for suite in suites) + "\n"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tag("testsuites", head, body)}\n'


def _suite(name: str, cases: list[str], failures: int = 0, errors: int = 0) -> str:
    counts: dict[str, str | int] = {
        "name": name,
        "tests": len(cases),
        "failures": failures,
        "errors": errors,
        "skipped": 0,
        "time": "0",
    }
    body = "".join(f"\n    {case}" for case in cases) + "\n  "
    return tag("testsuite", counts, body)


def _case(finding: Finding, functions: dict[str, Function], context: Context) -> str:
    place = where(finding.span, context)
    lines = [
        f"{place}:{finding.span.column}: {finding.message}",
        *notes(finding, functions, context),
    ]
    failure = tag("failure", {"type": level(finding), "message": finding.message}, escaped("\n".join(lines)))
    # Some readers join cases of one name, so the place is part of it.
    name = f"{finding.rule} at {finding.span.line}:{finding.span.column}"
    return tag("testcase", {"name": name, "classname": context.path(finding.span.path), "time": "0"}, failure)


def _error(problem: Problem, context: Context) -> str:
    path = context.path(problem.path)
    error = tag("error", {"type": "problem", "message": problem.message}, escaped(f"{path}:{max(problem.line, 1)}"))
    return tag("testcase", {"name": f"read {path}", "classname": path, "time": "0"}, error)
