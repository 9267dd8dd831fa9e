"""aws_lambda_function blocks and terraform-aws-modules/lambda calls in, Declarations (without triggers) out."""

from __future__ import annotations

import re

from lambdalint.dialects.terraform.archives import code_of, image_code
from lambdalint.dialects.terraform.copies import copies
from lambdalint.dialects.terraform.evaluate import argument
from lambdalint.dialects.terraform.folders import called_folder, source_of
from lambdalint.dialects.terraform.lambda_module import module_code
from lambdalint.dialects.terraform.reading import at, block_of, block_term, default
from lambdalint.dialects.terraform.terms import (
    NULL,
    Entries,
    Term,
    attribute,
    number,
    string,
    truth,
    value,
)
from lambdalint.model import ABSENT, Code, Declaration, Layer, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.dialects.terraform.folders import Placed
    from lambdalint.dialects.terraform.instances import Instance
    from lambdalint.languages.hcl import Body

# A call of the module from the registry or git, and the module's own folder when a repository carries a copy.
_SOURCE = re.compile(r"terraform-aws-modules/(?:terraform-aws-)?lambda(?:/aws)?(?:\.git)?/?(?://wrappers/?)?(?:\?|$)")
SECRETS = frozenset(("secret-parameter", "secret-value"))
MARKS = frozenset(("source_path", "local_existing_package", "create_function", "allowed_triggers"))

# setting id: (argument of aws_lambda_function, argument of the module, reader, default)
SETTINGS: dict[str, tuple[str, str, Callable[[Term], Value[Any]], Any]] = {
    "package_type": ("package_type", "package_type", string, "Zip"),
    "tracing": ("tracing_config.mode", "tracing_mode", string, "PassThrough"),
    "dead_letter_queue": ("dead_letter_config.target_arn", "dead_letter_target_arn", string, None),
    "reserved_concurrency": ("reserved_concurrent_executions", "reserved_concurrent_executions", number, -1),
    "role": ("role", "lambda_role", string, None),
    "kms_key": ("kms_key_arn", "kms_key_arn", string, None),
    "logging": ("logging_config.log_format", "logging_log_format", string, "Text"),
    "snapstart": ("snap_start.apply_on", "", string, None),
    "ephemeral_storage": ("ephemeral_storage.size", "ephemeral_storage_size", number, 512),
    "file_system": ("file_system_config.local_mount_path", "file_system_local_mount_path", string, None),
    "durable": ("durable_config.execution_timeout", "durable_config_execution_timeout", number, None),
    "tenancy": ("tenancy_config.tenant_isolation_mode", "tenant_isolation_mode", string, None),
    "capacity_provider": (
        "capacity_provider_config.lambda_managed_instances_capacity_provider_config.capacity_provider_arn",
        "managed_instances_capacity_provider_arn",
        string,
        None,
    ),
    "recursive_loop": ("", "recursive_loop", string, "Terminate"),
    "async_retries": ("", "maximum_retry_attempts", number, 2),
    "async_max_age": ("", "maximum_event_age_in_seconds", number, 21600),
    "on_failure": ("", "destination_on_failure", string, None),
    "on_success": ("", "destination_on_success", string, None),
    "log_retention": ("", "cloudwatch_logs_retention_in_days", number, None),
    "provisioned_concurrency": ("", "provisioned_concurrent_executions", number, None),
}


class Deployed(NamedTuple):
    """A function, and what names it in its configuration: the instance, the address and the key."""

    instance: Instance
    address: str
    key: Any
    declaration: Declaration
    body: Body
    frame: Frame

    @property
    def is_module(self) -> bool:
        return self.address.startswith("module.")


def functions(instance: Instance) -> Iterator[Deployed]:
    """Every function that a module instance declares itself."""
    for _, name, placed in instance.module.of("aws_lambda_function"):
        address = f"aws_lambda_function.{name}"
        for key, frame in copies(placed.block.body, instance.frame(placed.path)):
            declared = _declare(instance, address, key, placed, frame)
            yield Deployed(instance, address, key, declared, placed.block.body, frame)
    for name, placed in instance.module.calls.items():
        if not is_lambda_module(instance, placed):
            continue
        for key, frame in copies(placed.block.body, instance.frame(placed.path)):
            if _creates_function(placed.block.body, frame):
                address = f"module.{name}"
                declared = _declare(instance, address, key, placed, frame)
                yield Deployed(instance, address, key, declared, placed.block.body, frame)


def is_lambda_module(instance: Instance, placed: Placed) -> bool:
    """Whether a call is of terraform-aws-modules/lambda."""
    source = source_of(placed.block)
    if _SOURCE.search(source):
        return True
    folder = called_folder(instance.module.folder, source) if "lambda" in source or source.strip("./") == "" else None
    module = instance.run.folders.module(folder) if folder is not None else None
    return module is not None and module.variables.keys() >= MARKS


def _creates_function(body: Body, frame: Frame) -> bool:
    for name, wanted in (("create", True), ("create_function", True), ("create_layer", False)):
        term = argument(body, name, frame)
        if truth(term) is (not wanted) and not term.assumed:
            return False
    return True


