"""Words with what is filled into them in, texts that remember where each character comes from out."""

from __future__ import annotations

from lambdalint.model import ABSENT, Node, Reference, Span, Value
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.model import Place

# Around the name of something that cannot be told; neither stands in a file that people write.
OPEN, CLOSE = "\ue000", "\ue001"
HERE = "\ue002/"  # what a path starts with that is known to stand below the linted root


class Spot(NamedTuple):
    """Characters begin to end of a text: where they stand, whether as they are, and what they refer to otherwise."""

    begin: int
    end: int
    at: Place
    literal: bool
    references: tuple[Reference, ...] = ()


class Text(NamedTuple):
    """A text put together. path: the file in which it is written."""

    text: str
    path: str
    spots: tuple[Spot, ...]

    @property
    def known(self) -> str | None:
        """The text when all of it can be told."""
        return None if OPEN in self.text else self.text

    @property
    def references(self) -> tuple[Reference, ...]:
        """What it is made of besides literals."""
        return tuple(dict.fromkeys(one for spot in self.spots for one in spot.references))

    def span(self, begin: int = 0, end: int | None = None) -> Span:
        """Where a stretch of the text stands."""
        end = len(self.text) if end is None else end
        touched = [spot for spot in self.spots if spot.begin < end and spot.end > begin] or list(self.spots[:1])
        first, last = touched[0], touched[-1]
        line, column = first.at[:2]
        if first.literal:
            column += max(0, begin - first.begin)
        end_line, end_column = last.at[2:]
        if last.literal and last.end > end:
            end_line, end_column = last.at[0], last.at[1] + end - last.begin
        return Span(self.path, line, column, end_line, end_column)

    def value(self, begin: int = 0, end: int | None = None, convert: Callable[[Any], Any] | None = None) -> Value[Any]:
        """A stretch of the text as a setting's Value."""
        end = len(self.text) if end is None else end
        known = self.text[begin:end]
        references = tuple(
            dict.fromkeys(
                one for spot in self.spots if spot.begin < end and spot.end > begin for one in spot.references
            )
        )
        if OPEN in known:
            return Value(None, self.span(begin, end), True, references)
        return Value(convert(known) if convert is not None else known, self.span(begin, end), True, references)


class Piece(NamedTuple):
    """A node of a request: of a text (columns are offsets in it, from 1) or, without one, of the file at path."""

    node: Node
    path: str
    text: Text | None = None

    def get(self, *keys: str) -> Piece | None:
        """What stands under these keys."""
        node: Node | None = self.node
        for key in keys:
            node = None if node is None else node.get(key)
        return None if node is None else Piece(node, self.path, self.text)

    def elements(self) -> tuple[Piece, ...]:
        """The elements of a list."""
        return tuple(Piece(node, self.path, self.text) for node in self.node.elements())

    def span(self, node: Node | None = None) -> Span:
        """Where the node (or another of the same tree) stands."""
        node = self.node if node is None else node
        if self.text is None:
            return node.span(self.path)
        return self.text.span(node.at[1] - 1, node.at[3] - 1)

    def value(self, convert: Callable[[Any], Any] | None = None) -> Value[Any]:
        """The node as a Value: plain data, unknown when a part cannot be told."""
        node = self.node
        if node.kind == "scalar" and node.value is None:
            return ABSENT
        plain = node.plain()
        span = self.span()
        references: tuple[Reference, ...] = ()
        if self.text is not None:
            within = self.text.value(node.at[1] - 1, node.at[3] - 1)
            references = within.references
            if within.known is None:
                return Value(None, span, True, references)
        return Value(convert(plain) if convert is not None else plain, span, True, references)


def literal(text: str, path: str, at: Place) -> Text:
    """A text that stands in a file as it is."""
    return Text(text, path, (Spot(0, len(text), at, True),))


