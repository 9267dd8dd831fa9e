"""What an expression comes to, as far as files tell: terms in, terms, plain data and Values out; reads no files."""

from __future__ import annotations

from lambdalint.model import Reference, Span, Value
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TEXT = 200_000  # characters of the longest string that is computed; expressions can double one at each step
ITEMS = 5_000  # elements of the longest list that is computed
HERE = "\0"  # begins a path that is relative to the linted root: what path.module and path.root come to


class _Mark:
    """A state of a term's data that is not a value."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


UNKNOWN: Any = _Mark("UNKNOWN")
MISSING: Any = _Mark("MISSING")  # an attribute that a map, known in full, does not have: an error that try() catches


class Handle(NamedTuple):
    """A resource, data source or module call that a term is an attribute of.

    instance: the module instance it stands in. key: its for_each key or count index, None for all of them.
    """

    instance: Any
    address: str
    key: Any
    attribute: str


class Term(NamedTuple):
    """data: UNKNOWN, MISSING, None (null), bool, int, float, str, a tuple of Term, or Entries.

    text: for an unknown string, the same text for the same value ("${var.name}-x"). assumed: rests on a variable's
    default, which whoever deploys may replace.
    """

    data: Any = UNKNOWN
    span: Span | None = None
    references: tuple[Reference, ...] = ()
    handles: tuple[Handle, ...] = ()
    text: str = ""
    assumed: bool = False


class Entries:
    """A map or object: its terms by key, where each key is written, and whether there may be more keys.

    Not a named tuple, because a tuple of Terms is what a list is.
    """

    __slots__ = ("more", "names", "terms")

    def __init__(self, terms: dict[str, Term], names: dict[str, Span], more: bool = False) -> None:
        self.terms = terms
        self.names = names
        self.more = more


class Deferred(dict[str, Term]):
    """The terms of an object, each evaluated when it is first asked for: large settings are mostly not."""

    def __init__(self, expressions: dict[str, Any], compute: Callable[[Any, Any], Term], frame: Any) -> None:
        super().__init__(expressions)
        self.compute = compute
        self.frame = frame

    def __getitem__(self, key: str) -> Term:
        found = super().__getitem__(key)
        if not isinstance(found, Term):
            found = self.compute(found, self.frame)
            self[key] = found
        return found

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self:
            return default
        return self[key]

    def values(self) -> Any:
        return [self[key] for key in self]

    def items(self) -> Any:
        return [(key, self[key]) for key in self]


NOTHING = Term()
NULL = Term(None)


def is_known(term: Term) -> bool:
    """Whether this level of the term is known; elements may still be unknown."""
    return term.data is not UNKNOWN and term.data is not MISSING


def united(terms: Iterable[Term]) -> tuple[tuple[Reference, ...], tuple[Handle, ...], bool]:
    """The references, handles and assumption of several terms and all that is in them, each once."""
    references: dict[Reference, None] = {}
    handles: dict[Handle, None] = {}
    assumed = False
    stack = list(terms)
    seen = 0
    while stack and seen < ITEMS:
        seen += 1
        term = stack.pop()
        references.update(dict.fromkeys(term.references))
        handles.update(dict.fromkeys(term.handles))
        assumed = assumed or term.assumed
        if isinstance(term.data, Entries):
            stack.extend(term.data.terms.values())
        elif isinstance(term.data, tuple):
            stack.extend(term.data)
    return tuple(references), tuple(handles), assumed


def unknown_of(terms: Iterable[Term], text: str = "") -> Term:
    """An unknown made of these terms."""
    references, handles, assumed = united(terms)
    return Term(UNKNOWN, None, references, handles, text, assumed)


def plain(term: Term) -> Any:
    """The term as plain Python data, UNKNOWN when any part of it is."""
    data = term.data
    if isinstance(data, Entries):
        if data.more:
            return UNKNOWN
        pairs = {key: plain(value) for key, value in data.terms.items()}
        return UNKNOWN if any(value is UNKNOWN for value in pairs.values()) else pairs
    if isinstance(data, tuple):
        items = [plain(value) for value in data]
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    return UNKNOWN if data is MISSING else data


def wrapped(data: Any, like: Term = NOTHING) -> Term:
    """Plain Python data as a term."""
    if isinstance(data, dict):
        return like._replace(data=Entries({str(key): wrapped(value) for key, value in data.items()}, {}))
    if isinstance(data, (list, tuple)):
        return like._replace(data=tuple(wrapped(value) for value in data))
    return like._replace(data=data)


def attribute(term: Term, key: Any) -> Term:
    """The element of a term under a key or index; what the whole is made of, the element is made of too."""
    found = _element(term, key)
    if term.references or term.assumed:
        references = term.references
        if term.data is UNKNOWN:
            references = _within(term, key)
        references = tuple(dict.fromkeys((*found.references, *references)))
        found = found._replace(references=references, assumed=found.assumed or term.assumed)
    return found


def _within(term: Term, key: Any) -> tuple[Reference, ...]:
    """The references of an element of something unknown.

    A secret that holds several is followed to the one that is asked for. Of a mixture of many things (one without a
    text, such as the merge of maps of which one is unknown) any part may be another: only its inputs are kept.
    """
    if not term.text:
        return tuple(one for one in term.references if one.kind in ("parameter", "expression", "environment"))
    name = text_of(key) if key is not UNKNOWN else None
    if name is None or name.isdigit():
        return term.references
    return tuple(
        one._replace(target=f"{one.target}.{name}") if one.kind in ("secret-value", "stored-value") else one
        for one in term.references
    )


def _element(term: Term, key: Any) -> Term:
    data = term.data
    if data is UNKNOWN:
        text = f"{term.text[:-1]}.{text_of(key)}}}" if term.text.endswith("}") and text_of(key) is not None else ""
        return Term(UNKNOWN, None, (), term.handles if term.text else (), text)
    if isinstance(data, Entries):
        if key is UNKNOWN:
            return _common(list(data.terms.values()), data.more)
        name = text_of(key)
        if name in data.terms:
            return data.terms[name]
        return NOTHING if data.more else Term(MISSING)
    if isinstance(data, tuple):
        if key is UNKNOWN:
            return _common(list(data), False)
        if isinstance(key, str) and key.isdigit():
            key = int(key)
        if isinstance(key, (int, float)) and not isinstance(key, bool):
            return data[int(key)] if 0 <= key < len(data) else Term(MISSING)
    return Term(MISSING)


def _common(terms: list[Term], more: bool) -> Term:
    """What an element is, whichever it is: known when all agree; of maps, each key by itself."""
    if terms and not more and all(isinstance(term.data, Entries) for term in terms):
        keys = dict.fromkeys(key for term in terms for key in term.data.terms)
        names = {key: span for term in reversed(terms) for key, span in term.data.names.items()}
        return Term(Entries(Deferred({key: key for key in keys}, _agreed, terms), names, len(terms) > 1))
    if terms and not more:
        first = plain(terms[0])
        if first is not UNKNOWN and all(plain(term) == first for term in terms[1:]):
            return terms[0]
    return unknown_of(terms)


def _agreed(key: str, terms: list[Term]) -> Term:
    """What the maps hold under a key, whichever map it is."""
    found = [attribute(term, key) for term in terms]
    if all(term.data is not MISSING for term in found):
        return _common(found, False)
    return unknown_of(term for term in found if term.data is not MISSING)


def text_of(data: Any) -> str | None:
    """Plain data as Terraform converts it to a string; None when it cannot."""
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, str):
        return data
    if isinstance(data, int):
        return str(data)
    if isinstance(data, float):
        return str(int(data)) if data == data and abs(data) < 1e15 and data == int(data) else repr(data)
    return None


def canonical(term: Term) -> str:
    """A text that is the same for the same string, "" when there is none."""
    if is_known(term):
        return text_of(term.data) or ""
    return term.text


def truth(term: Term) -> bool | None:
    """The term as a condition, None when it cannot be told."""
    data = term.data
    if isinstance(data, bool):
        return data
    if data in ("true", "false"):
        return bool(data == "true")
    return None


# ------------------------------------------------------------------------------------------------------ to Values


def value(term: Term, convert: Callable[[Any], Any] | None = None) -> Value[Any]:
    """The term as a setting's Value; a null is a setting that is not written."""
    if term.data is None:
        return Value(None, term.span, False)
    known = plain(term) if is_known(term) else UNKNOWN
    if known is not UNKNOWN and convert is not None:
        known = convert(known)
    if known is UNKNOWN or known is None or _holds_path(known):
        references = united([term])[0] or (Reference("expression", term.text or "expression", term.span),)
        return Value(None, term.span, True, references)
    return Value(known, term.span, True, united([term])[0])


def _holds_path(data: Any) -> bool:
    """Whether a string in the data holds the mark of a path below the linted root, which no deployment ever sees."""
    if isinstance(data, str):
        return HERE in data
    if isinstance(data, dict):
        return any(_holds_path(item) for item in data.values())
    return isinstance(data, list) and any(_holds_path(item) for item in data)


def string(term: Term) -> Value[str]:
    """The term as a string setting."""
    return value(term, text_of)


def number(term: Term) -> Value[int]:
    """The term as a whole number."""
    return value(term, _whole)


def boolean(term: Term) -> Value[bool]:
    """The term as true or false."""
    return value(term, lambda data: truth(Term(data)))


def strings(term: Term) -> Value[Any]:
    """The term as a list of strings: known as a tuple."""
    return value(term, lambda data: tuple(data) if isinstance(data, list) else None)


def _whole(data: Any) -> int | None:
    if isinstance(data, bool):
        return None
    if isinstance(data, str):
        try:
            data = float(data)
        except ValueError:
            return None
    if isinstance(data, float):
        return int(data) if data == data and abs(data) < 1e15 and data == int(data) else None
    return data if isinstance(data, int) else None
