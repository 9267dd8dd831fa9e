"""A zappa_settings.py in, the stage that it was written for out, in the words of the other settings files.

It says what the code must know (the application, its events, variables that it sets by itself) and nothing of how the
function is deployed: memory, timeout and the like stay open.
"""

from __future__ import annotations

from lambdalint.dialects.zappa.stages import Stage
from lambdalint.languages.terms.facts import Module, Term
from lambdalint.model import Node
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Place, Project

# Names that are settings of the same meaning under another key.
_SAME = {
    "DJANGO_SETTINGS": "django_settings",
    "PROJECT_NAME": "project_name",
    "ENVIRONMENT_VARIABLES": "environment_variables",
    "REMOTE_ENV": "remote_env",
    "SLIM_HANDLER": "slim_handler",
    "WEBSOCKET_HANDLER_MODULE": "websocket_handler_module",
}


def stage_of(project: Project, path: str) -> Stage | None:
    """The stage of a settings module; None when the file cannot be read. Only what is written out counts."""
    document = project.document(path, "python_terms")
    facts = document.facts if document is not None else None
    if not isinstance(facts, Module):
        return None
    names: dict[str, Node] = {}
    for name, term in _assigned(facts):
        node = _literal(term)
        if node is not None and not (node.kind == "scalar" and node.value is None):
            names[name] = node
    at = (1, 1, 1, 1)
    key = names.get("API_STAGE")
    if key is None or not isinstance(key.value, str):
        key = Node("scalar", "zappa_settings", at)
    settings = Node("mapping", tuple(_settings(names)), at)
    return Stage(path, Node("mapping", ((key, settings),), at), key, deployed=False)


def _settings(names: dict[str, Node]) -> Iterator[tuple[Node, Node]]:
    for name, node in names.items():
        if name in _SAME:
            yield _text(_SAME[name], node), node
    module, function = names.get("APP_MODULE"), names.get("APP_FUNCTION")
    if (
        module is not None
        and function is not None
        and isinstance(module.value, str)
        and isinstance(function.value, str)
    ):
        yield _text("app_function", module), function._replace(value=f"{module.value}.{function.value}")
    events = [_entry(value, source=arn) for arn, value in _items(names, "AWS_EVENT_MAPPING")]
    if events:
        yield _text("events", events[0]), Node("sequence", tuple(events), events[0].at)
    bots = [_entry(value) for _, value in _items(names, "AWS_BOT_EVENT_MAPPING")]
    if bots:
        yield _text("bot_events", bots[0]), Node("sequence", tuple(bots), bots[0].at)
    triggers = [_entry(value, ("source", key)) for key, value in _items(names, "COGNITO_TRIGGER_MAPPING")]
    if triggers:
        listed = Node("sequence", tuple(triggers), triggers[0].at)
        pair = (_text("triggers", listed), listed)
        yield _text("cognito", listed), Node("mapping", (pair,), listed.at)
    authorizer = names.get("AUTHORIZER_FUNCTION")
    if authorizer is not None:
        yield _text("authorizer", authorizer), _entry(authorizer)


def _items(names: dict[str, Node], name: str) -> tuple[tuple[Node, Node], ...]:
    node = names.get(name)
    return node.items() if node is not None else ()


def _entry(function: Node, *pairs: tuple[str, Node], source: Node | None = None) -> Node:
    """A function as an entry of a list of events."""
    found = [("function", function), *pairs]
    if source is not None:
        found.append(("event_source", Node("mapping", ((_text("arn", source), source),), source.at)))
    return Node("mapping", tuple((_text(name, node), node) for name, node in found), function.at)


def _text(text: str, like: Node) -> Node:
    return Node("scalar", text, like.at)


def _assigned(module: Module) -> Iterator[tuple[str, Term]]:
    """The names that the module's own statements assign, with what they assign."""
    for statement in module.body:
        term = statement.parts[0] if statement.kind == "expression" else None
        if isinstance(term, Term) and term.kind == "assign" and term.value == "=" and term.parts[0].kind == "name":
            yield term.parts[0].value, term.parts[1]


def _literal(term: Term) -> Node | None:
    """A value that is written out, as the node of a data file; None for anything that is computed."""
    at: Place = term.at
    if term.kind == "constant":
        return Node("scalar", term.value, at)
    if term.kind == "array":
        return _whole("sequence", [_literal(one) for one in term.parts], at)
    if term.kind != "object" or any(one.kind != "pair" for one in term.parts):
        return None
    pairs = [(_literal(one.parts[0]), _literal(one.parts[1])) for one in term.parts]
    return None if any(None in pair for pair in pairs) else Node("mapping", tuple(pairs), at)


def _whole(kind: Any, nodes: list[Node | None], at: Place) -> Node | None:
    return None if None in nodes else Node(kind, tuple(nodes), at)
