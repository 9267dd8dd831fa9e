"""A provider of dependency_injector in, what it gives out: kept by its container, or made each time it is asked.

Source: dependency_injector 4.49, providers.pyx. A container's instance has its own copies of the providers of its
class. What a `Singleton` or a `Resource` made is kept as long as that instance, unless it is shut down or reset;
`Closing` shuts a resource down when the function is done.
"""

from __future__ import annotations

from lambdalint.languages.python.interpret import calls, objects
from lambdalint.languages.python.interpret.combine import gather, join
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.values import (
    Bound,
    Class,
    Const,
    Deps,
    EnvVar,
    Ext,
    Map,
    Obj,
    Seq,
    Unknown,
    Value,
)
from lambdalint.languages.python.interpret.wellknown import PROVIDERS
from lambdalint.model import Hop, Span, Within
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place

KEPT = frozenset(
    "Singleton ThreadSafeSingleton ThreadLocalSingleton ContextLocalSingleton DelegatedSingleton"
    " DelegatedThreadSafeSingleton DelegatedThreadLocalSingleton Resource ContextLocalResource".split()
)
MADE = frozenset(
    "Factory DelegatedFactory AbstractFactory Callable DelegatedCallable AbstractCallable Coroutine"
    " DelegatedCoroutine AbstractCoroutine".split()
)
RESOURCES = frozenset({"Resource", "ContextLocalResource"})
SETTERS = (".from_value", ".from_dict", ".override", ".update", ".set")
HELD = "what it provides"
OTHER = "what overrides it"


def claim(cls: Class) -> None:
    """Tell the providers of a container class whose they are."""
    for value in cls.attributes.values():
        if isinstance(value, Ext) and root_of(value) is value:
            value.base = cls


def own(instance: Obj, provider: Ext) -> Ext | None:
    """A container's own copy of a provider of its class; None when it has none."""
    for cls in instance.cls.mro():
        for name, value in cls.attributes.items():
            if value is provider:
                copy = instance.attributes.get(name)
                if not isinstance(copy, Ext):
                    copy = Ext(provider.path, provider.deps, provider.calls, provider.made_by, instance)
                    instance.attributes[name] = copy
                return copy
    return None


def all_of(instance: Obj) -> Iterator[tuple[Ext, str]]:
    """The providers of a container, each with its kind."""
    for cls in instance.cls.mro():
        for value in list(cls.attributes.values()):
            if isinstance(value, Ext) and root_of(value) is value:
                yield own(instance, value) or value, value.path.removeprefix(PROVIDERS).removesuffix("()")


def root_of(value: Value | None) -> Ext | None:
    """The provider that a value is, or is an attribute of (`container.config.region`, `session.provided.client`)."""
    while isinstance(value, Ext):
        kind = value.path.removeprefix(PROVIDERS)
        if kind != value.path and kind.endswith("()") and "." not in kind:
            return value
        value = value.base
    return None


def lasts(provider: Ext) -> bool:
    """Whether a provider, and what it keeps, outlives an invocation."""
    base = provider.base
    if isinstance(base, (Obj, Class)):
        return base.persistent
    return provider.made_by is not None and provider.made_by.phase == "init"


def moved(provider: Ext, root: Ext, copy: Ext) -> Ext:
    """The attribute of root that a value is, as an attribute of its copy."""
    if provider is root:
        return copy
    base = provider.base
    if not isinstance(base, Ext):
        return provider
    return Ext(provider.path, provider.deps, provider.calls, provider.made_by, moved(base, root, copy))


def provide(walk: Walk, frame: Frame, provider: Ext, given: calls.Arguments, at: Place, closing: bool = False) -> Value:
    """What a provider gives when it is asked at a place."""
    root = root_of(provider)
    if root is None or root.made_by is None:
        return provider
    kind = root.path.removeprefix(PROVIDERS).removesuffix("()")
    if kind == "Configuration":
        return _setting(walk, root, provider)
    other = walk.read((id(root), OTHER), root.items.get(OTHER) if root.items else None)
    if other is not None and provider is root:
        return provide(walk, frame, other, given, at) if isinstance(other, Ext) else other
    if provider is not root:
        return _hanging(walk, frame, root, provider, kind, given, at)
    if kind in KEPT and not closing:
        return _kept(walk, frame, root, kind, given, at)
    if kind in KEPT or kind in MADE:
        return _made(walk, frame, root, kind, given, at, closing)
    args = root.made_by.args
    if kind == "Object":
        return args[0] if args else Unknown()
    if kind == "Dependency":
        return _dependency(walk, frame, root, at)
    if kind in ("List", "Tuple"):
        return Seq([_ask(walk, frame, item, root, at) for item in args], "list", lasts(root))
    if kind == "Dict":
        held = Map(lasts(root))
        held.entries.update({name: _ask(walk, frame, item, root, at) for name, item in root.made_by.keywords.items()})
        return held
    if kind in ("Selector", "FactoryAggregate", "Aggregate"):
        walk.branches += 1
        found = [_ask(walk, frame, item, root, at) for item in root.made_by.keywords.values()]
        walk.branches -= 1
        return join(found) if found else Unknown()
    return Unknown()


