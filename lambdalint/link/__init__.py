"""Documents and the inventory in, Functions as deployed out: the only place where code, configuration and package meet.

The join runs from configuration to code, because only configuration says what is deployed. Each dialect gives
declarations; `declared` drops those that are build outputs of others. For each, `handlers` finds the file its handler
string means, under the folder that becomes the package root, or, where a build moves files about, the only file of the
repository that fits. `reach` then walks the code from there: one world of modules for each set of import roots, so that
forty functions that share a layer read it once, and one walk for each entry point, so that forty functions that share a
handler are followed once. What remains of the Python files that look like handlers becomes Functions without a
declaration, unless a declared function already runs them.

What cannot be told is left open and said in `notes`, which `lambdalint show` prints; rules stay silent on it.
"""

from __future__ import annotations

from lambdalint.link.declared import declarations
from lambdalint.link.finder import Index, is_test
from lambdalint.link.handlers import Entry, binds, locate
from lambdalint.link.invocations import with_invocations
from lambdalint.link.reach import Reach
from lambdalint.link.undeclared import handlers
from lambdalint.memory import Anew, LeftOut
from lambdalint.model import Function, Handler, Span
from lambdalint.package import describe
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.languages.python.facts import Definition, Module
    from lambdalint.languages.python.interpret.trace import Traced
    from lambdalint.memory import Again
    from lambdalint.model import Declaration, Project

ANEW = Anew()
ARCHIVE = 5_000_000  # bytes of a zip that is looked into; larger ones hold dependencies rather than the function alone


def link(project: Project, knowledge: Mapping[str, Any], pieces: Anew | Again = ANEW) -> Iterator[Function]:
    """Every function of the project; pieces that an earlier run made, and that still hold, are taken again."""
    yield from with_invocations(list(_linked(project, pieces)), pieces)


def _linked(project: Project, pieces: Anew | Again) -> Iterator[Function]:
    index = pieces.recall("index", None, Index, project.inventory, sized=False)
    reach = Reach(project, index, pieces)
    found = declarations(project, pieces)
    names = _told_apart(found)
    entries = [
        pieces.recall(("entry", name), declaration, _entry, declaration, project, index, sized=False)
        for name, declaration in zip(names, found, strict=True)
    ]
    if isinstance(pieces, Anew):
        reach.prefetch(entry for entry in entries if isinstance(entry, Entry))
    claimed: set[str] = set()
    packages = pieces.shared()  # what functions of the same folder share
    for name, declaration, entry in zip(names, found, entries, strict=True):
        made = (declaration, entry)
        identity = f"{name[0]}#{name[1]}"
        function = pieces.recall(
            ("function", name), made, _packed, *made, reach, project, packages, alike=True, spare=identity
        )
        if isinstance(function, LeftOut):
            claimed.update(function.before.reaches)
            continue
        claimed.update(function.reaches)
        yield function
    yield from _undeclared(project, reach, claimed, pieces)


def _told_apart(found: list[Declaration]) -> list[tuple[str, str, int]]:
    """A name for each declaration that the next run has for it too: its file, its id, which of those it is."""
    count: dict[tuple[str, str], int] = {}
    names = []
    for declaration in found:
        key = (declaration.span.path, declaration.id)
        count[key] = count.get(key, 0) + 1
        names.append((*key, count[key]))
    return names


def _packed(declaration: Declaration, entry: Entry | str, reach: Reach, project: Project, packages: Any) -> Function:
    function = _declared(declaration, entry, reach)
    return function._replace(package=describe(declaration, project, function.reaches, packages))


def _entry(declaration: Declaration, project: Project, index: Index) -> Entry | str:
    if declaration.code.kind == "inline":
        return "inline"

    def defines(path: str, name: str) -> bool:
        document = project.document(path, "python")
        return document is None or document.facts is None or binds(document.facts, name)

    def holds(path: str) -> Any:
        small = project.inventory.files[path] <= ARCHIVE
        document = project.document(path, "archive") if small else None
        return document.facts if document is not None else None

    return locate(declaration, project.inventory, index, defines, holds)


