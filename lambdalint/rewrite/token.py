"""A call in a handler in, the edits that give it a token or a name which every delivery of the event repeats out."""

from __future__ import annotations

import re

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.source import call_at, source
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.rewrite.source import Source


def token(text: str, span: Span, handler: str, member: str, event_id: str, record_id: str) -> Edit | None:
    """Give `member` the delivery's identity.

    event_id: how to get it from the handler's parameters, written with {event} and {context}; "" when it has none.
    record_id: how to get it from one record, written with {record}: for a call in a loop over `event["Records"]`.
    None when the call does not stand in the handler itself, or in a loop over something else.
    """
    found = source(text)
    call = call_at(found, (span.line, span.column), (span.end_line, span.end_column)) if found is not None else None
    if found is None or call is None or any(argument.star for argument in call.args):
        return None
    expression = _identity(found, call, handler, event_id, record_id)
    if expression is None:
        return None
    for argument in call.args:
        if argument.keyword is not None and argument.keyword.value == member:
            return Edit(_span(found, span.path, argument.value), expression)
    if not call.args:
        at = Span(span.path, span.end_line, span.end_column - 1, span.end_line, span.end_column - 1)
        return Edit(at, f"{member}={expression}")
    last = call.args[-1]
    place = found.places[last.value]
    first = found.places[call.args[-1]].start
    line = found.lines[first.line - 1]
    alone = first.line > found.places[call].start.line and not line[: first.column].strip()
    joint = f",\n{line[: first.column]}" if alone else ", "
    at = Span(span.path, place.end.line, place.end.column + 1, place.end.line, place.end.column + 1)
    return Edit(at, f"{joint}{member}={expression}")


def _identity(found: Source, call: cst.Call, handler: str, event_id: str, record_id: str) -> str | None:
    record = ""
    loops = 0
    for node in found.above(call):
        if isinstance(node, (cst.While, cst.ClassDef, cst.Lambda, cst.BaseComp)):
            return None
        if isinstance(node, cst.For):
            loops += 1
            if isinstance(node.target, cst.Name):
                record = node.target.value if _records(found, node.iter) else ""
        if isinstance(node, cst.FunctionDef):
            if node.name.value != handler or len(node.params.params) < 2 or loops > 1:
                return None
            event, context = (parameter.name.value for parameter in node.params.params[:2])
            if loops:
                return record_id.format(record=record) if record and record_id else None
            return event_id.format(event=event, context=context) if event_id else None
    return None


def _records(found: Source, node: cst.BaseExpression) -> bool:
    return re.fullmatch(r"\w+(\[[\"']Records[\"']\]|\.get\(\s*[\"']Records[\"'].*\))", found.code(node)) is not None


def _span(found: Source, path: str, node: cst.CSTNode) -> Span:
    place = found.places[node]
    return Span(path, place.start.line, place.start.column + 1, place.end.line, place.end.column + 1)
