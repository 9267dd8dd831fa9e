"""A Python module's facts in, the handlers it holds out, for code that no configuration names.

A name that ends in handler is no evidence, nor are two parameters. What counts is the shape AWS documents (an event and
a context), together with something that only a handler has.
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.languages.python.facts import Definition, Module

EVENT = frozenset({"event", "_event", "evt", "lambda_event", "events", "sqs_event", "s3_event"})
CONTEXT = frozenset({"context", "_context", "ctx", "_ctx", "lambda_context", "_", "__", "_c", "ctxt"})
NAMES = frozenset({"lambda_handler", "handler", "function_handler", "main_handler", "lambda_function"})
DECORATORS = (
    "inject_lambda_context",
    "capture_lambda_handler",
    "event_source",
    "log_metrics",
    "idempotent",
    "event_parser",
    "batch_processor",
    "lambda_handler_decorator",
    "datadog_lambda_wrapper",
)
ADAPTERS = frozenset({"Mangum", "mangum.Mangum", "make_lambda_handler", "apig_wsgi.make_lambda_handler"})


class Candidate(NamedTuple):
    """A function that looks like a handler, and why."""

    name: str
    definition: Definition | None
    evidence: str


def handlers(module: Module) -> Iterator[Candidate]:
    """The handlers of a module that is not named by any configuration."""
    for definition in module.definitions:
        evidence = _evidence(definition)
        if evidence:
            yield Candidate(definition.name, definition, evidence)
    for assignment in module.assignments:
        if assignment.callee in ADAPTERS:
            yield Candidate(assignment.name, None, f"{assignment.callee} makes it")


def _evidence(definition: Definition) -> str:
    """Why a definition is a handler; "" when it need not be one."""
    parameters = definition.parameters
    if len(parameters) < 2 or (definition.required > 2 and not definition.decorators):
        return ""  # a decorator may give what an invocation does not
    decorator = next((name for name in definition.decorators if name.rpartition(".")[2] in DECORATORS), "")
    if decorator and parameters[0] != "self":
        return f"decorated with {decorator}"
    if parameters[1] not in CONTEXT:
        return ""
    if definition.annotations[1].rpartition(".")[2] == "LambdaContext" and parameters[0] != "self":
        return "its second parameter is a LambdaContext"
    if parameters[0] not in EVENT:
        return ""
    if definition.name in NAMES or "lambda_handler" in definition.name:
        return f"named {definition.name}, takes an event and a context"
    if parameters[1] in ("_", "__"):
        return ""
    shape = definition.keys & _SHAPES
    if shape:
        return f"takes an event and a context, reads {sorted(shape)[0]}"
    return ""


# Keys at the top of the events that AWS documents.
_SHAPES = frozenset(
    {"Records", "detail", "detail-type", "requestContext", "httpMethod", "pathParameters", "queryStringParameters",
     "awslogs", "RequestType", "ResourceProperties", "resources", "invocationEvent", "CodePipeline.job", "methodArn",
     "authorizationToken", "triggerSource", "Step", "SecretId", "ClientRequestToken"}
)  # fmt: skip
