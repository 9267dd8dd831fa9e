"""Definitions in, classes out; classes in, instances out; decorators and functions in, what calling them runs out."""

from __future__ import annotations

from lambdalint.languages.python.facts import dotted
from lambdalint.languages.python.interpret import calls, frameworks, objects, outside, rows, statements, wellknown
from lambdalint.languages.python.interpret.assign import bind
from lambdalint.languages.python.interpret.combine import gather, join
from lambdalint.languages.python.interpret.expressions import evaluate
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.symbols import symbol
from lambdalint.languages.python.interpret.values import (
    Bound,
    Builtin,
    Class,
    Const,
    Ext,
    Func,
    Obj,
    Partial,
    Seq,
    Unknown,
    Value,
    options,
)
from lambdalint.model import Place, Span, Within
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.calls import Arguments
    from lambdalint.languages.python.interpret.walk import Emitted, Walk

Tuple = tuple[Any, ...]

CACHES = ("cache", "lru_cache", "cached", "ttl_cache", "lfu_cache", "memoize", "memoized", "cachedmethod", "alru_cache")
VIEWS = frozenset({"cbv"})  # of fastapi_utils, of fastapi_restful, and the copies of it in projects
PROPERTIES = frozenset({"property", "abc.abstractproperty"})
# Bases that bring no behaviour.
PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
PLAIN = frozenset({"typing.Generic", "typing_extensions.Generic", "abc.ABC"})
TRANSPARENT = frozenset(
    {"functools.wraps()", "abc.abstractmethod", "typing.overload", "typing.override", "typing.final"}
)


def define(walk: Walk, frame: Frame, node: Tuple) -> None:
    """Run a class statement and bind its name."""
    _, name, bases, keywords, body, decorators, _, _ = node
    cls = Class(node, frame.module, walk.phase == "init")
    for base in bases:
        for option in _bases(evaluate(walk, frame, base), base[0] == "*"):
            if isinstance(option, Class):
                cls.bases.append(option)
                option.subclasses.append(cls)
                cls.metaclass = cls.metaclass or option.metaclass
            elif isinstance(option, Ext) and option.path.removesuffix("[]") in PROTOCOLS:
                cls.is_protocol = True
            elif isinstance(option, Ext) and option.path.removesuffix("[]") not in PLAIN:
                cls.outside.append(option)
    named = calls.Arguments()
    for keyword, value in keywords:
        given = evaluate(walk, frame, value)
        if keyword != "metaclass":
            named.keywords[keyword] = given
        elif isinstance(given, Class):
            cls.metaclass = given
    scope = Frame(frame.module, cls.attributes, frame if not frame.is_module else None, cls=cls)
    statements.block(walk, scope, body)
    if "Meta" in cls.attributes:
        rows.declared(walk, frame, cls, node[6])
    for attribute, held in list(cls.attributes.items()):
        if isinstance(held, Obj):
            naming = objects.find_method(held.cls, "__set_name__")
            if naming is not None:
                calls.call(walk, frame, Bound(naming, held), [cls, Const(attribute)], node[6])
    for base_class in cls.mro()[1:]:
        hook = base_class.attributes.get("__init_subclass__")
        if hook is not None:
            calls.invoke(walk, frame, Bound(hook, cls), named, node[6], ("k", None))
            break
    if any(base.path.startswith(wellknown.CONTAINERS) for item in cls.mro() for base in item.outside):
        from lambdalint.languages.python.interpret import providers

        providers.claim(cls)
    made: Value = cls
    for expression, at, _ in reversed(decorators):
        decorator = evaluate(walk, frame, expression)
        cls.is_view = cls.is_view or dotted(expression).rpartition(".")[2] in VIEWS
        made = _apply(walk, frame, decorator, made, at)
    bind(walk, frame, name, made)


def _bases(value: Value, spread: bool) -> list[Value]:
    """What a class may extend: a base, or those of `*bases`."""
    values = value.items if spread and isinstance(value, Seq) else [value]
    return [option for item in values for option in options(item)]


def decorate_function(walk: Walk, frame: Frame, function: Func) -> Value:
    """The value that `def` binds: the function after its decorators ran."""
    value: Value = function
    for expression, at, _ in reversed(function.node[3]):
        decorator = evaluate(walk, frame, expression)
        own = _own_name(walk, frame, expression)
        if own:
            function.decorators.insert(0, Within(own, (), {}, Span(frame.module.path, *at)))
        value = _apply(walk, frame, decorator, value, at)
    if function.name in ("__new__",):
        function.binding = "static"
    elif function.name in ("__init_subclass__", "__class_getitem__"):
        function.binding = "class"
    return value


