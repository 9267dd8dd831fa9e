"""A function's Properties and Metadata in, where its code and its layers are out, as paths below the linted root."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.cloudformation.conversions import text_value
from lambdalint.dialects.cloudformation.intrinsics import intrinsic, unrendered
from lambdalint.model import ABSENT, Build, Code, Layer, Node, Value
from lambdalint.typed import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Project

ARCHIVES = (".zip", ".jar", ".war", ".whl")
MANIFESTS = {  # Metadata.BuildMethod -> the files whose packages it installs
    "python": ("requirements.txt",),
    "python-uv": ("pyproject.toml", "uv.lock", "requirements.txt"),
    "nodejs": ("package.json",),
}
LAYER_TYPES = {"AWS::Serverless::LayerVersion": "ContentUri", "AWS::Lambda::LayerVersion": "Content"}


def code_of(stack: Stack, properties: Node, metadata: Node | None, sam: bool, project: Project) -> Code:
    """Where a function's code is, and how it becomes the package."""
    package_type = text_value(stack.value(properties.get("PackageType"))).known
    code = properties.get("CodeUri" if sam else "Code")
    inline = properties.get("InlineCode") if sam else None
    image = properties.get("ImageUri") if sam else None
    if inline is not None:
        return inline_code(stack, inline)
    if package_type == "Image" or image is not None or (sam and code is None and _has(metadata, "Dockerfile")):
        return _image(stack, image, code, metadata)
    if code is None:
        if not sam:
            return Code("unknown")
        # SAM takes the template's folder for a function without CodeUri.
        return _local(stack, Value(".", None, written=False), None, metadata, True, project)
    seen = stack.look(code)
    rain = _uploaded(code)
    if rain is not None:
        return _local(stack, Value(str(rain.value), code.span(stack.path)), code, metadata, sam, project)
    if seen is not None and seen.kind == "mapping":
        zipped = seen.get("ZipFile")
        if zipped is not None:
            embedded = intrinsic(zipped)
            if embedded is not None and embedded[0] == "Embed" and isinstance(embedded[1].value, str):
                path = Value(resolve_path(stack, embedded[1].value), zipped.span(stack.path))
                return Code("file", path, path.span, build=Build("copy", ()))
            return inline_code(stack, zipped)
        if seen.get("ImageUri") is not None:
            return _image(stack, seen.get("ImageUri"), None, metadata)
        if any(seen.get(key) is not None for key in ("S3Key", "Key", "S3Bucket", "Bucket")):
            return Code("bucket", _object(stack, seen), seen.span(stack.path))
        return Code("unknown", span=seen.span(stack.path))
    return _local(stack, text_value(stack.value(code)), code, metadata, sam, project)


def _uploaded(code: Node) -> Node | None:
    """The local path that Rain uploads: `!Rain::S3 path` or a mapping with Path."""
    found = intrinsic(code)
    if found is None or found[0] not in ("S3", "S3Http"):
        return None
    path = found[1].get("Path") if found[1].kind == "mapping" else found[1]
    return path if path is not None and isinstance(path.value, str) else None


def layers_of(stack: Stack, properties: Node, project: Project) -> tuple[Layer, ...]:
    """A function's layers, those made in the same template with the folder they are made of."""
    listed = stack.look(properties.get("Layers"))
    if listed is None:
        value = stack.value(properties.get("Layers"))
        return () if value is ABSENT else (Layer(Value(None, value.span, True, value.references), None, value.span),)
    layers = []
    for child in listed.elements():
        value = stack.value(child)
        if value is ABSENT:
            continue
        named = text_value(value)
        code = None
        for home, name, _ in stack.resources_in(child):
            if home.type_of(name) in LAYER_TYPES:
                code = layer_code(home, name, project)
                named = Value(name, value.span, True, value.references)
        layers.append(Layer(named, code, child.span(stack.path)))
    return tuple(layers)


def layer_code(stack: Stack, name: str, project: Project) -> Code | None:
    """What a layer version of the template is made of."""
    kind = stack.type_of(name)
    node = stack.properties(name).get(LAYER_TYPES[kind])
    metadata = stack.resources[name][1].get("Metadata")
    sam = kind == "AWS::Serverless::LayerVersion"
    seen = stack.look(node)
    if seen is not None and seen.kind == "mapping":
        return Code("bucket", _object(stack, seen), seen.span(stack.path))
    if node is None:
        return _local(stack, Value(".", None, written=False), None, metadata, sam, project) if sam else None
    value = text_value(stack.value(node))
    code = _local(stack, value, node, metadata, sam, project)
    if sam and not _has(metadata, "BuildMethod") and code.kind == "directory":
        return code._replace(build=Build("copy", ()))  # SAM builds a layer only when it is told how
    return code


def inline_code(stack: Stack, node: Node) -> Code:
    """Code written into the template. What cannot be told of its text stays as `${Name}`; Code.lines says where each
    line stands, for block scalars and for lists of lines."""
    value = stack.value(node)
    text = value.known if isinstance(value.known, str) else _with_gaps(stack, node)
    return Code("inline", ABSENT, node.span(stack.path), text, lines=tuple(lines_of(node)) if text is not None else ())


