"""What the Lambda API answers of functions and mappings in, declarations out."""

from __future__ import annotations

from lambdalint.dialects.plain import USUAL, flag, number, or_default, plain_value, text
from lambdalint.model import ABSENT, Code, Declaration, Layer, Node, Trigger, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Project

# setting id -> (place, how it is read)
SETTINGS: dict[str, tuple[tuple[str, ...], Any]] = {
    "package_type": (("PackageType",), text),
    "tracing": (("TracingConfig", "Mode"), text),
    "dead_letter_queue": (("DeadLetterConfig", "TargetArn"), text),
    "role": (("Role",), text),
    "kms_key": (("KMSKeyArn",), text),
    "logging": (("LoggingConfig", "LogFormat"), text),
    "snapstart": (("SnapStart", "ApplyOn"), text),
    "ephemeral_storage": (("EphemeralStorage", "Size"), number),
    "tenancy": (("TenancyConfig", "TenantIsolationMode"), text),
    "capacity_provider": (
        ("CapacityProviderConfig", "LambdaManagedInstancesCapacityProviderConfig", "CapacityProviderArn"),
        text,
    ),
    "durable": (("DurableConfig", "ExecutionTimeout"), number),
}
# A mapping's settings, in the same way.
MAPPING: dict[str, tuple[tuple[str, ...], Any]] = {
    "batch_size": (("BatchSize",), number),
    "batching_window": (("MaximumBatchingWindowInSeconds",), number),
    "stream_retries": (("MaximumRetryAttempts",), number),
    "record_age": (("MaximumRecordAgeInSeconds",), number),
    "bisect": (("BisectBatchOnFunctionError",), flag),
    "parallelization": (("ParallelizationFactor",), number),
    "maximum_concurrency": (("ScalingConfig", "MaximumConcurrency"), number),
    "starting_position": (("StartingPosition",), text),
    "on_failure": (("DestinationConfig", "OnFailure", "Destination"), text),
}
SERVICES = {"sqs": "sqs", "kinesis": "kinesis", "dynamodb": "dynamodb", "kafka": "msk", "rds": "documentdb"}


def declarations(project: Project) -> Iterator[Declaration]:
    """Every function in the answers, with the mappings that `list-event-source-mappings` gave for it."""
    functions: list[tuple[str, Node, Node | None]] = []
    triggers: dict[str, list[Trigger]] = {}
    for path in project.candidates("lambda_api"):
        document = project.document(path, "json")
        for root in document.facts if document is not None and document.facts else ():
            functions.extend((path, *found) for found in _configurations(root))
            for mapping in _elements(root.get("EventSourceMappings")):
                arn = plain_value(mapping.get("FunctionArn"), path, text).known or ""
                triggers.setdefault(_unqualified(arn), []).append(_mapping(path, mapping))
    for path, node, answer in functions:
        arn = plain_value(node.get("FunctionArn"), path, text).known or ""
        yield _declaration(path, node, answer, tuple(triggers.get(_unqualified(arn), ())))


def _configurations(root: Node) -> Iterator[tuple[Node, Node | None]]:
    """The configuration objects of an answer, with the answer itself for `get-function`."""
    single = root.get("Configuration")
    for child in (*root.elements(), *_elements(root.get("Functions"))):
        if _is_configuration(child):
            yield child, None
    if single is not None and _is_configuration(single):
        yield single, root
    elif _is_configuration(root):
        yield root, None


def _is_configuration(node: Node) -> bool:
    arn = node.get("FunctionArn")
    return (
        arn is not None
        and isinstance(arn.value, str)
        and ":lambda:" in arn.value
        and ":function:" in arn.value
        and node.get("FunctionName") is not None
        and (node.get("Handler") is not None or node.get("PackageType") is not None)
    )


