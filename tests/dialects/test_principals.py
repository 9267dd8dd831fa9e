"""Who may invoke a function, by the principal of a permission."""

from __future__ import annotations

import pytest

from lambdalint.dialects.principals import invoker
from lambdalint.knowledge.event_sources import event_source


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("s3.amazonaws.com", ("s3", "async")),
        ("s3.amazonaws.com.cn", ("s3", "async")),
        ("batchoperations.s3.amazonaws.com", ("s3-batch", "sync")),
        ("logs.eu-west-1.amazonaws.com", ("cloudwatch-logs", "async")),
        ("logs.${AWS::Region}.amazonaws.com", ("cloudwatch-logs", "async")),
        ("logs.${AWS::Region}.${AWS::URLSuffix}", ("cloudwatch-logs", "async")),
        ("events.${data.aws_partition.current.dns_suffix}", ("eventbridge", "async")),
        ("lambda.alarms.cloudwatch.amazonaws.com", ("cloudwatch-alarm", "async")),
        ("alexa-appkit.amazon.com", ("alexa", "sync")),
        ("apigateway.amazonaws.com", ("apigateway-rest", "sync")),
        ("123456789012", None),
        ("*", None),
        ("arn:aws:iam::123456789012:root", None),
        ("arn:aws:iam::${AWS::AccountId}:root", None),
        ("${Principal}", None),
        ("s3.amazonaws.com.example.org", None),
        ("lambda.amazonaws.com", None),
        ("", None),
    ],
)
def test_what_a_principal_invokes_for(principal: str, expected: tuple[str, str] | None) -> None:
    assert invoker(principal) == expected


def test_every_kind_is_an_event_source() -> None:
    from lambdalint.dialects.principals import _KINDS

    for kind, delivery in _KINDS.values():
        source = event_source(kind)
        assert source is not None
        assert source.delivery in (delivery, "unknown")
