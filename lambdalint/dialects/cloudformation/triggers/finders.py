"""One resource in, each function that it invokes out, as the node that names it and the trigger: by resource type."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.conversions import integer, text_value
from lambdalint.dialects.cloudformation.functions import at
from lambdalint.dialects.cloudformation.triggers.mapping import kind_of, mapping_settings, source_node, source_of
from lambdalint.dialects.cloudformation.triggers.sam import enabled, rule_kind
from lambdalint.model import ABSENT, Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Delivery, Node

    Found = Iterator[tuple[Node, Trigger]]


def _mapping(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    function = properties.get("FunctionName")
    if function is None:
        return
    kind = kind_of(stack, properties)
    settings = mapping_settings(stack, properties, kind)
    source = source_of(stack, source_node(properties))
    yield function, Trigger(kind, "poll", key.span(stack.path), name, source, settings)


def _rule(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    kind = rule_kind(stack, properties)
    for target in _listed(stack, properties.get("Targets")):
        node = _seen(stack, target)
        arn = node.get("Arn") if node is not None else None
        if node is None or arn is None:
            continue
        settings = _present(
            retries=integer(at(stack, node, ("RetryPolicy", "MaximumRetryAttempts"))),
            schedule=text_value(stack.value(properties.get("ScheduleExpression"))),
            enabled=enabled(stack, properties),
        )
        source = source_of(stack, properties.get("EventBusName"))
        yield arn, Trigger(kind, "async", key.span(stack.path), name, source, settings)


def _schedule(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    target = _seen(stack, properties.get("Target"))
    arn = target.get("Arn") if target is not None else None
    if target is None or arn is None:
        return
    settings = _present(
        retries=integer(at(stack, target, ("RetryPolicy", "MaximumRetryAttempts"))),
        schedule=text_value(stack.value(properties.get("ScheduleExpression"))),
        enabled=enabled(stack, properties),
    )
    yield arn, Trigger("schedule", "async", key.span(stack.path), name, ABSENT, settings)


def _subscription(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    endpoint = properties.get("Endpoint")
    if endpoint is not None and stack.value(properties.get("Protocol")).known == "lambda":
        source = source_of(stack, properties.get("TopicArn"))
        yield endpoint, Trigger("sns", "async", key.span(stack.path), name, source)


def _topic(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    for node in _listed(stack, properties.get("Subscription")):
        entry = _seen(stack, node)
        endpoint = entry.get("Endpoint") if entry is not None else None
        if entry is not None and endpoint is not None and stack.value(entry.get("Protocol")).known == "lambda":
            yield endpoint, Trigger("sns", "async", entry.span(stack.path), name, Value(name, key.span(stack.path)))


def _bucket(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    for function, entry, settings in _notifications(stack, properties, "LambdaConfigurations", "Function", "Event"):
        source = Value(name, key.span(stack.path))
        yield function, Trigger("s3", "async", entry.span(stack.path), name, source, settings)


def _cdk_bucket(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    """The CDK sets a bucket's notifications by a custom resource of its own, in the words of S3's API."""
    words = ("LambdaFunctionConfigurations", "LambdaFunctionArn", "Events")
    for function, entry, settings in _notifications(stack, properties, *words):
        source = source_of(stack, properties.get("BucketName"))
        yield function, Trigger("s3", "async", entry.span(stack.path), name, source, settings)


def _notifications(
    stack: Stack, properties: Node, listed: str, function: str, events: str
) -> Iterator[tuple[Node, Node, dict[str, Value[Any]]]]:
    """Each function that a bucket tells, with the entry that says so and its settings, by the names of the keys."""
    configuration = _seen(stack, properties.get("NotificationConfiguration"))
    for node in _listed(stack, configuration.get(listed) if configuration is not None else None):
        entry = _seen(stack, node)
        told = entry.get(function) if entry is not None else None
        if entry is not None and told is not None:
            settings = _present(events=stack.value(entry.get(events)), filter=stack.value(entry.get("Filter")))
            yield told, entry, settings


def _log_filter(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    destination = properties.get("DestinationArn")
    if destination is not None:
        source = source_of(stack, properties.get("LogGroupName"))
        yield destination, Trigger("cloudwatch-logs", "async", key.span(stack.path), name, source)


def _topic_rule(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    payload = _seen(stack, properties.get("TopicRulePayload"))
    if payload is None:
        return
    actions = [*_listed(stack, payload.get("Actions"))]
    if payload.get("ErrorAction") is not None:
        actions.append(payload.get("ErrorAction"))  # type: ignore[arg-type]
    for node in actions:
        entry = _seen(stack, node)
        action = _seen(stack, entry.get("Lambda")) if entry is not None else None
        function = action.get("FunctionArn") if action is not None else None
        if function is not None:
            yield function, Trigger("iot", "async", key.span(stack.path), name, source_of(stack, payload.get("Sql")))


def _rest_method(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    integration = _seen(stack, properties.get("Integration"))
    uri = integration.get("Uri") if integration is not None else None
    if uri is None:
        return
    settings = _present(
        method=text_value(stack.value(properties.get("HttpMethod"))),
        path=_route(stack, properties.get("ResourceId")),
    )
    source = source_of(stack, properties.get("RestApiId"))
    yield uri, Trigger("apigateway-rest", "sync", key.span(stack.path), name, source, settings)


def _route(stack: Stack, node: Node | None) -> Value[str]:
    """The path of a REST API's resource, up to the root of the API."""
    parts: list[str] = []
    span = None
    for _ in range(20):
        found = next(stack.resources_in(node), None)
        if found is None:
            break
        home, name, attribute = found
        if attribute == "RootResourceId":
            return Value("/" + "/".join(reversed(parts)), span, span is not None)
        properties = home.properties(name)
        part = text_value(home.value(properties.get("PathPart")))
        if part.known is None:
            break
        span = span or part.span
        parts.append(part.known)
        stack, node = home, properties.get("ParentId")
    return ABSENT


