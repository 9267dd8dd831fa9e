"""`class X(NamedTuple)` in, a named tuple out, at a sixth of the time that `typing` takes.

A run defines some seventy such classes, and a linter in a hook starts more often than it works. What takes the time
elsewhere is compiling a constructor for each class, and methods of its own (benchmarks/startup.py); here the classes
share their methods, and those with equally many fields the code of their constructors.

Modules import NamedTuple from `typed`, which shows type checkers the one they know.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType, FunctionType
    from typing import Any
else:
    FunctionType = type(lambda: None)  # as `types` has it

try:
    from _collections import _tuplegetter as _getter  # type: ignore[import-not-found]
except ImportError:  # pragma: no cover - an interpreter other than CPython
    from operator import itemgetter

    def _getter(index: int, doc: str) -> property:
        return property(itemgetter(index), doc=doc)


class Record(tuple):  # type: ignore[type-arg]
    """What a named tuple can do besides; the names are those of `collections.namedtuple`."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()
    _field_defaults: Mapping[str, Any] = {}

    _make = classmethod(tuple.__new__)  # type: ignore[var-annotated]

    def _replace(self, **changes: Any) -> Record:
        made = tuple.__new__(type(self), map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"{type(self).__name__} has no {', '.join(changes)}")
        return made

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({given})"


new: Any = tuple.__new__
# A constructor for each number of fields up to ten, from one on: their code is kept compiled, as that of the module.
_CONSTRUCTORS: tuple[Callable[..., Any], ...] = (
    lambda cls, a: new(cls, (a,)),
    lambda cls, a, b: new(cls, (a, b)),
    lambda cls, a, b, c: new(cls, (a, b, c)),
    lambda cls, a, b, c, d: new(cls, (a, b, c, d)),
    lambda cls, a, b, c, d, e: new(cls, (a, b, c, d, e)),
    lambda cls, a, b, c, d, e, f: new(cls, (a, b, c, d, e, f)),
    lambda cls, a, b, c, d, e, f, g: new(cls, (a, b, c, d, e, f, g)),
    lambda cls, a, b, c, d, e, f, g, h: new(cls, (a, b, c, d, e, f, g, h)),
    lambda cls, a, b, c, d, e, f, g, h, i: new(cls, (a, b, c, d, e, f, g, h, i)),
    lambda cls, a, b, c, d, e, f, g, h, i, j: new(cls, (a, b, c, d, e, f, g, h, i, j)),
)
_codes: dict[int, CodeType] = {number: made.__code__ for number, made in enumerate(_CONSTRUCTORS, 1)}


def _constructor(name: str, fields: tuple[str, ...], defaults: tuple[Any, ...]) -> FunctionType:
    """`__new__` for these fields: the code that was compiled for as many, with their names for its parameters."""
    code = _codes.get(len(fields))
    if code is None:
        given = "".join(f"a{number}, " for number in range(len(fields)))
        code = _codes[len(fields)] = eval(f"lambda cls, {given}: new(cls, ({given}))").__code__
    made = FunctionType(code.replace(co_varnames=("cls", *fields)), {"new": new}, "__new__", defaults)
    made.__qualname__ = f"{name}.__new__"
    return made


class _Maker(type):
    """Turns the body of a class into a named tuple: annotated names are its fields, their values the defaults."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        fields = tuple(body["__annotations__"])
        defaults = {field: body[field] for field in fields if field in body}
        body.update({field: _getter(index, "") for index, field in enumerate(fields)})
        body["__new__"] = _constructor(name, fields, tuple(defaults.values()))
        body["__slots__"] = ()
        body["__match_args__"] = body["_fields"] = fields
        body["_field_defaults"] = defaults
        return type(name, (Record,), body)


NamedTuple: Any = type.__new__(_Maker, "NamedTuple", (), {})
