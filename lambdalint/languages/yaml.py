"""YAML (or JSON) text in, a tuple of Node (one a document) out, with positions; unknown tags stay as nodes.

libyaml's events are turned into nodes directly: that takes half the time of PyYAML's own composer, and neither a deep
file nor an alias bomb can hurt, because nothing here recurses and an alias is the node that it names.

Positions: a value's text runs from its tag (not its anchor) to its last character: block collections end with their
last child and block scalars with their last line, not at the token after them as libyaml has it.
"""

from __future__ import annotations

from lambdalint.languages.libyaml import load
from lambdalint.model import Node, Problem
from lambdalint.patterns import pattern, re
from lambdalint.typed import Any

NODES = 200_000  # that aliases may repeat: far more than people share, and what can be walked in an instant
DEPTH = 200

# libyaml ends a line at these too; editors, compilers and the rest of this program do not.
_OTHER_BREAKS = pattern("[\x85\u2028\u2029]")
_BREAK = pattern("\r\n|[\n\r\x85\u2028\u2029]")
_INTEGER = pattern(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)\Z")
_FLOAT = pattern(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|\.(?:inf|Inf|INF))\Z|\.(?:nan|NaN|NAN)\Z"
)
_PLAIN: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_NUMERIC = frozenset("-+.0123456789")
_STANDARD = "tag:yaml.org,2002:"


def parse(path: str, text: str) -> tuple[tuple[Node, ...] | None, tuple[Problem, ...]]:
    """Read every document of a YAML (or JSON) text. What cannot be read is one problem with its line."""
    if text[:1] == "\ufeff":
        text = text[1:]
    if text.lstrip()[:1] == "{":
        from lambdalint.languages.json import read

        try:
            node, problems = read(path, text)
            return (node,), problems
        except ValueError:
            pass  # a flow mapping, or JSON with comments or a comma too many: YAML takes all of them
    return compose(path, text)


