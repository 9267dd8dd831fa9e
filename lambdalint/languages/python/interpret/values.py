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


class Const:
    """A known constant, perhaps computed from something that varies: a text, bytes, a number, a truth value, None."""

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
    callbacks: functions of the project that were handed to it, which it may call. member: the constant key or index
    that it was taken by from base, None when it was not. fresh: an invocation made it by a call that is not recorded.
    """

    __slots__ = (
        "base",
        "callbacks",
        "calls",
        "deps",
        "fresh",
        "items",
        "key",
        "made_by",
        "member",
        "parts",
        "path",
        "role",
    )

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
        self.member: str | int | None = None
        self.fresh = False


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
    """A function of the project. binding: "", "static", "class", "property", "class property" or "cached_property".

    cached: the decorator that keeps its results ("functools.cache"), "" when it runs at each call. fresh: an invocation
    made it so (`cache(f)`).
    decorators: what it runs inside of, outermost first, from outside the project. wraps: their values.
    signature: the function whose parameters it shows as its own (`functools.wraps`).
    """

    __slots__ = (
        "binding",
        "cached",
        "closure",
        "decorators",
        "defaults",
        "fresh",
        "module",
        "name",
        "node",
        "others",
        "owner",
        "signature",
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
        self.fresh = False
        self.decorators: list[Within] = []
        self.wraps: list[Value] = []
        self.signature: Value | None = None
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
        """Where the function's name stands."""
        return self.node[4]  # type: ignore[no-any-return]


class Class:
    """A class of the project. bases in order; outside: dotted paths of bases from outside the project. is_view: a
    framework makes one for each request, to run a route that is a method of it. is_protocol: what has its members is
    one of it. passed: the fields that are only handed to `__post_init__`."""

    __slots__ = (
        "attributes",
        "bases",
        "fields",
        "is_protocol",
        "is_view",
        "metaclass",
        "module",
        "name",
        "node",
        "order",
        "outside",
        "passed",
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
        self.passed: list[str] = []  # `region: InitVar[str]`
        self.metaclass: Class | None = None
        self.is_view = False
        self.is_protocol = False
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
