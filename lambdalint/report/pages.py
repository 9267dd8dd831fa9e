"""The rule book in, what `rules` and `explain` show out."""

from __future__ import annotations

import re
from itertools import groupby

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.report import RuleInfo

SEVERITY = {"error": "31;1", "warning": "33;1", "info": "36;1"}
_FENCE = re.compile(r"^(`{3,}|~{3,})[ \t]*([^\s`]*)([^\n`]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"(?://|#|--|<!--) ?finding:.*")


def render_rules(rules: Mapping[str, RuleInfo], off: frozenset[str] = frozenset(), color: bool = False) -> str:
    """A line for each rule under its topic. off: those that run only when they are selected."""
    if not rules:
        return "no rules\n"
    width = max(map(len, rules))
    lines = []
    ordered = sorted(rules.items(), key=lambda item: (item[1].topic, item[0]))
    for topic, group in groupby(ordered, key=lambda item: item[1].topic):
        lines.append(_style(topic, "1", color))
        for name, rule in group:
            severity = _style(f"{rule.severity:7}", SEVERITY.get(rule.severity, ""), color)
            lines.append(f"  {name:{width}}  {severity}  {rule.summary}{' (off by default)' if name in off else ''}")
    return "\n".join(lines) + "\n"


def render_page(text: str, color: bool) -> str:
    """A rule's page; in colour, with each fence in the colours of its language and the marked lines standing out."""
    if not color:
        return text if text.endswith("\n") else text + "\n"
    pieces = []
    at = 0
    for match in _FENCE.finditer(text):
        pieces.append(_prose(text[at : match.start()]))
        fence, language, rest, code = match.groups()
        pieces.append(
            f"{_style(f'{fence}{language}{rest}', '2', True)}\n{_code(code, language)}{_style(fence, '2', True)}"
        )
        at = match.end()
    pieces.append(_prose(text[at:]))
    return "".join(pieces).rstrip("\n") + "\n"


def _prose(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        if line.startswith("#"):
            lines.append(_style(line, "1;34", True))
        else:
            line = re.sub(r"`[^`]+`", lambda match: _style(match[0], "33", True), line)
            lines.append(re.sub(r"\*\*([^*]+)\*\*", lambda match: _style(match[1], "1", True), line))
    return "\n".join(lines)


def _code(code: str, language: str) -> str:
    from pygments import highlight
    from pygments.formatters.terminal import TerminalFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return code
    # Marks are cut off before and put back after: inside a comment's colour they would be the faintest part.
    marks = [_MARK.search(line) for line in code.split("\n")]
    bare = "\n".join(line[: mark.start()] if mark else line for line, mark in zip(code.split("\n"), marks, strict=True))
    lines = highlight(bare, lexer, TerminalFormatter(bg="dark")).split("\n")
    return "\n".join(
        line + _style(mark[0], "31;1", True) if mark else line
        for line, mark in zip(lines, [*marks, *[None] * len(lines)], strict=False)
    )


def _style(text: str, style: str, color: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if color and style else text
