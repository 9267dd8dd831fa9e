"""The source of a regular expression in, what `re.compile` makes of it out, compiled when it is first used.

Those that one small project has no use for would take 3 ms of every cold start to compile (benchmarks/startup.py).
"""

from __future__ import annotations

import re

from lambdalint.typed import Any, AnyStr

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")


class _Later:
    """Stands in for a compiled expression; after the first use its methods are those of the real one."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._given: Any = (source, flags)

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._given)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The expression."""
    return _Later(source, flags)  # type: ignore[return-value]
