"""Blocks and module calls in, their arguments as terms out, whichever of the two it is."""

from __future__ import annotations

from lambdalint.dialects.terraform.evaluate import Frame, argument, evaluate, nested
from lambdalint.dialects.terraform.terms import MISSING, NOTHING, NULL, Entries, Term, attribute, unknown_of
from lambdalint.model import Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.terraform.terms import Handle
    from lambdalint.languages.hcl import Body


def at(body: Body, place: str, frame: Frame) -> Term:
    """The argument at a dotted place: nested blocks, then an attribute; NULL when it is not written."""
    name, _, rest = place.partition(".")
    if not rest:
        return argument(body, name, frame)
    for block, inner, certain in nested(body, name, frame):
        term = at(block.body, rest, inner)
        if term.data is not None:
            return term if certain else unknown_of([term])._replace(span=term.span)
    if name in body.attributes:  # JSON syntax, where a block may look like an attribute
        term = argument(body, name, frame)
        for key in rest.split("."):
            term = attribute(attribute(term, 0) if isinstance(term.data, tuple) else term, key)
        return NULL if term.data is MISSING else term
    return NULL


def block_term(body: Body, name: str, frame: Frame) -> Term:
    """A nested block as a map of its attributes; NULL when there is none."""
    for block, inner, certain in nested(body, name, frame):
        terms = {key: evaluate(found.value, inner) for key, found in block.body.attributes.items()}
        span = frame.span(block.at)
        return Term(Entries(terms, {}), span) if certain else unknown_of(terms.values())._replace(span=span)
    return NULL


def everything(body: Body, frame: Frame, depth: int = 0) -> Iterator[Term]:
    """Every argument of a block and of the blocks in it."""
    for found in body.attributes.values():
        yield from _with_inner(evaluate(found.value, frame))
    for block in body.blocks:
        if depth < 8:
            inner = frame
            target = block
            if block.type == "dynamic" and block.labels:
                for content, bound, _ in nested(body, block.labels[0], frame):
                    yield from everything(content.body, bound, depth + 1)
                continue
            yield from everything(target.body, inner, depth + 1)


def _with_inner(term: Term, depth: int = 0) -> Iterator[Term]:
    """A term, and what stands in its lists and maps."""
    yield term
    if depth < 8 and isinstance(term.data, (tuple, Entries)):
        inner = term.data if isinstance(term.data, tuple) else term.data.terms.values()
        for item in inner:
            if isinstance(item, Term):
                yield from _with_inner(item, depth + 1)


def named(term: Term, *types: str) -> Handle | None:
    """The first handle of a resource of one of these types ("data.x" for a data source)."""
    for handle in term.handles:
        if type_of(handle.address) in types:
            return handle
    return None


def type_of(address: str) -> str:
    """aws_sqs_queue of aws_sqs_queue.q, data.archive_file of data.archive_file.a, module of module.m."""
    return address.rpartition(".")[0]


def block_of(handle: Handle) -> tuple[Body, Frame] | None:
    """The block that a handle names, with the frame its arguments are evaluated in."""
    from lambdalint.dialects.terraform.copies import copy_frame, repeats

    kind, _, name = handle.address.rpartition(".")
    module = handle.instance.module
    if kind == "module":
        placed = module.calls.get(name)
    else:
        mode = "data" if kind.startswith("data.") else "managed"
        placed = module.resources.get((mode, kind.removeprefix("data."), name))
    if placed is None:
        return None
    frame = handle.instance.frame(placed.path)
    body: Body = placed.block.body
    return body, copy_frame(body, frame, handle.key) if repeats(body) else frame


# What an ARN is put together with: where a stack is deployed, never what a trigger listens to.
SURROUNDINGS = ("data.aws_caller_identity.", "data.aws_region.", "data.aws_partition.")


def source_value(term: Term, value: Value[Any]) -> Value[Any]:
    """A source as text, else the address of the resource that it is."""
    named = [handle.address for handle in term.handles if not handle.address.startswith(SURROUNDINGS)]
    if value.known is None and named:
        return Value(named[0], value.span, value.written, value.references)
    return value


def default(value: Value[Any], usual: Any) -> Value[Any]:
    """The dialect's default where nothing is written."""
    return value if value.written or usual is None else Value(usual, None, written=False)


def merged(terms: list[Term]) -> Term:
    """All handles and references of several terms in one."""
    return unknown_of(terms) if terms else NOTHING
