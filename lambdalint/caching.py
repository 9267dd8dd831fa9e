"""A function in, one that remembers what it gave out: `cache` and `lru_cache`, without what `functools` imports.

They are written in C, and take nothing to load. `functools` takes 2 ms, most of it for named tuples and reprs of other
functions, in a process that starts more often than it works. So modules take them from here; checkers are shown the
real ones.
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, NamedTuple

__all__ = ["cache", "lru_cache"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import cache, lru_cache
    from typing import Any
else:
    try:
        from _functools import _lru_cache_wrapper
    except ImportError:  # pragma: no cover - an interpreter other than CPython
        from functools import cache, lru_cache
    else:

        def lru_cache(maxsize: int | None = 128) -> Callable[[Any], Any]:
            """Remember the results for the last arguments, at most this many; all of them for None."""

            def decorate(function: Any) -> Any:
                made = _lru_cache_wrapper(function, maxsize, False, _Info)
                for name in ("__module__", "__name__", "__qualname__", "__doc__"):
                    setattr(made, name, getattr(function, name))
                made.__wrapped__ = function
                return made

            return decorate

        def cache(function: Any) -> Any:
            """Remember all results."""
            return lru_cache(None)(function)


class _Info(NamedTuple):
    """What `cache_info()` says."""

    hits: int
    misses: int
    maxsize: int | None
    currsize: int
