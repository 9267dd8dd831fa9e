"""A condition in, whether it only asks if what a call looked for is there out: "present", "absent", "" otherwise."""

from __future__ import annotations

from lambdalint.languages.python.interpret import expressions
from lambdalint.languages.python.interpret.values import Ext, options
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk

Tuple = tuple[Any, ...]
_OTHER = {"present": "absent", "absent": "present", "": ""}
_NOTHING = (None, 0, "", False)


def asks(walk: Walk, frame: Frame, node: Tuple, negated: bool) -> str:
    """What must be so for the code under the condition to run: `if "Item" not in answer: return` leaves "present"."""
    found = _presence(walk, frame, node)
    return _OTHER[found] if negated else found


def _presence(walk: Walk, frame: Frame, node: Tuple) -> str:
    if node[0] == "u" and node[1] == "Not":
        return _OTHER[_presence(walk, frame, node[2])]
    if node[0] == "q" and len(node[2]) == 1:
        return _compared(walk, frame, node[2][0], node[1], node[3][0])
    return "present" if _is_answer(walk, frame, node) or _is_length(walk, frame, node) else ""


def _compared(walk: Walk, frame: Frame, operator: str, left: Tuple, right: Tuple) -> str:
    if operator in ("In", "NotIn"):
        named = left[0] == "k" and _is_member(left[1]) and _is_answer(walk, frame, right)
        return ("present" if operator == "In" else "absent") if named else ""
    is_length = _is_length(walk, frame, left)
    if is_length and operator in ("GtE", "Lt") and right == ("k", 1):
        return "present" if operator == "GtE" else "absent"
    if right[0] != "k" or right[1] not in _NOTHING or not (is_length or _is_answer(walk, frame, left)):
        return ""
    if operator in ("Is", "Eq"):
        return "absent"
    return "present" if operator in ("IsNot", "NotEq", "Gt") else ""


def _is_length(walk: Walk, frame: Frame, node: Tuple) -> bool:
    """`len(answer)`."""
    return node[0] == "c" and node[1][:2] == ("n", "len") and len(node[2]) == 1 and _is_answer(walk, frame, node[2][0])


def _is_answer(walk: Walk, frame: Frame, node: Tuple) -> bool:
    """A name that holds what a call gave, or a member of it that services write with a capital: `answer["Item"]`."""
    if node[0] == "n":
        value = expressions.lookup(walk, frame, node[1])
        return any(isinstance(option, Ext) and option.made_by is not None for option in options(value))
    if node[0] == "s":
        return node[2][0] == "k" and _is_member(node[2][1])
    if node[0] == "c" and node[1][0] == "a" and node[1][2] == "get" and node[2]:
        return node[2][0][0] == "k" and _is_member(node[2][0][1])
    return False


def _is_member(name: Any) -> bool:
    return isinstance(name, str) and name[:1].isupper()
