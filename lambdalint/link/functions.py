"""Declarations and files in, Functions out: the order of the join, and what of a function comes from where."""

from __future__ import annotations

from lambdalint.link.ahead import settle
from lambdalint.link.declared import declarations
from lambdalint.link.finder import Index
from lambdalint.link.handlers import Entry, binds, locate
from lambdalint.link.invocations import with_invocations
from lambdalint.link.paths import is_test
from lambdalint.link.reach import Reach
from lambdalint.memory import Again, Anew, LeftOut
from lambdalint.model import Function
from lambdalint.package import describe, prepare
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.link.ahead import Ahead
    from lambdalint.link.ready import Followed, Ready
    from lambdalint.model import Declaration, Project

ARCHIVE = 5_000_000  # bytes of a zip that is looked into; larger ones hold dependencies rather than the function alone


def functions(reach: Reach, pieces: Anew | Again, ahead: Ahead | None = None) -> Iterator[Function]:
    """Every function of the project that is reached into. ahead: other processes that have begun to follow code."""
    yield from with_invocations(list(_linked(reach, pieces, ahead)), pieces)


def reach(project: Project, pieces: Anew | Again, ready: Ready | None = None) -> Reach:
    """A way into the code of a project. ready: what was followed before."""
    index = pieces.recall("index", None, Index, project.inventory, sized=False)
    return Reach(project, index, pieces, ready)


def _linked(reach: Reach, pieces: Anew | Again, ahead: Ahead | None) -> Iterator[Function]:
    project, index = reach.project, reach.index
    found = declarations(project, pieces)
    names = _told_apart(found)
    entries = [
        pieces.recall(("entry", name), declaration, _entry, declaration, project, index, sized=False)
        for name, declaration in zip(names, found, strict=True)
    ]
    starts = [entry for entry in entries if isinstance(entry, Entry)]
    packages: Any = pieces.shared()  # what functions of the same folder share
    if ahead is not None:
        for declaration in found:
            prepare(declaration, project, packages)  # while there is something that the others can take
        settle(ahead, reach, starts)
    if isinstance(pieces, Anew):
        reach.prefetch(starts)
    claimed: set[str] = set()
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
    followed = reach.follow(entry)
    if followed is None:
        unread = reach.module(entry.path) is None
        why = reach.unread(entry.path) if unread else f"{entry.path} has no {entry.name}"
        return function._replace(notes=(*notes, why), reaches=(entry.path,))
    return _with(function, followed)._replace(notes=notes)


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
    followed = reach.follow_inline(module, name) if name else None
    if followed is None:
        return function._replace(notes=("the inline code has no such handler",))
    return _with(function, followed)


def _with(function: Function, followed: Followed, evidence: str = "") -> Function:
    handler, traced = followed
    return function._replace(
        handler=handler._replace(evidence=evidence) if evidence else handler,
        steps=traced.steps,
        startup=traced.startup,
        event_keys=traced.event_keys,
        reaches=traced.modules,
        opaque=traced.opaque,
        cut=traced.cut,
    )


def _undeclared(project: Project, reach: Reach, claimed: set[str], pieces: Anew | Again) -> Iterator[Function]:
    """Handlers that no configuration names, in files that no declared function runs."""
    paths = [path for path in project.candidates("python") if path not in claimed and not is_test(path)]
    project.prefetch(path for path in paths if not reach.has_seen(path))
    found = [item for path in paths for item in reach.handlers(path)]
    if isinstance(pieces, Anew):
        reach.prefetch(entry for entry, _ in found)
    for entry, evidence in found:
        name = f"{entry.path}#{entry.name}"
        subject = reach.module(entry.path) if isinstance(pieces, Again) else None
        function = pieces.recall(
            ("undeclared", entry, evidence), subject, _found, entry, evidence, reach, sized=False, spare=name
        )
        if function is not None and not isinstance(function, LeftOut):
            yield function


def _found(entry: Entry, evidence: str, reach: Reach) -> Function | None:
    followed = reach.follow(entry)
    return _with(Function(f"{entry.path}#{entry.name}", entry.name), followed, evidence) if followed else None
