"""An AWS operation as called through boto3 -> what happens when the same call is made a second time."""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.knowledge.tables import cells, lines, rows
from lambdalint.typed import Literal, NamedTuple

Repeat = Literal[
    "idempotent",  # the same final state
    "idempotent_by_name",  # a unique name or key stops a second effect
    "token",  # repeats the effect unless the token member is stable across retries
    "depends_on_arguments",  # see the note
    "not_idempotent",  # a new effect each time, and there is no token
    "side_effect_free",  # leaves no lasting state
]


class Operation(NamedTuple):
    """What repeating an operation does. service and method as in boto3 ("dynamodb", "put_item").

    token: the member that stops a second effect, "" when there is none; what botocore fills in is random in each call,
    so only a value of the caller's own covers a second invocation. basis: "curated" by hand, "model" from
    botocore's traits, "verb" from the verb alone (least sure).
    """

    service: str
    method: str
    repeat: Repeat
    basis: Literal["curated", "model", "verb"]
    token: str


def operation(service: str, method: str) -> Operation | None:
    """The operation behind a boto3 client method, helpers such as upload_file included; None for reads and unknowns."""
    found = _parsed(service, method)
    if found is None:
        target = _methods().get(f"{service}.{method}")
        if target is not None:
            found = _parsed(*target)
    return found


def resource_operation(service: str, resource: str, method: str) -> Operation | None:
    """The operation behind a method of a boto3 resource: ("dynamodb", "Table", "put_item").

    Resource methods of the service itself have the resource "ServiceResource" (or ""); what a collection does to all
    of its members (`bucket.objects.all().delete()`) counts as the method of each.
    """
    target = _methods().get(f"{service}.{resource or 'ServiceResource'}.{method}")
    return None if target is None else _parsed(*target)


def given_resource(service: str, name: str) -> str:
    """The resource that another one gives by an attribute, a collection or a call, the name itself when not known."""
    return _members().get(f"{service}.{name}", name)


@cache
def _sections() -> dict[str, str]:
    """The rows of each service as one text: a run asks for two or three services of the fifty."""
    found = {}
    for section in "\n".join(lines("operations"))[1:].split("\n@"):
        service, _, body = section.partition("\n")
        found[service] = body
    return found


@cache
def _service(service: str) -> dict[str, str]:
    return {line[: line.index("\t")]: line for line in _sections().get(service, "").splitlines()}


@cache
def _parsed(service: str, method: str) -> Operation | None:
    line = _service(service).get(method)
    if line is None:
        return None
    name, repeat, basis, token = cells(line, 8)[:4]
    return Operation(
        service,
        name,
        repeat,  # type: ignore[arg-type]
        basis,  # type: ignore[arg-type]
        token,
    )


@cache
def _methods() -> dict[str, tuple[str, str]]:
    found = {}
    for name, target in rows("resource_methods", 2):
        service, _, method = target.partition(".")
        found[name] = (service, method)
    return found


@cache
def _members() -> dict[str, str]:
    return {f"{service}.{name}": kind for service, kind, names in rows("resource_members", 3) for name in names.split()}
