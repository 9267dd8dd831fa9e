"""The id of an event source, a type annotation, or the keys a handler reads -> how the source invokes and retries."""

from __future__ import annotations

from functools import cache

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
    retry: who retries and how. dedup_key: the part of the event that is the same in each delivery, "" when unknown.
    marks: paths a handler reads that fit this source; strong: those that fit no other. sam, serverless: the names of
    the event there. timeout_cap: seconds after which the source gives up waiting. batch: default, maximum and FIFO
    maximum of the batch size. response: the fields of the answer that the source understands.
    """

    id: str
    delivery: Delivery
    dedup_key: str
    again: str
    retry: str
    marks: tuple[str, ...]
    strong: tuple[str, ...]
    types: tuple[str, ...]
    sam: tuple[str, ...]
    serverless: tuple[str, ...]
    timeout_cap: int | None
    batch: tuple[int, ...]
    response: tuple[str, ...]
    note: str


def event_source(identity: str) -> EventSource | None:
    """The source with an id such as "sqs", "s3", "apigateway-rest"."""
    return _sources().get(identity)


def event_sources() -> Iterable[EventSource]:
    """All sources, in the order of the table."""
    return _sources().values()


def event_source_by_type(path: str) -> EventSource | None:
    """The source whose event a dotted type is: an annotation, a Powertools data class or parser model.

    Both "aws_lambda_powertools.utilities.data_classes.SQSEvent" and the class's own module below it are understood.
    """
    module, _, name = path.rpartition(".")
    for kind, prefix in TYPE_MODULES.items():
        if module == prefix or module.startswith(prefix + "."):
            return _types().get((kind, name))
    return None


def event_source_by_sam(kind: str) -> EventSource | None:
    """The source behind an event's Type in a SAM template ("SQS", "Api"); MQ is taken for ActiveMQ."""
    return _names("sam").get(kind)


def event_source_by_serverless(key: str) -> EventSource | None:
    """The source behind an event's key in serverless.yml ("sqs", "http"); "stream" is taken for Kinesis."""
    return _names("serverless").get(key)


def event_source_by_keys(keys: Iterable[str]) -> EventSource | None:
    """The only source that fits the paths a handler reads from its event; None when nothing or several fit."""
    found = event_sources_by_keys(keys)
    return found[0] if len(found) == 1 else None


def event_sources_by_keys(keys: Iterable[str]) -> list[EventSource]:
    """The sources that fit the paths a handler reads from its event, by marks that no other source shares.

    A path counts for a mark when it is the mark or goes on below it: "Records[].s3.bucket.name" for "Records[].s3".
    A comparison is written with its value: "Records[].eventSource=aws:sqs".
    """
    found: dict[str, EventSource] = {}
    marks = _marks()
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
    for row in rows("event_sources", 14):
        found[row[0]] = EventSource(
            row[0],
            row[1],  # type: ignore[arg-type]
            row[2],
            row[3],
            row[4],
            tuple(row[5].split(" | ")) if row[5] else (),
            tuple(row[6].split(" | ")) if row[6] else (),
            tuple(row[7].split()),
            tuple(row[8].split()),
            tuple(row[9].split()),
            int(row[10]) if row[10] else None,
            tuple(int(number) for number in row[11].split()),
            tuple(row[12].split(" | ")) if row[12] else (),
            row[13],
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
def _names(field: str) -> dict[str, EventSource]:
    found: dict[str, EventSource] = {}
    for source in _sources().values():
        for name in getattr(source, field):
            found.setdefault(name, source)
    return found


@cache
def _marks() -> dict[str, EventSource]:
    return {mark: source for source in _sources().values() for mark in source.strong}
