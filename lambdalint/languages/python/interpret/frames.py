"""The names that are in scope while a function body is being walked."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.values import Class, Func, Value
    from lambdalint.languages.python.interpret.walk import Location, Region
    from lambdalint.languages.python.interpret.world import ModuleState


class Frame:
    """One scope: a module body (function and cls None), a class body (cls set) or a function body."""

    __slots__ = (
        "closure",
        "cls",
        "function",
        "globals",
        "is_module",
        "locals",
        "module",
        "nonlocals",
        "origins",
        "owner",
        "phase",
        "regions",
        "returns",
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
        self.origins: dict[str, dict[Location, tuple[str, bool]]] = {}  # storage that a local name was read from
        self.regions: list[Region] = []  # opened by an early exit, closed when the function ends
