"""An expression and the names it may use in, a Term out. Never fails: what cannot be told is an unknown Term."""

from __future__ import annotations

from lambdalint.dialects.terraform import functions
from lambdalint.dialects.terraform.files import FILES
from lambdalint.dialects.terraform.terms import (
    ITEMS,
    MISSING,
    NOTHING,
    NULL,
    TEXT,
    UNKNOWN,
    Deferred,
    Entries,
    Term,
    attribute,
    canonical,
    is_known,
    plain,
    text_of,
    truth,
    united,
    unknown_of,
)
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.dialects.terraform.instances import Instance
    from lambdalint.languages.hcl import Block, Body, Expression

DEPTH = 80  # evaluations nested in each other, each up to eight Python frames deep
FEW = 3  # entries of an object that are evaluated at once; those of a larger one when they are asked for
STEPS = 3_000_000  # evaluations in one run; a repository of 4,000 files takes a tenth of this


class Frame(NamedTuple):
    """Where an expression stands: the module instance, the file, and names bound around it (each, count, for)."""

    instance: Instance
    path: str
    names: dict[str, Term] = {}

    def span(self, at: tuple[int, int, int, int]) -> Span:
        """A place in this frame's file."""
        return Span(self.path, *at)

    def bind(self, /, **names: Term) -> Frame:
        """The same with further names: those of `for`, `each` and `count`."""
        return self._replace(names={**self.names, **names})


def evaluate(found: Expression, frame: Frame) -> Term:
    """What the expression comes to; the span is the expression's own."""
    at = found.at
    span = Span(frame.path, at[0], at[1], at[2], at[3])
    if found.kind == "literal":
        return Term(found.value, span)
    run = frame.instance.run
    run.steps += 1
    if run.depth > DEPTH or run.steps > STEPS:
        return Term(UNKNOWN, span)
    run.depth += 1
    try:
        term = _KINDS[found.kind](found.value, frame)
    finally:
        run.depth -= 1
    return Term(term.data, span, term.references, term.handles, term.text, term.assumed)


def argument(body: Body, name: str, frame: Frame) -> Term:
    """An attribute of a block, NULL when it is not written."""
    found = body.attributes.get(name)
    return NULL if found is None else evaluate(found.value, frame)


def nested(body: Body, kind: str, frame: Frame) -> Iterator[tuple[Block, Frame, bool]]:
    """The blocks of one type, dynamic ones expanded; the flag is False for one that may not be there."""
    for block in body.blocks:
        if block.type == kind:
            yield block, frame, True
        elif block.type == "dynamic" and block.labels == (kind,):
            yield from _dynamic(block, kind, frame)


def _dynamic(block: Block, kind: str, frame: Frame) -> Iterator[tuple[Block, Frame, bool]]:
    content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
    if content is None:
        return
    iterator = block.body.attributes.get("iterator")
    name = iterator.value.value[0] if iterator is not None and iterator.value.kind == "path" else kind
    over = argument(block.body, "for_each", frame)
    for key, each in pairs(over) if is_known(over) else [(NOTHING, NOTHING)]:
        bound = Entries({"key": key, "value": each}, {})
        yield content, frame.bind(**{str(name): Term(bound)}), is_known(over)


def pairs(term: Term) -> list[tuple[Term, Term]]:
    """The (key, value) pairs of a collection, as for_each and `for` walk it."""
    data = term.data
    if isinstance(data, Entries):
        return [(Term(key), attribute(term, key)) for key in data.terms][:ITEMS]
    if isinstance(data, tuple):
        return [(Term(index), attribute(term, index)) for index in range(len(data))][:ITEMS]
    return []


# ----------------------------------------------------------------------------------------------------- expressions


def _literal(value: Any, frame: Frame) -> Term:
    return Term(value)


def _unknown(value: Any, frame: Frame) -> Term:
    return NOTHING


def _template(parts: tuple[Any, ...], frame: Frame) -> Term:
    if len(parts) == 1 and not isinstance(parts[0], str) and parts[0].kind not in ("if-part", "for-part"):
        return evaluate(parts[0], frame)
    return joined(_rendered(parts, frame))


def _rendered(parts: tuple[Any, ...], frame: Frame) -> list[Term]:
    found: list[Term] = []
    for part in parts:
        if isinstance(part, str):
            found.append(Term(part))
        elif part.kind == "if-part":
            found.append(_if_part(part.value, frame))
        elif part.kind == "for-part":
            found.append(_for_part(part.value, frame))
        else:
            found.append(evaluate(part, frame))
    return found


def _if_part(value: Any, frame: Frame) -> Term:
    condition, yes, no = value
    tested = evaluate(condition, frame)
    decided = truth(tested)
    if decided is None:
        return unknown_of([joined(_rendered(yes, frame)), joined(_rendered(no, frame)), tested])
    return joined(_rendered(yes if decided else no, frame))


