"""An AWS call in, what it does again when it is repeated with the same event out.

Source: the class of each operation in knowledge/operations (botocore's models and AWS documentation); operations whose
effect is told only by their arguments are looked at here.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import AwsCall, constant, object_key, text_of
from lambdalint.knowledge.conditions import stops
from lambdalint.knowledge.repeats import KEYS, Effect, entries, is_new_key, momentary, renewed
from lambdalint.knowledge.statements import KEYLESS_SERVICES, refills, sql_repeats, statement_of
from lambdalint.patterns import pattern, re
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdalint.model import Call, Symbol


METRICS = frozenset({"cloudwatch", "xray", "timestream-write", "sts", "appconfigdata"})

# What another call of an operation does, by its verb.
AGAIN = {
    "add": "each call adds another one",
    "copy": "each call makes another copy",
    "create": "each call creates another one",
    "import": "each call imports it again",
    "invoke": "each call runs it again",
    "post": "each call sends another one",
    "put": "each call sends the same again",
    "publish": "each call sends another one",
    "run": "each call starts another one",
    "send": "each call sends another one",
    "start": "each call starts another one",
    "submit": "each call starts another one",
}
# What sets or removes something by its name leaves the same behind, with another token as well.
SETTERS = ("put_", "update_", "modify_", "set_", "associate_", "disassociate_", "delete_")
SEVERAL = ("Sqls", "Statements", "TransactStatements")  # statements of one call
MAIL = frozenset({"ses", "sesv2", "pinpoint-email"})


def _again(service: str, method: str) -> str:
    """Why an operation that takes no token repeats, in a clause."""
    verb = method.partition("_")[0]
    if service in MAIL and verb == "send":
        return "each call sends another mail"
    return AGAIN.get(verb, "each call takes effect again")


def aws_effect(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    """What a call of boto3 does again when the event comes again; None when it does nothing, or ends the same.
    fresh: what is new at each delivery."""
    operation = aws.operation
    if operation is None or operation.service in METRICS or operation.basis == "verb":
        return None
    if constant(step.keywords.get("DryRun")) is True:
        return None
    special = _SPECIAL.get((operation.service, operation.method))
    if special is not None:
        return special(step, aws, fresh)
    if "ConditionExpression" in step.keywords or "IfNoneMatch" in step.keywords:
        return None
    if operation.repeat == "not_idempotent":
        return Effect(aws.name, _again(operation.service, operation.method))
    if operation.repeat == "token" and aws.method.startswith(SETTERS):
        return None
    if operation.repeat == "token":
        holder, *inner = operation.token.split(".")
        given = step.keywords.get(holder)
        if given is None:
            return None if "**" in step.keywords else Effect(aws.name, f"it is given no {operation.token}")
        for member in inner:
            given = next((value for name, value in given.entries if name.constant == member), None)
            if given is None:
                return None  # the API requires it, so what holds it is not told
        if renewed(given, fresh):
            return Effect(aws.name, f"its {operation.token} is new each time")
        return None
    if operation.repeat == "idempotent_by_name":
        return _named(step, aws, operation.token, fresh)
    return None


def _named(step: Call, aws: AwsCall, token: str, fresh: frozenset[str]) -> Effect | None:
    names = [name for name in step.keywords if name == token or name.lower().endswith(("name", "identifier"))]
    for name in names:
        if renewed(step.keywords[name], fresh):
            return Effect(aws.name, f"its {name} is new each time")
    return None


def _start_execution(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    name = step.keywords.get("name")
    if name is None:
        return None if "**" in step.keywords else Effect(aws.name, "it is given no name")
    if renewed(name, fresh):
        return Effect(aws.name, "its name is new each time")
    return None


def _put_item(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    if "ConditionExpression" in step.keywords:
        return None
    item = step.argument("Item", 0)
    key = _fresh_key(item, fresh) if item is not None else None
    return Effect(aws.name, f"{key} is new each time, so it adds an item") if key else None


def _fresh_key(item: Symbol, fresh: frozenset[str]) -> str | None:
    """The key attribute of an item whose value is new at each invocation."""
    for name, value in item.entries:
        if name.kind == "constant" and isinstance(name.constant, str) and KEYS.match(name.constant):
            inner = value.entries[0][1] if value.kind == "dict" and len(value.entries) == 1 else value
            if is_new_key(inner, fresh):
                return name.constant
    return None


ADDS = pattern(
    r"(?i)\bADD\s+[#\w:.]|(?P<name>[#\w.]+)\s*=\s*(?P=name)\s*[+-]|if_not_exists\s*\([^)]*\)\s*[+-]|list_append\s*\("
)


def _update_item(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    if "ConditionExpression" in step.keywords and stops(step.keywords["ConditionExpression"], step.keywords):
        return None
    expression = text_of(step.keywords.get("UpdateExpression"))
    if expression is None:
        adds = "Expected" not in step.keywords and _adds_to_attributes(step.keywords.get("AttributeUpdates"))
        return Effect(aws.name, "its AttributeUpdates add again") if adds else None
    found = ADDS.search(expression)
    if not found or _adds_to_sets(expression, step.keywords.get("ExpressionAttributeValues")):
        return None
    what = "appends" if "list_append" in found.group(0).lower() else "adds"
    return Effect(aws.name, f"its UpdateExpression {what} again")


def _adds_to_attributes(updates: Symbol | None) -> bool:
    """What DynamoDB took before it had expressions: {"n": {"Action": "ADD", "Value": 1}}."""
    for _, change in updates.entries if updates is not None else ():
        told = {name.constant: value for name, value in change.entries}
        if constant(told.get("Action")) == "ADD" and not _is_set(told.get("Value")):
            return True
    return False


ADD = pattern(r"(?i)\bADD\s+(?P<sums>[^:\s]+\s+:\w+(?:\s*,\s*[^:\s]+\s+:\w+)*)")


def _adds_to_sets(expression: str, values: Symbol | None) -> bool:
    """Whether all that an expression adds are sets, which hold an element once: `ADD tags :t` with {"red"}."""
    added = ADD.search(expression)
    if added is None or values is None or ADDS.search(expression.replace(added.group(0), "")):
        return False
    given = {name.constant: value for name, value in values.entries}
    return all(_is_set(given.get(name)) for name in re.findall(r":\w+", added["sums"]))


def _is_set(value: Symbol | None) -> bool:
    """A set, also as the client writes it: {"SS": ["red"]}."""
    if value is None:
        return False
    typed = value.kind == "dict" and any(name.constant in ("SS", "NS", "BS") for name, _ in value.entries)
    return typed or (value.kind == "list" and value.path == "set")


def _message(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    why = _duplicates(step.keywords, fresh)
    if why is not None:
        return Effect(aws.name, why) if why else None
    return None if "**" in step.keywords else Effect(aws.name, "each call sends another message")


def _duplicates(message: Mapping[str, Symbol], fresh: frozenset[str]) -> str | None:
    """Why a FIFO queue or topic takes the message for another, "" when it does not; None when it is no FIFO message."""
    token = message.get("MessageDeduplicationId")
    if token is not None:
        return "its MessageDeduplicationId is new each time" if renewed(token, fresh) else ""
    if "MessageGroupId" not in message:
        return None
    for name in ("MessageBody", "Message"):  # what it deduplicates by, as far as the call tells
        body = message.get(name)
        if body is not None and ("random" in body.depends or momentary(body)):
            return f"its {name} is new each time"
    return ""


def _messages(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    entries = step.keywords.get("Entries") or step.keywords.get("PublishBatchRequestEntries")
    for entry in entries.parts if entries is not None else ():
        why = _duplicates({str(name.constant): value for name, value in entry.entries}, fresh)
        if why is not None:
            return Effect(aws.name, why) if why else None
    return Effect(aws.name, "each call sends the messages again")


def _invoke(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    if constant(step.keywords.get("InvocationType")) == "Event":
        return Effect(aws.name, "the other function is invoked again")
    return None  # what a synchronous call does is up to the function it calls


def _put_object(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    key = object_key(step)
    if key is None and step.callee.endswith((".upload_file", ".upload_fileobj", ".copy")):
        key = step.argument("Key", 1 if aws.resource else 2)
    if "IfNoneMatch" in step.keywords or key is None:
        return None
    if "random" in key.depends & fresh or momentary(key):
        return Effect(aws.name, "its key is new each time, so it adds an object")
    return None


def _transaction(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    token = step.keywords.get("ClientRequestToken")
    if token is not None and not renewed(token, fresh):
        return None
    items = step.keywords.get("TransactItems")
    if items is None or not _plain(items):
        return None
    put = _put_items(step, aws, fresh)
    if put is not None and "ConditionExpression" not in (name for name, _ in entries(items)):
        return put
    for _, value in entries(items):
        expression = text_of(value)
        if expression is not None and ADDS.search(expression):
            if any(name == "ConditionExpression" and stops(other, {}) for name, other in entries(items)):
                return None
            return Effect(aws.name, "an UpdateExpression adds again")
    return None


def _put_items(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    """Several puts in one call: an item whose key is new each time makes it an append."""
    for symbol in step.inputs():
        for name, value in entries(symbol):
            key = _fresh_key(value, fresh) if name == "Item" else None
            if key:
                return Effect(aws.name, f"{key} is new each time, so it adds an item")
    return None


def _plain(symbol: Symbol) -> bool:
    return symbol.kind == "list" and all(part.kind == "dict" for part in symbol.parts)


def _statement(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    for token in ("ClientToken", "ClientRequestToken"):
        if token in step.keywords and not renewed(step.keywords[token], fresh):
            return None
    keyless = aws.service in KEYLESS_SERVICES
    told = next((step.keywords[name] for name in SEVERAL if name in step.keywords), None)
    if told is None:
        why = sql_repeats(statement_of(step), keyless)
        return Effect(aws.name, why) if why else None
    texts = [text_of(_entry(part, "Statement")) or "" for part in told.parts]
    whys = [sql_repeats(one, keyless) for at, one in enumerate(texts) if not refills(one, texts[:at])]
    return next((Effect(aws.name, why) for why in whys if why), None)


def _entry(part: Symbol, name: str) -> Symbol:
    """What a structure holds under a name, the value itself when it is no structure."""
    return next((value for key, value in part.entries if key.constant == name), part)


def _retained(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    """A message that the broker keeps for its topic replaces the one before it (AWS IoT, retained messages)."""
    if constant(step.keywords.get("retain")) is True:
        return None
    return Effect(aws.name, _again(aws.service, aws.method))


_SPECIAL: dict[tuple[str, str], Callable[[Call, AwsCall, frozenset[str]], Effect | None]] = {
    ("stepfunctions", "start_execution"): _start_execution,
    ("dynamodb", "put_item"): _put_item,
    ("dynamodb", "update_item"): _update_item,
    ("dynamodb", "batch_write_item"): _put_items,
    ("dynamodb", "transact_write_items"): _transaction,
    ("sqs", "send_message"): _message,
    ("sqs", "send_message_batch"): _messages,
    ("sns", "publish"): _message,
    ("sns", "publish_batch"): _messages,
    ("iot-data", "publish"): _retained,
    ("lambda", "invoke"): _invoke,
    ("s3", "put_object"): _put_object,
    ("s3", "copy_object"): _put_object,
    ("rds-data", "execute_statement"): _statement,
    ("rds-data", "batch_execute_statement"): _statement,
    ("redshift-data", "execute_statement"): _statement,
    ("redshift-data", "batch_execute_statement"): _statement,
    ("athena", "start_query_execution"): _statement,
    ("dynamodb", "execute_statement"): _statement,
    ("dynamodb", "batch_execute_statement"): _statement,
    ("dynamodb", "execute_transaction"): _statement,
}