def _declare(instance: Instance, address: str, key: Any, placed: Placed, frame: Frame) -> Declaration:
    body: Body = placed.block.body
    module = address.startswith("module.")
    suffix = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
    handler = string(argument(body, "handler", frame))
    image = at(body, "image_config_command" if module else "image_config.command", frame)
    first = attribute(image, 0) if isinstance(image.data, tuple) else NULL
    if isinstance(first.data, str) and not handler.written:
        handler = string(first)
    variables, complete = _variables(body, frame, module)
    settings = dict(_settings(body, frame, module))
    code = module_code(body, frame) if module else code_of(body, frame, handler)
    if module and code is None:
        image_uri = argument(body, "image_uri", frame)
        code = image_code(image_uri, frame) if image_uri.data is not None else None
    upload = _upload(body, frame, module)
    if upload is not None:
        settings["upload"] = upload
    if code is not None and code.kind == "image" and not settings["package_type"].written:
        settings["package_type"] = Value("Image", code.span, written=False)
    return Declaration(
        id=f"{instance.prefix()}{address}{suffix}",
        dialect="terraform",
        span=frame.span(placed.block.at),
        name=string(argument(body, "function_name", frame)),
        handler=_absent(handler),
        runtime=_absent(string(argument(body, "runtime", frame))),
        memory=default(number(argument(body, "memory_size", frame)), 128),
        timeout=default(number(argument(body, "timeout", frame)), 3),
        code=code or Code("unknown"),
        layers=tuple(_layers(argument(body, "layers", frame), frame)),
        environment=variables,
        environment_known=complete,
        settings=settings,
    )


def _upload(body: Body, frame: Frame, module: bool) -> Value[str] | None:
    """Whether the zip is sent in the call that makes the function; the module does so unless it is told to use S3."""
    if not module:
        filename = argument(body, "filename", frame)
        return Value("direct", filename.span) if filename.data is not None else None
    bucket = argument(body, "store_on_s3", frame)
    package = argument(body, "s3_existing_package", frame)
    sent = package.data is None and (bucket.data is None or truth(bucket) is False)
    return Value("direct", None, written=False) if sent else None


def _absent(found: Value[Any]) -> Value[Any]:
    return found if found.written else ABSENT


VPC_KEYS = {"subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroupIds"}


def _settings(body: Body, frame: Frame, module: bool) -> Iterator[tuple[str, Value[Any]]]:
    for setting, (own, modules, read, usual) in SETTINGS.items():
        place = modules if module else own
        found = default(read(at(body, place, frame)), usual) if place else default(ABSENT, usual)
        if found.written or found.known is not None:
            yield setting, found
    architectures = argument(body, "architectures", frame)
    listed = architectures.data
    if isinstance(listed, tuple) and len(listed) == 1:
        architectures = attribute(architectures, 0)
    elif listed is not None:
        architectures = architectures._replace(data=Term().data)
    yield "architecture", default(string(architectures), "x86_64")
    if module:
        subnets = argument(body, "vpc_subnet_ids", frame)
        if subnets.data is not None:
            groups = argument(body, "vpc_security_group_ids", frame)
            network = Entries({"SubnetIds": subnets, "SecurityGroupIds": groups}, {})
            yield "vpc", value(Term(network, subnets.span))
        snap = argument(body, "snap_start", frame)
        if truth(snap):
            yield "snapstart", Value("PublishedVersions", snap.span, True, snap.references)
        if truth(argument(body, "create_lambda_function_url", frame)):
            yield "function_url", default(string(argument(body, "authorization_type", frame)), "NONE")
        return
    network_block = block_term(body, "vpc_config", frame)
    if network_block.data is not None:
        vpc = value(network_block)
        if isinstance(vpc.known, dict):  # by the API's names, as in every dialect
            known = {VPC_KEYS.get(name, name): given for name, given in vpc.known.items()}
            vpc = Value(known, vpc.span, True, vpc.references)
        yield "vpc", vpc


def _variables(body: Body, frame: Frame, module: bool) -> tuple[tuple[Variable, ...], bool]:
    """The environment's variables, and whether they are all of them."""
    term = at(body, "environment_variables" if module else "environment.variables", frame)
    if term.data is None:
        return (), True
    if not isinstance(term.data, Entries):
        return (), False
    found: list[Variable] = []
    for name in term.data.terms:
        each = attribute(term, name)
        if each.data is None:
            continue
        span = term.data.names.get(name) or each.span or term.span
        if span is not None:
            found.append(Variable(name, _composed(each if each.span else each._replace(span=term.span)), span))
    return tuple(found), not term.data.more


def _composed(term: Term) -> Value[str]:
    """A variable's value. Of a text that a secret stands in as it is, the secret is all that need be said."""
    given = string(term)
    plain = [one for one in given.references if one.kind in SECRETS and f"${{{one.target}}}" in term.text]
    return Value(given.known, given.span, given.written, tuple(plain)) if plain else given


def _layers(term: Term, frame: Frame) -> Iterator[Layer]:
    if term.data is None:
        return
    if not isinstance(term.data, tuple):
        yield Layer(string(term), None, term.span)
        return
    for index in range(len(term.data)):
        item = attribute(term, index)
        if item.data not in (None, ""):
            yield Layer(string(item), _layer_code(item), item.span or term.span)


def _layer_code(item: Term) -> Code | None:
    for handle in item.handles:
        kind = handle.address.rpartition(".")[0]
        found = block_of(handle)
        if found is None:
            continue
        body, frame = found
        if kind == "aws_lambda_layer_version":
            return code_of(body, frame, ABSENT)
        if kind == "module" and handle.attribute.startswith("lambda_layer"):
            return module_code(body, frame)
    return None
