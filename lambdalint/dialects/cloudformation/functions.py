"""A stack and a function's resource in, its Declaration out, triggers aside."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.code import code_of, layers_of
from lambdalint.dialects.cloudformation.conversions import default, integer, text_value
from lambdalint.dialects.cloudformation.template import FUNCTION, SERVERLESS_FUNCTION, with_globals
from lambdalint.dialects.plain import USUAL
from lambdalint.model import ABSENT, Declaration, Node, Span, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Project

# setting id -> where it stands below Properties; text unless a reader is named
PLACES: dict[str, tuple[str, ...]] = {
    "package_type": ("PackageType",),
    "tracing": ("TracingConfig", "Mode"),
    "dead_letter_queue": ("DeadLetterConfig", "TargetArn"),
    "reserved_concurrency": ("ReservedConcurrentExecutions",),
    "role": ("Role",),
    "kms_key": ("KmsKeyArn",),
    "logging": ("LoggingConfig", "LogFormat"),
    "snapstart": ("SnapStart", "ApplyOn"),
    "ephemeral_storage": ("EphemeralStorage", "Size"),
    "recursive_loop": ("RecursiveLoop",),
    "tenancy": ("TenancyConfig", "TenantIsolationMode"),
    "durable": ("DurableConfig", "ExecutionTimeout"),
}
SAM_PLACES: dict[str, tuple[str, ...]] = {
    **PLACES,
    "tracing": ("Tracing",),
    "dead_letter_queue": ("DeadLetterQueue", "TargetArn"),
    "auto_publish_alias": ("AutoPublishAlias",),
    "function_url": ("FunctionUrlConfig", "AuthType"),
    "provisioned_concurrency": ("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions"),
    "on_failure": ("EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"),
    "on_success": ("EventInvokeConfig", "DestinationConfig", "OnSuccess", "Destination"),
    "async_retries": ("EventInvokeConfig", "MaximumRetryAttempts"),
    "async_max_age": ("EventInvokeConfig", "MaximumEventAgeInSeconds"),
}
CAPACITY_PROVIDER = (
    ("CapacityProviderConfig", "Arn"),  # SAM
    ("CapacityProviderConfig", "LambdaManagedInstancesCapacityProviderConfig", "CapacityProviderArn"),
)
NUMBERS = frozenset(
    {
        "async_max_age",
        "async_retries",
        "durable",
        "ephemeral_storage",
        "provisioned_concurrency",
        "reserved_concurrency",
    }
)


def functions(stack: Stack, project: Project) -> Iterator[tuple[str, Declaration]]:
    """Every function a stack's resources declare, by logical id."""
    for name, (key, resource) in stack.resources.items():
        kind = stack.type_of(name)
        if kind in (FUNCTION, SERVERLESS_FUNCTION):
            yield name, declaration(stack, name, key, resource, project)


def merged(stack: Stack, name: str) -> Node:
    """A function's Properties as they count: with SAM's Globals where it is a SAM function."""
    properties = stack.properties(name)
    if stack.type_of(name) != SERVERLESS_FUNCTION:
        return properties
    shared = stack.globals.get("Function") if stack.globals is not None else None
    return with_globals(properties, shared, stack.resources[name][1].get("IgnoreGlobals"))


def declaration(stack: Stack, name: str, key: Node, resource: Node, project: Project) -> Declaration:
    """One function's resource as a Declaration without triggers."""
    sam = stack.type_of(name) == SERVERLESS_FUNCTION
    properties = merged(stack, name)
    environment, environment_known = variables(stack, properties)
    whole = stack.look(resource.get("Properties")) is not None
    code = code_of(stack, properties, resource.get("Metadata"), sam, project)
    settings = dict(_settings(stack, properties, SAM_PLACES if sam else PLACES))
    if code.kind == "image" and not settings["package_type"].written:
        settings["package_type"] = Value("Image", code.span, written=False)
    return Declaration(
        id=name,
        dialect="sam" if sam else "cloudformation",
        span=key.span(stack.path),
        name=text_value(stack.value(properties.get("FunctionName"))),
        handler=handler(stack, properties, code.kind == "image"),
        runtime=ABSENT if code.kind == "image" else text_value(stack.value(properties.get("Runtime"))),
        memory=default(integer(stack.value(properties.get("MemorySize"))), 128 if whole else None),
        timeout=default(integer(stack.value(properties.get("Timeout"))), 3 if whole else None),
        code=code,
        layers=layers_of(stack, properties, project),
        environment=environment,
        environment_known=environment_known and whole,
        settings=settings,
        ignores=_ignores(stack, resource),
    )


