"""An entry point in, what an invocation of it runs out. Worlds of modules are shared by functions with equal roots."""

from __future__ import annotations

import os

from lambdalint.forks import spread, workers
from lambdalint.languages.python.interpret.trace import Traced, trace
from lambdalint.languages.python.interpret.world import Located, World
from lambdalint.link.finder import Finder, Index
from lambdalint.link.handlers import Entry
from lambdalint.link.oracle import Outside
from lambdalint.link.ready import Followed, Ready
from lambdalint.link.undeclared import handlers
from lambdalint.memory import Anew
from lambdalint.model import Handler, Problem, Span
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambdalint.languages.python.facts import Definition, Import, Module
    from lambdalint.languages.python.interpret.world import Finder as FinderProtocol
    from lambdalint.link.ready import Key, Need
    from lambdalint.memory import Again
    from lambdalint.model import Document, Project


FORK_BYTES = 40_000  # of code to follow, once for each entry point; below this a process costs more than it saves


class Reach:
    """Follows entry points; remembers the modules and what has been followed already."""

    def __init__(self, project: Project, index: Index, pieces: Anew | Again, ready: Ready | None = None) -> None:
        self.project = project
        self.index = index
        self.pieces = pieces
        self.worlds: dict[tuple[str, ...], World] = {}
        self.ready = ready  # what was followed before, or by others
        self.traced: dict[Key, Followed | None] = {}
        self.seen: dict[str, list[tuple[Entry, str]]] = {}
        self.needed: dict[Key, Sequence[Need]] = {}
        self.imports: dict[tuple[str, tuple[str, ...]], set[str]] = {}
        self.specifications: set[tuple[str, str]] = set()  # path and language of those that were asked for
        self.oracle = Outside()

    def module(self, path: str) -> Module | None:
        """The facts of a Python file."""
        document = self.project.document(path, "python")
        return document.facts if document is not None else None

    def specification(self, path: str, language: str) -> Document | None:
        """A specification that names functions."""
        self.specifications.add((path, language))
        return self.project.document(path, language)

    def unread(self, path: str) -> str:
        """Why a Python file has no facts."""
        document = self.project.document(path, "python")
        problem = next(iter(document.problems), None) if document is not None else None
        return f"{path}:{problem.line}: {problem.message}" if problem is not None else f"{path} could not be read"

    def world(self, roots: tuple[str, ...]) -> World:
        """The modules that these roots give."""
        known = self.worlds.get(roots)
        if known is None:
            finder = Finder(roots, self.project.inventory, self.index, self.specification)
            known = self.worlds[roots] = World(finder, self.module, self.oracle)
        return known

    def follow(self, entry: Entry) -> Followed | None:
        """What an invocation runs; None when the module has no such name, or cannot be read."""
        key = (entry.roots, entry.path, entry.name)
        if not self.knows(entry):
            module = self.module(entry.path)
            traced = module and self.pieces.recall(
                ("traced", *key), entry.dotted, self._follow, entry, sized=False, alike=True
            )
            self.traced[key] = Followed(_handler(module, entry.name, traced), traced) if module and traced else None
        return self.traced[key]

    def knows(self, entry: Entry) -> bool:
        """Whether it has been followed, here or elsewhere; then all that it needs counts as asked for."""
        key = (entry.roots, entry.path, entry.name)
        if key not in self.traced and self.ready is not None and key in self.ready.followed:
            self.traced[key], self.needed[key] = self.ready.followed[key]
            for need in self.needed[key]:
                self.project.use(*need)
        return key in self.traced

    def has_seen(self, path: str) -> bool:
        """Whether it is known what looks like a handler in a file."""
        return path in self.seen or (self.ready is not None and path in self.ready.seen)

    def handlers(self, path: str) -> list[tuple[Entry, str]]:
        """What looks like a handler in a file, for one that no configuration names, and why it does."""
        if path not in self.seen:
            if self.ready is not None and path in self.ready.seen:
                self.project.use(path, "python")
                self.seen[path] = self.ready.seen[path]
                return self.seen[path]
            module = self.module(path)
            folder, _, file = path.rpartition("/")
            self.seen[path] = [
                (Entry(path, file[:-3], found.name, (folder,)), found.evidence)
                for found in (handlers(module) if module is not None else ())
            ]
        return self.seen[path]

    def results(self, keys: Iterable[Key] | None = None) -> dict[Key, tuple[Followed, Sequence[Need]]]:
        """What was followed and found, all or these, each with the files that were asked for, or would have been if it
        had been the first to do so."""
        wanted = self.traced if keys is None else keys
        followed = {key: one for key in wanted if (one := self.traced[key]) is not None}
        closures = {key: self._files(key, one) for key, one in followed.items() if key not in self.needed}
        met: dict[tuple[str, ...], set[str]] = {}
        for key, files in closures.items():
            met.setdefault(key[0], set()).update(files)
        for key, files in closures.items():
            # What a framework looks for by name is asked for once in a world, by whoever comes first.
            loaded = {state.path for state in self.worlds[key[0]].modules.values() if state.path}
            every = sorted(files | (loaded - met[key[0]]))
            self.needed[key] = [*((path, "python") for path in every), *sorted(self.specifications)]
        return {key: (one, self.needed[key]) for key, one in followed.items()}

    def set_aside(self) -> None:
        """Take what was followed so far as followed by others: ready for whoever asks."""
        ready = self.ready = self.ready or Ready()
        ready.followed.update(self.results())
        ready.seen.update(self.seen)
        self.traced, self.seen, self.needed = {}, {}, {}

    def _files(self, key: Key, one: Followed) -> set[str]:
        roots, path, name = key
        return {found for found, _ in self.closure([Entry(path, "", name, roots)])} | set(one.traced.modules)

    def _follow(self, entry: Entry) -> Traced | None:
        if not isinstance(self.pieces, Anew):
            # Modules that another walk of the same world has run are not asked for again: say that this one needs them.
            self.prefetch([entry])
        located = Located(entry.path, entry.dotted, entry.path.endswith("__init__.py"))
        traced = self._walked(self.world(entry.roots), located, entry.name)
        for path in traced.modules if traced is not None else ():
            self.module(path)
        for specification in self.specifications:
            self.project.document(*specification)
        return traced

    def follow_inline(self, module: Module, name: str) -> Followed | None:
        """The same for code that stands in a template: a world of its own, with nothing but the standard library."""
        world = World(_Nothing(), lambda path: module, self.oracle)
        traced = self._walked(world, Located(module.path, "index", False), name)
        return Followed(_handler(module, name, traced), traced) if traced is not None else None

    def _walked(self, world: World, located: Located, name: str) -> Traced | None:
        """The walk; code that it trips over is a problem of its own and leaves the other functions alone."""
        try:
            return trace(world, located, name)
        except Exception as error:
            what = "it nests too deeply" if isinstance(error, RecursionError) else f"{type(error).__name__}: {error}"
            self.project.problems.append(Problem(located.path, 1, f"{name} could not be followed: {what}"))
            return None

    def prefetch(self, entries: Iterable[Entry]) -> None:
        """Read the import closure of many entry points, and follow them: in several processes, where that is worth
        it."""
        entries = [entry for entry in dict.fromkeys(entries) if not self.knows(entry)]
        closure = self.closure(entries)
        if isinstance(self.pieces, Anew):
            self._follow_apart(entries, closure)

    def closure(self, entries: Iterable[Entry]) -> set[tuple[str, tuple[str, ...]]]:
        """The files that entry points import, and by which import paths. All are read, a frontier at a time, so that
        reading can be parallel."""
        frontier = {(entry.path, entry.roots) for entry in entries}
        seen: set[tuple[str, tuple[str, ...]]] = set()
        while frontier:
            self.project.prefetch(sorted({path for path, _ in frontier}))
            seen |= frontier
            following: set[tuple[str, tuple[str, ...]]] = set()
            for path, roots in frontier:
                facts = self.module(path)
                if facts is None:
                    continue
                for located in self.imported(path, facts, roots):
                    if (located, roots) not in seen:
                        following.add((located, roots))
            frontier = following
        return seen

    def _follow_apart(self, entries: Iterable[Entry], closure: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        """Follow entry points in several processes, when there is much to follow; a world stays in one of them."""
        waiting: dict[tuple[str, ...], list[Entry]] = {}
        for entry in entries:
            waiting.setdefault(entry.roots, []).append(entry)
        sizes = dict.fromkeys(waiting, 0)
        for path, roots in closure:
            sizes[roots] += self.project.inventory.files.get(path, 0)
        work = list(waiting.values())
        costs = [sizes[roots] * len(found) for roots, found in waiting.items()]
        if len(work) < 2 or sum(costs) - max(costs) < FORK_BYTES or workers() < 2:
            return

        this = os.getpid()

        def follow(index: int) -> Any:
            learned = self.project.learning()
            for entry in work[index]:
                self.follow(entry)
            if os.getpid() == this:
                return {}, ()
            return self.results((entry.roots, entry.path, entry.name) for entry in work[index]), learned()

        for followed, documents in spread(costs, follow, FORK_BYTES):
            self.project.offer(documents)
            for key, (one, needs) in followed.items():
                self.traced[key], self.needed[key] = one, needs
                for need in needs:
                    self.project.use(*need)

    def imported(self, path: str, facts: Module, roots: tuple[str, ...]) -> set[str]:
        """The files of the project that a module's import statements name."""
        known = self.imports.get((path, roots))
        if known is None:
            finder = self.world(roots).finder
            known = {
                located for item in facts.imports if item.scope != "typing" for located in _imported(finder, item, path)
            }
            self.imports[path, roots] = known
        return known


def _imported(finder: FinderProtocol, item: Import, path: str) -> set[str]:
    base = finder.relative(item.level, item.module, path) if item.level else finder.find(item.module, path)
    if base is None:
        return set()
    found = {base.path} if base.path else set()
    if base.package:
        for name in item.names:
            inner = finder.find(f"{base.dotted}.{name}", path) if name != "*" else None
            if inner is not None and inner.path:
                found.add(inner.path)
    return found


class _Nothing:
    """A Finder for code that has no project around it."""

    def find(self, dotted: str, importer: str) -> Located | None:
        return None

    def inside(self, dotted: str, importer: str) -> list[Located]:
        return []

    def named(self, name: str) -> list[Located]:
        return []

    def operations(self, spec: str, importer: str, resolver: str, package: str) -> list[str]:
        return []

    def relative(self, level: int, module: str, importer: str) -> Located | None:
        return None


def _handler(module: Module, name: str, traced: Traced) -> Handler:
    definition = next((item for item in module.definitions if item.name == name), None)
    span = traced.definition
    if span is None:
        bound = next((item.at for item in module.assignments if item.name == name), (1, 1, 1, 1))
        span = Span(module.path, *bound)
    decorators = definition.decorators if definition is not None else ()
    return Handler(module.path, name, span, _annotation(definition, module), "", decorators)


def _annotation(definition: Definition | None, module: Module) -> str:
    """The type of the event parameter, its first name resolved through the module's imports."""
    if definition is None or not definition.annotations or not definition.annotations[0]:
        return ""
    first, _, rest = definition.annotations[0].partition(".")
    for item in module.imports:
        if first in item.names and not item.level:
            return f"{item.module}.{first}{'.' + rest if rest else ''}"
    return definition.annotations[0]
