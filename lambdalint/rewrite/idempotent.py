"""A handler whose events come again in, the edits that let Powertools remember them out.

An event that stands for one thing is remembered by its handler; of a batch each record is, by the function that handles
one, because the batch that comes again is never the same. A store must be there already, or a table for it.
"""

from __future__ import annotations

import re

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.imports import imported_above, imported_below, imports
from lambdalint.rewrite.place import below_header
from lambdalint.rewrite.source import below, loads, parameters, source
from lambdalint.rewrite.spans import joined
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambdalint.rewrite.source import Source

MODULE = "aws_lambda_powertools.utilities.idempotency"
# Decorators that hand on the event as it is.
PLAIN = re.compile(r"(\w+\.)?(inject_lambda_context|capture_lambda_handler|log_metrics)\b")


class Memory(NamedTuple):
    """What remembers. store: a persistence layer's name in the module, "" when there is none. table: the environment
    variable that holds a table's name. key: a JMESPath into what is remembered, "" for all of it."""

    store: str
    table: str
    key: str


def idempotent(text: str, path: str, handler: str, worker: str, memory: Memory) -> tuple[Edit, ...] | None:
    """Decorate the handler, or the function `worker` that it calls with one record of a batch.

    None when either is decorated or called in a way that Powertools does not go with.
    """
    found = source(text)
    functions = {one.name.value: one for one in found.module.body if isinstance(one, cst.FunctionDef)} if found else {}
    outer = functions.get(handler)
    if found is None or outer is None or outer.asynchronous or not isinstance(outer.body, cst.IndentedBlock):
        return None
    if any(not PLAIN.match(found.code(one.decorator)) for one in outer.decorators):
        return None
    given = list(parameters(outer))
    if len(given) != 2:
        return None
    store, edits = _store(found, path, memory)
    names = [] if memory.store else ["DynamoDBPersistenceLayer"]
    if worker:
        inner = functions.get(worker)
        called = _called_with_record(found, outer, worker) if inner is not None else None
        if inner is None or called is None or inner.decorators or inner.asynchronous:
            return None
        more = _for_each_record(found, path, outer, inner, called, store, memory.key)
        names += ["IdempotencyConfig", "idempotent_function"]
    else:
        more = [_above(found, path, outer, _decorator(store, memory.key))]
        names += ["IdempotencyConfig", "idempotent"] if memory.key else ["idempotent"]
    added = _imports(found, path, sorted(names))
    if added is None:
        return None
    return tuple(joined([*added, *edits, *more]))


def _store(found: Source, path: str, memory: Memory) -> tuple[str, list[Edit]]:
    if memory.store:
        return memory.store, []
    used = {node.value for node in below(found.module) if isinstance(node, cst.Name)}
    name = "persistence_layer" if "persistence_layer" not in used else "idempotency_store"
    statement = f'{name} = DynamoDBPersistenceLayer(table_name=os.environ["{memory.table}"])'
    edits = [below_header(found, 0).edit(path, statement)]
    if "import os" not in [found.code(one) for one in imports(found)]:
        above = imported_above(found, path, "import os")
        edits += [above] if above is not None else []
    return name, edits


def _decorator(store: str, key: str) -> str:
    config = f', config=IdempotencyConfig(event_key_jmespath="{key}")' if key else ""
    return f"@idempotent(persistence_store={store}{config})"


def _for_each_record(
    found: Source,
    path: str,
    outer: cst.FunctionDef,
    inner: cst.FunctionDef,
    called: cst.Arg | str,
    store: str,
    key: str,
) -> list[Edit]:
    """The decorator of the function that handles one record, its configuration, and the call by keyword."""
    name = next(parameters(inner))
    context = list(parameters(outer))[1]
    decorator = (
        f'@idempotent_function(data_keyword_argument="{name}", persistence_store={store}, config=idempotency_config)'
    )
    statement = f'idempotency_config = IdempotencyConfig(event_key_jmespath="{key}")'
    first = next(one for one in outer.body.body if not _is_text(one))
    at = found.places[first].start
    indent = found.lines[at.line - 1][: at.column]
    edits = [
        below_header(found, 0).edit(path, statement),
        _above(found, path, inner, decorator),
        Edit(
            Span(path, at.line, at.column + 1, at.line, at.column + 1),
            f"idempotency_config.register_lambda_context({context})\n{indent}",
        ),
    ]
    if isinstance(called, cst.Arg) and called.keyword is None:
        place = found.places[called.value].start
        edits.append(Edit(Span(path, place.line, place.column + 1, place.line, place.column + 1), f"{name}="))
    return edits


def _is_text(statement: cst.CSTNode) -> bool:
    only = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(only, cst.Expr) and isinstance(only.value, (cst.SimpleString, cst.ConcatenatedString))


def _called_with_record(found: Source, outer: cst.FunctionDef, worker: str) -> cst.Arg | str | None:
    """The argument of `worker(record)` in a loop over the event's records, or "handler" when Powertools' batch
    processor is given the function; None when it is used in any other way too."""
    uses = [node for node in loads(found.module) if node.value == worker]
    inner = next(one for one in found.module.body if isinstance(one, cst.FunctionDef) and one.name.value == worker)
    uses = [node for node in uses if found.parents.get(node) is not inner]
    if len(uses) != 1 or len(list(parameters(inner))) != 1:
        return None
    around = found.parents.get(uses[0])
    if isinstance(around, cst.Arg):
        return "handler" if around.keyword is not None and around.keyword.value == "record_handler" else None
    if not isinstance(around, cst.Call) or around.func is not uses[0] or len(around.args) != 1 or around.args[0].star:
        return None
    argument = around.args[0]
    loop = next((node for node in found.above(around) if isinstance(node, cst.For)), None)
    if loop is None or not isinstance(loop.target, cst.Name) or found.code(argument.value) != loop.target.value:
        return None
    if outer not in list(found.above(loop)):
        return None
    records = re.fullmatch(r"\w+(\[[\"']Records[\"']\]|\.get\(\s*[\"']Records[\"'].*\))", found.code(loop.iter))
    return argument if records else None


def _above(found: Source, path: str, function: cst.FunctionDef, decorator: str) -> Edit:
    """A decorator next to the `def`."""
    for line in range(found.places[function].start.line, found.places[function].end.line + 1):
        if found.lines[line - 1].lstrip().startswith("def "):
            return Edit(Span(path, line, 1, line, 1), f"{decorator}\n")
    raise ValueError(f"{path}: no def of {function.name.value}")


def _imports(found: Source, path: str, names: list[str]) -> list[Edit] | None:
    """The import of names, added to one from the same module; None when a name means something else here."""
    used = {node.value for node in below(found.module) if isinstance(node, cst.Name)}
    for one in imports(found):
        if isinstance(one, cst.ImportFrom) and one.module is not None and found.code(one.module) == MODULE:
            if isinstance(one.names, cst.ImportStar):
                return []
            known = {found.code(alias).strip(" ,\n()") for alias in one.names}
            missing = [name for name in names if name not in known]
            if any(name in used for name in missing):
                return None
            at = found.places[one.names[-1].name].end
            place = Span(path, at.line, at.column + 1, at.line, at.column + 1)
            return [Edit(place, "".join(f", {name}" for name in missing))] if missing else []
    if any(name in used for name in names):
        return None
    edit = imported_below(found, path, f"from {MODULE} import {', '.join(names)}")
    return [edit] if edit is not None else None
