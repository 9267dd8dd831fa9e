"""Files that look like handlers in, what they run out, worked out by other processes while configuration is read here.

Which functions there are only configuration says, and it takes as long to read as the code does. So other processes
begin with what looks like a handler, with its own folder on the import path, as most are deployed. When this one knows
the entry points, it takes part, and what was guessed right need not be followed again; a wrong guess has cost the time
of an idle processor. Folders go to one process as a whole, and code that many folders share is only read: to follow it
in several processes would mean to read it in each. Who begins with a folder marks it as taken; two that begin at once
both do it, which nobody sees.
"""

from __future__ import annotations

from itertools import islice

from lambdalint.forks import Companion, companion, workers
from lambdalint.link.paths import is_test
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lambdalint.discover import Found
    from lambdalint.link.handlers import Entry
    from lambdalint.link.reach import Reach
    from lambdalint.link.ready import Ready
    from lambdalint.model import Inventory, Project

WORTH = 12_000  # bytes of files that look like handlers: as many as take longer to follow than a process to start
FILE = 2_000  # bytes that take as long to read as opening and following a file takes at least
SHARED = 20_000  # bytes outside its own folder that a handler may reach,
LARGE = 200_000  # and bytes in all, for it to be followed ahead
EARLY = 400_000  # bytes of Python, all there is, up to which each process looks for handlers itself
MET = 2  # handlers that reach more, after which a process takes the tree for one with much in common


class Ahead(NamedTuple):
    """The other processes; folders (their Python files), and a byte for each: whether it is taken. meanwhile: what this
    process can do while the others work."""

    folders: Sequence[Sequence[str]]
    taken: Any
    companions: tuple[Companion, ...]
    meanwhile: Callable[[], None]


def early(found: Found, project: Callable[[Found], Project], meanwhile: Callable[[], None]) -> Ahead | None:
    """Begin before it is known which files look like handlers, when it takes little to find that out twice.

    project: called in the other processes, with what they are to look at.
    """
    paths = [path for path in found.plausible if path.endswith(".py")]
    if sum(found.inventory.files[path] for path in paths) > EARLY:
        return None
    seen = found._replace(plausible=paths)
    # Half of it, at a guess, is handlers and what they import.
    return _begin(found.inventory, paths, 2 * WORTH, lambda: project(seen), None, meanwhile)


def start(project: Project, ready: Ready | None, meanwhile: Callable[[], None]) -> Ahead | None:
    """Begin; None when there is too little to follow, or no process to be had."""
    return _begin(project.inventory, project.candidates("python"), WORTH, lambda: project, ready, meanwhile)


def _begin(
    inventory: Inventory,
    paths: Iterable[str],
    worth: int,
    project: Callable[[], Project],
    ready: Ready | None,
    meanwhile: Callable[[], None],
) -> Ahead | None:
    folders: dict[str, list[str]] = {}
    cost = 0
    for path in paths:
        if not is_test(path) and not (ready is not None and ready.holds(path)):
            folders.setdefault(path.rpartition("/")[0], []).append(path)
            cost += inventory.files[path] + FILE
    count = min(workers() - 1, len(folders) - 1, max(cost // (2 * worth), 1))
    if count < 1 or cost < worth:
        return None
    from mmap import mmap

    taken = mmap(-1, len(folders))
    pieces = list(folders.values())

    def follower(number: int) -> Callable[[Callable[[], bool]], Any]:
        first = len(pieces) * number // count
        order = [*range(first, len(pieces)), *range(first)]
        return lambda ended: _follow(project(), ready, pieces, _free(taken, order), ended)

    others = tuple(one for number in range(count) if (one := companion(follower(number))))
    return Ahead(pieces, taken, others, meanwhile)


def _follow(
    project: Project,
    ready: Ready | None,
    folders: Sequence[Sequence[str]],
    numbers: Iterator[int],
    ended: Callable[[], bool],
) -> list[bytes]:
    """What another process does until it is told to end; what it found in each folder, packed when it is there."""
    from lambdalint.link.finder import Index
    from lambdalint.link.reach import Reach
    from lambdalint.memory import Anew
    from lambdalint.pickles import pack

    reach = Reach(project, Index(project.inventory), Anew(), ready)
    wanted = frozenset(project.candidates("python"))
    parts: list[bytes] = []
    met = 0
    while met < MET and not ended():
        number = next(numbers, None)
        if number is None:
            break
        learned, known = project.learning(), len(reach.traced)
        paths = [path for path in folders[number] if path in wanted]
        met += _look(reach, paths)
        seen = {path: reach.seen[path] for path in paths}
        parts.append(pack((reach.results(list(islice(reach.traced, known, None))), seen, learned())))
    return parts


def settle(ahead: Ahead, reach: Reach, entries: Iterable[Entry]) -> None:
    """Take part until all folders are taken, and have `reach` know what all have found. entries: what configuration
    names, which comes first."""
    ahead.meanwhile()  # before there is nothing left that the others can take
    places = {path: number for number, paths in enumerate(ahead.folders) for path in paths}
    named = dict.fromkeys(
        places[entry.path]
        for entry in entries
        if entry.path in places and entry.roots == (entry.path.rpartition("/")[0],)
    )
    wanted = frozenset(reach.project.candidates("python"))
    forget = reach.project.aside()
    met = 0
    for number in _free(ahead.taken, [*named, *range(len(ahead.folders) - 1, -1, -1)]):
        met += _look(reach, [path for path in ahead.folders[number] if path in wanted])
        if met >= MET:
            break
    reach.set_aside()
    forget()
    assert reach.ready is not None
    from lambdalint.pickles import unpack

    for one in ahead.companions:
        one.finish()
    for one in ahead.companions:
        for part in one.result() or ():
            followed, seen, documents = unpack(part)
            reach.ready.followed.update(followed)
            reach.ready.seen.update(seen)
            reach.project.offer(documents)


def _free(taken: Any, numbers: Iterable[int]) -> Iterator[int]:
    """Those that nobody has taken when their turn comes; they are taken then."""
    for number in numbers:
        if not taken[number]:
            taken[number] = 1
            yield number


def _look(reach: Reach, paths: Sequence[str]) -> int:
    """Follow what looks like a handler in the files of a folder; how many were only read."""
    left = 0
    for path in paths:
        for entry, _ in reach.handlers(path):
            if reach.knows(entry) or _own(reach, entry):
                reach.follow(entry)
            else:
                left += 1
    return left


def _own(reach: Reach, entry: Entry) -> bool:
    """Whether a handler reaches little but its own folder; what it imports is read to tell."""
    sizes = reach.project.inventory.files
    folder = entry.path.rpartition("/")[0]
    own = shared = 0
    for path, _ in reach.closure([entry]):
        if folder and path.startswith(f"{folder}/"):
            own += sizes.get(path, 0)
        else:
            shared += sizes.get(path, 0)
    return shared <= SHARED and own + shared <= LARGE
