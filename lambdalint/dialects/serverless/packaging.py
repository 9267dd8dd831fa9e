"""A function's settings in, its code out: which folder ships, by which patterns, what is installed into it, layers.

Everything below the service's folder ships unless a pattern says otherwise; only plugins install requirements.
"""

from __future__ import annotations

from lambdalint.dialects.cloudformation.intrinsics import intrinsic
from lambdalint.dialects.plain import flag, text
from lambdalint.dialects.serverless.resources import logical
from lambdalint.dialects.serverless.values import value
from lambdalint.dialects.serverless.variables import read
from lambdalint.model import Build, Code, Layer, Pattern, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.serverless.variables import Piece, Service

# What the framework leaves out of every package, before any pattern of the service.
DEFAULT_EXCLUDES = (".git/**", ".gitignore", ".DS_Store", "npm-debug.log", ".serverless/**", ".serverless_plugins/**")
PYTHON = "serverless-python-requirements"
BUNDLERS = frozenset(
    (
        "serverless-esbuild",
        "serverless-webpack",
        "serverless-bundle",
        "serverless-plugin-typescript",
        "serverless-jetpack",
    )
)
SCRIPTS = frozenset(("serverless-scriptable-plugin", "serverless-plugin-scripts", "serverless-hooks-plugin"))


def plugins(service: Service) -> tuple[str, ...]:
    """The names of the plugins, from a list or from `plugins.modules`."""
    top = service.find(service.top(), "plugins")
    listed = service.find(top, "modules") or top
    return tuple(str(one.node.value) for one in service.elements(listed) if one.known and one.node.kind == "scalar")


def code(service: Service, function: Piece, runtime: Value[str]) -> Code:
    """What ships with a function that is not an image."""
    package = service.find(service.top(), "package")
    own = service.find(function, "package")
    individual = _true(service, own, "individually") or _true(service, package, "individually")
    artifact = service.find(own, "artifact") or (None if individual else service.find(package, "artifact"))
    if artifact is not None:
        return _archive(service, artifact)
    layers = service.find(service.top(), "layers")
    patterns = [Pattern(one, False) for one in DEFAULT_EXCLUDES]
    patterns.append(Pattern(service.path.rpartition("/")[2], False))
    if _true(service, service.top(), "useDotenv"):
        patterns.append(Pattern(".env*", False))
    plugin_folder = service.find(service.top(), "plugins", "localPath")
    if plugin_folder is not None and plugin_folder.known:
        patterns.append(Pattern(str(plugin_folder.node.value), False))
    for _, _, layer in service.items(layers):
        path = service.find(layer, "path")
        if path is not None and path.known:
            patterns.append(Pattern(f"{path.node.value}/**", False))
    homes = (package, own) if individual else (package,)
    for key in ("exclude", "include", "patterns"):
        for home in homes:
            patterns += _patterns(service, home, key)
    folder = service.folder
    module = service.find(function, "module")
    if individual and module is not None and module.known and PYTHON in plugins(service):
        inner = str(module.node.value).strip("/")
        target = service.local(inner)
        if target is not None and inner not in ("", "."):
            folder = target
            patterns = [one._replace(pattern=one.pattern.removeprefix(inner + "/")) for one in patterns]
    at = None if package is None else package.at
    build = _build(service, folder, runtime)
    roots = _vendored(service) if build.tool.startswith("python-requirements") else ()
    return Code("directory", Value(folder, None, written=False), at, None, tuple(patterns), build, None, roots)


def image(service: Service, piece: Piece) -> Code:
    """The image of a function: a name under `provider.ecr.images`, or an address."""
    name = service.find(piece, "name") or service.find(piece, "uri") or piece
    known = name.known and name.node.kind == "scalar" and not name.node.tag
    listed = service.find(service.top(), "provider", "ecr", "images", str(name.node.value)) if known else None
    path = service.find(listed, "path")
    if path is None or not path.known:
        return Code("image", Value(None, name.at, True, name.references), name.at)
    folder = service.local(str(path.node.value))
    file = service.find(listed, "file")
    docker = str(file.node.value) if file is not None and file.known else "Dockerfile"
    dockerfile = None if folder is None else (f"{folder}/{docker}" if folder else docker)
    return Code(
        "image", Value(folder, path.at, True, path.references), name.at, build=Build("docker"), dockerfile=dockerfile
    )


def layers(service: Service, function: Piece) -> tuple[Layer, ...]:
    """The layers of a function; those of the provider when it has none of its own."""
    own = service.find(function, "layers") or service.find(service.top(), "provider", "layers")
    found = []
    for piece in service.elements(own):
        node = piece.node
        local = node.value if node.tag == "!Ref" else None
        if node.kind == "mapping" and intrinsic(node) is not None and node.value[0][0].value == "Ref":
            local = node.value[0][1].value
        code = _local_layer(service, str(local)) if local else None
        known = Value(str(local), piece.at, True) if local else value(service, piece, text)
        found.append(Layer(known, code, piece.at))
    return tuple(found)


def requirements(service: Service, folder: str) -> tuple[str, ...] | None:
    """The files whose packages serverless-python-requirements installs, None when they cannot be told."""
    options = service.find(service.top(), "custom", "pythonRequirements")
    if options is not None and not options.known:
        return None
    files = service.project.inventory.files
    base = f"{service.folder}/" if service.folder else ""
    if f"{base}Pipfile" in files and not _false(service, options, "usePipenv"):
        locked = f"{base}Pipfile.lock"
        return (locked,) if locked in files else (f"{base}Pipfile",)
    project = f"{base}pyproject.toml"
    if project in files and not _false(service, options, "usePoetry"):
        facts = read(service.project, project)
        if facts is None:
            return None
        tool = facts.get("tool")
        if tool is not None and tool.get("poetry") is not None:
            locked = f"{base}poetry.lock"
            return (project, locked) if locked in files else (project,)
    name = service.find(options, "fileName")
    if name is not None and not name.known:
        return None
    wanted = str(name.node.value) if name is not None else "requirements.txt"
    path = service.local(wanted) if folder == service.folder else f"{folder}/{wanted}"
    return (path,) if path is not None and path in files else ()


