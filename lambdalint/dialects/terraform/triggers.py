"""Resources beside the functions in, triggers out, each with the term that names the function it invokes."""

from __future__ import annotations

from lambdalint.dialects.principals import invoker
from lambdalint.dialects.terraform import mappings, workflows
from lambdalint.dialects.terraform.copies import copies
from lambdalint.dialects.terraform.evaluate import argument, nested
from lambdalint.dialects.terraform.reading import at, block_of, everything, named, source_value
from lambdalint.dialects.terraform.terms import (
    Term,
    attribute,
    canonical,
    number,
    string,
    strings,
)
from lambdalint.model import ABSENT, Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.dialects.terraform.instances import Instance
    from lambdalint.languages.hcl import Block, Body
    from lambdalint.model import Delivery

    Found = Iterator[tuple[Term, Trigger]]

# Resource type -> (kind, delivery, where the function is named, where the source is).
SIMPLE: dict[str, tuple[str, Delivery, tuple[str, ...], str]] = {
    "aws_cloudwatch_log_subscription_filter": ("cloudwatch-logs", "async", ("destination_arn",), "log_group_name"),
    "aws_api_gateway_authorizer": ("apigateway-authorizer", "sync", ("authorizer_uri",), "rest_api_id"),
    "aws_apigatewayv2_authorizer": ("apigateway-authorizer", "sync", ("authorizer_uri",), "api_id"),
    "aws_lb_target_group_attachment": ("alb", "sync", ("target_id",), "target_group_arn"),
    "aws_alb_target_group_attachment": ("alb", "sync", ("target_id",), "target_group_arn"),
    "aws_vpclattice_target_group_attachment": ("vpc-lattice", "sync", ("target.id",), ""),
    "aws_secretsmanager_secret_rotation": (
        "secretsmanager-rotation", "async", ("rotation_lambda_arn",), "secret_id",
    ),
    "aws_config_config_rule": ("config", "async", ("source.source_identifier",), ""),
    "aws_config_organization_custom_rule": ("config", "async", ("lambda_function_arn",), ""),
    "aws_iot_topic_rule": ("iot", "async", ("lambda.function_arn", "error_action.lambda.function_arn"), "sql"),
    "aws_appsync_datasource": ("appsync", "sync", ("lambda_config.function_arn",), "api_id"),
    "aws_connect_lambda_function_association": ("connect", "sync", ("function_arn",), "instance_id"),
    "aws_connect_bot_association": ("connect", "sync", (), ""),
    "aws_bedrockagent_agent_action_group": ("bedrock-agent", "sync", ("action_group_executor.lambda",), ""),
    "aws_transfer_server": ("transfer-authorizer", "sync", ("function",), ""),
    "aws_s3control_object_lambda_access_point": ("s3-object-lambda", "sync", (), ""),
    "aws_apigatewayv2_api": ("apigateway-http", "sync", ("target", "body"), ""),
    "aws_api_gateway_rest_api": ("apigateway-rest", "sync", ("body",), ""),
    "aws_lex_bot": ("lex", "sync", (), ""),
    "aws_lex_intent": ("lex", "sync", (), ""),
    "aws_lexv2models_bot": ("lex", "sync", (), ""),
    "aws_kinesis_firehose_delivery_stream": ("firehose-transform", "sync", (), ""),
    "aws_cloudfront_distribution": ("cloudfront", "sync", (), ""),
    "aws_codepipeline": ("codepipeline", "async", (), ""),
    "aws_cloudformation_stack": ("cloudformation", "async", (), ""),
}  # fmt: skip


def triggers(instance: Instance) -> Found:
    """The triggers that the resources of a module make."""
    for (mode, kind, name), placed in instance.module.resources.items():
        find = FINDERS.get(kind) or (_simple if kind in SIMPLE else None)
        if mode == "managed" and find is not None:
            for _, frame in copies(placed.block.body, instance.frame(placed.path)):
                yield from find(f"{kind}.{name}", placed.block, frame)


