"""What this package's annotations need of `typing`, without importing it when the package runs.

A linter in a hook starts more often than it works, and `typing` with all it imports takes 8 ms of a start
(benchmarks/startup.py), for names that only type checkers read. So every module imports them from here; checkers are
shown the real ones.
"""

from __future__ import annotations

TYPE_CHECKING = False  # which checkers take as true, whatever it says

if TYPE_CHECKING:
    from typing import Any, AnyStr, Generic, Literal, NamedTuple, Protocol, TypeAlias, TypeGuard, TypeVar
else:
    from lambdalint.records import NamedTuple

    class _Nothing:
        """A name that stands in annotations, in square brackets, or as a class's base, and does nothing there."""

        __slots__ = ()

        def __class_getitem__(cls, item: object) -> type:
            return cls

    class Literal:
        """`Literal["a", "b"]` is the choices themselves."""

        def __class_getitem__(cls, item: object) -> object:
            return item

    Any = AnyStr = Generic = Protocol = TypeAlias = TypeGuard = _Nothing

    def TypeVar(name: str, **options: object) -> type:  # noqa: N802 - typing's own name
        """A variable that nothing asks for."""
        return _Nothing


__all__ = [
    "TYPE_CHECKING",
    "Any",
    "AnyStr",
    "Generic",
    "Literal",
    "NamedTuple",
    "Protocol",
    "TypeAlias",
    "TypeGuard",
    "TypeVar",
]
