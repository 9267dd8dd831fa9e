"""A service in, one declaration a function out: what the provider says, what the function says over it."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.functions import functions as functions_of_stack
from lambdalint.dialects.cloudformation.intrinsics import intrinsic
from lambdalint.dialects.cloudformation.triggers import triggers_of as triggers_of_stack
from lambdalint.dialects.plain import USUAL, default, flag, number, text
from lambdalint.dialects.serverless import packaging
from lambdalint.dialects.serverless.events import triggers as triggers_of_events
from lambdalint.dialects.serverless.joins import settings_from_resources, triggers_from_elsewhere
from lambdalint.dialects.serverless.resources import function_id, parts, stack_of
from lambdalint.dialects.serverless.values import UNKNOWN, plain_data, value
from lambdalint.model import ABSENT, Declaration, Reference, Span, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.dialects.serverless.variables import Piece, Service
    from lambdalint.model import Node, Trigger

# Plugins that set further variables: from .env files, from stacks' outputs, for a monitoring wrapper.
ENVIRONMENT_PLUGINS = frozenset(
    ("serverless-dotenv-plugin", "serverless-plugin-datadog", "serverless-newrelic-lambda-layers", "serverless-lumigo")
)
MEMORY, TIMEOUT, RUNTIME = 1024, 6, "nodejs20.x"


def _snapstart(plain: Any) -> str | None:
    switched = flag(plain)
    return None if switched is None else ("PublishedVersions" if switched else "None")


# Setting -> where it is written below the function, below the provider (None: nowhere), and what it is turned into.
SETTINGS: dict[str, tuple[str, str | None, Callable[[Any], Any] | None]] = {
    "ephemeral_storage": ("ephemeralStorageSize", None, number),
    "architecture": ("architecture", "architecture", text),
    "dead_letter_queue": ("onError", None, text),
    "async_retries": ("maximumRetryAttempts", None, number),
    "async_max_age": ("maximumEventAge", None, number),
    "reserved_concurrency": ("reservedConcurrency", None, number),
    "provisioned_concurrency": ("provisionedConcurrency", None, number),
    "kms_key": ("kmsKeyArn", "kmsKeyArn", text),
    "log_retention": ("logRetentionInDays", "logRetentionInDays", number),
    "snapstart": ("snapStart", None, _snapstart),
    "file_system": ("fileSystemConfig.localMountPath", None, text),
    "recursive_loop": ("recursiveLoop", None, text),
    "durable": ("durableConfig.executionTimeout", None, number),
    "capacity_provider": ("capacityProvider", None, text),
    "tenancy": ("tenancy.mode", None, text),
    "logging": ("logs.logFormat", "logs.lambda.logFormat", text),
}


def declarations(service: Service) -> Iterator[Declaration]:
    """Every function of a service whose provider is AWS."""
    provider = service.find(service.top(), "provider")
    name = service.find(provider, "name") or provider
    if name is not None and name.known and name.node.kind == "scalar" and name.node.value != "aws":
        return
    if provider is None:
        return
    whole = _complete(service)
    entries = list(functions(service))
    others = triggers_from_elsewhere(service, entries)
    attached = settings_from_resources(service, entries)
    for key, path, piece in entries:
        made = _declaration(service, key, path, piece, provider, whole)
        settings = {**made.settings, **attached.get(str(key.value), {})}
        triggers = (*made.triggers, *others[str(key.value)])
        # A function that nothing here triggers is called by something that is not here.
        whole_list = made.triggers_known and bool(triggers)
        yield made._replace(triggers=triggers, triggers_known=whole_list, settings=settings)
    if service.root.get("resources") is not None:
        yield from _in_resources(service, {function_id(str(key.value)) for key, _, _ in entries})


def _in_resources(service: Service, own: set[str]) -> Iterator[Declaration]:
    """The functions that `resources:` declares as CloudFormation does."""
    stack = stack_of(service)
    triggers: dict[str, list[Trigger]] = {}
    declared = [(name, made) for name, made in functions_of_stack(stack, service.project) if name not in own]
    if declared:
        for _, name, trigger in triggers_of_stack(stack, service.project):
            triggers.setdefault(name, []).append(trigger)
    for name, made in declared:
        yield made._replace(triggers=tuple(triggers.get(name, ())))


def functions(service: Service) -> Iterator[tuple[Node, str, Piece]]:
    """Each function: its key, the file the key stands in, its settings. A map, a list of maps, files of either."""
    found = service.find(service.top(), "functions")
    if found is None:
        return
    for part in service.elements(found) if found.node.kind == "sequence" else (found,):
        inner = service.elements(part) if part.known and part.node.kind == "sequence" else (part,)
        for one in inner:
            for key, path, piece in service.items(one):
                if piece.known and piece.node.kind != "mapping" and piece.node.value is not None:
                    continue
                yield key, path, piece


def _complete(service: Service) -> bool:
    """Whether all triggers are written in the service: its resources can be told, no plugin adds others."""
    others = ("serverless-step-functions", "serverless-appsync-plugin", "serverless-plugin-warmup", "serverless-lift")
    if any(name in others for name in packaging.plugins(service)):
        return False
    return all(part.known for part in parts(service))


def _declaration(service: Service, key: Node, path: str, function: Piece, provider: Piece, whole: bool) -> Declaration:
    def setting(name: str, inherited: str | None, convert: Callable[[Any], Any] | None) -> Value[Any]:
        found = service.find(function, *name.split("."))
        if found is None and inherited is not None:
            found = service.find(provider, *inherited.split("."))
        return value(service, found, convert)

    known = function.known and function.node.kind == "mapping"
    image = service.find(function, "image")
    settings = {name: one for name, row in SETTINGS.items() if (one := setting(*row)).written}
    settings.update(_structured(service, function, provider))
    handler = setting("handler", None, text)
    runtime = setting("runtime", "runtime", text)
    if image is None:
        if not runtime.written and known:
            runtime = default(RUNTIME)
        code = packaging.code(service, function, runtime)
        app = packaging.wsgi_app(service, handler)
        if app is not None:
            settings["wsgi_app"] = app
        left_out = packaging.no_deploy(service)
        if left_out is not None:
            settings["no_deploy"] = left_out
        thinned = packaging.slim(service)
        if thinned is not None:
            settings["slim"] = thinned
    else:
        settings["package_type"] = Value("Image", image.at)
        runtime = ABSENT
        code = packaging.image(service, image)
        command = service.find(image, "command")
        first = next(service.elements(command), None)
        handler = value(service, first, text) if first is not None else ABSENT
    memory, timeout = setting("memorySize", "memorySize", number), setting("timeout", "timeout", number)
    if known:
        memory = memory if memory.written else default(MEMORY)
        timeout = timeout if timeout.written else default(TIMEOUT)
    if known:
        for setting_id, usual in USUAL.items():
            settings.setdefault(setting_id, default(usual))
    environment, all_known = _environment(service, function, provider)
    found, complete = triggers_of_events(service, function)
    name = setting("name", None, text)
    return Declaration(
        id=str(key.value),
        dialect="serverless",
        span=key.span(path),
        name=name if name.written else _generated_name(service, str(key.value)),
        handler=handler,
        runtime=runtime,
        memory=memory,
        timeout=timeout,
        code=code,
        layers=packaging.layers(service, function),
        environment=environment,
        environment_known=all_known and known and not ENVIRONMENT_PLUGINS.intersection(packaging.plugins(service)),
        triggers=found,
        triggers_known=whole and complete and known,
        settings=settings,
    )


def _structured(service: Service, function: Piece, provider: Piece) -> Iterator[tuple[str, Value[Any]]]:
    """The settings that are more than one plain value."""
    vpc = _vpc(service, function, provider)
    if vpc.written:
        yield "vpc", vpc
    tracing = service.find(function, "tracing") or service.find(provider, "tracing", "lambda")
    if tracing is not None:
        yield "tracing", value(service, tracing, _tracing)
    role = (
        service.find(function, "role")
        or service.find(provider, "role")
        or _role(service, service.find(provider, "iam", "role"))
    )
    if role is not None:
        yield "role", value(service, role, text)
    failure = service.find(function, "destinations", "onFailure")
    if failure is not None:
        yield "on_failure", value(service, service.find(failure, "arn") or failure, text)
    url = service.find(function, "url")
    if url is not None and not (url.known and url.node.value is False):
        authorizer = service.find(url, "authorizer")
        if authorizer is None:
            yield "function_url", Value("NONE" if url.known else None, url.at, True, url.references)
        else:
            yield "function_url", value(service, authorizer, lambda plain: "AWS_IAM" if plain == "aws_iam" else None)
    if not function.known:
        return
    old_key = service.find(function, "awsKmsKeyArn")
    if old_key is not None and service.find(function, "kmsKeyArn") is None:
        yield "kms_key", value(service, old_key, text)
    retries = service.find(function, "provisionedConcurrency")
    if retries is not None and retries.node.kind == "mapping":
        yield "provisioned_concurrency", value(service, service.find(retries, "executions") or retries, number)


def _role(service: Service, role: Piece | None) -> Piece | None:
    """`iam.role` when it names a role, and not the statements of the generated one."""
    if role is None or (role.known and role.node.kind == "mapping" and intrinsic(role.node) is None):
        return None
    return role


def _tracing(plain: Any) -> str | None:
    if isinstance(plain, str) and plain in ("Active", "PassThrough"):
        return plain
    switched = flag(plain)
    return None if switched is None else ("Active" if switched else "PassThrough")


def _vpc(service: Service, function: Piece, provider: Piece) -> Value[Any]:
    """Subnets and security groups: the function's over the provider's, key by key; `vpc: false` or null is none."""
    own = function.node.get("vpc") if function.known else None
    if own is not None and own.kind == "scalar" and own.value in (None, False):
        return ABSENT
    mine, shared = service.find(function, "vpc"), service.find(provider, "vpc")
    at = mine or shared
    if at is None:
        return ABSENT
    if any(one is not None and (not one.known or intrinsic(one.node) is not None) for one in (mine, shared)):
        return Value(None, at.at, True, at.references or (Reference("expression", "vpc", at.at),))
    found: dict[str, Any] = {}
    for name, key in (("SubnetIds", "subnetIds"), ("SecurityGroupIds", "securityGroupIds")):
        piece = service.find(mine, key) or service.find(shared, key)
        if piece is not None:
            plain = plain_data(service, piece)
            found[name] = None if plain is UNKNOWN else plain
    return Value(None if None in found.values() else found, at.at, True, at.references) if found else ABSENT


def _environment(service: Service, function: Piece, provider: Piece) -> tuple[tuple[Variable, ...], bool]:
    """The provider's variables and, over them, the function's; a null takes a variable away."""
    found: dict[str, Variable | None] = {}
    known = True
    for home in (provider, function):
        environment = service.find(home, "environment")
        if environment is None:
            continue
        known = (
            known and environment.known and environment.node.kind == "mapping" and intrinsic(environment.node) is None
        )
        if not known and environment.known and intrinsic(environment.node) is not None:
            continue
        for name, path, piece in service.items(environment):
            at = Span(path, *name.at)
            set_to = value(service, piece, text)
            found[str(name.value)] = Variable(str(name.value), set_to, at) if set_to.written else None
    return tuple(one for one in found.values() if one is not None), known


def _generated_name(service: Service, key: str) -> Value[str]:
    """`<service>-<stage>-<key>`, known as far as its parts are."""
    title = service.find(service.top(), "service")
    if title is not None and title.known and title.node.kind == "mapping":
        title = service.find(title, "name")
    stage = service.find(service.top(), "provider", "stage")
    if title is None or not title.known or (stage is not None and not stage.known):
        return Value(None, None, False)
    references = title.references + (() if stage is None else stage.references)
    return Value(f"{title.node.value}-{'dev' if stage is None else stage.node.value}-{key}", None, False, references)
