"""A declaration and the project's files in, the Package that a deployment would upload out.

Sizes are lower bounds: what cannot be told adds nothing. A requirement ships only when the tool that builds the package
is known to install the file that names it: the requirements.txt of a CDK app's root is for whoever deploys.
"""

from __future__ import annotations

import posixpath

from lambdalint.knowledge.packages import modules, purpose
from lambdalint.model import Package, Requirement, Span
from lambdalint.package.contents import is_test, largest, packed, shipped, vendored
from lambdalint.package.dependencies import Dependencies, Target, gather
from lambdalint.package.sizes import Priced, price
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambdalint.model import Code, Declaration, Layer, Project

Memory = dict[Any, Any]
PARTS = 5
# Tools that install requirements into the package; the others ship a folder as it is, or cannot be told.
KNOWN_TOOLS = frozenset(
    ("copy", "sam", "serverless", "python-requirements", "pip", "chalice", "zappa", "cdk", "terraform-module", "docker")
)
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
FILES_READ = 400  # of a package, for imports of a suspicious requirement: beyond that nothing is claimed unused


def describe(
    declaration: Declaration | None, project: Project, reached: Sequence[str] = (), memory: Memory | None = None
) -> Package | None:
    """What a function's package holds; None when its code is not in the tree.

    reached: files of the project that the handler's import closure holds; their imports tell what a requirement is for.
    memory: a dict that the calls of one run share: functions of the same folder have the same files and requirements.
    """
    memory = {} if memory is None else memory
    if declaration is None or declaration.code.kind in ("unknown", "bucket", "inline"):
        return None
    code = declaration.code
    if code.path.known is None:
        return None
    inventory = project.inventory
    files, present = _files(code, project, memory)
    target = _target(declaration)
    wanted = code.build.requirements
    dependencies = _dependencies(declaration, project, target, reached, memory)
    priced = price(dependencies, target, present)
    layers = [found for layer in declaration.layers for found in _layer(layer, project, target, memory)]
    root = code.path.known if code.kind == "directory" else posixpath.dirname(code.path.known)
    known = (
        code.build.tool in KNOWN_TOOLS
        and (wanted is not None or code.build.tool == "zappa")  # whose files ship whatever is installed
        and not (code.kind == "directory" and code.path.known not in inventory.folders)
        and (code.build.tool != "sam" or _is_python(declaration, reached))  # others are compiled, or packed by npm
        and declaration.setting("slim_handler").known is not True  # Zappa then fetches the rest from S3 at start-up
    )
    sums = largest(files, root)
    if len(sums) == 1 and len(files) > 1 and code.kind == "directory":
        sums = {root or ".": sum(sums.values())}
    parts = [*sums.items(), *priced.parts]
    unzipped = sum(size for _, size in files) + priced.unzipped
    zipped = sum(packed(path, size) for path, size in files) + priced.zipped
    requirements = _imported(dependencies.requirements, files, project, reached, memory)
    for layer in layers:
        size = sum(size for _, size in layer.files) + layer.priced.unzipped
        unzipped += size
        parts.append((f"layer {layer.path}", size))
        of_layer = _of_layer(layer, {one.name for one in requirements if one.ships is not None}, project, memory)
        settled = {one.name for one in of_layer}  # what may be in the package is in the layer
        requirements = (*(one for one in requirements if one.name not in settled), *of_layer)
    parts.sort(key=lambda part: (-part[1], part[0]))
    return Package(
        root,
        files,
        requirements,
        tuple(dict.fromkeys((*priced.unpriced, *dependencies.unread))),
        unzipped,
        zipped,
        tuple(parts[:PARTS]),
        known,
    )


def prepare(declaration: Declaration, project: Project, memory: Memory) -> None:
    """Find out ahead what `describe` will ask of the same memory, as far as it takes no knowledge of the code."""
    code = declaration.code
    if code.kind not in ("unknown", "bucket", "inline") and code.path.known is not None:
        _files(code, project, memory)
        if declaration.runtime.known is not None:
            _dependencies(declaration, project, _target(declaration), (), memory)


def _is_python(declaration: Declaration, reached: Sequence[str]) -> bool:
    """Whether the function runs Python; where no runtime says so, its code does."""
    runtime = declaration.runtime.known
    if runtime is None:
        return declaration.code.kind == "image" or any(path.endswith(".py") for path in reached)
    return runtime.startswith("python")


def _dependencies(
    declaration: Declaration, project: Project, target: Target, reached: Sequence[str], memory: Memory
) -> Dependencies:
    """What the build installs; without that, what a requirements.txt in the folder names, which may ship or not."""
    code = declaration.code
    wanted = code.build.requirements if _is_python(declaration, reached) else ()
    if not wanted and code.build.requirements:
        return Dependencies()  # a tool installs what the runtime's language asks for, and nothing else
    beside = posixpath.join(code.path.known or "", "requirements.txt")
    unclear = not wanted and code.kind == "directory" and beside in project.inventory.files
    files = (beside,) if unclear else wanted or ()
    key: Any = ("requirements", files, target)
    if key not in memory:
        memory[key] = gather(files, project, target)
    found: Dependencies = memory[key]
    left_out = _left_out(declaration)
    if not unclear and not left_out:
        return found
    return found._replace(
        requirements=tuple(
            one._replace(ships=False if one.name in left_out else None if unclear and one.ships else one.ships)
            for one in found.requirements
        ),
        unread=() if unclear else found.unread,
    )


