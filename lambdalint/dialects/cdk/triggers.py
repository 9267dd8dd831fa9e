"""A finished run in; what invokes each of its functions out."""

from __future__ import annotations

from lambdalint.dialects.cdk.constructs import (
    Props,
    argument,
    as_props,
    constant,
    construct,
    elements,
    id_of,
    name_of,
    props_of,
    strings,
)
from lambdalint.dialects.cdk.definitions import MACHINES, tasks
from lambdalint.dialects.cdk.machines import delivery_of, retries_of
from lambdalint.dialects.cdk.mappings import kind_of_arn, mapping_settings, queue_settings
from lambdalint.dialects.cdk.reading import (
    flag,
    named,
    number,
    of_entry,
    read,
    references,
    text,
)
from lambdalint.dialects.cdk.routes import edge_functions, pattern_kind, resource_path, schedule
from lambdalint.dialects.cdk.sources import FAMILIES, HOLDERS, METHODS, SOURCES, TEMPLATES, WRAPPERS
from lambdalint.dialects.cdk.targets import function_behind
from lambdalint.dialects.principals import invoker
from lambdalint.knowledge.event_sources import event_source
from lambdalint.languages.terms.values import Array, Instance, Item, Known, Made, Record
from lambdalint.model import ABSENT, Span, Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cdk.code import Place
    from lambdalint.dialects.cdk.program import Ran
    from lambdalint.model import Project


class Triggers:
    """All triggers of a run, by the function."""

    def __init__(self, ran: Ran, place: Place, project: Project) -> None:
        self.ran = ran
        self.place = place
        self.project = project
        self.users: dict[int, list[Made]] = {}
        self.found: dict[int, list[Trigger]] = {}
        self.retries = retries_of(ran.run.made)
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
                    trigger = _trigger(kind, made.header, id_of(made))
                    self._add(entry.value, made, self._task(made, trigger) if kind == "stepfunctions" else trigger)
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
        elif name in TEMPLATES:
            kind, path = TEMPLATES[name]
            for value in _reached(props_of(made), path.split(".")):
                self._add(value, made, _trigger(kind, made.header, id_of(made)))
        elif name in MACHINES:
            for value, trigger in tasks(made, self.place, self.project):
                self._add(value, made, trigger)
        elif name == "aws_cloudfront:distribution" or name.endswith(".edgelambdas"):
            for value, span in edge_functions(props_of(made).record, made.header):
                self._add(value, made, _trigger("cloudfront", span))
        if made.receiver is None and (made.keywords is not None or len(made.args) > 2):
            self._events(made)

    def _task(self, made: Made, trigger: Trigger) -> Trigger:
        """A task of a state machine, with how it invokes."""
        return trigger._replace(delivery=delivery_of(made), settings=self.retries.get(id(made), {}))

    def _events(self, made: Made) -> None:
        """The `events` prop of a function; the constructs of AWS Solutions Constructs."""
        props = props_of(made)
        for item in elements(props.value("events")):
            self._source(made, item, made)
        if props.get("lambdaFunctionProps") is not None:
            kind = pattern_kind(made.callee)
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
        settings = mapping_settings(props, kind) if _delivery(kind) == "poll" else {}
        if kind == "sqs" and origin is not None:
            settings.update(queue_settings(origin.value))
        self._add(function, by, _trigger(kind, span, source=_source_value(origin), settings=settings))

    def _mapping(self, function: Any, made: Made, props: Props) -> None:
        """An event source mapping that names its source by ARN."""
        entry = props.get("eventSourceArn")
        kind, origin = "unknown", None
        if entry is not None:
            kind, origin = kind_of_arn(entry.value)
        elif props.get("kafkaBootstrapServers", "selfManagedEventSource") is not None:
            kind = "kafka"
        if kind == "unknown":
            return
        settings = mapping_settings(props, kind)
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
        expression = props.get("scheduleExpression")
        kind = "schedule" if expression is not None or "schedule" in name else "eventbridge"
        targets = [item.value for item in elements(props.value("targets"))] + [props.value("target")]
        for target in targets:
            of_target = as_props(target)
            arn = of_target.get("arn") if target is not None else None
            retries = as_props(of_target.value("retryPolicy")).get("maximumRetryAttempts")
            settings = {} if expression is None else {"schedule": of_entry(expression, text)}
            if retries is not None:
                settings["retries"] = of_entry(retries, number)
            if arn is not None:
                self._add(arn.value, made, _trigger(kind, made.header, id_of(made), settings=settings))

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
        found = invoker(value.value) if isinstance(value, Known) and isinstance(value.value, str) else None
        held = self.found.setdefault(id(target), [])
        if found is not None and all(FAMILIES.get(other.kind, other.kind) != found[0] for other in held):
            held.append(_trigger(found[0], made.header))


def _reached(props: Props, path: list[str]) -> Iterator[Any]:
    """The values at a path of props, "[]" for each element and "*" for each prop."""
    step, *rest = path
    name = step.removesuffix("[]")
    given = [entry.value for _, entry in props.entries()] if name == "*" else [props.value(name, f"{name}_")]
    for value in given:
        for inner in [item.value for item in elements(value)] if step.endswith("[]") else [value]:
            if rest:
                yield from _reached(as_props(inner), rest)
            elif inner is not None:
                yield inner


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
    if kind == "stepfunctions":
        return "sync"  # RequestResponse, unless the task says otherwise
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


def _rule(rule: Made, made: Made, kind: str) -> Trigger:
    """The rule or schedule that has the target."""
    props = props_of(rule)
    entry = props.get("schedule", "scheduleExpression")
    settings: dict[str, Value[Any]] = {}
    retries = props_of(made, 1).get("retryAttempts")
    if retries is not None:
        settings["retries"] = of_entry(retries, number)
    enabled = props.get("enabled")
    if enabled is not None:
        settings["enabled"] = of_entry(enabled, flag)
    if entry is not None:
        kind = "schedule"
        settings["schedule"] = read(entry.value, entry.span, schedule)
    elif kind == "eventbridge" and strings(as_props(props.value("eventPattern")).value("source")) == ("aws.s3",):
        kind = "s3-eventbridge"
    return _trigger(kind, made.header, id_of(rule) if rule.new else "", settings=settings)


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
