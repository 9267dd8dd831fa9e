"""A function that does nothing but make an object in, what becomes of its callers out when the object is made once.

`def get_client(): return boto3.client("s3")` has nothing left to do then: its calls name the object, and it goes.
"""

from __future__ import annotations

import re

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.lift import is_rebound
from lambdalint.rewrite.site import Site, inside, is_free, span_of
from lambdalint.rewrite.source import below, loads, scope_of_function
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambdalint.rewrite.place import Spot


class Emptied(NamedTuple):
    """A helper that goes. name: what the object is called. uses: its calls, each with the statement `name = helper()`
    that goes with it, or None."""

    site: Site
    name: str
    uses: tuple[tuple[cst.Call, cst.SimpleStatementLine | None], ...]

    def edits(self, spot: Spot, lines: Sequence[str]) -> list[Edit]:
        """The helper goes, the object is named where it was called, and made at the spot unless it is already."""
        gone = self._helper()
        made = [gone]
        if lines:
            new = spot.edit(self.site.path, lines[-1], lines[:-1])
            if new.span[1:3] == gone.span[1:3]:
                made = [Edit(gone.span, new.text)]
            else:
                made.append(new)
        for call, statement in self.uses:
            if statement is None:
                made.append(Edit(span_of(self.site, call), self.name))
            else:
                place = self.site.found.places[statement]
                made.append(Edit(Span(self.site.path, place.start.line, 1, place.end.line + 1, 1), ""))
        return made

    def _helper(self) -> Edit:
        """Delete the helper and the blank lines below it, those above it when nothing follows."""
        lines = self.site.found.lines
        place = self.site.found.places[self.site.function]
        first, last = place.start.line, place.end.line
        while last < len(lines) and not lines[last].strip():
            last += 1
        if last < len(lines):
            return Edit(Span(self.site.path, first, 1, last + 1, 1), "")
        while first > 1 and not lines[first - 2].strip():
            first -= 1
        return Edit(Span(self.site.path, first, 1, len(lines), len(lines[-1]) + 1), "")


def emptied(
    site: Site,
    value: cst.BaseExpression,
    wish: str,
    ask: bool,
    constants: Sequence[cst.SimpleStatementLine],
    private: Callable[[str], bool],
) -> Emptied | None:
    """What becomes of the callers, None when the function has more to do or others may speak of it.

    wish: what to call the object; ask: unless all callers give it another name. constants: statements that are carried.
    """
    function = site.function
    name = function.name.value
    if not _only_makes(site, value, constants) or not private(name):
        return None
    if re.search(rf"[\"']{re.escape(name)}[\"']", site.found.text) or len(site.names.bound.get(name, ())) != 1:
        return None
    calls = _calls(site, name)
    if not calls:
        return None
    targets = {_target(site, call) for call in calls} - {""}
    told = next(iter(targets)) if ask and len(targets) == 1 else ""
    for one in (told, wish) if told and is_free(site, told) else (wish,):
        uses = [_use(site, call, one) for call in calls]
        if all(uses):
            return Emptied(site, one, tuple(use for use in uses if use is not None))
    return None


def _only_makes(site: Site, value: cst.BaseExpression, constants: Sequence[cst.SimpleStatementLine]) -> bool:
    """Whether a function at module scope only makes an object and returns it."""
    function = site.function
    if site.found.parents.get(function) is not site.found.module or function.decorators or function.asynchronous:
        return False
    if len(function.params.children) or any(isinstance(node, cst.Comment) for node in below(function)):
        return False
    statements = [
        one
        for index, one in enumerate(function.body.body)
        if one not in constants and not (index == 0 and _is_short_text(site, one))
    ]
    if not all(isinstance(one, cst.SimpleStatementLine) and len(one.body) == 1 for one in statements):
        return False
    small = [one.body[0] for one in statements if isinstance(one, cst.SimpleStatementLine)]
    if len(small) == 1:
        return isinstance(small[0], cst.Return) and small[0].value is value
    if len(small) != 2 or not isinstance(small[1], cst.Return) or not isinstance(small[1].value, cst.Name):
        return False
    made = small[0]
    if isinstance(made, cst.Assign) and len(made.targets) == 1:
        target: cst.BaseExpression = made.targets[0].target
    elif isinstance(made, cst.AnnAssign):
        target = made.target
    else:
        return False
    return made.value is value and isinstance(target, cst.Name) and target.value == small[1].value.value


def _is_short_text(site: Site, statement: cst.CSTNode) -> bool:
    """Whether it is a docstring of one line: what it says of the object, the object's name says."""
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.Expr):
        return False
    place = site.found.places[statement]
    return isinstance(statement.body[0].value, cst.SimpleString) and place.start.line == place.end.line


def _calls(site: Site, name: str) -> list[cst.Call] | None:
    """Every use of the helper, when each is a plain call in a function."""
    found: list[cst.Call] = []
    for node in loads(site.found.module):
        if node.value != name or inside(site, node, site.function):
            continue
        call = site.found.parents.get(node)
        around = [one for one in site.found.above(node) if isinstance(one, cst.FunctionDef)]
        if not isinstance(call, cst.Call) or call.func is not node or call.args or not around:
            return None
        if any(name in scope_of_function(site.found, one).bound for one in around):
            return None
        found.append(call)
    return found


def _target(site: Site, call: cst.Call) -> str:
    """The name that the statement of a call gives the object."""
    made = site.found.parents.get(call)
    if isinstance(made, cst.Assign) and len(made.targets) == 1 and isinstance(made.targets[0].target, cst.Name):
        return made.targets[0].target.value
    return ""


def _use(site: Site, call: cst.Call, name: str) -> tuple[cst.Call, cst.SimpleStatementLine | None] | None:
    """What becomes of one call when the object has that name; None when the name means something else there."""
    around = [one for one in site.found.above(call) if isinstance(one, cst.FunctionDef)]
    bound = [item for one in around for item in scope_of_function(site.found, one).bound.get(name, ())]
    if not bound:
        return (call, None)
    made = site.found.parents.get(call)
    statement = site.found.parents.get(made) if made is not None else None
    if _target(site, call) != name or len(bound) != 1 or bound[0].node is not made:
        return None
    block = site.found.parents.get(statement) if statement is not None else None
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1 or len(statement.leading_lines):
        return None
    if any(isinstance(node, cst.Comment) for node in below(statement)) or is_rebound(
        site._replace(function=around[0]), name
    ):
        return None
    if block is not around[0].body or len(around[0].body.body) < 2:
        return None
    return (call, statement)
