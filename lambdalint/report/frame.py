"""A finding in, its lines of source as HTML out: coloured by pygments, the span marked, secrets covered."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from lambdalint.caching import lru_cache
from lambdalint.mask import COVER
from lambdalint.report.excerpt import STAND_IN, cleaned, columns, excerpt
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Finding
    from lambdalint.report import Context

AROUND = 2  # lines of source before and after
MARKED = 4  # lines of a longer span
WIDTH = 240  # columns of one line; minified files have more than anybody reads


def frame(finding: Finding, context: Context) -> str:
    """A `pre` with the lines around the finding; "" when its source cannot be had."""
    span = finding.span
    first = excerpt(span, context, WIDTH, bool(finding.secrets))
    if first is None:
        return ""
    lines: list[tuple[int, Any, int, int]] = [(span.line, first.text, first.start, max(first.end, first.start + 1))]
    # Beside a line that was cut there is nothing to line up with, and behind a secret of several lines it may go on.
    whole = context.source(span.path, span.line)
    cut = whole is None or columns(whole[0]) > WIDTH or (bool(finding.secrets) and span.end_line != span.line)
    if not cut:
        before = range(span.line - AROUND, span.line)
        lines = [
            *(_line(span.path, number, 0, context) for number in before),
            *lines,
            *(_line(span.path, number, _until(finding, number), context) for number in _after(finding)),
        ]
    # Files end, and blank lines at the edge of a frame show nothing.
    there = [line for line in lines if line[1] is not None]
    while there and not there[0][1].strip():
        there.pop(0)
    while there and not there[-1][1].strip():
        there.pop()
    rows = _rows([(number, text, start, end) for number, text, start, end in there], span.path)
    return f'<pre class="frame">{"".join(rows)}</pre>'


def stylesheet() -> str:
    """The colours of `frame`, for light and dark."""
    from pygments.formatters.html import HtmlFormatter

    def rules(style: str) -> str:
        made: list[str] = HtmlFormatter(style=style).get_token_style_defs(".frame")  # type: ignore[no-untyped-call]
        return "\n".join(line for line in made if "background" not in line.partition("{")[2])

    return f"{rules('default')}\n@media (prefers-color-scheme: dark) {{\n{rules('github-dark')}\n}}\n"


def _after(finding: Finding) -> range:
    span = finding.span
    last = min(max(span.end_line, span.line), span.line + MARKED - 1)
    return range(span.line + 1, last + AROUND + 1)


def _until(finding: Finding, number: int) -> int:
    """The column (from 1) up to which a later line belongs to the span; 0 when it does not."""
    if number < finding.span.end_line:
        return 1 << 30
    return finding.span.end_column if number == finding.span.end_line else 0


def _line(path: str, number: int, until: int, context: Context) -> tuple[int, Any, int, int]:
    found = context.source(path, number, (until or 1,))
    if found is None:
        return number, None, 0, 0
    text, _, end = cleaned(found[0].rstrip(), 0, found[1][0] - 1)
    start = len(text) - len(text.lstrip()) if until else 0
    if len(text) > WIDTH:
        text = text[:WIDTH] + "..."
    return number, text, start, min(max(end, start), len(text)) if until else 0


def _rows(lines: list[tuple[int, str, int, int]], path: str) -> Iterator[str]:
    tokens = _tokens("\n".join(text for _, text, _, _ in lines), path)
    pieces: list[list[tuple[str, str]]] = [[]]
    for kind, value in tokens:
        for index, part in enumerate(value.split("\n")):
            if index:
                pieces.append([])
            if part:
                pieces[-1].append((kind, part))
    for (number, _, start, end), row in zip(lines, pieces, strict=False):
        yield f'<span class="row" data-line="{number}">{_marked(row, start, end)}</span>'


def _marked(row: list[tuple[str, str]], start: int, end: int) -> str:
    made = []
    at = 0
    inside = False
    for kind, text in row:
        cuts = sorted({0, len(text), *(cut - at for cut in (start, end) if at < cut < at + len(text))})
        for left, right in pairwise(cuts):
            belongs = start <= at + left < end
            if belongs != inside:
                made.append("<mark>" if belongs else "</mark>")
                inside = belongs
            piece = escape(text[left:right])
            made.append(f'<span class="{kind}">{piece}</span>' if kind else piece)
        at += len(text)
    return "".join(made) + ("</mark>" if inside else "")


def _tokens(text: str, path: str) -> Iterator[tuple[str, str]]:
    """(class of pygments' stylesheet, text) pieces that make up the text again."""
    lexer = _lexer(path.rpartition("/")[2])
    if lexer is None:
        yield "", text
        return
    from pygments.token import STANDARD_TYPES

    wanted = text.replace(COVER, STAND_IN)
    tokens = list(lexer.get_tokens(wanted))
    if "".join(value for _, value in tokens).rstrip("\n") != wanted.rstrip("\n"):
        yield "", text  # a lexer that changes the text would shift the marks
        return
    for kind, value in tokens:
        while kind not in STANDARD_TYPES:
            kind = kind.parent
        yield STANDARD_TYPES[kind], value.replace(STAND_IN, COVER)


@lru_cache(maxsize=64)
def _lexer(name: str) -> Any:
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
