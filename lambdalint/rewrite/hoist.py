"""A call in a function in, the edits that make it once for each environment out, at module scope.

Nothing is judged here that more than this file tells; `doubts` are the reasons for which the move may change what the
program does.
"""

from __future__ import annotations

import builtins
import re

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.carry import READS, Carried, carried, made_alike
from lambdalint.rewrite.emptied import Emptied, emptied
from lambdalint.rewrite.lift import code_of, is_rebound, lifted, removed, renamed
from lambdalint.rewrite.place import Spot, below_header, top_statement
from lambdalint.rewrite.site import (
    Site,
    changed,
    conditional,
    fresh,
    in_method,
    is_free,
    is_unused,
    shared,
    site_of,
    span_of,
)
from lambdalint.rewrite.source import below, loads
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Calls on a fresh resource that only make another object: no request is sent.
LAZY = frozenset(
    "Table Bucket Object Queue Topic Subscription Alarm Metric Instance Vpc Role User Policy Stack Key".split()
)
ENVIRONMENT = re.compile(r"""environ(?:\.get\(|\[)\s*["'](\w+)["']|getenv\(\s*["'](\w+)["']""")
NEVER = frozenset({"locals", "vars", "eval", "exec"})


class Hoist(NamedTuple):
    """A move. name: what the object is called at module scope. doubts: why it may not be harmless.

    variables: the environment variables that an import then needs and did not before.
    """

    edits: tuple[Edit, ...]
    name: str
    doubts: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


def hoist(text: str, span: Span, wish: str, private: Callable[[str], bool] = lambda name: False) -> Hoist | None:
    """Make a call at module scope; None when it cannot be moved.

    wish: what to call the object when it has no name. private: whether no other file speaks of a function of this one,
    which then goes when nothing is left in it to do.
    """
    site = site_of(text, span)
    if site is None or site.local.declared or conditional(site) or shared(site):
        return None
    target, value = _assigned(site)
    constants = carried(site, value)
    if constants is None and target:  # of `CALL.Table(local)` only the call itself can move, which then needs a name
        target, value = "", _in_cast(site, site.call)
        constants = carried(site, value)
    if constants is None:
        return None
    values = (value, *(one.value for one in constants))
    needed = {name.value for part in values for name in loads(part)} - {one.name for one in constants}
    if not _movable(site, needed):
        return None
    renames = {one.name: one.known for one in constants if one.known and one.known != one.name}
    if any(new in site.local.bound or is_rebound(site, old) for old, new in renames.items()):
        return None
    equal = made_alike(site, code_of(site, value, renames))
    needed |= {one.known for one in constants if one.known}
    last = max((bound.top for name in needed for bound in site.names.bound.get(name, ())), default=0)
    spot = below_header(site.found, last)
    if not equal and _called_before(site, spot):
        return None
    doubts = _doubts(site, values)
    if not target:
        doubts.append("the object gets a name that it did not have")
    move = _Move(site, target, value, constants, renames, equal, spot)
    made = _with_name(move, wish, private) if target else _without_name(move, wish, private)
    if made is None:
        return None
    return Hoist(tuple(made[1]), made[0], tuple(doubts), () if equal else _variables(site, values))


class _Move(NamedTuple):
    """What moves where. target: the local name that the statement gives the value, "" when it has none. constants:
    what moves with it. renames: of those that module scope has already. equal: what is made the same way there."""

    site: Site
    target: str
    value: cst.BaseExpression
    constants: tuple[Carried, ...]
    renames: Mapping[str, str]
    equal: str
    spot: Spot

    def lines(self, own: list[str]) -> list[str]:
        """What is written at module scope, comments and statements; nothing when it is there."""
        if self.equal:
            return []
        return [
            *(line for one in self.constants if not one.known for line in lifted(self.site, one.statement, {})),
            *own,
        ]

    def edits(self, own: list[str], gone: list[cst.SimpleStatementLine]) -> list[Edit] | None:
        """Write the constants and `own` at the spot, and delete the statements; None when a block would be empty."""
        site = self.site
        new = [one.statement for one in self.constants if not one.known]
        every = [*(one.statement for one in self.constants), *gone]
        edits = removed(site, every, () if self.equal else (*new, *gone)) if every else []
        if edits is None:
            return None
        for old, known in self.renames.items():
            edits += renamed(site, old, known, [*every, self.value])
        lines = self.lines(own)
        return [*edits, self.spot.edit(site.path, lines[-1], lines[:-1])] if lines else edits

    def helper(self, name: str, private: Callable[[str], bool]) -> Emptied | None:
        """The function around it, when it has nothing left to do."""
        statements = [one.statement for one in self.constants]
        return emptied(self.site, self.value, name, not self.equal, statements, private)


