"""A call in a function in, the edits that make it once for each environment out, at module scope.

Nothing is judged here that more than this file tells; `doubts` are the reasons for which the move may change what the
program does. The statement moves with its annotation, its comment and, where they are about it, the comments above.
"""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.place import Spot, below_header, top_statement
from lambdalint.rewrite.source import (
    Scope,
    Source,
    below,
    call_at,
    loads,
    same,
    scope_of_function,
    scope_of_module,
    source,
)

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from lambdalint.records import NamedTuple

# Calls on a fresh resource that only make another object: no request is sent.
LAZY = frozenset(
    "Table Bucket Object Queue Topic Subscription Alarm Metric Instance Vpc Role User Policy Stack Key".split()
)
ENVIRONMENT = re.compile(r"""environ(?:\.get\(|\[)\s*["'](\w+)["']|getenv\(\s*["'](\w+)["']""")
CHANGES = frozenset("close events headers mount register hooks auth cookies params proxies verify shutdown".split())
NEVER = frozenset({"locals", "vars", "eval", "exec"})
ABOUT = re.compile(r"client|connect|resource|session|boto|initiali[sz]e|instantiat", re.IGNORECASE)


class Hoist(NamedTuple):
    """A move. name: what the object is called at module scope. doubts: why it may not be harmless.

    variables: the environment variables that an import then needs and did not before.
    """

    edits: tuple[Edit, ...]
    name: str
    doubts: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


class _Site(NamedTuple):
    """Where the call stands. above: the compound statements between it and its function, innermost first."""

    found: Source
    path: str
    call: cst.Call
    statement: cst.SimpleStatementLine
    function: cst.FunctionDef
    above: tuple[cst.CSTNode, ...]
    names: Scope  # of the module
    local: Scope  # of the function


def hoist(text: str, span: Span, wish: str) -> Hoist | None:
    """Make a call at module scope. wish: what to call the object when it has no name; None when it cannot be moved."""
    site = _site(text, span)
    if site is None or site.local.declared or _conditional(site) or shared(site):
        return None
    whole = _assigned(site)
    value: cst.BaseExpression = site.call
    if whole is not None:
        value = whole[1]
    needed = {name.value for name in loads(value)}
    if not _movable(site, needed) or (whole is None and _depends(site, value)):
        return None
    last = max((bound.top for name in needed for bound in site.names.bound.get(name, ())), default=0)
    doubts = list(_doubts(site, value, needed))
    variables = _variables(site, value)
    equal = _equal(site, value)
    if whole is None:
        doubts.append("the object gets a name that it did not have")
        equal = "" if equal in site.local.bound else equal
        name = equal or _fresh(site, wish)
        edits = [Edit(_span(site, site.call), name)]
        if not equal:
            spot = below_header(site.found, last)
            if _called_before(site, spot):
                return None
            edits.append(spot.edit(site.path, f"{name} = {_dedented(site, value)}"))
        return Hoist(tuple(edits), name, tuple(doubts), variables)
    target, value = whole
    if len(site.local.bound.get(target, ())) != 1 or _sole(site) or changed(site, target):
        return None
    keeps = equal or (target if _free(site, target) else _fresh(site, wish))
    if keeps != target and (keeps in site.local.bound or _annotation(site) is not None or _rebound(site, target)):
        return None
    edits = list(_removed(site, not equal))
    if keeps != target:
        edits += _renamed(site, target, keeps)
    if not equal:
        spot = below_header(site.found, last)
        if _called_before(site, spot):
            return None
        comments, statement = _moved(site, target, keeps)
        edits.append(spot.edit(site.path, statement, comments))
        annotation = _annotation(site)
        if annotation is not None and not _evaluates(site, annotation):
            return None
    return Hoist(tuple(edits), keeps, tuple(doubts), () if equal else variables)


