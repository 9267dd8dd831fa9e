"""A write and the calls before it in, the value that it writes back raised out: what was read, with something added.

Another run of the same event reads what the first one wrote and adds to it again. How the walk names such a value:
`interpret.raised`, ".get_item()[][].total+". What is written under another key, in another place or under another name
is no counter, nor is a number of versions or of attempts.
Sources: the DynamoDB, S3, redis-py and PyMongo references for what reads and writes the same thing; SQL from the
statements.
"""

from __future__ import annotations

from lambdalint.knowledge.answers import FETCHES, behind
from lambdalint.knowledge.calls import aws_call, object_key, place_of, text_of
from lambdalint.knowledge.conditions import SETTING, shape, stops
from lambdalint.knowledge.repeats import KEYS, Effect
from lambdalint.knowledge.statements import EXECUTE, UPDATED, assigned, executes, plain, statement_of, words
from lambdalint.knowledge.store_effects import given_at, made_category
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lambdalint.model import Call, Symbol

# Numbers that are meant to go up with each write, run or attempt, and places where a later run goes on.
OWN = pattern(
    r"(?i)version|revision|^rev$|attempt|retr(?:y|ies)|^tries$|deliver|^runs?$|run_?count|invocation|execution"
    r"|expir|^ttl$|offset|cursor|position|^page$"
)
LASTS_NOT = frozenset({"ex", "px", "exat", "pxat"})
SELECTED = pattern(r"(?is)^\s*SELECT\s+(?P<columns>.*?)\s+FROM\s+(?P<table>[^\s;]+)(?:.*?\bWHERE\b(?P<where>.*))?$")
LOCKED = pattern(r"(?is)\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b.*$|\bLIMIT\s+1\b|;\s*$")
SETS = pattern(r"(?P<name>\w+)\W?\s*=\s*(?P<place>%\(\w+\)s|%s|:\w+|\?)")
PLACES = pattern(r"%\(\w+\)s|%s|(?<!:):[A-Za-z_]\w*|\?")


def written_back(step: Call, before: Sequence[Call]) -> Effect | None:
    """What a write counts on from: a field of an item, a document or a row, a key of Redis; None when from nothing."""
    if not any(map(_holds_sum, step.inputs())):
        return None
    method = step.callee.rpartition(".")[2]
    if method in ("set", "hset"):
        name = _key(step, method, before)
        return _counts_on(method, name) if name else None
    if method in ("update_one", "replace_one", "find_one_and_update", "find_one_and_replace"):
        name = _document(step, before)
        return _counts_on(method, name) if name else None
    if executes(step):
        name = _row(step, before)
        return _counts_on("SQL UPDATE", name) if name else None
    aws = aws_call(step)
    written = (aws.service, aws.operation.method) if aws is not None and aws.operation is not None else None
    name = _AWS[written](step, before) if written in _AWS else ""
    return _counts_on(aws.name, name) if aws is not None and name else None


def _counts_on(call: str, name: str) -> Effect:
    return Effect(call, f"it counts on from the {name} that it read")


def _holds_sum(symbol: Symbol) -> bool:
    """Whether something that a call is given holds a value that was read and raised."""
    if symbol.kind == "external" and symbol.path.endswith("+"):
        return True
    return any(map(_holds_sum, symbol.parts)) or any(_holds_sum(value) for _, value in symbol.entries)


# ------------------------------------------------------------------------------------------------------- services


def _item(step: Call, before: Sequence[Call]) -> str:
    """The attribute of an item of DynamoDB."""
    item = step.argument("Item", 0)
    if item is None or "ConditionExpression" in step.keywords or "Expected" in step.keywords:
        return ""
    for option in item.parts if item.kind == "choice" else (item,):
        for name, value in _fields(option):
            read = _read(step, value, before, _asks_dynamodb)
            if read is not None and _is_same_place(read, step) and _is_item(option, name, read):
                return name
    return ""


