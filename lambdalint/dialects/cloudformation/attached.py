"""A stack in, the settings of functions that resources of their own hold (invoke config, alias, log group, URL) out."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.conversions import integer, text_value
from lambdalint.dialects.cloudformation.functions import at
from lambdalint.dialects.cloudformation.triggers.targets import targets
from lambdalint.model import ABSENT, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack

# type -> (the property that names the function, setting id -> place)
HOLDERS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "AWS::Lambda::EventInvokeConfig": (
        "FunctionName",
        {
            "async_retries": ("MaximumRetryAttempts",),
            "async_max_age": ("MaximumEventAgeInSeconds",),
            "on_failure": ("DestinationConfig", "OnFailure", "Destination"),
            "on_success": ("DestinationConfig", "OnSuccess", "Destination"),
        },
    ),
    "AWS::Lambda::Alias": (
        "FunctionName",
        {"provisioned_concurrency": ("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")},
    ),
    "AWS::Lambda::Version": (
        "FunctionName",
        {"provisioned_concurrency": ("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")},
    ),
    "AWS::Lambda::Url": ("TargetFunctionArn", {"function_url": ("AuthType",)}),
    "Custom::LogRetention": ("LogGroupName", {"log_retention": ("RetentionInDays",)}),  # by the CDK
    "AWS::Logs::LogGroup": ("LogGroupName", {"log_retention": ("RetentionInDays",)}),
}
NUMBERS = ("async_retries", "async_max_age", "provisioned_concurrency", "log_retention")


def attached(stack: Stack) -> Iterator[tuple[Stack, str, str, Value[Any]]]:
    """Stack and logical id of a function, a setting's id and its value."""
    for name in stack.resources:
        holder = HOLDERS.get(stack.type_of(name))
        if holder is None:
            continue
        key, places = holder
        properties = stack.properties(name)
        node = properties.get(key)
        if key == "LogGroupName" and "/aws/lambda/" not in _shown(stack, stack.value(node)):
            continue
        for home, function in targets(stack, node) if key != "LogGroupName" else _logged(stack, name):
            for setting, place in places.items():
                value = at(stack, properties, place)
                if value is not ABSENT:
                    yield home, function, setting, integer(value) if setting in NUMBERS else text_value(value)


def _shown(stack: Stack, value: Value[Any]) -> str:
    texts = [value.known, *(reference.target for reference in value.references if reference.kind == "expression")]
    return " ".join(text for text in texts if isinstance(text, str))


def _logged(stack: Stack, name: str) -> Iterator[tuple[Stack, str]]:
    """The functions whose log group a resource is: by a reference in its name, or by the function's own name."""
    node = stack.properties(name).get("LogGroupName")
    found = list(targets(stack, node))
    yield from found
    shown = _shown(stack, stack.value(node))
    if found or not shown.startswith("/aws/lambda/"):
        return
    plain = shown.partition("/aws/lambda/")[2]
    for function in stack.resources:
        if stack.type_of(function) in ("AWS::Lambda::Function", "AWS::Serverless::Function"):
            written = stack.value(stack.properties(function).get("FunctionName"))
            if written is not ABSENT and _shown(stack, written) == plain:
                yield stack, function
