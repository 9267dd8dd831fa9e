"""The calls of an invocation in, whether something stops one of them when the same event is delivered again out.

A claim is an earlier write that fails the second time, with a failure that keeps the walk from the effect; memory is an
answer of a store that knows the event, and a test of it; what already exists may be refused by the effect itself.
Sources: conditions and return values of the DynamoDB, S3 and SQL references; exceptions by their names.
"""

from __future__ import annotations

from lambdalint.knowledge.answers import behind, is_counted, takes, tells, writes_to
from lambdalint.knowledge.calls import SESSIONS, aws_call, constant, is_request, may_be_same, place_of
from lambdalint.knowledge.conditions import is_of_now, stops
from lambdalint.knowledge.constructors import constructor
from lambdalint.knowledge.effects import is_service
from lambdalint.knowledge.repeats import FRESH, entries
from lambdalint.knowledge.statements import EXECUTE, statement_of
from lambdalint.knowledge.store_effects import inserts, made_category
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambdalint.model import Call, Guard, Symbol, Try

# What a function of these runs once for each event; `context.step` of durable functions checkpoints.
ONCE = (
    "aws_lambda_powertools.utilities.idempotency.",
    "context.step",
    "aws_durable_execution_sdk_python.durable_step",
)
DONE_BEFORE = pattern(
    r"Already|Exists|Duplicate|ConditionalCheck|PreconditionFailed|TransactionCanceled|IntegrityError|UniqueViolation"
    r"|UniqueConstraint|Conflict|InProgress|Running"
)
SEEN = pattern(r"Already|Exists|Duplicate|IntegrityError|UniqueViolation|UniqueConstraint|Conflict")
ANY_FAILURE = frozenset({"ClientError", "BotoCoreError", "Exception", "BaseException", "Error", "DatabaseError", ""})
# Services whose reads tell how things are set up, not what has been done.
CONFIGURATION = frozenset({"ssm", "secretsmanager", "appconfig", "appconfigdata", "sts", "kms", "organizations"})
# Calls that are never refused because the same was done before.
SENDS = frozenset(
    """sns.publish sns.publish_batch sqs.send_message sqs.send_message_batch events.put_events kinesis.put_record
    kinesis.put_records firehose.put_record firehose.put_record_batch ses.send_email ses.send_raw_email
    ses.send_templated_email sesv2.send_email lambda.invoke""".split()
)
# Writes to a key that succeed whatever is there.
OVERWRITES = frozenset({"s3.put_object", "s3.copy_object", "s3.upload_file", "s3.upload_fileobj", "s3.delete_object"})
# What other libraries' calls that only ask are named, and statements that do.
ASKS = frozenset(
    "get head options find find_one search count count_documents scan query fetchone fetchall fetchmany exists".split()
)
SELECTS = pattern(r"(?is)\s*SELECT\b(?!.*\bFOR\s+UPDATE\b)(?!.*\()")
ROWS = pattern(r"(?i)\s*SELECT\b")
OLD_VALUES = frozenset({"ALL_OLD", "UPDATED_OLD"})
# Methods of the dicts and lists that calls answer with.
OF_ANSWERS = frozenset({"get", "items", "keys", "values", "pop", "copy", "append", "extend", "update"})
# Code that runs elsewhere may tell whether it ran before.
ANSWERS = frozenset(
    {"lambda.invoke", "ssm.send_command", "ssm.get_command_invocation", "stepfunctions.start_sync_execution"}
)
REMEMBERED = frozenset(
    """get exists setnx sadd hsetnx fetchone fetchall find_one find count_documents execute first one one_or_none
    scalar get_or_none aget aexists afirst""".split()
)

# Texts of the event, and libraries that look into what they are given and nowhere else: `page.find("article")`.
WITHIN = (
    *("event", "str.", "bs4.", "configparser.", "defusedxml.", "email.", "feedparser.", "http.cookies.", "jmespath."),
    *("jose.", "jsonpath_ng.", "jwt.", "lxml.", "openpyxl.", "parsel.", "phonenumbers.", "pypdf.", "pyquery."),
    *("ruamel.", "tarfile.", "toml.", "tomli.", "tomllib.", "urllib.parse.", "xml.", "xmltodict.", "yaml.", "zipfile."),
)
# How clients of services ask whether something is there: `jira.search_issues(...)`, `crm.find_contact(...)`.
LOOKUPS = ("search", "find", "query", "lookup", "exists", "has_", "count", "list_", "get_", "fetch")


def guarded(step: Call, steps: Sequence[Call], by_order: Mapping[int, Call], own: tuple[str, ...]) -> bool:
    """Whether a second delivery does not get as far as the effect. own: dotted names of the user's guards."""
    if any(_once(item.path, item.keywords) or item.path in own for item in step.within):
        return True
    earlier = [other for other in steps if other.order < step.order]
    if _refused(step, earlier):
        return True
    if any(_remembers(guard, by_order, steps, step) for guard in step.guards) or is_counted(step, steps):
        return True
    return any(_is_own(other, own) or _claims(other, step) for other in earlier)


