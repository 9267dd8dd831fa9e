"""A span in, the lines a terminal shows for it out: cut to the width, secrets covered, marked by carets."""

from __future__ import annotations

from lambdalint.caching import lru_cache
from lambdalint.mask import COVER
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model import Span
    from lambdalint.report import Context

TAB = 4
CUT = "..."
STAND_IN = "MASKED_X"


class Excerpt(NamedTuple):
    """One line as it is shown; start and end are offsets of the marked part in text, which holds no control character
    and no tab. before and after: the line goes on there. more: the span goes on in further lines."""

    number: int
    text: str
    start: int
    end: int
    before: bool = False
    after: bool = False
    more: bool = False


def excerpt(span: Span, context: Context, width: int, secret: bool = False) -> Excerpt | None:
    """The first line of the span, at most `width` columns of it; None when it cannot be had or is blank.

    secret: the span's text is a secret; should its cover not be found (the file may write it in a way of its own),
    everything marked is covered.
    """
    ends = span.end_line == span.line
    found = context.source(span.path, span.line, (span.column, span.end_column if ends else 1 << 30))
    if found is None or not found[0].strip():
        return None
    text, (start, end) = found
    start, end = start - 1, max(end - 1, start - 1)
    if not ends:
        end = max(start, len(text.rstrip()))
    if secret and COVER not in text and not _covered_below(span, context):
        text = text[:start] + COVER + text[end:]
        end = start + len(COVER)
    text, start, end = cleaned(text, start, end)
    indent = len(text) - len(text.lstrip())
    text = text.rstrip()
    start = min(start, len(text))  # a place among the blanks at the end is right after what stands there
    end = min(max(end, start), len(text))
    # Deep indentation tells nothing in a single line; a little of it shows that it is not at the margin.
    drop = max(0, min(indent, start) - 8) if columns(text) > width else 0
    text, start, end = text[drop:], start - drop, end - drop
    return _window(Excerpt(span.line, text, start, end, more=not ends), width)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_cell(character) for character in text)


def plain(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey and nothing that reorders what is read."""
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def underline(line: Excerpt) -> str:
    """Blanks and carets to stand below the text; a caret at least."""
    lead = columns(line.text[: line.start]) + (len(CUT) if line.before else 0)
    return " " * lead + "^" * max(1, columns(line.text[line.start : line.end]))


def highlighted(text: str, path: str) -> str:
    """The line with colours for a terminal, by the file's name; as it is when no lexer knows the name."""
    made = _lexer(path.rpartition("/")[2], path.rpartition(".")[2])
    if made is None:
        return text
    from pygments import highlight

    lexer, formatter = made
    indent = len(text) - len(text.lstrip(" "))
    # A cover is no code: stars would read as an alias in YAML and as an operator elsewhere.
    colored: str = highlight(text[indent:].replace(COVER, STAND_IN), lexer, formatter)
    return text[:indent] + colored.rstrip("\n").replace(STAND_IN, COVER)


@lru_cache(maxsize=64)
def _lexer(name: str, suffix: str) -> tuple[Any, Any] | None:
    from pygments.formatters.terminal import TerminalFormatter
    from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
    from pygments.util import ClassNotFound

    known = {"py": "python", "yaml": "yaml", "yml": "yaml", "json": "json", "toml": "toml", "tf": "hcl", "ts": "ts"}
    try:
        lexer = get_lexer_by_name(known[suffix]) if suffix in known else get_lexer_for_filename(name)
    except ClassNotFound:
        return None
    return lexer, TerminalFormatter(bg="dark")


def _covered_below(span: Span, context: Context) -> bool:
    for number in range(span.line + 1, min(span.end_line, span.line + 50) + 1):
        found = context.source(span.path, number)
        if found and COVER in found[0]:
            return True
    return False


def cleaned(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Tabs become blanks and control characters visible; the two offsets move along."""
    if text.isascii() and text.isprintable():
        return text, start, end
    pieces: list[str] = []
    at = 0
    offsets = [0]
    length = 0
    for character in text:
        piece = " " * (TAB - at % TAB) if character == "\t" else _visible(character)
        pieces.append(piece)
        at += columns(piece)
        length += len(piece)
        offsets.append(length)
    last = len(offsets) - 1
    return "".join(pieces), offsets[min(start, last)], offsets[min(end, last)]


def _visible(character: str) -> str:
    if character in "\n\t":
        return " "
    from unicodedata import category

    code = ord(character)
    # Cc: control, Cf: format (with the marks that reorder text), Cs: half of a surrogate pair, Zl and Zp: line ends;
    # and the code points that are no characters, which a page of HTML may not hold.
    hidden = category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in "\u200c\u200d"
    if hidden or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    return character


def _cell(character: str) -> int:
    from unicodedata import category, combining, east_asian_width

    if combining(character) or category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _window(line: Excerpt, width: int) -> Excerpt:
    """The part of a long line around what is marked."""
    text = line.text
    if columns(text) <= width:
        return line
    room = max(width - 2 * len(CUT), 20)
    first = line.start
    taken = 0
    last = first
    while last < len(text) and taken + _cell(text[last]) <= room:
        taken += _cell(text[last])
        last += 1
        if last >= line.end and taken >= room * 2 // 3:
            break
    while first > 0 and taken + _cell(text[first - 1]) <= room:
        first -= 1
        taken += _cell(text[first])
    while last < len(text) and taken + _cell(text[last]) <= room:
        taken += _cell(text[last])
        last += 1
    end = min(line.end, last)
    return line._replace(
        text=text[first:last],
        start=line.start - first,
        end=end - first,
        before=first > 0,
        after=last < len(text),
    )