def joined(texts: list[Text], path: str, between: str = "") -> Text:
    """Texts one after the other."""
    if len(texts) == 1 and texts[0].path == path:
        return texts[0]
    made: list[str] = []
    spots: list[Spot] = []
    offset = 0
    for number, one in enumerate(texts):
        if number and between:
            made.append(between)
            offset += len(between)
        spots += [spot._replace(begin=spot.begin + offset, end=spot.end + offset) for spot in one.spots]
        made.append(one.text)
        offset += len(one.text)
    return Text("".join(made), path, tuple(spots))


def cut(text: Text, begin: int) -> Text:
    """The text without its first characters."""
    spots = []
    for spot in text.spots:
        if spot.end <= begin and spot.end < len(text.text):
            continue
        line, column, end_line, end_column = spot.at
        if spot.begin < begin and spot.literal:
            column += begin - spot.begin
        spots.append(
            spot._replace(
                begin=max(spot.begin - begin, 0), end=max(spot.end - begin, 0), at=(line, column, end_line, end_column)
            )
        )
    return Text(text.text[begin:], text.path, tuple(spots))


def structure(text: Text) -> Piece | None:
    """JSON or the CLI's shorthand (`Variables={A=b},Other=[x,y]`) as a tree over the text."""
    plain = text.text
    if plain.lstrip()[:1] in ("{", "["):
        from lambdalint.languages import yaml

        flat = plain.replace("\n", " ").replace("\t", " ").replace("\r", " ")
        facts, _ = yaml.parse(text.path, flat)
        return Piece(facts[0], text.path, text) if facts and facts[0].kind != "scalar" else None
    if "=" not in plain:
        return None
    node, _ = _pairs(plain, 0, "")
    return Piece(node, text.path, text)


def _pairs(text: str, position: int, until: str) -> tuple[Node, int]:
    """`key=value,key=value` up to a closing brace."""
    pairs: list[tuple[Node, Node]] = []
    begin = position
    while position < len(text) and text[position] != until:
        if text[position] in ", \n\t":
            position += 1
            continue
        stop = position
        while stop < len(text) and text[stop] not in "=,}" + until:
            stop += 1
        key = _scalar(text, position, stop)
        if stop < len(text) and text[stop] == "=":
            value, position = _value(text, stop + 1, until)
            pairs.append((key, value))
        else:
            position = max(stop, position + 1)
            if pairs and key.value:  # `SubnetIds=a,b`: one more element of the last list
                name, last = pairs[-1]
                elements = last.elements() or (last,)
                whole = Node("sequence", (*elements, key), (1, elements[0].at[1], 1, key.at[3]))
                pairs[-1] = (name, whole)
    return Node("mapping", tuple(pairs), (1, begin + 1, 1, position + 1)), position


def _value(text: str, position: int, until: str) -> tuple[Node, int]:
    if position >= len(text):
        return _scalar(text, position, position), position
    character = text[position]
    if character == "{":
        node, stop = _pairs(text, position + 1, "}")
        return node._replace(at=(1, position + 1, 1, min(stop, len(text)) + 2)), stop + 1
    if character == "[":
        elements: list[Node] = []
        stop = position + 1
        while stop < len(text) and text[stop] != "]":
            if text[stop] in ", ":
                stop += 1
                continue
            node, after = _value(text, stop, "]")
            elements.append(node)
            stop = max(after, stop + 1)
        return Node("sequence", tuple(elements), (1, position + 1, 1, stop + 2)), stop + 1
    if character in "'\"":
        stop = text.find(character, position + 1)
        stop = len(text) if stop < 0 else stop
        inner = _scalar(text, position + 1, stop)
        return inner, stop + 1
    stop = position
    while stop < len(text) and text[stop] not in (",", until or ",", "]", "}"):
        stop += 1
    return _scalar(text, position, stop), stop


def _scalar(text: str, begin: int, end: int) -> Node:
    inner = text[begin:end]
    begin += len(inner) - len(inner.lstrip())
    inner = inner.strip()
    return Node("scalar", inner, (1, begin + 1, 1, begin + len(inner) + 1))
