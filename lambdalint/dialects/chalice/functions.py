"""A Chalice project's folder in, its functions out: what the app registers, with the settings of each stage."""

from __future__ import annotations

from lambdalint.dialects.chalice.handlers import app_of
from lambdalint.dialects.plain import USUAL, default, flag, number, or_default, plain_value, text
from lambdalint.model import ABSENT, Build, Code, Declaration, Layer, Node, Pattern, Reference, Trigger, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.dialects.chalice.handlers import App, Registered
    from lambdalint.model import Delivery, Project

MEMORY, TIMEOUT = 128, 60
API = "api_handler"
_SETTINGS: dict[str, tuple[str, Callable[[Any], Any] | None]] = {
    "reserved_concurrency": ("reserved_concurrency", number),
    "log_retention": ("log_retention_in_days", number),
    "role": ("iam_role_arn", text),
    "architecture": ("lambda_architecture", text),
}
# Decorator -> kind of trigger, delivery, the keyword that names its source.
KINDS: dict[str, tuple[str, Delivery, str]] = {
    "schedule": ("schedule", "async", ""),
    "on_cw_event": ("eventbridge", "async", ""),
    "on_s3_event": ("s3", "async", "bucket"),
    "on_sns_message": ("sns", "async", "topic"),
    "on_sqs_message": ("sqs", "poll", "queue"),
    "on_kinesis_record": ("kinesis", "poll", "stream"),
    "on_dynamodb_record": ("dynamodb", "poll", "stream_arn"),
    "authorizer": ("apigateway-authorizer", "sync", ""),
    "on_ws_connect": ("apigateway-websocket", "sync", ""),
    "on_ws_message": ("apigateway-websocket", "sync", ""),
    "on_ws_disconnect": ("apigateway-websocket", "sync", ""),
}
_WEBSOCKETS = {"on_ws_connect": "connect", "on_ws_message": "message", "on_ws_disconnect": "disconnect"}


def declarations(folder: str, project: Project) -> Iterator[Declaration]:
    """The functions of the app in a folder; once for each stage that sets something else for them."""
    app = app_of(folder, project)
    if app is None:
        return
    path = f"{folder}/.chalice/config.json" if folder else ".chalice/config.json"
    document = project.document(path)
    facts = None if document is None else document.facts
    config = facts[0] if isinstance(facts, tuple) and facts else None
    stages = config.get("stages") if isinstance(config, Node) else None
    names = [str(key.value) for key, _ in stages.items()] if stages is not None else []
    for name, found in _functions(app).items():
        seen: list[Declaration] = []
        for stage in names or ["dev"]:
            settings = _Settings(path, config, stage, name)
            made = _declaration(name, found, app, settings, folder, project)
            plain = made._replace(id="", name=ABSENT)
            if plain not in seen:
                seen.append(plain)
                yield made if len(seen) == 1 else made._replace(id=f"{name}@{stage}")


class _Settings:
    """What the configuration says of one function in one stage, nearest first."""

    def __init__(self, path: str, config: Node | None, stage: str, function: str) -> None:
        self.path = path
        self.config = config
        self.stage = stage
        of_stage = _below(config, "stages", stage)
        self.homes = [
            home
            for home in (
                _below(of_stage, "lambda_functions", function),
                of_stage,
                _below(config, "lambda_functions", function),
                config,
            )
            if home is not None
        ]

    def value(self, key: str, convert: Callable[[Any], Any] | None = None) -> Value[Any]:
        """The Value of a key; null is as good as absent."""
        for home in self.homes:
            found = plain_value(home.get(key), self.path, convert)
            if found.written:
                return found
        return ABSENT

    def variables(self) -> tuple[Variable, ...]:
        """The variables of the project, the stage and the function, the latter over the former."""
        merged: dict[str, Variable] = {}
        for home in reversed(self.homes):
            for name, value in (home.get("environment_variables") or _NOTHING).items():
                if isinstance(name.value, str) and value.value is not None:
                    given = plain_value(value, self.path, text)
                    merged[name.value] = Variable(name.value, given, name.span(self.path))
        return tuple(merged.values())


_NOTHING = Node("mapping", (), (1, 1, 1, 1))


