"""For people at a terminal: a line that can be clicked, the source it is about, what else it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.report.excerpt import CUT, excerpt, highlighted, plain, underline
from lambdalint.report.shown import level
from lambdalint.report.summary import last_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Finding, Related, Report, Span
    from lambdalint.report import Context

COLORS = {"error": "31;1", "warning": "33;1", "info": "36;1", "problem": "35;1"}
NAMED = 4  # functions named before "and 9 more"


def render(report: Report, context: Context) -> str:
    """All findings, then what could not be read, then one line with the sums."""
    names = {function.id: function.name for function in report.functions}
    blocks = ["".join(f"{line}\n" for line in _finding(finding, names, context)) for finding in report.findings]
    for problem in report.problems:
        place = f"{plain(context.path(problem.path))}:{problem.line}" if problem.line else context.path(problem.path)
        blocks.append(
            f"{_style(place, '1', context)}: {_style('problem', COLORS['problem'], context)}: {plain(problem.message)}\n"
        )
    if context.verbose < 0:
        return "".join(blocks)
    text = ""
    for block, following in zip(blocks, [*blocks[1:], ""], strict=True):
        text += block
        if following.count("\n") > 1 or block.count("\n") > 1:
            text += "\n"
    return text + last_line(report) + "\n"


def _finding(finding: Finding, names: dict[str, str], context: Context) -> Iterator[str]:
    span, severity = finding.span, level(finding)
    place = f"{plain(context.path(span.path))}:{span.line}:{span.column}"
    yield (
        f"{_style(place, '1', context)}: {_style(severity, COLORS[severity], context)} {finding.rule}: "
        f"{plain(finding.message)}"
    )
    if context.verbose < 0:
        return
    related = [place for place in finding.related if place.span != span]
    spans = [span, *(place.span for place in related if context.verbose > 0)]
    gutter = len(str(max(place.line for place in spans)))
    yield from _excerpt(span, gutter, context, severity, secret=bool(finding.secrets))
    lead = " " * (gutter + 1) + _style("=", "2", context) + " "
    chain = _chain(finding.code_flow)
    if chain:
        yield lead + chain
        if context.verbose > 0:
            for hop in finding.code_flow:
                yield f"{lead}  {plain(hop.message)} in {_where(hop.span, context)}"
    for place in related:
        if chain and place in finding.code_flow:
            continue
        yield lead + sentence(place, context)
        if context.verbose > 0:
            yield from _excerpt(place.span, gutter, context, severity, secret=False)
    functions = _functions(finding, names, context)
    if functions:
        yield lead + functions


def sentence(place: Related, context: Context) -> str:
    """A related location as a phrase: "declared in template.yaml:12"."""
    message = plain(place.message).rstrip()
    for ending in (" here", " in", " at"):
        message = message.removesuffix(ending)
    return f"{'see' if message in ('', 'here') else message} in {_where(place.span, context)}"


def _where(span: Span, context: Context) -> str:
    return f"{plain(context.path(span.path))}:{span.line}"


def _chain(flow: tuple[Related, ...]) -> str:
    """ "reached through handler -> process -> get_client"; nothing for a call in the handler itself."""
    if len(flow) < 2:
        return ""
    return "reached through " + " -> ".join(plain(hop.message) for hop in flow)


def _functions(finding: Finding, names: dict[str, str], context: Context) -> str:
    """Which functions share the finding; one alone needs no line, it is declared right above or below."""
    shared = sorted({plain(names.get(function, function)) for function in finding.functions})
    if len(finding.functions) < 2:
        return ""
    limit = len(shared) if context.verbose > 0 or len(shared) <= NAMED + 1 else NAMED
    rest = f" and {len(shared) - limit} more" if len(shared) > limit else ""
    return f"in {len(finding.functions)} functions: {', '.join(shared[:limit])}{rest}"


def _excerpt(span: Span, gutter: int, context: Context, severity: str, secret: bool) -> Iterator[str]:
    line = excerpt(span, context, max(context.width - gutter - 3, 20), secret)
    if line is None:
        return
    text = highlighted(line.text, span.path) if context.color else line.text
    bar = _style("|", "2", context)
    before, after = CUT if line.before else "", CUT if line.after else ""
    yield f"{_style(str(line.number).rjust(gutter), '2', context)} {bar} {before}{text}{after}"
    yield f"{' ' * gutter} {bar} {_style(underline(line) + (CUT if line.more else ''), COLORS[severity], context)}"


def _style(text: str, style: str, context: Context) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if context.color else text