def _own_name(walk: Walk, frame: Frame, expression: Any) -> str:
    """The dotted name of a decorator, or of what makes it, when it is the project's own; else ""."""
    named = expression[1] if expression[0] == "c" else expression
    if named[0] not in ("n", "a"):
        return ""
    for option in options(evaluate(walk, frame, named)):
        if isinstance(option, (Func, Class)):
            return f"{option.module.dotted}.{option.name}"
    return ""


def _apply(walk: Walk, frame: Frame, decorator: Value, value: Value, at: Place) -> Value:
    if isinstance(decorator, Builtin):
        return _apply_builtin(decorator, value)
    if isinstance(decorator, Ext):
        return _apply_outside(walk, frame, decorator, value, at)
    if isinstance(decorator, Func) and decorator.binding == "middleware":
        return Partial(decorator, [value], {})
    if isinstance(decorator, (Func, Bound, Partial, Class, Obj)):
        result = calls.call(walk, frame, decorator, [value], at)
        kept: list[Value] = [item for item in options(result) if not isinstance(item, (Unknown, Const))]
        return join(kept) if kept else value
    return value


def _apply_builtin(decorator: Builtin, value: Value) -> Value:
    if decorator.name == "register" and isinstance(decorator.owner, Func):
        decorator.owner.others = (*decorator.owner.others, value)
        return value
    if decorator.name in ("setter", "deleter", "getter") and isinstance(decorator.owner, Func):
        return decorator.owner
    binding = {"property": "property", "staticmethod": "static", "classmethod": "class"}.get(decorator.name)
    if binding is not None:
        for option in options(value):
            if isinstance(option, Func):
                option.binding = "class property" if (binding, option.binding) == ("class", "property") else binding
    return value


def _apply_outside(walk: Walk, frame: Frame, decorator: Ext, value: Value, at: Place) -> Value:
    last = decorator.path.removesuffix("()").rpartition(".")[2]
    plain = last.lower().replace("_", "")
    if decorator.path in TRANSPARENT:
        if isinstance(value, Func) and isinstance(decorator.base, (Func, Bound)):
            value.signature = decorator.base
        return value
    for function in options(value):
        if not isinstance(function, Func):
            continue
        if "cachedproperty" in plain or plain in ("lazyproperty", "reify", "lazyattribute"):
            function.binding = "cached_property"
        elif last in CACHES or "memoize" in plain or plain in ("singleton", "once"):
            function.cached = decorator.path.removesuffix("()")
        elif decorator.path in PROPERTIES:
            function.binding = "property"
        elif last == "lambda_handler_decorator":
            function.binding = "middleware"
        elif last == "on_event":
            function.binding = "lifespan"
        else:
            function.wraps.append(decorator)
        made = decorator.made_by if decorator.path.endswith("()") else None
        given = tuple(map(symbol, made.args)) if made is not None else ()
        keywords = {name: symbol(item) for name, item in made.keywords.items()} if made is not None else {}
        path = decorator.path.removesuffix("()")
        function.decorators.append(Within(path, given, keywords, Span(frame.module.path, *at)))
    if isinstance(value, (Func, Partial, Bound, Class)):
        register(decorator, value)
    return value


def register(receiver: Ext, value: Value) -> None:
    """Remember that something from outside was given a function, on it and on what it came from (an app's route)."""
    base: Value | None = receiver.base
    if ".cli." in receiver.path:
        return  # a command of the application's command line
    while isinstance(base, Ext):
        if base.made_by is not None and value not in base.callbacks:
            base.callbacks.append(value)
        base = base.base


def instantiate(walk: Walk, frame: Frame, cls: Class, given: Arguments, at: Place, node: Tuple) -> Value:
    """`cls(...)`: a metaclass's `__call__` and the class's `__new__` are asked first, as Python does."""
    if cls.metaclass is not None:
        method = objects.find_method(cls.metaclass, "__call__")
        if method is not None:
            return calls.invoke(walk, frame, method, given.prefixed(cls), at, node)
    new = objects.find_method(cls, "__new__")
    if isinstance(new, Func):
        made = calls.invoke(walk, frame, new, given.prefixed(cls), at, node)
        instances = [item for item in options(made) if isinstance(item, Obj)]
        for instance in instances:
            _initialise(walk, frame, instance, given, at, node)
        if instances:
            return join(list(instances))
        if not isinstance(made, Unknown):
            return made
    return create(walk, frame, cls, given, at, node)


