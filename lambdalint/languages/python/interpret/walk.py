"""The state of one walk: where it is, under which conditions, and what it has seen; calls out of the project are
recorded here with all of that.

Caching is told from storage that outlives the invocation (module globals, attributes of objects made at import, class
attributes, dicts made at import). A test that reads such storage opens a `Region`; when the region also writes what the
test read, what was built inside it is built once, whatever the idiom is spelled like. A region whose storage dies with
the invocation is an imitation of a cache.
"""

from __future__ import annotations

from lambdalint.languages.python.interpret.combine import gather, join
from lambdalint.languages.python.interpret.values import (
    NONE,
    Bound,
    Const,
    Deps,
    Ext,
    Func,
    Map,
    Obj,
    Orders,
    Seq,
    Value,
    options,
)
from lambdalint.model import Hop, Place, Span, Try, Within
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.world import ModuleState, World

STEPS = 60_000  # expressions and statements that one walk looks at before it stops following calls
EMPTIED = "it is emptied at each invocation"
DEPTH = 45  # calls within calls

Location = tuple[int, str]


class Condition(NamedTuple):
    """A test that holds on the way: its source form, its value, and whether the other way out has ended."""

    test: tuple[Any, ...]
    value: Value
    negated: bool
    span: Span
    ended: str  # "" inside the branch, "return", "raise" or "loop" after an early exit
    asks: str = ""  # see presence.asks


class Region:
    """Code that runs only when some storage is found empty. locations: what the test read."""

    __slots__ = ("how", "kept", "lasting", "locations", "start", "why", "written")

    def __init__(self, locations: dict[Location, tuple[str, bool]], start: int) -> None:
        self.locations = locations
        self.start = start
        self.written = False
        self.kept: set[int] = set()  # the calls whose results were stored
        self.how = ""
        self.why = ""
        self.lasting = False  # what was written outlives the invocation


class Told(NamedTuple):
    """What a function gave when it was walked: under these conditions, with the conditions that it left behind.

    A call under more conditions than that records nothing new: whatever it guards, or fails to, was told before."""

    around: frozenset[tuple[int, bool]]
    result: Value
    ends: tuple[Condition, ...]


class Emitted:
    """A call to something outside the project, with the values as the walk knows them."""

    __slots__ = (
        "args",
        "awaited",
        "branch",
        "cached",
        "callee",
        "chain",
        "closed",
        "conditions",
        "entered",
        "imitation",
        "keywords",
        "loop_bound",
        "loops",
        "order",
        "per_record",
        "phase",
        "receiver",
        "recovering",
        "span",
        "statement",
        "target",
        "text",
        "tries",
        "within",
    )

    def __init__(self, order: int, callee: str, span: Span, phase: str) -> None:
        self.order = order
        self.callee = callee
        self.span = span
        self.phase = phase
        self.args: list[Value] = []
        self.keywords: dict[str, Value] = {}
        self.receiver: Value | None = None
        self.chain: tuple[Hop, ...] = ()
        self.cached = ""
        self.imitation = ""
        self.loops = 0
        self.per_record = False
        self.branch = False
        self.conditions: tuple[Condition, ...] = ()
        self.tries: tuple[Try, ...] = ()
        self.within: tuple[Within, ...] = ()
        self.statement: Span | None = None
        self.target = ""
        self.awaited = False
        self.entered = False
        self.closed = False
        self.loop_bound = False
        self.recovering = False
        self.text: tuple[Any, ...] = ()