def handler(stack: Stack, properties: Node, image: bool) -> Value[str]:
    """The handler; of an image the command that overrides its own, when there is one, whatever Globals say."""
    if not image:
        return text_value(stack.value(properties.get("Handler")))
    config = stack.look(properties.get("ImageConfig"))
    command = stack.look(config.get("Command")) if config is not None else None
    elements = command.elements() if command is not None else ()
    return text_value(stack.value(elements[0])) if len(elements) == 1 else ABSENT


def variables(stack: Stack, properties: Node) -> tuple[tuple[Variable, ...], bool]:
    """The environment's variables, and whether they are all of them."""
    written = properties.get("Environment")
    if written is None:
        return (), True
    environment = stack.look(written)
    listed = environment.get("Variables") if environment is not None else None
    if listed is None:
        return (), environment is not None or stack.value(written) is ABSENT
    node = stack.look(listed)
    if node is None or node.kind != "mapping":
        return (), stack.value(listed) is ABSENT
    found = []
    complete = True
    for key, child in node.value:
        if not isinstance(key.value, str) or key.value.startswith("Fn::"):
            complete = False
            continue
        value = text_value(stack.value(child))
        if value is not ABSENT:
            found.append(Variable(key.value, value, key.span(stack.path)))
    return tuple(found), complete


def at(stack: Stack, node: Node | None, place: tuple[str, ...]) -> Value[Any]:
    """The value at a path of keys; unknown when something on the way cannot be told."""
    for step, key in enumerate(place):
        seen = stack.look(node)
        if seen is None or seen.kind != "mapping":
            if step == 0 or node is None:
                return ABSENT
            value = stack.value(node)
            return value if value is ABSENT else Value(None, value.span, True, value.references)
        node = seen.get(key)
    return stack.value(node)


def _settings(stack: Stack, properties: Node, places: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, Value[Any]]]:
    for setting, place in places.items():
        value = at(stack, properties, place)
        value = integer(value) if setting in NUMBERS else text_value(value)
        value = default(value, USUAL[setting]) if setting in USUAL else value
        if value is not ABSENT:
            yield setting, value
    for outcome in ("OnFailure", "OnSuccess"):
        # SAM makes the queue or topic when a destination has a Type alone.
        whole = at(stack, properties, ("EventInvokeConfig", "DestinationConfig", outcome))
        setting = "on_failure" if outcome == "OnFailure" else "on_success"
        if setting in places and whole is not ABSENT and at(stack, properties, places[setting]) is ABSENT:
            yield setting, Value(None, whole.span)
    if "async_retries" not in places:
        for setting in ("async_retries", "async_max_age"):
            yield setting, Value(USUAL[setting], None, written=False)
    yield "architecture", default(_first(stack, properties.get("Architectures")), "x86_64")
    network = stack.value(properties.get("VpcConfig"))
    if network is not ABSENT:
        yield "vpc", network
    for place in CAPACITY_PROVIDER:
        value = at(stack, properties, place)
        if value is not ABSENT:
            yield "capacity_provider", text_value(value)
    systems = stack.value(properties.get("FileSystemConfigs"))
    if systems is not ABSENT:
        listed = stack.look(properties.get("FileSystemConfigs"))
        path = at(stack, listed.value[0], ("LocalMountPath",)) if listed is not None and listed.elements() else systems
        yield "file_system", Value(path.known if isinstance(path.known, str) else None, systems.span, True)


def _first(stack: Stack, node: Node | None) -> Value[Any]:
    """The only element of a list; unknown when there are more or none."""
    listed = stack.look(node)
    if listed is not None and listed.kind == "sequence":
        values = [stack.value(child) for child in listed.value]
        if len(values) == 1:
            return values[0]
    value = stack.value(node)
    if isinstance(value.known, list) and len(value.known) == 1:
        return Value(value.known[0], value.span, True, value.references)
    return value if value is ABSENT else Value(None, value.span, True, value.references)


def _ignores(stack: Stack, resource: Node) -> tuple[tuple[str, Span], ...]:
    """The rules that `Metadata.lambdalint.ignore` names: a text, a text with commas, or a list."""
    metadata = resource.get("Metadata")
    ours = metadata.get("lambdalint") if metadata is not None else None
    ignored = ours.get("ignore") if ours is not None else None
    if ignored is None:
        return ()
    nodes = ignored.elements() or (ignored,)
    return tuple(
        (name.strip(), node.span(stack.path))
        for node in nodes
        if isinstance(node.value, str)
        for name in node.value.split(",")
        if name.strip()
    )