def _without_name(move: _Move, wish: str, private: Callable[[str], bool]) -> tuple[str, list[Edit]] | None:
    """Give the object a name at module scope, and name it where it was made."""
    site = move.site
    if move.equal in site.local.bound:
        move = move._replace(equal="")
    code = code_of(site, move.value, move.renames)
    name = move.equal or (wish if is_unused(site, wish) else fresh(site, wish))
    helper = move.helper(name, private)
    if helper is not None:
        return helper.name, helper.edits(move.spot, move.lines([f"{helper.name} = {code}"]))
    edits = move.edits([f"{name} = {code}"], [])
    return None if edits is None else (name, [Edit(span_of(site, move.value), name), *edits])


def _with_name(move: _Move, wish: str, private: Callable[[str], bool]) -> tuple[str, list[Edit]] | None:
    """Move the statement, under its own name where that is free."""
    site, target = move.site, move.target
    annotation = _annotation(site)
    if len(site.local.bound.get(target, ())) != 1 or changed(site, target):
        return None
    if annotation is not None and not move.equal and not _evaluates(site, annotation):
        return None
    own = lifted(site, site.statement, move.renames)
    keeps = move.equal or (target if is_free(site, target) else fresh(site, wish))
    helper = move.helper(keeps, private) if annotation is None else None
    if helper is not None:
        own[-1] = helper.name + own[-1][len(target) :]
        return helper.name, helper.edits(move.spot, move.lines(own))
    if keeps != target and (keeps in site.local.bound or annotation is not None or is_rebound(site, target)):
        return None
    own[-1] = keeps + own[-1][len(target) :]
    edits = move.edits(own, [site.statement])
    if edits is None:
        return None
    return keeps, [*edits, *(renamed(site, target, keeps, [site.statement]) if keeps != target else ())]


def _assigned(site: Site) -> tuple[str, cst.BaseExpression]:
    """The local name and the value, when the statement is `name = CALL`, with `cast(T, CALL)` and `CALL.Table(...)`
    for CALL; else "" and the call with the `cast` around it."""
    alone = "", _in_cast(site, site.call)
    if len(site.statement.body) != 1:
        return alone
    only = site.statement.body[0]
    target: cst.BaseExpression
    if isinstance(only, cst.Assign) and len(only.targets) == 1:
        target = only.targets[0].target
    elif isinstance(only, cst.AnnAssign):
        target = only.target
    else:
        return alone
    value = only.value
    if not isinstance(target, cst.Name) or value is None:
        return alone
    inner = value
    if isinstance(value, cst.Call) and is_cast(site, value):
        inner = value.args[1].value
    while inner is not site.call:
        if not isinstance(inner, cst.Call) or not isinstance(inner.func, cst.Attribute):
            return alone
        inside = inner.func.value
        makes = inner.func.attr.value in LAZY or inner.func.attr.value in ("client", "resource")
        if not makes or any(isinstance(node.value, cst.Call) for node in inner.args):
            return alone
        inner = inside
    return target.value, value


def _in_cast(site: Site, value: cst.BaseExpression) -> cst.BaseExpression:
    """A value with the `cast` that says of which type it is."""
    argument = site.found.parents.get(value)
    call = site.found.parents.get(argument) if argument is not None else None
    return call if isinstance(call, cst.Call) and is_cast(site, call) and call.args[1] is argument else value


def is_cast(site: Site, call: cst.Call) -> bool:
    return site.found.code(call.func) in ("cast", "typing.cast") and len(call.args) == 2


