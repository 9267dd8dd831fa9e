"""A finished run in; what invokes each of its functions out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdalint.dialects.cdk.constructs import (
    Props,
    argument,
    as_props,
    constant,
    construct,
    elements,
    id_of,
    name_of,
    plain,
    props_of,
)
from lambdalint.dialects.cdk.reading import (
    flag,
    member,
    named,
    nothing,
    number,
    or_default,
    read,
    references,
    seconds,
    setting,
    text,
)
from lambdalint.dialects.cdk.targets import function_behind
from lambdalint.knowledge.event_sources import event_source
from lambdalint.languages.terms.values import Array, Instance, Item, Known, Made, Member, Record, text_of
from lambdalint.model import ABSENT, Span, Trigger, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cdk.program import Ran

# Objects that stand for a function as a target: kind of trigger, position and keywords of the function.
WRAPPERS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "aws_events_targets:lambdafunction": ("eventbridge", 0, ("handler",)),
    "aws_scheduler_targets:lambdainvoke": ("schedule", 0, ("func",)),
    "aws_apigateway:lambdaintegration": ("apigateway-rest", 0, ("handler",)),
    "aws_apigatewayv2_integrations:httplambdaintegration": ("apigateway-http", 1, ("handler",)),
    "aws_apigatewayv2_integrations:lambdaproxyintegration": ("apigateway-http", 0, ("handler",)),
    "aws_apigatewayv2_integrations:websocketlambdaintegration": ("apigateway-websocket", 1, ("handler",)),
    "aws_apigatewayv2_integrations:lambdawebsocketintegration": ("apigateway-websocket", 0, ("handler",)),
    "aws_apigatewayv2_authorizers:httplambdaauthorizer": ("apigateway-authorizer", 1, ("handler",)),
    "aws_apigatewayv2_authorizers:websocketlambdaauthorizer": ("apigateway-authorizer", 1, ("handler",)),
    "aws_elasticloadbalancingv2_targets:lambdatarget": ("alb", 0, ("fn", "function")),
    "aws_logs_destinations:lambdadestination": ("cloudwatch-logs", 0, ("fn",)),
    "aws_s3_notifications:lambdadestination": ("s3", 0, ("fn",)),
    "aws_lambda_destinations:lambdadestination": ("destination", 0, ("fn",)),
    "aws_sns_subscriptions:lambdasubscription": ("sns", 0, ("fn",)),
    "aws_cloudwatch_actions:lambdaaction": ("cloudwatch-alarm", 0, ("lambdaFunction",)),
    "aws_iot_actions:lambdafunctionaction": ("iot", 0, ("func",)),
    "aws_kinesisfirehose:lambdafunctionprocessor": ("firehose-transform", 0, ("lambdaFunction",)),
    "aws_kinesisfirehose_destinations:lambdafunctionprocessor": ("firehose-transform", 0, ("lambdaFunction",)),
    "aws_pipes_targets:lambdafunction": ("pipes", 0, ("lambdaFunction",)),
    "aws_stepfunctions_tasks:runlambdatask": ("stepfunctions", 0, ("lambdaFunction",)),
    "aws_stepfunctions_tasks:invokefunction": ("stepfunctions", 0, ("lambdaFunction",)),
}
# Constructs with a function among their props: kind of trigger, position of the props, the props.
HOLDERS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "aws_apigateway:lambdarestapi": ("apigateway-rest", 2, ("handler",)),
    "aws_apigateway:tokenauthorizer": ("apigateway-authorizer", 2, ("handler",)),
    "aws_apigateway:requestauthorizer": ("apigateway-authorizer", 2, ("handler",)),
    "aws_stepfunctions_tasks:lambdainvoke": ("stepfunctions", 2, ("lambdaFunction",)),
    "aws_stepfunctions_tasks:lambdainvoke.jsonata": ("stepfunctions", 2, ("lambdaFunction",)),
    "aws_stepfunctions_tasks:lambdainvoke.jsonpath": ("stepfunctions", 2, ("lambdaFunction",)),
    "custom_resources:provider": ("cloudformation", 2, ("onEventHandler", "isCompleteHandler")),
    "core:customresource": ("cloudformation", 2, ("serviceToken",)),
    "aws_cloudformation:customresource": ("cloudformation", 2, ("serviceToken", "provider")),
    "core:cfncustomresource": ("cloudformation", 2, ("serviceToken",)),
    "aws_lambda:functionurl": ("function-url", 2, ("function",)),
    "aws_ses_actions:lambda": ("ses", 0, ("function",)),
    "aws_config:customrule": ("config", 2, ("lambdaFunction",)),
    "aws_codepipeline_actions:lambdainvokeaction": ("codepipeline", 0, ("lambda",)),
    "aws_s3objectlambda:accesspoint": ("s3-object-lambda", 2, ("handler",)),
    "aws_secretsmanager:rotationschedule": ("secretsmanager-rotation", 2, ("rotationLambda",)),
    ".addrotationschedule": ("secretsmanager-rotation", 1, ("rotationLambda",)),
    "aws_appsync:lambdadatasource": ("appsync", 2, ("lambdaFunction",)),
    "aws_sns:cfnsubscription": ("sns", 2, ("endpoint",)),
    "aws_logs:cfnsubscriptionfilter": ("cloudwatch-logs", 2, ("destinationArn",)),
}
# Methods that take a function: kind of trigger, position and keywords.
METHODS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    ".addlambdadatasource": ("appsync", 1, ("lambdaFunction",)),
    ".addtrigger": ("cognito", 1, ("fn",)),
}
SOURCES = {
    "sqseventsource": "sqs",
    "kinesiseventsource": "kinesis",
    "kinesisconsumereventsource": "kinesis",
    "dynamoeventsource": "dynamodb",
    "s3eventsource": "s3",
    "s3eventsourcev2": "s3",
    "snseventsource": "sns",
    "managedkafkaeventsource": "msk",
    "selfmanagedkafkaeventsource": "kafka",
    "apieventsource": "apigateway-rest",
    "rabbitmqeventsource": "mq-rabbitmq",
    "activemqeventsource": "mq-activemq",
}
PRINCIPALS = {
    "s3.amazonaws.com": "s3",
    "sns.amazonaws.com": "sns",
    "events.amazonaws.com": "eventbridge",
    "scheduler.amazonaws.com": "schedule",
    "apigateway.amazonaws.com": "apigateway-rest",
    "cognito-idp.amazonaws.com": "cognito",
    "iot.amazonaws.com": "iot",
    "ses.amazonaws.com": "ses",
    "config.amazonaws.com": "config",
    "logs.amazonaws.com": "cloudwatch-logs",
    "secretsmanager.amazonaws.com": "secretsmanager-rotation",
    "lexv2.amazonaws.com": "lex",
    "lex.amazonaws.com": "lex",
    "connect.amazonaws.com": "connect",
    "bedrock.amazonaws.com": "bedrock-agent",
    "elasticloadbalancing.amazonaws.com": "alb",
    "transfer.amazonaws.com": "transfer-authorizer",
    "states.amazonaws.com": "stepfunctions",
    "vpc-lattice.amazonaws.com": "vpc-lattice",
    "lambda.alarms.cloudwatch.amazonaws.com": "cloudwatch-alarm",
    "alexa-appkit.amazon.com": "alexa",
}
FAMILIES = {"apigateway-http": "apigateway-rest", "apigateway-websocket": "apigateway-rest", "schedule": "eventbridge",
            "apigateway-authorizer": "apigateway-rest", "s3-eventbridge": "eventbridge"}  # fmt: skip
MAPPINGS = {
    "batch_size": (number, "batchSize"),
    "batching_window": (seconds, "maxBatchingWindow", "maximumBatchingWindowInSeconds"),
    "report_batch_item_failures": (flag, "reportBatchItemFailures"),
    "bisect": (flag, "bisectBatchOnError", "bisectBatchOnFunctionError"),
    "stream_retries": (number, "retryAttempts", "maximumRetryAttempts"),
    "record_age": (seconds, "maxRecordAge", "maximumRecordAgeInSeconds"),
    "on_failure": (nothing, "onFailure"),
    "parallelization": (number, "parallelizationFactor"),
    "maximum_concurrency": (number, "maxConcurrency"),
    "starting_position": (member, "startingPosition"),
    "filter": (nothing, "filters", "filterCriteria"),
    "enabled": (flag, "enabled"),
}


class Triggers:
    """All triggers of a run, by the function."""

    def __init__(self, ran: Ran) -> None:
        self.ran = ran
        self.users: dict[int, list[Made]] = {}
        self.found: dict[int, list[Trigger]] = {}
        for made in ran.run.made:
            for value in _given(made):
                self.users.setdefault(id(value), []).append(made)
        for number_of, made in enumerate(ran.run.made):
            self._read(made, number_of)
        for made in ran.run.made:
            self._permission(made)

    def of(self, made: Made) -> tuple[Trigger, ...]:
        """The triggers of one function, each place in the text once."""
        unique: dict[tuple[Any, ...], Trigger] = {}
        for trigger in self.found.get(id(made), ()):
            unique.setdefault((trigger.kind, trigger.span, trigger.name), trigger)
        return tuple(unique.values())

    def _add(self, value: Any, by: Made, trigger: Trigger) -> None:
        target = function_behind(value)
        if target is not None and not (by.order >= self.ran.reached > target.order):
            self.found.setdefault(id(target), []).append(trigger)

    def _read(self, made: Made, number_of: int) -> None:
        name = name_of(made)
        if name in WRAPPERS:
            kind, position, keywords = WRAPPERS[name]
            item = argument(made, position, *keywords) or argument(made, 0, *keywords)
            value = item.value if item is not None else None
            if isinstance(value, Record):  # older releases take {handler}
                value = as_props(value).value("handler")
            for trigger in self._wrapped(made, kind):
                self._add(value, made, trigger)
        elif name in HOLDERS:
            kind, position, held = HOLDERS[name]
            props = props_of(made, position)
            for prop in held:
                entry = props.get(prop)
                if entry is not None:
                    self._add(entry.value, made, _trigger(kind, made.header, id_of(made)))
        elif name in METHODS:
            kind, position, keywords = METHODS[name]
            item = argument(made, position, *keywords)
            if item is not None:
                self._add(item.value, made, _trigger(kind, item.span))
        elif name == ".addeventsource":
            item = argument(made, 0, "source")
            if item is not None:
                self._source(made.receiver, item, made)
        elif name == ".addeventsourcemapping":
            self._mapping(made.receiver, made, props_of(made, 1))
        elif name in ("aws_lambda:eventsourcemapping", "aws_lambda:cfneventsourcemapping"):
            props = props_of(made)
            self._mapping(props.value("target", "functionName"), made, props)
        elif name == ".addfunctionurl":
            self._add(made.receiver, made, _trigger("function-url", made.header))
        elif name == "aws_cognito:userpool":
            listed = props_of(made).value("lambdaTriggers")
            for _, entry in as_props(listed).entries():
                self._add(entry.value, made, _trigger("cognito", entry.span, source=_named(made, made.header)))
        elif name in ("aws_events:cfnrule", "aws_scheduler:cfnschedule"):
            self._template_rule(made, name)
        elif name == "aws_cloudfront:distribution" or name.endswith(".edgelambdas"):
            for value, span in _edge(props_of(made).record, made.header):
                self._add(value, made, _trigger("cloudfront", span))
        if made.receiver is None and (made.keywords is not None or len(made.args) > 2):
            self._events(made)

    def _events(self, made: Made) -> None:
        """The `events` prop of a function; the constructs of AWS Solutions Constructs."""
        props = props_of(made)
        for item in elements(props.value("events")):
            self._source(made, item, made)
        if props.get("lambdaFunctionProps") is not None:
            kind = _pattern_kind(made.callee)
            if kind:
                self._add(made, made, _trigger(kind, made.header))

    def _wrapped(self, made: Made, kind: str) -> Iterator[Trigger]:
        """A target object invokes its function through whatever it is given to."""
        users = self.users.get(id(made), [])
        if kind in ("eventbridge", "schedule"):
            for user in users:
                rule = construct(user.receiver) if user.receiver is not None else user
                yield _rule(rule if rule is not None else user, made, kind)
        elif kind == "apigateway-rest":
            for user in users:
                yield _method(user, made, kind)
        elif kind == "apigateway-http" or kind == "apigateway-websocket":
            for user in users:
                yield from _routes(user, made, kind)
        elif kind in ("s3", "sns", "cloudwatch-logs"):
            for user in users:
                owner = construct(user.receiver) if user.receiver is not None else None
                yield _trigger(kind, made.header, source=_named(owner, made.header) if owner is not None else ABSENT)
        elif users or kind in ("alb", "iot", "pipes", "stepfunctions", "firehose-transform", "cloudwatch-alarm"):
            yield _trigger(kind, made.header)

    def _source(self, function: Any, item: Item, by: Made) -> None:
        """An event source object given to a function."""
        source = construct(item.value)
        if source is None:
            return
        name = name_of(source)
        name = name.rpartition(":")[2] if ":" in name else name
        kind = SOURCES.get(name)
        if kind is None:
            return
        span = source.instance.header if source.instance is not None else source.header
        if kind in ("msk", "kafka", "mq-rabbitmq", "mq-activemq"):
            props = props_of(source, 0)
            origin: Item | None = None
            entry = props.get("clusterArn", "broker", "bootstrapServers")
            origin = Item(entry.value, entry.span) if entry is not None else None
        else:
            origin = argument(source, 0, "queue", "stream", "table", "bucket", "topic", "streamConsumer", "method")
            props = props_of(source, 1)
        settings = _mapping_settings(props, kind) if _delivery(kind) == "poll" else {}
        if kind == "sqs" and origin is not None:
            settings.update(queue_settings(origin.value))
        self._add(function, by, _trigger(kind, span, source=_source_value(origin), settings=settings))

    def _mapping(self, function: Any, made: Made, props: Props) -> None:
        """An event source mapping that names its source by ARN."""
        entry = props.get("eventSourceArn")
        kind, origin = "unknown", None
        if entry is not None:
            kind, origin = _kind_of_arn(entry.value)
        elif props.get("kafkaBootstrapServers", "selfManagedEventSource") is not None:
            kind = "kafka"
        if kind == "unknown":
            return
        settings = _mapping_settings(props, kind)
        types = props.value("functionResponseTypes")
        if isinstance(types, Array) and types.items:
            settings["report_batch_item_failures"] = Value(
                any(item.value == Known("ReportBatchItemFailures") for item in types.items), types.items[0].span
            )
        if kind == "sqs" and origin is not None:
            settings.update(queue_settings(origin))
        item = Item(origin if origin is not None else entry.value, entry.span) if entry is not None else None
        self._add(function, made, _trigger(kind, made.header, id_of(made), _source_value(item), settings))

    def _template_rule(self, made: Made, name: str) -> None:
        props = props_of(made)
        schedule = props.get("scheduleExpression")
        kind = "schedule" if schedule is not None or "schedule" in name else "eventbridge"
        targets = [item.value for item in elements(props.value("targets"))] + [props.value("target")]
        for target in targets:
            arn = as_props(target).get("arn") if target is not None else None
            if arn is not None:
                self._add(arn.value, made, _trigger(kind, made.header, id_of(made)))

    def _permission(self, made: Made) -> None:
        """A permission for a service, where no construct above told what it invokes the function for."""
        name = name_of(made)
        if name == ".grantinvoke":
            target, principal = function_behind(made.receiver), argument(made, 0, "grantee")
            value = principal.value if principal is not None else None
        elif name == ".addpermission":
            target = function_behind(made.receiver)
            value = props_of(made, 1).value("principal")
        elif name == "aws_lambda:cfnpermission":
            props = props_of(made)
            target, value = function_behind(props.value("functionName")), props.value("principal")
        else:
            return
        if target is None or made.order >= self.ran.reached > target.order:
            return
        if isinstance(value, Made) and name_of(value).endswith(":serviceprincipal"):
            item = argument(value, 0, "service")
            value = item.value if item is not None else None
        kind = PRINCIPALS.get(value.value) if isinstance(value, Known) and isinstance(value.value, str) else None
        held = self.found.setdefault(id(target), [])
        if kind is not None and all(FAMILIES.get(other.kind, other.kind) != kind for other in held):
            held.append(_trigger(kind, made.header))


def _given(made: Made) -> Iterator[Any]:
    """Everything made outside that a call is given, also inside lists and objects."""
    waiting: list[tuple[Any, int]] = [(item.value, 0) for item in made.args]
    if made.keywords is not None:
        waiting.append((made.keywords, 0))
    seen: set[int] = set()
    while waiting:
        value, depth = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Instance) and value.made is not None:
            yield value.made
        elif isinstance(value, Made):
            yield value
        elif depth < 4 and isinstance(value, Array):
            waiting += [(item.value, depth + 1) for item in value.items]
        elif depth < 4 and isinstance(value, Record):
            waiting += [(entry.value, depth + 1) for entry in value.entries.values()]


def _delivery(kind: str) -> Any:
    known = event_source(kind)
    return known.delivery if known is not None else "unknown"


def _trigger(
    kind: str, span: Span, name: str = "", source: Value[str] = ABSENT, settings: dict[str, Value[Any]] | None = None
) -> Trigger:
    return Trigger(kind, _delivery(kind), span, name, source, settings or {})


def _named(made: Made | None, span: Span) -> Value[str]:
    return Value(id_of(made), span) if made is not None and id_of(made) else ABSENT


def _source_value(item: Item | None) -> Value[str]:
    if item is None:
        return ABSENT
    known = named(item.value)
    return Value(known, item.span, True, () if known is not None else references(item.value, item.span))


def _mapping_settings(props: Props, kind: str) -> dict[str, Value[Any]]:
    """The settings of a mapping by their ids; those not given carry the service's defaults where it is sure."""
    settings: dict[str, Value[Any]] = {}
    for name, (convert, *spelled) in MAPPINGS.items():
        value = setting(props, convert, *spelled)  # type: ignore[arg-type]
        if value is not ABSENT:
            settings[name] = value
    if not props.whole:
        return settings
    known = event_source(kind)
    settings.setdefault("batch_size", Value(known.batch[0] if known is not None and known.batch else None, None, False))
    settings.setdefault("report_batch_item_failures", Value(False, None, False))
    settings.setdefault("enabled", Value(True, None, False))
    if kind in ("sqs", "kinesis", "dynamodb"):
        settings.setdefault("batching_window", Value(0, None, False))
    if kind in ("kinesis", "dynamodb", "msk", "kafka"):
        settings.setdefault("stream_retries", Value(-1, None, False))
        settings.setdefault("record_age", Value(-1, None, False))
        settings.setdefault("bisect", Value(False, None, False))
    if kind in ("kinesis", "dynamodb"):
        settings.setdefault("parallelization", Value(1, None, False))
    return settings


