"""An outcome and a place in, what is said of the functions there out: hover texts, code lenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import CodeLens, Command, Hover, MarkupContent, MarkupKind

from lambdalint.catalog import page
from lambdalint.report import Context
from lambdalint.report.show import render_function, size
from lambdalint.server.diagnostics import page_uri
from lambdalint.server.positions import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdalint.model import Finding, Function, Span, Value
    from lambdalint.server.roots import Outcome

SHOWN = 3  # functions that a hover shows whole
SHOW_DECLARATIONS = "lambdalint.showDeclarations"


def hover(outcome: Outcome, path: str, line: int, column: int) -> Hover | None:
    """What there is to say of a place: the findings on it, else the functions it names."""
    findings = [item for item in outcome.report.findings if holds(item.span, path, line, column)]
    if findings:
        narrow = min(findings, key=lambda item: (item.span.end_line - item.span.line, item.span.end_column))
        text = "\n\n---\n\n".join(_finding(item, outcome) for item in findings)
        return Hover(MarkupContent(MarkupKind.Markdown, text), outcome.texts.range(narrow.span))
    named = functions_at(outcome, path, line, column)
    if not named:
        return None
    context = Context(line=outcome.texts.line)
    blocks = [f"```\n{render_function(function, context)}```" for function, _ in named[:SHOWN]]
    if len(named) > SHOWN:
        blocks.append(f"and {len(named) - SHOWN} more functions: {', '.join(item.name for item, _ in named[SHOWN:])}")
    return Hover(MarkupContent(MarkupKind.Markdown, "\n\n".join(blocks)), outcome.texts.range(named[0][1]))


def functions_at(outcome: Outcome, path: str, line: int, column: int) -> list[tuple[Function, Span]]:
    """The functions whose handler, or whose declaration's handler setting, stands at a place; each with where."""
    found = []
    for function in outcome.report.functions:
        handler, declaration = function.handler, function.declaration
        if handler is not None and holds(handler.span, path, line, column):
            found.append((function, handler.span))
            continue
        at = declaration.handler.span if declaration is not None else None
        if at is not None and holds(at, path, line, column):
            found.append((function, at))
    return found


def _finding(finding: Finding, outcome: Outcome) -> str:
    """The rule in a sentence, why here, and where to read on."""
    rule = outcome.rules.get(finding.rule)
    lines = [f"**[{finding.rule}]({page_uri(finding.rule)})**: {rule.summary if rule else ''}", "", finding.message]
    places = [place for place in (*finding.code_flow, *finding.related) if place.span != finding.span]
    if len(finding.code_flow) > 1:
        lines += ["", "Reached through " + " → ".join(hop.message for hop in finding.code_flow)]
    for place in dict.fromkeys(places):
        at = f"{place.span.path}:{place.span.line}"
        lines.append(f"- {place.message} [{at}]({outcome.texts.uri(place.span.path)}#L{place.span.line})")
    if len(finding.functions) > 1:
        names = {function.id: function.name for function in outcome.report.functions}
        lines += ["", f"In {', '.join(names.get(name, name) for name in finding.functions)}"]
    why = _why(finding.rule)
    return "\n".join(lines) + (f"\n\n{why}" if why else "")


def _why(rule: str) -> str:
    """The section of the page that says what is bad about it."""
    try:
        text = page(rule)
    except OSError:
        return ""
    _, found, rest = text.partition("\n## Why\n")
    return rest.partition("\n## ")[0].strip() if found else ""


def lenses(outcome: Outcome, path: str) -> Iterator[CodeLens]:
    """One lens above each handler of a file: what it is deployed as."""
    by_handler: dict[Span, list[Function]] = {}
    for function in outcome.report.functions:
        if function.handler is not None and function.handler.span.path == path and function.handler.path == path:
            by_handler.setdefault(function.handler.span, []).append(function)
    for span, functions in sorted(by_handler.items()):
        title = summary(functions)
        if title:
            places = [item.declaration.span for item in functions if item.declaration is not None]
            arguments = [[outcome.texts.uri(at.path), at.line, at.column] for at in places]
            command = Command(title=title, command=SHOW_DECLARATIONS, arguments=[arguments])
            yield CodeLens(range=outcome.texts.range(span), command=command)


def summary(functions: Sequence[Function]) -> str:
    """ "3 functions · python3.13 · 512 MB · 30 s · sqs, schedule · 84.2 MB package"; what is not known is left out."""
    declared = [item.declaration for item in functions if item.declaration is not None]
    parts = [f"{len(functions)} functions"] if len(functions) > 1 else []
    if not declared:
        evidence = next((item.handler.evidence for item in functions if item.handler is not None), "")
        return "not declared" + (f" · {evidence}" if evidence else "")
    parts += _settings((item.runtime for item in declared), "")
    parts += _settings((item.memory for item in declared), " MB")
    parts += _settings((item.timeout for item in declared), " s")
    kinds = sorted({trigger.kind for item in functions for trigger in item.triggers})
    if kinds:
        parts.append(", ".join(kinds))
    sizes = {item.package.unzipped for item in functions if item.package is not None and item.package.unzipped}
    if sizes:
        parts.append(f"{_extent(sorted(sizes), size)} package")
    return " · ".join(parts) or "declared"


def _settings(values: Iterable[Value[str] | Value[int]], unit: str) -> list[str]:
    """The values of one setting over several functions, with the unit once."""
    known = {value.known for value in values if value.known is not None}
    if not known:
        return []
    numbers = [item for item in known if isinstance(item, int | float)]
    if len(numbers) == len(known):
        return [_extent(sorted(numbers), str) + unit]
    return [", ".join(sorted(map(str, known))) + unit]


def _extent(values: list[int] | list[int | float], shown: object) -> str:
    text = [shown(value) for value in (values[0], values[-1])]  # type: ignore[operator]
    return text[0] if text[0] == text[1] else f"{text[0]} to {text[1]}"
