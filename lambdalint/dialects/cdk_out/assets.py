"""A synthesised function in, the code behind its asset out: the folder in the sources where there is one."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.cdk_out.assembly import Asset
from lambdalint.model import Build, Code, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.dialects.cdk_out.assembly import Assembly
    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Declaration, Inventory, Layer, Node, Project

FILES = 5_000  # an asset with more files than this is not compared


def code_of_asset(
    stack: Stack, declaration: Declaration, metadata: Node | None, assembly: Assembly, project: Project
) -> Code | None:
    """The code of a function whose asset lies in the assembly; None when it does not."""
    folder = posixpath.dirname(stack.path)
    named = _text(metadata, "aws:asset:path")
    asset = assembly.asset_in(_uploaded(stack, declaration))
    if named is not None:
        # The manifest does not say which path is whose in older assemblies; the metadata does.
        path = posixpath.normpath(posixpath.join(folder, named))
        asset = Asset(path, _text(metadata, "aws:asset:dockerfile-path") or (asset.dockerfile if asset else None))
    if asset is None or asset.path.startswith("../"):
        return None
    return _code(declaration.code, asset, folder, _file(declaration), project)


def layer_of_asset(stack: Stack, layer: Layer, assembly: Assembly, project: Project) -> Layer:
    """A layer with the folder its asset was made of."""
    if layer.code is None or layer.code.kind != "bucket":
        return layer
    asset = assembly.asset_in(layer.code.path.known or "")
    if asset is None:
        return layer
    return layer._replace(code=_code(layer.code, asset, posixpath.dirname(stack.path), "", project))


def _code(uploaded: Code, asset: Asset, folder: str, file: str, project: Project) -> Code:
    span, inventory = uploaded.span, project.inventory
    if uploaded.kind == "image" or asset.dockerfile is not None:
        name = asset.dockerfile or "Dockerfile"
        context = original(inventory, asset.path, folder, name) or asset.path
        return Code(
            "image", Value(context, span), span, build=Build("docker"), dockerfile=posixpath.join(context, name)
        )
    if asset.path in inventory.files:
        return Code("archive", Value(asset.path, span), span, build=Build("copy", ()))
    source = original(inventory, asset.path, folder, file)
    # An asset in the assembly is what ships, whatever made it; a plain copy is reported where it was copied from.
    path = source if source is not None else asset.path
    return Code("directory", Value(path, span), span, build=Build("copy", ()))


def original(inventory: Inventory, asset: str, assembly: str, file: str) -> str | None:
    """The one folder outside of the assembly that holds the same files as an asset: same names, same sizes."""
    inside = inventory.under(asset)
    if not inside or len(inside) > FILES:
        return None
    wanted = {path[len(asset) + 1 :]: inventory.files[path] for path in inside}
    anchor = file if file in wanted else next(iter(wanted))
    ending = "/" + anchor
    outermost = _outermost(inventory, assembly)
    found = [
        path[: -len(ending)] if path.endswith(ending) else ""
        for path, size in inventory.files.items()
        if size == wanted[anchor]
        and (path == anchor or path.endswith(ending))
        and not path.startswith(outermost)
        and "/asset." not in path
    ]
    same = [
        folder
        for folder in found
        if all(
            inventory.files.get(posixpath.join(folder, name) if folder else name) == size
            for name, size in wanted.items()
        )
    ]
    return same[0] if len(same) == 1 else None


def _outermost(inventory: Inventory, assembly: str) -> str:
    """The folder of the assembly that a nested one lies in, with "/" after it."""
    folder = assembly
    while posixpath.join(posixpath.dirname(folder), "cdk.out") in inventory.files and posixpath.dirname(folder):
        folder = posixpath.dirname(folder)
    return folder + "/"


def _file(declaration: Declaration) -> str:
    """The file that a Python handler is in; for other runtimes any file does."""
    module = (declaration.handler.known or "").rpartition(".")[0]
    return module.replace(".", "/") + ".py"


def _uploaded(stack: Stack, declaration: Declaration) -> str:
    """The object's key or the image's name, as far as it is told."""
    code = stack.look(stack.properties(declaration.id).get("Code"))
    value: Value[Any] = stack.value(code.get("ImageUri") if code is not None else None)
    shown = [reference.target for reference in value.references if reference.kind == "expression"]
    return " ".join([declaration.code.path.known or "", str(value.known or ""), *shown])


def _text(node: Node | None, key: str) -> str | None:
    found = node.get(key) if node is not None else None
    return found.value if found is not None and isinstance(found.value, str) else None
