"""What a framework was given in, what it runs of it at each event out: the dependencies and models of a route's
parameters, the validators of a model, the resolvers of a GraphQL type, Django's views and middleware.

Sources: Mangum runs an ASGI lifespan at each invocation unless told not to (mangum 0.22, adapter.py `__call__`);
middleware classes are made once, with the application (starlette `build_middleware_stack`, django `load_middleware`).
"""

from __future__ import annotations

from lambdalint.languages.python.interpret import calls, classes, modules, objects, outside, wellknown
from lambdalint.languages.python.interpret.combine import join
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.values import (
    EVENT,
    Bound,
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
from lambdalint.languages.python.interpret.walk import Walk
from lambdalint.model import Span, Within
from lambdalint.typed import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.values import Deps
    from lambdalint.model import Place

LIFESPAN = "mangum.Mangum.lifespan"
# Classes whose instances hold data: a framework makes them and validates them, and calls no method of theirs.
DATA = ("pydantic.", "pydantic_settings.", "aws_lambda_powertools.utilities.parser.", "enum.", "typing.", "sqlmodel.")
VALIDATORS = frozenset(
    "field_validator model_validator validator root_validator validates validates_schema pre_load post_load".split()
)
GRAPHQL = ("graphene.", "strawberry.")
APPS = frozenset(
    "flask.Flask() flask.app.Flask() fastapi.FastAPI() starlette.applications.Starlette() quart.Quart()"
    " bottle.Bottle() chalice.Chalice()".split()
)
# What runs the functions it was given when it is handed a piece of the event: the first part of its path, the last.
DISPATCHERS = (
    (("graphene.", "strawberry."), (".execute", ".execute_sync", ".execute_async", ".subscribe")),
    (("ariadne.", "graphql."), (".graphql_sync", ".graphql")),
    (("telebot.",), (".process_new_updates", ".process_new_messages")),
    (("telegram.", "aiogram."), (".process_update", ".feed_update", ".feed_webhook_update")),
    (("linebot.",), (".handle",)),
    (("slack_bolt.",), (".dispatch",)),
)
_DISPATCH = tuple(last for _, all_of_it in DISPATCHERS for last in all_of_it)


def dispatches(path: str) -> bool:
    """Whether a call hands something to functions that its receiver or its arguments were given before."""
    if not path.endswith(_DISPATCH):
        return False
    return any(path.startswith(first) and path.endswith(last) for first, last in DISPATCHERS)


def is_lifespan(value: Value) -> TypeGuard[Func]:
    """Whether an application runs the function when it starts or stops."""
    return isinstance(value, Func) and value.binding == "lifespan"


def runs_lifespan(source: Ext) -> bool:
    """Whether an adapter starts and stops the application at each invocation: Mangum, unless its lifespan is off."""
    if source.path != "mangum.Mangum()" or source.made_by is None:
        return True
    args = source.made_by.args
    chosen = args[1] if len(args) > 1 else source.made_by.keywords.get("lifespan")
    return not (isinstance(chosen, Const) and chosen.value == "off")


def starts(function: Func) -> Within:
    """What a lifespan function runs inside of, as rules are told."""
    return Within(LIFESPAN, (), {}, Span(function.module.path, *function.place))


# ------------------------------------------------------------------------------------------------- parameters


def parameters(
    walk: Walk, frame: Frame, function: Func, skip: int, args: list[Value], deps: Deps, at: Place
) -> calls.Arguments:
    """The arguments with which a framework calls a function: what is given, what its parameters ask for, else what
    depends on deps."""
    given = calls.Arguments()
    positions = [item for item in function.node[1] if item[1] == "p"][skip:]
    for number, (name, _, default, annotation) in enumerate(positions):
        if number < len(args):
            given.positional.append(args[number])
            continue
        value = _asked_for(walk, frame, function, name, annotation, deps, at)
        if default is None:
            given.positional.append(value if value is not None else Unknown(deps))
        elif value is not None:
            given.keywords[name] = value
    for name, kind, _, annotation in function.node[1]:
        if kind == "k":
            value = _asked_for(walk, frame, function, name, annotation, deps, at)
            if value is not None:
                given.keywords[name] = value
    return given


def _asked_for(
    walk: Walk, frame: Frame, function: Func, name: str, annotation: tuple[object, ...] | None, deps: Deps, at: Place
) -> Value | None:
    """What `parameter=Depends(f)`, `parameter: Annotated[T, Depends(f)]` or `parameter: Model` is given."""
    scope = Frame(function.module, function.module.namespace, function.closure)
    return _wanted(walk, frame, scope, function.defaults.get(name), annotation, deps, at)


def _wanted(
    walk: Walk,
    frame: Frame,
    scope: Frame,
    wanted: Value | None,
    annotation: tuple[Any, ...] | None,
    deps: Deps,
    at: Place,
) -> Value | None:
    """What stands for a parameter or an attribute with this default (None for none) and this annotation."""
    from lambdalint.languages.python.interpret import expressions

    kind: Value | None = None
    if annotation is not None and annotation[0] in ("n", "a", "s"):
        kind = expressions.evaluate(walk, scope, annotation)
        if isinstance(kind, Seq) and kind.kind == "annotated":
            marked = next((item for item in kind.items[1:] if _is_dependency(item) or wellknown.is_mark(item)), None)
            wanted, kind = marked if marked is not None else wanted, kind.items[0] if kind.items else None
    if wanted is not None and wellknown.is_mark(wanted):
        return _injected(walk, frame, wanted, at)
    if wanted is not None and _is_dependency(wanted):
        made = wanted.made_by  # type: ignore[union-attr]
        assert made is not None
        source = made.args[0] if made.args else made.keywords.get("dependency", kind)
        if source is not None and wellknown.is_mark(source):
            return _injected(walk, frame, source, at)
        if isinstance(source, (Func, Bound, Partial, Class, Obj)):
            return _dependency(walk, frame, source, deps, at)
        return Unknown(deps)
    if isinstance(kind, Class) and wanted is None and validators(kind):
        return _dependency(walk, frame, kind, deps, at)
    return None


def _injected(walk: Walk, frame: Frame, wanted: Seq, at: Place) -> Value:
    from lambdalint.languages.python.interpret import injector

    return injector.injected(walk, frame, wanted, at)


def _is_dependency(value: Value) -> bool:
    return isinstance(value, Ext) and value.made_by is not None and value.path.endswith((".Depends()", ".Security()"))


def _dependency(walk: Walk, frame: Frame, source: Value, deps: Deps, at: Place) -> Value:
    if isinstance(source, Class):
        start = objects.find_method(source, "__init__")
        if isinstance(start, Func):
            given = parameters(walk, frame, start, 1, [], deps, at)
        else:
            given = calls.Arguments(None, _fields(walk, frame, source, deps, at))
        given.open, given.deps = True, deps
        return calls.invoke(walk, frame, source, given, at, ("k", None))
    result = outside.run_callback(walk, frame, source, [], deps, at)
    if isinstance(result, Seq) and result.kind == "generator":
        return join(result.items) if result.items else Unknown(deps)
    return result


def _fields(walk: Walk, frame: Frame, cls: Class, deps: Deps, at: Place) -> dict[str, Value]:
    """What a framework gives for the annotated names of a class."""
    found: dict[str, Value] = {}
    for item in reversed(cls.mro()):
        scope = Frame(item.module, item.module.namespace)
        for statement in item.node[4]:
            if statement[0] == "A" and statement[1][0] == "n":
                name = statement[1][1]
                value = _wanted(walk, frame, scope, item.attributes.get(name), statement[2], deps, at)
                if value is not None:
                    found[name] = value
    return found


def view(walk: Walk, frame: Frame, cls: Class, at: Place) -> Obj:
    """The instance on which a framework runs a route that is a method: its annotated names are given before it starts.

    Source: fastapi_utils 0.8, cbv.py `_init_cbv`."""
    instance = Obj(cls, walk.phase == "init", frozenset(), at)
    walk.keep.append(instance)
    instance.attributes.update(_fields(walk, frame, cls, EVENT, at))
    start = objects.find_method(cls, "__init__")
    if isinstance(start, Func):
        outside.run_callback(walk, frame, Bound(start, instance), [], EVENT, at)
    return instance


# ---------------------------------------------------------------------------------------------------- classes


def validators(cls: Class) -> list[Func]:
    """The methods that a model runs on the values it is made of."""
    return [
        value
        for item in cls.mro()
        for value in item.attributes.values()
        if isinstance(value, Func) and any(by.path.rpartition(".")[2] in VALIDATORS for by in value.decorators)
    ]


def validate(walk: Walk, frame: Frame, instance: Obj, deps: Deps, at: Place) -> None:
    """Run the validators of a model that was just made."""
    for function in validators(instance.cls):
        outside.run_callback(walk, frame, Bound(function, instance), [], deps, at)


def run_class(walk: Walk, frame: Frame, cls: Class, deps: Deps, at: Place) -> None:
    """What a framework that was given a class does with it."""
    outer = [base.path for item in cls.mro() for base in item.outside]
    graphql = any(path.startswith(GRAPHQL) for path in outer) or any(map(_is_resolver, cls.attributes.values()))
    if graphql:
        _resolve(walk, frame, cls, deps, at)
        return
    if not outer and not cls.bases:
        return
    made = calls.Arguments()
    made.open, made.deps = True, deps
    for option in options(classes.create(walk, frame, cls, made, at, ("k", None))):
        if isinstance(option, Obj) and not any(path.startswith(DATA) for path in outer):
            outside.run_callback(walk, frame, option, [], deps, at)


def _is_resolver(value: Value) -> bool:
    return isinstance(value, Func) and any(by.path.startswith("strawberry.") for by in value.decorators)


def _resolve(walk: Walk, frame: Frame, cls: Class, deps: Deps, at: Place) -> None:
    """The resolvers of a type, and those of the types its fields name."""
    if id(cls) in walk.resolved:
        return
    walk.resolved.add(id(cls))
    for item in cls.mro():
        for value in list(item.attributes.values()):
            if isinstance(value, Func) and (item.outside or _is_resolver(value)):
                outside.run_callback(walk, frame, value, [], deps, at)
            elif isinstance(value, Ext) and value.path.startswith(GRAPHQL):
                outside.fire(walk, frame, value, at)
            elif isinstance(value, Obj) and value.cls.outside:
                _resolve(walk, frame, value.cls, deps, at)


# ----------------------------------------------------------------------------------------------------- Django


def run_django(walk: Walk, frame: Frame, at: Place) -> None:
    """A Django application runs the views that the project's urlconfs name, behind the middleware of its settings."""
    for located in walk.world.finder.named("urls"):
        patterns = modules.member(walk, modules.load(walk, located), "urlpatterns")
        for entry in patterns.items if isinstance(patterns, Seq) else ():
            walk.branches += 1
            if isinstance(entry, Ext):
                outside.fire(walk, frame, entry, at)
            for view in outside.handed(entry):
                outside.run_callback(walk, frame, view, [], frozenset({"event"}), at)
            walk.branches -= 1
    for located in walk.world.finder.named("settings"):
        state = modules.load(walk, located)
        named = modules.member(walk, state, "MIDDLEWARE")
        for entry in named.items if isinstance(named, Seq) else ():
            if isinstance(entry, Const) and isinstance(entry.value, str):
                _middleware(walk, frame, entry.value, state.path, at)


def _middleware(walk: Walk, frame: Frame, dotted: str, importer: str, at: Place) -> None:
    module, _, name = dotted.rpartition(".")
    located = walk.world.finder.find(module, importer) if module else None
    if located is None:
        return
    factory = modules.member(walk, modules.load(walk, located), name)
    for option in options(factory) if factory is not None else ():
        if isinstance(option, (Func, Class)):
            made = once(walk, frame, option, at)
            outside.run_callback(walk, frame, made, [], frozenset({"event"}), at)


def once(walk: Walk, frame: Frame, factory: Value, at: Place) -> Value:
    """What a framework makes of a middleware when it starts."""
    given = calls.Arguments()
    given.open = True
    start = walk if walk.phase == "init" else Walk(walk.world, "init")
    made = calls.invoke(start, frame, factory, given, at, ("k", None))
    walk.keep.append(made)
    return made
