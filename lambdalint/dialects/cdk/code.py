"""The code prop of a function or layer in; where the code is and how the CDK packs it out."""

from __future__ import annotations

import posixpath
import re

from lambdalint.dialects.cdk.constructs import (
    Props,
    argument,
    as_props,
    construct,
    elements,
    id_of,
    name_of,
    props_of,
    strings,
)
from lambdalint.dialects.cdk.reading import named, read, references, text
from lambdalint.languages.terms.access import ROOT
from lambdalint.languages.terms.values import Array, Item, Known, Made, Member, Path
from lambdalint.model import ABSENT, Build, Code, Layer, Pattern, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.dialects.cdk.apps import App
    from lambdalint.languages.terms.values import Entry
    from lambdalint.model import Inventory, Span

LOCKS = (  # what PythonFunction looks for in its entry folder, in its order
    ("Pipfile", ("Pipfile.lock", "Pipfile")),
    ("poetry.lock", ("poetry.lock", "pyproject.toml")),
    ("uv.lock", ("uv.lock", "pyproject.toml")),
    ("requirements.txt", ("requirements.txt",)),
)
_INSTALL = re.compile(r"\b(?:pip3?|uv pip)\s+install\b([^&|;]*)")
_REQUIREMENT = re.compile(r"(?:-r|--requirement)[ =]*(\S+)")
_OTHER_TOOLS = re.compile(
    r"\b(poetry|pipenv|npm|yarn|make|mvn|gradle|go build|cargo|uv (?:sync|export)|pip-compile|zip|curl)\b"
)