def _is_item(written: Symbol, raised: str, read: Call) -> bool:
    """Whether an item is the one that was read: changed, copied, or under the same key. raised: one of its names."""
    told = {name.constant: value for name, value in written.entries}
    if written.kind == "external" or (None in told and read.order in told[None].calls):
        same = read.order in (written.calls | told.get(None, written).calls)
        return same and not any(isinstance(name, str) and _is_key(name, read) for name in told if name != raised)
    key = read.keywords.get("Key")
    return bool(key is not None and key.entries) and all(
        _is_same(value, told.get(name.constant)) or _is_kept(told.get(name.constant), read)
        for name, value in (key.entries if key is not None else ())
    )


def _is_kept(value: Symbol | None, read: Call) -> bool:
    """Whether a member of an item is what was read, as far as an object that was made of it tells."""
    return value is not None and value.kind == "unknown" and read.order in value.calls and "event" in value.depends


def _is_key(name: str, read: Call) -> bool:
    """Whether what is set on an item that was read may be the key it was read by, so that it is another one now."""
    key = read.keywords.get("Key")
    names = [part.constant for part, _ in key.entries] if key is not None else []
    if names and None not in names:
        return name in names
    return KEYS.match(name) is not None or f"'{name}'" in read.text or "…" in read.text


def _attribute(step: Call, before: Sequence[Call]) -> str:
    """The attribute that an update of an item sets."""
    if "ConditionExpression" in step.keywords and stops(step.keywords["ConditionExpression"], step.keywords):
        return ""
    aliases = _told(step.keywords.get("ExpressionAttributeNames"))
    values = _told(step.keywords.get("ExpressionAttributeValues"))
    for found in SETTING.finditer(text_of(step.keywords.get("UpdateExpression")) or ""):
        last = found["name"].rpartition(".")[2]
        name = text_of(aliases.get(last)) or last
        value = _sum(values.get(found["value"]))
        if value is None or not _is_called(value, name):
            continue
        read = _read(step, value, before, _asks_dynamodb)
        if read is None or not _is_same_place(read, step):
            continue
        if _is_same(read.keywords.get("Key"), step.keywords.get("Key")):
            return name
    return ""


def _object(step: Call, before: Sequence[Call]) -> str:
    """The member of a document in a bucket."""
    body = step.keywords.get("Body")
    if body is None or "IfMatch" in step.keywords or "IfNoneMatch" in step.keywords:
        return ""
    whole = body.parts[0] if body.kind == "text" and len(body.parts) == 1 else body
    for name, value in (("number", whole),) if whole.path.endswith(")+") else _fields(body):
        read = _read(step, value, before, _asks_s3)
        if read is not None and _is_same(object_key(read), object_key(step)) and _is_same_place(read, step):
            return name
    return ""


def _parameter_value(step: Call, before: Sequence[Call]) -> str:
    """The value of a parameter of Systems Manager."""
    value = _sum(step.keywords.get("Value"))
    read = _read(step, value, before, _asks_ssm) if value is not None else None
    if read is None or not _is_same(read.keywords.get("Name"), step.keywords.get("Name")):
        return ""
    return "number"


def _is_same_place(read: Call, step: Call) -> bool:
    """Whether two calls are about the same table or bucket; what is not told is one if it is called the same."""
    one, other = place_of(read), place_of(step)
    if one is None or other is None:
        return one is other and _is_of_same(read, step)
    return shape(one) == shape(other)


_AWS: dict[tuple[str, str] | None, Callable[[Call, Sequence[Call]], str]] = {
    ("dynamodb", "put_item"): _item,
    ("dynamodb", "update_item"): _attribute,
    ("s3", "put_object"): _object,
    ("ssm", "put_parameter"): _parameter_value,
}


def _asks_dynamodb(call: Call) -> bool:
    return call.callee.endswith((".get_item", ".query", ".scan")) and _service(call) == "dynamodb"