def queue_settings(value: Any) -> dict[str, Value[Any]]:
    """What the app says of a queue that it makes: fifo, content_deduplication, visibility_timeout, redrive."""
    made = construct(value)
    if made is None:
        return {}
    name = name_of(made)
    if name not in ("aws_sqs:queue", "aws_sqs:cfnqueue"):
        return {}
    props = props_of(made)
    fifo = setting(props, flag, "fifo", "fifoQueue")
    called = props.value("queueName")
    if (
        fifo is ABSENT
        and isinstance(called, Known)
        and isinstance(called.value, str)
        and called.value.endswith(".fifo")
    ):
        entry = props.get("queueName")
        fifo = Value(True, entry.span if entry is not None else None)
    whole = props.whole
    found = {
        "fifo": or_default(fifo, False if whole else None),
        "content_deduplication": or_default(
            setting(props, flag, "contentBasedDeduplication"), False if whole else None
        ),
        "visibility_timeout": or_default(setting(props, seconds, "visibilityTimeout"), 30 if whole else None),
        "redrive": Value(None, None, not whole),
    }
    dead = props.get("deadLetterQueue", "redrivePolicy")
    if dead is not None:
        count = setting(as_props(dead.value), number, "maxReceiveCount")
        found["redrive"] = count if count.written and count.span is not None else Value(None, dead.span)
    return found


