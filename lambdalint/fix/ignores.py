"""A finding about an ignore in, the edits that delete it out; a finding in, the edits that write an ignore for it."""

from __future__ import annotations

import re

from lambdalint.languages.comments import directives
from lambdalint.model import Edit, Fix, Span
from lambdalint.read import language_of
from lambdalint.rewrite.spans import LINE_END, edit_between, element, offsets, place, whole_lines
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Directive, Finding, Sources


def without(finding: Finding, sources: Sources) -> Fix | None:
    """Delete the name that a finding is about, and with the last name the comment; a line left empty goes too."""
    path = finding.span.path
    text = sources.text(path)
    if text is None:
        return None
    language = language_of(path) or ""
    for directive in directives(path, language, text):
        if directive.span == finding.span and not directive.rules:
            return _fix(_comment(directive, text), "delete this ignore")
        names = [span for _, span in directive.rules]
        if finding.span not in names:
            continue
        if len(names) == 1:
            return _fix(_comment(directive, text), "delete this ignore")
        name = next(name for name, span in directive.rules if span == finding.span)
        return _fix(_one_of(names, names.index(finding.span)), f"delete {name} from this ignore")
    return _fix(element(finding.span, text), "delete this name from the list of ignores")


def _fix(edit: Edit | None, title: str) -> Fix | None:
    return Fix((edit,), "safe", title) if edit else None


def _one_of(names: list[Span], index: int) -> Edit:
    """Delete one name of several with the comma that goes with it."""
    at = names[index]
    if index + 1 < len(names):
        return Edit(Span(at.path, at.line, at.column, at.line, names[index + 1].column), "")
    before = names[index - 1]
    return Edit(Span(at.path, at.line, before.end_column, at.line, at.end_column), "")


def _comment(directive: Directive, text: str) -> Edit | None:
    """Delete a comment. What another tool's comment says behind it stays; so does code behind `*/`."""
    at = directive.span
    line = LINE_END.split(text)[at.line - 1]
    before, comment = line[: at.column - 1], line[at.column - 1 :]
    end = len(line)
    if comment.startswith("/*"):
        close = comment.find("*/")
        if close < 0:
            return None  # it goes on in the next line
        end = len(before) + close + 2
        if line[end:].strip():
            return Edit(Span(at.path, at.line, at.column, at.line, end + 1), "")
    elif comment.startswith("*"):
        return None  # a line of a longer comment
    else:
        sign = "//" if comment.startswith("//") else "#"
        other = re.search(rf"\s{sign}", comment.lstrip(sign))
        if other:
            start = len(before) + len(comment) - len(comment.lstrip(sign)) + other.start() + 1
            return Edit(Span(at.path, at.line, at.column, at.line, start + 1), "")
    if before.strip():
        return Edit(Span(at.path, at.line, len(before.rstrip()) + 1, at.line, end + 1), "")
    return whole_lines(at.path, text, at.line, at.line)


# --------------------------------------------------------------------------------------------------- writing them

SIGNS = {"typescript": "//", "javascript": "//"}
WITHOUT_COMMENTS = frozenset({"json", "snapshot"})
ABOVE_ONLY = frozenset({"dockerfile"})  # where a sign after code starts no comment
WIDTH = 120


def with_ignore(finding: Finding, sources: Sources) -> Fix | None:
    """Write `lambdalint: ignore[rule] TODO: reason` for a finding: at its own place, else at a related one.

    At the end of the line when there is room, else above it; a comment that ignores other rules there takes this one.
    Where no place takes a comment, into the Metadata of the function's resource in a JSON template.
    """
    from lambdalint.catalog import ENGINE_RULES

    if finding.rule in ENGINE_RULES:
        return None  # such a comment is deleted, not excused
    for span in (finding.span, *(other.span for other in finding.related)):
        text = sources.text(span.path)
        language = language_of(span.path)
        if text is None or language is None or language in WITHOUT_COMMENTS:
            continue
        edit = _written(finding.rule, span, text, language)
        if edit is not None:
            return Fix((edit,), "safe", f"ignore {finding.rule} here")
    for span in (other.span for other in finding.related if other.message.startswith("declared as ")):
        edit = _in_metadata(finding.rule, span, sources.text(span.path) or "")
        if edit is not None:
            return Fix((edit,), "safe", f"ignore {finding.rule} in the resource's Metadata")
    return None


def _in_metadata(rule: str, span: Span, text: str) -> Edit | None:
    """Write `"Metadata": {"lambdalint": ...}` into the resource whose name stands at a span of a JSON template."""
    if not span.path.endswith((".json", ".template")) or '"Resources"' not in text:
        return None
    starts = offsets(text)
    try:
        _, end = place(starts, len(text), span)
    except ValueError:
        return None
    head = re.compile(r"\"?\s*:\s*\{").match(text, end)
    if head is None or not re.match(r"\s*\"(Type|Properties)\"", text[head.end() :]):
        return None
    blank = re.match(r"\s*", text[head.end() :])
    between = blank[0].replace("\r\n", "\n") if blank is not None and "\n" in blank[0] else ""
    entry = f'"Metadata": {{"lambdalint": {{"ignore": ["{rule}"], "reason": "TODO: reason"}}}},'
    at = edit_between(span.path, starts, head.end(), head.end()).span
    return Edit(at, between + entry if between else f"{entry} ")


def _written(rule: str, span: Span, text: str, language: str) -> Edit | None:
    lines = LINE_END.split(text)
    if span.line > len(lines):
        return None
    for directive in directives(span.path, language, text):
        if directive.rules and directive.lines and directive.lines[0] <= span.line <= directive.lines[1]:
            last = directive.rules[-1][1]
            return Edit(last._replace(line=last.end_line, column=last.end_column), f", {rule}")
    sign = SIGNS.get(language, "#")
    comment = f"{sign} lambdalint: ignore[{rule}] TODO: reason"
    line = lines[span.line - 1]
    continued = line.rstrip().endswith("\\")
    fits = language not in ABOVE_ONLY and not continued
    if fits and len(line.rstrip()) + 2 + len(comment) <= WIDTH and sign not in line and _ends(line, span):
        return Edit(Span(span.path, span.line, len(line.rstrip()) + 1, span.line, len(line) + 1), f"  {comment}")
    if span.line > 1 and lines[span.line - 2].rstrip().endswith("\\"):
        return None  # inside a line that goes on
    indent = line[: len(line) - len(line.lstrip())]
    return Edit(Span(span.path, span.line, 1, span.line, 1), f"{indent}{comment}\n")


def _ends(line: str, span: Span) -> bool:
    """Whether a comment at the line's end is one: no text goes on there that began on this line."""
    return span.end_line == span.line or line.rstrip().endswith(("(", "[", "{", ",", ":"))