def _below(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = None if node is None else node.get(key)
    return node if node is not None and node.kind == "mapping" else None


def _functions(app: App) -> dict[str, list[Registered]]:
    """What is registered, by the name of the function that it becomes; all routes are one."""
    found: dict[str, list[Registered]] = {}
    for one in app.registered:
        if one.kind == "route":
            name = API
        elif one.kind in _WEBSOCKETS:
            name = f"websocket_{_WEBSOCKETS[one.kind]}"
        else:
            given = one.keywords.get("name", ABSENT).known
            name = f"{one.prefix}{given if isinstance(given, str) else one.function}"
        found.setdefault(name, []).append(one)
    return found


def _declaration(
    name: str, registered: list[Registered], app: App, config: _Settings, folder: str, project: Project
) -> Declaration:
    first = registered[0]
    at = app.made if name == API else first.at
    settings = dict(_written(config))
    elsewhere: Value[Any] = Value(None, at, True, (Reference("expression", "a configuration that is not in the tree"),))
    told = config.config is not None
    memory = or_default(config.value("lambda_memory_size", number), MEMORY)
    timeout = or_default(config.value("lambda_timeout", number), TIMEOUT)
    title = config.value("app_name", text)
    given = first.keywords.get("name", title)
    suffix = "" if name == API else f"-{name}"
    code, layers = _code(config, folder, project)
    triggers = tuple(trigger for one in registered for trigger in _triggers(one))
    return Declaration(
        id=name,
        dialect="chalice",
        span=at,
        name=Value(None if title.known is None else f"{title.known}-{config.stage}{suffix}", given.span, written=False),
        handler=Value("app.app" if name == API else f"{first.module}.{first.function}", at),
        memory=memory if told else elsewhere,
        timeout=timeout if told else elsewhere,
        code=code,
        layers=layers,
        environment=config.variables(),
        environment_known=told,
        triggers=triggers,
        triggers_known=bool(triggers),
        settings=settings,
    )


def _written(config: _Settings) -> Iterator[tuple[str, Value[Any]]]:
    if config.config is not None:
        for name, usual in USUAL.items():
            yield name, default(usual)
    for name, (key, convert) in _SETTINGS.items():
        found = config.value(key, convert)
        if found.written:
            yield name, found
    traced = config.value("xray", flag)
    if traced.written and traced.known is not None:
        yield "tracing", Value("Active" if traced.known else "PassThrough", traced.span)
    subnets, groups = config.value("subnet_ids"), config.value("security_group_ids")
    if subnets.known and groups.known:
        yield "vpc", Value({"SubnetIds": subnets.known, "SecurityGroupIds": groups.known}, subnets.span)


def _code(config: _Settings, folder: str, project: Project) -> tuple[Code, tuple[Layer, ...]]:
    """app.py and chalicelib, what requirements.txt installs, what lies in vendor; the latter two may be a layer."""
    base = f"{folder}/" if folder else ""
    listed = f"{base}requirements.txt"
    requirements = (listed,) if listed in project.inventory.files else ()
    vendor = f"{base}vendor"
    vendored = (vendor,) if vendor in project.inventory.folders else ()
    patterns = [Pattern("**", False), Pattern("app.py", True), Pattern("chalicelib/**", True)]
    layered = config.value("automatic_layer", flag)
    layers: list[Layer] = []
    if layered.known:
        code = Code("unknown" if not vendored else "directory", default(vendor if vendored else None))
        layers.append(
            Layer(default("automatic_layer"), code._replace(build=Build("chalice", requirements)), layered.span)
        )
        requirements = ()
    elif vendored:
        patterns.append(Pattern("vendor/**", True))
    given = config.value("layers")
    named = [one if isinstance(one, str) else None for one in given.known] if isinstance(given.known, list) else []
    layers += [Layer(Value(one, given.span), None, given.span) for one in named]
    build = Build("chalice", requirements)
    roots = () if layered.known else vendored
    return Code("directory", default(folder), None, None, tuple(patterns), build, None, roots), tuple(layers)


def _triggers(one: Registered) -> Iterator[Trigger]:
    if one.kind == "route":
        path = one.arguments[0] if one.arguments else one.keywords.get("path", ABSENT)
        if one.url_prefix and isinstance(path.known, str):
            whole = f"{one.url_prefix.rstrip('/')}/{path.known.strip('/')}".rstrip("/")
            path = Value(whole, path.span, True, path.references)
        for method in one.methods:
            settings: dict[str, Value[Any]] = {"path": path, "method": method}
            yield Trigger("apigateway-rest", "sync", one.decorator, one.function, ABSENT, settings)
        return
    if one.kind not in KINDS:
        return
    kind, delivery, key = KINDS[one.kind]
    source = one.keywords.get(key, one.arguments[0] if one.arguments and key else ABSENT)
    settings = {}
    if kind == "schedule":
        settings["schedule"] = one.arguments[0] if one.arguments else one.keywords.get("expression", ABSENT)
    elif kind == "sqs":
        source = source if source.written else one.keywords.get("queue_arn", ABSENT)
        settings = _polled(one, 1)
        if isinstance(source.known, str):
            settings["fifo"] = Value(source.known.endswith(".fifo"), source.span)
    elif delivery == "poll":
        settings = _polled(one, 100)
        settings["starting_position"] = one.keywords.get("starting_position", default("LATEST"))
    elif one.kind == "on_cw_event":
        pattern = one.keywords.get("event_pattern", one.arguments[0] if one.arguments else ABSENT).known
        kind = "s3-eventbridge" if isinstance(pattern, dict) and pattern.get("source") == ["aws.s3"] else kind
    elif kind == "s3":
        settings = {"events": one.keywords["events"]} if "events" in one.keywords else {}
    yield Trigger(kind, delivery, one.decorator, one.function, source, settings)


def _polled(one: Registered, batch: int) -> dict[str, Value[Any]]:
    """The settings of an event source mapping with Chalice's own defaults."""
    second = one.arguments[1] if len(one.arguments) > 1 else default(batch)
    settings = {
        "batch_size": one.keywords.get("batch_size", second),
        "batching_window": one.keywords.get("maximum_batching_window_in_seconds", default(0)),
        "report_batch_item_failures": default(False),
        "enabled": default(True),
    }
    if "maximum_concurrency" in one.keywords:
        settings["maximum_concurrency"] = one.keywords["maximum_concurrency"]
    if batch == 100:
        settings.update(stream_retries=default(-1), record_age=default(-1), bisect=default(False))
        settings["parallelization"] = default(1)
    return settings