def _for_part(value: Any, frame: Frame) -> Term:
    key_name, name, source, parts = value
    over = evaluate(source, frame)
    if not is_known(over):
        return unknown_of([over, joined(_rendered(parts, frame.bind(**{key_name: NOTHING, name: attribute(over, 0)})))])
    found: list[Term] = []
    for key, each in pairs(over):
        found += _rendered(parts, frame.bind(**{key_name: key, name: each}))
    return joined(found)


def joined(parts: list[Term]) -> Term:
    """Strings one after the other."""
    references, handles, assumed = united(parts)
    texts = [text_of(part.data) if is_known(part) else None for part in parts]
    if None not in texts and sum(len(text or "") for text in texts) <= TEXT:
        return Term("".join(text or "" for text in texts), None, references, handles, "", assumed)
    forms = [canonical(part) or ("" if part.data == "" else None) for part in parts]
    text = "" if None in forms else "".join(form or "" for form in forms)
    return Term(UNKNOWN, None, references, handles, text if len(text) <= 2_000 else "", assumed)


def _list(items: tuple[Expression, ...], frame: Frame) -> Term:
    return Term(tuple(evaluate(item, frame) for item in items[:ITEMS]))


def _object(entries: tuple[tuple[Expression, Expression], ...], frame: Frame) -> Term:
    if len(entries) > FEW and all(key.kind == "literal" and isinstance(key.value, str) for key, _ in entries):
        path = frame.path
        places = {key.value: Span(path, *key.at) for key, _ in entries}
        return Term(Entries(Deferred({key.value: value for key, value in entries}, evaluate, frame), places))
    terms: dict[str, Term] = {}
    names: dict[str, Span] = {}
    more = False
    lost: list[Term] = []
    for key, value in entries:
        name = evaluate(key, frame)
        text = text_of(name.data)
        if text is None:
            more = True
            lost.append(evaluate(value, frame))
            continue
        terms[text] = evaluate(value, frame)
        names[text] = frame.span(key.at)
    references, handles, assumed = united(lost)
    return Term(Entries(terms, names, more), None, references, handles, "", assumed)


def _path(value: tuple[str, tuple[Any, ...]], frame: Frame) -> Term:
    name, steps = value
    if name in frame.names:
        return _walk(frame.names[name], steps, frame)
    term, rest = frame.instance.lookup(name, _plain_steps(steps, frame))
    return _walk(term, steps[len(steps) - rest :], frame)


def _plain_steps(steps: tuple[Any, ...], frame: Frame) -> list[Any]:
    """The steps as attribute names (str) and evaluated indexes (Term), up to the first splat."""
    found: list[Any] = []
    for kind, operand in steps:
        if kind == "attr":
            found.append(operand)
        elif kind == "index":
            found.append(evaluate(operand, frame))
        else:
            found.append(None)
    return found


def _select(value: tuple[Expression, tuple[Any, ...]], frame: Frame) -> Term:
    return _walk(evaluate(value[0], frame), value[1], frame)


def _walk(term: Term, steps: tuple[Any, ...], frame: Frame) -> Term:
    for position, (kind, operand) in enumerate(steps):
        if kind == "attr":
            term = attribute(term, operand)
        elif kind == "index":
            index = evaluate(operand, frame)
            term = attribute(term, index.data if is_known(index) else UNKNOWN)
            if index.references or index.assumed:
                references = tuple(dict.fromkeys((*term.references, *index.references)))
                term = term._replace(references=references, assumed=term.assumed or index.assumed)
        elif term.data is None:
            term = Term(())
        elif isinstance(term.data, tuple):
            each = tuple(_walk(attribute(term, index), operand, frame) for index in range(len(term.data)))
            term = term._replace(data=each)
        elif term.data is UNKNOWN:
            term = Term(UNKNOWN, None, term.references, term.handles, term.text)
        else:
            term = Term((_walk(term, operand, frame),))
        if term.data is MISSING and position + 1 < len(steps):
            return term
    return term


def _conditional(value: tuple[Expression, Expression, Expression], frame: Frame) -> Term:
    tested = evaluate(value[0], frame)
    decided = truth(tested)
    if decided is not None:
        chosen = evaluate(value[1] if decided else value[2], frame)
        references, _, assumed = united([tested])
        both = tuple(dict.fromkeys((*chosen.references, *references)))
        return chosen._replace(references=both, assumed=chosen.assumed or assumed)
    yes, no = evaluate(value[1], frame), evaluate(value[2], frame)
    first = plain(yes)
    if first is not UNKNOWN and yes.data is not MISSING and _same(first, plain(no)):
        return yes
    return _either(yes, no)


