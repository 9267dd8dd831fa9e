"""An outcome and a place in, the text of a hover out: what a finding says there, or what a function is deployed as."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from lambdalint.catalog import page
from lambdalint.report.show import size
from lambdalint.server.diagnostics import page_uri
from lambdalint.server.functions import functions_at, summary
from lambdalint.server.positions import holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Finding, Function, Package, Span, Trigger, Value
    from lambdalint.server.roots import Outcome

SHOWN = 3  # functions that a hover shows whole
PARTS = 3  # of a package
MARKS = re.compile(r"[\\`*\[\]<>#|]|(?<!\w)_|_(?!\w)")  # an underscore inside of a word is none


def hover(outcome: Outcome, path: str, line: int, column: int) -> Hover | None:
    """What there is to say of a place: the findings on it, else the functions it names."""
    findings = [item for item in outcome.report.findings if holds(item.span, path, line, column)]
    if findings:
        narrow = min(findings, key=lambda item: (item.span.end_line - item.span.line, item.span.end_column))
        texts, at = [_finding(item, outcome) for item in findings], narrow.span
    else:
        named = functions_at(outcome, path, line, column)
        if not named:
            return None
        texts, at = [_function(function, outcome) for function, _ in named[:SHOWN]], named[0][1]
        if len(named) > SHOWN:
            texts.append(f"and {len(named) - SHOWN} more: {', '.join(item.name for item, _ in named[SHOWN:])}")
    return Hover(MarkupContent(MarkupKind.Markdown, "\n\n---\n\n".join(texts)), outcome.texts.range(at))


def _finding(finding: Finding, outcome: Outcome) -> str:
    """What is wrong here, how it comes to that and what to do; the rule in a sentence and the reason for it."""
    rule = outcome.rules.get(finding.rule)
    blocks = [f"**[{finding.rule}]({page_uri(finding.rule)})**: {_plain(finding.message)}"]
    flow = finding.code_flow if len(finding.code_flow) > 1 else ()
    if flow:
        way = " → ".join(f"[{_plain(hop.message)}]({_target(hop.span, outcome)})" for hop in flow)
        blocks.append(f"Reached through {way}")
    places = [place for place in dict.fromkeys(finding.related) if place.span != finding.span and place not in flow]
    if places:
        blocks.append("\n".join(f"- {_plain(place.message)}: {_link(place.span, outcome)}" for place in places))
    if len(finding.functions) > 1:
        names = {function.id: function.name for function in outcome.report.functions}
        listed = [names.get(name, name) for name in finding.functions]
        more = f" and {len(listed) - 10} more" if len(listed) > 10 else ""
        blocks.append(f"In {len(listed)} functions: {', '.join(listed[:10])}{more}")
    if rule is not None:
        blocks += [f"_{_plain(rule.advice)}_", rule.summary] if rule.advice else [rule.summary]
    why = _why(finding.rule)
    return "\n\n".join([*blocks, why] if why else blocks)


def _why(rule: str) -> str:
    """The section of the page that says what is bad about it."""
    try:
        text = page(rule)
    except OSError:
        return ""
    _, found, rest = text.partition("\n## Why\n")
    return rest.partition("\n## ")[0].strip() if found else ""


def _function(function: Function, outcome: Outcome) -> str:
    """What a function is deployed as: its settings in a line, then what invokes it and what it takes along."""
    declaration = function.declaration
    where = _link(declaration.span, outcome) if declaration is not None else "declared nowhere that was found"
    lines = [f"- {line}" for line in _parts(function, outcome)]
    return "\n\n".join(
        [f"**{_plain(function.name)}** {where}", summary([function]), *(["\n".join(lines)] if lines else [])]
    )


def _parts(function: Function, outcome: Outcome) -> Iterator[str]:
    declaration = function.declaration
    for trigger in function.triggers:
        yield _trigger(trigger, outcome)
    if declaration is not None:
        if not declaration.triggers_known:
            yield "others may invoke it, too" if function.triggers else "what invokes it is not in the files at hand"
        layers = [_named(layer.name) for layer in declaration.layers]
        if layers:
            yield f"layers: {', '.join(layers)}"
        names = [variable.name for variable in declaration.environment]
        if names:
            yield f"environment: {', '.join(map(_code, names))}"
    if function.package is not None:
        yield from _package(function.package)
    for finding in outcome.report.findings:
        if function.id in finding.functions:
            yield f"{finding.severity} {finding.rule}: {_link(finding.span, outcome)}"
    yield from (_plain(text) for text in (*function.opaque, *function.notes))


def _trigger(trigger: Trigger, outcome: Outcome) -> str:
    source = ""
    if trigger.source.known is not None or trigger.source.references:
        source = f" {_named(trigger.source)}"
    return f"invoked by {trigger.kind}{source}: {_link(trigger.span, outcome)}"


def _package(package: Package) -> Iterator[str]:
    if package.unzipped:
        parts = ", ".join(f"{_plain(name)} {size(count)}" for name, count in package.parts[:PARTS])
        yield f"package: at least {size(package.unzipped)}{f', of it {parts}' if len(package.parts) > 1 else ''}"


def _plain(text: str) -> str:
    """A text as it stands, where markdown would see marks of its own in it."""
    return MARKS.sub(r"\\\g<0>", text)


def _code(name: str) -> str:
    """A name as code."""
    return f"`{name.replace('`', '')}`"


def _named(value: Value[str]) -> str:
    """A resource as the configuration names it: the text, else the longest reference in it."""
    if value.known is not None:
        return _code(value.known)
    return _code(max((reference.target for reference in value.references), key=len, default="unknown"))


def _target(span: Span, outcome: Outcome) -> str:
    return f"{outcome.texts.uri(span.path)}#L{span.line}"


def _link(span: Span, outcome: Outcome) -> str:
    return f"[{_plain(span.path)}:{span.line}]({_target(span, outcome)})"
