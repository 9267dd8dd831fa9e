"""A Function in, one finding for each place where a client or connection is built anew at each invocation."""

from __future__ import annotations

from lambdalint.knowledge.calls import aws_call, constant
from lambdalint.knowledge.constructors import BROUGHT, Constructor, constructor
from lambdalint.knowledge.services import ARGUMENTS, is_service
from lambdalint.model import Finding, Fix, Related
from lambdalint.patterns import pattern, re
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Call, Function, Safety, Sources, Span, Symbol

CONNECTIONS = frozenset({"aws_sdk", "sql", "nosql", "search", "http", "messaging", "saas"})
# What an object may depend on that makes it right to build it for one invocation.
VARIES = frozenset({"event", "context", "request-id", "credentials", "loop", "time", "random"})

SHORT_SESSIONS = frozenset({"ftplib", "smtplib"})
OF_ONE_THREAD = frozenset({"boto3.resource", "boto3.Session"})
THREADS = (
    "concurrent.futures.ThreadPoolExecutor",
    "threading.",
    "asyncio.to_thread",
    "multiprocessing.pool.ThreadPool",
)
PROCESSES = ("multiprocessing.", "concurrent.futures.ProcessPoolExecutor")
# How code asks a library that keeps its own state (firebase_admin) whether it was set up before.
SET_UP = pattern(r"\b_apps\b|\bget_app\b")
# What a session of boto3 answers from what it has read already: no client, no connection.
LOOKUPS = frozenset(
    {
        "get_available_partitions",
        "get_available_regions",
        "get_available_resources",
        "get_available_services",
        "get_partition_for_region",
    }
)

IN_MEMORY = (":memory:", "sqlite://", "sqlite:///:memory:", "duckdb:///:memory:")


