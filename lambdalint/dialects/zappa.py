"""Zappa: zappa_settings.json, .toml, .yml in, one declaration a stage out, and one for each function of its `events`.

All of a stage's events run in one Lambda function; each is declared by itself because each enters the code elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambdalint.dialects.plain import USUAL, default, flag, number, or_default, plain_value, text
from lambdalint.model import Build, Code, Declaration, Layer, Node, Pattern, Trigger, Value, Variable
from lambdalint.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.model import Delivery, Project, Span

MEMORY, TIMEOUT = 512, 30
HANDLER = "handler.lambda_handler"  # Zappa's own, which calls the application
# Names that Zappa leaves out of the package at any depth (zappa/core.py, 0.63).
LEFT_OUT = ("*.exe", "*.DS_Store", "*.Python", "*.git", "*.zip", "*.tar.gz", "*.hg", "pip", "docutils*", "concurrent")

_NAME = pattern(r"(^|/)zappa[\w.-]*\.(json|toml|ya?ml)$")
_SETTINGS: dict[str, tuple[tuple[str, ...], Callable[[Any], Any] | None]] = {
    "dead_letter_queue": (("dead_letter_arn",), text),
    "reserved_concurrency": (("lambda_concurrency",), number),
    "provisioned_concurrency": (("provisioned_concurrency",), number),
    "kms_key": (("aws_kms_key_arn",), text),
    "snapstart": (("snap_start",), text),
    "ephemeral_storage": (("ephemeral_storage", "Size"), number),
    "vpc": (("vpc_config",), None),
    "slim_handler": (("slim_handler",), flag),
}
_SOURCES: dict[str, tuple[str, Delivery]] = {
    "sns": ("sns", "async"),
    "s3": ("s3", "async"),
    "sqs": ("sqs", "poll"),
    "kinesis": ("kinesis", "poll"),
    "dynamodb": ("dynamodb", "poll"),
}


def wanted(path: str, head: bytes) -> bool:
    """Whether a file is called as Zappa's settings are and names something that Zappa runs."""
    return _NAME.search(path) is not None and any(
        key in head for key in (b"app_function", b"django_settings", b"lambda_handler", b"events", b"extends")
    )


def declare(project: Project) -> Iterator[Declaration]:
    """The functions of every settings file."""
    for path in project.candidates("zappa"):
        document = project.document(path)
        facts = None if document is None else document.facts
        root = facts if isinstance(facts, Node) else (facts[0] if facts else None)
        if isinstance(root, Node):
            for key, settings in root.items():
                if settings.kind == "mapping" and isinstance(key.value, str):
                    yield from _stage(_Stage(path, root, key), project)


class _Stage:
    """One stage with the stages that it extends: the nearest that has a key says its value."""

    __slots__ = ("key", "layers", "path")

    def __init__(self, path: str, root: Node, key: Node) -> None:
        self.path = path
        self.key = key
        self.layers: list[Node] = []
        name: Any = key.value
        seen: set[str] = set()
        while isinstance(name, str) and name not in seen:
            seen.add(name)
            settings = root.get(name)
            if settings is None or settings.kind != "mapping":
                break
            self.layers.append(settings)
            parent = settings.get("extends")
            name = None if parent is None else parent.value

    def get(self, *keys: str) -> Node | None:
        """The node under these keys; only the first is inherited, as Zappa does it."""
        found = next((node for layer in self.layers if (node := layer.get(keys[0])) is not None), None)
        for key in keys[1:]:
            found = None if found is None else found.get(key)
        return found

    def value(self, *keys: str, convert: Callable[[Any], Any] | None = None) -> Value[Any]:
        """The Value under these keys."""
        return plain_value(self.get(*keys), self.path, convert)


