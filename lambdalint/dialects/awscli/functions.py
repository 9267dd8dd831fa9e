"""Scripts in, the functions that their calls create and update out, each once: a name joins the calls."""

from __future__ import annotations

from lambdalint.dialects.awscli import triggers
from lambdalint.dialects.awscli.builds import runs
from lambdalint.dialects.awscli.request import Request
from lambdalint.dialects.awscli.texts import CLOSE, OPEN, cut, literal
from lambdalint.dialects.plain import USUAL, default, number, text
from lambdalint.model import ABSENT, Code, Declaration, Layer, Reference, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.awscli.evaluate import Run
    from lambdalint.dialects.awscli.texts import Piece, Text
    from lambdalint.model import Project, Trigger

MEMORY, TIMEOUT = 128, 3


def _lists(plain: Any) -> Any:
    """A structure whose values are lists: in the shorthand one value alone is a list too."""
    if not isinstance(plain, dict):
        return None
    return {key: [value] if isinstance(value, str) else value for key, value in plain.items()}


# Setting -> the option, the keys below it, what it is turned into.
SETTINGS: dict[str, tuple[str, tuple[str, ...], Any]] = {
    "package_type": ("package-type", (), text),
    "role": ("role", (), text),
    "kms_key": ("kms-key-arn", (), text),
    "vpc": ("vpc-config", (), _lists),
    "dead_letter_queue": ("dead-letter-config", ("TargetArn",), text),
    "tracing": ("tracing-config", ("Mode",), text),
    "ephemeral_storage": ("ephemeral-storage", ("Size",), number),
    "snapstart": ("snap-start", ("ApplyOn",), text),
    "logging": ("logging-config", ("LogFormat",), text),
    "durable": ("durable-config", ("ExecutionTimeout",), number),
    "tenancy": ("tenancy-config", ("TenantIsolationMode",), text),
    "capacity_provider": (
        "capacity-provider-config",
        ("LambdaManagedInstancesCapacityProviderConfig", "CapacityProviderArn"),
        text,
    ),
}
_OTHER = {  # operation -> setting, option, keys, converter
    "put-function-concurrency": (("reserved_concurrency", "reserved-concurrent-executions", (), number),),
    "put-provisioned-concurrency-config": (
        ("provisioned_concurrency", "provisioned-concurrent-executions", (), number),
    ),
    "put-function-recursion-config": (("recursive_loop", "recursive-loop", (), text),),
    "put-function-event-invoke-config": (
        ("async_retries", "maximum-retry-attempts", (), number),
        ("async_max_age", "maximum-event-age-in-seconds", (), number),
        ("on_failure", "destination-config", ("OnFailure", "Destination"), text),
        ("on_success", "destination-config", ("OnSuccess", "Destination"), text),
    ),
    "update-function-event-invoke-config": (
        ("async_retries", "maximum-retry-attempts", (), number),
        ("async_max_age", "maximum-event-age-in-seconds", (), number),
        ("on_failure", "destination-config", ("OnFailure", "Destination"), text),
    ),
    "create-function-url-config": (("function_url", "auth-type", (), text),),
    "put-retention-policy": (("log_retention", "retention-in-days", (), number),),
}


LOG_GROUP = "/aws/lambda/"
DECLARING = ("create-function", "update-function-configuration", "update-function-code")


class Gathered(NamedTuple):
    """The calls about one function of one script, in their order."""

    name: Text
    requests: list[Request]

    @property
    def created(self) -> bool:
        """Whether one of them creates it."""
        return any(one.call.operation == "create-function" for one in self.requests)

    @property
    def declares(self) -> bool:
        """Whether one of them says what the function is, and not only what is around it."""
        return any(one.call.operation in DECLARING for one in self.requests)


def declarations(project: Project) -> Iterator[Declaration]:
    """Every function that a script of the project creates or updates."""
    groups: list[Gathered] = []
    layers: dict[str, Code] = {}
    for run in runs(project):
        groups += _groups(run, layers)
    for group, count in _numbered(_joined(groups)):
        made = _declaration(group, layers, count)
        # A script that only updates a function declared elsewhere says something here if it packs code of the tree.
        if group.created or made.code.kind in ("directory", "file", "archive"):
            yield made


