"""A synthesised function in, the code behind its asset out: the folder in the sources where there is one."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from lambdalint.model import Build, Code, Value

if TYPE_CHECKING:
    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Declaration, Inventory, Node, Project

FILES = 5_000  # an asset with more files than this is not compared


def code_of_asset(stack: Stack, declaration: Declaration, metadata: Node | None, project: Project) -> Code | None:
    """The code of a function whose asset lies in the assembly; None when it does not."""
    folder = posixpath.dirname(stack.path)
    span = declaration.code.span
    named = _text(metadata, "aws:asset:path")
    if named is not None:
        path: str | None = posixpath.normpath(posixpath.join(folder, named))
        dockerfile = _text(metadata, "aws:asset:dockerfile-path")
    else:
        path, dockerfile = _from_manifest(stack, declaration, project)
    if path is None or path.startswith("../"):
        return None
    inventory = project.inventory
    if declaration.code.kind == "image" or dockerfile is not None:
        context = original(inventory, path, folder, dockerfile or "Dockerfile") or path
        file = posixpath.join(context, dockerfile or "Dockerfile")
        return Code("image", Value(context, span), span, build=Build("docker"), dockerfile=file)
    if path in inventory.files and path not in inventory.folders:
        return Code("archive", Value(path, span), span, build=Build("copy", ()))
    source = original(inventory, path, folder, _file(declaration))
    # An asset in the assembly is what ships, whatever made it; a plain copy is reported where it was copied from.
    return Code("directory", Value(source if source is not None else path, span), span, build=Build("copy", ()))


def original(inventory: Inventory, asset: str, assembly: str, file: str) -> str | None:
    """The one folder outside of the assembly that holds the same files as an asset: same names, same sizes."""
    inside = inventory.under(asset)
    if not inside or len(inside) > FILES:
        return None
    wanted = {path[len(asset) + 1 :]: inventory.files[path] for path in inside}
    anchor = file if file in wanted else next(iter(wanted))
    ending = "/" + anchor
    outside = assembly + "/"
    top = assembly.split("/")[0] + "/" if "/" not in assembly else outside
    found = [
        path[: -len(ending)] if path.endswith(ending) else ""
        for path, size in inventory.files.items()
        if size == wanted[anchor]
        and (path == anchor or path.endswith(ending))
        and not path.startswith((outside, top))
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


def _file(declaration: Declaration) -> str:
    """The file that a Python handler is in; for other runtimes any file does."""
    module = (declaration.handler.known or "").rpartition(".")[0]
    return module.replace(".", "/") + ".py"


def _from_manifest(stack: Stack, declaration: Declaration, project: Project) -> tuple[str | None, str | None]:
    """The asset's path and Dockerfile, found by the hash in the object's key or the image's tag."""
    folder, name = posixpath.split(stack.path)
    manifest = posixpath.join(folder, name.removesuffix(".template.json") + ".assets.json")
    document = project.document(manifest, "json") if manifest in project.inventory.files else None
    if document is None or not document.facts:
        return None, None
    key = declaration.code.path.known or ""
    image = _image_text(stack, declaration.id)
    for section, text in (("files", key), ("dockerImages", image)):
        listed = document.facts[0].get(section)
        for digest, asset in listed.items() if listed is not None else ():
            source = asset.get("source")
            if source is None or not isinstance(digest.value, str) or digest.value not in text:
                continue
            path = _text(source, "path") or _text(source, "directory")
            if path is not None:
                dockerfile = _text(source, "dockerFile") or ("Dockerfile" if section == "dockerImages" else None)
                return posixpath.normpath(posixpath.join(folder, path)), dockerfile
    return None, None


def _image_text(stack: Stack, name: str) -> str:
    code = stack.look(stack.properties(name).get("Code"))
    value: Value[Any] = stack.value(code.get("ImageUri") if code is not None else None)
    shown = [reference.target for reference in value.references if reference.kind == "expression"]
    return " ".join([str(value.known or ""), *shown])


def _text(node: Node | None, key: str) -> str | None:
    found = node.get(key) if node is not None else None
    return found.value if found is not None and isinstance(found.value, str) else None


