"""What the walk from an entry point saw: values, calls, the way to them and what stands around them."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.model.places import Span


class Symbol(NamedTuple):
    """A value in the code as the rules see it.

    kind: "constant" (constant holds it), "environment" (os.environ[path]), "text" (a string made of parts), "list" (a
    tuple too; a set when path is "set"), "dict", "function", "class", "object" (an instance of a project class; path
    names the class), "external" (path is a dotted expression over names from outside the project, calls marked "()":
    `boto3.client().get_paginator()`; a "+" at its end means that, plus or minus something: `orders.c.total+`),
    "choice" (one of parts), "unknown".
    depends: what the value depends on, any of "event", "context", "request-id", "time", "random", "credentials",
    "loop"; empty for a value that is the same at each invocation, as far as can be told: see `fixed`.
    fixed: True only if the value is known to be the same at each invocation.
    made_by: for an external, the call that returned it (or the call whose result it is an attribute of).
    calls: the orders (Call.order) of the external calls whose results flow into the value.
    """

    kind: str
    path: str = ""
    constant: Any = None
    depends: frozenset[str] = frozenset()
    fixed: bool = False
    made_by: Call | None = None
    calls: frozenset[int] = frozenset()
    parts: tuple[Symbol, ...] = ()  # of text, list, choice
    entries: tuple[tuple[Symbol, Symbol], ...] = ()  # of dict; an unknown key has kind "unknown"
    key: str = ""  # of an external, by which keys it was taken, in the event: "Records[].body", or of an answer: "[1]"


class Hop(NamedTuple):
    """One step on the way from the entry point to a call: the function entered, and where it is called from."""

    name: str
    span: Span


class Guard(NamedTuple):
    """A condition under which a call runs: the test as text, whether it must be false, and what it depends on.

    ended: True when the other branch returned or raised before (an early exit), False when the call stands inside the
    branch. asks: "present" or "absent" when the test only asks whether what a call looked for is there, and the call
    runs when it is or is not; "" for other tests.
    """

    text: str
    negated: bool
    symbol: Symbol
    span: Span
    ended: bool = False
    asks: str = ""


class Try(NamedTuple):
    """A `try` around a call: the exception names and error codes caught, each with how its handler is left at worst:
    "raise", "return", "loop" (continue or break), "" when it goes on to what follows. depth: how many functions of the
    call's chain had been entered where it stands."""

    catches: tuple[tuple[str, str], ...]
    span: Span
    depth: int = 0


class Within(NamedTuple):
    """A decorator or context manager from outside the project that a call runs inside of."""

    path: str
    args: tuple[Symbol, ...]
    keywords: Mapping[str, Symbol]
    span: Span


class Call(NamedTuple):
    """One call to something outside the project, as it happens on a walk from the entry point.

    callee: dotted path, aliases resolved, calls on the way marked "()": `boto3.resource().Table().put_item`. What
    is set on a row of an ORM, `row.state = "told"`, is the call that Python makes of it: `...first().__setattr__`.
    phase: "init" (once per environment, at import) or "invocation".
    cached: why the result outlives the invocation and is reused ("global", "attribute", "dict", "functools.cache",
    ...), "" when the call happens anew. imitation: a cache that does not work, and why, "" when there is none.
    loops: how many loops around it; per_record: a loop runs over something of the event. branch: only on some path.
    """

    order: int
    callee: str
    span: Span
    phase: Literal["init", "invocation"]
    args: tuple[Symbol, ...] = ()
    keywords: Mapping[str, Symbol] = {}
    receiver: Symbol | None = None
    chain: tuple[Hop, ...] = ()
    cached: str = ""
    imitation: str = ""
    loops: int = 0
    per_record: bool = False
    branch: bool = False
    guards: tuple[Guard, ...] = ()
    tries: tuple[Try, ...] = ()
    within: tuple[Within, ...] = ()
    statement: Span | None = None  # the whole statement the call stands in
    target: str = ""  # the local name or attribute it is assigned to
    awaited: bool = False
    entered: bool = False  # used as a context manager
    closed: bool = False  # `.close()` or the like is called on the result
    loop_bound: bool = False  # runs inside asyncio.run(...) or the like of this invocation
    recovering: bool = False  # runs in an `except` block
    text: str = ""  # the call as source text, shortened

    def inputs(self) -> list[Symbol]:
        """Everything that goes into the call: the receiver, positional and keyword arguments."""
        # Built step by step: mypy (2.4) overflows its stack on a display that joins records which hold themselves.
        found: list[Symbol] = [] if self.receiver is None else [self.receiver]
        found.extend(self.args)
        found.extend(self.keywords.values())
        return found

    def argument(self, name: str, position: int | None = None) -> Symbol | None:
        """The argument given by keyword, else by position; None when it is not given (or hidden in * or **)."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return None


class Handler(NamedTuple):
    """The code that serves an invocation. evidence says why we think it is a handler, when no configuration does."""

    path: str
    name: str
    span: Span  # the name in its definition
    annotation: str = ""  # dotted type of the event parameter
    evidence: str = ""
    decorators: tuple[str, ...] = ()
