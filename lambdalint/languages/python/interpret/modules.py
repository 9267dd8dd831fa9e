"""The name of a module in, its value out: importing runs it once; names are looked up in it and in its star imports."""

from __future__ import annotations

from lambdalint.languages.python.interpret import statements
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.values import Const, Mod, Unknown, Value
from lambdalint.languages.python.interpret.walk import Walk
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.world import Located, ModuleState


def load(walk: Walk, located: Located, importer: ModuleState | None = None) -> ModuleState:
    """The module, run if this is the first import of it; parents of a dotted name run first, as Python does."""
    state = walk.world.module(located)
    if importer is not None and state is not importer and state not in importer.imported and walk.phase == "init":
        importer.imported.append(state)
    walk.reached[state.path or state.dotted] = state
    run(walk, state)
    return state


def run(walk: Walk, state: ModuleState) -> None:
    """Run a module's body once for all walks: importing has the same outcome whichever handler asks for it."""
    if state.state != "new":
        return
    state.state = "running"
    parent, _, _ = state.dotted.rpartition(".")
    if parent:
        located = walk.world.finder.find(parent, state.path)
        if located is not None and located.path and located.path != state.path:
            inner = Walk(walk.world, "init")
            load(inner, located, state)
    inner = Walk(walk.world, "init")
    frame = Frame(state, state.namespace)
    statements.block(inner, frame, state.body())
    state.calls, state.opaque, state.cut = inner.calls, inner.opaque, inner.cut
    state.state = "done"


def name(walk: Walk, state: ModuleState, wanted: str) -> Value | None:
    """A global name of a module, None when it has none of this name."""
    value = state.namespace.get(wanted)
    if state.facts is not None and wanted in state.facts.rebound:
        location = (id(state), wanted)
        walk.note(location, f"global {wanted}", True)
        value = walk.read(location, value)
    if value is None and len(state.open_stars) == 1:
        from lambdalint.languages.python.interpret import builtin

        if wanted not in builtin.NAMES:
            return walk.world.external(f"{state.open_stars[0]}.{wanted}")
    return value


def rebind(walk: Walk, state: ModuleState, wanted: str, value: Value) -> None:
    """`global name; name = value`, or `module.name = value`."""
    location = (id(state), wanted)
    if walk.phase == "init":
        state.namespace[wanted] = value
    walk.write(location, f"global {wanted}", value, True)


def member(walk: Walk, state: ModuleState, wanted: str) -> Value | None:
    """`module.name`, or the name that `from module import name` gives: a global of it, or a submodule."""
    value = name(walk, state, wanted)
    if value is not None:
        if walk.phase == "invocation":
            location = (id(state), wanted)
            walk.note(location, f"global {wanted}", True)
            value = walk.read(location, value) or value
        return value
    if state.package or not state.path:
        located = walk.world.finder.find(f"{state.dotted}.{wanted}", state.path)
        if located is not None:
            return Mod(load(walk, located, state))
    proxy = state.namespace.get("__getattr__")
    if proxy is not None and not wanted.startswith("__"):
        return _asked(walk, state, proxy, wanted)
    return None


def _asked(walk: Walk, state: ModuleState, proxy: Value, wanted: str) -> Value:
    """What a module's own `__getattr__` gives; it is asked only while the module has no such name."""
    from lambdalint.languages.python.interpret import calls

    region = walk.open({(id(state), wanted): (f"global {wanted}", True)})
    value = calls.call(walk, Frame(state, state.namespace), proxy, [Const(wanted)], (1, 1, 1, 1))
    walk.close(region)
    return value


def import_module(walk: Walk, dotted: str, importer: ModuleState) -> Value:
    """The value of the module with an absolute dotted name."""
    located = walk.world.finder.find(dotted, importer.path)
    if located is not None:
        return Mod(load(walk, located, importer))
    return walk.world.external(dotted)


def bind_import(walk: Walk, frame: Frame, dotted: str, alias: str | None) -> None:
    """`import a.b.c` binds `a`; `import a.b.c as d` binds the innermost."""
    from lambdalint.languages.python.interpret.assign import bind

    value = import_module(walk, dotted, frame.module)
    if alias is not None:
        bind(walk, frame, alias, value)
        return
    first, _, rest = dotted.partition(".")
    if not rest:
        bind(walk, frame, first, value)
        return
    bind(
        walk,
        frame,
        first,
        import_module(walk, first, frame.module) if isinstance(value, Mod) else walk.world.external(first),
    )


def bind_from(walk: Walk, frame: Frame, module: str, level: int, names: tuple[tuple[str, str | None], ...]) -> None:
    """`from module import names`: relative to the importing file when level is not 0."""
    from lambdalint.languages.python.interpret.assign import bind

    state = frame.module
    finder = walk.world.finder
    located = finder.relative(level, module, state.path) if level else finder.find(module, state.path)
    if located is None:
        for wanted, alias in names:
            if wanted == "*":
                state.open_stars.append(module)
            elif level:
                bind(walk, frame, alias or wanted, Unknown())
            else:
                bind(walk, frame, alias or wanted, walk.world.external(f"{module}.{wanted}"))
        return
    source = load(walk, located, state)
    for wanted, alias in names:
        if wanted == "*":
            for public, value in list(source.namespace.items()):
                if not public.startswith("_"):
                    bind(walk, frame, public, value)
            state.open_stars.extend(source.open_stars)
            continue
        found = member(walk, source, wanted)
        bind(walk, frame, alias or wanted, found if found is not None else Unknown())
