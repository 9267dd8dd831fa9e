"""The files of one folder in, a Terraform module out: its variables, locals, resources, calls and outputs by name."""

from __future__ import annotations

import posixpath

from lambdalint.languages import hcl
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.languages.hcl import Attribute, Block, Body
    from lambdalint.model import Project

SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
VARIABLES = (".tfvars", ".tfvars.json")


class Placed(NamedTuple):
    """A block or an attribute and the file it stands in."""

    block: Any
    path: str


class Module(NamedTuple):
    """A folder of Terraform files. resources: by (mode, type, name), mode "managed" or "data"."""

    folder: str
    variables: dict[str, Placed]
    locals: dict[str, Placed]
    resources: dict[tuple[str, str, str], Placed]
    calls: dict[str, Placed]
    outputs: dict[str, Placed]
    uses: dict[str, frozenset[str]]  # what each local refers to, filled when it is asked for

    def of(self, *types: str) -> Iterable[tuple[str, str, Placed]]:
        """The managed resources of these types: (type, name, block)."""
        for (mode, kind, name), placed in self.resources.items():
            if mode == "managed" and kind in types:
                yield kind, name, placed


class Folders:
    """Every folder with Terraform files, each read when asked for and once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.files: dict[str, list[str]] = {}
        self.values: dict[str, list[str]] = {}
        self.modules: dict[str, Module] = {}
        for path in sorted(project.inventory.files, key=lambda path: (_is_override(path), path)):
            if path.endswith(SUFFIXES):
                # OpenTofu reads main.tofu in the place of main.tf.
                if ".tofu" not in path and path.replace(".tf", ".tofu") in project.inventory.files:
                    continue
                self.files.setdefault(posixpath.dirname(path), []).append(path)
            elif path.endswith(VARIABLES):
                self.values.setdefault(posixpath.dirname(path), []).append(path)

    def module(self, folder: str) -> Module | None:
        """The module of a folder, None when it holds no Terraform file."""
        if folder in self.modules:
            return self.modules[folder]
        if folder not in self.files:
            return None
        module = Module(folder, {}, {}, {}, {}, {}, {})
        for path in self.files[folder]:
            body = self.body(path)
            if body is not None and _is_override(path):
                _override(module, body)
            elif body is not None:
                _gather(module, body, path)
        self.modules[folder] = module
        return module

    def body(self, path: str) -> Body | None:
        """A file's blocks and attributes, in either syntax."""
        if path.endswith(".json"):
            document = self.project.document(path, "json")
            if document is None or not document.facts:
                return None
            from lambdalint.dialects.terraform import json_syntax

            return json_syntax.body(document.facts[0], path.endswith(SUFFIXES))
        document = self.project.document(path, "hcl")
        return document.facts if document is not None and document.facts is not None else None


def _is_override(path: str) -> bool:
    """Whether a file is merged into the others after they are read: override.tf, x_override.tf."""
    name = posixpath.basename(path).partition(".")[0]
    return name == "override" or name.endswith("_override")


def _override(module: Module, body: Body) -> None:
    """What an override file sets anew is not what the first file says: it is unknown."""
    for block in body.blocks:
        key = ("data" if block.type == "data" else "managed", *block.labels[:2])
        placed = module.resources.get(key) if len(key) == 3 else None
        if placed is None:
            continue
        old: Block = placed.block
        attributes = {
            name: found._replace(value=hcl.Expression("unknown", found.value.at))
            if name in block.body.attributes
            else found
            for name, found in old.body.attributes.items()
        }
        nested = {inner.type for inner in block.body.blocks}
        blocks = tuple(inner for inner in old.body.blocks if inner.type not in nested)
        for name in (*(block.body.attributes.keys() - attributes.keys()), *nested):
            attributes[name] = hcl.Attribute(name, hcl.Expression("unknown", old.at), old.at)
        module.resources[key] = Placed(old._replace(body=hcl.Body(attributes, blocks)), placed.path)  # type: ignore[index]


def _gather(module: Module, body: Body, path: str) -> None:
    for block in body.blocks:
        kind, labels = block.type, block.labels
        placed = Placed(block, path)
        if kind == "locals":
            for name, attribute in block.body.attributes.items():
                module.locals.setdefault(name, Placed(attribute, path))
        elif kind in ("resource", "data", "ephemeral") and len(labels) >= 2:
            mode = "managed" if kind == "resource" else "data"
            module.resources.setdefault((mode, labels[0], labels[1]), placed)
        elif labels and kind == "variable":
            module.variables.setdefault(labels[0], placed)
        elif labels and kind == "module":
            module.calls.setdefault(labels[0], placed)
        elif labels and kind == "output":
            module.outputs.setdefault(labels[0], placed)


def literal(body: Body, name: str) -> Any:
    """An attribute's value when it is written out, None otherwise."""
    found: Attribute | None = body.attributes.get(name)
    return found.value.value if found is not None and found.value.kind == "literal" else None


def source_of(block: Block) -> str:
    """The `source` of a module call, "" when it is not written out."""
    source = literal(block.body, "source")
    return source if isinstance(source, str) else ""


def called_folder(folder: str, source: str) -> str | None:
    """The folder a local source names, relative to the linted root; None for a remote source or one above the root."""
    if not source.startswith(("./", "../")) and source not in (".", ".."):
        return None
    found = posixpath.normpath(posixpath.join(folder, source.partition("?")[0]))
    if found == ".":
        return ""
    return None if found.startswith("..") else found


EMPTY = hcl.EMPTY
