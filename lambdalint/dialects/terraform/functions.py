"""Terraform's functions and operators over terms: computed when the arguments are known, else unknown.

Functions that read files stand in `evaluate`; those whose result changes from run to run (uuid, timestamp) are unknown.
"""

from __future__ import annotations

import json
import math
import re

from lambdalint.dialects.terraform.plain_functions import PLAIN, number_of
from lambdalint.dialects.terraform.terms import (
    ITEMS,
    MISSING,
    NOTHING,
    NULL,
    TEXT,
    UNKNOWN,
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
    wrapped,
)
from lambdalint.model import Reference
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


# What gives nothing of a secret away: digests, and what only tells something about it.
_DIGESTS = frozenset(("base64sha256", "base64sha512", "md5", "sha1", "sha256", "sha512"))
_ABOUT = frozenset(("can", "contains", "endswith", "keys", "length", "startswith", "strcontains"))


def operate(operator: str, left: Term, right: Term) -> Any:
    """The data that an operator gives, UNKNOWN when it cannot be told."""
    one, other = plain(left), plain(right)
    if operator in ("&&", "||"):
        first, second = truth(left), truth(right)
        decisive = operator == "||"
        if first is decisive or second is decisive:
            return decisive
        return UNKNOWN if first is None or second is None else not decisive
    if operator in ("==", "!="):
        same = _equal(left, right, one, other)
        return same if same is UNKNOWN else same == (operator == "==")
    numbers = [number_of(one), number_of(other)]
    if numbers[0] is None or numbers[1] is None:
        return UNKNOWN
    return _arithmetic(operator, numbers[0], numbers[1])


def _equal(left: Term, right: Term, one: Any, other: Any) -> Any:
    # A collection is never null, however little is known of what it holds.
    if (one is UNKNOWN or other is UNKNOWN) and is_known(left) and is_known(right) and None in (left.data, right.data):
        return left.data is None and right.data is None
    if one is UNKNOWN or other is UNKNOWN or left.data is MISSING or right.data is MISSING:
        return UNKNOWN
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    return bool(one == other)


def _arithmetic(operator: str, one: Any, other: Any) -> Any:
    try:
        if operator == "+":
            result = one + other
        elif operator == "-":
            result = one - other
        elif operator == "*":
            result = one * other
        elif operator == "/":
            result = one / other
        elif operator == "%":
            result = math.fmod(one, other)
        elif operator == "<":
            return one < other
        elif operator == ">":
            return one > other
        elif operator == "<=":
            return one <= other
        else:
            return one >= other
    except (ArithmeticError, ValueError):
        return UNKNOWN
    return _tidy(result)


def _tidy(number: Any) -> Any:
    if isinstance(number, float):
        if not math.isfinite(number):
            return UNKNOWN
        return int(number) if number == int(number) else number
    return number if abs(number) < 10**400 else UNKNOWN


def call(name: str, terms: list[Term]) -> Term:
    """The result of a function."""
    if name in _DIGESTS:
        return _without_secrets(unknown_of(terms), name)
    if name in _ABOUT:
        made = _known(name, terms)
        return _without_secrets(made, name) if made.data is UNKNOWN else made
    return _known(name, terms)


def _without_secrets(made: Term, name: str) -> Term:
    kept = tuple(one for one in made.references if one.kind not in ("secret-value", "secret-parameter"))
    return made._replace(references=kept or (Reference("expression", name),))


def _known(name: str, terms: list[Term]) -> Term:
    if name in _PARTIAL:
        return _PARTIAL[name](terms)
    if name not in PLAIN:
        return unknown_of(terms)
    arguments = [plain(term) for term in terms]
    if any(argument is UNKNOWN for argument in arguments) or any(term.data is MISSING for term in terms):
        forms = [canonical(term) for term in terms]
        return unknown_of(terms, f"${{{name}({','.join(forms)})}}" if all(forms) else "")
    references, handles, assumed = united(terms)
    try:
        data = PLAIN[name](*arguments)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, re.error, RecursionError):
        return unknown_of(terms)
    if (isinstance(data, str) and len(data) > TEXT) or (isinstance(data, (list, dict)) and len(data) > ITEMS):
        return unknown_of(terms)
    return wrapped(data, Term(UNKNOWN, None, references, handles, "", assumed))