def _asks_s3(call: Call) -> bool:
    return call.callee.endswith((".get_object", ".Object().get")) and _service(call) == "s3"


def _asks_ssm(call: Call) -> bool:
    return call.callee.endswith(".get_parameter") and _service(call) == "ssm"


def _service(call: Call) -> str:
    aws = aws_call(call)
    return aws.service if aws is not None else ""


# ------------------------------------------------------------------------------------------------------ libraries


def _key(step: Call, method: str, before: Sequence[Call]) -> str:
    """The value of a key of Redis, or of a field of one, or a member of the document there; one with an expiry does not
    last."""
    told = 1 if method == "set" else 2
    if made_category(step) != "nosql" or LASTS_NOT & step.keywords.keys() or len(step.args) != told + 1:
        return ""
    whole = _sum(step.args[told])
    for name, value in (("value", whole),) if whole is not None else _fields(step.args[told]):
        read = _read(step, value, before, lambda call: call.callee.endswith((".get", ".hget")))
        if read is None or not _is_of_same(read, step) or len(read.args) != told:
            continue
        if all(map(_is_same, read.args, step.args)):
            return name
    return ""


def _document(step: Call, before: Sequence[Call]) -> str:
    """The field of a document of MongoDB."""
    if made_category(step) != "nosql":
        return ""
    changes = step.argument("update", 1) or step.argument("replacement", 1)
    for name, value in _fields(changes) if changes is not None else ():
        read = _read(step, value, before, lambda call: call.callee.endswith(".find_one"))
        if read is None or not _is_of_same(read, step):
            continue
        if _is_same(read.argument("filter", 0), step.argument("filter", 0)):
            return name
    return ""


def _is_of_same(read: Call, step: Call) -> bool:
    """Whether two calls are methods of the same client or collection, as the code names it."""
    if read.receiver is None or step.receiver is None or read.receiver.path != step.receiver.path:
        return False
    return read.text.partition(f".{_method(read)}(")[0] == step.text.partition(f".{_method(step)}(")[0]


def _method(call: Call) -> str:
    return call.callee.rpartition(".")[2]


def _row(step: Call, before: Sequence[Call]) -> str:
    """The column of a row."""
    statement = statement_of(step) or ""
    changed = UPDATED.match(statement)
    if changed is None or not words(changed["where"] or "").isdisjoint(assigned(changed["set"])):
        return ""  # the second time, no row is found by its old state
    for found in SETS.finditer(statement, changed.start("set"), changed.end("set")):
        raised = _sum(_parameter(step, statement, found["place"], found.start("place")))
        read = (
            _read(step, raised, before, lambda call: _selected(call, before) is not None)
            if raised is not None
            else None
        )
        asked = _selected(read, before) if read is not None else None
        if raised is None or asked is None:
            continue
        selected = SELECTED.match(LOCKED.sub("", statement_of(asked) or ""))
        if selected is None or plain(selected["table"]) != plain(changed["table"]):
            continue
        if _column(raised, selected["columns"]) == found["name"].lower() and not OWN.search(found["name"]):
            where = _where(step, statement, changed.start("where"), changed.end("where"))
            text = selected.string
            if where and where == _where(asked, text, selected.start("where"), selected.end("where")):
                return found["name"]
    return ""


def _selected(call: Call, before: Sequence[Call]) -> Call | None:
    """The call that selected what another one fetches, or what it answers with itself."""
    asked = behind(call, before) if call.callee.endswith(FETCHES) else call if executes(call) else None
    return asked if asked is not None and SELECTED.match(statement_of(asked) or "") else None


def _column(value: Symbol, columns: str) -> str:
    """The column that was read, by its name, its place among those selected, or as the only one."""
    last = value.path[:-1].rpartition(".")[2]
    if last.isidentifier():
        return last.lower()
    names = [name.split()[-1].rpartition(".")[2].strip('"`[]').lower() for name in columns.split(",") if name.strip()]
    if last.isdigit():
        return names[int(last)] if int(last) < len(names) else ""
    return names[0] if len(names) == 1 else ""


