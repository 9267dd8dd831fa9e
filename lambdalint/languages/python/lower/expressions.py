"""Expressions in, their tuples out (listed in facts.py); keys the event is asked for are noted besides."""

from __future__ import annotations

import _ast as ast

from lambdalint.languages.python.facts import Import
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.facts import Tuple
    from lambdalint.languages.python.lower.lowering import Lowering, Make


def _constant(lowering: Lowering, node: Any) -> Tuple:
    value = node.value
    return ("k", value if not isinstance(value, str | bytes) or len(value) < 5000 else value[:5000])


def _name(lowering: Lowering, node: Any) -> Tuple:
    return ("n", node.id, lowering.place(node))


def _attribute(lowering: Lowering, node: Any) -> Tuple:
    return ("a", lowering.expression(node.value), node.attr, lowering.place(node))


def _call(lowering: Lowering, node: Any) -> Tuple:
    function = lowering.expression(node.func)
    arguments = lowering.expressions(node.args)
    if function[0] == "a" and function[2] == "get" and function[1][0] == "n" and arguments:
        _ask(lowering, function[1], arguments[0])
    elif function[0] in "na" and arguments and function[-2] in ("import_module", "__import__"):
        named = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        if isinstance(named, str) and not named.startswith("."):
            lowering.imports.append(Import(named, 0, (), lowering.place(node), lowering.scope))
    return (
        "c",
        function,
        arguments,
        tuple([(item.arg, lowering.expression(item.value)) for item in node.keywords]) if node.keywords else (),
        lowering.place(node),
    )


def _joined(lowering: Lowering, node: Any) -> Tuple:
    return ("f", lowering.expressions(node.values))


def _formatted(lowering: Lowering, node: Any) -> Tuple:
    value = lowering.expression(node.value)
    spec = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else ()
    if len(spec) == 1 and isinstance(spec[0], ast.Constant) and "%" in str(spec[0].value)[:-1]:
        at = lowering.place(node)  # `{now:%Y-%m-%d}` is now.strftime("%Y-%m-%d"), `{share:.1%}` is a number
        return ("c", ("a", value, "strftime", at), (("k", spec[0].value),), (), at)
    return value


def _dict(lowering: Lowering, node: Any) -> Tuple:
    pairs = tuple(
        (lowering.optional(key), lowering.expression(value)) for key, value in zip(node.keys, node.values, strict=True)
    )
    return ("d", pairs, lowering.place(node))


def _list(lowering: Lowering, node: Any) -> Tuple:
    return ("l", lowering.expressions(node.elts), lowering.place(node))


def _set(lowering: Lowering, node: Any) -> Tuple:
    return ("{", lowering.expressions(node.elts), lowering.place(node))


def _tuple(lowering: Lowering, node: Any) -> Tuple:
    return ("t", lowering.expressions(node.elts))


def _subscript(lowering: Lowering, node: Any) -> Tuple:
    value, index = lowering.expression(node.value), lowering.expression(node.slice)
    if value[0] == "n":
        _ask(lowering, value, index)
    return ("s", value, index, lowering.place(node))


def _ask(lowering: Lowering, value: Tuple, key: Tuple) -> None:
    if lowering.depth and value[1] == lowering.first and key[0] == "k" and isinstance(key[1], str):
        lowering.keys.add(key[1])


def _conditional(lowering: Lowering, node: Any) -> Tuple:
    return ("i", lowering.expression(node.test), lowering.expression(node.body), lowering.expression(node.orelse))


def _bool(lowering: Lowering, node: Any) -> Tuple:
    return ("b", "and" if isinstance(node.op, ast.And) else "or", lowering.expressions(node.values))


def _compare(lowering: Lowering, node: Any) -> Tuple:
    operators = tuple(type(item).__name__ for item in node.ops)
    return ("q", lowering.expression(node.left), operators, lowering.expressions(node.comparators))


def _binary(lowering: Lowering, node: Any) -> Tuple:
    return ("o", type(node.op).__name__, lowering.expression(node.left), lowering.expression(node.right))


def _unary(lowering: Lowering, node: Any) -> Tuple:
    return ("u", type(node.op).__name__, lowering.expression(node.operand))


def _comprehension(lowering: Lowering, node: Any) -> Tuple:
    if isinstance(node, ast.DictComp):
        kind, elements = "d", lowering.expressions((node.key, node.value))
    else:
        kind = {"ListComp": "l", "SetComp": "l", "GeneratorExp": "g"}[type(node).__name__]
        elements = lowering.expressions((node.elt,))
    loops = tuple(
        (
            lowering.expression(item.target),
            lowering.expression(item.iter),
            lowering.expressions(item.ifs),
            bool(item.is_async),
        )
        for item in node.generators
    )
    return ("C", kind, elements, loops, lowering.place(node))


def _await(lowering: Lowering, node: Any) -> Tuple:
    return ("w", lowering.expression(node.value))


def _yield(lowering: Lowering, node: Any) -> Tuple:
    lowering.yields[-1] = True
    return ("y", lowering.optional(node.value) or ("k", None))


def _starred(lowering: Lowering, node: Any) -> Tuple:
    return ("*", lowering.expression(node.value))


def _walrus(lowering: Lowering, node: Any) -> Tuple:
    return (":=", node.target.id, lowering.expression(node.value))


def _slice(lowering: Lowering, node: Any) -> Tuple:
    return (":", tuple(lowering.expression(part) for part in (node.lower, node.upper, node.step) if part is not None))


EXPRESSIONS: dict[str, Make] = {
    "Constant": _constant,
    "Name": _name,
    "Attribute": _attribute,
    "Call": _call,
    "JoinedStr": _joined,
    "TemplateStr": _joined,
    "FormattedValue": _formatted,
    "Interpolation": _formatted,
    "Dict": _dict,
    "List": _list,
    "Set": _set,
    "Tuple": _tuple,
    "Subscript": _subscript,
    "IfExp": _conditional,
    "BoolOp": _bool,
    "Compare": _compare,
    "BinOp": _binary,
    "UnaryOp": _unary,
    "ListComp": _comprehension,
    "SetComp": _comprehension,
    "GeneratorExp": _comprehension,
    "DictComp": _comprehension,
    "Await": _await,
    "Yield": _yield,
    "YieldFrom": _yield,
    "Starred": _starred,
    "NamedExpr": _walrus,
    "Slice": _slice,
}