# ----------------------------------------------- functions that know something when arguments are known only in part


def _merge(terms: list[Term]) -> Term:
    found: dict[str, Term] = {}
    names: dict[str, Any] = {}
    more = False
    rest: list[Term] = []
    for term in terms:
        if isinstance(term.data, Entries):
            more = more or term.data.more
            for key in term.data.terms:
                found.pop(key, None)
                found[key] = attribute(term, key)
            names.update(term.data.names)
            rest += [term._replace(data=UNKNOWN)]
        elif term.data is not None:
            more = True
            rest.append(term)
            # Whatever it holds may replace what came before.
            found = {key: unknown_of([value, term])._replace(span=value.span) for key, value in found.items()}
    if not any(isinstance(term.data, Entries) for term in terms) and rest:
        return unknown_of(terms)
    references, handles, assumed = united(rest)
    return Term(Entries(found, names, more), None, references, handles, "", assumed)


def _concat(terms: list[Term]) -> Term:
    items: list[Term] = []
    for term in terms:
        if not isinstance(term.data, tuple):
            return unknown_of(terms)
        items += [attribute(term, index) for index in range(len(term.data))]
    return Term(tuple(items)) if len(items) <= ITEMS else unknown_of(terms)


def _lookup(terms: list[Term]) -> Term:
    if len(terms) < 2:
        return NOTHING
    key = terms[1].data if is_known(terms[1]) else UNKNOWN
    found = attribute(terms[0], key)
    if found.data is MISSING and len(terms) > 2:
        return terms[2]
    return unknown_of([found, *terms[2:]]) if found.data is UNKNOWN and len(terms) > 2 else found


def _same(terms: list[Term]) -> Term:
    return terms[0] if terms else NOTHING


def _to_set(terms: list[Term]) -> Term:
    if not terms or not isinstance(terms[0].data, tuple):
        return terms[0] if terms else NOTHING
    seen: dict[Any, Term] = {}
    for index in range(len(terms[0].data)):
        item = attribute(terms[0], index)
        value = plain(item)
        seen.setdefault(repr(value) if value is not UNKNOWN else ("?", index), item)
    return terms[0]._replace(data=tuple(seen.values()))


def _to_string(terms: list[Term]) -> Term:
    if not terms or not is_known(terms[0]) or terms[0].data is None:
        return _same(terms)
    text = text_of(terms[0].data)
    return unknown_of(terms) if text is None else terms[0]._replace(data=text)


def _to_number(terms: list[Term]) -> Term:
    if not terms or not is_known(terms[0]) or terms[0].data is None:
        return _same(terms)
    number = number_of(terms[0].data)
    return unknown_of(terms) if number is None else terms[0]._replace(data=number)


def _to_bool(terms: list[Term]) -> Term:
    if not terms or not is_known(terms[0]) or terms[0].data is None:
        return _same(terms)
    decided = truth(terms[0])
    return unknown_of(terms) if decided is None else terms[0]._replace(data=decided)


def _length(terms: list[Term]) -> Term:
    data = terms[0].data if terms else None
    if isinstance(data, Entries):
        known: Any = UNKNOWN if data.more else len(data.terms)
    elif isinstance(data, (tuple, str)):
        known = len(data)
    else:
        known = UNKNOWN
    return Term(known, None, terms[0].references if terms else (), (), "", bool(terms and terms[0].assumed))


def _keys(terms: list[Term]) -> Term:
    data = terms[0].data if terms else None
    if not isinstance(data, Entries) or data.more:
        return unknown_of(terms)
    return terms[0]._replace(data=tuple(Term(key) for key in sorted(data.terms)), handles=())


def _values(terms: list[Term]) -> Term:
    data = terms[0].data if terms else None
    if not isinstance(data, Entries) or data.more:
        return unknown_of(terms)
    return terms[0]._replace(data=tuple(attribute(terms[0], key) for key in sorted(data.terms)))


