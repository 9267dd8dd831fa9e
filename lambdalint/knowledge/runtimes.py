"""A runtime identifier -> its family, lifecycle dates and features."""

from __future__ import annotations

from functools import cache

from lambdalint.knowledge.tables import rows
from lambdalint.typed import NamedTuple


class Runtime(NamedTuple):
    """A value of a function's Runtime. Dates are ISO text, "" when AWS has announced none.

    status: "supported", "deprecated", "preview", "container-only", "customer-managed". deprecated: no more patches
    from that day. block_create, block_update: the API refuses these calls from that day. sdk: what the managed runtime
    carries ("boto3", "aws-sdk-js-v3"). features: any of "snapstart", "managed_instances", "durable".
    """

    id: str
    family: str
    os: str
    version: str
    status: str
    deprecated: str
    block_create: str
    block_update: str
    successor: str
    sdk: str
    note: str
    features: tuple[str, ...]


def runtime(identity: str) -> Runtime | None:
    """The runtime with an identifier such as "python3.13"; None for one that is not (or no longer) listed."""
    return _runtimes().get(identity)


@cache
def _runtimes() -> dict[str, Runtime]:
    found = {}
    for identity, family, os, version, status, deprecated, create, update, after, sdk, features, note in rows(
        "runtimes", 12
    ):
        dates = (deprecated, create, update)
        found[identity] = Runtime(
            identity, family, os, version, status, *dates, after, sdk, note, tuple(features.split())
        )
    return found