def _stage(stage: _Stage, project: Project) -> Iterator[Declaration]:
    settings = dict(_settings(stage))
    app = stage.value("app_function", convert=text)
    django = stage.value("django_settings", convert=text)
    handler = stage.value("lambda_handler", convert=text)
    events = list(_events(stage))
    if not (app.written or django.written or handler.written or events):
        return  # a stage that only others extend
    if app.written:
        settings["wsgi_app"] = app
    if django.written:
        settings["django_settings"] = django
    environment = stage.get("aws_environment_variables")
    variables = environment.items() if environment is not None else ()
    packed, remote = stage.get("environment_variables"), stage.get("remote_env")
    if packed is not None and packed.kind == "mapping":
        settings["packed_environment"] = plain_value(packed, stage.path)
    front = tuple(_front(stage, app.written or django.written))
    main = Declaration(
        id=str(stage.key.value),
        dialect="zappa",
        span=stage.key.span(stage.path),
        name=_name(stage),
        handler=or_default(handler, HANDLER),
        runtime=stage.value("runtime", convert=text),
        memory=or_default(stage.value("memory_size", convert=number), MEMORY),
        timeout=or_default(stage.value("timeout_seconds", convert=number), TIMEOUT),
        code=_code(stage, project),
        layers=_layers(stage),
        environment=tuple(
            Variable(name.value, plain_value(value, stage.path, text), name.span(stage.path))
            for name, value in variables
            if isinstance(name.value, str) and value.value is not None
        ),
        environment_known=packed is None and remote is None and stage.get("remote_env_bucket") is None,
        triggers=front,
        triggers_known=bool(front),
        settings=settings,
    )
    yield main
    grouped: dict[str, list[tuple[Value[str], Trigger]]] = {}
    for function, trigger in events:
        grouped.setdefault(str(function.known), []).append((function, trigger))
    for name, found in grouped.items():
        function = found[0][0]
        at = function.span or main.span
        own = {key: value for key, value in settings.items() if key not in ("wsgi_app", "django_settings")}
        triggers = tuple(trigger for _, trigger in found)
        yield main._replace(
            id=f"{main.id}.{name}", span=at, handler=function, triggers=triggers, triggers_known=True, settings=own
        )


def _settings(stage: _Stage) -> Iterator[tuple[str, Value[Any]]]:
    for name, usual in USUAL.items():
        yield name, default(usual)
    for name, (keys, convert) in _SETTINGS.items():
        found = stage.value(*keys, convert=convert)
        if found.written and found.known not in ("", {}):
            yield name, found
    tracing = stage.value("xray_tracing", convert=flag)
    if tracing.written and tracing.known is not None:
        yield "tracing", Value("Active" if tracing.known else "PassThrough", tracing.span)
    architecture = stage.get("architecture")
    if architecture is not None:
        yield "architecture", plain_value(next(iter(architecture.elements()), architecture), stage.path, text)
    role = stage.value("role_arn", convert=text)
    role = role if role.written else stage.value("role_name", convert=text)
    if role.written:
        yield "role", role
    mount = stage.get("efs_config")
    first = None if mount is None else next(iter(mount.elements()), mount)
    if first is not None and first.get("LocalMountPath") is not None:
        yield "file_system", plain_value(first.get("LocalMountPath"), stage.path, text)
    if flag(stage.value("function_url_enabled").known):
        yield "function_url", or_default(stage.value("function_url_config", "authorizer", convert=text), "NONE")
    left_out = stage.get("exclude")
    if left_out is not None and left_out.elements():
        names = tuple(node.value for node in left_out.elements() if isinstance(node.value, str))
        yield "no_deploy", Value(names, left_out.span(stage.path))


def _name(stage: _Stage) -> Value[str]:
    """`<project>-<stage>`, where the project is named; else it is the folder's name, which the tree does not tell."""
    project = stage.value("project_name", convert=text)
    if project.known is None:
        return Value(None, None, written=False)
    whole = re.sub(r"[^a-z0-9]+", "-", f"{project.known}-{stage.key.value}".lower()).strip("-")
    return Value(whole, project.span, written=False)


def _code(stage: _Stage, project: Project) -> Code:
    """The folder of the settings file without what `exclude` names, and what is installed in the environment."""
    folder = stage.path.rpartition("/")[0]
    patterns: list[Pattern] = []
    written = stage.get("exclude")
    names: list[tuple[str, Span | None]] = [(name, None) for name in LEFT_OUT]
    excluded = written.elements() if written is not None else ()
    names += [(node.value, node.span(stage.path)) for node in excluded if isinstance(node.value, str)]
    for name, span in names:  # a name at any depth, file or folder
        patterns += [Pattern(f"**/{name}", False, span), Pattern(f"**/{name}/**", False, span)]
    globs = stage.get("exclude_glob")
    for node in globs.elements() if globs is not None else ():
        if isinstance(node.value, str):
            patterns.append(Pattern(node.value, False, node.span(stage.path)))
            patterns.append(Pattern(f"{node.value}/**", False, node.span(stage.path)))
    base = f"{folder}/" if folder else ""
    files = project.inventory.files
    # Zappa ships what the virtual environment holds; these are what it is made from, the first that is there.
    listed = next(
        (one for one in ("Pipfile.lock", "poetry.lock", "uv.lock", "requirements.txt") if base + one in files), ""
    )
    build = Build("zappa", (base + listed,) if listed else None)
    return Code("directory", default(folder), patterns=tuple(patterns), build=build)


