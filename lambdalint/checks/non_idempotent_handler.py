"""A Function in, one finding for each effect that a repeated delivery of the same event repeats."""

from __future__ import annotations

from lambdalint.knowledge.event_sources import event_source, event_source_by_type, event_sources_by_keys
from lambdalint.knowledge.event_uses import event_source_by_use
from lambdalint.knowledge.packages import has_powertools
from lambdalint.knowledge.retries import SERVICE
from lambdalint.model import ABSENT, Finding, Fix, Related
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Call, Function, Sources, Span, Trigger


SENDERS = {
    "invoke": "an asynchronous invocation",
    "schedule": "the schedule",
    "stepfunctions": "the state machine",
    "cloudformation": "CloudFormation",
    "eventbridge": "EventBridge",
    "cloudwatch-logs": "CloudWatch Logs",
    "dynamodb": "the DynamoDB stream",
    "kinesis": "Kinesis",
    "sqs": "SQS",
    "sns": "SNS",
    "s3": "S3",
    "iot": "IoT",
    "pipes": "the pipe",
    "ses": "SES",
    "s3-eventbridge": "EventBridge",
    "cloudwatch-alarm": "the alarm",
    "config": "AWS Config",
    "codepipeline": "CodePipeline",
    "codecommit": "CodeCommit",
    "codedeploy-hook": "CodeDeploy",
    "secretsmanager-rotation": "Secrets Manager",
    "msk": "Kafka",
    "kafka": "Kafka",
    "mq-activemq": "the broker",
    "mq-rabbitmq": "the broker",
    "documentdb": "the change stream",
}

# An effect that a value of the caller's own would stop: what the effect says of it.
TOKEN = pattern(r"it is given no (\w+)|its (\w+) is new each time")
# What is the same when an event is delivered again, in the event and in one of its records. An asynchronous invocation
# that Lambda retries keeps its request id.
EVENT_IDS = {"eventbridge": '{event}["id"]'}
RECORD_IDS = {
    "sqs": '{record}["messageId"]',
    "sns": '{record}["Sns"]["MessageId"]',
    "dynamodb": '{record}["eventID"]',
}


# The same as a JMESPath, for Powertools to remember it by. A schedule's input and a payload that somebody sends may be
# the same on purpose.
KEYS = {
    "eventbridge": "id",
    "sns": "Records[0].Sns.MessageId",
    "s3": "Records[0].s3.object.[key, sequencer]",
    "sqs": "messageId",
    "dynamodb": "eventID",
    "kinesis": "eventID",
}


class Repeated(NamedTuple):
    """Why the same event may come twice. kind: of the source, "" when it is one of several. sender: how the message
    names it. origin: what tells so, said at its span. severity: of its findings, "" for the rule's."""

    kind: str
    sender: str
    delivery: str
    span: Span
    origin: str
    severity: str = ""