def compose(path: str, text: str) -> tuple[tuple[Node, ...] | None, tuple[Problem, ...]]:
    """As `parse`, by the YAML grammar alone."""
    yaml = load()
    documents: list[Node] = []
    problems: list[Problem] = []
    try:
        _compose(path, text, documents, problems)
    except _UnusableError as error:
        problems.append(Problem(path, error.line, error.message))
        return None, tuple(problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = " ".join(str(error.problem or error.context or error).split())
        problems.append(Problem(path, line, f"could not parse: {what}"))
    except yaml.YAMLError as error:
        place = getattr(error, "position", 0)
        line = text.count("\n", 0, place) + 1 if isinstance(place, int) else 1
        what = str(getattr(error, "reason", "") or error).split("\n")[0]
        problems.append(Problem(path, line, f"could not parse: {what}"))
    except ValueError as error:  # a lone surrogate cannot be handed to libyaml
        problems.append(Problem(path, 1, f"could not parse: {str(error)[:200]}"))
    if problems and not documents and problems[-1].message.startswith("could not parse"):
        return None, tuple(problems)
    return tuple(documents), tuple(problems)


class _UnusableError(Exception):
    """The file cannot be meant: too deep, too large, or an alias that leads nowhere."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def _compose(path: str, text: str, documents: list[Node], problems: list[Problem]) -> None:
    yaml = load()
    # The last where PyYAML was built without libyaml.
    reader: Any = getattr(yaml, "CParser", None) or getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parser = reader(text)
    next_event = parser.get_event
    scalar_event, alias_event = yaml.ScalarEvent, yaml.AliasEvent
    mapping_start, sequence_start = yaml.MappingStartEvent, yaml.SequenceStartEvent
    mapping_end, sequence_end = yaml.MappingEndEvent, yaml.SequenceEndEvent
    stream_end, document_start = yaml.StreamEndEvent, yaml.DocumentStartEvent
    make = tuple.__new__
    plain, numeric = _PLAIN, _NUMERIC
    blocks = ("|", ">")
    lines: list[str] | None = None
    places = _places(text) if not text.isascii() and _OTHER_BREAKS.search(text) else None
    unusual = "&" in text or places is not None
    anchors: dict[str, tuple[Node, int]] = {}
    # What is open: the innermost collection in these names, those around it as tuples of the same. items: children in
    # order, a mapping's keys and values by turns; size: nodes in it, those that aliases repeat included.
    frames: list[tuple[Any, ...]] = []
    mapping, begin, label, anchor, flow, size = False, (1, 1), "", None, False, 0
    items: list[Node] = documents
    add = items.append
    depth = total = 0
    try:
        while True:
            event = next_event()
            kind = type(event)
            if kind is scalar_event:
                start, end = event.start_mark, event.end_mark
                at = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
                value = event.value
                tag, indent = "", 0
                given = event.tag
                if given is None:
                    if event.implicit[0]:
                        if value in plain:
                            value = plain[value]
                        elif value[0] in numeric:
                            value = _number(value)
                        elif value == "<<":
                            tag = "<<"
                elif given.startswith(_STANDARD):
                    value = _standard(given[len(_STANDARD) :], value)
                elif given != "!":
                    tag = given
                style = event.style
                if style in blocks:
                    if lines is None:
                        lines = _BREAK.split(text)
                    at, indent = _block(at, value, lines)
                if unusual:
                    if event.anchor is not None:
                        if lines is None:
                            lines = _BREAK.split(text)
                        at = _after_anchor(at, lines)
                    if places is not None:
                        at = (*_real(places, at[0], at[1]), *_real(places, at[2], at[3]))
                node = make(Node, ("scalar", value, at, tag, indent, ""))
                if unusual and event.anchor is not None:
                    anchors[event.anchor] = (node, 1)
                add(node)
            elif kind is mapping_start or kind is sequence_start:
                start = event.start_mark
                if depth >= DEPTH:
                    raise _UnusableError(f"nested deeper than {DEPTH} levels", start.line + 1)
                depth += 1
                frames.append((items, mapping, begin, label, anchor, flow, size))
                begin = (start.line + 1, start.column + 1)
                given = event.tag
                label = "" if given is None or given == "!" or given.startswith(_STANDARD) else given
                mapping, anchor, flow, size = kind is mapping_start, event.anchor, event.flow_style, 1
                items = []
                add = items.append
                if anchor is not None:
                    anchors.pop(anchor, None)  # inside of itself it names nothing
            elif kind is mapping_end or kind is sequence_end:
                if flow or not items:
                    end = event.end_mark
                    stop = (end.line + 1, end.column + 1)
                    if places is not None:
                        stop = _real(places, *stop)
                else:
                    stop = items[-1][2][2:]
                    if mapping and stop < items[-2][2][2:]:
                        stop = items[-2][2][2:]  # the last value stands elsewhere: an alias
                    if stop < begin:
                        stop = begin
                if anchor is not None:
                    if items and not flow and not label:
                        begin = items[0].at[:2]
                        if not mapping and begin[1] > 2:
                            begin = (begin[0], begin[1] - 2)
                    else:
                        if lines is None:
                            lines = _BREAK.split(text)
                        begin = _after_anchor((*begin, *stop), lines)[:2]
                elif places is not None:
                    begin = _real(places, *begin)
                size += len(items)
                if mapping:
                    node = make(Node, ("mapping", _pairs(path, items, problems), (*begin, *stop), label, 0, ""))
                else:
                    node = make(Node, ("sequence", tuple(items), (*begin, *stop), label, 0, ""))
                if anchor is not None:
                    anchors[anchor] = (node, size)
                inner = size - 1
                items, mapping, begin, label, anchor, flow, size = frames.pop()
                depth -= 1
                size += inner
                add = items.append
                add(node)
            elif kind is alias_event:
                known = anchors.get(event.anchor)
                if known is None:
                    message = f"could not parse: alias *{event.anchor} names nothing"
                    raise _UnusableError(message, event.start_mark.line + 1)
                node, inner = known
                total += inner
                size += inner - 1
                add(node)
                if total > NODES:
                    raise _UnusableError(f"aliases repeat more than {NODES} nodes", event.start_mark.line + 1)
            elif kind is document_start:
                anchors = {}
            elif kind is stream_end:
                return
    finally:
        parser.dispose()


def _pairs(path: str, items: list[Node], problems: list[Problem]) -> tuple[tuple[Node, Node], ...]:
    """Keys and values by turns as pairs, merge keys resolved; a key that comes twice is a problem."""
    keys, values = items[::2], items[1::2]
    names = {key[1] for key in keys if key[0] == "scalar"}
    if len(names) == len(keys) and ("<<" not in names or all(key.tag != "<<" for key in keys)):
        return tuple(zip(keys, values, strict=True))
    pairs: list[tuple[Node, Node]] = []
    merged: list[tuple[Node, Node]] = []
    seen: dict[tuple[type, Any], int] = {}
    for key, value in zip(keys, values, strict=True):
        if key.tag == "<<":
            for source in value.elements() or (value,):
                merged.extend(source.items())
            continue
        if key.kind == "scalar":
            name = (type(key.value), key.value)
            if name in seen:
                problems.append(Problem(path, key.at[0], f"duplicate key {key.value!r}, first on line {seen[name]}"))
            seen.setdefault(name, key.at[0])
        pairs.append((key, value))
    own = {key.value for key, _ in pairs if key.kind == "scalar"}
    for key, value in merged:
        if key.kind == "scalar" and key.value not in own:
            own.add(key.value)
            pairs.append((key, value))
    return tuple(pairs)


def _block(at: tuple[int, int, int, int], value: str, lines: list[str]) -> tuple[tuple[int, int, int, int], int]:
    """A block scalar's place, up to its last line that is not blank, and the column at which its lines start."""
    line, column, end, end_column = at
    header = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if "|" not in header and ">" not in header and line < len(lines):
        line, column = line + 1, len(lines[line]) - len(lines[line].lstrip()) + 1  # the tag stands on the line before
    if end_column == 1:
        end -= 1
    end = min(end, len(lines))
    while end > line and not lines[end - 1].strip():
        end -= 1
    place = (line, column, end, len(lines[end - 1].rstrip()) + 1 if end == line else len(lines[end - 1]) + 1)
    shown = next((number for number in range(line, end) if lines[number].strip()), None)
    if shown is None:
        return place, 1
    first = next((part for part in value.split("\n") if part.strip()), "")
    spaces = len(lines[shown]) - len(lines[shown].lstrip(" "))
    return place, max(spaces - (len(first) - len(first.lstrip(" "))), 0) + 1


def _after_anchor(at: tuple[int, int, int, int], lines: list[str]) -> tuple[int, int, int, int]:
    """The place without the anchor that it starts with; an anchor after the tag stays in."""
    line = lines[at[0] - 1] if at[0] <= len(lines) else ""
    match = re.compile(r"&[^\s,\[\]{}]+[ \t]*").match(line, at[1] - 1)
    if match is None or match.end() >= len(line) or (at[0] == at[2] and match.end() + 1 > at[3]):
        return at
    return (at[0], match.end() + 1, at[2], at[3])


def _places(text: str) -> list[tuple[int, int]]:
    """For each of libyaml's lines the real line that it is on, and the characters that stand before it there."""
    places = [(1, 0)]
    line, start = 1, 0
    for match in _BREAK.finditer(text):
        if match.group() in ("\n", "\r", "\r\n"):
            line, start = line + 1, match.end()
        places.append((line, match.end() - start))
    return places


def _real(places: list[tuple[int, int]], line: int, column: int) -> tuple[int, int]:
    real, before = places[min(line, len(places)) - 1]
    return real, before + column


def _number(text: str) -> Any:
    """A plain scalar that starts like a number, by YAML 1.1; dates and sexagesimals stay text."""
    if text == "." or (text[0] == "." and text[1] not in "0123456789iInN"):
        return text  # a path
    if (text.isdigit() and text.isascii()) or _INTEGER.match(text):
        return _integer(text)
    if _FLOAT.match(text):
        try:
            return float(text.replace("_", "").replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf"))
        except ValueError:
            return text if text.lower() != ".nan" else float("nan")
    return text


def _integer(text: str) -> Any:
    plain = text.replace("_", "")
    sign = -1 if plain.startswith("-") else 1
    plain = plain.lstrip("+-")
    if len(plain) > 40:
        return text  # a number of thousands of digits takes quadratic time to convert and means nothing here
    try:
        if plain.startswith("0b"):
            return sign * int(plain[2:], 2)
        if plain.startswith("0x"):
            return sign * int(plain[2:], 16)
        if len(plain) > 1 and plain.startswith("0"):
            # An account id such as 012345678901 must keep its zeros; only real octal digits are a number.
            return sign * int(plain, 8) if len(plain) < 12 and not set(plain) & {"8", "9"} else text
        return sign * int(plain)
    except ValueError:
        return text


def _standard(tag: str, value: str) -> Any:
    """A scalar with an explicit tag of YAML's own, such as `!!str 12`."""
    if tag in ("str", "timestamp", "binary"):
        return value
    if tag == "null":
        return None
    if tag == "bool":
        return _PLAIN.get(value, value)
    return _number(value) if value else value