def _declared(declaration: Declaration, entry: Entry | str, reach: Reach) -> Function:
    identity = f"{declaration.span.path}#{declaration.id}"
    name = declaration.name.known or declaration.id
    function = Function(identity, name, declaration, triggers=declaration.triggers)
    if entry == "inline":
        return _inline(function, declaration, reach)
    if isinstance(entry, str):
        return function._replace(notes=(entry,))
    notes = (entry.note,) if entry.note else ()
    module = reach.module(entry.path)
    if module is None:
        return function._replace(notes=(*notes, reach.unread(entry.path)), reaches=(entry.path,))
    traced = reach.follow(entry)
    if traced is None:
        return function._replace(notes=(*notes, f"{entry.path} has no {entry.name}"), reaches=(entry.path,))
    return _followed(function, module, entry.name, traced, "")._replace(notes=notes)


def _inline(function: Function, declaration: Declaration, reach: Reach) -> Function:
    from lambdalint.languages.python import parse_inline

    code = declaration.code
    runtime = declaration.runtime.known
    if runtime is not None and not runtime.startswith("python"):
        return function._replace(notes=(f"{runtime} is not read",))
    if code.text is None or code.span is None:
        return function._replace(notes=("the inline code cannot be told",))
    height = code.span.end_line - code.span.line + 1
    starts = code.lines or tuple((code.span.line + number, code.span.column) for number in range(height))
    module, problems = parse_inline(code.span.path, code.text, starts)
    if module is None:
        return function._replace(notes=tuple(f"{one.path}:{one.line}: {one.message}" for one in problems))
    handler = declaration.handler.known
    name = handler.rpartition(".")[2] if isinstance(handler, str) else ""
    traced = reach.follow_inline(module, name) if name else None
    if traced is None:
        return function._replace(notes=("the inline code has no such handler",))
    return _followed(function, module, name, traced, "")


def _followed(function: Function, module: Module, name: str, traced: Traced, evidence: str) -> Function:
    definition = next((item for item in module.definitions if item.name == name), None)
    span = traced.definition
    if span is None:
        bound = next((item.at for item in module.assignments if item.name == name), (1, 1, 1, 1))
        span = Span(module.path, *bound)
    return function._replace(
        handler=Handler(module.path, name, span, _annotation(definition, module), evidence, _decorators(definition)),
        steps=traced.steps,
        startup=traced.startup,
        event_keys=traced.event_keys,
        reaches=traced.modules,
        opaque=traced.opaque,
    )


def _decorators(definition: Definition | None) -> tuple[str, ...]:
    return definition.decorators if definition is not None else ()


def _annotation(definition: Definition | None, module: Module) -> str:
    """The type of the event parameter, its first name resolved through the module's imports."""
    if definition is None or not definition.annotations or not definition.annotations[0]:
        return ""
    first, _, rest = definition.annotations[0].partition(".")
    for item in module.imports:
        if first in item.names and not item.level:
            return f"{item.module}.{first}{'.' + rest if rest else ''}"
    return definition.annotations[0]


def _undeclared(project: Project, reach: Reach, claimed: set[str], pieces: Anew | Again) -> Iterator[Function]:
    """Handlers that no configuration names, in files that no declared function runs."""
    paths = [path for path in project.candidates("python") if path not in claimed and not is_test(path)]
    project.prefetch(paths)
    found: list[tuple[Entry, Module, str]] = []
    for path in paths:
        module = reach.module(path)
        if module is None:
            continue
        folder, _, file = path.rpartition("/")
        found.extend(
            (Entry(path, file[:-3], candidate.name, (folder,)), module, candidate.evidence)
            for candidate in handlers(module)
        )
    if isinstance(pieces, Anew):
        reach.prefetch(entry for entry, _, _ in found)
    for entry, module, evidence in found:
        function = pieces.recall(
            ("undeclared", entry, evidence),
            module,
            _found,
            entry,
            module,
            evidence,
            reach,
            sized=False,
            spare=f"{entry.path}#{entry.name}",
        )
        if function is not None and not isinstance(function, LeftOut):
            yield function


def _found(entry: Entry, module: Module, evidence: str, reach: Reach) -> Function | None:
    traced = reach.follow(entry)
    if traced is None:
        return None
    return _followed(Function(f"{entry.path}#{entry.name}", entry.name), module, entry.name, traced, evidence)
