"""A node of a data file without expressions in, the Value it stands for out, turned into the setting's type."""

from __future__ import annotations

from lambdalint.model import ABSENT, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.model import Node


def plain_value(node: Node | None, path: str, convert: Callable[[Any], Any] | None = None) -> Value[Any]:
    """The Value of a node in the file at path; ABSENT for nothing and null, unknown when it is of another type."""
    if node is None or (node.kind == "scalar" and node.value is None):
        return ABSENT
    plain = node.plain()
    return Value(convert(plain) if convert is not None else plain, node.span(path))


def default(known: Any) -> Value[Any]:
    """A tool's own value for a setting that nobody wrote."""
    return Value(known, None, written=False)


def or_default(given: Value[Any], known: Any) -> Value[Any]:
    """The value that is written, else the tool's own."""
    return given if given.written else default(known)


def number(plain: Any) -> int | None:
    """A whole number, written as one or as text."""
    if isinstance(plain, bool):
        return None
    if isinstance(plain, int):
        return plain
    if isinstance(plain, float):
        return int(plain) if plain.is_integer() else None
    digits = str(plain).strip() if isinstance(plain, str) else ""
    return int(digits) if digits.lstrip("-").isascii() and digits.lstrip("-").isdigit() and len(digits) < 20 else None


def text(plain: Any) -> str | None:
    """A text; numbers and truth values as the services write them."""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return str(plain) if isinstance(plain, (str, int, float)) else None


def flag(plain: Any) -> bool | None:
    """True or False, written as such or as text."""
    if isinstance(plain, bool):
        return plain
    return {"true": True, "false": False}.get(plain.lower()) if isinstance(plain, str) else None


# What every function has that nothing is said about, whatever it is deployed with.
USUAL: dict[str, Any] = {
    "package_type": "Zip",
    "architecture": "x86_64",
    "ephemeral_storage": 512,
    "tracing": "PassThrough",
    "logging": "Text",
    "async_retries": 2,
    "async_max_age": 21600,
    "recursive_loop": "Terminate",
}
