"""APIs in (SAM's own, OpenAPI bodies, GraphQL), the functions that they call out."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.cloudformation.code import resolve_path
from lambdalint.dialects.cloudformation.conversions import text_value
from lambdalint.dialects.cloudformation.triggers.targets import targets
from lambdalint.model import ABSENT, Node, Trigger, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Project

APIS = {
    "AWS::Serverless::Api": "apigateway-rest",
    "AWS::ApiGateway::RestApi": "apigateway-rest",
    "AWS::Serverless::HttpApi": "apigateway-http",
    "AWS::ApiGatewayV2::Api": "apigateway-http",
}
BODIES = ("DefinitionBody", "Body")
FILES = ("DefinitionUri", "BodyS3Location")
METHODS = frozenset(
    {"get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"}
)


def api_triggers(stack: Stack, project: Project) -> Iterator[tuple[Stack, str, Trigger]]:
    """Authorizers, integrations of OpenAPI documents, and functions behind a GraphQL API."""
    for name, (key, _) in stack.resources.items():
        kind = stack.type_of(name)
        source: Value[str] = Value(name, key.span(stack.path))
        properties = stack.properties(name)
        if kind in APIS:
            yield from _authorizers(stack, properties, source)
            for read, body in _bodies(stack, properties, project):
                yield from _integrations(read, body, APIS[kind], source)
        elif kind == "AWS::Serverless::GraphQLApi":
            sources = _below(stack, properties, "DataSources", "Lambda")
            for at, entry in sources.items() if sources is not None else ():
                for home, function in targets(stack, entry):
                    yield home, function, Trigger("appsync", "sync", at.span(stack.path), str(at.value), source)
        elif kind == "AWS::Serverless::WebSocketApi":
            routes = _below(stack, properties, "Routes")
            for at, entry in routes.items() if routes is not None else ():
                for home, function in targets(stack, entry):
                    trigger = Trigger("apigateway-websocket", "sync", at.span(stack.path), str(at.value), source)
                    yield home, function, trigger

    for section in ("Api", "HttpApi"):
        shared = stack.globals.get(section) if stack.globals is not None else None
        if shared is not None:
            yield from _authorizers(stack, shared, ABSENT)


def _below(stack: Stack, node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        seen = stack.look(node)
        node = seen.get(key) if seen is not None else None
    return stack.look(node)


def _authorizers(stack: Stack, properties: Node, source: Value[str]) -> Iterator[tuple[Stack, str, Trigger]]:
    listed = _below(stack, properties, "Auth", "Authorizers")
    for key, node in listed.items() if listed is not None else ():
        authorizer = stack.look(node)
        for home, name in targets(stack, authorizer.get("FunctionArn") if authorizer is not None else None):
            yield home, name, Trigger("apigateway-authorizer", "sync", key.span(stack.path), str(key.value), source)


def _bodies(stack: Stack, properties: Node, project: Project) -> Iterator[tuple[Stack, Node]]:
    for key in BODIES:
        body = stack.look(properties.get(key))
        if body is not None and body.kind == "mapping":
            yield stack, body
    for key in FILES:
        written = text_value(stack.value(properties.get(key))).known
        path = resolve_path(stack, written) if written is not None and "://" not in written else None
        if path is None or path not in project.inventory.files:
            continue
        document = project.document(path, "json" if posixpath.splitext(path)[1] == ".json" else "yaml")
        if document is not None and document.facts and document.facts[0].kind == "mapping":
            yield stack.reading(path), document.facts[0]


def _integrations(stack: Stack, body: Node, kind: str, source: Value[str]) -> Iterator[tuple[Stack, str, Trigger]]:
    paths = stack.look(body.get("paths"))
    for path, item in paths.items() if paths is not None else ():
        operations = stack.look(item)
        for method, operation in operations.items() if operations is not None else ():
            if str(method.value).lower() not in METHODS:
                continue
            integration = _below(stack, operation, "x-amazon-apigateway-integration")
            uri = integration.get("uri") if integration is not None else None
            settings = {
                "method": Value(str(method.value), method.span(stack.path)),
                "path": Value(str(path.value), path.span(stack.path)),
            }
            for home, name in targets(stack, uri):
                yield home, name, Trigger(kind, "sync", method.span(stack.path), str(path.value), source, settings)
    schemes = _below(stack, body, "securityDefinitions") or _below(stack, body, "components", "securitySchemes")
    for key, scheme in schemes.items() if schemes is not None else ():
        authorizer = _below(stack, scheme, "x-amazon-apigateway-authorizer")
        for home, name in targets(stack, authorizer.get("authorizerUri") if authorizer is not None else None):
            yield home, name, Trigger("apigateway-authorizer", "sync", key.span(stack.path), str(key.value), source)
