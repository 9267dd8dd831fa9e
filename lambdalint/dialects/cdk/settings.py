"""The props of a function in; its settings, variables and added layers out."""

from __future__ import annotations

from lambdalint.dialects.cdk.constructs import (
    Props,
    argument,
    as_props,
    construct,
    name_of,
    props_of,
)
from lambdalint.dialects.cdk.reading import (
    architecture,
    megabytes,
    member,
    named,
    nothing,
    number,
    of_entry,
    or_default,
    read,
    retention,
    seconds,
    setting,
    text,
)
from lambdalint.languages.terms.values import Array, Either, Known, Made, Record, join
from lambdalint.model import ABSENT, Layer, Reference, Span, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.languages.terms.values import Entry


def destination(value: Any) -> str | None:
    """What a destination of failures is around: `new SqsDestination(queue)`; else as `named`."""
    if isinstance(value, Made) and name_of(value).startswith(("aws_lambda_destinations:", "aws_lambda_event_sources:")):
        entries = list(value.keywords.entries.values()) if value.keywords else []
        inner = value.args[0].value if value.args else entries[0].value if entries else None
        return named(inner) if inner is not None else None
    return named(value)


def mount_path(value: Any) -> str | None:
    """Where a file system is mounted: `FileSystem.fromEfsAccessPoint(point, path)`, or a template's list of one."""
    if isinstance(value, Made) and name_of(value).startswith("aws_lambda:filesystem."):
        item = argument(value, 1, "mountPath")
        return text(item.value) if item is not None else None
    if isinstance(value, Array) and value.items:
        return text(as_props(value.items[0].value).value("localMountPath"))
    return None


def execution_timeout(value: Any) -> int | None:
    """The longest a durable execution takes, in seconds."""
    return seconds(as_props(value).value("executionTimeout"))


def tenant_isolation(value: Any) -> str | None:
    """TenancyConfig.PER_TENANT, or a template's object."""
    given = as_props(value).value("tenantIsolationMode") if isinstance(value, Record) else None
    return text(given) if given is not None else member(value)


def capacity_provider(value: Any) -> str | None:
    """The provider's ARN in a template's object."""
    managed = as_props(as_props(value).value("lambdaManagedInstancesCapacityProviderConfig"))
    return text(managed.value("capacityProviderArn"))


SETTINGS: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "vpc": (nothing, ("vpc", "vpcConfig")),
    "ephemeral_storage": (megabytes, ("ephemeralStorageSize",)),
    "architecture": (architecture, ("architecture", "architectures")),
    "tracing": (member, ("tracing",)),
    "dead_letter_queue": (named, ("deadLetterQueue", "deadLetterTopic")),
    "on_failure": (destination, ("onFailure",)),
    "async_retries": (number, ("retryAttempts",)),
    "async_max_age": (seconds, ("maxEventAge",)),
    "reserved_concurrency": (number, ("reservedConcurrentExecutions",)),
    "role": (named, ("role",)),
    "kms_key": (named, ("environmentEncryption", "kmsKeyArn")),
    "log_retention": (retention, ("logRetention",)),
    "logging": (member, ("loggingFormat", "logFormat")),
    "snapstart": (member, ("snapStart",)),
    "file_system": (mount_path, ("filesystem", "fileSystemConfigs")),
    "recursive_loop": (member, ("recursiveLoop",)),
    "durable": (execution_timeout, ("durableConfig",)),
    "tenancy": (tenant_isolation, ("tenancyConfig",)),
    "capacity_provider": (capacity_provider, ("capacityProviderConfig",)),
}


def settings_of(props: Props, kind: str) -> Iterator[tuple[str, Value[Any]]]:
    """The settings of a function by their ids, as far as its props give them."""
    for name, (convert, spelled) in SETTINGS.items():
        value = setting(props, convert, *spelled)
        if value is not ABSENT:
            yield name, value
    if props.value("deadLetterQueueEnabled") == Known(True) and props.get("deadLetterQueue") is None:
        entry = props.get("deadLetterQueueEnabled")
        yield "dead_letter_queue", Value("DeadLetterQueue", entry.span if entry else None)
    dead = as_props(props.value("deadLetterConfig")).get("targetArn")
    if dead is not None:
        yield "dead_letter_queue", of_entry(dead, named)
    mode = as_props(props.value("tracingConfig")).get("mode")
    if mode is not None:
        yield "tracing", of_entry(mode, text)
    storage = as_props(props.value("ephemeralStorage")).get("size")
    if storage is not None:
        yield "ephemeral_storage", of_entry(storage, number)
    snap = as_props(props.value("snapStart")).get("applyOn")
    if snap is not None:
        yield "snapstart", of_entry(snap, text)
    group = construct(props.value("logGroup"))
    if group is not None and name_of(group) == "aws_logs:loggroup":
        inner = props_of(group)
        kept = setting(inner, retention, "retention")
        yield "log_retention", or_default(kept, 731 if inner.whole else None)
    options = as_props(props.value("currentVersionOptions")).get("provisionedConcurrentExecutions")
    if options is not None:
        yield "provisioned_concurrency", of_entry(options, number)


def environment_of(props: Props) -> tuple[tuple[Variable, ...], bool]:
    """The variables that a function may have, and whether they are all of them. One with several values is unknown."""
    entry = props.get("environment")
    if entry is None:
        return (), props.whole
    value = entry.value
    inner = as_props(value).get("variables") if isinstance(value, (Record, Made)) else None
    if inner is not None and isinstance(inner.value, Record):
        value = inner.value  # a template's `environment: {variables: {...}}`
    records = value.options if isinstance(value, Either) else (value,)
    given: dict[str, list[Entry]] = {}
    complete = entry.certain
    for record in records:
        if not isinstance(record, Record):
            complete = complete and isinstance(record, Known)
            continue
        complete = complete and record.complete
        for name, variable in record.entries.items():
            if variable.value != Known(None):
                given.setdefault(name, []).append(variable)
    variables = (
        Variable(name, variable_of(join([one.value for one in entries]), entries[0].span), entries[0].key_span)
        for name, entries in given.items()
    )
    return tuple(variables), complete


def variable_of(value: Any, span: Span) -> Value[str]:
    """An environment variable's value. A text that holds a secret beside known parts is that secret, too."""
    return read(value, span, text)


def added_layers(props: Props) -> tuple[Layer, ...]:
    """Layers that the CDK adds for a prop."""
    found = []
    for name in ADDED_LAYERS:
        entry = props.get(name)
        if entry is not None:
            found.append(
                Layer(Value(None, entry.span, True, (Reference("expression", name, entry.span),)), None, entry.span)
            )
    return tuple(found)


ADDED_LAYERS = ("insightsVersion", "paramsAndSecrets", "adotInstrumentation")
