"""An outcome and a place in, where to go from there out: handler to configuration and back, links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol.types import DocumentLink, Location, LocationLink

from lambdalint.server.diagnostics import page_uri
from lambdalint.server.positions import holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Function, Span
    from lambdalint.server.roots import Outcome

IGNORED = re.compile(r"lambdalint:\s*ignore(?:-file)?\s*\[([^\]]*)\]")


def definitions(outcome: Outcome, path: str, line: int, column: int) -> list[tuple[Span, Span]]:
    """(what the place names, where that is) of each: a handler setting leads to the function in the code, the function
    to its declarations and triggers."""
    found: dict[tuple[Span, Span], None] = {}
    for function in outcome.report.functions:
        for origin, target in _ways(function):
            if holds(origin, path, line, column):
                found[origin, target] = None
    return list(found)


def _ways(function: Function) -> Iterator[tuple[Span, Span]]:
    declaration, handler = function.declaration, function.handler
    if declaration is None or handler is None:
        return
    at = declaration.handler.span
    if at is not None and at != handler.span:
        yield at, handler.span
    yield handler.span, at or declaration.span
    for trigger in function.triggers:
        yield handler.span, trigger.span


def locations(outcome: Outcome, found: list[tuple[Span, Span]], linked: bool) -> list[Location] | list[LocationLink]:
    """The answer in the form that the editor knows."""
    texts = outcome.texts
    if not linked:
        return [texts.location(target) for _, target in found]
    return [
        LocationLink(
            target_uri=texts.uri(target.path),
            target_range=texts.range(target),
            target_selection_range=texts.range(target),
            origin_selection_range=texts.range(origin),
        )
        for origin, target in found
    ]


def links(outcome: Outcome, path: str) -> Iterator[DocumentLink]:
    """Handler settings link to the code, rule names in ignore comments to their pages."""
    texts = outcome.texts
    seen: set[Span] = set()
    for function in outcome.report.functions:
        if function.declaration is None or function.handler is None:
            continue
        at = function.declaration.handler.span
        if at is not None and at.path == path and at not in seen and at != function.handler.span:
            seen.add(at)
            target = f"{texts.uri(function.handler.path)}#L{function.handler.span.line}"
            yield DocumentLink(range=texts.range(at), target=target, tooltip=f"go to {function.handler.name}")
    for number, line in enumerate(texts.lines(path), 1):
        if "lambdalint:" not in line:
            continue
        for match in IGNORED.finditer(line):
            for name in re.finditer(r"[^\s,]+", match[1]):
                if name[0] in outcome.rules:
                    start = match.start(1) + name.start() + 1
                    span = _on_line(path, number, start, start + len(name[0]))
                    rule = outcome.rules[name[0]]
                    yield DocumentLink(range=texts.range(span), target=page_uri(name[0]), tooltip=rule.summary)


def _on_line(path: str, line: int, start: int, end: int) -> Span:
    from lambdalint.model import Span

    return Span(path, line, start, line, end)
