"""Calls of public modules in, triggers out: what terraform-aws-modules/lambda and its siblings wire to a function."""

from __future__ import annotations

from lambdalint.dialects.terraform import mappings
from lambdalint.dialects.terraform.evaluate import argument
from lambdalint.dialects.terraform.folders import source_of
from lambdalint.dialects.terraform.reading import everything
from lambdalint.dialects.terraform.terms import NULL, Entries, Term, attribute, string, truth, unknown_of
from lambdalint.dialects.terraform.triggers import permission, source_named
from lambdalint.model import ABSENT, Trigger, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.dialects.terraform.instances import Instance
    from lambdalint.languages.hcl import Body
    from lambdalint.model import Delivery


def of_module(body: Body, frame: Frame, address: str) -> Iterator[Trigger]:
    """event_source_mapping, allowed_triggers and the URL of a terraform-aws-modules/lambda call."""
    for name, entry in _entries(argument(body, "event_source_mapping", frame)):
        source = attribute(entry, "event_source_arn")
        kind = mappings.kind_of_source(source)
        if kind == "unknown":
            kind = _kind_of_entry(entry)
        span = entry.span or frame.span(body.attributes["event_source_mapping"].at)
        settings = mappings.of_map(entry, kind, source)
        yield Trigger(kind, "poll", span, f"{address}.{name}", source_named(source), settings)
    if truth(argument(body, "create_lambda_function_url", frame)):
        span = frame.span(body.attributes["create_lambda_function_url"].at)
        auth = string(argument(body, "authorization_type", frame))
        settings = {"auth": auth if auth.written else Value("NONE", None, written=False)}
        yield Trigger("function-url", "sync", span, address, ABSENT, settings)


def _kind_of_entry(entry: Term) -> str:
    names = entry.data.terms.keys() if isinstance(entry.data, Entries) else ()
    if "self_managed_event_source" in names:
        return "kafka"
    if "queues" in names:
        return "mq-activemq"
    if "topics" in names:
        return "msk"
    return "unknown" if "starting_position" in names else "sqs"


def allowed(body: Body, frame: Frame, address: str) -> Iterator[Trigger]:
    """allowed_triggers of a terraform-aws-modules/lambda call: permissions by service or principal."""
    for name, entry in _entries(argument(body, "allowed_triggers", frame)):
        service, principal = _given(entry, "service"), _given(entry, "principal")
        if principal.data is None and isinstance(service.data, str):
            principal = Term(f"{service.data}.amazonaws.com")
        source = _given(entry, "source_arn")
        found = permission(principal, source, _given(entry, "action"), _given(entry, "function_url_auth_type"))
        span = entry.span or frame.span(body.attributes["allowed_triggers"].at)
        if found is not None:
            yield Trigger(*found, span, f"{address}.{name}", source_named(source))


def _given(entry: Term, key: str) -> Term:
    known = isinstance(entry.data, Entries) and key in entry.data.terms
    return attribute(entry, key) if known else NULL


def _entries(term: Term) -> Iterator[tuple[str, Term]]:
    if isinstance(term.data, Entries):
        for name in term.data.terms:
            yield name, attribute(term, name)


def _listed(body: Body, frame: Frame, address: str) -> Iterator[tuple[Term, Trigger]]:
    """The targets of terraform-aws-modules/eventbridge, by the rule that each is of, and its schedules."""
    rules = argument(body, "rules", frame)
    for name, listed in _entries(argument(body, "targets", frame)):
        rule = _given(rules, name)
        rate, pattern = string(_given(rule, "schedule_expression")), string(_given(rule, "event_pattern"))
        kind = "schedule" if rate.written else "eventbridge"
        settings = {"schedule": rate} if rate.written else {"filter": pattern} if pattern.written else {}
        source = Value(f"{address}.{name}", rule.span or listed.span)
        for index in range(len(listed.data)) if isinstance(listed.data, tuple) else ():
            entry = attribute(listed, index)
            span = entry.span or listed.span or frame.span(body.attributes["targets"].at)
            yield _given(entry, "arn"), Trigger(kind, "async", span, f"{address}.{name}", source, settings)
    for name, entry in _entries(argument(body, "schedules", frame)):
        rate = string(_given(entry, "schedule_expression"))
        span = entry.span or frame.span(body.attributes["schedules"].at)
        yield _given(entry, "arn"), Trigger("schedule", "async", span, f"{address}.{name}", ABSENT, {"schedule": rate})


# Calls of public modules that wire a function handed to them: part of the source -> what invokes.
PUBLIC: dict[str, tuple[str, Delivery]] = {
    "terraform-aws-modules/eventbridge": ("eventbridge", "async"),
    "terraform-aws-modules/s3-bucket/aws//modules/notification": ("s3", "async"),
    "terraform-aws-modules/sns": ("sns", "async"),
    "terraform-aws-modules/apigateway-v2": ("apigateway-http", "sync"),
    "terraform-aws-modules/alb": ("alb", "sync"),
    "terraform-aws-modules/step-functions": ("stepfunctions", "sync"),
    "terraform-aws-modules/cloudfront": ("cloudfront", "sync"),
    "terraform-aws-modules/appsync": ("appsync", "sync"),
}


def of_calls(instance: Instance) -> Iterator[tuple[Term, Trigger]]:
    """Functions handed to public modules that make something invoke them."""
    for name, placed in instance.module.calls.items():
        source = source_of(placed.block)
        for part, (kind, delivery) in PUBLIC.items():
            if part in source:
                frame = instance.frame(placed.path)
                listed = list(_listed(placed.block.body, frame, f"module.{name}")) if kind == "eventbridge" else []
                yield from listed
                if listed:
                    continue
                trigger = Trigger(kind, delivery, frame.span(placed.block.at), f"module.{name}")
                yield unknown_of(everything(placed.block.body, frame)), trigger
