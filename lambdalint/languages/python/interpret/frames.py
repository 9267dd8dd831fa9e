"""The names that are in scope while a function body is being walked."""

from __future__ import annotations

from lambdalint.languages.python.interpret.values import NO_CALLS
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.values import Class, Func, Orders, Value
    from lambdalint.languages.python.interpret.walk import Location, Region
    from lambdalint.languages.python.interpret.world import ModuleState


class Frame:
    """One scope: a module body (function and cls None), a class body (cls set) or a function body."""

    __slots__ = (
        "caught",
        "closure",
        "cls",
        "conditions",
        "function",
        "globals",
        "is_module",
        "locals",
        "module",
        "nonlocals",
        "origins",
        "owner",
        "passed",
        "phase",
        "regions",
        "returns",
        "why",
        "yields",
    )

    def __init__(
        self,
        module: ModuleState,
        names: dict[str, Value],
        closure: Frame | None = None,
        function: Func | None = None,
        cls: Class | None = None,
    ) -> None:
        self.module = module
        self.locals = names
        self.closure = closure
        self.function = function
        self.cls = cls
        self.is_module = function is None and cls is None  # names bound here are the module's; not in a comprehension
        self.owner: Class | None = function.owner if function is not None else None
        self.phase = ""  # that of the walk, for the body of a function
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.returns: list[Value] = []
        self.yields: list[Value] = []
        self.conditions = 0  # how many conditions of the walk stood around the call of the function
        self.why: Orders = NO_CALLS  # the calls whose results chose among the returns
        self.origins: dict[str, dict[Location, tuple[str, bool]]] = {}  # storage that a local name was read from
        self.caught: Orders = NO_CALLS  # the calls whose failure the statement at hand handles
        self.passed: Orders = NO_CALLS  # the calls whose failure a handler has passed over
        self.regions: list[Region] = []  # opened by an early exit, closed when the function ends
