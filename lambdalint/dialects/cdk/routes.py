"""Arguments of a connection in, what they say out: a schedule, the path of a resource, functions at the edge."""

from __future__ import annotations

from lambdalint.dialects.cdk.constructs import (
    argument,
    as_props,
    construct,
    elements,
    name_of,
    plain,
    props_of,
)
from lambdalint.dialects.cdk.reading import (
    seconds,
    text,
)
from lambdalint.languages.terms.values import Made, Member, Record
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Span


def schedule(value: Any) -> str | None:
    """A schedule expression."""
    if not isinstance(value, Made):
        return text(value)
    name = name_of(value).rpartition(".")[2]
    item = argument(value, 0, "expression", "duration")
    if name == "expression":
        return text(item.value) if item is not None else None
    if name == "rate" and item is not None:
        amount = seconds(item.value)
        if amount is None or amount < 60:
            return None
        for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
            if amount % size == 0:
                return f"rate({amount // size} {unit}{'s' if amount != size else ''})"
    if name == "cron":
        fields = props_of(value, 0)
        if not fields.whole:
            return None
        day = text(fields.value("day")) if fields.get("day") else None
        week = text(fields.value("weekDay")) if fields.get("weekDay") else None
        parts = [text(fields.value(field)) if fields.get(field) else default for field, default in
                 (("minute", "*"), ("hour", "*"))]  # fmt: skip
        parts.append(day if day is not None else ("?" if week is not None else "*"))
        parts.append(text(fields.value("month")) if fields.get("month") else "*")
        parts.append(week if week is not None else "?")
        parts.append(text(fields.value("year")) if fields.get("year") else "*")
        return f"cron({' '.join(part for part in parts if part)})" if None not in parts else None
    return None


def resource_path(value: Any) -> str | None:
    """The path of an API's resource: `api.root.addResource('a').addResource('b')` -> "/a/b"."""
    parts: list[str] = []
    for _ in range(20):
        if isinstance(value, Member) and plain(value.name) == "root":
            return "/" + "/".join(reversed(parts))
        made = construct(value)
        if made is None or name_of(made) not in (".addresource", ".resourceforpath", ".addproxy"):
            return None
        item = argument(made, 0, "pathPart", "path")
        part = "{proxy+}" if name_of(made) == ".addproxy" else text(item.value) if item is not None else None
        if part is None:
            return None
        parts.append(part.strip("/"))
        value = made.receiver
    return None


def edge_functions(record: Record | None, span: Span, depth: int = 0) -> Iterator[tuple[Any, Span]]:
    """Functions under `edgeLambdas: [{functionVersion}]` anywhere in the props of a distribution."""
    for name, entry in record.entries.items() if record is not None and depth < 5 else ():
        if plain(name) == "edgelambdas":
            for item in elements(entry.value):
                version = as_props(item.value).get("functionVersion")
                if version is not None:
                    yield version.value, version.span
        elif isinstance(entry.value, (Record, Made)):
            inner = as_props(entry.value).record
            yield from edge_functions(inner, entry.span, depth + 1)


def pattern_kind(callee: str) -> str:
    """What invokes the function of a construct of AWS Solutions Constructs, by its name."""
    name = plain(callee.rpartition(".")[2])
    for start, kind in (
        ("apigatewaytolambda", "apigateway-rest"), ("cloudfronttoapigatewaytolambda", "apigateway-rest"),
        ("cognitotoapigatewaytolambda", "apigateway-rest"), ("sqstolambda", "sqs"), ("snstolambda", "sns"),
        ("s3tolambda", "s3"), ("kinesisstreamstolambda", "kinesis"), ("dynamodbstreamstolambda", "dynamodb"),
        ("eventbridgetolambda", "eventbridge"), ("iottolambda", "iot"), ("albtolambda", "alb"),
        ("openapigatewaytolambda", "apigateway-rest"),
    ):  # fmt: skip
        if name.startswith(start):
            return kind
    return ""