def permissions(instance: Instance) -> Found:
    """Who may invoke a function by a permission, where the principal is a service that we know."""
    for _, name, placed in instance.module.of("aws_lambda_permission"):
        for _, frame in copies(placed.block.body, instance.frame(placed.path)):
            body = placed.block.body
            source = argument(body, "source_arn", frame)
            action = argument(body, "action", frame)
            found = permission(argument(body, "principal", frame), source, action, argument(
                body, "function_url_auth_type", frame))  # fmt: skip
            if found is not None:
                span = frame.span(placed.block.at)
                trigger = Trigger(*found, span, f"aws_lambda_permission.{name}", source_named(source))
                yield argument(body, "function_name", frame), trigger


def permission(principal: Term, source: Term, action: Term, url: Term) -> tuple[str, Delivery] | None:
    """The trigger that a permission stands for: by its principal, for EventBridge by the rule it names."""
    if str(action.data).endswith("InvokeFunctionUrl") or url.data is not None:
        return "function-url", "sync"
    text = principal.data if isinstance(principal.data, str) else principal.text
    found = invoker(text)
    if found is not None and found[0] == "eventbridge":
        rule = named(source, "aws_cloudwatch_event_rule")
        return (rule_of(rule)[0], "async") if rule is not None else found
    return found


def source_named(term: Term) -> Value[str]:
    """What a trigger listens to; ABSENT when nothing is named."""
    return source_value(term, string(term)) if term.data is not None else ABSENT


def _present(**values: Value[Any]) -> dict[str, Value[Any]]:
    return {name: found for name, found in values.items() if found.written}


# ------------------------------------------------------------------------------------------------------------ finders


def _simple(address: str, block: Block, frame: Frame) -> Found:
    kind, delivery, places, origin = SIMPLE[address.partition(".")[0]]
    source = source_named(at(block.body, origin, frame)) if origin else ABSENT
    targets = [at(block.body, place, frame) for place in places] or list(everything(block.body, frame))
    for target in targets:
        if target.data is not None:
            yield target, Trigger(kind, delivery, frame.span(block.at), address, source)


def _mapping(address: str, block: Block, frame: Frame) -> Found:
    source = argument(block.body, "event_source_arn", frame)
    kind = mappings.kind_of(block.body, frame, source)
    settings = mappings.settings(block.body, frame, kind, source)
    trigger = Trigger(kind, "poll", frame.span(block.at), address, source_named(source), settings)
    yield argument(block.body, "function_name", frame), trigger


def _notification(address: str, block: Block, frame: Frame) -> Found:
    source = source_named(argument(block.body, "bucket", frame))
    for entry, inner, _ in nested(block.body, "lambda_function", frame):
        settings = _present(
            events=strings(argument(entry.body, "events", inner)),
            prefix=string(argument(entry.body, "filter_prefix", inner)),
            suffix=string(argument(entry.body, "filter_suffix", inner)),
        )
        trigger = Trigger("s3", "async", inner.span(entry.at), address, source, settings)
        yield argument(entry.body, "lambda_function_arn", inner), trigger


def _target(address: str, block: Block, frame: Frame) -> Found:
    rule = argument(block.body, "rule", frame)
    kind, schedule = "eventbridge", ABSENT
    handle = named(rule, "aws_cloudwatch_event_rule") or _rule_named(rule, frame.instance)
    if handle is not None:
        kind, schedule = rule_of(handle)
    settings = _present(
        retries=number(at(block.body, "retry_policy.maximum_retry_attempts", frame)),
        dead_letter_queue=string(at(block.body, "dead_letter_config.arn", frame)),
        schedule=schedule,
    )
    source = Value(handle.address, rule.span) if handle is not None else source_named(rule)
    trigger = Trigger(kind, "async", frame.span(block.at), address, source, settings)
    yield argument(block.body, "arn", frame), trigger


def _rule_named(rule: Term, instance: Instance) -> Any:
    """The rule of the same module that has this name."""
    from lambdalint.dialects.terraform.terms import Handle

    wanted = canonical(rule)
    for kind, name, placed in instance.module.of("aws_cloudwatch_event_rule") if wanted else ():
        handle = Handle(instance, f"{kind}.{name}", None, "name")
        found = block_of(handle)
        if found is not None and canonical(argument(placed.block.body, "name", found[1])) == wanted:
            return handle
    return None


