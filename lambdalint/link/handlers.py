"""A declaration in, the file and the name of its handler out, with the folders its imports are found in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambdalint.link.finder import is_test

if TYPE_CHECKING:
    from typing import NamedTuple

    from lambdalint.link.finder import Index
    from lambdalint.model import Declaration, Inventory
else:
    from lambdalint.records import NamedTuple


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


def locate(declaration: Declaration, inventory: Inventory, index: Index) -> Entry | str:
    """The entry point of a declared function; a text says why there is none to be had."""
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
    return _search(declaration, relative, name, inventory, index)


def _handler(declaration: Declaration) -> str | None:
    handler = declaration.handler.known
    app = declaration.settings.get("wsgi_app")
    if app is not None and isinstance(app.known, str):
        return app.known.replace(":", ".")
    if handler in WRAPPERS:
        for variable in declaration.environment:
            if variable.name == WRAPPERS[handler]:
                return variable.value.known
        return None
    return handler if isinstance(handler, str) else None


def _search(declaration: Declaration, relative: str, name: str, inventory: Inventory, index: Index) -> Entry | str:
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
    return _guess(declaration, relative, name, roots, layers, inventory, index)


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
    inventory: Inventory,
    index: Index,
) -> Entry | str:
    """The file is not where the configuration points: a build puts it there. Take it where only one file fits."""
    ending = f"/{relative}.py"
    last = relative.rpartition("/")[2]
    found = [path for path in index.by_name.get(last, ()) if f"/{path}".endswith(ending) and not is_test(path)]
    below = [path for path in found if any(not root or path.startswith(f"{root}/") for root in roots)] if roots else []
    home = declaration.span.path.rpartition("/")[0]
    near = [path for path in found if not home or path.startswith(f"{home}/")]
    for group, where in (
        (below, "below the code folder"),
        (near, "below the configuration"),
        (found, "in the repository"),
    ):
        if len(group) == 1 and (where != "in the repository" or _telling(last)):
            folder = group[0][: -len(ending)] if len(group[0]) > len(ending) else ""
            root = folder.rstrip("/")
            note = f"{group[0]} is the only {relative}.py {where}"
            return Entry(group[0], relative.replace("/", "."), name, (root, *roots, *layers), note)
    told = _told_by_name(declaration, found)
    if told is not None:
        folder = told[: -len(ending)] if len(told) > len(ending) else ""
        note = f"{told} is the only {relative}.py whose folder the function's name speaks of"
        return Entry(told, relative.replace("/", "."), name, (folder.rstrip("/"), *roots, *layers), note)
    if len(found) > 1:
        return f"{len(found)} files could be {relative}.py"
    where = f"{roots[0] or '.'}/" if roots else ""
    return f"{where}{relative}.py is not in the repository"


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


def _telling(name: str) -> bool:
    """Whether a file name says enough to be taken from anywhere in the repository."""
    return name not in (
        "app",
        "main",
        "index",
        "handler",
        "lambda_function",
        "lambda_handler",
        "lambda",
        "function",
        "__init__",
    )
