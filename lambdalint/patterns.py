"""The source of a regular expression in, what `re.compile` makes of it out, compiled when it is first used.

Those that one small project has no use for would take 3 ms of every cold start to compile, and `re` itself takes 2 ms
to import, which most runs over a tree that has not changed do without (benchmarks/startup.py). Modules that every run
loads take `re` from here.
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, AnyStr

__all__ = ["pattern", "re"]

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")

if TYPE_CHECKING:
    import re
else:

    class _Module:
        """Stands in for the module `re`, which is imported when something of it is asked for."""

        def __getattr__(self, name: str) -> Any:
            import re

            found = getattr(re, name)
            setattr(self, name, found)
            return found

    re = _Module()


class _Later:
    """Stands in for a compiled expression; after the first use its methods are those of the real one."""

    def __init__(self, source: str | bytes) -> None:
        self._source: Any = source

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._source)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(source: AnyStr) -> re.Pattern[AnyStr]:
    """The expression; flags stand in the source, `(?i)`, since those of `re` would import it."""
    return _Later(source)  # type: ignore[return-value]
