"""A declaration in, the file and the name of its handler out, with the folders its imports are found in."""

from __future__ import annotations

from lambdalint.languages.python.facts import unpack
from lambdalint.link.reasons import why
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambdalint.languages.archive import Member
    from lambdalint.languages.python.facts import Module
    from lambdalint.link.finder import Index
    from lambdalint.model import Declaration, Inventory

    Defines = Callable[[str, str], bool]
    Holds = Callable[[str], Sequence[Member] | None]


class Entry(NamedTuple):
    """Where an invocation starts. roots: folders on the import path. note: how it was found, when not by its path."""

    path: str
    dotted: str
    name: str
    roots: tuple[str, ...]
    note: str = ""


# Handlers that stand in for the real one, which a setting, an environment variable or the framework names.
WRAPPERS = {
    "datadog_lambda.handler.handler": "DD_LAMBDA_HANDLER",
    "newrelic_lambda_wrapper.handler": "NEW_RELIC_LAMBDA_HANDLER",
    "lumigo_tracer.auto_instrument_handler._handler": "LUMIGO_ORIGINAL_HANDLER",
    "epsagon.wrappers.handler": "EPSAGON_HANDLER",
}


# Names that say nothing of the function they are of.
FILES = frozenset("app main index handler lambda_function lambda_handler lambda function __init__".split())
FUNCTIONS = frozenset("handler lambda_handler main handle run app index function handle_event".split())
# Folders that hold a project's configuration beside its code.
DEPLOYMENT = frozenset(
    "infra infrastructure deploy deployment deployments iac cdk lib cfn cloudformation sam terraform tf templates"
    " template stacks stack".split()
)
MANY = 60  # files of one name beyond which they are not read to see which is meant


def locate(declaration: Declaration, inventory: Inventory, index: Index, defines: Defines, holds: Holds) -> Entry | str:
    """The entry point of a declared function; a text says why there is none to be had.

    defines: whether a file binds a name at its top, as far as can be told. holds: what is in a zip of the tree, None
    when it cannot be told."""
    runtime = declaration.runtime.known
    if runtime is not None and not runtime.startswith(("python", "provided", "custom")):
        return f"{runtime} is not read"
    handler = _handler(declaration)
    if handler is None:
        return "the handler cannot be told"
    text = handler.strip().replace("::", ".")
    if "." not in text:
        return f"handler {text} names no function"
    module, _, name = text.rpartition(".")
    if "/" in module:
        folder, _, last = module.rpartition("/")
        module = f"{folder}/{last.replace('.', '/')}".removeprefix("./").removeprefix("/")
    relative = module.replace(".", "/") if "/" not in module else module
    return _search(declaration, relative, name, inventory, index, defines, holds)


def _handler(declaration: Declaration) -> str | None:
    handler = declaration.handler.known
    app = declaration.settings.get("wsgi_app")
    if app is not None and isinstance(app.known, str):
        return app.known.replace(":", ".")
    settings = declaration.settings.get("django_settings")
    if settings is not None and isinstance(settings.known, str):
        return f"{settings.known.partition('.settings')[0]}.wsgi.application"  # what such a project calls its own
    if handler in WRAPPERS:
        for variable in declaration.environment:
            if variable.name == WRAPPERS[handler]:
                return variable.value.known
        return None
    return handler if isinstance(handler, str) else None


def _search(
    declaration: Declaration,
    relative: str,
    name: str,
    inventory: Inventory,
    index: Index,
    defines: Defines,
    holds: Holds,
) -> Entry | str:
    code = declaration.code
    home = code.path.known
    layers = tuple(
        root for layer in declaration.layers if layer.code is not None for root in _layer_roots(layer.code.path.known)
    )
    dotted = relative.replace("/", ".")
    if code.kind == "file" and home is not None:
        folder, _, file = home.rpartition("/")
        if home in inventory.files and home.endswith(".py"):
            stem = file[:-3]
            note = "" if stem == relative.rpartition("/")[2] else f"{home} is the only source file of the package"
            return Entry(home, stem if note else dotted, name, (folder, *code.roots, *layers), note)
    roots = [
        root
        for root in ((home,) if home is not None and code.kind in ("directory", "image") else ())
        if root is not None
    ]
    roots += code.roots
    for root in roots:
        path = _file(root, relative, inventory)
        if path is not None:
            return Entry(path, dotted, name, (*roots, *layers))
    held = holds(home) if code.kind == "archive" and home is not None and home in inventory.files else None
    packed = _packed(relative, held, index)
    if packed is not None:
        note = f"{packed} is the {relative}.py that {home} holds, by its name and size"
        return _elsewhere(packed, relative, name, roots, layers, note)
    return _guess(declaration, relative, name, roots, layers, index, defines, held)