def _is_own(call: Call, own: tuple[str, ...]) -> bool:
    """A call of a guard of the user's, or one that a guard of the project makes."""
    return call.callee in own or any(f".{name}".endswith(f".{hop.name}") for name in own for hop in call.chain)


def _once(path: str, keywords: Mapping[str, Symbol]) -> bool:
    """A decorator that runs its function once for each key, unless the key is new each time."""
    return path.startswith(ONCE) and not any(_is_fresh(value) for value in keywords.values())


def _is_fresh(value: Symbol) -> bool:
    return bool(value.depends & FRESH) and "event" not in value.depends


# ------------------------------------------------------------------------------------------------------- refusals


def _refused(step: Call, earlier: Sequence[Call]) -> bool:
    """Whether the code handles that it was done before, by the effect or by something that comes before it there."""
    for attempt in step.tries:
        if not any(DONE_BEFORE.search(name) for name, _ in attempt.catches):
            continue
        if _can_refuse(step) or any(attempt in other.tries and _can_refuse(other) for other in earlier):
            return True
    return False


def _can_refuse(call: Call) -> bool:
    aws = aws_call(call)
    if aws is None:
        return not call.callee.startswith(SESSIONS) and not _reads(call)
    if aws.name in SENDS or aws.operation is None:
        return False
    if aws.operation.method == "update_item" or aws.operation.method == "put_item":
        return _is_conditional(call)
    return "IfNoneMatch" in call.keywords or aws.name not in OVERWRITES


def _reads(call: Call) -> bool:
    """Whether a call of another library only asks, as far as its name or its statement tells."""
    statement = statement_of(call) if call.callee.endswith(EXECUTE) else None
    return call.callee.rpartition(".")[2] in ASKS or (statement is not None and SELECTS.match(statement) is not None)


# --------------------------------------------------------------------------------------------------------- claims


def _claims(other: Call, step: Call) -> bool:
    """Whether an earlier write that fails the second time keeps the walk from the effect."""
    if other.branch and other.guards != step.guards[: len(other.guards)]:
        return False
    if not _is_conditional(other) and not _is_refused(other):
        return False
    for attempt in reversed(other.tries):
        left = _left(attempt)
        if left is None:
            continue  # the failure goes on to the next `try` around
        if attempt in step.tries:
            return True  # both stand in its body
        inside = step.chain[: attempt.depth] == other.chain[: attempt.depth]
        if left == "" or (left != "raise" and not inside) or (left == "loop" and step.loops < other.loops):
            return _asks_for(step, other)
        if left != "raise":
            return True
    return True


def _left(attempt: Try) -> str | None:
    """How the handler is left when the event was seen before; None when it does not catch that."""
    told = [left for name, left in attempt.catches if DONE_BEFORE.search(name)]
    told = told or [left for name, left in attempt.catches if name in ANY_FAILURE]
    return min(told, key=("", "loop", "return", "raise").index) if told else None


def _asks_for(step: Call, other: Call) -> bool:
    """Whether the effect stands under a test of how the write went."""
    return any(other.order in guard.symbol.calls for guard in step.guards)


def _is_conditional(call: Call) -> bool:
    """A write under a condition that the same write makes false."""
    if call.callee.startswith("pynamodb.models.Model") and call.callee.endswith((".save", ".update", ".delete")):
        condition = call.argument("condition", 1 if call.callee.endswith(".update") else 0)
        return condition is not None and not condition.path.endswith(".exists()")
    aws = aws_call(call)
    if aws is None or aws.operation is None:
        return False  # a query's KeyConditionExpression has another name; a read with a filter is no claim
    if "IfNoneMatch" in call.keywords:
        return True
    if aws.operation.method == "transact_write_items":
        items = call.keywords.get("TransactItems")
        return items is not None and any(
            name == "ConditionExpression" and stops(value, {}) for name, value in entries(items)
        )
    condition = call.keywords.get("ConditionExpression")
    return condition is not None and stops(condition, call.keywords) and not is_of_now(condition, call.keywords)


def _is_refused(call: Call) -> bool:
    """A row, a document or a thing with a name of which the code says that a second one is refused: it catches that."""
    if not any(SEEN.search(name) for attempt in call.tries for name, _ in attempt.catches):
        return False
    return inserts(call) or (_can_refuse(call) and any("event" in symbol.depends for symbol in call.inputs()))


# --------------------------------------------------------------------------------------------------------- memory


