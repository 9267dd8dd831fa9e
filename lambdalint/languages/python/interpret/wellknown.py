"""A call of a library that hands values on in, what it returns in terms of its arguments out."""

from __future__ import annotations

from lambdalint.languages.python.interpret.combine import gather, join
from lambdalint.languages.python.interpret.raised import is_answer
from lambdalint.languages.python.interpret.values import (
    Bound,
    Builtin,
    Const,
    EnvVar,
    Ext,
    Func,
    Map,
    Mod,
    Obj,
    Partial,
    Seq,
    Text,
    Union,
    Unknown,
    Value,
    options,
)
from lambdalint.typed import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.calls import Arguments
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk
    from lambdalint.model import Place

# Modules whose calls neither reach beyond the process nor are worth telling a rule about.
QUIET = frozenset(
    (
        "abc argparse array ast base64 binascii bisect calendar codecs collections colorsys contextlib contextvars"
        " copy csv dataclasses datetime decimal difflib enum errno fnmatch fractions functools gc getpass glob hashlib"
        " heapq hmac html inspect io ipaddress itertools json keyword locale logging math mimetypes numbers operator os"
        " pathlib platform posixpath pprint queue random re secrets shlex shutil signal stat statistics string struct"
        " sys tempfile textwrap threading time timeit tokenize traceback types typing typing_extensions unicodedata"
        " uuid warnings weakref zlib zoneinfo"
    ).split()
)
LOUD = frozenset(
    "dataclasses.field threading.Thread os.system os.popen time.sleep logging.basicConfig"
    " contextvars.ContextVar".split()
)
PASS_THROUGH = frozenset(
    {
        "copy.copy",
        "copy.deepcopy",
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.run",
        "asyncio.shield",
        "asyncio.wait_for",
        "contextlib.closing",
        "contextlib.nullcontext",
        "contextlib.aclosing",
        "os.path.expandvars",
        "os.path.expanduser",
        "functools.update_wrapper",
    }
)
# Objects that hold whatever attributes they are given.
NAMESPACES = frozenset({"types.SimpleNamespace()", "threading.local()", "argparse.Namespace()", "addict.Dict()"})
# What runs the `run` of the object that it is asked of.
STARTERS = frozenset({"threading.Thread().start", "multiprocessing.Process().start"})
DJANGO = frozenset({"django.core.wsgi.get_wsgi_application()", "django.core.asgi.get_asgi_application()"})
FOLLOWED_BY_ARGUMENTS = (".submit", ".call_soon", ".create_task", ".start_soon", ".apply_async", ".apply", ".add_task")
MAPPED = (".map", ".imap", ".imap_unordered", ".starmap", ".map_async")


# Objects that are made empty and filled bit by bit: what they give afterwards depends on what went in.
FILLED = ("hashlib.", "hmac.", "zlib.", "io.BytesIO()", "io.StringIO()")


# dependency_injector: see `providers` and `injector`, which are loaded only where a project uses it.
INJECTOR = "dependency_injector."
PROVIDERS = "dependency_injector.providers."
CONTAINERS = "dependency_injector.containers."
MARKS = {f"dependency_injector.wiring.{name}": f"inject {name}" for name in ("Provide", "Provider", "Closing")}


def is_mark(value: Value) -> TypeGuard[Seq]:
    """Whether the value is `Provide[...]`, `Provider[...]` or `Closing[...]`."""
    return isinstance(value, Seq) and value.kind.startswith("inject ")


def injects(function: Func) -> bool:
    """Whether a function runs under `@inject`."""
    return any(isinstance(item, Ext) and item.path == "dependency_injector.wiring.inject" for item in function.wraps)


def is_quiet(path: str) -> bool:
    """Whether a call to this is left out of what a walk records."""
    return path.partition(".")[0] in QUIET and path not in LOUD


def call(walk: Walk, frame: Frame, callee: Ext, given: Arguments, at: Place) -> Value | None:
    """The result of a well-known function; None for any other."""
    path = callee.path
    values = given.positional
    if path in PASS_THROUGH:
        return values[0] if values else None
    handler = _KNOWN.get(path)
    if handler is not None:
        return handler(walk, frame, callee, given)
    if path.endswith(".run_until_complete") and values:
        return values[0]
    return None


