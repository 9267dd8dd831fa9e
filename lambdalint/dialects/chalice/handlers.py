"""The modules of a Chalice app in, what they register with the app out: routes, event handlers, functions."""

from __future__ import annotations

from lambdalint.languages.python.facts import dotted, unpack
from lambdalint.model import ABSENT, Reference, Span, Value
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.languages.python.facts import Module, Tuple
    from lambdalint.model import Project

MODULES = 80  # modules of one app that are looked at
# Decorators that make a function of their own; `route` and the authorizers' routes share the API's.
EVENTS = frozenset(
    "lambda_function schedule on_cw_event on_s3_event on_sns_message on_sqs_message on_kinesis_record"
    " on_dynamodb_record authorizer on_ws_connect on_ws_message on_ws_disconnect".split()
)


class Registered(NamedTuple):
    """One decorator that registers a function. kind: its name. module: dotted, from the app's folder."""

    kind: str
    function: str
    module: str
    at: Span  # the function's name
    decorator: Span
    arguments: tuple[Value[Any], ...]
    keywords: dict[str, Value[Any]]
    methods: tuple[Value[str], ...] = ()  # of a route, each where it stands
    prefix: str = ""  # of the names of a blueprint's functions
    url_prefix: str = ""  # of the paths of its routes


class App(NamedTuple):
    """A Chalice app: where it is made, and what is registered with it."""

    made: Span
    registered: tuple[Registered, ...]


def app_of(folder: str, project: Project) -> App | None:
    """The app that app.py of a folder holds; None when there is none."""
    reader = _Reader(folder, project)
    reader.module("app")
    found: list[Registered] = []
    for name in list(reader.modules):
        found += reader.registered(name)
    return App(reader.made, tuple(found)) if reader.made is not None else None


class _Read(NamedTuple):
    """One module of the app. apps, blueprints: names bound to such an object. imported: name -> (module, name)."""

    path: str
    body: Tuple
    apps: set[str]
    blueprints: set[str]
    imported: dict[str, tuple[str, str]]
    constants: dict[str, Tuple]


class _Reader:
    """The modules that app.py imports from its own folder, read once each."""

    def __init__(self, folder: str, project: Project) -> None:
        self.folder = folder
        self.project = project
        self.modules: dict[str, _Read] = {}
        self.made: Span | None = None
        # (module, name) of a registered blueprint -> the prefixes of its functions' names and of its routes' paths
        self.mounted: dict[tuple[str, str], tuple[str, str]] = {}

    def module(self, name: str) -> _Read | None:
        """A module by its dotted name; None when it is not one of the app's folder."""
        if name in self.modules:
            return self.modules[name]
        path = self._file(name)
        document = self.project.document(path, "python") if path is not None and len(self.modules) < MODULES else None
        facts: Module | None = None if document is None else document.facts
        if path is None or facts is None:
            return None
        body = unpack(facts.body)
        read = _Read(path, body, set(), set(), {}, {})
        self.modules[name] = read
        makers = {
            statement[1]
            for statement in _flat(body)
            if statement[0] == "K" and any("Chalice" in dotted(base) for base in statement[2])
        }
        package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
        for statement in _flat(body):
            self._statement(statement, read, makers, package)
        for statement in _flat(body):
            if statement[0] == "E" and statement[1][0] == "c":
                self._mount(name, read, statement[1])
        return read

    def _statement(self, statement: Tuple, read: _Read, makers: set[str], package: str) -> None:
        operation = statement[0]
        if operation == "O":
            module = _absolute(statement[1], statement[2], package)
            other = self.module(module)
            for name, alias in statement[3]:
                if name == "*":
                    if other is not None:
                        read.apps.update(other.apps)
                        read.imported.update({one: (module, one) for one in (*other.apps, *other.blueprints)})
                    continue
                read.imported[alias or name] = (module, name)
                if other is not None and name in other.apps:
                    read.apps.add(alias or name)
                elif other is None or not other.constants:
                    self.module(f"{module}.{name}")
        elif operation == "M":
            for name, alias in statement[1]:
                self.module(name)
                read.imported[alias or name] = (name, "")
        elif operation in ("=", "A"):
            targets = statement[1] if operation == "=" else (statement[1],)
            value = statement[2] if operation == "=" else statement[3]
            for target in targets:
                if target[0] != "n" or value is None:
                    continue
                read.constants[target[1]] = value
                last = dotted(value).rpartition(".")[2] if value[0] == "c" else ""
                if "Blueprint" in last:
                    read.blueprints.add(target[1])
                elif "Chalice" in last or last in makers:
                    read.apps.add(target[1])
                    self.made = self.made or Span(read.path, *target[2])

    def _mount(self, name: str, read: _Read, call: Tuple) -> None:
        """`app.register_blueprint(name, name_prefix=..., url_prefix=...)`."""
        if not dotted(call).endswith(".register_blueprint") or not call[2]:
            return
        target = dotted(call[2][0])
        first, _, rest = target.partition(".")
        module, original = read.imported.get(first, (name, first))
        key = (
            (module, rest) if not original and rest else (f"{module}.{original}", rest) if rest else (module, original)
        )
        given = {keyword: value[1] for keyword, value in call[3] if value[0] == "k" and isinstance(value[1], str)}
        self.mounted[key] = given.get("name_prefix", ""), given.get("url_prefix", "")

    def registered(self, name: str) -> Iterator[Registered]:
        """What the decorators of one module register."""
        read = self.modules[name]
        for statement in _flat(read.body):
            for (expression, at, places), function, named in _decorations(statement):
                call = expression if expression[0] == "c" else ("c", expression, (), (), at)
                target = call[1]
                if target[0] != "a" or target[1][0] != "n":
                    continue
                owner, kind = target[1][1], target[2]
                blueprint = self.mounted.get((name, owner)) if owner in read.blueprints else None
                prefix, url_prefix = blueprint or ("", "")
                if kind not in EVENTS and kind != "route":
                    continue
                if owner not in read.apps and blueprint is None:
                    continue
                given = [*call[2], *(one for _, one in call[3])]
                spans = [Span(read.path, *one) for one, _ in places] or [Span(read.path, *at)] * len(given)
                values = [_value(one, read, span) for one, span in zip(given, spans, strict=True)]
                count = len(call[2])
                keywords = [keyword for keyword, _ in call[3]]
                yield Registered(
                    kind,
                    function,
                    "app" if blueprint is None else name,
                    Span(read.path, *named),
                    Span(read.path, *at),
                    tuple(values[:count]),
                    {keyword: value for keyword, value in zip(keywords, values[count:], strict=True) if keyword},
                    _methods(values[count:], keywords, places[count:], read.path),
                    prefix,
                    url_prefix,
                )

    def _file(self, name: str) -> str | None:
        base = f"{self.folder}/" if self.folder else ""
        for path in (f"{base}{name.replace('.', '/')}.py", f"{base}{name.replace('.', '/')}/__init__.py"):
            if path in self.project.inventory.files:
                return path
        return None