def rule_of(handle: Any) -> tuple[str, Value[str]]:
    """Whether a rule is a schedule, an S3 event by way of EventBridge, or another event; and its schedule."""
    found = block_of(handle)
    if found is None:
        return "eventbridge", ABSENT
    body, frame = found
    schedule = argument(body, "schedule_expression", frame)
    if schedule.data is not None and "event_pattern" not in body.attributes:
        return "schedule", string(schedule)
    pattern = body.attributes.get("event_pattern")
    if pattern is not None:
        source = attribute(mappings.encoded(pattern.value, frame), "source")
        if isinstance(source.data, tuple) and [item.data for item in source.data] == ["aws.s3"]:
            return "s3-eventbridge", ABSENT
    return "eventbridge", ABSENT


def _schedule(address: str, block: Block, frame: Frame) -> Found:
    settings = _present(
        retries=number(at(block.body, "target.retry_policy.maximum_retry_attempts", frame)),
        dead_letter_queue=string(at(block.body, "target.dead_letter_config.arn", frame)),
        schedule=string(argument(block.body, "schedule_expression", frame)),
    )
    trigger = Trigger("schedule", "async", frame.span(block.at), address, ABSENT, settings)
    yield at(block.body, "target.arn", frame), trigger
    # The universal target `aws-sdk:lambda:invoke` names the function in its input.
    if str(at(block.body, "target.arn", frame).data).endswith(":lambda:invoke"):
        yield at(block.body, "target.input", frame), trigger


def _subscription(address: str, block: Block, frame: Frame) -> Found:
    protocol = argument(block.body, "protocol", frame)
    if protocol.data in ("lambda",) or (protocol.text and protocol.handles):
        source = source_named(argument(block.body, "topic_arn", frame))
        settings = _present(filter=string(argument(block.body, "filter_policy", frame)))
        trigger = Trigger("sns", "async", frame.span(block.at), address, source, settings)
        yield argument(block.body, "endpoint", frame), trigger


def _rest(address: str, block: Block, frame: Frame) -> Found:
    settings = _present(method=string(argument(block.body, "http_method", frame)), path=_rest_path(block.body, frame))
    source = source_named(argument(block.body, "rest_api_id", frame))
    trigger = Trigger("apigateway-rest", "sync", frame.span(block.at), address, source, settings)
    yield argument(block.body, "uri", frame), trigger


def _rest_path(body: Body, frame: Frame) -> Value[str]:
    """The path of an aws_api_gateway_resource, from its part and its parents'."""
    parts: list[str] = []
    resource = argument(body, "resource_id", frame)
    span = resource.span
    for _ in range(10):
        handle = named(resource, "aws_api_gateway_resource")
        found = block_of(handle) if handle is not None else None
        if found is None:
            break
        part = argument(found[0], "path_part", found[1]).data
        if not isinstance(part, str):
            return ABSENT
        parts.insert(0, part)
        resource = argument(found[0], "parent_id", found[1])
    return Value("/" + "/".join(parts), span) if parts else ABSENT


def _http(address: str, block: Block, frame: Frame) -> Found:
    target = argument(block.body, "integration_uri", frame)
    api = argument(block.body, "api_id", frame)
    handle = named(api, "aws_apigatewayv2_api")
    found = block_of(handle) if handle is not None else None
    kind = "apigateway-http"
    if found is not None and str(argument(found[0], "protocol_type", found[1]).data).upper() == "WEBSOCKET":
        kind = "apigateway-websocket"
    routes = list(_routes(address, frame.instance))
    for span, route in routes:
        settings: dict[str, Value[Any]] = {}
        if isinstance(route.data, str) and " " in route.data:
            method, _, path = route.data.partition(" ")
            settings = {"method": Value(method, route.span), "path": Value(path, route.span)}
        yield target, Trigger(kind, "sync", span, address, source_named(api), settings)
    if not routes:
        yield target, Trigger(kind, "sync", frame.span(block.at), address, source_named(api))


