"""The abstract values that a walk over Python code computes with: what a name may hold, and what that depends on.

A value's `deps` say what it varies with ("event", "context", "request-id", "time", "random", "credentials", "loop");
its `calls` are the orders of the external calls whose results flow into it.
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.walk import Emitted
    from lambdalint.languages.python.interpret.world import ModuleState
    from lambdalint.model import Place, Within

Deps: TypeAlias = frozenset[str]
Orders: TypeAlias = frozenset[int]
NONE: Deps = frozenset()
EVENT: Deps = frozenset({"event"})
NO_CALLS: Orders = frozenset()
WIDTH = 12  # alternatives of a union beyond which a value is unknown


class Const:
    """A known constant, perhaps computed from something that varies."""

    __slots__ = ("calls", "deps", "value")

    def __init__(self, value: Any, deps: Deps = NONE, calls: Orders = NO_CALLS) -> None:
        self.value = value
        self.deps = deps
        self.calls = calls


class Unknown:
    """Something that cannot be told."""

    __slots__ = ("calls", "deps")

    def __init__(self, deps: Deps = NONE, calls: Orders = NO_CALLS) -> None:
        self.deps = deps
        self.calls = calls


class EnvVar:
    """The value of an environment variable; fixed for the life of an execution environment."""

    __slots__ = ("default", "name")

    def __init__(self, name: str, default: Value | None = None) -> None:
        self.name = name
        self.default = default


class Text:
    """A string put together from parts."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Value, ...]) -> None:
        self.parts = parts


class Ext:
    """Something from outside the project, named by the dotted expression that leads to it.

    made_by: the call that returned it, or whose result it is an attribute of. base: the value it is an attribute of
    or was returned by. key: its path in the event, "" for the event itself, None for anything else.
    callbacks: functions of the project that were handed to it, which it may call.
    """

    __slots__ = ("base", "callbacks", "calls", "deps", "items", "key", "made_by", "parts", "path", "role")

    def __init__(
        self,
        path: str,
        deps: Deps = NONE,
        calls: Orders = NO_CALLS,
        made_by: Emitted | None = None,
        base: Value | None = None,
        key: str | None = None,
        role: str = "",
    ) -> None:
        self.path = path
        self.deps = deps
        self.calls = calls
        self.made_by = made_by
        self.base = base
        self.key = key
        self.role = role  # "event" or "context" for the two arguments of a handler
        self.callbacks: list[Value] = []
        self.items: dict[Any, Value] | None = None  # what the project stored in it
        self.parts: dict[str, Ext] | None = None  # its attributes, for what lives as long as its module


class Seq:
    """A list, tuple or set. items are its elements; open when there may be more than these."""

    __slots__ = ("items", "kind", "open", "persistent")

    def __init__(self, items: list[Value], kind: str = "list", persistent: bool = False, open_: bool = False) -> None:
        self.items = items
        self.kind = kind
        self.persistent = persistent
        self.open = open_


class Map:
    """A dict. entries by constant key; others holds values under keys that cannot be told. sealed: nothing has been put
    into it since a call gathered its keyword arguments in it. missing: what stands for any key that it lacks."""

    __slots__ = ("entries", "keys", "missing", "others", "persistent", "sealed")

    def __init__(self, persistent: bool = False) -> None:
        self.entries: dict[Any, Value] = {}
        self.keys: list[Value] = []
        self.others: list[Value] = []
        self.persistent = persistent
        self.sealed = False
        self.missing: Value | None = None


class Func:
    """A function of the project. binding: "", "static", "class", "property" or "cached_property".

    cached: the decorator that keeps its results ("functools.cache"), "" when it runs at each call.
    decorators: what it runs inside of, outermost first, from outside the project. wraps: their values.
    """

    __slots__ = (
        "binding",
        "cached",
        "closure",
        "decorators",
        "defaults",
        "module",
        "name",
        "node",
        "others",
        "owner",
        "statements",
        "wraps",
    )

    def __init__(
        self, node: tuple[Any, ...], module: ModuleState, closure: Any, defaults: dict[str, Value], owner: Class | None
    ) -> None:
        self.node = node
        self.name: str = node[0]
        self.module = module
        self.closure = closure
        self.defaults = defaults
        self.owner = owner
        self.binding = ""
        self.cached = ""
        self.decorators: list[Within] = []
        self.wraps: list[Value] = []
        self.others: tuple[Value, ...] = ()  # what `singledispatch` may call in its stead
        self.statements: tuple[Any, ...] | None = None

    @property
    def lasting(self) -> bool:
        """Whether the function itself outlives an invocation."""
        return self.closure is None or self.closure.phase == "init"

    @property
    def identity(self) -> int:
        """What tells it from others; functions that one `def` makes in several calls are several."""
        return id(self.node) if self.closure is None else id(self)

    @property
    def place(self) -> Place:
        return self.node[4]  # type: ignore[no-any-return]