def _decorations(statement: Tuple) -> Iterator[tuple[Tuple, str, Any]]:
    """Each decorator of a `def`, and `app.route("/")(function)`: (decorator, function, the name's place)."""
    if statement[0] == "D":
        function = statement[1]
        for decorator in function[3]:
            yield decorator, function[0], function[5]
    elif statement[0] == "E" and statement[1][0] == "c" and statement[1][1][0] == "c" and statement[1][2]:
        call = statement[1]
        yield (call[1], call[1][4], ()), dotted(call[2][0]).rpartition(".")[2], call[4]


def _methods(values: list[Value[Any]], keywords: list[str | None], places: Tuple, path: str) -> tuple[Value[str], ...]:
    """The methods that a route's decorator lists; GET when it lists none that can be told."""
    index = keywords.index("methods") if "methods" in keywords else -1
    if index < 0 or not isinstance(values[index].known, list):
        return (Value("GET", None, written=False),)
    known = [str(one) for one in values[index].known or ()]
    elements = places[index][1] if places else ()
    spans = [Span(path, *at) for at in elements] if len(elements) == len(known) else [values[index].span] * len(known)
    return tuple(Value(one, span) for one, span in zip(known, spans, strict=True))


def _absolute(module: str, level: int, package: str) -> str:
    if not level:
        return module
    parts = package.split(".") if package else []
    parts = parts[: len(parts) - level + 1] if level > 1 else parts
    return ".".join([*parts, module] if module else parts)


def _flat(body: Tuple) -> Iterator[Tuple]:
    """The statements at the top of a module, those under `if` and `try` too."""
    for statement in body:
        yield statement
        if statement[0] == "I":
            yield from _flat(statement[2])
            yield from _flat(statement[3])
        elif statement[0] == "T":
            yield from _flat(statement[1])


def _value(expression: Tuple, read: _Read, at: Span, depth: int = 0) -> Value[Any]:
    """An argument of a decorator as far as it can be told; at is where it stands."""
    operation = expression[0]
    if operation == "k":
        return ABSENT if expression[1] is None else Value(expression[1], at)
    if operation in ("l", "t"):
        parts = [_value(one, read, at, depth + 1) for one in expression[1]]
        known = None if any(one.known is None for one in parts) else [one.known for one in parts]
        return Value(known, at, True, tuple(reference for one in parts for reference in one.references))
    if operation == "d":
        pairs = [
            (key and _value(key, read, at, depth + 1).known, _value(one, read, at, depth + 1))
            for key, one in expression[1]
        ]
        whole = all(isinstance(key, str) and one.known is not None for key, one in pairs)
        return Value({key: one.known for key, one in pairs} if whole else None, at, True)
    if operation == "n" and depth < 5 and expression[1] in read.constants:
        return _value(read.constants[expression[1]], read, at, depth + 1)
    if operation == "c":
        name = dotted(expression)
        arguments = [_value(one, read, at, depth + 1) for one in expression[2]]
        if name.endswith(("environ.get", "getenv")) and arguments:
            return Value(None, at, True, (Reference("environment", str(arguments[0].known), at),))
        if name.rpartition(".")[2] in ("Rate", "Cron"):
            return Value(_schedule(name.rpartition(".")[2], expression, arguments), at)
    if operation == "s" and dotted(expression[1]).endswith("environ") and expression[2][0] == "k":
        return Value(None, at, True, (Reference("environment", str(expression[2][1]), at),))
    return Value(None, at, True, (Reference("expression", dotted(expression), at),))


def _schedule(kind: str, call: Tuple, arguments: list[Value[Any]]) -> str | None:
    """`Rate(5, unit=Rate.MINUTES)` and `Cron(0, 10, '*', '*', '?', '*')` as the service writes them."""
    if kind == "Cron":
        fields = [str(one.known) for one in arguments]
        return None if "None" in fields or len(fields) != 6 else f"cron({' '.join(fields)})"
    units = [one for one in (*call[2][1:], *(value for _, value in call[3])) if one[0] == "a"]
    number = arguments[0].known if arguments else None
    if number is None or not units:
        return None
    unit = str(units[0][2]).lower()
    return f"rate({number} {unit.rstrip('s') if number == 1 else unit})"
