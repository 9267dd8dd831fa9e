"""A call that gives an application its specification in, the functions that the specification names out.

Source: connexion 3.3, middleware/main.py: `app.add_api("openapi.yaml")` looks for the file in `specification_dir`,
below the folder of the module that the application was made in, and imports what its operations name.
"""

from __future__ import annotations

import posixpath

from lambdalint.languages.python.interpret import modules, objects
from lambdalint.languages.python.interpret.values import Const, Ext, Mod, Unknown, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.languages.python.interpret.calls import Arguments
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place

RESOLVERS = ("RestyResolver", "RelativeResolver")


def named(walk: Walk, frame: Frame, callee: Ext, given: Arguments, at: Place) -> Iterator[Value]:
    """The functions of the project that run for the operations of the specification."""
    where = _text(given.positional[0] if given.positional else given.keywords.get("specification"))
    if not where:
        return
    made = callee.made_by
    folder = ""
    if made is not None:
        folder = _text(made.keywords.get("specification_dir", made.args[1] if len(made.args) > 1 else None))
    resolver = given.keywords.get("resolver", made.keywords.get("resolver") if made is not None else None)
    kind, package = _resolver(resolver)
    spec = posixpath.normpath(posixpath.join(folder, where))
    for dotted in walk.world.finder.operations(spec, made.span.path if made is not None else "", kind, package):
        value = _function(walk, frame, dotted, at)
        if value is not None and not isinstance(value, Unknown):
            yield value


def _text(value: Value | None) -> str:
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""


def _resolver(value: Value | None) -> tuple[str, str]:
    """A resolver's kind and the package that it was given."""
    if not isinstance(value, Ext) or value.made_by is None:
        return "", ""
    kind = value.path.removesuffix("()").rpartition(".")[2]
    args = value.made_by.args
    first = args[0] if args else None
    package = first.state.dotted if isinstance(first, Mod) else _text(first)
    return (kind, package) if kind in RESOLVERS and package else ("", "")


def _function(walk: Walk, frame: Frame, dotted: str, at: Place) -> Value | None:
    """What a dotted name means: the module with the longest name that there is, then its attributes."""
    parts = dotted.split(".")
    for count in range(len(parts) - 1, 0, -1):
        located = walk.world.finder.find(".".join(parts[:count]), frame.module.path)
        if located is None or not located.path:
            continue
        value = modules.member(walk, modules.load(walk, located, frame.module), parts[count])
        for part in parts[count + 1 :]:
            value = objects.attribute(walk, value, part, at, frame) if value is not None else None
        return value
    return None