def _routes(integration: str, instance: Instance) -> Iterator[tuple[Any, Term]]:
    for _, _, placed in instance.module.of("aws_apigatewayv2_route"):
        for _, frame in copies(placed.block.body, instance.frame(placed.path)):
            target = argument(placed.block.body, "target", frame)
            if any(handle.address == integration and handle.instance is instance for handle in target.handles):
                yield frame.span(placed.block.at), argument(placed.block.body, "route_key", frame)


def _url(address: str, block: Block, frame: Frame) -> Found:
    settings = _present(auth=string(argument(block.body, "authorization_type", frame)))
    trigger = Trigger("function-url", "sync", frame.span(block.at), address, ABSENT, settings)
    yield argument(block.body, "function_name", frame), trigger


def _user_pool(address: str, block: Block, frame: Frame) -> Found:
    for entry, inner, _ in nested(block.body, "lambda_config", frame):
        source = Value(address, frame.span(block.at))
        for name, found in entry.body.attributes.items():
            span = inner.span(found.at)
            yield argument(entry.body, name, inner), Trigger("cognito", "sync", span, name, source)
        for sender in entry.body.blocks:
            delivery: Delivery = "async" if sender.type.startswith("custom_") else "sync"
            trigger = Trigger("cognito", delivery, inner.span(sender.at), sender.type, source)
            yield argument(sender.body, "lambda_arn", inner), trigger


def _receipt(address: str, block: Block, frame: Frame) -> Found:
    for entry, inner, _ in nested(block.body, "lambda_action", frame):
        sync = argument(entry.body, "invocation_type", inner).data == "RequestResponse"
        trigger = Trigger("ses", "sync" if sync else "async", frame.span(block.at), address)
        yield argument(entry.body, "function_arn", inner), trigger


def _alarm(address: str, block: Block, frame: Frame) -> Found:
    for name in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
        term = argument(block.body, name, frame)
        if term.data is not None:
            yield term, Trigger("cloudwatch-alarm", "async", frame.span(block.at), address)


def _pipe(address: str, block: Block, frame: Frame) -> Found:
    source = source_named(argument(block.body, "source", frame))
    how = at(block.body, "target_parameters.lambda_function_parameters.invocation_type", frame).data
    delivery: Delivery = "async" if how == "FIRE_AND_FORGET" else "poll"  # and what failed is sent again
    span = frame.span(block.at)
    yield argument(block.body, "target", frame), Trigger("pipes", delivery, span, address, source)
    yield argument(block.body, "enrichment", frame), Trigger("pipes", "poll", span, address, source)


def _destination(address: str, block: Block, frame: Frame) -> Found:
    for name in ("on_failure", "on_success"):
        target = at(block.body, f"destination_config.{name}.destination", frame)
        if target.data is not None:
            span = frame.span(block.at)
            yield target, Trigger("destination", "async", span, address, Value(address, span))


def _machine(address: str, block: Block, frame: Frame) -> Found:
    yield from workflows.tasks(address, block, frame)


FINDERS: dict[str, Callable[[str, Block, Frame], Found]] = {
    "aws_lambda_event_source_mapping": _mapping,
    "aws_s3_bucket_notification": _notification,
    "aws_cloudwatch_event_target": _target,
    "aws_scheduler_schedule": _schedule,
    "aws_sns_topic_subscription": _subscription,
    "aws_api_gateway_integration": _rest,
    "aws_apigatewayv2_integration": _http,
    "aws_lambda_function_url": _url,
    "aws_cognito_user_pool": _user_pool,
    "aws_ses_receipt_rule": _receipt,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_cloudwatch_composite_alarm": _alarm,
    "aws_pipes_pipe": _pipe,
    "aws_lambda_function_event_invoke_config": _destination,
    "aws_sfn_state_machine": _machine,
}
TYPES = frozenset((*FINDERS, *SIMPLE, "aws_lambda_permission"))
