"""A root in, its functions as deployed out: joined now, or as the last run left them when nothing has changed since.

Two looks tell that nothing has. When all names, sizes and times are what they were, contents are not looked at, and
what the cache knows of each file is not read. Else contents are compared, as a new checkout has new times.
"""

from __future__ import annotations

from lambdalint.cache import identity
from lambdalint.discover import contents
from lambdalint.tree import tree
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lambdalint.cache import Cache
    from lambdalint.discover import Found
    from lambdalint.link.ahead import Ahead
    from lambdalint.memory import Again, Memory
    from lambdalint.model import Directive, Function, Problem
    from lambdalint.project import Disk
    from lambdalint.tree import Tree

MANY = 1000  # files; to walk fewer takes less than to start a second process


class Linked(NamedTuple):
    """What a join made of the files, and which it read: a tree in the same state need not be joined again."""

    functions: tuple[Function, ...]
    directives: tuple[Directive, ...]
    problems: tuple[Problem, ...]
    reads: tuple[str, ...]


class Before(NamedTuple):
    """Of what the last join was made: what was asked of it, the tree, the contents, and what decided these.
    files: how many there were."""

    asked: str
    tree: str
    state: str
    reads: tuple[str, ...]
    listed: tuple[str, ...]
    files: int


class Question(NamedTuple):
    """What is joined. texts: that stand in for files. knowledge: the user's own. progress: told of each file read.
    lap: told of each stage that has ended. meanwhile: does what can be done while a second process walks the tree."""

    root: str
    exclude: Sequence[str]
    texts: Mapping[str, bytes]
    knowledge: Mapping[str, Any]
    progress: Callable[[int], None] | None
    lap: Callable[[str], None]
    meanwhile: Callable[[], None]


def joined(asked: Question, cache: Cache) -> Linked:
    """The functions of a root; what was learned goes to the cache."""
    words = repr(sorted(asked.knowledge.items())) + repr(asked.exclude)
    kept = bool(cache.folder) and not asked.texts
    known = cache.extra.get("linked") if kept else None
    before = Before(*known) if known and known[0] == words else None
    seen, left = _walked(asked, before, cache)
    asked.lap("discover")
    if left is not None:
        cache.save(lambda path: True)
        return left
    from lambdalint.discover import discover

    seen = seen or tree(asked.root)
    found = discover(asked.root, asked.exclude, asked.texts, seen)
    asked.lap("discover")
    ahead = _early(found, cache, asked) if not cache.parts else None
    from lambdalint.project import Disk

    project = Disk(found, cache, asked.texts, progress=asked.progress)
    if before and before.state == project.state(before.reads, before.listed):
        left = _left(cache)
        asked.lap("state")
    linked = left or _anew(project, asked, cache, before is not None, kept, ahead)
    if kept:
        listed = project.listed
        state = before.state if before and left else project.state(linked.reads, listed)
        now = Before(words, _identity(asked.root, seen, listed), state, linked.reads, listed, len(found.marks))
        if now != before:
            cache.extra["linked"] = tuple(now)
            cache.changed = True
    cache.save(lambda path: path in found.marks)
    asked.lap("cache")
    return linked


def _walked(asked: Question, before: Before | None, cache: Cache) -> tuple[Tree | None, Linked | None]:
    """The tree, and what the last run left when the tree is as it was then; a tree that is need not be given."""
    if before is None or not before.tree:
        return tree(asked.root), None

    def changed() -> Tree | None:
        seen = tree(asked.root)
        return None if _identity(asked.root, seen, before.listed) == before.tree else seen

    if before.files < MANY:
        seen = changed()
        return seen, _left(cache) if seen is None else None
    from lambdalint.forks import beside

    answer = beside(changed)
    left = _left(cache)
    asked.meanwhile()
    seen = answer()
    return seen, left if seen is None else None


def again(asked: Question, cache: Cache, memory: Memory) -> tuple[Linked, Again | None]:
    """The same for those who ask again and again: by the pieces that are left from earlier runs, and with these."""
    from lambdalint.discover import discover
    from lambdalint.project import Disk

    memory.begin()
    found = memory.found(lambda: discover(asked.root, asked.exclude), asked.texts)
    asked.lap("discover")
    project = Disk(found, cache, asked.texts, progress=asked.progress, memory=memory)
    project.look()
    asked.lap("look")
    from lambdalint.link import link

    functions = sorted(link(project, project.again), key=lambda function: function.id)
    linked = _gathered(project, functions)
    asked.lap("link")
    return linked, project.again


def _early(found: Found, cache: Cache, asked: Question) -> Ahead | None:
    """Other processes that begin to follow code while this one looks at the tree."""
    from lambdalint.link.ahead import early

    def project(seen: Found) -> Disk:
        from lambdalint.project import Disk

        return Disk(seen, cache, asked.texts, dialects=())

    return early(found, project, asked.meanwhile)


def _anew(project: Disk, asked: Question, cache: Cache, again: bool, kept: bool, ahead: Ahead | None) -> Linked:
    """Join the files. again: with what the last run has followed, as far as it still holds. kept: leave the same.
    ahead: processes that have begun with it."""
    project.look()
    asked.lap("look")
    from lambdalint.link import relink

    last = _left(cache) if again else None
    followed = cache.part("followed") if last else None
    functions, leaves = relink(project, followed, last.functions if last else (), kept, asked.meanwhile, ahead)
    linked = _gathered(project, functions)
    if kept:
        cache.keep_part("linked", tuple(linked))
        cache.keep_part("followed", leaves)
    asked.lap("link")
    return linked


def _gathered(project: Disk, functions: Iterable[Function]) -> Linked:
    documents = sorted(project.read_documents(), key=lambda document: document.path)
    return Linked(
        tuple(functions),
        tuple(dict.fromkeys(directive for document in documents for directive in document.directives)),
        tuple(sorted(set(project.problems))),
        tuple(sorted({path for path, _ in (*project.documents, *project.elsewhere)})),
    )


def _left(cache: Cache) -> Linked | None:
    known = cache.part("linked")
    return Linked(*known) if known is not None else None


def _identity(root: str, seen: Tree, listed: Sequence[str]) -> str:
    return identity(seen, [one for folder in listed for one in sorted(contents(root, folder))])