def _site(text: str, span: Span) -> _Site | None:
    found = source(text)
    if found is None:
        return None
    call = call_at(found, (span.line, span.column), (span.end_line, span.end_column))
    if call is None:
        return None
    statement: cst.SimpleStatementLine | None = None
    function: cst.FunctionDef | None = None
    between: list[cst.CSTNode] = []
    for node in found.above(call):
        if isinstance(node, (cst.Lambda, cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp, cst.Decorator)):
            return None
        if isinstance(node, (cst.Param, cst.Parameters)) and statement is None:
            return None
        if isinstance(node, cst.SimpleStatementLine) and statement is None:
            statement = node
        elif isinstance(node, cst.FunctionDef):
            function = node
            break
        elif isinstance(node, cst.ClassDef):
            return None
        elif statement is not None:
            between.append(node)
    if statement is None or function is None:
        return None
    outer = [node for node in found.above(function) if isinstance(node, (cst.FunctionDef, cst.ClassDef))]
    if any(isinstance(node, cst.FunctionDef) for node in outer):
        return None
    return _Site(
        found, span.path, call, statement, function, tuple(between), scope_of_module(found),
        scope_of_function(found, function),
    )  # fmt: skip


def _conditional(site: _Site) -> bool:
    """Whether the call is made on some paths only, as far as its own function tells."""
    inner = (cst.If, cst.For, cst.While, cst.Match, cst.ExceptHandler, cst.Else, cst.Finally)
    if any(isinstance(node, inner) for node in site.above):
        return True
    for node in site.found.above(site.call):
        if node is site.statement:
            return False
        if isinstance(node, (cst.IfExp, cst.BooleanOperation, cst.Await, cst.Yield)):
            return True
    return True


def _in_method(site: _Site) -> bool:
    return any(isinstance(node, cst.ClassDef) for node in site.found.above(site.function))


def _assigned(site: _Site) -> tuple[str, cst.BaseExpression] | None:
    """The local name and the value, when the statement is `name = CALL` or `name = CALL.Table(...)`."""
    if len(site.statement.body) != 1:
        return None
    only = site.statement.body[0]
    target: cst.BaseExpression
    if isinstance(only, cst.Assign) and len(only.targets) == 1:
        target = only.targets[0].target
    elif isinstance(only, cst.AnnAssign):
        target = only.target
    else:
        return None
    value = only.value
    if not isinstance(target, cst.Name) or value is None:
        return None
    inner: cst.BaseExpression = value
    while inner is not site.call:
        if not isinstance(inner, cst.Call) or not isinstance(inner.func, cst.Attribute):
            return None
        inside = inner.func.value
        makes = inner.func.attr.value in LAZY or inner.func.attr.value in ("client", "resource")
        if not makes or any(isinstance(node.value, cst.Call) for node in inner.args):
            return None
        inner = inside
    if _depends(site, value):
        return None  # of `CALL.Table(local)` only the call itself can move, which then needs a name
    return target.value, value


def _depends(site: _Site, value: cst.BaseExpression) -> bool:
    return any(name.value in site.local.bound for name in loads(value))


def _movable(site: _Site, needed: set[str]) -> bool:
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


def _doubts(site: _Site, value: cst.BaseExpression, needed: set[str]) -> list[str]:
    """Why making it at import may differ from making it in the function."""
    doubts: list[str] = []
    if _in_method(site):
        doubts.append("all objects of the class then share it")
    if isinstance(site.function.body, cst.IndentedBlock) and site.function.decorators:
        names = [site.found.code(one.decorator) for one in site.function.decorators]
        if any(re.search(r"mock|patch|fixture", name) for name in names):
            doubts.append("its function is decorated by a test tool")
    for node in below(value):
        if isinstance(node, cst.Call) and node is not site.call and not _quiet(site, node, value):
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


def _quiet(site: _Site, node: cst.Call, value: cst.BaseExpression) -> bool:
    """Whether a call inside the value does nothing at import but make something."""
    code = site.found.code(node.func)
    if code in ("os.getenv", "os.environ.get", "getenv", "environ.get"):
        return True
    if isinstance(node.func, cst.Attribute) and any(inner is site.call for inner in below(node.func)):
        return True  # CALL.Table(...)
    root = code.split(".")[0]
    imports = [one.node for one in site.names.bound.get(root, ()) if one.kind == "import"]
    return bool(imports) and all(re.match(r"(from|import) (botocore|boto3)\b", site.found.code(one)) for one in imports)


def _variables(site: _Site, value: cst.BaseExpression) -> tuple[str, ...]:
    """Environment variables that the value reads and nothing else reads at import."""
    read = {one or other for one, other in ENVIRONMENT.findall(site.found.code(value))}
    if not read:
        return ()
    known: set[str] = set()
    for statement in site.found.module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            known |= set(re.findall(r"environ\[\s*[\"'](\w+)[\"']", site.found.code(statement)))
    return tuple(sorted(read - known))


