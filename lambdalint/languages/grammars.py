"""The name of a tree-sitter grammar's package and of the language in it in, a parser for it out.

The packages' own first lines load `typing` and `importlib.resources`, for types and queries that nothing here asks
for (benchmarks/startup.py). So only what is compiled of each is imported; the rest is left to whoever imports more.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from lambdalint.typed import Any


def parser(package: str, language: str = "language") -> Any:
    """A tree_sitter.Parser."""
    binding = _compiled("tree_sitter")
    return binding.Parser(binding.Language(getattr(_compiled(package), language)()))


def _compiled(package: str) -> Any:
    """The extension module of a package, which is taken for loaded meanwhile; else the whole package."""
    if package not in sys.modules and "threading" not in sys.modules:  # nobody else may meet it half loaded
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            stand_in = sys.modules[package] = ModuleType(package)
            stand_in.__path__ = spec.submodule_search_locations
            try:
                return import_module(f"{package}._binding")
            except ImportError:
                pass
            finally:
                del sys.modules[package]
    return import_module(package)