def _groups(run: Run, layers: dict[str, Code]) -> list[Gathered]:
    """The calls of a script by the function that they name; publishes its layers into `layers`."""
    found: dict[str, Gathered] = {}
    for call in run.calls:
        request = Request(call, run)
        if call.service != "lambda":
            for about in _named_elsewhere(request):
                found.setdefault(_short(about.text), Gathered(about, [])).requests.append(request)
            continue
        if call.operation == "publish-layer-version":
            name = request.piece("layer-name")
            if name is not None:
                layers[str(name.node.value)] = _code(request, "zip-file", "content")
            continue
        name = request.piece("function-name")
        if name is None or name.node.kind != "scalar":
            continue
        key = _short(str(name.node.value))
        written = name.text or _as_text(name)
        found.setdefault(key, Gathered(written, [])).requests.append(request)
    return list(found.values())


def _named_elsewhere(request: Request) -> Iterator[Text]:
    """The functions that calls of other services name: the log group's, a rule's targets."""
    call = (request.call.service, request.call.operation)
    if call == ("logs", "put-retention-policy"):
        group = request.text("log-group-name")
        if group is not None and group.text.startswith(LOG_GROUP):
            yield cut(group, len(LOG_GROUP))
    elif call == ("events", "put-targets"):
        yield from (_as_text(arn) for arn in triggers.functions_of(request))


def _as_text(piece: Piece) -> Text:
    return literal(str(piece.node.value), piece.path, piece.node.at)


def _short(name: str) -> str:
    """The name in an ARN, without a version or alias."""
    parts = name.split(":")
    return parts[6] if len(parts) > 6 and parts[0] == "arn" else (parts[0] if OPEN not in name else name)


def _joined(groups: list[Gathered]) -> list[Gathered]:
    """Calls of another script that update a function go to the one script that creates it."""
    created: dict[str, list[Gathered]] = {}
    for group in groups:
        if group.created and group.name.known is not None:
            created.setdefault(_short(group.name.known), []).append(group)
    kept = []
    for group in groups:
        home = created.get(_short(group.name.known or ""), [])
        if group.created or len(home) != 1:
            kept.append(group)
        else:
            home[0].requests.extend(group.requests)
    return [group for group in kept if group.declares]


def _numbered(groups: list[Gathered]) -> Iterator[tuple[Gathered, int]]:
    seen: dict[tuple[str, str], int] = {}
    for group in groups:
        key = (group.name.path, group.name.text)
        seen[key] = seen.get(key, 0) + 1
        yield group, seen[key]


def _declaration(group: Gathered, layers: dict[str, Code], count: int) -> Declaration:
    main = next((one for one in group.requests if one.call.operation == "create-function"), None)
    main = main or next(one for one in group.requests if one.call.operation in DECLARING)
    said = [one for one in group.requests if one.call.operation in ("create-function", "update-function-configuration")]

    def setting(option: str, keys: tuple[str, ...] = (), convert: Any = text) -> Value[Any]:
        for request in reversed(said):
            piece = request.within(option, *keys) if keys else request.piece(option)
            if piece is not None:
                return piece.value(convert)
            if request.told(option) and request.piece(option) is None:
                return Value(None, request.call.span, True, (Reference("expression", f"--{option}"),))
        if group.created:
            return ABSENT
        # Only the scripts that update the function are here: what it was created with is not told.
        return Value(None, main.call.span, True, (Reference("expression", "set where the function is created"),))

    settings = {name: found for name, row in SETTINGS.items() if (found := setting(*row)).written}
    architectures = setting("architectures", (), None)
    if architectures.written:
        known = architectures.known[0] if isinstance(architectures.known, list) and architectures.known else None
        settings["architecture"] = Value(known, architectures.span, True, architectures.references)
    systems = setting("file-system-configs", (), None)
    if systems.written:
        first = systems.known[0] if isinstance(systems.known, list) and systems.known else systems.known
        path = first.get("LocalMountPath") if isinstance(first, dict) else None
        settings["file_system"] = Value(path, systems.span, True, systems.references)
    for request in group.requests:
        for name, option, keys, convert in _OTHER.get(request.call.operation, ()):
            piece = request.within(option, *keys) if keys else request.piece(option)
            if piece is not None:
                settings[name] = piece.value(convert)
    if group.created:
        for name, usual in USUAL.items():
            settings.setdefault(name, default(usual))
    handler, runtime = setting("handler"), setting("runtime")
    memory, timeout = setting("memory-size", (), number), setting("timeout", (), number)
    uploads = (_code_of(one) for one in reversed(group.requests))
    code = next((one for one in uploads if one is not None), Code("unknown"))
    sent = [one.text("zip-file") for one in group.requests if _code_of(one) is not None]
    if sent and sent[-1] is not None:
        settings["upload"] = Value("direct", sent[-1].span())
    if code.kind == "image":
        settings["package_type"] = Value("Image", code.span)
        command = setting("image-config", ("Command",), None)
        handler = Value(command.known[0], command.span) if isinstance(command.known, list) and command.known else ABSENT
        runtime = ABSENT
    environment, complete = _environment(said)
    shown = group.name.text.replace(OPEN, "$").replace(CLOSE, "")
    return Declaration(
        id=shown if count == 1 else f"{shown}#{count}",
        dialect="awscli",
        span=main.call.span,
        name=group.name.value(),
        handler=handler,
        runtime=runtime,
        memory=memory if memory.written else default(MEMORY),
        timeout=timeout if timeout.written else default(TIMEOUT),
        code=code,
        layers=_layers(said, layers),
        environment=environment,
        environment_known=complete and group.created,
        triggers=tuple(_triggers(group.requests)),
        settings=settings,
    )