def _equal(site: _Site, value: cst.BaseExpression) -> str:
    """The name of an object at module scope that is made the same way, "" when there is none."""
    wanted = site.found.code(value)
    for name, bound in site.names.bound.items():
        if len(bound) != 1 or bound[0].kind != "assign" or not bound[0].plain or name in site.names.declared:
            continue
        node = bound[0].node
        if isinstance(node, (cst.Assign, cst.AnnAssign)) and node.value is not None:
            top = site.found.module.body[bound[0].top]
            if isinstance(top, cst.SimpleStatementLine) and same(site.found.code(node.value), wanted):
                return name
    return ""


def _free(site: _Site, name: str) -> bool:
    """Whether a name can be bound at module scope: nothing else there or in other functions would notice."""
    if name in site.names.bound or name in site.names.declared or hasattr(builtins, name) or site.names.star:
        return False
    return not any(
        isinstance(node, cst.Name)
        and node.value == name
        and not _inside(site, node, site.function)
        and not _local(site, node)
        for node in below(site.found.module)
    )


def _local(site: _Site, node: cst.Name) -> bool:
    """Whether a name is an attribute, a keyword or bound in the function it stands in."""
    if not _is_name(site, node):
        return True
    for above in site.found.above(node):
        if isinstance(above, cst.FunctionDef) and node.value in scope_of_function(site.found, above).bound:
            return True
    return False