def member(cls: Class) -> Value | None:
    """Any member of an enum, None for another class."""
    if not any(base.path.startswith("enum.") for item in cls.mro() for base in item.outside):
        return None
    held: list[Value] = [
        item for name, item in cls.attributes.items() if not name.startswith("_") and not isinstance(item, Func)
    ]
    return join(held) if held else Unknown()


def create(walk: Walk, frame: Frame, cls: Class, given: Arguments, at: Place, node: Tuple) -> Value:
    """A new instance, initialised."""
    one = member(cls)
    if one is not None:
        return one
    deps, _ = gather(given.values())
    instance = Obj(cls, walk.phase == "init", deps & {"credentials"}, at)
    walk.keep.append(instance)
    for item in cls.mro():
        if item.outside:
            base = item.outside[0]
            call = _emit_base(walk, frame, base, given, at, node)
            instance.made_by = call
            deps, orders = gather(given.values())
            instance.outer = Ext(f"{base.path}()", deps, orders | {call.order}, call, base)
            break
    _initialise(walk, frame, instance, given, at, node)
    if instance.outer is not None:
        if instance.outer.path.startswith(wellknown.CONTAINERS):
            from lambdalint.languages.python.interpret import injector

            injector.started(walk, instance)
        frameworks.validate(walk, frame, instance, deps, at)
    return instance


def _emit_base(walk: Walk, frame: Frame, base: Ext, given: Arguments, at: Place, node: Tuple) -> Emitted:
    return walk.emit(base.path, at, frame.module.path, None, given.positional, given.keywords, node)


FIELDS = ("ield()", "attr.ib()", "PrivateAttr()")


def fields(cls: Class) -> list[str]:
    """The names that an instance gets its own values for: annotated, or bound to what dataclasses and attrs provide."""
    names = []
    for item in reversed(cls.mro()):
        names.extend(item.fields)
        names.extend(
            name
            for name, value in item.attributes.items()
            if isinstance(value, Ext) and value.path.endswith(FIELDS) and name not in item.fields
        )
    return names


def _initialise(walk: Walk, frame: Frame, instance: Obj, given: Arguments, at: Place, node: Tuple) -> None:
    method = objects.find_method(instance.cls, "__init__")
    if method is not None:
        calls.invoke(walk, frame, Bound(method, instance), given, at, node)
        return
    outside.give(walk, frame, instance, given, at)
    names = fields(instance.cls)
    for name, value in zip(names, given.positional, strict=False):
        instance.attributes[name] = value
    instance.attributes.update(given.keywords)
    for name in names:
        if name not in instance.attributes:
            default = objects.find_method(instance.cls, name)
            if isinstance(default, Ext) and default.made_by is not None and default.path.endswith(FIELDS):
                factory = default.made_by.keywords.get("default_factory") or default.made_by.keywords.get("factory")
                plain = default.made_by.keywords.get("default")
                if factory is not None:
                    instance.attributes[name] = calls.call(walk, frame, factory, [], at)
                else:
                    instance.attributes[name] = plain if plain is not None else Unknown(gather([*given.positional])[0])
    if given.open:
        loose = Unknown(given.deps, given.orders)
        for name in names[len(given.positional) :]:
            if name not in given.keywords:
                default = instance.attributes.get(name) or objects.find_method(instance.cls, name)
                instance.attributes[name] = join([default, loose]) if default is not None else loose
    post = objects.find_method(instance.cls, "__post_init__")
    if post is not None:
        passed = [name for item in reversed(instance.cls.mro()) for name in item.passed]
        handed = [_passed(instance, name) for name in passed]
        calls.call(walk, frame, Bound(post, instance), handed, at)


def _passed(instance: Obj, name: str) -> Value:
    """What an `InitVar` hands on: the argument or the class's default; the instance does not keep it."""
    given = instance.attributes.pop(name) if name in instance.attributes else objects.find_method(instance.cls, name)
    return given if given is not None else Unknown()
