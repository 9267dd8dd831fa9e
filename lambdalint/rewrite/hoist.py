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
from lambdalint.rewrite.site import (
    Site,
    changed,
    conditional,
    dedented,
    depends,
    fresh,
    in_method,
    inside,
    is_free,
    shared,
    site_of,
    span_of,
)
from lambdalint.rewrite.source import (
    below,
    loads,
    same,
    scope_of_function,
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


def hoist(text: str, span: Span, wish: str) -> Hoist | None:
    """Make a call at module scope. wish: what to call the object when it has no name; None when it cannot be moved."""
    site = site_of(text, span)
    if site is None or site.local.declared or conditional(site) or shared(site):
        return None
    whole = _assigned(site)
    value: cst.BaseExpression = site.call
    if whole is not None:
        value = whole[1]
    needed = {name.value for name in loads(value)}
    if not _movable(site, needed) or (whole is None and depends(site, value)):
        return None
    last = max((bound.top for name in needed for bound in site.names.bound.get(name, ())), default=0)
    doubts = list(_doubts(site, value, needed))
    variables = _variables(site, value)
    equal = _equal(site, value)
    if whole is None:
        doubts.append("the object gets a name that it did not have")
        equal = "" if equal in site.local.bound else equal
        name = equal or fresh(site, wish)
        edits = [Edit(span_of(site, site.call), name)]
        if not equal:
            spot = below_header(site.found, last)
            if _called_before(site, spot):
                return None
            edits.append(spot.edit(site.path, f"{name} = {dedented(site, value)}"))
        return Hoist(tuple(edits), name, tuple(doubts), variables)
    target, value = whole
    if len(site.local.bound.get(target, ())) != 1 or _sole(site) or changed(site, target):
        return None
    keeps = equal or (target if is_free(site, target) else fresh(site, wish))
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


def _assigned(site: Site) -> tuple[str, cst.BaseExpression] | None:
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
    if depends(site, value):
        return None  # of `CALL.Table(local)` only the call itself can move, which then needs a name
    return target.value, value


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


def _doubts(site: Site, value: cst.BaseExpression, needed: set[str]) -> list[str]:
    """Why making it at import may differ from making it in the function."""
    doubts: list[str] = []
    if in_method(site):
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


def _quiet(site: Site, node: cst.Call, value: cst.BaseExpression) -> bool:
    """Whether a call inside the value does nothing at import but make something."""
    code = site.found.code(node.func)
    if code in ("os.getenv", "os.environ.get", "getenv", "environ.get"):
        return True
    if isinstance(node.func, cst.Attribute) and any(inner is site.call for inner in below(node.func)):
        return True  # CALL.Table(...)
    root = code.split(".")[0]
    imports = [one.node for one in site.names.bound.get(root, ()) if one.kind == "import"]
    return bool(imports) and all(re.match(r"(from|import) (botocore|boto3)\b", site.found.code(one)) for one in imports)


def _variables(site: Site, value: cst.BaseExpression) -> tuple[str, ...]:
    """Environment variables that the value reads and nothing else reads at import."""
    read = {one or other for one, other in ENVIRONMENT.findall(site.found.code(value))}
    if not read:
        return ()
    known: set[str] = set()
    for statement in site.found.module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            known |= set(re.findall(r"environ\[\s*[\"'](\w+)[\"']", site.found.code(statement)))
    return tuple(sorted(read - known))


def _equal(site: Site, value: cst.BaseExpression) -> str:
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


def _sole(site: Site) -> bool:
    """Whether the statement is all its block holds, so that the block is there for its sake."""
    block = site.found.parents.get(site.statement)
    return not isinstance(block, cst.IndentedBlock) or len(block.body) == 1


def _removed(site: Site, comments: bool) -> list[Edit]:
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


def _inner_comments(site: Site) -> str:
    """The comments of a statement that goes without being written again, as a line of their own."""
    found = [node.value for node in below(site.statement) if isinstance(node, cst.Comment)]
    leading = [node.comment.value for node in site.statement.leading_lines if node.comment is not None]
    own = found[len(leading) :]
    line = site.found.lines[site.found.places[site.statement].start.line - 1]
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{'  '.join(own)}\n" if own else ""


def _own_comments(site: Site, every: bool = False) -> list[str]:
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


def _moved(site: Site, target: str, name: str) -> tuple[list[str], str]:
    """The statement as it stands at module scope, and the comments above it."""
    statement = site.statement.with_changes(leading_lines=())
    code = site.found.code(statement).rstrip("\r\n")
    if name != target:
        code = name + code[len(target) :]
    return _own_comments(site), re.sub(r"\r\n|\r", "\n", code)


def _rebound(site: Site, name: str) -> bool:
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


def _renamed(site: Site, old: str, new: str) -> list[Edit]:
    """Every use of a local name but the statement that goes."""
    return [
        Edit(span_of(site, name), new)
        for name in loads(site.function.body)
        if name.value == old and not inside(site, name, site.statement)
    ]


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
    name = site.function.name.value
    for index, statement in enumerate(site.found.module.body[: spot.top + 1]):
        if index == top or isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            continue
        if any(one.value == name for one in loads(statement)):
            return True
    return False
