"""The name of a module of this package in, the module out: by a shorter way than the interpreter's own.

A run loads some 150 modules, and a fifth of the time that takes goes into asking importers of every kind about every
place. Here it is known that a module lies beside its package, and what was compiled of it in `__pycache__`. Whatever is
not so is left to the interpreter.
"""

from __future__ import annotations

import sys
from marshal import loads
from os import stat

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
else:
    from _frozen_importlib import ModuleSpec  # what `importlib` calls it, without what that imports

PACKAGE = f"{__name__.partition('.')[0]}."
HEAD = 16  # bytes before the code of a compiled file: a magic number, flags, time and size of the source (PEP 552)


class Beside:
    """A finder and loader (PEP 451) for modules of this package that were compiled from their source as it is now."""

    def __init__(self, magic: bytes) -> None:
        self.head = magic + bytes(4)  # no flags: valid while time and size of the source are these
        self.ending = f".{sys.implementation.cache_tag}.pyc"

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is, with its compiled code; None when it is not as usual."""
        if path is None or not name.startswith(PACKAGE):
            return None
        folder, last = path[0], name.rpartition(".")[2]
        for base, inner in (folder, last), (f"{folder}/{last}", "__init__"):
            source, compiled = f"{base}/{inner}.py", f"{base}/__pycache__/{inner}{self.ending}"
            try:
                with open(compiled, "rb", 0) as file:
                    data = file.read()
                seen = stat(source)
            except OSError:
                continue
            when, size = int(seen.st_mtime) & 0xFFFFFFFF, seen.st_size & 0xFFFFFFFF
            if data[:HEAD] != self.head + when.to_bytes(4, "little") + size.to_bytes(4, "little"):
                return None
            is_package = inner == "__init__"
            spec = ModuleSpec(name, self, origin=source, loader_state=data, is_package=is_package)  # type: ignore[arg-type]
            spec.cached, spec.has_location = compiled, True
            if is_package:
                spec.submodule_search_locations = [base]
            return spec
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the code."""
        assert module.__spec__ is not None
        data, module.__spec__.loader_state = module.__spec__.loader_state, None
        exec(loads(memoryview(data)[HEAD:]), module.__dict__)


def install() -> None:
    """Have the interpreter ask here first, unless it keeps compiled files elsewhere or otherwise."""
    if (
        sys.pycache_prefix is None
        and not sys.flags.optimize
        and not any(isinstance(one, Beside) for one in sys.meta_path)
    ):
        from _frozen_importlib_external import MAGIC_NUMBER

        sys.meta_path.insert(0, Beside(MAGIC_NUMBER))
