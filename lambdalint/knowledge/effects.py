"""A Call in, what happens when it is made a second time with the same event out: the effect it repeats, and why.

Sources: the class of each AWS operation comes from knowledge/operations (botocore's models and AWS documentation); HTTP
methods from RFC 9110 section 9.2.2 (POST is not idempotent, PUT and DELETE are); SQL from the statement itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lambdalint.knowledge.calls import AwsCall, aws_call, constant, text_of
from lambdalint.knowledge.constructors import constructor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lambdalint.model import Call, Symbol


class Effect(NamedTuple):
    """Something a repeated call does again. name: the call as a person would write it. why: what makes it repeat."""

    name: str
    why: str


FRESH = frozenset({"random", "time"})
METRICS = frozenset({"cloudwatch", "xray", "timestream-write", "sts", "appconfigdata"})
POSTS = frozenset(
    "requests.post requests.Session().post requests.session().post requests.sessions.Session().post httpx.post"
    " httpx.Client().post httpx.AsyncClient().post aiohttp.ClientSession().post urllib3.PoolManager().post".split()
)
REQUESTS = frozenset(
    "requests.request requests.Session().request httpx.request httpx.Client().request httpx.AsyncClient().request"
    " urllib3.PoolManager().request urllib3.request aiohttp.ClientSession().request".split()
)
# POST requests that read or log in: search interfaces, GraphQL, token endpoints, the local extension interfaces.
READING = re.compile(
    r"oauth|/token|/auth|login|signin|graphql|search|query|localhost|127\.0\.0\.1|169\.254\.", re.IGNORECASE
)
MAILS = frozenset(
    {
        "smtplib.SMTP().sendmail",
        "smtplib.SMTP().send_message",
        "smtplib.SMTP_SSL().sendmail",
        "smtplib.SMTP_SSL().send_message",
    }
)
LOGIN = re.compile(
    r"token|log_?in|sign_?in|authenticate|credentials", re.IGNORECASE
)  # what asks for access is named so
SERVICES = {
    "slack_sdk.WebClient().chat_postMessage": "idempotency",
    "slack_sdk.web.client.WebClient().chat_postMessage": "idempotency",
    "slack_sdk.webhook.WebhookClient().send": "",
    "twilio.rest.Client().messages.create": "",
    "stripe.Charge.create": "idempotency_key",
    "stripe.PaymentIntent.create": "idempotency_key",
    "stripe.Refund.create": "idempotency_key",
    "stripe.checkout.Session.create": "idempotency_key",
    "sendgrid.SendGridAPIClient().send": "",
}
DEDUPLICATES = re.compile(r"dedup|idempoten", re.IGNORECASE)
KEYS = re.compile(r"^(?:id|pk|sk|key|uuid|guid|hash_key|.*_?id|.*Id|.*ID|.*_?uuid|PK|SK)$")


def effect_of(step: Call, delivery: str, before: Sequence[Call] = ()) -> Effect | None:
    """What the call does again when the invocation is repeated; None when nothing, or when it cannot be told.

    before: the calls that the invocation makes earlier, for libraries that set a request up in several. delivery: "async" (retries keep the request id) or "poll" (a redelivery is a new request).
    """
    if _has_dedup_member(step):
        return None
    fresh = FRESH | {"request-id"} if delivery == "poll" else FRESH
    aws = aws_call(step)
    if aws is not None:
        return _aws(step, aws, fresh)
    if step.callee.removeprefix("botocore.vendored.") in POSTS:
        return _post(step, step.argument("url", 0))
    if step.callee in REQUESTS:
        method = constant(step.argument("method", 0))
        return _post(step, step.argument("url", 1)) if isinstance(method, str) and method.upper() == "POST" else None
    if step.callee in MAILS:
        return Effect("sending mail", "the message goes out again")
    if step.callee == "urllib.request.urlopen":
        return _urlopen(step)
    if step.callee == "pycurl.Curl().perform":
        set_up = (call.args[0].path for call in before if call.callee == "pycurl.Curl().setopt" and call.args)
        return Effect("an HTTP POST", "the request is sent again") if any(map(_is_post, set_up)) else None
    if step.callee in SERVICES:
        token = SERVICES[step.callee]
        given = step.keywords.get(token) if token else None
        if given is not None and not given.depends & fresh:
            return None
        return Effect(_short(step.callee), "it takes effect again")
    return _sql(step) or _stored(step)


def _is_post(option: str) -> bool:
    return option.rpartition(".")[2] in ("POST", "POSTFIELDS", "HTTPPOST", "COPYPOSTFIELDS")


def _short(callee: str) -> str:
    plain = callee.replace("()", "")
    return ".".join(plain.split(".")[-2:])


# --------------------------------------------------------------------------------------------------------- AWS


def _aws(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    operation = aws.operation
    if operation is None or operation.service in METRICS or operation.basis == "verb":
        return None
    special = _SPECIAL.get((operation.service, operation.method))
    if special is not None:
        return special(step, aws, fresh)
    if "ConditionExpression" in step.keywords or "IfNoneMatch" in step.keywords:
        return None
    if operation.repeat == "not_idempotent":
        return Effect(aws.name, "each call takes effect again")
    if operation.repeat == "token":
        given = step.keywords.get(operation.token)
        if given is None:
            return None if "**" in step.keywords else Effect(aws.name, f"it is given no {operation.token}")
        if given.depends & fresh:
            return Effect(aws.name, f"its {operation.token} is new each time")
        return None
    if operation.repeat == "idempotent_by_name":
        return _named(step, aws, operation.token, fresh)
    return None


def _named(step: Call, aws: AwsCall, token: str, fresh: frozenset[str]) -> Effect | None:
    names = [name for name in step.keywords if name == token or name.lower().endswith(("name", "identifier"))]
    for name in names:
        if step.keywords[name].depends & fresh:
            return Effect(aws.name, f"its {name} is new each time")
    return None


def _start_execution(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    name = step.keywords.get("name")
    if name is None:
        return None if "**" in step.keywords else Effect(aws.name, "it is given no name")
    if name.depends & fresh:
        return Effect(aws.name, "its name is new each time")
    return None


def _put_item(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    if "ConditionExpression" in step.keywords:
        return None
    item = step.argument("Item", 0)
    key = _fresh_key(item, fresh - {"time"}) if item is not None else None
    return Effect(aws.name, f"{key} is new each time, so it adds an item") if key else None


def _fresh_key(item: Symbol, fresh: frozenset[str]) -> str | None:
    """The key attribute of an item whose value is new at each invocation."""
    for name, value in item.entries:
        if name.kind == "constant" and isinstance(name.constant, str) and KEYS.match(name.constant):
            inner = value.entries[0][1] if value.kind == "dict" and len(value.entries) == 1 else value
            if (inner.depends & fresh or _momentary(inner)) and not inner.depends & {"event"}:
                return name.constant
    return None


ADDS = re.compile(
    r"\bADD\s+[#\w:.]|(?P<name>[#\w.]+)\s*=\s*(?P=name)\s*[+-]|if_not_exists\s*\([^)]*\)\s*[+-]|list_append\s*\(",
    re.IGNORECASE,
)


def _update_item(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    if "ConditionExpression" in step.keywords:
        return None
    expression = text_of(step.keywords.get("UpdateExpression"))
    if expression is None:
        return None
    found = ADDS.search(expression)
    if not found:
        return None
    what = "appends" if "list_append" in found.group(0).lower() else "adds"
    return Effect(aws.name, f"its UpdateExpression {what} again")


def _message(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    token = step.keywords.get("MessageDeduplicationId")
    if token is not None:
        return Effect(aws.name, "its MessageDeduplicationId is new each time") if token.depends & fresh else None
    if "MessageGroupId" in step.keywords or "**" in step.keywords:
        return None  # a FIFO queue or topic that deduplicates by content, as far as the call tells
    return Effect(aws.name, "each call sends another message")


def _messages(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    entries = step.keywords.get("Entries") or step.keywords.get("PublishBatchRequestEntries")
    for entry in entries.parts if entries is not None else ():
        for name, value in entry.entries:
            if name.constant == "MessageDeduplicationId":
                return (
                    Effect(aws.name, "its MessageDeduplicationId is new each time") if value.depends & fresh else None
                )
            if name.constant == "MessageGroupId":
                return None
    return Effect(aws.name, "each call sends the messages again")


def _invoke(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    if constant(step.keywords.get("InvocationType")) == "Event":
        return Effect(aws.name, "the other function is invoked again")
    return None  # what a synchronous call does is up to the function it calls


def _put_object(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    key = step.keywords.get("Key") or _object_key(step)
    if "IfNoneMatch" in step.keywords or key is None:
        return None
    if "random" in key.depends & fresh or _momentary(key):
        return Effect(aws.name, "its key is new each time, so it adds an object")
    return None


# The time down to the second or finer: a date, or a format that stops at the day, is the same on the next try.
MOMENT = re.compile(
    r"time\.time(?:_ns)?\(\)|(?:\.now|\.utcnow|datetime\.today)\(\)(?!\.date|\.strftime|\.(?:year|month|day|hour)\b)"
    r"|strftime\('[^']*%(?:S|s|f|T|X|c)"
)


def _momentary(symbol: Symbol) -> bool:
    if symbol.kind in ("text", "choice", "list"):
        return any(map(_momentary, symbol.parts))
    return "time" in symbol.depends and symbol.kind == "external" and bool(MOMENT.search(symbol.path))


def _object_key(step: Call) -> Symbol | None:
    """The key of the `Object(bucket, key)` that the call is a method of."""
    made = step.receiver.made_by if step.receiver is not None else None
    return made.args[-1] if made is not None and made.args and made.callee.endswith(".Object") else None


def _transaction(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    token = step.keywords.get("ClientRequestToken")
    if token is not None and not token.depends & fresh:
        return None
    items = step.keywords.get("TransactItems")
    if items is None or not _plain(items):
        return None
    for _, value in _entries(items):
        expression = text_of(value)
        if expression is not None and ADDS.search(expression):
            if any(name == "ConditionExpression" for name, _ in _entries(items)):
                return None
            return Effect(aws.name, "an UpdateExpression adds again")
    return None


def _plain(symbol: Symbol) -> bool:
    return symbol.kind == "list" and all(part.kind == "dict" for part in symbol.parts)


def _entries(symbol: Symbol, depth: int = 0) -> Iterator[tuple[str, Symbol]]:
    if depth > 6:
        return
    for part in symbol.parts:
        yield from _entries(part, depth + 1)
    for name, value in symbol.entries:
        if isinstance(name.constant, str):
            yield name.constant, value
        yield from _entries(value, depth + 1)


def _statement(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    statement = next((step.keywords[name] for name in ("sql", "Sql", "QueryString") if name in step.keywords), None)
    why = _sql_repeats(text_of(statement))
    return Effect(aws.name, why) if why else None


def _harmless(step: Call, aws: AwsCall, fresh: frozenset[str]) -> Effect | None:
    """Repeating it changes nothing that lasts, though its class says otherwise."""
    return None


_SPECIAL: dict[tuple[str, str], Callable[[Call, AwsCall, frozenset[str]], Effect | None]] = {
    ("stepfunctions", "start_execution"): _start_execution,
    ("dynamodb", "put_item"): _put_item,
    ("dynamodb", "update_item"): _update_item,
    ("dynamodb", "transact_write_items"): _transaction,
    ("sqs", "send_message"): _message,
    ("sqs", "send_message_batch"): _messages,
    ("sqs", "change_message_visibility"): _harmless,
    ("sqs", "change_message_visibility_batch"): _harmless,
    ("sns", "publish"): _message,
    ("sns", "publish_batch"): _messages,
    ("lambda", "invoke"): _invoke,
    ("s3", "put_object"): _put_object,
    ("s3", "create_multipart_upload"): _harmless,
    ("rds-data", "execute_statement"): _statement,
    ("redshift-data", "execute_statement"): _statement,
    ("redshift-data", "batch_execute_statement"): _harmless,
    ("athena", "start_query_execution"): _statement,
    ("rds-data", "begin_transaction"): _harmless,
    ("codepipeline", "put_job_success_result"): _harmless,
    ("codepipeline", "put_job_failure_result"): _harmless,
    ("config", "put_evaluations"): _harmless,
}


# ------------------------------------------------------------------------------------------------- HTTP and SQL


def _post(step: Call, url: Symbol | None) -> Effect | None:
    if any(LOGIN.search(hop.name) for hop in step.chain[-1:]):
        return None
    address = text_of(url)
    if address is not None and READING.search(address):
        return None
    headers = step.keywords.get("headers")
    for name, value in headers.entries if headers is not None else ():
        if isinstance(name.constant, str) and DEDUPLICATES.search(name.constant) and not value.depends & FRESH:
            return None
    return Effect("an HTTP POST", "the request is sent again")


def _urlopen(step: Call) -> Effect | None:
    """`urlopen(url, data)` and `urlopen(Request(url, data=...))` are POST requests unless the method says otherwise."""
    request = step.argument("url", 0)
    made = request.made_by if request is not None else None
    if made is not None and made.callee == "urllib.request.Request":
        method = constant(made.keywords.get("method"))
        data = made.argument("data", 1)
        if method not in (None, "POST") or (data is None and method is None):
            return None
        return _post(made, made.argument("url", 0))
    data = step.argument("data", 1)
    return _post(step, request) if data is not None and constant(data) is None else None


# Writes that add something at each call: to a document store or an index when no id is given, to a list or a counter.
ADDERS = {
    "insert_one": "it adds another document",
    "insert_many": "it adds the documents again",
    "index": "it adds another document",
    "incr": "it counts again",
    "incrby": "it counts again",
    "hincrby": "it counts again",
    "decr": "it counts again",
    "lpush": "it adds another element",
    "rpush": "it adds another element",
    "xadd": "it adds another entry",
}


def _stored(step: Call) -> Effect | None:
    method = step.callee.rpartition(".")[2]
    if method not in ADDERS or _made_category(step) not in ("nosql", "search"):
        return None
    if "id" in step.keywords or any(name in ("_id", "id") for symbol in step.args for name, _ in _entries(symbol)):
        return None
    if method.startswith("insert") and not all(symbol.kind in ("dict", "list") for symbol in step.args):
        return None  # a document that came from elsewhere may carry its own id
    return Effect(method, ADDERS[method])


def _made_category(step: Call) -> str:
    """The category of the constructor that made what the method is called on, "" when that is not told."""
    made = step.receiver
    for _ in range(6):
        call = made.made_by if made is not None else None
        if call is None:
            return ""
        found = constructor(call.callee.replace("()", ""))
        if found is not None:
            return found.category
        made = call.receiver
    return ""


INSERT = re.compile(r"^\s*INSERT\s+INTO\s+\S+\s*(?P<columns>\([^)]*\))?", re.IGNORECASE)
HARMLESS = re.compile(
    r"ON\s+CONFLICT|ON\s+DUPLICATE|NOT\s+EXISTS|\bIGNORE\b|\bREPLACE\b|\bMERGE\b|\bEXCEPT\b", re.IGNORECASE
)
INCREMENT = re.compile(r"^\s*UPDATE\b.*\bSET\b.*?(?P<name>\w+)\s*=\s*(?P=name)\s*[+-]", re.IGNORECASE | re.DOTALL)


def _sql(step: Call) -> Effect | None:
    _head, _, method = step.callee.rpartition(".")
    if method not in ("execute", "executemany", "fetch", "fetchval", "fetchrow"):
        return None
    if _made_category(step) != "sql":
        return None
    statement = step.argument("statement", 0)
    if (
        statement is not None
        and statement.made_by is not None
        and statement.made_by.callee in ("sqlalchemy.text", "sqlalchemy.sql.text")
    ):
        statement = statement.made_by.argument("text", 0)
    why = _sql_repeats(text_of(statement))
    return Effect("SQL INSERT" if why and "row" in why else "SQL UPDATE", why) if why else None


def _sql_repeats(statement: str | None) -> str:
    """Why a statement does something again when repeated; "" when it does not, or when that is not told.

    An INSERT that names an id column may be refused by the table's key, which no file tells: it does not count.
    """
    if not statement or HARMLESS.search(statement):
        return ""
    inserted = INSERT.match(statement)
    if inserted:
        columns = inserted.group("columns")
        if columns is None or any(KEYS.match(name.strip(' "`[]')) for name in columns.strip("()").split(",")):
            return ""
        return "it adds another row"
    return "it counts again" if INCREMENT.match(statement) else ""


def _has_dedup_member(step: Call) -> bool:
    """Whether any argument carries a deduplication value that is not new each time, whatever the API calls it."""
    return any(
        DEDUPLICATES.search(name) and name != "MessageDeduplicationId" and not value.depends & FRESH
        for symbol in step.inputs()
        for name, value in _entries(symbol)
    )