def _either(yes: Term, no: Term) -> Term:
    """One of two: the keys of two maps that both know, when both are maps; else unknown."""
    if isinstance(yes.data, Entries) and isinstance(no.data, Entries):
        terms: dict[str, Term] = {}
        for key in (*yes.data.terms, *(key for key in no.data.terms if key not in yes.data.terms)):
            one, other = yes.data.terms.get(key), no.data.terms.get(key)
            if one is None or other is None:
                terms[key] = unknown_of([term for term in (one, other) if term])
                terms[key] = terms[key]._replace(span=(one or other or NOTHING).span)
            else:
                same = plain(one) is not UNKNOWN and _same(plain(one), plain(other))
                terms[key] = one if same else unknown_of([one, other])._replace(span=one.span)
        return Term(Entries(terms, {**no.data.names, **yes.data.names}, True))
    # The one that is not written out gives its text: `x ? secret : ""` is that secret or nothing.
    forms = [term.text for term in (yes, no) if not is_known(term)]
    return unknown_of([yes, no], forms[0] if len(forms) == 1 else f"${{{'|'.join(forms)}}}" if all(forms) else "")


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _unary(value: tuple[str, Expression], frame: Frame) -> Term:
    operator, operand = value
    term = evaluate(operand, frame)
    if operator == "!":
        decided = truth(term)
        return term._replace(data=UNKNOWN if decided is None else not decided)
    if isinstance(term.data, (int, float)) and not isinstance(term.data, bool):
        return term._replace(data=-term.data)
    return unknown_of([term])


def _binary(value: tuple[str, Expression, Expression], frame: Frame) -> Term:
    operator, left, right = value
    one, other = evaluate(left, frame), evaluate(right, frame)
    references, handles, assumed = united([one, other])
    return Term(functions.operate(operator, one, other), None, references, handles, "", assumed)


def _for(value: Any, frame: Frame) -> Term:
    key_name, name, source, key, result, condition, grouped = value
    over = evaluate(source, frame)
    if not is_known(over):
        inner = frame.bind(**{key_name: NOTHING, name: attribute(over, UNKNOWN)})
        made = evaluate(result, inner)
        return unknown_of([over, made])
    items: list[Term] = []
    terms: dict[str, Term] = {}
    names: dict[str, Span] = {}
    more = isinstance(over.data, Entries) and over.data.more
    for index, each in pairs(over):
        inner = frame.bind(**{key_name: index, name: each})
        if condition is not None:
            wanted = truth(evaluate(condition, inner))
            if wanted is False:
                continue
            more = more or wanted is None
            if wanted is None:
                continue
        made = evaluate(result, inner)
        if key is None:
            items.append(made._replace(span=each.span) if _is_name(result, name) else made)
            continue
        label = text_of(evaluate(key, inner).data)
        if label is None:
            more = True
        elif grouped:
            terms[label] = Term((*(terms[label].data if label in terms else ()), made))
        else:
            terms[label] = made._replace(span=each.span) if _is_name(result, name) else made
            if isinstance(over.data, Entries) and label in over.data.names:
                names[label] = over.data.names[label]
    if key is None:
        if more:
            return unknown_of([over, *items])
        return Term(tuple(items), None, over.references, (), "", over.assumed)
    return Term(Entries(terms, names, more), None, over.references, (), "", over.assumed)


def _is_name(found: Expression, name: str) -> bool:
    """Whether the expression is only the loop's own variable: its value stands where the element is written."""
    return found.kind == "path" and found.value == (name, ())


def _call(value: tuple[str, tuple[Expression, ...], bool], frame: Frame) -> Term:
    name, arguments, expanded = value
    name = name.removeprefix("core::")
    if name in ("try", "coalesce", "can", "coalescelist"):
        return _first(name, arguments, frame)
    terms = [evaluate(found, frame) for found in arguments]
    if expanded and terms:
        last = terms.pop()
        if not isinstance(last.data, tuple):
            return unknown_of([*terms, last])
        terms += [attribute(last, index) for index in range(len(last.data))]
    if name in FILES:
        return FILES[name](terms, frame)
    return functions.call(name, terms)


def _first(name: str, arguments: tuple[Expression, ...], frame: Frame) -> Term:
    """try, coalesce and can: the first argument that is without error, or that is not null."""
    seen: list[Term] = []
    for found in arguments:
        term = evaluate(found, frame)
        if name == "can":
            return Term(UNKNOWN if term.data is UNKNOWN else term.data is not MISSING, None, term.references)
        seen.append(term)
        if term.data is MISSING:
            continue
        if term.data is UNKNOWN:
            rest = [evaluate(other, frame) for other in arguments[len(seen) :]]
            merged = unknown_of([*seen, *rest])
            return merged._replace(text=term.text)
        empty = term.data is None or (name == "coalesce" and term.data == "") or term.data == ()
        if name == "try" or not empty:
            return term._replace(references=united(seen)[0]) if len(seen) > 1 else term
    return Term(MISSING)


_KINDS: dict[str, Callable[[Any, Frame], Term]] = {
    "literal": _literal,
    "unknown": _unknown,
    "if-part": _if_part,
    "for-part": _for_part,
    "template": _template,
    "list": _list,
    "object": _object,
    "path": _path,
    "select": _select,
    "conditional": _conditional,
    "unary": _unary,
    "binary": _binary,
    "for": _for,
    "call": _call,
}