def check(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
    """Each unguarded effect of a function whose trigger delivers at least once."""
    if function.handler is None or not function.steps or function.cut:
        return  # what guards an effect may come after it
    kinds = frozenset(trigger.kind for trigger in function.triggers)
    deliveries = {kinds: _repeated(function, kinds)}
    if deliveries[kinds] is None:
        return
    # A seventh of all modules, which functions that only answer requests do without.
    from lambdalint.knowledge.effects import effect_of
    from lambdalint.knowledge.event_shapes import admitted
    from lambdalint.knowledge.guards import guarded
    from lambdalint.knowledge.replaced import replaced
    from lambdalint.knowledge.work import finished, passing

    own = tuple(options.get("guards", ()))
    seen: set[Span] = set()
    steps = [step for step in function.steps if step.phase == "invocation"]
    by_order = {step.order: step for step in (*function.startup, *function.steps)}
    for position, step in enumerate(steps):
        if step.span in seen or step.recovering:
            continue
        told = admitted(kinds, step.guards) if len(kinds) > 1 and step.guards else kinds
        if told not in deliveries:
            deliveries[told] = _repeated(function, told)
        repeated = deliveries[told]
        if repeated is None:
            continue
        effect = effect_of(step, repeated.delivery, steps[:position], function.startup)
        if effect is None or guarded(step, steps, by_order, own):
            continue
        if finished(step, steps) or replaced(step, steps[:position]) or passing(step, steps[position:]):
            continue
        seen.add(step.span)
        yield Finding(
            f"{effect.name} repeats when {repeated.sender} delivers the event again:"
            f" {effect.why} and nothing guards it",
            step.span,
            related=(Related(repeated.span, repeated.origin),),
            code_flow=tuple(Related(hop.span, hop.name) for hop in step.chain),
            severity=repeated.severity,
            **_fixed_by(function, step, effect.why, repeated),
        )


def _retried(trigger: Trigger) -> Repeated:
    """A state machine that invokes again. What the service answers is rarer than what a function ends with."""
    errors = str(trigger.settings["retry_errors"].known).split(", ")
    named = " or ".join(errors) if len(errors) < 3 else f"{errors[0]} and {len(errors) - 1} more"
    return Repeated(
        "stepfunctions",
        f"the state machine's Retry on {named}",
        "poll",
        trigger.span,
        f"the state machine's Retry invokes again after {', '.join(errors)}",
        "info" if all(error in SERVICE for error in errors) else "",
    )


def _fixed_by(function: Function, step: Call, why: str, repeated: Repeated) -> dict[str, Any]:
    """What the fix must know: when a token or a name would do, and when Powertools could remember the event."""
    assert function.handler is not None
    facts: dict[str, Any] = {"handler": function.handler}
    member = TOKEN.fullmatch(why) if why.startswith("it") else None
    event_id = EVENT_IDS.get(repeated.kind, "{context}.aws_request_id" if repeated.delivery == "async" else "")
    record_id = RECORD_IDS.get(repeated.kind, "")
    if member is not None and (event_id or record_id):
        facts |= {"member": member[1] or member[2], "event": event_id, "record": record_id}
    key = KEYS.get(repeated.kind)
    memory = _memory(function) if key is not None else None
    if memory is not None:
        worker = step.chain[1].name if len(step.chain) > 1 and repeated.delivery == "poll" else ""
        if worker or repeated.delivery == "async":
            facts |= {"key": key, "memory": memory, "worker": worker}
    return {"fixable": "unsafe", "fix": facts} if len(facts) > 1 else {}


def _memory(function: Function) -> tuple[str, str] | None:
    """A persistence layer of Powertools in the handler's module, or the variable with the name of a table for one."""
    assert function.handler is not None
    for step in function.startup:
        if step.callee.endswith("idempotency.DynamoDBPersistenceLayer") and step.span.path == function.handler.path:
            return (step.target, "") if step.target.isidentifier() else None
    variables = function.declaration.environment if function.declaration is not None else ()
    names = [variable.name for variable in variables if "IDEMPOTEN" in variable.name.upper()]
    return ("", names[0]) if len(names) == 1 and has_powertools(function) else None


def fix(finding: Finding, sources: Sources) -> Fix | None:
    """Give the call a token that is the same when the event comes again: its own id, or the invocation's. Else let
    Powertools remember the event, where the project does so already or has a table for it."""
    facts = finding.fix
    path = facts["handler"].path
    text = sources.text(path)
    if text is None:
        return None
    if "member" in facts and path == finding.span.path:
        from lambdalint.rewrite.token import token

        edit = token(text, finding.span, facts["handler"].name, facts["member"], facts["event"], facts["record"])
        if edit is not None:
            return Fix((edit,), "unsafe", f"take {facts['member']} from the event")
    if "memory" not in facts:
        return None
    from lambdalint.rewrite.idempotent import Memory, idempotent

    store, table = facts["memory"]
    edits = idempotent(text, path, facts["handler"].name, facts["worker"], Memory(store, table, facts["key"]))
    what = "each record" if facts["worker"] else "the event"
    return Fix(edits, "unsafe", f"let Powertools remember {what}") if edits is not None else None


def _repeated(function: Function, kinds: frozenset[str]) -> Repeated | None:
    """What delivers the same event again: configuration first, then the event's type, then its shape.

    kinds: of the triggers whose events get to the call.
    """
    assert function.handler is not None
    settings = function.declaration.settings if function.declaration is not None else {}
    asynchronous = settings.get("async_retries", ABSENT).known
    rare: Repeated | None = None
    for trigger in function.triggers:
        if trigger.kind not in kinds or trigger.settings.get("enabled", ABSENT).known is False:
            continue  # a schedule or a mapping that is off delivers nothing
        if trigger.kind == "stepfunctions" and (trigger.settings.get("retries", ABSENT).known or 0) > 0:
            retried = _retried(trigger)
            if not retried.severity:
                return retried
            rare = rare or retried
        source = event_source(trigger.kind)
        delivery = trigger.delivery if trigger.delivery != "unknown" or source is None else source.delivery
        if delivery not in ("async", "poll"):
            continue
        if delivery == "async" and 0 in (trigger.settings.get("retries", ABSENT).known, asynchronous):
            continue  # it was asked for no second try
        origin = source.again if source is not None and source.again else f"{trigger.kind} delivers at least once"
        return Repeated(trigger.kind, SENDERS.get(trigger.kind, trigger.kind), delivery, trigger.span, origin)
    if function.triggers:
        return rare
    typed = event_source_by_type(function.handler.annotation)
    used = typed or event_source_by_use(function.steps, function.startup)
    sources = [used] if used is not None else event_sources_by_keys(function.event_keys)
    if not sources or any(source.delivery not in ("async", "poll") for source in sources):
        return None
    first = sources[0]
    sender = " or ".join(SENDERS.get(source.id, source.id) for source in sources)
    told = f"the event is read as {sender} delivers it"
    if typed is not None:
        told = f"the event is a {function.handler.annotation.rpartition('.')[2]}"
    delivery = "poll" if any(source.delivery == "poll" for source in sources) else "async"
    kind = first.id if len(sources) == 1 else ""
    return Repeated(kind, sender, delivery, function.handler.span, f"{told}; {first.again}" if first.again else told)
