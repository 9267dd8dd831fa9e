"""An app in; the run of it out: its entry first, then every stack, class and function that this does not reach."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdalint.languages.terms import access, calls
from lambdalint.languages.terms.facts import Module, Term
from lambdalint.languages.terms.run import Frame, Run
from lambdalint.languages.terms.values import (
    Array,
    Closure,
    Entry,
    External,
    Instance,
    Item,
    Kind,
    Known,
    Opaque,
    Record,
)
from lambdalint.model import Span

if TYPE_CHECKING:
    from lambdalint.dialects.cdk.apps import App
    from lambdalint.model import Node, Project

_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")


class Ran(NamedTuple):
    """A finished run. reached: how many of its calls happen when the app is started as it is; the later ones belong
    to functions that were run on their own."""

    run: Run
    reached: int


class Files:
    """Modules of one app, found in the project's inventory."""

    def __init__(self, project: Project, app: App) -> None:
        self.project = project
        self.app = app
        self.folder = f"{access.ROOT}/{app.folder}".rstrip("/")

    def facts(self, path: str) -> Module | None:
        """The module at a path."""
        document = self.project.document(path, "python_terms" if path.endswith(".py") else "typescript")
        facts = document.facts if document is not None else None
        return facts if isinstance(facts, Module) else None

    def data(self, path: str) -> Any:
        """A JSON or YAML file as a value."""
        document = self.project.document(path, "json" if path.endswith(".json") else "yaml")
        nodes = document.facts if document is not None else None
        return _value(nodes[0], path) if nodes else Opaque(path)

    def resolve(self, module: str, level: int, path: str) -> str | None:
        """The path of the module that an import means."""
        return self._python(module, level, path) if path.endswith(".py") else self._script(module, path)

    def _script(self, module: str, path: str) -> str | None:
        if module.startswith("."):
            bases = [posixpath.normpath(posixpath.join(posixpath.dirname(path), module))]
        elif module.startswith(("@", "aws-cdk-lib", "constructs", "node:", "/")) or "/" not in module:
            return None
        else:
            bases = [posixpath.normpath(posixpath.join(self.app.folder, module))]
        files = self.project.inventory.files
        for base in bases:
            if base.startswith(".."):
                continue
            if base in files and base.endswith((*_SUFFIXES, ".json")):
                written = re.sub(r"\.([mc]?)js$", r".\1ts", base)
                return written if written in files else base
            for candidate in (*(base + suffix for suffix in (*_SUFFIXES, ".json")), re.sub(r"\.js$", ".ts", base)):
                if candidate in files and candidate.endswith((*_SUFFIXES, ".json")):
                    return candidate
            inner = "" if base == "." else base + "/"
            for suffix in _SUFFIXES:
                if f"{inner}index{suffix}" in files:
                    return f"{inner}index{suffix}"
        return None

    def _python(self, module: str, level: int, path: str) -> str | None:
        files = self.project.inventory.files
        inner = module.replace(".", "/")
        if level:
            folder = posixpath.dirname(path)
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            bases = [folder]
        elif module.startswith(("aws_cdk", "constructs", "os", "typing")) and module.split(".")[0] in _OUTSIDE:
            return None
        else:
            bases = [self.app.folder]
            folder = posixpath.dirname(path)
            while folder and len(folder) > len(self.app.folder):
                bases.append(folder)
                folder = posixpath.dirname(folder)
        for base in bases:
            stem = posixpath.join(base, inner) if inner else base
            for candidate in (f"{stem}.py", f"{stem}/__init__.py"):
                if candidate in files:
                    return candidate
        return None


_OUTSIDE = {"aws_cdk", "constructs", "os", "typing"}


def run_app(project: Project, app: App) -> Ran:
    """Run an app."""
    run = Run(Files(project, app))
    if app.entry is not None:
        run.load(app.entry)
    for path in app.members:
        run.load(path)
    members = set(app.members)
    stacks = [kind for kind in run.kinds if _extends(kind, ("Stack", "Stage", "App"))]
    for kind in stacks:
        _instantiate(run, kind, members)
    reached = len(run.made)
    for kind in list(run.kinds):
        _instantiate(run, kind, members)
    for kind in list(run.kinds):
        _run_methods(run, kind, members)
    for closure in list(run.closures):
        mark = (closure.unit.path, closure.function.at)
        if closure.unit.path in members and mark not in run.entered and closure.function.kind == "function":
            calls.invoke_unknown(run, closure, _site(closure.function.name_at, closure.unit))
    return Ran(run, reached)


def _extends(kind: Kind, endings: tuple[str, ...]) -> bool:
    outside = kind.outside()
    return isinstance(outside, External) and outside.path.endswith(endings)


def _instantiate(run: Run, kind: Kind, members: set[str]) -> None:
    """Make an object of a class that nobody makes one of, with arguments that cannot be told."""
    constructor = next((method for method in kind.facts.methods if method.kind == "constructor"), None)
    if constructor is None or kind.unit.path not in members or (kind.unit.path, constructor.at) in run.entered:
        return
    site = _site(kind.facts.name_at, kind.unit)
    arguments = calls.unknown_arguments(constructor, kind.unit, site, skip=1 if kind.unit.python else 0)
    calls.instantiate(run, kind, arguments, None, site)


def _run_methods(run: Run, kind: Kind, members: set[str]) -> None:
    """Run the methods that nobody calls, on the last object of their class."""
    if kind.unit.path not in members:
        return
    waiting = [
        method
        for method in kind.facts.methods
        if method.kind in ("method", "class-method") and (kind.unit.path, method.at) not in run.entered
    ]
    if not waiting:
        return
    at = Span(kind.unit.path, *kind.facts.name_at)
    this = next((made.instance for made in reversed(run.made) if made.instance and made.instance.kind is kind), None)
    if this is None:
        this = Instance(kind, at, at)
    for method in waiting:
        site = _site(method.name_at, kind.unit)
        bound = kind if method.static else this
        closure = Closure(method, kind.scope, kind.unit, bound, kind)
        skip = 1 if kind.unit.python and not method.static else 0
        if (kind.unit.path, method.at) not in run.entered:
            calls.invoke(run, closure, calls.unknown_arguments(method, kind.unit, site, skip), None, site, bound)


def _site(at: Any, unit: Any) -> calls.Site:
    return calls.Site(Term("other", at), Frame(unit, unit.scope))


def _value(node: Node, path: str) -> Any:
    """A data file's node as a value."""
    if node.kind == "mapping":
        return Record({
            str(key.value): Entry(_value(value, path), value.span(path), key.span(path)) for key, value in node.items()
        })  # fmt: skip
    if node.kind == "sequence":
        return Array([Item(_value(value, path), value.span(path)) for value in node.elements()])
    return Known(node.value)
