"""What asks providers of dependency_injector in, what it is given out: functions under `@inject`, containers, calls.

`@inject` asks the providers of the container's instance that was wired (source: dependency_injector 4.49, wiring.py).
"""

from __future__ import annotations

from lambdalint.languages.python.interpret import calls, expressions, objects, providers, wellknown
from lambdalint.languages.python.interpret.combine import join
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.values import (
    Class,
    Const,
    Ext,
    Func,
    Obj,
    Seq,
    Unknown,
    Value,
    options,
)
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place


def fill(walk: Walk, frame: Frame, function: Func, names: dict[str, Value], at: Place) -> None:
    """Give the parameters of a function under `@inject` what their defaults or annotations ask for."""
    for name, _, default, annotation in function.node[1]:
        wanted: Value | None = None
        if default is not None:
            wanted = function.defaults.get(name) if names.get(name) is function.defaults.get(name) else None
        elif annotation is not None and annotation[0] == "s" and _is_open(names.get(name)):
            kind = expressions.evaluate(walk, Frame(function.module, function.module.namespace), annotation)
            if isinstance(kind, Seq) and kind.kind == "annotated":
                wanted = next(filter(wellknown.is_mark, kind.items), None)
        if wanted is not None and wellknown.is_mark(wanted):
            names[name] = injected(walk, frame, wanted, at)


def _is_open(value: Value | None) -> bool:
    return isinstance(value, Unknown) and not value.deps


def injected(walk: Walk, frame: Frame, wanted: Seq, at: Place) -> Value:
    """What `Provide[...]` and its kind give."""
    inner = wanted.items[0]
    closing = wanted.kind == "inject Closing"
    if closing and wellknown.is_mark(inner):
        wanted, inner = inner, inner.items[0]
    if isinstance(inner, Const) and isinstance(inner.value, str):
        return join([_named(walk, frame, wanted, instance, inner.value, at) for instance in _wired(walk, None)])
    if not isinstance(inner, Ext):
        return inner
    if wanted.kind == "inject Provider":
        return _wired_copy(walk, inner)
    return providers.provide(walk, frame, _wired_copy(walk, inner), calls.Arguments(), at, closing)


def _named(walk: Walk, frame: Frame, wanted: Seq, instance: Obj, dotted: str, at: Place) -> Value:
    found: Value = instance
    for part in dotted.split("."):
        found = objects.attribute(walk, found, part, at, frame)
    return injected(walk, frame, Seq([found], wanted.kind, True), at)


def started(walk: Walk, instance: Obj) -> None:
    """A container was made: it is the one that functions under `@inject` are given things of."""
    if instance.outer is None:
        return
    instance.outer.items = {"": instance}
    for holder in (walk.world.external(wellknown.CONTAINERS), instance.cls):
        objects.store(walk, holder, "()", instance)


def _wired(walk: Walk, owner: Class | None) -> list[Obj]:
    """The instances of a container, or of any."""
    anyone = walk.world.external(wellknown.CONTAINERS)
    held = owner.attributes.get("()") if owner is not None else (anyone.items or {}).get("()")
    found = walk.written.get((id(owner if owner is not None else anyone), "()"), held)
    return [item for item in options(found) if isinstance(item, Obj)] if found is not None else []


def _wired_copy(walk: Walk, provider: Ext) -> Ext:
    """The same provider, or what hangs on it, of the container that is wired."""
    root = providers.root_of(provider)
    if root is None or not isinstance(root.base, Class):
        return provider
    copies = [copy for item in _wired(walk, root.base) if (copy := providers.own(item, root)) is not None]
    return providers.moved(provider, root, copies[-1]) if copies else provider


# --------------------------------------------------------------------------------------------- calls


def call(walk: Walk, frame: Frame, callee: Ext, given: calls.Arguments, at: Place) -> Value | None:
    """What a call of a provider, of a container's method, or of something that hangs on them gives; None for others."""
    if callee.path.startswith(wellknown.CONTAINERS):
        base = callee.base
        instance = base.items.get("") if isinstance(base, Ext) and base.items else None
        return _of_container(walk, frame, instance, callee.path, given, at) if isinstance(instance, Obj) else None
    root = providers.root_of(callee)
    if root is None:
        return None
    last = callee.path.rpartition(".")[2]
    if root.path == f"{wellknown.PROVIDERS}Configuration()":
        return providers.configuration(walk, root, callee, given)
    if callee.base is root and last in ("reset", "shutdown"):
        providers.drop(walk, root, f"{last}()")
        return Unknown()
    if callee.base is root and last == "override" and given.positional:
        objects.store(walk, root, providers.OTHER, given.positional[0])
        return Unknown()
    if callee.base is root and last == "init":
        return providers.provide(walk, frame, root, given, at)
    inside = root.path == f"{wellknown.PROVIDERS}Container()" and ".provided" not in callee.path
    if callee is root or inside or (".provided." in callee.path and last != "call"):
        return providers.provide(walk, frame, callee, given, at)
    return None


def _of_container(
    walk: Walk, frame: Frame, instance: Obj, path: str, given: calls.Arguments, at: Place
) -> Value | None:
    """What a container does to all its providers."""
    last = path.rpartition(".")[2]
    for name, other in given.keywords.items() if last == "override_providers" else ():
        overridden = objects.attribute(walk, instance, name, at, frame)
        if isinstance(overridden, Ext):
            objects.store(walk, overridden, providers.OTHER, other)
    for provider, kind in providers.all_of(instance):
        if last == "init_resources" and kind in providers.RESOURCES:
            providers.provide(walk, frame, provider, calls.Arguments(), at)
        elif last == "shutdown_resources" and kind in providers.RESOURCES:
            providers.drop(walk, provider, "shutdown_resources()")
        elif last == "reset_singletons" and "Singleton" in kind:
            providers.drop(walk, provider, "reset_singletons()")
    return None