class Place:
    """Where relative paths of an app start: the folder of cdk.json, else that of the file itself."""

    __slots__ = ("app", "inventory")

    def __init__(self, app: App, inventory: Inventory) -> None:
        self.app = app
        self.inventory = inventory

    def path(self, value: Any, file: str) -> str | None:
        """A path of the project; None when it is not known or leads out of it."""
        written = value.text if isinstance(value, Path) else value.value if isinstance(value, Known) else None
        if not isinstance(written, str):
            return None
        if written.startswith(ROOT):
            return _inside(written[len(ROOT) :].lstrip("/"))
        if written.startswith("/"):
            return None
        first = _inside(posixpath.join(self.app.folder, written))
        if first is not None and self.exists(first):
            return first
        beside = _inside(posixpath.join(posixpath.dirname(file), written))
        return beside if beside is not None and self.exists(beside) else first

    def exists(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        return path in self.inventory.files or path in self.inventory.folders


def _inside(path: str) -> str | None:
    normal = posixpath.normpath(path) if path else ""
    if normal == ".." or normal.startswith(("../", "/")):
        return None
    return "" if normal == "." else normal


def code_of(entry: Entry | None, place: Place, file: str, whole: bool) -> Code:
    """The code of a Function: its `code` prop."""
    if entry is None:
        return Code("unknown")
    value, span = entry.value, entry.span
    if isinstance(value, Made):
        name = name_of(value)
        kind = name.rpartition(".")[2] if "." in name else name.rpartition(":")[2]
        made_in = value.unit.path
        if name.startswith("aws_s3_assets:"):
            return _asset_construct(value, place, made_in, span)
        if kind in ("fromasset", "asset", "assetcode", "fromassetimage", "fromimageasset", "assetimagecode"):
            image = "image" in kind or ":dockerimagecode" in name
            return (image_of if image else asset_of)(value, place, made_in, span)
        if kind in ("frominline", "inlinecode", "inline"):
            return _inline(value, place, made_in, span)
        if kind in (
            "frombucket",
            "frombucketv2",
            "fromcfnparameters",
            "s3code",
            "s3codev2",
            "cfnparameterscode",
            "bucket",
        ):
            asset = _asset_uploaded(value)
            if asset is not None:
                return _asset_construct(asset, place, asset.unit.path, span)
            return Code("bucket", span=span)
        if kind == "fromdockerbuild":
            return _docker_build(value, place, made_in, span)
        if kind == "fromcustomcommand":
            item = argument(value, 0, "output")
            path = place.path(item.value, made_in) if item is not None else None
            where = item.span if item is not None else span
            return Code("directory", Value(path, where), span, build=Build("script", None, span))
        if kind in ("fromecr", "ecrimagecode", "fromecrimage"):
            return Code("image", span=span, build=Build("docker"))
    if isinstance(value, Known) and isinstance(value.value, str):  # a template's inline code or a local folder
        return Code("inline", span=span, text=value.value)
    return Code("unknown", Value(None, span, True, references(value, span)), span)


def _asset_uploaded(made: Made) -> Made | None:
    """The asset whose bucket and key a Code.fromBucket is given."""
    for item in (argument(made, 0, "bucket"), argument(made, 1, "key")):
        owner = item.value.owner if item is not None and isinstance(item.value, Member) else None
        if isinstance(owner, Made) and name_of(owner).startswith("aws_s3_assets:"):
            return owner
    return None


def _asset_construct(made: Made, place: Place, file: str, span: Span) -> Code:
    """new Asset(scope, id, { path, ...options })"""
    props = props_of(made, 2)
    entry = props.get("path")
    return _asset(Item(entry.value, entry.span) if entry is not None else None, props, place, file, span)


def asset_of(made: Made, place: Place, file: str, span: Span) -> Code:
    """Code.fromAsset(path, options)"""
    return _asset(argument(made, 0, "path", "directory"), props_of(made, 1), place, file, span)


def _asset(item: Item | None, options: Props, place: Place, file: str, span: Span) -> Code:
    if item is None:
        return Code("unknown", span=span)
    path = place.path(item.value, file)
    known = Value(path, item.span) if path is not None else read(item.value, item.span, nothing_known)
    patterns = _patterns(options)
    bundling = options.get("bundling")
    if path is not None and path in place.inventory.files:
        kind = "archive" if path.endswith((".zip", ".jar")) else "file"
        return Code(kind, known, span, patterns=patterns, build=Build("copy", ()))  # type: ignore[arg-type]
    if path is not None and path.endswith((".zip", ".jar")):
        return Code("archive", known, span, patterns=patterns, build=Build("unknown"))
    if bundling is not None:
        build = build_of(as_props(bundling.value), path, place, bundling.span)
    else:
        build = Build("copy", ()) if options.whole else Build("unknown")
    return Code("directory" if path is not None else "unknown", known, span, patterns=patterns, build=build)


def nothing_known(value: Any) -> None:
    """A path whose text is not known or leads out of the project."""


def _patterns(options: Props) -> tuple[Pattern, ...]:
    entry = options.get("exclude")
    if entry is None:
        return ()
    found = []
    for item in elements(entry.value):
        if isinstance(item.value, Known) and isinstance(item.value.value, str):
            pattern = item.value.value
            found.append(Pattern(pattern.removeprefix("!"), pattern.startswith("!"), item.span))
    return tuple(found)


def build_of(bundling: Props, folder: str | None, place: Place, span: Span) -> Build:
    """What the commands of a bundling install: requirement files that pip installs, nothing else is followed."""
    entry = bundling.get("command")
    if entry is None:
        return Build("unknown", None, span)
    words = strings(entry.value)
    complete = isinstance(entry.value, Array) and entry.value.complete and len(words) == len(entry.value.items)
    command = " ".join(words)
    if not complete or folder is None or _OTHER_TOOLS.search(command):
        return Build("unknown", None, span)
    installs = _INSTALL.findall(command)
    if not installs:
        copies = re.fullmatch(r"(?:bash|sh)?\s*(?:-c)?\s*(?:cp|rsync)\s+[^&|;]*/asset-output/?\s*", command)
        return Build("copy", (), span) if copies else Build("unknown", None, span)
    files: list[str] = []
    for install in installs:
        named_files = _REQUIREMENT.findall(install)
        if not named_files:
            return Build("unknown", None, span)  # single packages: what they are is in the command only
        for name in named_files:
            path = _inside(posixpath.join(folder, name.strip("'\"").removeprefix("/asset-input/")))
            if path is None or path not in place.inventory.files:
                return Build("unknown", None, span)
            files.append(path)
    return Build("cdk", tuple(files), span)


def python_entry(entry: Entry | None, place: Place, file: str, bundling: Props) -> Code:
    """The folder of a PythonFunction or PythonLayerVersion; the requirements in it are installed."""
    if entry is None:
        return Code("unknown")
    path = place.path(entry.value, file)
    if path is None:
        return Code("unknown", read(entry.value, entry.span, nothing_known), entry.span, build=Build("cdk", None))
    files: tuple[str, ...] = ()
    for mark, listed in LOCKS:
        if _below(path, mark) in place.inventory.files:
            files = tuple(_below(path, name) for name in listed if _below(path, name) in place.inventory.files)
            break
    known = path in place.inventory.folders and bundling.value("commandHooks", "image", "buildArgs") is None
    build = Build("cdk", files if known and bundling.whole else None, entry.span)
    excluded = [
        Pattern(name, False, item.span)
        for item in elements(bundling.value("assetExcludes"))
        if isinstance(item.value, Known) and isinstance(name := item.value.value, str)
    ]
    return Code("directory", Value(path, entry.span), entry.span, patterns=tuple(excluded), build=build)


def node_entry(made: Made, props: Props, place: Place) -> Code:
    """The file of a NodejsFunction; without `entry` it is `<file of the construct>.<id>.ts` beside that file."""
    entry = props.get("entry")
    build = Build("esbuild", ())
    if entry is None:
        if not props.whole:
            return Code("unknown")
        stem = re.sub(r"\.[mc]?[jt]sx?$", "", made.unit.path)
        for suffix in (".ts", ".js", ".mjs", ".mts", ".cts", ".cjs"):
            path = f"{stem}.{id_of(made)}{suffix}"
            if path in place.inventory.files:
                return Code("file", Value(path, None, written=False), made.header, build=build)
        return Code("unknown")
    found = place.path(entry.value, made.unit.path)
    if found is None:
        return Code("unknown", read(entry.value, entry.span, nothing_known), entry.span, build=build)
    return Code("file", Value(found, entry.span), entry.span, build=build)


def image_of(made: Made, place: Place, file: str, span: Span) -> Code:
    """DockerImageCode.fromImageAsset(directory, {file})"""
    item = argument(made, 0, "directory", "path")
    options = props_of(made, 1)
    path = place.path(item.value, file) if item is not None else None
    if item is None or path is None:
        value = read(item.value, item.span, nothing_known) if item is not None else ABSENT
        return Code("image", value, span, build=Build("docker"))
    name = options.value("file", "dockerfile")
    written = text(name) if name is not None else ("Dockerfile" if options.whole else None)
    dockerfile = posixpath.normpath(_below(path, written)) if written else None
    target = options.value("target")
    stage = (text(target) or "") if target is not None else ""
    return Code("image", Value(path, item.span), span, build=Build("docker"), dockerfile=dockerfile, stage=stage)


def command_of(entry: Entry | None) -> Value[str]:
    """The first word of the command that an image is started with: the handler."""
    made = entry.value if entry is not None else None
    if not isinstance(made, Made):
        return ABSENT
    command = props_of(made, 1).get("cmd")
    if command is None:
        return ABSENT
    listed = elements(command.value)
    return read(listed[0].value, listed[0].span, text) if listed else Value(None, command.span)


def _docker_build(made: Made, place: Place, file: str, span: Span) -> Code:
    """Code.fromDockerBuild(path, {file}): a folder of the image, by default /asset, becomes the package."""
    image = image_of(made, place, file, span)
    return image._replace(
        kind="directory" if image.path.known is not None else "unknown", build=Build("docker", None, span)
    )


def located(code: Code, handler: Value[str], place: Place) -> Code:
    """The code with the folder in which its handler's module is, where the package is built from elsewhere.

    A docker build copies from its context: the module lies beside the Dockerfile or below it. A folder that does not
    exist yet is made by a script from the project: the module has the same path below the app or a folder above it.
    """
    folder, dotted = code.path.known, handler.known
    if code.kind != "directory" or folder is None or dotted is None or "." not in dotted:
        return code
    stem = dotted.rpartition(".")[0].replace(".", "/")
    if _has_module(folder, stem, place):
        return code
    if code.dockerfile is not None:
        beside = posixpath.dirname(code.dockerfile)
        for candidate in (beside, _below(beside, "src"), _below(beside, "app"), _below(folder, "src")):
            if _has_module(candidate, stem, place):
                return code._replace(path=Value(candidate, code.path.span, True, code.path.references))
    elif not place.exists(folder):
        above = place.app.folder
        while True:
            if _has_module(above, stem, place):
                return code._replace(roots=(above,), build=Build("script", None, code.span))
            if not above:
                return code._replace(build=Build("script", None, code.span))
            above = posixpath.dirname(above)
    return code


def _has_module(folder: str, stem: str, place: Place) -> bool:
    files = place.inventory.files
    return any(_below(folder, f"{stem}{suffix}") in files for suffix in (".py", "/__init__.py", ".js", ".mjs", ".ts"))


def _inline(made: Made, place: Place, file: str, span: Span) -> Code:
    item = argument(made, 0, "code")
    if item is None:
        return Code("inline", span=span)
    written = text(item.value)
    if written is not None:
        return Code("inline", span=item.span, text=written, lines=_lines(written, item.span, made.unit.python))
    source = _read_from(item.value)
    path = place.path(source, file) if source is not None else None
    if path is not None and path in place.inventory.files:
        return Code("file", Value(path, item.span), span, build=Build("copy", ()))
    return Code("inline", Value(None, item.span, True, references(item.value, item.span)), item.span)


def _lines(written: str, span: Span, python: bool) -> tuple[tuple[int, int], ...]:
    """Where the lines of an inline text start: those of a literal in its place, else all of them where it is given."""
    breaks = written.count("\n")
    if breaks != span.end_line - span.line:
        return ((span.line, span.column),)
    quotes = 3 if python and breaks else 1
    return ((span.line, span.column + quotes), *((span.line + number, 1) for number in range(1, breaks + 1)))


def _read_from(value: Any) -> Any:
    """The path that a text is read from: `fs.readFileSync(x)`, `open(x).read()`, `Path(x).read_text()`."""
    for _ in range(4):
        if not isinstance(value, Made):
            return None
        name = name_of(value)
        if name in ("fs:readfilesync", "open:open", ":open"):
            item = argument(value, 0, "file", "path")
            return item.value if item is not None else None
        value = value.receiver
    return None


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


# ---------------------------------------------------------------------------------------------------------- layers


def layers_of(values: list[tuple[Any, Span]], place: Place) -> tuple[Layer, ...]:
    """The layers given to a function."""
    return tuple(layer_of(value, span, place) for value, span in values)


def layer_of(value: Any, span: Span, place: Place) -> Layer:
    """One layer: made in the app (with its code) or known by its ARN."""
    made = construct(value)
    if made is None:
        return Layer(read(value, span, text), None, span)
    name = name_of(made)
    if name.endswith(("layerversion.fromlayerversionarn", "layerversion.fromlayerversionattributes")):
        item = argument(made, 2, "layerVersionArn", "attrs")
        return Layer(read(item.value, item.span, text) if item is not None else Value(None, span), None, span)
    props = props_of(made)
    code: Code | None = None
    if name.endswith("pythonlayerversion"):
        code = python_entry(props.get("entry"), place, made.unit.path, as_props(props.value("bundling")))
    elif props.get("code") is not None:
        code = code_of(props.get("code"), place, made.unit.path, props.whole)
    return Layer(Value(named(made), span), code, span)