def _kept(walk: Walk, frame: Frame, root: Ext, kind: str, given: calls.Arguments, at: Place) -> Value:
    location = (id(root), HELD)
    base = root.items.get(HELD) if root.items else None
    stored = walk.read(location, base)
    if stored is not None:
        return stored
    lasting = lasts(root)
    region = walk.open({location: (f"providers.{kind}", lasting)})
    made = _made(walk, frame, root, kind, given, at)
    if walk.phase == "init" or not lasting:
        root.items = {**(root.items or {}), HELD: made}
    walk.write(location, f"providers.{kind}", made, lasting)
    walk.close(region)
    return made


def _made(
    walk: Walk, frame: Frame, root: Ext, kind: str, given: calls.Arguments, at: Place, closing: bool = False
) -> Value:
    """Call what a provider was given, with what it was given for it; providers among the arguments are asked."""
    declared = root.made_by
    assert declared is not None
    if not declared.args:
        return Unknown()
    state = walk.world.modules.get((declared.span.path, ""), frame.module)
    there = Frame(state, state.namespace)
    walk.hops.append(Hop(f"providers.{kind}", Span(frame.module.path, *at)))
    depth = len(walk.within)
    if kind in MADE or closing:
        how = "dependency_injector.wiring.Closing" if closing else f"{PROVIDERS}{kind}"
        walk.within.append(Within(how, (), {}, declared.span))
    place = declared.span[1:]
    with_it = calls.Arguments([_ask(walk, there, item, root, place) for item in declared.args[1:]])
    with_it.positional += given.positional
    named = {name: _ask(walk, there, item, root, place) for name, item in declared.keywords.items()}
    with_it.keywords = {**named, **given.keywords}
    with_it.open, with_it.deps, with_it.orders = given.open, given.deps, given.orders
    source = declared.args[0]
    if isinstance(source, Ext) and root_of(source) is not None:
        result = provide(walk, there, _sibling(source, root), with_it, place)
    else:
        result = calls.invoke(walk, there, source, with_it, place, ("k", None))
    if isinstance(result, Obj) and kind in RESOURCES:
        opened = objects.find_method(result.cls, "init")
        if opened is not None:
            result = calls.invoke(walk, there, Bound(opened, result), with_it, place, ("k", None))
    elif isinstance(result, Seq) and result.kind == "generator" and kind in RESOURCES:
        result = join(result.items) if result.items else Unknown()
    del walk.within[depth:]
    walk.hops.pop()
    return result


def _ask(walk: Walk, frame: Frame, value: Value, root: Ext, at: Place) -> Value:
    """An argument of a provider: what it gives, when it is a provider itself."""
    if not isinstance(value, Ext):
        return value
    inner = root_of(value)
    if inner is None or value.path.endswith(".provider"):
        return value
    return provide(walk, frame, _sibling(value, root), calls.Arguments(), at)


def _sibling(value: Ext, root: Ext) -> Ext:
    """Of two providers of a class, the one that belongs to the same instance as the other."""
    inner = root_of(value)
    instance = root.base
    if inner is None or not isinstance(instance, Obj):
        return value
    copy = own(instance, inner)
    return moved(value, inner, copy) if copy is not None else value