def _code_of(request: Request) -> Code | None:
    if request.call.operation not in ("create-function", "update-function-code"):
        return None
    found = _code(request, "zip-file", "code")
    return None if found.kind == "unknown" and found.span is None else found


def _code(request: Request, archive: str, structured: str) -> Code:
    """Where the code that a call uploads comes from."""
    span = request.call.span
    zipped = request.text(archive)
    if zipped is not None and zipped.text.startswith(("fileb://", "file://")):
        begin = len(zipped.text.partition("://")[0]) + 3
        folder, request.run.folder = request.run.folder, request.call.folder
        found = request.run.archives.code(cut(zipped, begin), request.run, zipped.span())
        request.run.folder = folder
        return found
    image = request.piece("image-uri") or request.within(structured, "ImageUri")
    if image is not None:
        return Code("image", Value(None, image.span()), image.span())
    bucket = request.piece("s3-bucket") or request.within(structured, "S3Bucket")
    key = request.piece("s3-key") or request.within(structured, "S3Key")
    if bucket is not None and key is not None:
        return request.run.archives.stored(f"s3://{bucket.node.value}/{key.node.value}", key.span())
    return Code("unknown", span=span if zipped is not None else None)


def _environment(said: list[Request]) -> tuple[tuple[Variable, ...], bool]:
    """The variables that the last call sets (each call sets all of them), and whether they can be told."""
    for request in reversed(said):
        if not request.told("environment"):
            continue
        listed = request.within("environment", "Variables")
        if listed is None or listed.node.kind != "mapping":
            return (), False
        found = []
        for key, value in listed.node.items():
            piece = listed._replace(node=value)
            if isinstance(key.value, str) and OPEN not in key.value:
                given = piece.value(text) if value.value is not None else Value("", piece.span())
                found.append(Variable(key.value, given, listed.span(key)))
        return tuple(found), OPEN not in "".join(str(key.value) for key, _ in listed.node.items())
    return (), True


def _layers(said: list[Request], published: dict[str, Code]) -> tuple[Layer, ...]:
    for request in reversed(said):
        listed = request.piece("layers")
        if listed is None:
            continue
        found = []
        for piece in listed.elements():
            name = piece.value(text)
            parts = str(piece.node.value).split(":")
            code = published.get(parts[6]) if len(parts) > 6 else None
            found.append(Layer(name, code, piece.span()))
        return tuple(found)
    return ()


def _triggers(requests: list[Request]) -> Iterator[Trigger]:
    found: list[Trigger] = []
    for request in requests:
        operation = request.call.operation
        if operation == "create-event-source-mapping":
            found += triggers.mapping(request)
        elif operation == "add-permission":
            found += triggers.permission(request)
        elif operation == "create-function-url-config":
            found += triggers.url(request)
        elif operation == "put-targets":
            found += triggers.targets(request)
    ruled = {one.source.known for one in found if one.name == "put-targets"}
    # The permission of a rule whose targets are here says nothing more.
    found = [one for one in found if one.name != "add-permission" or triggers.rule_of(one.source.known) not in ruled]
    urls = [one for one in found if one.kind == "function-url" and one.name != "add-permission"]
    yield from (one for one in found if one.kind != "function-url" or one in urls or not urls)
