"""For a job summary or a comment: Markdown as GitHub and GitLab render it."""

from __future__ import annotations

import re

from lambdalint.engine import merge
from lambdalint.report.excerpt import excerpt, plain, underline
from lambdalint.report.phrases import notes, where
from lambdalint.report.shown import SEVERITIES, level
from lambdalint.report.summary import counted, last_line
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Finding, Function, Report
    from lambdalint.report import Context

SHOWN = 50  # findings with an excerpt; a job summary may be 1 MiB, and nobody reads more


def render(report: Report, context: Context) -> str:
    """The sums, a table of rules, then the findings, gravest first, each folded with its excerpt."""
    lines = ["## lambdalint", "", f"{last_line(report).capitalize()}.", ""]
    if report.findings:
        lines += _rules(report, context)
    ordered = sorted(report.findings, key=lambda finding: SEVERITIES.index(level(finding)))
    functions = {function.id: function for function in report.functions}
    for finding in ordered[:SHOWN]:
        lines += _finding(finding, functions, context)
    if len(ordered) > SHOWN:
        lines += [f"{counted(len(ordered) - SHOWN, 'more finding')} not shown here.", ""]
    if report.problems:
        lines += ["### Could not be read", ""]
        lines += [
            f"- {code(f'{context.path(problem.path)}:{max(problem.line, 1)}')} {escaped(problem.message)}"
            for problem in report.problems[:SHOWN]
        ]
        if len(report.problems) > SHOWN:
            lines.append(f"- {len(report.problems) - SHOWN:,} more")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    """A text that Markdown and HTML leave as it is, on one line; `@name` mentions nobody."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_{}\[\]()#+!|~-])", r"\\\1", text)
    return text.replace("@", "@&#8203;")


def code(text: str) -> str:
    """A code span that also a backtick or a pipe in the text does not end."""
    text = plain(text).replace("|", "\u2502")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _rules(report: Report, context: Context) -> list[str]:
    lines = ["| Rule | Severity | Findings | |", "| --- | --- | ---: | --- |"]
    groups: dict[str, list[Finding]] = {}
    for finding in merge(report.findings):
        groups.setdefault(finding.rule, []).append(finding)
    for rule, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        info = context.rules.get(rule)
        name = f"[{code(rule)}]({info.url})" if info and info.url.startswith("https://") else code(rule)
        severity = min((level(finding) for finding in group), key=SEVERITIES.index)
        lines.append(f"| {name} | {severity} | {len(group):,} | {escaped(info.summary) if info else ''} |")
    return [*lines, ""]


def _finding(finding: Finding, functions: dict[str, Function], context: Context) -> list[str]:
    place = where(finding.span, context).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = [
        f"<details><summary><b>{level(finding)}</b> <code>{place}</code> {_inline(finding.message)}</summary>",
        "",
    ]
    line = excerpt(finding.span, context, 110, bool(finding.secrets))
    if line:
        gutter = f"{line.number} | "
        head = "..." if line.before else ""
        text = [
            f"{gutter}{head}{line.text}{'...' if line.after else ''}",
            " " * (len(gutter) - 2) + "| " + underline(line),
        ]
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", line.text)), 3)
        lines += [f"{fence}text", *text, fence, ""]
    lines += [f"- {escaped(note)}" for note in notes(finding, functions, context)]
    lines += [f"- rule {code(finding.rule)}", "", "</details>", ""]
    return lines


def _inline(text: str) -> str:
    """Inside an HTML block nothing but HTML needs escaping."""
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@&#8203;")