def check(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
    """Each construction that a warm environment repeats though its result could be kept."""
    own = frozenset(options.get("constructors", ()))
    places: dict[Span, list[tuple[Call, Constructor]]] = {}
    for step in function.steps:
        made = _made(step, own)
        if made is not None and step.phase == "invocation":
            places.setdefault(step.span, []).append((step, made))
    reported: list[Span] = []
    for span, calls in sorted(places.items(), key=lambda item: (*item[0][:3], -item[0].end_column)):
        repeated = [(step, made) for step, made in calls if not _belongs(step, made)]
        # What is made for a call of the same line, the session of a client, goes with it.
        if not repeated or (reported and _is_part(span, reported[-1])):
            continue
        reported.append(span)
        step, made = min(repeated, key=lambda item: len(item[0].chain))
        yield _finding(function, step, made)


def _is_part(span: Span, whole: Span) -> bool:
    """Whether a call that comes after another one in the text stands on its line, within it."""
    return (span.path, span.line) == (whole.path, whole.line) and span[3:] <= whole[3:]


def _made(step: Call, own: frozenset[str]) -> Constructor | None:
    name = step.callee.replace("()", "")
    if name in own:
        return Constructor(name, "saas", "client", "medium", "module")
    found = constructor(name)
    if found is None or found.category not in CONNECTIONS or found.cost == "low" or found.hoist == "none":
        return None
    if any(
        name in BROUGHT and (value.kind, value.constant) != ("constant", None) for name, value in step.keywords.items()
    ):
        return None
    return None if found.category == "sql" and _is_in_memory(step, found) else found


def _is_in_memory(step: Call, made: Constructor) -> bool:
    """Whether a database is made that lives in the process: kept, it would still hold what the last event left."""
    where = step.argument("url" if made.kind == "engine" else "database", 0)
    if where is None:
        return made.id == "duckdb"
    return where.kind == "constant" and where.constant in IN_MEMORY


def _belongs(step: Call, made: Constructor) -> bool:
    """Whether it is kept, or is this invocation's own for good reason."""
    return bool(step.cached) or _set_up(step, made) or _of_a_thread(step, made) or _varies(step)


def _of_a_thread(step: Call, made: Constructor) -> bool:
    """Whether it is made for a process, or is one of those that boto3 asks each thread to have for itself.

    Source: boto3, "Multithreading or multiprocessing with clients", "with resources" and "with sessions".
    """
    if any(item.path.startswith(PROCESSES) and not item.path.startswith(THREADS) for item in step.within):
        return True
    inner = step.receiver.made_by if step.receiver is not None else None
    shared = made.id not in OF_ONE_THREAD and (inner is None or "ession" not in inner.callee)
    return not shared and any(item.path.startswith(THREADS) for item in step.within)


def _set_up(step: Call, made: Constructor) -> bool:
    """Whether an application that the library itself keeps is made only where it is missing."""
    return made.kind == "app" and (step.recovering or any(SET_UP.search(guard.text) for guard in step.guards))


def _varies(step: Call) -> bool:
    """Whether the object may rightly differ from one invocation to the next; what cannot be told may."""
    return any(symbol.depends & VARIES or _unknown(symbol) for symbol in step.inputs() if not _is_listed(step, symbol))


def _is_listed(step: Call, symbol: Symbol) -> bool:
    """Whether it is the service of a client, out of a list that is written out: `for name in ("s3", "sqs")`."""
    if symbol is not step.argument("service_name", 0) or symbol.depends - {"loop"}:
        return False
    return symbol.kind == "choice" and all(isinstance(part.constant, str) for part in symbol.parts)


def _unknown(symbol: Symbol) -> bool:
    if symbol.fixed:
        return False
    if symbol.kind == "unknown":
        return True
    return any(map(_unknown, symbol.parts)) or any(_unknown(value) for _, value in symbol.entries)


def _finding(function: Function, step: Call, made: Constructor) -> Finding:
    what = _named(step)
    looked_up = _only_looked_up(step, made, function)
    if made.hoist == "loop" and step.loop_bound:
        message = f"{what} is made for an event loop that each invocation starts and closes"
    elif any(item.path == "mangum.Mangum.lifespan" for item in step.within):
        message = f"{what} is created at each invocation: Mangum starts the application, and its lifespan, each time"
    elif step.imitation:
        message = f"{what} is created at each invocation: {step.imitation}"
    elif provider := _provider(step):
        message = f"{what} is created at each invocation: {provider}"
    elif made.hoist == "lazy" and (step.entered or step.closed):
        message = f"{what} is opened and closed at each invocation"
    elif step.per_record and _over_records(step, function):
        message = f"{what} is created for each record of each invocation"
    elif looked_up:
        message = f"{what} is created at each invocation, only to look something up"
    else:
        message = f"{what} is created at each invocation"
    return Finding(
        message,
        step.span,
        related=tuple(_declared(function)),
        code_flow=flow(step),
        severity="info"
        if looked_up
        or (made.hoist == "loop" and step.loop_bound)
        or _with_secret(step, function)
        or _is_dropped_soon(step, made)
        else "",
        fixable=_fixable(step, made),
        fix=_facts(step, made),
    )


def _provider(step: Call) -> str:
    """What a container of dependency_injector does to make it each time; "" when none is around."""
    for item in reversed(step.within):
        if item.path.startswith("dependency_injector.providers."):
            return f"{item.path.removeprefix('dependency_injector.')} makes one each time it is asked"
        if item.path == "dependency_injector.wiring.Closing":
            return "Closing shuts it down each time"
    return ""


def _only_looked_up(step: Call, made: Constructor, function: Function) -> bool:
    """Whether a session is asked for its region or a list that comes with the SDK, and no client is made of it."""
    if made.category != "aws_sdk" or made.kind != "session" or made.hoist != "module":
        return False
    for other in function.steps:
        for symbol in other.inputs():
            if step.order not in symbol.calls:
                continue
            if symbol.path == f"{step.callee}()":
                if symbol is not other.receiver or other.callee.rpartition(".")[2] not in LOOKUPS:
                    return False
            elif symbol.kind != "external":
                return False  # it is in something that is handed on
    return True


def _over_records(step: Call, function: Function) -> bool:
    """Whether what it is repeated over is the records of the event, not some list in it."""
    batch = any(item.path.startswith("aws_lambda_powertools.utilities.batch.") for item in step.within)
    return batch or any(key.startswith("Records[]") for key in function.event_keys)


def _facts(step: Call, made: Constructor) -> dict[str, Any]:
    """What the fix must know."""
    return {
        "callee": step.callee.replace("()", ""),
        "hoist": made.hoist,
        "service": constant(step.argument("service_name", 0)),
        "keywords": tuple(step.keywords),
    }


def _fixable(step: Call, made: Constructor) -> Safety | None:
    """The best a fix can be, as far as the call tells: the code around it and the tests are looked at by the fix."""
    if not step.span.path.endswith(".py") or made.hoist == "loop" or step.entered or step.closed:
        return None
    if any(item.span == step.span for item in step.within):
        return None  # a provider is told what to call: there is no call to move
    in_method = bool(step.chain) and "." in step.chain[-1].name
    simple = made.hoist == "module" and step.target.isidentifier() and not in_method
    told = not any(symbol.kind == "environment" for symbol in step.inputs())
    return "safe" if simple and told and _is_known(_facts(step, made)) else "unsafe"


def fix(finding: Finding, sources: Sources) -> Fix | None:
    """Build it at module scope; where that cannot be, in a function that keeps what it built."""
    from lambdalint.rewrite.hoist import hoist
    from lambdalint.rewrite.keep import keep
    from lambdalint.rewrite.tested import held, is_private

    path = finding.span.path
    text = sources.text(path)
    if text is None:
        return None
    name = _wish(finding.fix)
    movable = finding.fix["hoist"] == "module" and not _is_misspelt(finding.fix)
    moved = hoist(text, finding.span, name, lambda helper: is_private(sources, path, helper)) if movable else None
    if moved is None:
        edits = keep(text, finding.span, f"_{name}")
        return None if edits is None else Fix(edits, "unsafe", f"keep what is built here in _{name}()")
    doubts = [*moved.doubts, *(f"{name} is then read at import" for name in moved.variables)]
    if not _is_known(finding.fix):
        doubts.append("what it takes is not known")
    doubts += [why] if (why := held(sources, path)) else []
    title = f"build {moved.name} once, at module scope"
    return Fix(moved.edits, "unsafe" if doubts else "safe", f"{title}; {', '.join(doubts)}" if doubts else title)


def _is_known(facts: Mapping[str, Any]) -> bool:
    """Whether the call is sure to work at import as it does now: a name that boto3 knows, arguments that it takes."""
    kind = facts["callee"].rpartition(".")[2]
    if kind in ("client", "resource"):
        return (
            isinstance(facts["service"], str)
            and is_service(kind, facts["service"])
            and ARGUMENTS.issuperset(facts["keywords"])
        )
    return facts["callee"] in ("boto3.Session", "boto3.session.Session")


def _is_misspelt(facts: Mapping[str, Any]) -> bool:
    """Whether the call raises: at import it would take the whole function with it."""
    kind = facts["callee"].rpartition(".")[2]
    service = facts["service"]
    return kind in ("client", "resource") and isinstance(service, str) and not is_service(kind, service)


def _wish(facts: Mapping[str, Any]) -> str:
    """What a person would call the object: `s3_client` for boto3.client("s3")."""
    kind = facts["callee"].rpartition(".")[2]
    if kind in ("client", "resource", "create_client") and isinstance(facts["service"], str):
        service = re.sub(r"\W+", "_", facts["service"]).strip("_").lower()
        return f"{service}_resource" if kind == "resource" else f"{service}_client"
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind).lower().removeprefix("create_")
    words = {"connect": "connection", "get_session": "session"}.get(words, words)
    return re.sub(r"\W+", "_", words)