def _packed(relative: str, held: Sequence[Member] | None, index: Index) -> str | None:
    """The one file of the repository that a zip of the tree holds as the handler's module."""
    sizes = {one.size for one in held or () if one.name.removeprefix("./") == f"{relative}.py"}
    named = index.by_name.get(relative.rpartition("/")[2], ()) if sizes else ()
    found = [path for path in named if f"/{path}".endswith(f"/{relative}.py") and index.inventory.files[path] in sizes]
    return found[0] if len(found) == 1 else None


def _file(root: str, relative: str, inventory: Inventory) -> str | None:
    base = f"{root}/{relative}" if root else relative
    for path in (f"{base}.py", f"{base}/__init__.py"):
        if path in inventory.files:
            return path
    return None


def _layer_roots(path: str | None) -> tuple[str, ...]:
    if path is None:
        return ()
    base = f"{path}/" if path else ""
    versions = [f"{base}python/lib/python3.{minor}/site-packages" for minor in range(8, 16)]
    return (f"{base}python", path, *versions)


def _guess(
    declaration: Declaration,
    relative: str,
    name: str,
    roots: list[str],
    layers: tuple[str, ...],
    index: Index,
    defines: Defines,
    held: Sequence[Member] | None,
) -> Entry | str:
    """The file is not where the configuration points: a build puts it there. Take it where only one file fits, by its
    name and by what it defines."""
    ending = f"/{relative}.py"
    last = relative.rpartition("/")[2]
    called = [path for path in index.by_name.get(last, ()) if f"/{path}".endswith(ending)]
    if not called and _telling(name, FUNCTIONS):
        called = [path for path in index.tests.get(last, ()) if f"/{path}".endswith(ending)]
    found = [path for path in called if len(called) > MANY or defines(path, name)]
    below = [path for path in found if any(not root or path.startswith(f"{root}/") for root in roots)] if roots else []
    home = _project_of(declaration.span.path.rpartition("/")[0])
    near = [path for path in found if not home or path.startswith(f"{home}/")]
    telling = _telling(last, FILES) or (_telling(name, FUNCTIONS) and len(called) <= MANY)
    for group, folder, where in (
        (below, roots[0] if len(roots) == 1 else "", "below the code folder"),
        (near, home, "below the configuration"),
        (found if telling else [], "", "in the repository"),
    ):
        if len(group) == 1:
            others = [path for path in called if not folder or path.startswith(f"{folder}/")]
            defining = f" that defines {name}" if len(others) > 1 else ""
            note = f"{group[0]} is the only {relative}.py {where}{defining}"
            return _elsewhere(group[0], relative, name, roots, layers, note)
    told = _told_by_name(declaration, found)
    if told is not None:
        note = f"{told} is the only {relative}.py whose folder the function's name speaks of"
        return _elsewhere(told, relative, name, roots, layers, note)
    return why(declaration, f"{relative}.py", name, called, found, index.inventory, held)


def _elsewhere(path: str, relative: str, name: str, roots: list[str], layers: tuple[str, ...], note: str) -> Entry:
    root = path[: -len(f"/{relative}.py")] if "/" in path.removesuffix(f"{relative}.py") else ""
    return Entry(path, relative.replace("/", "."), name, (root, *roots, *layers), note)


def _project_of(folder: str) -> str:
    """The folder of the project that a configuration's folder belongs to: above `infra`, `cdk/lib` and the like."""
    while folder.rpartition("/")[2].lower() in DEPLOYMENT:
        folder = folder.rpartition("/")[0]
    return folder


def _told_by_name(declaration: Declaration, found: list[str]) -> str | None:
    """The one of several files with a folder of its own that the function's name, id or archive names in full."""
    named = f"{declaration.id} {declaration.name.known or ''} {declaration.code.path.known or ''}"
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", named)}
    folders = [set(re.split(r"[/_-]", path.rpartition("/")[0].lower())) for path in found]
    if len(found) < 2:
        return None
    shared = set.intersection(*folders)
    fitting = [path for path, own in zip(found, folders, strict=True) if (own - shared) & words]
    return fitting[0] if len(fitting) == 1 else None


def _telling(name: str, common: frozenset[str]) -> bool:
    """Whether a name says enough to be taken from anywhere in the repository."""
    return name not in common


def binds(module: Module, name: str) -> bool:
    """Whether a module may have a name at its top: it defines, assigns or imports it, or everything of another."""
    if name in module.classes or any(item.name == name for item in module.definitions):
        return True
    if any(name in item.names or "*" in item.names for item in module.imports):
        return True
    return any(_mentions(statement, name) for statement in unpack(module.body) if statement[0] not in ("D", "K"))


def _mentions(part: object, name: str) -> bool:
    return part == name or (isinstance(part, tuple) and any(_mentions(inner, name) for inner in part))