def _kind_of_arn(value: Any) -> tuple[str, Any]:
    """The kind of source behind `queue.queueArn` and the like, and what it is an attribute of."""
    if isinstance(value, Member):
        name = plain(value.name)
        kinds = {"queuearn": "sqs", "streamarn": "kinesis", "tablestreamarn": "dynamodb", "clusterarn": "msk",
                 "streamconsumerarn": "kinesis", "attrstreamarn": "dynamodb"}  # fmt: skip
        owner = construct(value.owner)
        made = name_of(owner) if owner is not None else ""
        if made.startswith("aws_sqs:"):
            return "sqs", value.owner
        if made.startswith("aws_kinesis:"):
            return "kinesis", value.owner
        if made.startswith("aws_dynamodb:"):
            return "dynamodb", value.owner
        return kinds.get(name, "unknown"), value.owner
    written = text(value) or text_of(value)
    for part, kind in ((":sqs:", "sqs"), (":kinesis:", "kinesis"), (":dynamodb:", "dynamodb"), (":kafka:", "msk")):
        if written.startswith("arn:") and part in written:
            return kind, None
    return "unknown", None


def _rule(rule: Made, made: Made, kind: str) -> Trigger:
    """The rule or schedule that has the target."""
    props = props_of(rule)
    entry = props.get("schedule", "scheduleExpression")
    settings: dict[str, Value[Any]] = {}
    if entry is not None:
        kind = "schedule"
        settings["schedule"] = read(entry.value, entry.span, schedule)
    return _trigger(kind, made.header, id_of(rule) if rule.new else "", settings=settings)


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


