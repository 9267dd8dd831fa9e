"""An app in; the run of it out: its entry first, then every stack, class and function that this does not reach."""

from __future__ import annotations

from lambdalint.dialects.programs import Files
from lambdalint.languages.terms import calls
from lambdalint.languages.terms.facts import Term
from lambdalint.languages.terms.run import Frame, Run
from lambdalint.languages.terms.values import Closure, External, Instance, Kind
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambdalint.dialects.cdk.apps import App
    from lambdalint.model import Project


class Ran(NamedTuple):
    """A finished run. reached: how many of its calls happen when the app is started as it is; the later ones belong
    to functions that were run on their own."""

    run: Run
    reached: int


def run_app(project: Project, app: App) -> Ran:
    """Run an app."""
    run = Run(Files(project, app.folder))
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