def _inside(site: _Site, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
    return any(above is outer for above in site.found.above(node))


def _fresh(site: _Site, wish: str) -> str:
    """A name near the wish that no scope of the file uses."""
    used = {node.value for node in below(site.found.module) if isinstance(node, cst.Name) and _is_name(site, node)}
    used |= set(dir(builtins))
    count = 1
    name = wish
    while name in used:
        count += 1
        name = f"{wish}_{count}"
    return name


def _is_name(site: _Site, node: cst.Name) -> bool:
    """Whether it is a name of its own: no attribute and no keyword."""
    parent = site.found.parents.get(node)
    if isinstance(parent, cst.Attribute):
        return parent.attr is not node
    return not (isinstance(parent, cst.Arg) and parent.keyword is node)


def changed(site: _Site, name: str) -> bool:
    """Whether the function changes or ends the object that it made, so that it must be its own.

    An attribute is set, something is registered, mounted or put into its headers, it is closed or returned.
    """
    for node in below(site.function.body):
        if isinstance(node, cst.Return) and isinstance(node.value, cst.Name) and node.value.value == name:
            return not _is_aws(site)
        if not isinstance(node, cst.Attribute):
            continue
        inner: cst.BaseExpression = node
        while isinstance(inner, cst.Attribute):
            inner = inner.value
        if not isinstance(inner, cst.Name) or inner.value != name:
            continue
        if node.attr.value in CHANGES or isinstance(site.found.parents.get(node), (cst.AssignTarget, cst.AugAssign)):
            return True
    return False


def shared(site: _Site) -> bool:
    """Whether the statement is `self.name = CALL` and the object behind the name is changed or ended somewhere."""
    only = site.statement.body[0]
    if not isinstance(only, cst.Assign) or not isinstance(only.targets[0].target, cst.Attribute):
        return False
    name = re.escape(only.targets[0].target.attr.value)
    return re.search(rf"\.{name}\.(?:({'|'.join(sorted(CHANGES))})\b|\w+\s*=[^=])", site.found.text) is not None


def _is_aws(site: _Site) -> bool:
    return re.search(r"\b(client|resource|Session)$", site.found.code(site.call.func)) is not None and (
        "boto" in site.found.text
    )


def _sole(site: _Site) -> bool:
    """Whether the statement is all its block holds, so that the block is there for its sake."""
    block = site.found.parents.get(site.statement)
    return not isinstance(block, cst.IndentedBlock) or len(block.body) == 1


def _removed(site: _Site, comments: bool) -> list[Edit]:
    """Delete the statement's lines, those of its own comments, and the blank lines that then stand at an edge."""
    lines = site.found.lines
    place = site.found.places[site.statement]
    first, last = place.start.line, place.end.line
    first -= len(_own_comments(site)) if comments else 0
    block = site.found.parents[site.statement]
    assert isinstance(block, cst.IndentedBlock)
    leads = block.body[0] is site.statement and not _own_comments(site, True)
    if leads or not lines[first - 2].strip():
        while last < len(lines) and not lines[last].strip() and last + 1 < len(lines):
            last += 1
    left = "" if comments else _inner_comments(site)
    return [Edit(Span(site.path, first, 1, last + 1, 1), left)]


def _inner_comments(site: _Site) -> str:
    """The comments of a statement that goes without being written again, as a line of their own."""
    found = [node.value for node in below(site.statement) if isinstance(node, cst.Comment)]
    leading = [node.comment.value for node in site.statement.leading_lines if node.comment is not None]
    own = found[len(leading) :]
    line = site.found.lines[site.found.places[site.statement].start.line - 1]
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{'  '.join(own)}\n" if own else ""


def _own_comments(site: _Site, every: bool = False) -> list[str]:
    """The comments directly above the statement, when they are about what moves; `every`: or not."""
    place = site.found.places[site.statement]
    lines = site.found.lines
    first = place.start.line
    while first > 1 and lines[first - 2].strip().startswith("#"):
        first -= 1
    own = [line.strip() for line in lines[first - 1 : place.start.line - 1]]
    following = lines[place.end.line].strip() if place.end.line < len(lines) else ""
    target = site.statement.body[0]
    names = [node.value for node in below(target) if isinstance(node, cst.Name)]
    words = {word for line in own for word in re.findall(r"\w+", line)}
    about = any(map(ABOUT.search, own)) or not words.isdisjoint(names)
    return own if every or about or not following else []


def _moved(site: _Site, target: str, name: str) -> tuple[list[str], str]:
    """The statement as it stands at module scope, and the comments above it."""
    statement = site.statement.with_changes(leading_lines=())
    code = site.found.code(statement).rstrip("\r\n")
    if name != target:
        code = name + code[len(target) :]
    return _own_comments(site), re.sub(r"\r\n|\r", "\n", code)


def _dedented(site: _Site, value: cst.BaseExpression) -> str:
    return re.sub(r"\r\n|\r", "\n", site.found.code(value))


def _rebound(site: _Site, name: str) -> bool:
    """Whether a scope inside the function has the same name for something else."""
    for node in below(site.function.body):
        if isinstance(node, cst.FunctionDef) and name in scope_of_function(site.found, node).bound:
            return True
        if isinstance(node, cst.Param) and node.name.value == name:
            return True
        if isinstance(node, cst.CompFor) and any(one.value == name for one in loads(node.target)):
            return True
        if isinstance(node, cst.ClassDef):
            return True
    return False


def _renamed(site: _Site, old: str, new: str) -> list[Edit]:
    """Every use of a local name but the statement that goes."""
    return [
        Edit(_span(site, name), new)
        for name in loads(site.function.body)
        if name.value == old and not _inside(site, name, site.statement)
    ]


def _span(site: _Site, node: cst.CSTNode) -> Span:
    place = site.found.places[node]
    return Span(site.path, place.start.line, place.start.column + 1, place.end.line, place.end.column + 1)


def _annotation(site: _Site) -> cst.Annotation | None:
    only = site.statement.body[0]
    return only.annotation if isinstance(only, cst.AnnAssign) else None


def _evaluates(site: _Site, annotation: cst.Annotation) -> bool:
    """Whether an annotation can stand at module scope, where it is evaluated."""
    if re.search(r"^from __future__ import [^\n]*\bannotations\b", site.found.text, re.M):
        return True
    for name in loads(annotation.annotation):
        bound = site.names.bound.get(name.value, [])
        if not hasattr(builtins, name.value) and not any(one.plain for one in bound):
            return False
    return True


def _called_before(site: _Site, spot: Spot) -> bool:
    """Whether something at module scope uses the function before the new statement has run."""
    top = top_statement(site.found, site.function)
    name = site.function.name.value
    for index, statement in enumerate(site.found.module.body[: spot.top + 1]):
        if index == top or isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            continue
        if any(one.value == name for one in loads(statement)):
            return True
    return False
