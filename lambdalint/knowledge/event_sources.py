"""The id of an event source, a type annotation, or the keys a handler reads -> how the source invokes and retries."""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.knowledge.tables import rows
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.model import Delivery

TYPE_MODULES = {
    "powertools": "aws_lambda_powertools.utilities.data_classes",
    "model": "aws_lambda_powertools.utilities.parser.models",
    "typing": "aws_lambda_typing.events",
}


class EventSource(NamedTuple):
    """Something that invokes a function.

    again: why the same event may come twice, as a clause for messages; "" when Lambda and the source do not repeat.
    marks: paths a handler reads that fit this source and no other, joined by & when only all of them do.
    types: the event's types, each with its library.
    batch: default, maximum and FIFO maximum of the batch size.
    """

    id: str
    delivery: Delivery
    again: str
    marks: tuple[str, ...]
    types: tuple[str, ...]
    batch: tuple[int, ...]


def event_source(identity: str) -> EventSource | None:
    """The source with an id such as "sqs", "s3", "apigateway-rest"."""
    return _sources().get(identity)


def event_source_by_type(path: str) -> EventSource | None:
    """The source whose event a dotted type is: an annotation, a Powertools data class or parser model.

    Both "aws_lambda_powertools.utilities.data_classes.SQSEvent" and the class's own module below it are understood.
    """
    module, _, name = path.rpartition(".")
    for kind, prefix in TYPE_MODULES.items():
        if module == prefix or module.startswith(prefix + "."):
            return _types().get((kind, name))
    return None


def event_sources_by_keys(keys: Iterable[str]) -> list[EventSource]:
    """The sources that fit the paths a handler reads from its event, by marks that no other source shares.

    A path counts for a mark when it is the mark or goes on below it: "Records[].s3.bucket.name" for "Records[].s3".
    A comparison is written with its value: "Records[].eventSource=aws:sqs".
    """
    found: dict[str, EventSource] = {}
    marks = _marks()
    keys = frozenset(keys)
    for several, joined in _several():
        if several <= keys:
            found[joined.id] = joined
    for key in keys:
        part = key
        while part:
            source = marks.get(part)
            if source is not None:
                found[source.id] = source
                break
            part = part[: max(part.rfind("."), part.rfind("["), 0)]
    if "schedule" in found or "s3-eventbridge" in found:
        found.pop("eventbridge", None)
    return sorted(found.values(), key=lambda source: source.id)


@cache
def _sources() -> dict[str, EventSource]:
    found = {}
    for identity, delivery, again, marks, types, batch, _, _ in rows("event_sources", 8):
        found[identity] = EventSource(
            identity,
            delivery,  # type: ignore[arg-type]
            again,
            tuple(marks.split(" | ")) if marks else (),
            tuple(types.split()),
            tuple(int(number) for number in batch.split()),
        )
    return found


@cache
def _types() -> dict[tuple[str, str], EventSource]:
    found: dict[tuple[str, str], EventSource] = {}
    for source in _sources().values():
        for entry in source.types:
            kind, _, name = entry.partition(":")
            found.setdefault((kind, name), source)
    return found


@cache
def _marks() -> dict[str, EventSource]:
    return {mark: source for source in _sources().values() for mark in source.marks}


@cache
def _several() -> list[tuple[frozenset[str], EventSource]]:
    return [(frozenset(mark.split("&")), source) for mark, source in _marks().items() if "&" in mark]
