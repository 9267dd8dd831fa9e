"""A block with count or for_each in, its copies out: the key of each, and the names it is evaluated with."""

from __future__ import annotations

from lambdalint.dialects.terraform.evaluate import Frame, argument
from lambdalint.dialects.terraform.terms import UNKNOWN, Entries, Term, attribute, text_of, truth
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.languages.hcl import Body

COPIES = 200  # instances of one block by for_each or count; more are declared once, with each.key unknown


def repeats(body: Body) -> bool:
    """Whether a block stands for several by count or for_each."""
    return "count" in body.attributes or "for_each" in body.attributes


def copies(body: Body, frame: Frame) -> Iterator[tuple[Any, Frame]]:
    """Each copy of a block: its key (None when the copies cannot be told) and the frame with its names bound.

    A count of 0 that rests on a variable's default is one copy: whoever sets the variable has it.
    """
    if "count" in body.attributes:
        count = argument(body, "count", frame)
        number = count.data if isinstance(count.data, (int, float)) and not isinstance(count.data, bool) else None
        if isinstance(count.data, str) and count.data.isdigit() and len(count.data) < 9:
            number = int(count.data)
        if truth(count) is not None:
            number = int(bool(truth(count)))
        if number is None or number > COPIES or (number < 1 and count.assumed):
            yield None, copy_frame(body, frame, None)
            return
        for index in range(int(number)):
            # A lone copy is what a switch such as `count = var.enabled ? 1 : 0` gives: it needs no number.
            yield (None if number == 1 else index), frame.bind(count=Term(Entries({"index": Term(index)}, {})))
    elif "for_each" in body.attributes:
        over = argument(body, "for_each", frame)
        known = over.data
        if isinstance(known, Entries) and not known.more:
            keys: list[Any] = list(known.terms)
        elif isinstance(known, tuple) and all(text_of(item.data) is not None for item in known):
            keys = [text_of(item.data) for item in known]
        else:
            yield None, copy_frame(body, frame, None)
            return
        if len(keys) > COPIES or (not keys and over.assumed):
            yield None, copy_frame(body, frame, None)
            return
        for key in keys:
            yield key, frame.bind(each=_each(over, key))
    else:
        yield None, frame


def _each(over: Term, key: Any) -> Term:
    if isinstance(over.data, tuple):
        found = next((item for item in over.data if text_of(item.data) == key), Term(key))
        value = attribute(Term((found,), None, over.references, (), "", over.assumed), 0)
        return Term(Entries({"key": value, "value": value}, {}))
    return Term(Entries({"key": Term(key), "value": attribute(over, key)}, {}))


def copy_frame(body: Body, frame: Frame, key: Any) -> Frame:
    """The frame of the copy with this key; with None for the key, what all copies have in common."""
    if "for_each" not in body.attributes:
        index = Term(key) if key is not None else Term(UNKNOWN, None, (), (), "${count.index}")
        return frame.bind(count=Term(Entries({"index": index}, {})))
    over = argument(body, "for_each", frame)
    if key is not None:
        return frame.bind(each=_each(over, text_of(key)))
    value = attribute(over, UNKNOWN)
    if isinstance(value.data, Entries):
        value = value._replace(data=Entries(value.data.terms, value.data.names))
    unknown = Term(UNKNOWN, None, over.references, (), "${each.key}")
    return frame.bind(each=Term(Entries({"key": unknown, "value": value._replace(text="${each.value}")}, {})))