def _target(declaration: Declaration) -> Target:
    """What the packages are installed for: the runtime's Python, the function's architecture."""
    runtime = declaration.runtime.known or ""
    architecture = declaration.setting("architecture")
    machine = MACHINES.get(str(architecture.known), "") if architecture.written or architecture.known else "x86_64"
    python = runtime.removeprefix("python") if runtime.startswith("python3") else ""
    return Target(python, machine, declaration.setting("slim").known is True)


def _left_out(declaration: Declaration) -> frozenset[str]:
    """Requirements that a tool is told not to install (`noDeploy` of serverless-python-requirements)."""
    from lambdalint.languages.requirements import normalized

    listed = declaration.setting("no_deploy").known
    return frozenset(normalized(str(name)) for name in listed) if isinstance(listed, tuple | list) else frozenset()


def _files(code: Code, project: Project, memory: Memory) -> tuple[tuple[tuple[str, int], ...], dict[str, str]]:
    """The files that ship, and the distributions among them by name."""
    patterns = tuple((pattern.pattern, pattern.include) for pattern in code.patterns)
    key: Any = ("files", code.kind, code.path.known, code.roots, code.build.tool, patterns)
    if key not in memory:
        files = tuple(shipped(code, project.inventory))
        memory[key] = files, vendored([path for path, _ in files])
    found: tuple[tuple[tuple[str, int], ...], dict[str, str]] = memory[key]
    return found


class _Layer(NamedTuple):
    """A layer whose content is in the tree. path: of its code; name: as the configuration calls it."""

    path: str
    name: str
    files: tuple[tuple[str, int], ...]
    requirements: tuple[Requirement, ...]
    priced: Priced


def _layer(layer: Layer, project: Project, target: Target, memory: Memory) -> Iterable[_Layer]:
    """What a layer holds, when its code is in the tree: its files, and what its build installs."""
    code = layer.code
    if code is None or (code.path.known is None and code.build.requirements is None):
        return
    files, present = _files(code, project, memory)  # what is in a zip is at least as large unzipped
    found = gather(code.build.requirements or (), project, target) if code.build.requirements else Dependencies()
    path = code.path.known or ""
    name = layer.name.known or ""
    shown = name if re.fullmatch(r"[A-Za-z][\w-]*", name) else path
    yield _Layer(path, shown, files, found.requirements, price(found, target, present))


def _of_layer(layer: _Layer, known: set[str], project: Project, memory: Memory) -> tuple[Requirement, ...]:
    """What a layer's author chose for it. Any code of the project may be what it is for: it is asked of all of it."""
    chosen = tuple(
        one._replace(layer=layer.name or layer.path)
        for one in layer.requirements
        if one.direct and one.ships and one.name not in known
    )
    everything = [(path, 0) for path in project.inventory.files] if any(purpose(one.name) for one in chosen) else ()
    return _imported(chosen, everything, project, (), memory)


def _imported(
    requirements: tuple[Requirement, ...],
    files: Sequence[tuple[str, int]],
    project: Project,
    reached: Sequence[str],
    memory: Memory,
) -> tuple[Requirement, ...]:
    """The requirements with the places where shipped code imports them.

    The files that the handler reaches are read anyway. Whether anything else in the package needs a package that looks
    like a tool (another function of the same folder, say) is asked of all its files.
    """
    if not any(one.direct and one.ships is not False for one in requirements):
        return requirements
    suspicious = any(one.direct and one.ships and purpose(one.name) for one in requirements)
    paths = dict.fromkeys(path for path in reached if path.endswith(".py"))
    if suspicious:
        paths.update(dict.fromkeys(path for path, _ in files if path.endswith(".py") and not is_test(path)))
    key: Any = ("imports", tuple(paths))
    if key not in memory:
        memory[key] = _imports(paths, project)
    at_run_time, for_types, complete = memory[key]
    found = []
    for one in requirements:
        if one.direct and one.ships is not False:
            one = one._replace(
                ships=one.ships if complete or not purpose(one.name) else None,
                imported=_places(one.name, at_run_time),
                imported_for_types=_places(one.name, for_types),
            )
        found.append(one)
    return tuple(found)


def _imports(paths: Iterable[str], project: Project) -> tuple[dict[str, list[Span]], dict[str, list[Span]], bool]:
    """Where top-level modules are imported, at run time and for type checkers only; whether all files could be read."""
    at_run_time: dict[str, list[Span]] = {}
    for_types: dict[str, list[Span]] = {}
    complete = True
    for number, path in enumerate(paths):
        imports = project.imports(path) if number < FILES_READ else None
        if imports is None:
            complete = False
            continue
        for found in imports:
            into = for_types if found.scope == "typing" else at_run_time
            for module in () if found.level else [found.module] if found.module else found.names:
                into.setdefault(module.partition(".")[0].lower(), []).append(Span(path, *found.at))
    return at_run_time, for_types, complete


def _places(name: str, imports: dict[str, list[Span]]) -> tuple[Span, ...]:
    found: list[Span] = []
    for module in modules(name):
        module = module.lower()
        if module.endswith("*"):
            for imported, spans in imports.items():
                if imported.startswith(module[:-1]):
                    found += spans
        else:
            found += imports.get(module, ())
    return tuple(sorted(set(found)))
