"""For people at a terminal: a line that can be clicked, the source it is about, what else it rests on."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Report
    from lambdalint.report import Context


def render(report: Report, context: Context) -> str:
    """All findings, then what could not be read, then one line with the sums."""
    blocks = list(_blocks(report, context)) if report.findings or report.problems else []
    if context.verbose < 0:
        return "".join(blocks)
    from lambdalint.report.summary import last_line

    text = ""
    for block, following in zip(blocks, [*blocks[1:], ""], strict=False):
        text += block
        if following.count("\n") > 1 or block.count("\n") > 1:
            text += "\n"
    return text + last_line(report) + "\n"


def _blocks(report: Report, context: Context) -> Iterator[str]:
    from lambdalint.report.lines import of_finding, of_problem

    functions = {function.id: function for function in report.functions}
    advised: set[str] = set()
    for finding in report.findings:
        # What to do about a rule's findings is said with the first of them.
        lines = list(of_finding(finding, functions, context, finding.rule not in advised))
        advised.add(finding.rule)
        yield "".join(f"{line}\n" for line in lines)
    for problem in report.problems:
        yield of_problem(problem, context) + "\n"
