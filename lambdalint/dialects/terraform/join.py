"""Candidate files in, Declarations out: finds the roots, follows their calls, gives each function its triggers."""

from __future__ import annotations

import posixpath
from collections import Counter

from lambdalint.dialects.terraform.attached import attach
from lambdalint.dialects.terraform.copies import copies
from lambdalint.dialects.terraform.folders import SUFFIXES, called_folder, source_of
from lambdalint.dialects.terraform.instances import Instance, Run
from lambdalint.dialects.terraform.lambdas import MARKS, functions, is_lambda_module
from lambdalint.dialects.terraform.triggers import TYPES
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdalint.dialects.terraform.folders import Placed
    from lambdalint.model import Declaration, Project

INSTANCES = 2_000  # module instances in one run; more is not a configuration but an attack


def join(project: Project, paths: Sequence[str]) -> Iterator[Declaration]:
    """Every function of these files' modules."""
    run = Run(project)
    found: list[Declaration] = []
    for root, tree in _trees(run, paths):
        deployed = [one for instance in tree for one in functions(instance)]
        for _, declaration in attach(tree, deployed):
            found.append(declaration._replace(id=f"{root.label}{declaration.id}") if root.label else declaration)
    found += _planned(run, found, [path for path in paths if path.endswith(".json") and not path.endswith(SUFFIXES)])
    yield from _told_apart(found)


def _planned(run: Run, found: Sequence[Declaration], paths: Sequence[str]) -> Iterator[Declaration]:
    """The functions of plans; beside the sources of a plan they are an output of these."""
    if not paths:
        return
    from lambdalint.dialects.terraform.plan import instances

    for instance, addresses in instances(run, paths):
        folder = instance.module.folder
        own = [one.span.path for one in found if posixpath.dirname(one.span.path) == folder]
        sources = own or run.folders.files.get(folder)
        for one, declaration in attach([instance], list(functions(instance))):
            yield declaration._replace(
                id=addresses.get(one.address, one.address), build_of=sources[0] if sources else None
            )


def _told_apart(found: list[Declaration]) -> Iterator[Declaration]:
    """Ids made unique in their file: two roots may call the same module by the same name."""
    count: Counter[tuple[str, str]] = Counter()
    for declaration in found:
        key = (declaration.span.path, declaration.id)
        count[key] += 1
        yield declaration._replace(id=f"{declaration.id}#{count[key]}") if count[key] > 1 else declaration


class _Graph:
    """Which folders call which, and which hold functions or what invokes them; from the candidate files alone."""

    def __init__(self, run: Run, paths: Sequence[str]) -> None:
        self.holding: set[str] = set()
        self.useful: set[str] = set()
        self.callers: dict[str, set[str]] = {}
        for path in paths:
            body = run.folders.body(path)
            folder = posixpath.dirname(path)
            for block in body.blocks if body is not None else ():
                if block.type == "resource" and block.labels:
                    if block.labels[0] == "aws_lambda_function":
                        self.holding.add(folder)
                    elif block.labels[0] in TYPES:
                        self.useful.add(folder)
                elif block.type == "module":
                    source = source_of(block)
                    called = called_folder(folder, source)
                    if called is not None and called != folder:
                        self.callers.setdefault(called, set()).add(folder)
                    elif "lambda" in source:
                        self.holding.add(folder)
        self.useful = self.above(self.useful | self.holding)

    def above(self, folders: set[str]) -> set[str]:
        """The folders and all that call them, directly or not."""
        found = set(folders)
        queue = list(folders)
        while queue:
            for caller in self.callers.get(queue.pop(), ()):
                if caller not in found:
                    found.add(caller)
                    queue.append(caller)
        return found


def _trees(run: Run, paths: Sequence[str]) -> Iterator[tuple[Instance, list[Instance]]]:
    """The modules that nothing calls and that declare a function, themselves or by what they call, each with all
    the instances below it."""
    folders = run.folders
    own = [path for path in paths if path.endswith(SUFFIXES)]
    prefetch = getattr(run.project, "prefetch", None) or (lambda paths: None)
    prefetch(own)
    graph = _Graph(run, own)
    relevant = graph.above(graph.holding)
    roots = sorted(folder for folder in relevant if not graph.callers.get(folder))
    prefetch([path for folder in relevant for path in folders.files.get(folder, ())])
    seen: set[str] = set()
    for root in _terragrunt(run, [path for path in paths if path.endswith(".hcl")], relevant):
        tree = _tree(root, graph.useful)
        seen.update(instance.module.folder for instance in tree)
        yield root, tree
    # What nothing reaches (a call with `count = 0`, folders that call each other) stands for itself.
    for folder in [*roots, *sorted(graph.holding)]:
        module = folders.module(folder)
        # A repository's own copy of the Lambda module is declared by its calls.
        copy = module is not None and module.variables.keys() >= MARKS and bool(graph.callers.get(folder))
        if folder not in seen and module is not None and not copy:
            root = Instance(run, module)
            tree = _tree(root, graph.useful)
            seen.update(instance.module.folder for instance in tree)
            yield root, tree


def _terragrunt(run: Run, paths: Sequence[str], relevant: set[str]) -> Iterator[Instance]:
    if paths:
        from lambdalint.dialects.terraform.terragrunt import calls

        yield from calls(run, paths, relevant)


def _tree(root: Instance, useful: set[str]) -> list[Instance]:
    """A root and every instance below it of a module that holds functions or what invokes them."""
    queue = [root]
    found: list[Instance] = []
    while queue and len(found) < INSTANCES:
        instance = queue.pop()
        found.append(instance)
        for name, placed in instance.module.calls.items():
            folder = called_folder(instance.module.folder, source_of(placed.block))
            if folder in useful and not is_lambda_module(instance, placed):
                queue += _called(instance, name, placed)
    return found


def _called(instance: Instance, name: str, placed: Placed) -> Iterator[Instance]:
    for key, _ in copies(placed.block.body, instance.frame(placed.path)):
        child = instance.child(name, key)
        if child is not None:
            yield child