def _with_secret(step: Call, function: Function) -> bool:
    """Whether a password or key that this invocation fetched goes into it: kept, it must be renewed on rotation."""
    orders = {order for symbol in step.inputs() for order in symbol.calls}
    if not orders:
        return False
    fetched = (aws_call(other) for other in function.steps if other.order in orders)
    return any(aws is not None and aws.service in ("secretsmanager", "ssm") for aws in fetched)


def _is_dropped_soon(step: Call, made: Constructor) -> bool:
    """Whether it is a session that is closed again of a server that ends idle ones within minutes.

    Source: RFC 5321 4.5.3.2.7 (SMTP: five minutes); vsftpd and ProFTPD (five and ten by default).
    """
    return made.id in SHORT_SESSIONS and (step.entered or step.closed)


def _named(step: Call) -> str:
    """The call as a person would name it: `boto3.client('s3')`, `psycopg2.connect`."""
    callee = step.callee.replace("()", "")
    if callee.endswith((".client", ".resource")):
        service = constant(step.argument("service_name", 0))
        if isinstance(service, str):
            return f"{callee}({service!r})"
    return callee


def _declared(function: Function) -> Iterator[Related]:
    if function.declaration is not None:
        yield Related(function.declaration.span, f"declared as {function.declaration.id}")


def flow(step: Call) -> tuple[Related, ...]:
    """The way from the entry point to the call: each function with the place it is called from."""
    return tuple(Related(hop.span, hop.name) for hop in step.chain)