def _typing_cast(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    return given.positional[1] if len(given.positional) > 1 else None


def _getenv(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    if given.positional and isinstance(given.positional[0], Const) and isinstance(given.positional[0].value, str):
        default = given.positional[1] if len(given.positional) > 1 else given.keywords.get("default")
        return EnvVar(given.positional[0].value, default)
    return Unknown()


def _partial(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    if not given.positional:
        return None
    method = callee.path.endswith("method")
    return Partial(given.positional[0], list(given.positional[1:]), dict(given.keywords), method)


def _cache(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    """`cache(f)` and `lru_cache(maxsize=8)(f)`: f, kept from now on."""
    value = given.positional[0] if given.positional else None
    function = value.function if isinstance(value, Bound) else value
    if not isinstance(function, Func):
        return None
    copy = Func(function.node, function.module, function.closure, function.defaults, function.owner)
    copy.cached, copy.fresh = callee.path.removesuffix("()"), walk.phase == "invocation"
    copy.decorators, copy.wraps, copy.binding = function.decorators, function.wraps, function.binding
    return Bound(copy, value.owner) if isinstance(value, Bound) else copy


def _wraps(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    return Ext("functools.wraps()", base=given.positional[0]) if given.positional else None


def _import_module(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    from lambdalint.languages.python.interpret import modules

    if given.positional and isinstance(given.positional[0], Union):
        from lambdalint.languages.python.interpret.calls import Arguments

        one = [Arguments([item, *given.positional[1:]], given.keywords) for item in given.positional[0].options]
        return join([_import_module(walk, frame, callee, item) or Unknown() for item in one])
    if given.positional and isinstance(given.positional[0], Const) and isinstance(given.positional[0].value, str):
        dotted = given.positional[0].value
        if dotted.startswith("."):
            level = len(dotted) - len(dotted.lstrip("."))
            anchor = given.positional[1] if len(given.positional) > 1 else given.keywords.get("package")
            if isinstance(anchor, Const) and isinstance(anchor.value, str) and level == 1:
                return modules.import_module(walk, f"{anchor.value}{dotted}", frame.module)
            located = walk.world.finder.relative(level, dotted.lstrip("."), frame.module.path)
            return Mod(modules.load(walk, located, frame.module)) if located is not None else Unknown()
        return modules.import_module(walk, dotted, frame.module)
    wanted = given.positional[0] if given.positional else None
    if isinstance(wanted, Text) and len(wanted.parts) == 2 and isinstance(wanted.parts[0], Const):
        anchor = given.positional[1] if len(given.positional) > 1 else given.keywords.get("package")
        outer = anchor.value if isinstance(anchor, Const) and isinstance(anchor.value, str) else ""
        package, _, prefix = f"{outer}{wanted.parts[0].value}".rpartition(".")
        found = walk.world.finder.inside(package, frame.module.path) if package else []
        loaded: list[Value] = [
            Mod(modules.load(walk, located, frame.module))
            for located in found
            if located.dotted.rpartition(".")[2].startswith(prefix)
        ]
        return join(loaded) if loaded else Unknown()
    return Unknown()


def _gather(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    return Seq(list(given.positional), "list", False, given.open)


def _join(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    parts: list[Value] = []
    for value in given.positional:
        parts.extend((Const("/"), value) if parts else (value,))
    if parts and all(isinstance(part, Const) and isinstance(part.value, str) for part in parts):
        return Const("".join(part.value for part in parts if isinstance(part, Const)))
    return Text(tuple(parts))


def _chain(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    items: list[Value] = []
    for value in given.positional:
        items.extend(value.items if isinstance(value, Seq) else [value])
    return Seq(items, "list", False, True)


def _get_variable(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    """`variable.get()`: what was set, else what the variable or the call has as its default."""
    from lambdalint.languages.python.interpret import objects

    variable = callee.base
    if not isinstance(variable, Ext):
        return None
    location = (id(variable), "value")
    walk.note(location, "a context variable", objects.lasts(variable))
    kept = walk.read(location, variable.items.get("value") if variable.items else None)
    default = given.positional[0] if given.positional else None
    if default is None and variable.made_by is not None:
        default = variable.made_by.keywords.get("default")
    found: list[Value] = [value for value in (kept, default) if value is not None]
    return join(found) if found else Unknown()


# Objects that keep things by a key as a dict does.
CACHES = (
    "cachetools.TTLCache cachetools.LRUCache cachetools.LFUCache cachetools.FIFOCache cachetools.RRCache"
    " cachetools.TLRUCache cachetools.Cache expiringdict.ExpiringDict cacheout.Cache lru.LRU"
).split()


def _get_kept(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    """`cache.get(key)`: what was stored, else the default."""
    from lambdalint.languages.python.interpret import objects

    cache = callee.base
    if not isinstance(cache, Ext):
        return None
    location = (id(cache), "[]")
    walk.note(location, "a cache", objects.lasts(cache))
    kept = walk.read(location, None)
    default = given.positional[1] if len(given.positional) > 1 else given.keywords.get("default", Const(None))
    return join([kept if kept is not None else Unknown(), default])


def _set_variable(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    from lambdalint.languages.python.interpret import objects

    if isinstance(callee.base, Ext) and given.positional:
        objects.store(walk, callee.base, "value", given.positional[0])
    return None


def _dumped(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    """A document as text: what was put into it is still told."""
    return Text((_as_of_now(given.positional[0]),)) if given.positional else None


def _decimal(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    """A number, made of another one or of its text."""
    value = given.positional[0] if given.positional else None
    if isinstance(value, Text) and len(value.parts) == 1:
        value = value.parts[0]
    return value if value is not None and is_answer(value) else None


def _loaded(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    """What was made text a moment ago: `json.loads(json.dumps(item), parse_float=Decimal)`."""
    text = given.positional[0] if given.positional else None
    part = text.parts[0] if isinstance(text, Text) and len(text.parts) == 1 else None
    return part if isinstance(part, Map) else None


def _as_dict(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    value = given.positional[0] if given.positional else None
    if not isinstance(value, Obj):
        return None
    from lambdalint.languages.python.interpret import dumped

    return dumped.as_dict(value, given)


def _as_of_now(value: Value, depth: int = 0) -> Value:
    """A copy that later changes do not reach, so that no value ever holds itself."""
    if isinstance(value, Union) and depth <= 3:
        return join([_as_of_now(option, depth + 1) for option in value.options])
    if not isinstance(value, (Map, Seq)):
        return value if isinstance(value, (Const, EnvVar, Ext)) else Unknown(*gather([value]))
    if depth > 3:
        return Unknown(*gather([value]))
    if isinstance(value, Seq):
        return Seq([_as_of_now(item, depth + 1) for item in value.items[:20]], value.kind, False, value.open)
    copy = Map()
    for key, item in list(value.entries.items())[:40]:
        copy.entries[key] = _as_of_now(item, depth + 1)
    copy.others = [_as_of_now(item, depth + 1) for item in value.others[:20]]
    return copy


def _defaultdict(walk: Walk, frame: Frame, callee: Ext, given: Arguments) -> Value | None:
    """A dict of dicts or lists: whatever the key, there is one."""
    factory = given.positional[0] if given.positional else None
    lasting = walk.phase == "init"
    if not isinstance(factory, Builtin) or factory.name not in ("dict", "list", "set"):
        return None
    made = Map(lasting)
    made.missing = Map(lasting) if factory.name == "dict" else Seq([], factory.name, lasting, True)
    return made


_KNOWN = {
    **{f"{name}().get": _get_kept for name in CACHES},
    "collections.defaultdict": _defaultdict,
    "dataclasses.asdict": _as_dict,
    "attr.asdict": _as_dict,
    "attrs.asdict": _as_dict,
    "decimal.Decimal": _decimal,
    "json.loads": _loaded,
    "json.dumps": _dumped,
    "orjson.dumps": _dumped,
    "simplejson.dumps": _dumped,
    "ujson.dumps": _dumped,
    "contextvars.ContextVar().get": _get_variable,
    "contextvars.ContextVar().set": _set_variable,
    "typing.cast": _typing_cast,
    "typing_extensions.cast": _typing_cast,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.pop": _getenv,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "functools.cache": _cache,
    "functools.lru_cache": _cache,
    "functools.lru_cache()": _cache,
    "functools.wraps": _wraps,
    "importlib.import_module": _import_module,
    "asyncio.gather": _gather,
    "asyncio.wait": _gather,
    "os.path.join": _join,
    "itertools.chain": _chain,
}


# Methods of Neo4j that run a function in a transaction, which it is given first, before the rest of the arguments.
TRANSACTED = (".execute_write", ".execute_read", ".write_transaction", ".read_transaction")


def callback_arguments(callee: Ext, function: Value, given: Arguments, walk: Walk) -> list[Value]:
    """The arguments with which an outside function will call the function it was given, where they are known."""
    from lambdalint.languages.python.interpret.items import element

    path, values = callee.path, given.positional
    if path.endswith(TRANSACTED) and isinstance(callee.base, Ext) and values and function in options(values[0]):
        session = callee.base
        begun = Ext(f"{session.path}.begin_transaction()", session.deps, session.calls, session.made_by, session)
        return [begun, *values[1:]]
    if path.endswith(".with_transaction") and callee.base is not None:  # of PyMongo
        return [callee.base]
    if path in ("threading.Thread", "threading.Timer", "multiprocessing.Process"):
        args = given.keywords.get("args")
        return list(args.items) if isinstance(args, Seq) else []
    if path.endswith(".run_in_executor"):
        return list(values[2:])
    if path in ("asyncio.to_thread", "anyio.to_thread.run_sync", "asyncio.run_coroutine_threadsafe"):
        return list(values[1:])
    if path.endswith(FOLLOWED_BY_ARGUMENTS):
        return list(values[1:]) if values and function in options(values[0]) else []
    if path.endswith(MAPPED):
        return [element(walk, value) for value in values[1:]]
    return []