def _where(step: Call, statement: str, start: int, end: int) -> tuple[object, ...] | None:
    """The condition of a statement with the values that it is given; None when these are not told."""
    if start < 0:
        return ("",)
    values = [_parameter(step, statement, found[0], found.start()) for found in PLACES.finditer(statement, start, end)]
    if not all(map(_is_told, values)):
        return None
    shapes = (shape(value) for value in values if value is not None)
    return (" ".join(PLACES.sub("?", statement[start:end]).lower().split()), *shapes)


def _parameter(step: Call, statement: str, place: str, at: int) -> Symbol | None:
    """What stands for a place of a statement: a parameter, or what the text itself was put together with."""
    position = sum(found[0] in ("%s", "?") for found in PLACES.finditer(statement, 0, at))
    text = step.argument("statement", 0)
    if place == "?" and text is not None and text.kind == "text":
        inner = [part for part in text.parts if text_of(part) is None]
        return inner[position] if position < len(inner) else None
    return given_at(step.argument("parameters", 1), place, position)


# --------------------------------------------------------------------------------------------------------- values


def _sum(value: Symbol | None) -> Symbol | None:
    """The raised value that a value is, as a client may write it: {"N": str(n)}."""
    if value is None or value.kind == "external":
        return value if value is not None and value.path.endswith("+") else None
    if value.kind == "dict" and len(value.entries) == 1:
        return _sum(value.entries[0][1])
    if value.kind == "choice" or (value.kind == "text" and len(value.parts) == 1):
        return next((found for part in value.parts if (found := _sum(part)) is not None), None)
    return None


def _fields(symbol: Symbol, depth: int = 0) -> Iterator[tuple[str, Symbol]]:
    """The fields of something written that are what was read under the same name, raised."""
    for name, value in symbol.entries:
        found = _sum(value)
        if found is not None and isinstance(name.constant, str) and _is_called(found, name.constant):
            yield name.constant, found
        elif depth < 4:
            yield from _fields(value, depth + 1)
    for part in symbol.parts if depth < 4 else ():
        yield from _fields(part, depth + 1)


def counted(value: Symbol, name: str) -> bool:
    """Whether what something is set to is what was read of the same name, raised."""
    found = _sum(value)
    return found is not None and _is_called(found, name)


def _is_called(value: Symbol, name: str) -> bool:
    return value.path[:-1].rpartition(".")[2] == name and not OWN.search(name)


def _read(step: Call, value: Symbol, before: Sequence[Call], asks: Callable[[Call], bool]) -> Call | None:
    """The call that a raised value was read by; None when what was read is tested before the write, and may tell that
    the event was counted, or when other questions to stores have a part in it: a difference to what was counted before
    is the same in the end."""
    asked = [call for call in before if call.order in value.calls]
    read = next((call for call in asked if asks(call)), None)
    if read is None or any(read.order in guard.symbol.calls and not guard.asks for guard in step.guards):
        return None
    for call in asked:
        if call is read or (call.receiver is not None and read.order in call.receiver.calls):
            continue
        if asks(call) or _asks_dynamodb(call) or call.callee.endswith((*FETCHES, *EXECUTE, ".find_one", ".find")):
            return None
    return read


def _is_told(symbol: Symbol | None) -> bool:
    """Whether a key is told from others."""
    if symbol is None or symbol.kind == "unknown":
        return False
    return all(map(_is_told, symbol.parts)) and all(_is_told(value) for _, value in symbol.entries)


def _is_same(one: Symbol | None, other: Symbol | None) -> bool:
    return one is not None and other is not None and _is_told(one) and shape(one) == shape(other)


def _told(symbol: Symbol | None) -> dict[object, Symbol]:
    return {name.constant: value for name, value in symbol.entries} if symbol is not None else {}