def _authorizer(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    uri = properties.get("AuthorizerUri")
    if uri is not None:
        source = source_of(stack, properties.get("RestApiId") or properties.get("ApiId"))
        yield uri, Trigger("apigateway-authorizer", "sync", key.span(stack.path), name, source)


def _http_integration(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    uri = properties.get("IntegrationUri")
    if uri is None:
        return
    kind = "apigateway-http"
    source = source_of(stack, properties.get("ApiId"))
    api = source.known if isinstance(source.known, str) else ""
    if stack.type_of(api) == "AWS::ApiGatewayV2::Api":
        protocol = text_value(stack.value(stack.properties(api).get("ProtocolType"))).known or ""
        kind = "apigateway-websocket" if protocol.upper() == "WEBSOCKET" else kind
    yield uri, Trigger(kind, "sync", key.span(stack.path), name, source)


def _quick_api(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    target = properties.get("Target")
    if target is not None:
        yield target, Trigger("apigateway-http", "sync", key.span(stack.path), name)


def _url(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    function = properties.get("TargetFunctionArn")
    if function is not None:
        settings = _present(auth=text_value(stack.value(properties.get("AuthType"))))
        yield function, Trigger("function-url", "sync", key.span(stack.path), name, ABSENT, settings)


def _user_pool(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    config = _seen(stack, properties.get("LambdaConfig"))
    for trigger, node in config.items() if config is not None else ():
        span = trigger.span(stack.path)
        name_of = str(trigger.value)
        delivery: Delivery = "async" if name_of in ("CustomSMSSender", "CustomEmailSender") else "sync"
        yield node, Trigger("cognito", delivery, span, name_of, Value(name, key.span(stack.path)))


def _config_rule(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    source = _seen(stack, properties.get("Source"))
    identifier = source.get("SourceIdentifier") if source is not None else None
    if source is not None and identifier is not None and stack.value(source.get("Owner")).known == "CUSTOM_LAMBDA":
        yield identifier, Trigger("config", "async", key.span(stack.path), name)


def _receipt_rule(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    rule = _seen(stack, properties.get("Rule"))
    for node in _listed(stack, rule.get("Actions") if rule is not None else None):
        entry = _seen(stack, node)
        action = _seen(stack, entry.get("LambdaAction")) if entry is not None else None
        function = action.get("FunctionArn") if action is not None else None
        if action is not None and function is not None:
            sync = stack.value(action.get("InvocationType")).known == "RequestResponse"
            yield function, Trigger("ses", "sync" if sync else "async", key.span(stack.path), name)


def _rotation(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    function = properties.get("RotationLambdaARN")
    if function is not None:
        source = source_of(stack, properties.get("SecretId"))
        yield function, Trigger("secretsmanager-rotation", "async", key.span(stack.path), name, source)


def _target_group(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    for node in _listed(stack, properties.get("Targets")):
        entry = _seen(stack, node)
        target = entry.get("Id") if entry is not None else None
        if target is not None:
            lattice = stack.type_of(name).startswith("AWS::VpcLattice")
            yield target, Trigger("vpc-lattice" if lattice else "alb", "sync", key.span(stack.path), name)


def _delivery_stream(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    for destination in (value for _, value in properties.items()):
        processing = destination.get("ProcessingConfiguration") if destination.kind == "mapping" else None
        for processor in _listed(stack, processing.get("Processors") if processing is not None else None):
            yield processor, Trigger("firehose-transform", "sync", key.span(stack.path), name)


def _data_source(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    config = _seen(stack, properties.get("LambdaConfig"))
    function = config.get("LambdaFunctionArn") if config is not None else None
    if function is not None:
        source = source_of(stack, properties.get("ApiId"))
        yield function, Trigger("appsync", "sync", key.span(stack.path), name, source)


def _distribution(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    config = _seen(stack, properties.get("DistributionConfig"))
    if config is None:
        return
    behaviours = [config.get("DefaultCacheBehavior"), *_listed(stack, config.get("CacheBehaviors"))]
    for node in behaviours:
        behaviour = _seen(stack, node)
        associations = behaviour.get("LambdaFunctionAssociations") if behaviour is not None else None
        for entry in _listed(stack, associations):
            yield entry, Trigger("cloudfront", "sync", key.span(stack.path), name)


def _hooked(kind: str, delivery: Delivery, *place: str) -> Callable[[Stack, str, Node, Node], Found]:
    """A finder for a function named at one place; "[]" goes on in each element of a list."""

    def find(stack: Stack, name: str, key: Node, properties: Node) -> Found:
        nodes: list[Node] = [properties]
        for step in place:
            if step == "[]":
                nodes = [element for node in nodes for element in _listed(stack, node)]
            else:
                below = [seen.get(step) for node in nodes for seen in stack.either(node) if seen.kind == "mapping"]
                nodes = [node for node in below if node is not None]
        for node in nodes:
            yield node, Trigger(kind, delivery, key.span(stack.path), name, Value(name, key.span(stack.path)))

    return find


def _pipeline(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    for stage in _listed(stack, properties.get("Stages")):
        for node in _listed(stack, stage.get("Actions")):
            action, provider = _seen(stack, node), at(stack, node, ("ActionTypeId", "Provider")).known
            configuration = _seen(stack, action.get("Configuration")) if action is not None else None
            function = configuration.get("FunctionName") if configuration is not None else None
            if action is not None and function is not None and provider == "Lambda":
                yield function, Trigger("codepipeline", "async", action.span(stack.path), name)


def _alarm(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    for action in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for node in _listed(stack, properties.get(action)):
            yield node, Trigger("cloudwatch-alarm", "async", key.span(stack.path), name)


def custom_resource(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    """The function behind the ServiceToken of a custom resource."""
    token = properties.get("ServiceToken")
    if token is not None:
        yield token, Trigger("cloudformation", "async", key.span(stack.path), name)


def _pipe(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    source = source_of(stack, properties.get("Source"))
    target = properties.get("Target")
    how = at(stack, properties, ("TargetParameters", "LambdaFunctionParameters", "InvocationType")).known
    if target is not None:
        delivery: Delivery = "async" if how == "FIRE_AND_FORGET" else "poll"  # and what failed is sent again
        yield target, Trigger("pipes", delivery, key.span(stack.path), name, source)
    enrichment = properties.get("Enrichment")
    if enrichment is not None:
        yield enrichment, Trigger("pipes", "poll", key.span(stack.path), name, source)


def _seen(stack: Stack, node: Node | None) -> Node | None:
    """What a node stands for; of a choice that deploying makes, the first: a trigger that may be there counts."""
    return next(stack.either(node), None)


def _listed(stack: Stack, node: Node | None) -> tuple[Node, ...]:
    """The elements of a list that can be told; one that stands alone counts as its own list."""
    found: list[Node] = []
    for seen in stack.either(node):
        found.extend(seen.elements() if seen.kind == "sequence" else (seen,))
    return tuple(found)


def _present(**values: Value[Any]) -> dict[str, Value[Any]]:
    return {name: value for name, value in values.items() if value is not ABSENT}


FINDERS: dict[str, Callable[[Stack, str, Node, Node], Found]] = {
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Url": _url,
    "AWS::Events::Rule": _rule,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::S3::Bucket": _bucket,
    "Custom::S3BucketNotifications": _cdk_bucket,
    "AWS::Logs::SubscriptionFilter": _log_filter,
    "AWS::IoT::TopicRule": _topic_rule,
    "AWS::ApiGateway::Method": _rest_method,
    "AWS::ApiGateway::Authorizer": _authorizer,
    "AWS::ApiGatewayV2::Authorizer": _authorizer,
    "AWS::ApiGatewayV2::Integration": _http_integration,
    "AWS::ApiGatewayV2::Api": _quick_api,
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::Config::ConfigRule": _config_rule,
    "AWS::SES::ReceiptRule": _receipt_rule,
    "AWS::SecretsManager::RotationSchedule": _rotation,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
    "AWS::VpcLattice::TargetGroup": _target_group,
    "AWS::KinesisFirehose::DeliveryStream": _delivery_stream,
    "AWS::AppSync::DataSource": _data_source,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::Pipes::Pipe": _pipe,
    "AWS::CodePipeline::Pipeline": _pipeline,
    "AWS::CodeCommit::Repository": _hooked("codecommit", "async", "Triggers", "[]", "DestinationArn"),
    "AWS::Bedrock::Agent": _hooked("bedrock-agent", "sync", "ActionGroups", "[]", "ActionGroupExecutor", "Lambda"),
    "AWS::S3ObjectLambda::AccessPoint": _hooked(
        "s3-object-lambda",
        "sync",
        "ObjectLambdaConfiguration",
        "TransformationConfigurations",
        "[]",
        "ContentTransformation",
    ),
    "AWS::Transfer::Server": _hooked("transfer-authorizer", "sync", "IdentityProviderDetails", "Function"),
    "AWS::AppSync::GraphQLApi": _hooked("appsync", "sync", "LambdaAuthorizerConfig", "AuthorizerUri"),
    "AWS::Connect::IntegrationAssociation": _hooked("connect", "sync", "IntegrationArn"),
    "AWS::Lex::BotAlias": _hooked("lex", "sync", "BotAliasLocaleSettings"),
}
