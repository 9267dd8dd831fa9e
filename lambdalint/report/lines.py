"""A finding or a problem in, its lines for people at a terminal out."""

from __future__ import annotations

from lambdalint.mask import mask
from lambdalint.report.excerpt import CUT, excerpt, highlighted, plain, underline
from lambdalint.report.phrases import advice, chain, notes, places, sentence, shared_by
from lambdalint.report.shown import level
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Finding, Function, Problem, Span
    from lambdalint.report import Context

COLORS = {"error": "31;1", "warning": "33;1", "info": "36;1", "problem": "35;1"}


def of_problem(problem: Problem, context: Context) -> str:
    """Where it is, and what could not be read."""
    place = plain(context.path(problem.path)) + (f":{problem.line}" if problem.line else "")
    kind = _style("problem", COLORS["problem"], context)
    return f"{_style(place, '1', context)}: {kind}: {plain(problem.message)}"


def of_finding(finding: Finding, functions: dict[str, Function], context: Context, first: bool) -> Iterator[str]:
    """Its place and message, the source it is about, what else it rests on. first: of its rule, so that it says what to
    do."""
    span, severity = finding.span, level(finding)
    place = f"{plain(context.path(span.path))}:{span.line}:{span.column}"
    yield (
        f"{_style(place, '1', context)}: {_style(severity, COLORS[severity], context)} {finding.rule}: "
        f"{plain(finding.message)}"
    )
    if context.verbose < 0:
        return
    related = places(finding, functions) if context.verbose > 0 else []
    gutter = len(str(max(shown.line for shown in (span, *(other.span for other in related)))))
    yield from _excerpt(span, gutter, context, severity, secret=bool(finding.secrets))
    lead = " " * (gutter + 1) + _style("=", "2", context) + " "
    if not related:
        yield from (lead + note for note in notes(finding, functions, context))
    else:
        # Each place with its own line of source, and each hop with where it is.
        yield from (lead + note for note in [chain(finding.code_flow)] if note)
        yield from (f"{lead}  {sentence(hop, context)}" for hop in finding.code_flow if len(finding.code_flow) > 1)
        for other in related:
            yield lead + sentence(other, context)
            yield from _excerpt(other.span, gutter, context, severity, secret=False)
        yield from (lead + note for note in [shared_by(finding, functions, context)] if note)
    help_line = advice(finding, context) if first else ""
    if help_line:
        yield lead + help_line
    if context.verbose > 0 and finding.rule == "crashed-rule" and isinstance(finding.fix, str):
        yield from (f"  {plain(line)}" for line in mask(finding.fix, context.secrets).splitlines())


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