def _flatten(terms: list[Term]) -> Term:
    items: list[Term] = []
    if not terms or not isinstance(terms[0].data, tuple) or not _spill(terms[0], items, 0):
        return unknown_of(terms)
    return terms[0]._replace(data=tuple(items))


def _spill(term: Term, items: list[Term], depth: int) -> bool:
    if isinstance(term.data, tuple):
        if depth > 20 or len(items) > ITEMS:
            return False
        return all(_spill(attribute(term, index), items, depth + 1) for index in range(len(term.data)))
    items.append(term)
    return term.data is not UNKNOWN


def _compact(terms: list[Term]) -> Term:
    data = terms[0].data if terms else None
    if not isinstance(data, tuple) or any(term.data is UNKNOWN and not term.handles for term in data):
        return unknown_of(terms)
    return terms[0]._replace(data=tuple(term for term in data if term.data not in (None, "")))


def _element(terms: list[Term]) -> Term:
    if len(terms) != 2 or not isinstance(terms[0].data, tuple) or not isinstance(terms[1].data, int):
        return unknown_of(terms)
    size = len(terms[0].data)
    return attribute(terms[0], terms[1].data % size) if size else Term(MISSING)


def _one(terms: list[Term]) -> Term:
    data = terms[0].data if terms else UNKNOWN
    if isinstance(data, tuple):
        return attribute(terms[0], 0) if len(data) == 1 else NULL if not data else Term(MISSING)
    return unknown_of(terms) if data is UNKNOWN else _same(terms)


def _zipmap(terms: list[Term]) -> Term:
    if len(terms) != 2 or not isinstance(terms[0].data, tuple) or not isinstance(terms[1].data, tuple):
        return unknown_of(terms)
    names = [text_of(term.data) for term in terms[0].data]
    if None in names or len(names) != len(terms[1].data):
        return unknown_of(terms)
    return Term(Entries({name or "": attribute(terms[1], index) for index, name in enumerate(names)}, {}))


def _contains(terms: list[Term]) -> Term:
    if len(terms) != 2 or not isinstance(terms[0].data, tuple):
        return unknown_of(terms)
    references, _, assumed = united(terms)
    wanted = plain(terms[1])
    items = [plain(attribute(terms[0], index)) for index in range(len(terms[0].data))]
    known: Any = UNKNOWN
    if wanted is not UNKNOWN and any(item is not UNKNOWN and item == wanted for item in items):
        known = True
    elif (wanted is not UNKNOWN and all(item is not UNKNOWN for item in items)) or not items:
        known = False
    return Term(known, None, references, (), "", assumed)


def _json(terms: list[Term]) -> Term:
    data = plain(terms[0]) if terms else UNKNOWN
    if data is UNKNOWN:
        return unknown_of(terms)
    references, handles, assumed = united(terms)
    try:
        text = json.dumps(data, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return unknown_of(terms)
    return Term(text if len(text) <= TEXT else UNKNOWN, None, references, handles, "", assumed)


def _environment(terms: list[Term]) -> Term:
    """Terragrunt's get_env: what whoever deploys has set, whatever the default says."""
    name = terms[0].data if terms and isinstance(terms[0].data, str) else "?"
    return Term(UNKNOWN, None, (Reference("environment", name),), (), f"${{env.{name}}}")


_PARTIAL: dict[str, Callable[[list[Term]], Term]] = {
    "merge": _merge,
    "concat": _concat,
    "lookup": _lookup,
    "toset": _to_set,
    "distinct": _to_set,
    "tolist": _same,
    "tomap": _same,
    "tostring": _to_string,
    "tonumber": _to_number,
    "tobool": _to_bool,
    "sensitive": _same,
    "nonsensitive": _same,
    "ephemeralasnull": lambda terms: NULL,
    "length": _length,
    "keys": _keys,
    "values": _values,
    "flatten": _flatten,
    "compact": _compact,
    "element": _element,
    "one": _one,
    "zipmap": _zipmap,
    "contains": _contains,
    "jsonencode": _json,
    "get_env": _environment,
}
