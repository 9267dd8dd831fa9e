"""Functions that hand their outcome to other functions, and SAM's connectors, in; triggers out."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.conversions import text_value
from lambdalint.dialects.cloudformation.functions import merged
from lambdalint.dialects.cloudformation.template import SERVERLESS_FUNCTION
from lambdalint.dialects.cloudformation.triggers.targets import is_function, targets
from lambdalint.model import Node, Trigger, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Delivery

# What a connector lets invoke a function. Queues and streams need a mapping besides, which tells more.
CONNECTED: dict[str, tuple[str, Delivery]] = {
    "AWS::S3::Bucket": ("s3", "async"),
    "AWS::SNS::Topic": ("sns", "async"),
    "AWS::Events::Rule": ("eventbridge", "async"),
    "AWS::Serverless::Api": ("apigateway-rest", "sync"),
    "AWS::ApiGateway::RestApi": ("apigateway-rest", "sync"),
    "AWS::Serverless::HttpApi": ("apigateway-http", "sync"),
    "AWS::ApiGatewayV2::Api": ("apigateway-http", "sync"),
    "AWS::AppSync::DataSource": ("appsync", "sync"),
    "AWS::AppSync::GraphQLApi": ("appsync", "sync"),
}

HOOKS = ("BeforeAllowTrafficHook", "AfterAllowTrafficHook")  # of an alias


def destinations(stack: Stack) -> Iterator[tuple[Stack, str, Trigger]]:
    """The functions that get what became of another function's asynchronous invocations."""
    for name, (named, _) in stack.resources.items():
        kind = stack.type_of(name)
        if kind == SERVERLESS_FUNCTION:
            config = stack.look(merged(stack, name).get("EventInvokeConfig"))
        elif kind == "AWS::Lambda::EventInvokeConfig":
            config = stack.properties(name)
        else:
            continue
        listed = stack.look(config.get("DestinationConfig")) if config is not None else None
        for key, node in listed.items() if listed is not None else ():
            entry = stack.look(node)
            destination = entry.get("Destination") if entry is not None else None
            source = Value(name, named.span(stack.path))
            for home, target in targets(stack, destination):
                yield home, target, Trigger("destination", "async", key.span(stack.path), name, source)


def hooks(stack: Stack) -> Iterator[tuple[Stack, str, Trigger]]:
    """The functions that CodeDeploy runs before and after it shifts traffic to a new version of another one."""
    for name, (named, resource) in stack.resources.items():
        kind = stack.type_of(name)
        if kind == SERVERLESS_FUNCTION:
            preference = stack.look(merged(stack, name).get("DeploymentPreference"))
            listed = stack.look(preference.get("Hooks")) if preference is not None else None
        elif kind == "AWS::Lambda::Alias":
            policy = stack.look(resource.get("UpdatePolicy"))
            listed = stack.look(policy.get("CodeDeployLambdaAliasUpdate")) if policy is not None else None
        else:
            continue
        source = Value(name, named.span(stack.path))
        for key, node in listed.items() if listed is not None else ():
            if kind == SERVERLESS_FUNCTION or key.value in HOOKS:
                for home, target in targets(stack, node):
                    yield home, target, Trigger("codedeploy-hook", "async", key.span(stack.path), name, source)


def connectors(stack: Stack) -> Iterator[tuple[Stack, str, Trigger]]:
    """What a SAM connector (of its own, or below a resource) allows to invoke a function."""
    for name, (key, resource) in stack.resources.items():
        if stack.type_of(name) == "AWS::Serverless::Connector":
            properties = stack.properties(name)
            yield from _connector(stack, name, key, properties.get("Source"), properties.get("Destination"))
        embedded = stack.look(resource.get("Connectors"))
        for at, node in embedded.items() if embedded is not None else ():
            entry = stack.look(node)
            properties = stack.look(entry.get("Properties")) if entry is not None else None  # type: ignore[assignment]
            if properties is not None:
                source = Node("mapping", ((_text("Id", at), _text(name, at)),), at.at, home=at.home)
                yield from _connector(stack, str(at.value), at, source, properties.get("Destination"))


def _text(text: str, like: Node) -> Node:
    return Node("scalar", text, like.at, home=like.home)


def _connector(
    stack: Stack, name: str, key: Node, source: Node | None, destination: Node | None
) -> Iterator[tuple[Stack, str, Trigger]]:
    start = stack.look(source)
    written = text_value(stack.value(start.get("Id"))).known if start is not None else None
    kind, delivery = CONNECTED.get(stack.type_of(written or ""), ("", "unknown"))
    ends = stack.look(destination)
    for node in (ends.elements() or (ends,)) if ends is not None else ():
        target = text_value(stack.value(node.get("Id"))).known
        if kind and target is not None and is_function(stack, target):
            span = key.span(stack.path)
            yield stack, target, Trigger(kind, delivery, span, name, Value(written, span))
