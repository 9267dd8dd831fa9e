"""An environment marker (PEP 508) and the Python of a function -> whether pip would install the requirement there.

A Lambda function runs CPython on Linux; what is not known of it (Python version, architecture) leaves the answer open.
"""

from __future__ import annotations

from lambdalint.caching import lru_cache
from lambdalint.patterns import re

TOKEN = r"\s*(\(|\)|===?|~=|!=|<=|>=|<|>|not\s+in\b|in\b|and\b|or\b|'[^']*'|\"[^\"]*\"|[A-Za-z_][\w.]*)"
VERSION = r"\d+(?:\.\d+)*"
FIXED = {
    "os_name": "posix",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "extra": "",
}


@lru_cache(maxsize=1024)
def holds(marker: str, python: str = "", machine: str = "") -> bool | None:
    """Does a marker hold on Lambda? python: "3.12" or "" when unknown; machine: "x86_64", "aarch64" or "".

    None when that depends on what is not known, or when the marker cannot be read.
    """
    tokens = []
    position = 0
    text = marker.rstrip()
    while position < len(text):
        found = re.match(TOKEN, text[position:])
        if found is None:
            return None
        tokens.append(found[1])
        position += found.end()
    environment = dict(FIXED)
    if python:
        environment["python_version"] = python
    if machine:
        environment["platform_machine"] = machine
    try:
        value, rest = _either(tokens, environment)
    except (IndexError, RecursionError):
        return None
    return None if rest else value


def _either(tokens: list[str], environment: dict[str, str]) -> tuple[bool | None, list[str]]:
    value, tokens = _both(tokens, environment)
    while tokens and tokens[0] == "or":
        other, tokens = _both(tokens[1:], environment)
        value = True if value or other else None if value is None or other is None else False
    return value, tokens


def _both(tokens: list[str], environment: dict[str, str]) -> tuple[bool | None, list[str]]:
    value, tokens = _one(tokens, environment)
    while tokens and tokens[0] == "and":
        other, tokens = _one(tokens[1:], environment)
        value = False if value is False or other is False else None if value is None or other is None else True
    return value, tokens


def _one(tokens: list[str], environment: dict[str, str]) -> tuple[bool | None, list[str]]:
    if tokens[0] == "(":
        value, tokens = _either(tokens[1:], environment)
        return (value, tokens[1:]) if tokens[0] == ")" else (None, tokens)
    left, operator, right = tokens[0], " ".join(tokens[1].split()), tokens[2]
    return _compared(_operand(left, environment), operator, _operand(right, environment), left + right), tokens[3:]


def _operand(token: str, environment: dict[str, str]) -> str | None:
    if token[0] in "'\"":
        return token[1:-1]
    if token == "python_full_version" and "python_version" in environment:
        return environment["python_version"] + ".*"  # any patch release
    return environment.get(token)


def _compared(left: str | None, operator: str, right: str | None, text: str) -> bool | None:
    if left is None or right is None:
        return None
    if operator in ("in", "not in"):
        return (left in right) == (operator == "in")
    if "python" not in text or "implementation" in text:
        return None if operator not in ("==", "!=", "===") else (left == right) == (operator != "!=")
    return _versions(left, operator, right)


def _versions(left: str, operator: str, right: str) -> bool | None:
    if left.endswith(".*") or right.endswith(".*"):
        return _prefixes(left, operator, right)
    if not (re.fullmatch(VERSION, left) and re.fullmatch(VERSION, right)):
        return None
    first, second = _numbers(left), _numbers(right)
    if operator == "~=":
        return first >= second and first[: len(right.split(".")) - 1] == second[: len(right.split(".")) - 1]
    if operator in ("==", "==="):
        return first == second
    if operator == "!=":
        return first != second
    if operator == "<":
        return first < second
    if operator == "<=":
        return first <= second
    return first > second if operator == ">" else first >= second


def _prefixes(left: str, operator: str, right: str) -> bool | None:
    """One side is a series such as 3.12.*: decided only when the series as a whole is on one side."""
    first, second = left.removesuffix(".*"), right.removesuffix(".*")
    if not (re.fullmatch(VERSION, first) and re.fullmatch(VERSION, second)):
        return None
    length = min(first.count("."), second.count(".")) + 1
    low, high = _numbers(first)[:length], _numbers(second)[:length]
    if low == high:
        if operator in ("==", "!=") and second.count(".") <= first.count("."):
            return operator == "=="
        if operator == ">=" and all(part == "0" for part in second.split(".")[length:]):
            return True
        if operator == "<" and all(part == "0" for part in second.split(".")[length:]):
            return False
        return None
    return {"<": low < high, "<=": low < high, ">": low > high, ">=": low > high, "==": False, "!=": True}.get(operator)


def _numbers(version: str) -> tuple[int, ...]:
    parts = tuple(int(part) for part in version.split("."))
    return parts + (0,) * (4 - len(parts))
