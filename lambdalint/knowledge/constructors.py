"""The dotted path of a call -> the constructor it is, if it makes something worth keeping between invocations."""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.knowledge.tables import cells, lines
from lambdalint.typed import Literal, NamedTuple


class Constructor(NamedTuple):
    """Something that is built once in a good function.

    category: "aws_sdk", "sql", "nosql", "search", "http", "messaging", "saas", "ml", "config", "template",
    "observability", "framework", "concurrency". kind: "client", "session", "connection", "pool", "engine", "model", ...
    hoist: "module" (build at import), "lazy" (open on first use, check before reuse), "loop" (bound to an event loop),
    "none" (not in a function at all).
    """

    id: str
    category: str
    kind: str
    cost: Literal["high", "medium", "low"]
    hoist: Literal["module", "lazy", "loop", "none"]


# Arguments that bring the connection: what is made with one of them is only a way to speak through it.
BROUGHT = frozenset({"connection_pool", "boto3_client", "client", "http_client", "index", "collection"})


def constructor(callee: str) -> Constructor | None:
    """The constructor that a dotted path names, call marks "()" removed: "boto3.client", "redis.Redis.from_url".

    A class method named `from_...` of a listed class makes the class too. None for anything else.
    """
    paths, wildcards = _index()
    line = paths.get(callee)
    if line is None:
        owner, _, last = callee.rpartition(".")
        if last.startswith("from_"):
            line = paths.get(owner)
        if line is None:
            before, _, _ = owner.rpartition(".")
            line = wildcards.get((before, last)) if before else None
    return None if line is None else _made(line)


@cache
def _made(line: str) -> Constructor:
    identity, category, kind, cost, hoist = cells(line, 8)[:5]
    return Constructor(identity, category, kind, cost, hoist)  # type: ignore[arg-type]


@cache
def _index() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Every path to its row, and (module, method) of the paths with one star between to theirs."""
    paths: dict[str, str] = {}
    wildcards: dict[tuple[str, str], str] = {}
    for line in lines("constructors"):
        for path in line.split("\t", 7)[6].split():
            if "*" in path:
                before, _, after = path.partition(".*.")
                wildcards[before, after] = line
            else:
                paths[path] = line
    return paths, wildcards