def _hanging(walk: Walk, frame: Frame, root: Ext, provider: Ext, kind: str, given: calls.Arguments, at: Place) -> Value:
    """What `x.provided.name`, `x.provided.name.call(...)` or a provider of an inner container gives."""
    base = provider.base
    if kind == "Container" and ".provided" not in provider.path:
        inner = _inner(walk, frame, root, at)
        rest = provider.path.removeprefix(f"{root.path}.").removesuffix("()").split(".")
        found: Value = inner if inner is not None else Unknown()
        for part in rest:
            found = objects.attribute(walk, found, part, at, frame)
        return provide(walk, frame, found, given, at) if isinstance(found, Ext) else found
    if provider.path.endswith(".call()") and isinstance(base, Ext) and isinstance(base.base, Ext):
        method = provide(walk, frame, base.base, calls.Arguments(), at)
        declared = provider.made_by
        if declared is not None:
            asked = [_ask(walk, frame, item, root, at) for item in declared.args]
            given = given.prefixed(*asked)
            named = {name: _ask(walk, frame, item, root, at) for name, item in declared.keywords.items()}
            given.keywords = {**named, **given.keywords}
        return calls.invoke(walk, frame, method, given, at, ("k", None))
    if not isinstance(base, Ext):
        return Unknown()
    last = provider.path.rpartition(".")[2]
    if last == "provided":
        return provide(walk, frame, base, calls.Arguments(), at)
    if last == "provider":
        return base
    return objects.attribute(walk, provide(walk, frame, base, calls.Arguments(), at), last, at, frame)


def _inner(walk: Walk, frame: Frame, root: Ext, at: Place) -> Obj | None:
    """The container that a `providers.Container` holds."""
    held = root.items.get(HELD) if root.items else None
    if isinstance(held, Obj):
        return held
    declared = root.made_by
    if declared is None or not declared.args or not isinstance(declared.args[0], Class):
        return None
    made = Obj(declared.args[0], lasts(root), frozenset(), at)
    for name, value in declared.keywords.items():
        made.attributes[name] = _sibling(value, root) if isinstance(value, Ext) else value
    root.items = {**(root.items or {}), HELD: made}
    walk.keep.append(made)
    return made


def _dependency(walk: Walk, frame: Frame, root: Ext, at: Place) -> Value:
    """What a container was given for a `providers.Dependency`."""
    instance = root.base
    if isinstance(instance, Obj) and instance.outer is not None and instance.outer.made_by is not None:
        for name, value in instance.outer.made_by.keywords.items():
            if instance.attributes.get(name) is root:
                return _ask(walk, frame, value, root, at)
    default = root.made_by.keywords.get("default") if root.made_by is not None else None
    return _ask(walk, frame, default, root, at) if default is not None else Unknown()


def drop(walk: Walk, provider: Ext, how: str) -> None:
    """What a provider keeps is let go: what this invocation made for it is made again by the next."""
    location = (id(provider), HELD)
    walk.empty(location, lasts(provider))
    held = walk.written.pop(location, None) if location in walk.emptied else None
    if held is None:
        return
    orders = gather([held])[1]
    for call in walk.calls:
        if call.order in orders and call.cached.startswith("providers."):
            call.cached, call.imitation = "", f"{how} lets it go each time"


# ------------------------------------------------------------------------------------------ settings


def configuration(walk: Walk, root: Ext, callee: Ext, given: calls.Arguments) -> Value | None:
    """What a call of a `providers.Configuration`, or of a setting in it, gives; what it is filled with is noted."""
    name = callee.path.removeprefix(root.path)
    if name == "" or name.endswith("()"):
        return _setting(walk, root, callee)
    if name.endswith(SETTERS):
        objects.store(walk, root, name.rpartition(".")[0], _plain(given.values()))
        return Unknown()
    if name.endswith(".from_env") and given.positional:
        variable = given.positional[0]
        if isinstance(variable, Const) and isinstance(variable.value, str):
            objects.store(walk, root, name.removesuffix(".from_env"), EnvVar(variable.value))
        return Unknown()
    if name.rpartition(".")[2].startswith(("from_", "as_", "required", "load", "get_")):
        return None
    return _setting(walk, root, callee)


def _plain(values: list[Value]) -> Value:
    if len(values) == 1 and isinstance(values[0], Const):
        return values[0]
    return Unknown(*gather(values))


def _setting(walk: Walk, root: Ext, asked: Ext) -> Value:
    """What a setting holds: what was stored under its name, or varies with what was stored above it."""
    name = asked.path.removeprefix(root.path)
    for last in ("()", ".as_int", ".as_float", ".required", ".as_", ".provider"):
        name = name.removesuffix(last)
    deps: Deps = frozenset()
    prefix = name
    while True:
        location = (id(root), prefix)
        stored = walk.read(location, root.items.get(prefix) if root.items else None)
        if stored is not None and prefix == name and not isinstance(stored, Unknown):
            return stored
        if stored is not None:
            deps |= gather([stored])[0]
        if not prefix:
            break
        prefix = prefix.rpartition(".")[0]
    return Unknown(deps) if deps else walk.world.external(f"{PROVIDERS}Configuration(){name}")