def no_deploy(service: Service) -> Value[tuple[str, ...]] | None:
    """The packages that serverless-python-requirements is told to leave out."""
    if PYTHON not in plugins(service):
        return None
    listed = service.find(service.top(), "custom", "pythonRequirements", "noDeploy")
    if listed is None:
        return None
    names = [str(one.node.value) for one in service.elements(listed) if one.known and one.node.kind == "scalar"]
    return Value(tuple(names), listed.at, True, listed.references)


def slim(service: Service) -> Value[bool] | None:
    """Whether serverless-python-requirements thins packages out: strips libraries, drops tests and metadata."""
    if PYTHON not in plugins(service):
        return None
    options = service.find(service.top(), "custom", "pythonRequirements")
    found = service.find(options, "slim") or service.find(options, "slimPatterns")
    if found is None or (found.known and found.node.kind == "scalar" and flag(found.node.value) is False):
        return None
    return Value(True, found.at, True, found.references)


def wsgi_app(service: Service, handler: Value[str]) -> Value[str] | None:
    """`custom.wsgi.app` for the handlers that serverless-wsgi puts into the package."""
    if handler.known not in ("wsgi_handler.handler", "wsgi.handler") or "serverless-wsgi" not in plugins(service):
        return None
    app = service.find(service.top(), "custom", "wsgi", "app")
    return None if app is None else value(service, app, text)


def _build(service: Service, folder: str, runtime: Value[str]) -> Build:
    """What is installed into the folder before it is packed."""
    used = frozenset(plugins(service))
    if runtime.known is not None and not runtime.known.startswith("python"):
        return Build("esbuild") if used & BUNDLERS else Build("serverless", ())
    options = service.find(service.top(), "custom", "pythonRequirements")
    if PYTHON in used:
        at = None if options is None else options.at
        layered = service.find(options, "layer")
        if layered is not None and not (layered.known and layered.node.value is False):
            return Build("python-requirements", () if layered.known else None, at)
        packed = _true(service, options, "zip")  # the packages ship in a zip of their own, unpacked at start-up
        return Build("python-requirements-zip" if packed else "python-requirements", requirements(service, folder), at)
    wsgi = service.find(service.top(), "custom", "wsgi")
    if "serverless-wsgi" in used and not _false(service, wsgi, "packRequirements"):
        path = f"{folder}/requirements.txt" if folder else "requirements.txt"
        return Build("python-requirements", (path,) if path in service.project.inventory.files else ())
    return Build("serverless", None if used & SCRIPTS else ())


def _vendored(service: Service) -> tuple[str, ...]:
    vendor = service.find(service.top(), "custom", "pythonRequirements", "vendor")
    if vendor is None or not vendor.known:
        return ()
    folder = service.local(str(vendor.node.value))
    return (folder,) if folder in service.project.inventory.folders and folder else ()


def _local_layer(service: Service, reference: str) -> Code | None:
    """The code of a layer of this service, by the logical id that functions refer to."""
    if reference == "PythonRequirementsLambdaLayer" and PYTHON in plugins(service):
        options = service.find(service.top(), "custom", "pythonRequirements")
        at = None if options is None else options.at
        return Code("unknown", build=Build("python-requirements", requirements(service, service.folder), at))
    for name, _, piece in service.items(service.find(service.top(), "layers")):
        if reference != f"{logical(str(name.value))}LambdaLayer":
            continue
        artifact = service.find(piece, "package", "artifact")
        if artifact is not None:
            return _archive(service, artifact)
        path = service.find(piece, "path")
        folder = service.local(str(path.node.value)) if path is not None and path.known else None
        if path is None or folder is None:
            return None
        own = service.find(piece, "package")
        patterns = [one for key in ("exclude", "include", "patterns") for one in _patterns(service, own, key)]
        return Code("directory", Value(folder, path.at), path.at, None, tuple(patterns), Build("copy", ()))
    return None


def _archive(service: Service, artifact: Piece) -> Code:
    path = value(service, artifact, text)
    if path.known is None:
        return Code("archive", path, artifact.at)
    if "://" in path.known:
        return Code("bucket", path, artifact.at)
    return Code("archive", Value(service.local(path.known), artifact.at, True, path.references), artifact.at)


def _patterns(service: Service, package: Piece | None, key: str) -> Iterator[Pattern]:
    """The patterns under one key: an exclamation mark turns each one round."""
    listed = service.find(package, key)
    for piece in service.elements(listed):
        if not piece.known or piece.node.kind != "scalar" or not isinstance(piece.node.value, str):
            continue
        pattern = piece.node.value
        turned = pattern.startswith("!")
        yield Pattern(pattern[1:] if turned else pattern, (key != "exclude") != turned, piece.at)


def _true(service: Service, piece: Piece | None, key: str) -> bool:
    found = service.find(piece, key)
    return found is not None and found.known and (found.node.kind == "mapping" or flag(found.node.value) is True)


def _false(service: Service, piece: Piece | None, key: str) -> bool:
    found = service.find(piece, key)
    return found is not None and found.known and flag(found.node.value) is False