class Class:
    """A class of the project. bases in order; outside: dotted paths of bases from outside the project."""

    __slots__ = (
        "attributes",
        "bases",
        "fields",
        "metaclass",
        "module",
        "name",
        "node",
        "order",
        "outside",
        "persistent",
        "subclasses",
    )

    def __init__(self, node: tuple[Any, ...], module: ModuleState, persistent: bool) -> None:
        self.node = node
        self.name: str = node[1]
        self.module = module
        self.bases: list[Class] = []
        self.order: list[Class] | None = None  # see mro
        self.outside: list[Ext] = []
        self.attributes: dict[str, Value] = {}
        self.fields: list[str] = []  # annotated names in order, as dataclasses take them
        self.metaclass: Class | None = None
        self.subclasses: list[Class] = []
        self.persistent = persistent

    def mro(self) -> list[Class]:
        """The class and its bases in the order that attributes are looked up (depth first, last of doubles kept).

        Found once: by the time that anything is looked up, the bases are known.
        """
        if self.order is None:
            self.order = self._ordered()
        return self.order

    def _ordered(self) -> list[Class]:
        order = [self]
        for base in self.bases:
            order.extend(base.mro())
        seen: set[int] = set()
        kept = []
        for item in reversed(order):
            if id(item) not in seen:
                seen.add(id(item))
                kept.append(item)
        kept.reverse()
        return kept if kept and kept[0] is self else [self, *(item for item in kept if item is not self)]


class Obj:
    """An instance of a class of the project; persistent when it outlives the invocation. base: from outside."""

    __slots__ = ("attributes", "cls", "deps", "made_by", "outer", "persistent", "place")

    def __init__(self, cls: Class, persistent: bool, deps: Deps = NONE, place: Place | None = None) -> None:
        self.cls = cls
        self.attributes: dict[str, Value] = {}
        self.persistent = persistent
        self.deps = deps
        self.made_by: Emitted | None = None
        self.outer: Ext | None = None
        self.place = place


class Bound:
    """A method with its object (or class)."""

    __slots__ = ("function", "owner")

    def __init__(self, function: Value, owner: Value) -> None:
        self.function = function
        self.owner = owner


class Partial:
    """A callable with its first arguments given."""

    __slots__ = ("args", "function", "keywords", "method")

    def __init__(self, function: Value, args: list[Value], keywords: dict[str, Value], method: bool = False) -> None:
        self.method = method  # the object it is looked up on goes first
        self.function = function
        self.args = args
        self.keywords = keywords


class Builtin:
    """A function or class of the builtins, or a method of a built-in value (then owner is that value)."""

    __slots__ = ("name", "owner")

    def __init__(self, name: str, owner: Value | None = None) -> None:
        self.name = name
        self.owner = owner


class Mod:
    """A module of the project."""

    __slots__ = ("state",)

    def __init__(self, state: ModuleState) -> None:
        self.state = state


class Super:
    """`super()` inside a method of owner, for an object."""

    __slots__ = ("obj", "owner")

    def __init__(self, owner: Class, obj: Value) -> None:
        self.owner = owner
        self.obj = obj


class Union:
    """One of several values."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Value, ...]) -> None:
        self.options = options


Value: TypeAlias = (
    "Const | Unknown | EnvVar | Text | Ext | Seq | Map | Func | Class | Obj | Bound | Partial | Builtin | Mod | Super"
    " | Union"
)
NOTHING = Const(None)


def options(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value."""
    return value.options if isinstance(value, Union) else (value,)