def _declaration(path: str, node: Node, answer: Node | None, triggers: tuple[Trigger, ...]) -> Declaration:
    name = plain_value(node.get("FunctionName"), path, text)
    key = node.key("FunctionName")
    environment = _below(node, "Environment", "Variables")
    failed = _below(node, "Environment", "Error")
    settings = {setting: _at(node, path, place, read) for setting, (place, read) in SETTINGS.items()}
    vpc = plain_value(node.get("VpcConfig"), path)
    if isinstance(vpc.known, dict) and vpc.known.get("VpcId"):
        network = {key: given for key, given in vpc.known.items() if key != "VpcId"}  # the subnets' own
        settings["vpc"] = Value(network, vpc.span)
    if settings["dead_letter_queue"].known == "":
        settings["dead_letter_queue"] = ABSENT
    if settings["snapstart"].known == "None":
        settings["snapstart"] = Value("None", settings["snapstart"].span, written=False)
    architectures = node.get("Architectures")
    if architectures is not None and architectures.elements():
        settings["architecture"] = plain_value(architectures.value[0], path, text)
    systems = node.get("FileSystemConfigs")
    if systems is not None and systems.elements():
        settings["file_system"] = plain_value(systems.value[0].get("LocalMountPath"), path, text)
    reserved = _below(answer, "Concurrency", "ReservedConcurrentExecutions") if answer is not None else None
    settings["reserved_concurrency"] = plain_value(reserved, path, number)
    known = {setting: value for setting, value in settings.items() if value is not ABSENT}
    for setting, usual in USUAL.items():
        # An answer holds every setting of the configuration; only those that live elsewhere stay unknown.
        known.setdefault(setting, Value(None if setting.startswith("async_") else usual, None, written=False))
    return Declaration(
        id=str(name.known),
        dialect="lambda-api",
        span=(key or node).span(path),
        name=name,
        handler=plain_value(node.get("Handler"), path, text),
        runtime=plain_value(node.get("Runtime"), path, text),
        memory=or_default(plain_value(node.get("MemorySize"), path, number), 128),
        timeout=or_default(plain_value(node.get("Timeout"), path, number), 3),
        code=_code(path, node, answer),
        layers=tuple(_layers(path, node)),
        environment=tuple(
            Variable(str(variable.value), plain_value(value, path, text), variable.span(path))
            for variable, value in (environment.items() if environment is not None else ())
        ),
        environment_known=failed is None,
        triggers=triggers,
        settings=known,
    )


def _code(path: str, node: Node, answer: Node | None) -> Code:
    code = answer.get("Code") if answer is not None else None
    span = code.span(path) if code is not None else None
    kind = node.get("PackageType")
    return Code("image" if kind is not None and kind.value == "Image" else "bucket", ABSENT, span)


def _layers(path: str, node: Node) -> Iterator[Layer]:
    listed = node.get("Layers")
    for layer in listed.elements() if listed is not None else ():
        value = plain_value(layer.get("Arn") if layer.kind == "mapping" else layer, path, text)
        yield Layer(value, None, value.span)


def _mapping(path: str, mapping: Node) -> Trigger:
    """One event source mapping as the API answers it."""
    source = plain_value(mapping.get("EventSourceArn"), path, text)
    service = (source.known or "::").split(":")[2]
    kind = SERVICES.get(service, "unknown")
    if mapping.get("SelfManagedEventSource") is not None:
        kind = "kafka"
    settings = {setting: _at(mapping, path, place, read) for setting, (place, read) in MAPPING.items()}
    responses = plain_value(mapping.get("FunctionResponseTypes"), path)
    reports = isinstance(responses.known, list) and "ReportBatchItemFailures" in responses.known
    settings["report_batch_item_failures"] = Value(reports, responses.span, written=responses.written)
    if kind == "sqs":
        settings["fifo"] = Value((source.known or "").endswith(".fifo"), source.span)
    known = {setting: value for setting, value in settings.items() if value.known is not None}
    return Trigger(kind, "poll", mapping.span(path), "", source, known)


def _unqualified(arn: str) -> str:
    """A function's ARN without version or alias."""
    return ":".join(arn.split(":")[:7])


def _elements(node: Node | None) -> tuple[Node, ...]:
    return node.elements() if node is not None else ()


def _below(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.get(key) if node is not None else None
    return node


def _at(node: Node, path: str, place: tuple[str, ...], read: Any) -> Value[Any]:
    return plain_value(_below(node, *place), path, read)