def lines_of(node: Node) -> Iterator[tuple[int, int]]:
    """Line and column in the file at which each line of a text starts."""
    found = intrinsic(node)
    if found is not None:
        name, argument = found
        if name == "Join" and len(argument.elements()) == 2:
            separator = str(argument.value[0].value)
            fresh = True  # the next element starts a line
            for child in argument.value[1].elements():
                places = list(lines_of(child)) or [child.at[:2]]
                yield from places[0 if fresh else 1 : -1]
                ended = isinstance(child.value, str) and child.value.endswith("\n")
                if not ended and (fresh or len(places) > 1):
                    yield places[-1]
                fresh = ended or "\n" in separator
        elif name == "Sub":
            yield from lines_of(argument.value[0] if argument.kind == "sequence" and argument.value else argument)
        return
    if node.kind != "scalar" or not isinstance(node.value, str):
        return
    count = node.value.count("\n") + 1
    if node.indent:
        yield from ((node.at[0] + 1 + number, node.indent) for number in range(count))
    elif count > 1 and node.at[2] - node.at[0] == count - 1:
        # A text that goes on over the file's lines as they are (in a snapshot).
        yield node.at[0], node.at[1] + 1
        yield from ((node.at[0] + number, 1) for number in range(1, count))
    else:
        # A quoted text: its breaks are escapes, so that all of its lines stand on the first.
        quoted = node.at[0] == node.at[2] and node.at[3] - node.at[1] >= len(node.value) + 2
        yield from ((node.at[0], node.at[1] + quoted) for _ in range(count))


def _with_gaps(stack: Stack, node: Node) -> str | None:
    """The text of a Fn::Sub or Fn::Join whose parts cannot all be told, those parts as placeholders."""
    for reference in reversed(stack.value(node).references):
        if reference.kind == "expression" and ("${" in reference.target or unrendered(reference.target)):
            return reference.target
    return None


def _image(stack: Stack, image: Node | None, context: Node | None, metadata: Node | None) -> Code:
    uri = text_value(stack.value(image))
    dockerfile = _plain(metadata, "Dockerfile")
    folder = _plain(metadata, "DockerContext")
    span = uri.span or (metadata.span(stack.path) if metadata is not None else None)
    if folder is None and dockerfile is None:
        return Code("image", ABSENT, span, build=Build("docker"))
    path = resolve_path(stack, folder or ".")
    node = metadata.get("DockerContext") or metadata.get("Dockerfile") if metadata is not None else None
    where = node.span(stack.path) if node is not None else span
    file = None
    if path is not None:
        file = posixpath.normpath(posixpath.join(path, dockerfile or "Dockerfile"))
    stage = _plain(metadata, "DockerBuildTarget") or ""
    return Code("image", Value(path, where), where, build=Build("docker"), dockerfile=file, stage=stage)


def _local(
    stack: Stack, value: Value[str], node: Node | None, metadata: Node | None, sam: bool, project: Project
) -> Code:
    span = value.span
    written = value.known
    if written is None:
        return Code("unknown", value, span)
    if written.startswith(("s3://", "https://", "http://")):
        return Code("bucket", value, span)
    path = resolve_path(stack, written)
    if path is None:
        return Code("unknown", Value(None, span, value.written), span)
    known = Value(path, span, value.written, value.references)
    kind: Literal["directory", "file", "archive"] = "directory"
    if written.endswith(ARCHIVES) and path not in project.inventory.folders:
        kind = "archive"
    elif path in project.inventory.files:
        kind = "file"
    if kind == "archive":
        return Code(kind, known, span, build=Build("copy", ()))
    folder = path if kind == "directory" else posixpath.dirname(path)
    build = _build(stack, metadata, folder, project) if sam else Build("copy", ())
    return Code(kind, known, span, build=build)


def _build(stack: Stack, metadata: Node | None, folder: str, project: Project) -> Build:
    """How `sam build` makes the package of a folder."""
    if _plain(metadata, "SkipBuild") is True:
        return Build("copy", ())
    node = metadata.get("BuildMethod") if metadata is not None else None
    method = node.value if node is not None and isinstance(node.value, str) else None
    span = node.span(stack.path) if node is not None else None
    if method in ("makefile", "esbuild"):
        return Build(method, None if method == "makefile" else (), span)
    names = MANIFESTS.get("python-uv" if method == "python-uv" else "python", ())
    given = metadata.get("BuildProperties") if metadata is not None else None
    manifest = _plain(given, "ManifestName") if given is not None else None
    if isinstance(manifest, str):
        names = (manifest,)
    paths = (posixpath.normpath(posixpath.join(folder, name)) for name in names)
    return Build("sam", tuple(path for path in paths if path in project.inventory.files), span)


def resolve_path(stack: Stack, written: str) -> str | None:
    """A path in the template as a path below the root ("" is the root); None when it leads outside."""
    if written.startswith("/") or "${" in written or "{{" in written:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(stack.path), written.replace("\\", "/")))
    if path == ".":
        return ""
    return None if path == ".." or path.startswith("../") else path


def _object(stack: Stack, node: Node) -> Value[str]:
    """The bucket object's key, as far as it is known."""
    value = text_value(stack.value(node.get("S3Key") or node.get("Key")))
    return Value(value.known, node.span(stack.path), True, value.references)


def _has(metadata: Node | None, key: str) -> bool:
    return metadata is not None and metadata.get(key) is not None


def _plain(metadata: Node | None, key: str) -> Any:
    node = metadata.get(key) if metadata is not None else None
    return node.value if node is not None and node.kind == "scalar" and not node.tag else None