def _remembers(guard: Guard, by_order: Mapping[int, Call], steps: Sequence[Call], step: Call) -> bool:
    """Whether a condition of an effect asks something outside that knows this event."""
    asked = [call for order in guard.symbol.calls if (call := by_order.get(order)) is not None]
    if guard.symbol.path.endswith((".rowcount", ".statusmessage")) or "rowcount" in guard.text:
        return any(map(takes, steps))
    fetched = {call.order: behind(call, steps) for call in asked}
    if not any(fetched.values()) and any(_made(call) in guard.symbol.calls for call in steps if takes(call)):
        return True  # what a function tells of a cursor that took a row if it was there
    for call in asked:
        question = fetched[call.order] or call
        if not is_request(call) or not _is_about_event(question):
            continue
        if question is not call and takes(question):
            return True
        lasts = guard.asks == "present" or _is_about_finds(question) or _asks_the_clock(question)
        # An item that is there is still there after the effect that changes it.
        stays = guard.asks == "present" and question.callee.endswith(".get_item")
        if _knows(call) and (not lasts or _is_written(question, steps, step, stays)):
            return True
    return False


def _made(call: Call) -> int | None:
    """The order of the call that made what another one is a method of."""
    made = call.receiver.made_by if call.receiver is not None else None
    return made.order if made is not None else None


def _is_about_event(call: Call) -> bool:
    """Whether a call is about the event, as far as can be told: not one whose arguments are the same each time."""
    if any("event" in symbol.depends for symbol in call.inputs()):
        return True
    return not all(map(_is_told, call.args)) or not all(map(_is_told, call.keywords.values()))


def _is_about_finds(call: Call) -> bool:
    """Whether a call asks about what other calls have found, whatever the event: the same is found the second time."""
    given = list(call.args)
    given.extend(call.keywords.values())
    return any(symbol.calls for symbol in given) and not any("event" in symbol.depends for symbol in given)


def _asks_the_clock(call: Call) -> bool:
    """Whether all that is not the same each time in a question is the time: yesterday's costs know no event."""
    inputs = call.inputs()
    return any(symbol.depends == {"time"} for symbol in inputs) and not any(
        symbol.depends - {"time"} or symbol.kind == "unknown" for symbol in inputs
    )


def _is_told(symbol: Symbol) -> bool:
    return not symbol.depends and (symbol.fixed or symbol.kind in ("constant", "environment"))


def _knows(call: Call) -> bool:
    """Whether the answer of a call tells what earlier runs did."""
    aws = aws_call(call)
    path, _, method = call.callee.rpartition(".")
    if call.callee.startswith(SESSIONS):
        if aws is None or (method in OF_ANSWERS and path.rpartition(".")[2][:1].islower()):
            return False  # a method of an answer: the call that gave it counts
        if aws.name in ANSWERS:
            return True
        if aws.operation is not None:
            return constant(call.keywords.get("ReturnValues")) in OLD_VALUES
        return aws.service not in CONFIGURATION and method not in ("get_object", "download_file", "download_fileobj")
    if call.callee.startswith(WITHIN):
        return False
    if method == "set":
        return bool(constant(call.keywords.get("nx")))
    if call.callee.endswith(EXECUTE) and made_category(call) == "sql" and ROWS.match(statement_of(call) or ""):
        return True  # PyMySQL answers with the number of rows, pg8000 with the rows
    return method in REMEMBERED or tells(call) or (method.startswith(("list", *LOOKUPS)) and _is_of_service(call))


def _is_of_service(call: Call) -> bool:
    return bool(made_category(call)) or is_service(call.callee)


def _is_written(call: Call, steps: Sequence[Call], step: Call, stays: bool) -> bool:
    """Whether the invocation also changes what it asked for; what only others change is the same the second time.

    stays: the effect itself does not."""
    asked = aws_call(call)
    if asked is None and _is_look(call.callee.rpartition(".")[2]) and _is_of_service(call):
        return any(_is_write_beside(call, other) for other in steps if other is not step)
    if asked is None:
        return not call.callee.endswith(EXECUTE) or statement_of(call) is None or writes_to(call, steps)
    return any(
        aws.service == asked.service and aws.operation is not None and may_be_same(place_of(other), place_of(call))
        for other in steps
        if not (stays and other is step) and (aws := aws_call(other)) is not None
    )


def _is_look(method: str) -> bool:
    """Whether a method of a store's or a service's client only looks; `find_one_and_update` does not."""
    return (
        (method == "list" or method in ASKS or method.startswith(LOOKUPS))
        and "_and_" not in method
        and "_or_" not in method
    )


def _is_write_beside(call: Call, other: Call) -> bool:
    """Whether another call is one of the same library that does more than look."""
    same = call.callee.partition(".")[0] == other.callee.partition(".")[0]
    method = other.callee.rpartition(".")[2]
    if not same or _is_look(method) or method == "close" or not method[:1].islower():
        return False
    return constructor(other.callee.replace("()", "")) is None