def join(values: list[Value]) -> Value:
    """One value for several: the union without doubles, unknown when it grows too wide."""
    flat: list[Value] = []
    seen: set[Any] = set()
    for value in values:
        for option in options(value):
            mark: Any
            if isinstance(option, Const):
                try:
                    mark = (type(option.value), option.value, option.deps)
                    hash(mark)
                except TypeError:
                    mark = id(option)
            elif isinstance(option, Ext):
                mark = (option.path, option.deps, id(option.made_by), option.key)
            elif isinstance(option, Unknown):
                mark = ("unknown", option.deps)
            elif isinstance(option, EnvVar):
                mark = ("env", option.name)
            else:
                mark = id(option)
            if mark not in seen:
                seen.add(mark)
                flat.append(option)
    if not flat:
        return NOTHING
    if len(flat) == 1:
        return flat[0]
    if len(flat) > WIDTH:
        flat = _alike(flat)
    if len(flat) > WIDTH:
        callables = [item for item in flat if isinstance(item, (Func, Class, Obj, Bound, Partial))]
        if 0 < len(callables) <= 4 * WIDTH:
            return Union(tuple(callables))
        deps, calls = gather(flat)
        return Unknown(deps, calls)
    return Union(tuple(flat))


def origin(value: Ext) -> Any:
    """What made it, as far as it can matter to a function: clients of two services are not the same argument."""
    made = value.made_by
    if made is None or made.cached or value.callbacks or value.items:
        return id(made)
    first = made.args[0] if made.args else None
    receiver = made.receiver
    return (
        made.callee,
        first.value if isinstance(first, Const) and isinstance(first.value, str) else None,
        origin(receiver) if isinstance(receiver, Ext) and receiver.made_by is not made else None,
    )


def _alike(values: list[Value]) -> list[Value]:
    """The values with one for all that came from outside in the same way, by whichever call."""
    kept: list[Value] = []
    seen: set[Any] = set()
    for value in values:
        mark: Any = id(value)
        if isinstance(value, Ext):
            mark = (value.path, value.deps, value.key, *_first_words(value))
        if mark not in seen:
            seen.add(mark)
            kept.append(value)
    return kept


def _first_words(value: Ext) -> list[Any]:
    """The texts that the calls on the way to a value begin with, such as the names of services."""
    words: list[Any] = []
    made = value.made_by
    while made is not None and len(words) < 5:
        first = made.args[0] if made.args else None
        words.append(first.value if isinstance(first, Const) and isinstance(first.value, str) else None)
        receiver = made.receiver
        made = receiver.made_by if isinstance(receiver, Ext) and receiver.made_by is not made else None
    return words


def gather(values: Any, depth: int = 0) -> tuple[Deps, Orders]:
    """What any of the values depends on, and which calls flow into them."""
    deps: Any = NONE
    calls: Any = NO_CALLS
    for value in values:
        if type(value) in _PLAIN:
            # Most values bring nothing new, and no set has to be made for these.
            if value.deps and value.deps is not deps:
                deps = deps | value.deps if deps else value.deps
            if value.calls and value.calls is not calls:
                calls = calls | value.calls if calls else value.calls
            continue
        more: set[str] = set()
        more_calls: set[int] = set()
        _gather(value, more, more_calls, depth)
        if more:
            deps = deps | more
        if more_calls:
            calls = calls | more_calls
    return deps, calls


_PLAIN = frozenset({Const, Unknown, Ext})


def _gather(value: Any, deps: set[str], calls: set[int], depth: int) -> None:
    kind = type(value)
    if kind in _PLAIN:
        if value.deps:
            deps |= value.deps
        if value.calls:
            calls |= value.calls
        return
    if depth > 5:
        return
    step = 1
    if kind is Union:
        parts = value.options
    elif kind is Map:
        parts = value.entries.values()
        if len(parts) > 40:
            parts = list(parts)[:40]
        if value.others:
            parts = [*parts, *value.others[:40]]
    elif kind is Text:
        parts = value.parts
    elif kind is Seq:
        parts = value.items[:40]
    elif kind is Obj:
        if value.deps:
            deps |= value.deps
        parts = list(value.attributes.values())[:20]
        step = 2
    elif kind is Bound:
        parts = (value.owner,)
    elif kind is Partial:
        parts = (*value.args, *value.keywords.values())
    else:
        return
    depth += step
    for part in parts:
        if type(part) in _PLAIN:
            if part.deps:
                deps |= part.deps
            if part.calls:
                calls |= part.calls
        elif depth <= 5:
            _gather(part, deps, calls, depth)


def truth(value: Value) -> bool | None:
    """Whether the value counts as true; None when that cannot be told."""
    if isinstance(value, Const):
        return bool(value.value) if not value.deps and not value.calls else None
    if isinstance(value, (Func, Class, Obj, Mod, Bound, Partial)):
        return True
    if isinstance(value, Ext) and value.path in ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"):
        return False
    return None