def _layers(stage: _Stage) -> tuple[Layer, ...]:
    listed = stage.get("layers")
    return tuple(
        Layer(plain_value(node, stage.path, text), None, node.span(stage.path))
        for node in (listed.elements() if listed is not None else ())
    )


def _front(stage: _Stage, application: bool) -> Iterator[Trigger]:
    """What sends requests to the application. Keeping it warm calls no code of the project."""
    at = stage.key.span(stage.path)
    if not application:
        return
    old = stage.value("use_apigateway", convert=flag)
    enabled = stage.value("apigateway_enabled", convert=flag)
    if old.known is not False and enabled.known is not False:
        where = next((one.span for one in (enabled, old) if one.span is not None), at)
        version = stage.value("apigateway_version", convert=text).known
        yield Trigger("apigateway-http" if version == "v2" else "apigateway-rest", "sync", where, "apigateway")
    for key, kind in (("alb_enabled", "alb"), ("function_url_enabled", "function-url")):
        value = stage.value(key, convert=flag)
        if value.known and value.span is not None:
            yield Trigger(kind, "sync", value.span, key)


def _events(stage: _Stage) -> Iterator[tuple[Value[str], Trigger]]:
    """Each function that `events`, `cognito`, `bot_events` or `authorizer` names, with what invokes it."""
    events = stage.get("events")
    for event in (events.elements() or (events,)) if events is not None else ():
        function = plain_value(event.get("function"), stage.path, text)
        if function.known is not None:
            for trigger in _event(stage, event):
                yield function, trigger
    cognito = stage.get("cognito", "triggers")
    for entry in cognito.elements() if cognito is not None else ():
        function = plain_value(entry.get("function"), stage.path, text)
        if function.known is not None and function.span is not None:
            pool = stage.value("cognito", "user_pool", convert=text)
            yield function, Trigger("cognito", "sync", function.span, str(entry.plain().get("source", "")), pool)
    bots = stage.get("bot_events")
    for entry in bots.elements() if bots is not None else ():
        function = plain_value(entry.get("function"), stage.path, text)
        if function.known is not None and function.span is not None:
            yield function, Trigger("lex", "sync", function.span, "bot_events")
    authorizer = stage.value("authorizer", "function", convert=text)
    if authorizer.known is not None and authorizer.span is not None:
        yield authorizer, Trigger("apigateway-authorizer", "sync", authorizer.span, "authorizer")


def _event(stage: _Stage, event: Node) -> Iterator[Trigger]:
    name = plain_value(event.get("name"), stage.path, text).known or ""
    for key in ("expression", "expressions"):
        written = event.get(key)
        for node in (written.elements() or (written,)) if written is not None else ():
            schedule = {"schedule": plain_value(node, stage.path, text)}
            yield Trigger("schedule", "async", node.span(stage.path), name, settings=schedule)
    pattern = event.get("event_pattern")
    if pattern is not None:
        filtered = {"filter": plain_value(pattern, stage.path)}
        yield Trigger("eventbridge", "async", pattern.span(stage.path), name, settings=filtered)
    source = event.get("event_source")
    arn = plain_value(None if source is None else source.get("arn"), stage.path, text)
    if source is None or arn.known is None:
        return
    parts = arn.known.split(":")
    kind, delivery = _SOURCES.get(parts[2] if len(parts) > 2 else "", ("", "unknown"))
    if kind:
        settings = {
            name: found
            for name, key, convert in (
                ("batch_size", "batch_size", number),
                ("batching_window", "batch_window", number),
                ("starting_position", "starting_position", text),
                ("enabled", "enabled", flag),
                ("filter", "filters", None),
                ("events", "events", None),
            )
            if (found := plain_value(source.get(key), stage.path, convert)).written
        }
        if delivery == "poll":
            settings.setdefault("batch_size", default(10 if kind == "sqs" else 100))
        yield Trigger(kind, delivery, source.span(stage.path), name, arn, settings)
