"""What the last run or another process has followed in, what of it can be taken out.

A result stands for the files it was made of (`needs`): who takes it has asked for these too, so that a report does not
depend on who did the work. One of the last run is taken when none of them has changed, and no Python file or folder has
come or gone, since an import may find another file then.
"""

from __future__ import annotations

from lambdalint.digest import digest_of
from lambdalint.languages.python.interpret.trace import Traced
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.link.handlers import Entry
    from lambdalint.link.reach import Reach
    from lambdalint.model import Document, Function, Handler, Inventory, Project

Key = tuple[tuple[str, ...], str, str]  # import paths, file, name
Need = tuple[str, str]  # file, language


class Followed(NamedTuple):
    """An entry point that was found, and what an invocation of it runs."""

    handler: Handler
    traced: Traced


class Left(NamedTuple):
    """What a run leaves to the next, as plain data. names: which files and folders there were. documents: all that were
    needed, without their facts. seen: by number of the document, what looks like a handler in it. followed: a key, the
    number of the function that holds what was found, the numbers of the documents needed."""

    names: str
    documents: tuple[Document, ...]
    seen: tuple[tuple[int, tuple[tuple[Entry, str], ...]], ...]
    followed: tuple[tuple[Key, int, tuple[int, ...]], ...]


class Ready:
    """Results to be had, by what they are asked for."""

    def __init__(self) -> None:
        self.followed: dict[Key, tuple[Followed, Sequence[Need]]] = {}
        self.seen: dict[str, list[tuple[Entry, str]]] = {}

    def holds(self, path: str) -> bool:
        """Whether nothing that looks like a handler in a file is left to follow."""
        return path in self.seen and all(
            (entry.roots, path, entry.name) in self.followed for entry, _ in self.seen[path]
        )


def left(reach: Reach, functions: Sequence[Function]) -> Left:
    """What a run leaves: of its reach, as far as the functions hold it."""
    numbers: dict[Need, int] = {}
    documents: list[Document] = []

    def number(need: Need) -> int:
        if need not in numbers:
            document = reach.project.light(*need)
            numbers[need] = len(documents) if document is not None else -1
            if document is not None:
                documents.append(document)
        return numbers[need]

    holders: dict[tuple[str, str], list[int]] = {}
    for index, function in enumerate(functions):
        if function.handler is not None:
            holders.setdefault((function.handler.path, function.handler.name), []).append(index)
    followed = []
    for key, (one, needed) in reach.results().items():
        holder = next((index for index in holders.get(key[1:], ()) if _held(functions[index], one)), None)
        needs = tuple(map(number, needed))
        if holder is not None and -1 not in needs:
            followed.append((key, holder, needs))
    seen = [(number((path, "python")), tuple(found)) for path, found in reach.seen.items()]
    kept = tuple(pair for pair in seen if pair[0] >= 0)
    return Left(names(reach.project.inventory), tuple(documents), kept, tuple(followed))


def _held(function: Function, one: Followed) -> bool:
    held, traced = _traced(function), one.traced
    return held.steps is traced.steps and held.startup is traced.startup and held[3:] == traced[3:]


def _traced(function: Function) -> Traced:
    """What a function holds of a walk: all but where the entry point is defined, which its handler has."""
    return Traced(
        steps=function.steps,
        startup=function.startup,
        definition=None,
        event_keys=function.event_keys,
        modules=function.reaches,
        opaque=function.opaque,
        cut=function.cut,
    )


def taken(left: Left, functions: Sequence[Function], project: Project) -> Ready:
    """What the last run left, as far as it still holds; the project is offered the documents."""
    ready = Ready()
    if left.names != names(project.inventory):
        return ready
    fresh = [project.fresh(document) for document in left.documents]
    project.offer([(document, None) for document, same in zip(left.documents, fresh, strict=True) if same])
    for number, found in left.seen:
        if fresh[number]:
            ready.seen[left.documents[number].path] = list(found)
    for key, index, needs in left.followed:
        if all(fresh[number] for number in needs):
            function = functions[index]
            assert function.handler is not None
            wanted = [(left.documents[number].path, left.documents[number].language) for number in needs]
            ready.followed[key] = (Followed(function.handler._replace(evidence=""), _traced(function)), wanted)
    return ready


def names(inventory: Inventory) -> str:
    """Which Python files and which folders exist: what an import can find."""
    python = sorted(path for path in inventory.files if path.endswith(".py"))
    return digest_of("\n".join([*python, "", *sorted(inventory.folders)]).encode("utf-8", "surrogateescape"))
