"""Candidate files in, Declarations out: finds the roots, follows their calls, gives each function its triggers."""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING, Any

from lambdalint.dialects.terraform.folders import called_folder, literal, source_of
from lambdalint.dialects.terraform.instances import Instance, Run, copies
from lambdalint.dialects.terraform.lambdas import Deployed, functions, is_lambda_module
from lambdalint.dialects.terraform.triggers import attach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdalint.dialects.terraform.folders import Placed
    from lambdalint.model import Declaration, Project

INSTANCES = 2_000  # module instances in one run; more is not a configuration but an attack


def join(project: Project, paths: Sequence[str]) -> Iterator[Declaration]:
    """Every function of these files' modules."""
    run = Run(project)
    found: list[Declaration] = []
    for root in _roots(run, paths):
        tree = list(_tree(root))
        deployed = [one for instance in tree for one in functions(instance)]
        for one, declaration in attach(tree, deployed):
            found.append(declaration._replace(id=f"{root.label}{declaration.id}") if root.label else declaration)
    yield from _told_apart(found)


def _told_apart(found: list[Declaration]) -> Iterator[Declaration]:
    """Ids made unique in their file: two roots may call the same module by the same name."""
    count: Counter[tuple[str, str]] = Counter()
    for declaration in found:
        key = (declaration.span.path, declaration.id)
        count[key] += 1
        yield declaration._replace(id=f"{declaration.id}#{count[key]}") if count[key] > 1 else declaration


def _roots(run: Run, paths: Sequence[str]) -> Iterator[Instance]:
    """The modules that nothing calls and that declare a function, themselves or by what they call."""
    folders = run.folders
    of_modules = [path for path in paths if path.endswith((".tf", ".tofu", ".tf.json", ".tofu.json"))]
    prefetch = getattr(run.project, "prefetch", None)
    if prefetch is not None:
        prefetch(of_modules)
    holding: set[str] = set()
    callers: dict[str, list[str]] = {}
    for path in of_modules:
        body = folders.body(path)
        folder = posixpath.dirname(path)
        for block in body.blocks if body is not None else ():
            if block.type == "resource" and block.labels[:1] == ("aws_lambda_function",):
                holding.add(folder)
            elif block.type == "module":
                source = source_of(block)
                called = called_folder(folder, source)
                if called is not None and called != folder:
                    callers.setdefault(called, []).append(folder)
                elif "lambda" in source:
                    holding.add(folder)
    relevant = set(holding)
    queue = list(holding)
    while queue:
        for caller in callers.get(queue.pop(), ()):
            if caller not in relevant:
                relevant.add(caller)
                queue.append(caller)
    roots = sorted(folder for folder in relevant if not callers.get(folder))
    grunts = list(_terragrunt(run, [path for path in paths if path.endswith(".hcl")], relevant))
    if prefetch is not None:
        prefetch([path for folder in roots for path in folders.files.get(folder, ())])
    seen: set[str] = set()
    for root in grunts:
        seen.update(instance.module.folder for instance in _tree(root))
        yield root
    for folder in [*roots, *sorted(holding)]:
        module = folders.module(folder)
        if folder in seen or module is None:
            continue
        root = Instance(run, module)
        seen.update(instance.module.folder for instance in _tree(root))
        yield root


def _terragrunt(run: Run, paths: Sequence[str], relevant: set[str]) -> Iterator[Instance]:
    if not paths:
        return
    from lambdalint.dialects.terraform.terragrunt import calls

    yield from calls(run, paths, relevant)


def _tree(root: Instance) -> Iterable[Instance]:
    """A root and every instance of a module in the tree that it calls."""
    queue = [root]
    found: list[Instance] = []
    while queue and len(found) < INSTANCES:
        instance = queue.pop()
        found.append(instance)
        for name, placed in instance.module.calls.items():
            if not is_lambda_module(instance, placed):
                queue += _called(instance, name, placed)
    return found


def _called(instance: Instance, name: str, placed: Placed) -> Iterator[Instance]:
    if called_folder(instance.module.folder, source_of(placed.block)) is None:
        return
    for key, _ in copies(placed.block.body, instance.frame(placed.path)):
        child = instance.child(name, key)
        if child is not None:
            yield child


__all__: list[Any] = ["Deployed", "join", "literal"]