def _movable(site: Site, needed: set[str]) -> bool:
    """Whether every name a value needs is bound once, at import, by nothing that may be skipped or repeated."""
    if needed & site.local.bound.keys() or NEVER & {name.value for name in loads(site.function.body)}:
        return False
    for name in needed:
        bound = site.names.bound.get(name, [])
        if name in site.names.declared:
            return False
        if not bound:
            if not hasattr(builtins, name):
                return False
        elif any(one.kind == "other" or not one.plain for one in bound) or (
            len(bound) > 1 and any(one.kind != "import" for one in bound)
        ):
            return False
    return not any(
        isinstance(node, (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp, cst.Lambda, cst.NamedExpr))
        for node in below(site.call)
    )


def _doubts(site: Site, values: Sequence[cst.BaseExpression]) -> list[str]:
    """Why making it at import may differ from making it in the function."""
    doubts: list[str] = []
    if in_method(site):
        doubts.append("all objects of the class then share it")
    if isinstance(site.function.body, cst.IndentedBlock) and site.function.decorators:
        names = [site.found.code(one.decorator) for one in site.function.decorators]
        if any(re.search(r"mock|patch|fixture", name) for name in names):
            doubts.append("its function is decorated by a test tool")
    for node in (node for value in values for node in below(value)):
        if isinstance(node, cst.Call) and node is not site.call and not _quiet(site, node):
            doubts.append(f"{site.found.code(node.func)} then runs at import")
        if isinstance(node, cst.Subscript) and not ENVIRONMENT.search(site.found.code(node)):
            doubts.append(f"{site.found.code(node)} may change after the import")
        if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
            bound = site.names.bound.get(node.value.value, [])
            if bound and bound[0].kind == "assign" and not isinstance(site.found.parents.get(node), cst.Call):
                doubts.append(f"{site.found.code(node)} may change after the import")
    text = site.found.text
    if re.search(r"environ(\[[^\]]*\]\s*=[^=]|\.(update|setdefault|pop|clear)\()|putenv|load_dotenv", text):
        doubts.append("the module changes the environment")
    if re.search(r"setup_default_session|DEFAULT_SESSION", text):
        doubts.append("the module changes boto3's default session")
    if re.search(
        r"\b(threading|ThreadPool|concurrent\.futures|multiprocessing|asyncio\.to_thread|run_in_executor)", text
    ):
        doubts.append("the module uses threads or processes")
    return doubts


def _quiet(site: Site, node: cst.Call) -> bool:
    """Whether a call inside the value does nothing at import but make something."""
    code = site.found.code(node.func)
    if code in READS or is_cast(site, node):
        return True
    if isinstance(node.func, cst.Attribute) and any(inner is site.call for inner in below(node.func)):
        return True  # CALL.Table(...)
    root = code.split(".")[0]
    imports = [one.node for one in site.names.bound.get(root, ()) if one.kind == "import"]
    return bool(imports) and all(re.match(r"(from|import) (botocore|boto3)\b", site.found.code(one)) for one in imports)


def _variables(site: Site, values: Sequence[cst.BaseExpression]) -> tuple[str, ...]:
    """Environment variables that the values read and nothing else reads at import."""
    read = {one or other for value in values for one, other in ENVIRONMENT.findall(site.found.code(value))}
    if not read:
        return ()
    known: set[str] = set()
    for statement in site.found.module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            known |= set(re.findall(r"environ\[\s*[\"'](\w+)[\"']", site.found.code(statement)))
    return tuple(sorted(read - known))


def _annotation(site: Site) -> cst.Annotation | None:
    only = site.statement.body[0]
    return only.annotation if isinstance(only, cst.AnnAssign) else None


def _evaluates(site: Site, annotation: cst.Annotation) -> bool:
    """Whether an annotation can stand at module scope, where it is evaluated."""
    if re.search(r"^from __future__ import [^\n]*\bannotations\b", site.found.text, re.M):
        return True
    for name in loads(annotation.annotation):
        bound = site.names.bound.get(name.value, [])
        if not hasattr(builtins, name.value) and not any(one.plain for one in bound):
            return False
    return True


def _called_before(site: Site, spot: Spot) -> bool:
    """Whether something at module scope uses the function before the new statement has run."""
    top = top_statement(site.found, site.function)
    name = site.outermost.name.value
    for index, statement in enumerate(site.found.module.body[: spot.top + 1]):
        if index == top or isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            continue
        if any(one.value == name for one in loads(statement)):
            return True
    return False