class Walk:
    """One walk. phase is "init" while modules are being imported, "invocation" once the handler runs."""

    def __init__(self, world: World, phase: str) -> None:
        self.world = world
        self.phase = phase
        self.calls: list[Emitted] = []
        self.hops: list[Hop] = []
        self.conditions: list[Condition] = []
        self.tries: list[Try] = []
        self.within: list[Within] = []
        self.loops: list[Deps] = []
        self.regions: list[Region] = []
        self.pending: list[Region] = []  # regions that end with the statement
        self.watch: dict[Location, tuple[str, bool]] | None = None
        self.branches = 0
        self.recovering = 0
        self.loop_bound = 0
        self.steps = 0
        self.limit = STEPS
        self.cut = False  # the limit was met
        self.depth = 0
        self.stack: list[tuple[Any, ...]] = []  # keys of the functions being walked
        self.memo: dict[Any, list[Told]] = {}
        self.once: dict[Any, Value] = {}  # what functions that keep their results gave, by them and their arguments
        self.spent: dict[int, tuple[int, Value]] = {}  # by function: steps in it so far, and what it last returned
        self.base = 0  # how many conditions stood around the call of the function at hand
        self.unsure: set[Location] = set()  # attributes that only some paths set; under the name "" all of an object
        self.written: dict[Location, Value] = {}  # what this invocation stored in lasting storage
        self.statement: Span | None = None
        self.target = ""
        self.reached: dict[str, ModuleState] = {}
        self.event_keys: set[str] = set()
        self.opaque: list[str] = []
        self.left_out: set[int] = set()  # functions of which a call was not followed
        self.fired: set[tuple[int, int]] = set()
        self.bound: dict[int, tuple[Any, frozenset[str]]] = {}  # by the body of a loop: it, and the names it assigns
        self.resolved: set[int] = set()  # types whose GraphQL resolvers were run
        self.lifespan = True  # whether what is being run starts and stops its application
        self.cleared: set[int] = set()
        self.emptied: set[Location] = set()
        self.filled: dict[Location, list[Emitted]] = {}  # what was made to be kept, by where
        self.missed: dict[Location, set[int]] = {}  # what was made because a lasting place was empty, by that place
        self.keep: list[Any] = []  # keeps what is known by id alive
        self.frames: list[Frame] = []

    # ------------------------------------------------------------------------------------------------ calls

    def emit(
        self,
        callee: str,
        place: Place,
        path: str,
        receiver: Value | None,
        args: list[Value],
        keywords: dict[str, Value],
        text: tuple[Any, ...],
    ) -> Emitted:
        """Record a call out of the project."""
        call = Emitted(self.world.next_order(), callee, Span(path, *place), self.phase)
        call.args = args
        call.keywords = keywords
        call.receiver = receiver
        call.chain = tuple(self.hops)
        call.loops = len(self.loops)
        call.per_record = any("record" in deps for deps in self.loops)
        call.branch = self.branches > 0 or any(not item.ended for item in self.conditions)
        call.conditions = tuple(self.conditions)
        call.tries = tuple(self.tries)
        call.within = tuple(self.within)
        call.statement = self.statement
        call.target = self.target
        call.loop_bound = self.loop_bound > 0
        call.recovering = self.recovering > 0
        call.text = text
        self.calls.append(call)
        return call

    # ---------------------------------------------------------------------------------------------- storage

    def note(self, location: Location, what: str, lasting: bool) -> None:
        """A test under way reads this storage."""
        if self.watch is not None:
            self.watch[location] = (what, lasting)

    def read(self, location: Location, base: Value | None) -> Value | None:
        """The value in lasting storage: what this invocation stored there, or what import left."""
        stored = self.written.get(location)
        if stored is None:
            return base
        if base is None or (isinstance(base, Const) and base.value is None):
            return stored
        return join([stored, base])

    def write(self, location: Location, what: str, value: Value, lasting: bool, key: Value | None = None) -> None:
        """Something is stored; a region that was opened because this place was empty is a cache now."""
        self.keep.append(value)
        deps = gather([key])[0] if key is not None else NONE
        fresh = deps & {"time", "random", "request-id"}
        for region in self.regions:
            if location in region.locations:
                made_here = [one.made_by for one in options(value) if isinstance(one, Ext) and one.made_by is not None]
                region.kept.update(call.order for call in made_here)
                self.filled.setdefault(location, []).extend(made_here)
                if location in self.emptied:
                    region.why = EMPTIED
                    continue
                if fresh:
                    region.why = f"its key is new each time ({', '.join(sorted(fresh))})"
                    continue
                region.written = True
                region.lasting = region.lasting or region.locations[location][1]
                region.how = region.locations[location][0]
        if isinstance(value, Const) and not value.value and key is None:
            self.empty(location, lasting)
        if lasting and not fresh and location in self.missed and location not in self.emptied:
            for option in options(value):
                made = option.made_by if isinstance(option, Ext) else None
                if made is not None and made.order in self.missed[location]:  # given back, as to a pool
                    made.cached = made.cached or what
        if lasting and self.recovering and self.phase == "invocation":
            for option in options(value):
                if isinstance(option, Ext) and option.made_by is not None and option.made_by.recovering:
                    option.made_by.cached = option.made_by.cached or f"{what}, renewed after an error"
        if lasting and self.phase == "invocation":
            old = self.written.get(location)
            self.written[location] = value if old is None else join([old, value])
            if any(location in region.locations for region in self.regions):
                promote(value)

    def empty(self, location: Location, lasting: bool) -> None:
        """What a place holds is thrown away, whatever the event: what is looked up there later is never found."""
        sure = not (self.conditions or self.loops or self.regions or self.branches or self.recovering or self.tries)
        if lasting and sure and self.phase == "invocation":
            self.emptied.add(location)
            for call in self.filled.pop(location, ()):
                if call.cached:
                    call.cached, call.imitation = "", f"{call.cached} is looked up first, but {EMPTIED}"

    def clear(self, function: Func) -> None:
        """What a function keeps is thrown away at each invocation, what it made before that as well."""
        self.cleared.add(id(function.node))
        for call in self.calls:
            if call.cached == function.cached and call.chain and call.chain[-1].name == function.name:
                call.cached, call.imitation = "", f"{function.cached} is cleared in the handler"

    def stored(self, location: Location) -> None:
        """An attribute is set: for sure, unless a condition of its function stands around."""
        if self.is_conditional():
            self.unsure.add(location)

    def is_conditional(self) -> bool:
        """Whether what runs stands under a condition of its own function."""
        return len(self.conditions) > self.base or self.branches > 0

    def is_sure(self, locations: dict[Location, tuple[str, bool]]) -> bool:
        """Whether what the walk holds for these places is what the invocation finds there."""
        return not any(
            lasting or location in self.unsure or (location[0], "") in self.unsure
            for location, (_, lasting) in locations.items()
        )

    def open(self, locations: dict[Location, tuple[str, bool]]) -> Region:
        """Enter code that runs because a test on these places came out empty."""
        region = Region(locations, len(self.calls))
        self.regions.append(region)
        return region

    def close(self, region: Region) -> None:
        """Leave the region; what was built in it is built once if the region stored it where the test looked."""
        if region in self.regions:
            self.regions.remove(region)
        for location, (_, lasting) in region.locations.items():
            if lasting and not region.written:
                self.missed.setdefault(location, set()).update(call.order for call in self.calls[region.start :])
        for call in self.calls[region.start :]:
            if call.phase != "invocation" or call.cached:
                continue
            if region.lasting:
                call.cached = region.how
                call.imitation = ""
            elif call.order not in region.kept:
                continue
            elif region.written and not call.imitation:
                call.imitation = (
                    f"{region.how} is looked up first, but the object that holds it is new at each invocation"
                )
            elif region.why and not call.imitation:
                call.imitation = f"{next(iter(region.locations.values()))[0]} is looked up first, but {region.why}"

    def settle(self, count: int) -> None:
        """End the regions that a statement opened in its middle."""
        while len(self.pending) > count:
            self.close(self.pending.pop())

    def over(self, path: str, at: Place | None = None) -> bool:
        """The limit is met: from here on nothing is recorded, and what is not yet told in full is not told at all.

        What was built in a region may be about to be kept; what was built while an error is handled, too."""
        if not self.cut:
            self.cut = True
            place = Span(path, *at) if at is not None else self.statement or Span(path, 1, 1, 1, 1)
            self.opaque.append(
                f"more than {self.limit} steps: what comes after {place.path}:{place.line} is not followed"
            )
            start = min((region.start for region in self.regions), default=len(self.calls))
            self.calls[start:] = []
            if self.recovering:
                self.calls = [call for call in self.calls if call.cached or not call.recovering]
        return True

    def leaves_out(self, function: Func, why: str) -> None:
        """A call is not followed though the limit is not met: said once for each function."""
        if function.identity not in self.left_out:
            self.left_out.add(function.identity)
            place = Span(function.module.path, *function.place)
            self.opaque.append(f"{function.name} ({place.path}:{place.line}) {why}")

    def effort(self) -> tuple[Any, ...]:
        """What of the surroundings changes the meaning of a call: part of the key under which results are kept."""
        return (
            tuple(map(id, self.regions)),
            len(self.tries),
            tuple([item.path for item in self.within]),
            bool(self.loops),
            self.loop_bound > 0,
            self.recovering > 0,
        )

    def around(self) -> frozenset[tuple[int, bool]]:
        """The conditions that hold, as far as they are told from others."""
        return frozenset([(id(item.test), item.negated) for item in self.conditions])


def promote(value: Value, depth: int = 0) -> None:
    """The value is kept beyond the invocation, and so is all it holds."""
    if depth > 6:
        return
    for option in options(value):
        if isinstance(option, (Obj, Map, Seq)) and not option.persistent:
            option.persistent = True
            if isinstance(option, Obj):
                held = list(option.attributes.values())
            elif isinstance(option, Map):
                held = [*option.entries.values(), *option.others]
            else:
                held = option.items
            for part in held:
                promote(part, depth + 1)
        elif isinstance(option, (Ext, Func)):
            option.fresh = False
        elif isinstance(option, Bound):
            promote(option.function, depth + 1)


def outcome(walk: Walk, callee: str, parts: list[Value]) -> tuple[Deps, Orders]:
    """What the result of an outside call depends on: its inputs, and what the call itself brings in."""
    deps, calls = gather(parts)
    new = walk.world.oracle.dependence(callee)
    if walk.phase == "init" and new in ("time", "random"):
        new = ""  # the same for every event that this environment is given
    return (deps | {new} if new else deps), calls


def is_event(value: Value) -> bool:
    """Whether the value is the event or context argument itself."""
    return isinstance(value, Ext) and value.role in ("event", "context")
