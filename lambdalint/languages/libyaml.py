"""PyYAML out, as far as reading needs it: the parser that is libyaml, its events and its errors.

`import yaml` also loads the parser, resolver and constructor that are written in Python, and compiles their regular
expressions: 10 ms, a seventh of a run over one function (benchmarks/startup.py), of which nothing here makes use. So
the package's own first lines are put off until somebody asks for more of it, and the errors' modules are stood in for
while the parser is loaded. Where that does not work out, as without libyaml, the whole of PyYAML is imported.
"""

from __future__ import annotations

import sys

from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType
else:
    ModuleType = type(sys)

# The modules from which the parser takes nothing but the error that each defines.
_ERRORS = {
    "scanner": "ScannerError",
    "parser": "ParserError",
    "composer": "ComposerError",
    "constructor": "ConstructorError",
    "reader": "ReaderError",
    "emitter": "EmitterError",
    "serializer": "SerializerError",
    "representer": "RepresenterError",
}
_MARKED = 4  # of these errors, the first are about a place in the text


def load() -> Any:
    """A module with CParser, the event types and the errors."""
    if "yaml" not in sys.modules and "threading" not in sys.modules:  # nobody else may meet it half loaded
        try:
            return _reading()
        except Exception:
            for name in [name for name in sys.modules if name == "yaml" or name.startswith("yaml.")]:
                del sys.modules[name]
    import yaml

    return yaml


def _reading() -> ModuleType:
    from _frozen_importlib_external import PathFinder  # as `importlib.machinery` has it

    spec = PathFinder.find_spec("yaml")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("yaml")
    package: Any = ModuleType("yaml")
    package.__spec__, package.__path__, package.__file__ = spec, spec.submodule_search_locations, spec.origin
    package.__package__, package.__loader__ = "yaml", spec.loader
    sys.modules["yaml"] = package
    from yaml import error, events, nodes, tokens

    for number, (name, title) in enumerate(_ERRORS.items()):
        module = sys.modules[f"yaml.{name}"] = ModuleType(f"yaml.{name}")
        base = error.MarkedYAMLError if number < _MARKED else error.YAMLError
        body = {"__init__": _unreadable} if name == "reader" else {}
        setattr(module, title, type(title, (base,), body))
        setattr(package, name, module)
    from yaml import _yaml

    for name in _ERRORS:
        del sys.modules[f"yaml.{name}"]
        delattr(package, name)
    for part in (error, events, nodes, tokens, _yaml):
        package.__dict__.update({name: value for name, value in vars(part).items() if not name.startswith("_")})

    def complete(name: str) -> Any:
        """The rest of the package, when somebody asks for something of it."""
        if name.startswith("__"):
            raise AttributeError(name)
        del package.__getattr__
        spec.loader.exec_module(package)  # type: ignore[union-attr]
        for part, title in _ERRORS.items():
            setattr(_yaml, title, getattr(sys.modules[f"yaml.{part}"], title))
        return getattr(package, name)

    package.__getattr__ = complete
    return package  # type: ignore[no-any-return]


def _unreadable(self: Any, name: str, position: int, character: int, encoding: str, reason: str) -> None:
    """A ReaderError, as PyYAML makes it."""
    self.name, self.position, self.character, self.encoding, self.reason = name, position, character, encoding, reason
