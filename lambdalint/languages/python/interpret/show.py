"""An expression node in, its source form out, shortened: how a condition or a call is quoted to a person."""

from __future__ import annotations

from lambdalint.typed import Any

Tuple = tuple[Any, ...]
WIDTH = 80

_OPERATORS = {
    "Eq": "==",
    "NotEq": "!=",
    "Lt": "<",
    "LtE": "<=",
    "Gt": ">",
    "GtE": ">=",
    "Is": "is",
    "IsNot": "is not",
    "In": "in",
    "NotIn": "not in",
    "Add": "+",
    "Sub": "-",
    "Mult": "*",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "BitOr": "|",
    "BitAnd": "&",
}


def show(node: Tuple) -> str:
    """The expression as text of at most WIDTH characters."""
    text = _show(node, 0)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def _show(node: Tuple, depth: int) -> str:
    if depth > 8:
        return "…"
    operation = node[0]
    if operation == "k":
        return repr(node[1])
    if operation == "n":
        return str(node[1])
    if operation == "a":
        return f"{_show(node[1], depth + 1)}.{node[2]}"
    if operation == "c":
        arguments = [_show(item, depth + 1) for item in node[2]]
        arguments += [
            f"{name}={_show(item, depth + 1)}" if name else f"**{_show(item, depth + 1)}" for name, item in node[3]
        ]
        return f"{_show(node[1], depth + 1)}({', '.join(arguments)})"
    if operation == "s":
        return f"{_show(node[1], depth + 1)}[{_show(node[2], depth + 1)}]"
    if operation == "q":
        parts = [_show(node[1], depth + 1)]
        for operator, right in zip(node[2], node[3], strict=True):
            parts += [_OPERATORS.get(operator, operator), _show(right, depth + 1)]
        return " ".join(parts)
    if operation == "b":
        return f" {node[1]} ".join(_show(item, depth + 1) for item in node[2])
    if operation == "u":
        return f"not {_show(node[2], depth + 1)}" if node[1] == "Not" else f"-{_show(node[2], depth + 1)}"
    if operation == "o":
        return f"{_show(node[2], depth + 1)} {_OPERATORS.get(node[1], '?')} {_show(node[3], depth + 1)}"
    if operation == "w":
        return f"await {_show(node[1], depth + 1)}"
    if operation == "*":
        return f"*{_show(node[1], depth + 1)}"
    if operation in ("l", "t", "{"):
        inner = ", ".join(_show(item, depth + 1) for item in node[1])
        return {"l": f"[{inner}]", "t": f"({inner})", "{": f"{{{inner}}}"}[operation]
    if operation == "d":
        return "{…}" if node[1] else "{}"
    return "…"
