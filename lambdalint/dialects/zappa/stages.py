"""A stage of Zappa's settings in, its declaration out, and one for each function of its `events`.

All of a stage's events run in one Lambda function; each is declared by itself because each enters the code elsewhere.
"""

from __future__ import annotations

import re

from lambdalint.dialects.plain import USUAL, default, flag, number, or_default, plain_value, text
from lambdalint.dialects.zappa.events import events_of, requests_of
from lambdalint.model import Build, Code, Declaration, Layer, Node, Pattern, Reference, Trigger, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.model import Project, Span

MEMORY, TIMEOUT = 512, 30
HANDLER = "handler.lambda_handler"  # Zappa's own, which calls the application
# Names that Zappa leaves out of the package at any depth (zappa/core.py, 0.63).
LEFT_OUT = ("*.exe", "*.DS_Store", "*.Python", "*.git", "*.zip", "*.tar.gz", "*.hg", "pip", "docutils*", "concurrent")

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


class Stage:
    """One stage with the stages that it extends: the nearest that has a key says its value.

    deployed: the settings say how the function is deployed; False for what only the code must know. extended: other
    stages are made from this one.
    """

    __slots__ = ("deployed", "extended", "key", "layers", "path")

    def __init__(self, path: str, root: Node, key: Node, deployed: bool = True) -> None:
        self.path = path
        self.key = key
        self.deployed = deployed
        parents = (settings.get("extends") for _, settings in root.items())
        self.extended = any(parent is not None and parent.value == key.value for parent in parents)
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


def declarations(stage: Stage, project: Project) -> Iterator[Declaration]:
    """The function of a stage, and one for each function of its events; none for a stage that only others extend."""
    settings = dict(_settings(stage))
    app = stage.value("app_function", convert=text)
    django = stage.value("django_settings", convert=text)
    handler = stage.value("lambda_handler", convert=text)
    events = list(events_of(stage))
    runs = app.written or django.written or handler.written
    if not runs and (stage.extended or not events):
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
    front = tuple(requests_of(stage, app.written or django.written)) if stage.deployed else ()
    at = stage.key.span(stage.path)
    elsewhere: Value[Any] = Value(None, at, True, (Reference("expression", "settings that are not in the tree"),))
    main = Declaration(
        id=str(stage.key.value),
        dialect="zappa",
        span=at,
        name=_name(stage),
        handler=or_default(handler, HANDLER),
        runtime=stage.value("runtime", convert=text),
        memory=or_default(stage.value("memory_size", convert=number), MEMORY) if stage.deployed else elsewhere,
        timeout=or_default(stage.value("timeout_seconds", convert=number), TIMEOUT) if stage.deployed else elsewhere,
        code=_code(stage, project),
        layers=_layers(stage),
        environment=tuple(
            Variable(name.value, plain_value(value, stage.path, text), name.span(stage.path))
            for name, value in variables
            if isinstance(name.value, str) and value.value is not None
        ),
        environment_known=stage.deployed
        and packed is None
        and remote is None
        and stage.get("remote_env_bucket") is None,
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


def _settings(stage: Stage) -> Iterator[tuple[str, Value[Any]]]:
    for name, usual in USUAL.items() if stage.deployed else ():
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


def _name(stage: Stage) -> Value[str]:
    """`<project>-<stage>`, where the project is named; else it is the folder's name, which the tree does not tell."""
    project = stage.value("project_name", convert=text)
    if project.known is None:
        return Value(None, None, written=False)
    whole = re.sub(r"[^a-z0-9]+", "-", f"{project.known}-{stage.key.value}".lower()).strip("-")
    return Value(whole, project.span, written=False)


def _code(stage: Stage, project: Project) -> Code:
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


def _layers(stage: Stage) -> tuple[Layer, ...]:
    listed = stage.get("layers")
    return tuple(
        Layer(plain_value(node, stage.path, text), None, node.span(stage.path))
        for node in (listed.elements() if listed is not None else ())
    )
