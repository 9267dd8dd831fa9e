"""terragrunt.hcl files in, module instances out: the local module of `terraform.source` bound to the merged inputs."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.terraform.evaluate import argument
from lambdalint.dialects.terraform.folders import Module, Placed, literal
from lambdalint.dialects.terraform.instances import Instance
from lambdalint.dialects.terraform.terms import UNKNOWN, Deferred, Entries, Term, attribute
from lambdalint.model import Reference
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdalint.dialects.terraform.instances import Run
    from lambdalint.languages.hcl import Body

INCLUDES = 5


def calls(run: Run, paths: Sequence[str], relevant: set[str]) -> Iterator[Instance]:
    """An instance for each file whose source is a folder of the project that declares functions."""
    for path in paths:
        body = run.folders.body(path)
        if body is None:
            continue
        folder = posixpath.dirname(path)
        target = _source(body, folder)
        module = run.folders.module(target) if target is not None and target in relevant else None
        if module is None:
            continue
        arguments = _inputs(run, body, path, 0)
        if folder == target:
            folder = ""
        found = Instance(run, module, None, "", {**_automatic(run, module), **arguments})
        found.label = f"{folder}:" if folder else ""
        yield found


def _source(body: Body, folder: str) -> str | None:
    for block in body.blocks:
        if block.type == "terraform":
            source = literal(block.body, "source")
            if isinstance(source, str) and source.startswith("."):
                # "//" separates what is copied from the module in it.
                found = posixpath.normpath(posixpath.join(folder, source.replace("//", "/")))
                return None if found.startswith("..") else "" if found == "." else found
    return folder if "inputs" in body.attributes else None


def _automatic(run: Run, module: Module) -> dict[str, Term]:
    """What tfvars files of the module's own folder set."""
    own = Instance(run, module)
    return {name: term for name in module.variables if (term := own.bound(name)) is not None}


def _inputs(run: Run, body: Body, path: str, depth: int) -> dict[str, Term]:
    """The inputs of a file and of those it includes; its own win."""
    folder = posixpath.dirname(path)
    module = Module(folder, {}, {}, {}, {}, {}, {})
    found: dict[str, Term] = {}
    for block in body.blocks:
        if block.type == "locals":
            for name, local in block.body.attributes.items():
                module.locals.setdefault(name, Placed(local, path))
        elif block.type == "include" and depth < INCLUDES:
            above = _above(run, block.body, folder)
            parent = run.folders.body(above) if above is not None else None
            if parent is not None and above is not None:
                found.update(_inputs(run, parent, above, depth + 1))
    dependencies = Term(Entries(_dependencies(run, body, folder, depth), {}, True))
    inputs = argument(body, "inputs", Instance(run, module).frame(path).bind(dependency=dependencies))
    if isinstance(inputs.data, Entries):
        found.update({name: attribute(inputs, name) for name in inputs.data.terms})
    return found


def _dependencies(run: Run, body: Body, folder: str, depth: int) -> dict[str, Term]:
    """The outputs of the modules that a file depends on, where those are in the project; by the dependency's name."""
    found: dict[str, Term] = {}
    for block in body.blocks:
        if block.type != "dependency" or not block.labels:
            continue
        name = block.labels[0]
        form = f"dependency.{name}"
        found[name] = Term(UNKNOWN, None, (Reference("expression", form),), (), f"${{{form}}}")
        place = literal(block.body, "config_path")
        home = posixpath.normpath(posixpath.join(folder, place)) if isinstance(place, str) else ".."
        path = posixpath.join(home, "terragrunt.hcl")
        other = run.folders.body(path) if depth < INCLUDES and path in run.project.inventory.files else None
        target = _source(other, home) if other is not None else None
        module = run.folders.module(target) if target is not None else None
        if other is None or module is None:
            continue
        if path not in run.inputs:
            run.inputs[path] = {}  # what one that depends on itself has
            run.inputs[path] = _inputs(run, other, path, depth + 1)
        arguments = {**_automatic(run, module), **run.inputs[path]}
        outputs = Deferred(dict(module.outputs), _output, Instance(run, module, None, "", arguments))
        found[name] = Term(Entries({"outputs": Term(Entries(outputs, {}, True))}, {}, True))
    return found


def _output(placed: Placed, instance: Instance) -> Term:
    return argument(placed.block.body, "value", instance.frame(placed.path))


def _above(run: Run, include: Body, folder: str) -> str | None:
    """The file that an include names: a path, or find_in_parent_folders()."""
    found = include.attributes.get("path")
    if found is None:
        return None
    files = run.project.inventory.files
    if found.value.kind == "literal":
        path = posixpath.normpath(posixpath.join(folder, str(found.value.value)))
        return path if path in files else None
    if found.value.kind == "call" and found.value.value[0] == "find_in_parent_folders":
        names = [item.value for item in found.value.value[1][:1] if item.kind == "literal"] or ["terragrunt.hcl"]
        while folder:
            folder = posixpath.dirname(folder)
            path = posixpath.join(folder, str(names[0]))
            if path in files:
                return path
    return None
