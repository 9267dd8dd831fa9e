"""The tests that a call stands under in, which of a function's event sources can get there out.

One function may serve several sources and tell them apart by what their events hold: `if "requestContext" in event`.
Source: the sample events of each source in the AWS Lambda Developer Guide.
"""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.model import Guard

WEB = frozenset({"apigateway-rest", "apigateway-http", "apigateway-websocket", "function-url", "alb", "vpc-lattice"})
BUS = frozenset({"eventbridge", "schedule", "s3-eventbridge"})
BATCHES = frozenset({"s3", "sqs", "sns", "ses", "kinesis", "dynamodb", "codecommit"})
# What only the events of some sources say, as the value of a key.
VALUES = {
    "aws:s3": frozenset({"s3"}),
    "aws:sqs": frozenset({"sqs"}),
    "aws:sns": frozenset({"sns"}),
    "aws:ses": frozenset({"ses"}),
    "aws:kinesis": frozenset({"kinesis"}),
    "aws:dynamodb": frozenset({"dynamodb"}),
    "aws.events": frozenset({"schedule"}),
    "aws.scheduler": frozenset({"schedule"}),
    "Scheduled Event": frozenset({"schedule"}),
    "aws.s3": frozenset({"eventbridge", "s3-eventbridge"}),
}
# Keys that they have and others do not.
KEYS = {
    **dict.fromkeys(
        ("requestContext", "httpMethod", "rawPath", "routeKey", "rawQueryString", "queryStringParameters"), WEB
    ),
    "pathParameters": WEB,
    "headers": WEB,
    "detail-type": BUS,
    "detail": BUS,
    "Records": BATCHES,
    "awslogs": frozenset({"cloudwatch-logs"}),
    "RequestType": frozenset({"cloudformation"}),
    "ResponseURL": frozenset({"cloudformation"}),
}
# A schedule that keeps an environment warm sends an input of the author's own: `{"warmer": true}`.
WARM = pattern(r"(?i)warm|keep_?alive")
QUOTED = pattern(r"""['"]([^'"]+)['"]""")
OTHERWISE = pattern(r"\bnot in\b|^not |!=|\bis None\b|== None")
SEVERAL = pattern(r"\band\b")  # where it fails, either may hold; where an `or` fails, neither does


def admitted(kinds: frozenset[str], guards: Iterable[Guard]) -> frozenset[str]:
    """The kinds of triggers whose events pass the tests on the event's shape; all when no test tells them apart."""
    for guard in guards:
        if "event" not in guard.symbol.depends:
            continue
        told = _told(guard.text)
        if told is None:
            continue
        left = kinds - told if _fails(guard) else kinds & told
        if left and not (_fails(guard) and SEVERAL.search(guard.text)):
            kinds = left
    return kinds


def _told(text: str) -> frozenset[str] | None:
    """The sources that a test is about; a value says more than the key that has it."""
    if WARM.search(text):
        return BUS
    names = QUOTED.findall(text)
    for table in (VALUES, KEYS):
        found = [table[name] for name in names if name in table]
        if found:
            return frozenset().union(*found)
    return None


def _fails(guard: Guard) -> bool:
    """Whether the call runs where the event is not like that."""
    return guard.negated != bool(OTHERWISE.search(guard.text))
