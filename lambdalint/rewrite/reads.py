"""A module that reads an environment variable in, the edits that fetch the secret named there instead out."""

from __future__ import annotations

import re

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.imports import cache_decorator, imported_above, imported_below, imports, last_import
from lambdalint.rewrite.place import below_header
from lambdalint.rewrite.source import below, source
from lambdalint.rewrite.spans import joined
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.rewrite.source import Source
    from lambdalint.rewrite.stored import Stored

POWERTOOLS = "aws_lambda_powertools"
CALLS = ("os.getenv", "getenv", "os.environ.get", "environ.get")
# Code that takes variables by other ways than their name: settings classes, all of the environment at once.
OTHERWISE = re.compile(
    r"\b(BaseSettings|get_environment_variables|decouple|environs|dotenv|envparse|django_environ)\b"
    r"|\benviron\b(?!\s*(\[|\.(get|setdefault|pop)\())(?=\s*[.),}])"
)
SECRET = 'boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]'
PARAMETER = 'boto3.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]'


def fetched(text: str, path: str, variable: str, stored: Stored, powertools: bool) -> tuple[Edit, ...] | None:
    """Fetch the secret wherever a module reads the variable; () when it does not, None when it does more than that.

    powertools: whether Powertools for AWS Lambda is there to fetch it; else a function with a cache is written.
    """
    found = source(text)
    if found is None or OTHERWISE.search(text):
        return None
    mentions = [
        node for node in below(found.module) if isinstance(node, cst.SimpleString) and node.evaluated_value == variable
    ]
    reads = [_read(found, node) for node in mentions]
    if not reads:
        return ()
    if any(read is None for read in reads):
        return None
    known = [read for read in reads if read is not None]
    made = _by_powertools(found, path, stored) if powertools else _by_hand(found, path, stored, known)
    if made is None:
        return None
    call, edits = made
    for read in known:
        at = found.places[read]
        span = Span(path, at.start.line, at.start.column + 1, at.end.line, at.end.column + 1)
        code = found.code(read)
        environ = "os.environ" if code.startswith("os.") else "environ" if code.startswith("environ") else ""
        inner = f'{environ}["{stored.variable}"]' if environ else f'getenv("{stored.variable}")'
        edits.append(Edit(span, call.format(inner)))
    return tuple(joined(edits))


def _read(found: Source, name: cst.SimpleString) -> cst.BaseExpression | None:
    """`os.environ["X"]` or `os.getenv("X")` around the variable's name, without a default."""
    around = found.parents.get(name)
    if isinstance(around, cst.Arg):
        call = found.parents.get(around)
        if isinstance(call, cst.Call) and found.code(call.func) in CALLS and len(call.args) == 1:
            return call
        return None
    element = found.parents.get(around) if isinstance(around, cst.Index) else None
    subscript = found.parents.get(element) if isinstance(element, cst.SubscriptElement) else None
    if not isinstance(subscript, cst.Subscript) or found.code(subscript.value) not in ("os.environ", "environ"):
        return None
    outer = found.parents.get(subscript)
    if isinstance(outer, (cst.AssignTarget, cst.Del, cst.AugAssign, cst.AnnAssign)) and (
        not isinstance(outer, (cst.AugAssign, cst.AnnAssign)) or outer.target is subscript
    ):
        return None
    return subscript


def _by_powertools(found: Source, path: str, stored: Stored) -> tuple[str, list[Edit]] | None:
    """The call, written with {} for the name, and the import that it takes."""
    method = "get_secret" if stored.kind == "secret" else "get_parameter"
    known = [found.code(one) for one in imports(found)]
    prefix, edits = "parameters.", []
    if f"from {POWERTOOLS}.utilities import parameters" not in known:
        used = {node.value for node in below(found.module) if isinstance(node, cst.Name)}
        wanted = f"from {POWERTOOLS}.utilities import parameters"
        if "parameters" in used:
            prefix, wanted = "", f"from {POWERTOOLS}.utilities.parameters import {method}"
            if method in used and wanted not in known:
                return None
        if wanted not in known:
            edit = imported_below(found, path, wanted)
            if edit is None:
                return None
            edits.append(edit)
    if stored.kind == "parameter":
        return f"{prefix}get_parameter({{}}, decrypt=True)", edits
    if stored.key:
        return f'{prefix}get_secret({{}}, transform="json")["{stored.key}"]', edits
    return f"{prefix}get_secret({{}})", edits


def _by_hand(
    found: Source, path: str, stored: Stored, reads: list[cst.BaseExpression]
) -> tuple[str, list[Edit]] | None:
    """The same with boto3 and a function that keeps what it fetched."""
    name, body = ("_secret", SECRET) if stored.kind == "secret" else ("_parameter", PARAMETER)
    call = f'json.loads({name}({{}}))["{stored.key}"]' if stored.key else f"{name}({{}})"
    names = {node.value for node in below(found.module) if isinstance(node, cst.Name)}
    known = [found.code(one) for one in imports(found)]
    edits: list[Edit] = []
    for module in (*(["json"] if stored.key else []), "boto3"):
        if f"import {module}" not in known:
            edit = (imported_above if module == "json" else imported_below)(found, path, f"import {module}")
            if module in names or edit is None:
                return None
            edits.append(edit)
    for statement in found.module.body:
        if isinstance(statement, cst.FunctionDef) and statement.name.value == name:
            return (call, edits) if body in found.code(statement) else None
    if name in names:
        return None
    decorator, more = cache_decorator(found, path)
    if decorator is None:
        return None
    function = f"{decorator}\ndef {name}(name):\n    return {body}"
    early = any(not any(isinstance(one, cst.FunctionDef) for one in found.above(read)) for read in reads)
    if early:
        last = last_import(found)
        if last is None:
            return None
        line = found.places[last].end.line + 1
        following = found.lines[line - 1] if line <= len(found.lines) else ""
        text = f"\n\n{function}\n\n" + ("\n" if following.strip() else "")
        return call, [*edits, *more, Edit(Span(path, line, 1, line, 1), text)]
    return call, [*edits, *more, below_header(found, 0).function(path, function)]
