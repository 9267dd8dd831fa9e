"""Functions, lambdas, classes in, their tuples out; those at the top are noted as Definitions besides."""

from __future__ import annotations

import _ast as ast

from lambdalint.languages.python.facts import Definition, dotted
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.facts import Tuple
    from lambdalint.languages.python.lower.lowering import Lowering, Make
    from lambdalint.model import Place


def _def(lowering: Lowering, node: Any) -> Tuple:
    return ("D", _function(lowering, node))


def _function(lowering: Lowering, node: Any) -> Tuple:
    is_lambda = isinstance(node, ast.Lambda)
    parameters = _parameters(lowering, node.args)
    lowering.yields.append(False)
    outer, lowering.scope = lowering.scope, "function" if lowering.scope == "module" else lowering.scope
    lowering.depth += 1
    if lowering.depth == 1:
        lowering.first = parameters[0][0] if parameters else ""
        lowering.keys = set()
    body = (("R", lowering.expression(node.body), lowering.place(node)),) if is_lambda else lowering.block(node.body)
    lowering.depth -= 1
    lowering.scope = outer
    flags = "g" if lowering.yields.pop() else ""
    if is_lambda:
        return (
            "<lambda>",
            parameters,
            lowering.pack(body),
            (),
            lowering.place(node),
            lowering.place(node),
            flags + "l",
            None,
        )
    if isinstance(node, ast.AsyncFunctionDef):
        flags += "a"
    decorators = tuple(_decorator(lowering, item) for item in node.decorator_list)
    returns = lowering.optional(node.returns)
    if not lowering.depth and lowering.scope == "module":
        _define(lowering, node, parameters, decorators)
    return (
        node.name,
        parameters,
        lowering.pack(body),
        decorators,
        lowering.place(node),
        _name_place(lowering, node),
        flags,
        returns,
    )


def _define(lowering: Lowering, node: Any, parameters: Tuple, decorators: Tuple) -> None:
    positional = [item for item in parameters if item[1] == "p"]
    lowering.definitions.append(
        Definition(
            node.name,
            tuple(item[0] for item in positional),
            sum(item[2] is None for item in positional),
            tuple(dotted(item[3]) for item in positional),
            tuple(dotted(item[0]) for item in decorators),
            frozenset(lowering.keys),
            _name_place(lowering, node),
            lowering.place(node)[2] if lowering.starts else node.end_lineno,
        )
    )


def _decorator(lowering: Lowering, node: Any) -> Tuple:
    given = [*node.args, *(item.value for item in node.keywords)] if isinstance(node, ast.Call) else ()
    return (lowering.expression(node), lowering.place(node), tuple(_places(lowering, item) for item in given))


def _places(lowering: Lowering, node: Any) -> Tuple:
    return (
        lowering.place(node),
        tuple(map(lowering.place, node.elts)) if isinstance(node, ast.List | ast.Tuple) else (),
    )


def _name_place(lowering: Lowering, node: Any) -> Place:
    """The name in `def name` or `class name`: keywords are separated by one blank in nearly all code there is."""
    word = {"FunctionDef": 4, "AsyncFunctionDef": 10, "ClassDef": 6}[type(node).__name__]
    line, column, _, _ = lowering.place(node)
    return (line, column + word, line, column + word + len(node.name))


def _parameters(lowering: Lowering, arguments: ast.arguments) -> Tuple:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[Any] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found = [_parameter(lowering, item, "p", default) for item, default in zip(positional, defaults, strict=True)]
    if arguments.vararg:
        found.append(_parameter(lowering, arguments.vararg, "*", None))
    found.extend(
        _parameter(lowering, item, "k", default)
        for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    )
    if arguments.kwarg:
        found.append(_parameter(lowering, arguments.kwarg, "**", None))
    return tuple(found)


def _parameter(lowering: Lowering, argument: ast.arg, kind: str, default: Any) -> Tuple:
    return (argument.arg, kind, lowering.optional(default), lowering.optional(argument.annotation))


def _class(lowering: Lowering, node: Any) -> Tuple:
    lowering.depth += 1
    body = lowering.block(node.body)
    lowering.depth -= 1
    return (
        "K",
        node.name,
        lowering.expressions(node.bases),
        tuple((item.arg, lowering.expression(item.value)) for item in node.keywords),
        body,
        tuple(_decorator(lowering, item) for item in node.decorator_list),
        lowering.place(node),
        _name_place(lowering, node),
    )


def _lambda(lowering: Lowering, node: Any) -> Tuple:
    return ("L", _function(lowering, node))


STATEMENTS: dict[str, Make] = {
    "FunctionDef": _def,
    "AsyncFunctionDef": _def,
    "ClassDef": _class,
}

EXPRESSIONS: dict[str, Make] = {
    "Lambda": _lambda,
}