def _method(user: Made, made: Made, kind: str) -> Trigger:
    """`resource.addMethod('GET', integration)`, or an API whose default the integration is."""
    settings: dict[str, Value[Any]] = {}
    name = name_of(user)
    if name in (".addmethod", "aws_apigateway:method"):
        item = argument(user, 0, "httpMethod")
        if item is not None and name == ".addmethod":
            settings["method"] = read(item.value, item.span, text)
            path = resource_path(user.receiver)
            settings["path"] = Value(path, user.header) if path is not None else Value(None, user.header)
    return _trigger(kind, user.header if user.receiver is not None else made.header, settings=settings)


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


def _routes(user: Made, made: Made, kind: str) -> Iterator[Trigger]:
    """`api.addRoutes({path, methods, integration})`, or an API whose default the integration is."""
    settings: dict[str, Value[Any]] = {}
    name = name_of(user)
    if name in (".addroutes", ".addroute", "aws_apigatewayv2:httproute"):
        props = props_of(user, 2 if name.startswith("aws") else 0)
        if name == ".addroute" and kind == "apigateway-websocket":
            item = argument(user, 0, "routeKey")
            if item is not None:
                settings["path"] = read(item.value, item.span, text)
        else:
            path = props.get("path")
            if path is not None:
                settings["path"] = read(path.value, path.span, text)
            methods = props.get("methods")
            if methods is not None:
                names = [constant(item.value)[1] or text(item.value) for item in elements(methods.value)]
                settings["method"] = Value(",".join(filter(None, names)) or None, methods.span)
    yield _trigger(kind, user.header if user.receiver is not None else made.header, settings=settings)


def _edge(record: Record | None, span: Span, depth: int = 0) -> Iterator[tuple[Any, Span]]:
    """Functions under `edgeLambdas: [{functionVersion}]` anywhere in the props of a distribution."""
    for name, entry in record.entries.items() if record is not None and depth < 5 else ():
        if plain(name) == "edgelambdas":
            for item in elements(entry.value):
                version = as_props(item.value).get("functionVersion")
                if version is not None:
                    yield version.value, version.span
        elif isinstance(entry.value, (Record, Made)):
            inner = as_props(entry.value).record
            yield from _edge(inner, entry.span, depth + 1)


def _pattern_kind(callee: str) -> str:
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
