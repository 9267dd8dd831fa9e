"""A Call in, the AWS operation it makes out: which service, which resource, which method, with which arguments."""

from __future__ import annotations

from lambdalint.knowledge.operations import Operation, given_resource, operation, resource_operation
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model import Call, Symbol

SESSIONS = ("boto3", "aioboto3", "aiobotocore", "botocore")
METHOD_OF_WRITER = {"put_item", "delete_item"}
COLLECTION = {"all", "filter", "limit", "page_size", "pages"}  # what a collection gives: the same, or parts of it


class AwsCall(NamedTuple):
    """A call through boto3 or one of its relatives. resource: "Table", "" for a client. name: "dynamodb.put_item"."""

    service: str
    resource: str
    method: str
    operation: Operation | None

    @property
    def name(self) -> str:
        """Service and method, as a person would write them."""
        return f"{self.service}.{self.operation.method if self.operation is not None else self.method}"


def aws_call(step: Call) -> AwsCall | None:
    """The AWS call that a step makes; None when it is none, or when the service cannot be told."""
    if not step.callee.startswith(SESSIONS):
        return None
    path, _, method = step.callee.rpartition(".")
    _, of_resource, way = path.partition(".resource()")
    if not of_resource and not path.endswith(("()", ".client")):
        return None
    symbol = step.receiver
    for depth in range(8):
        made = symbol.made_by if symbol is not None else None
        if made is None:
            return None
        last = made.callee.rpartition(".")[2]
        if last in ("client", "create_client", "resource"):
            service = _service(made.argument("service_name", 0), method)
            if service is None:
                return None
            if last != "resource" and depth:
                return None  # a method of something that a call of the client returned
            if last != "resource" or ".meta.client" in way:
                return AwsCall(service, "", method, operation(service, method))
            resource = _resource(service, way)
            return AwsCall(service, resource, method, resource_operation(service, resource, method))
        if last == "batch_writer" and method in METHOD_OF_WRITER:
            return AwsCall("dynamodb", "Table", method, operation("dynamodb", method))
        if last in ("get_paginator", "get_waiter"):
            return None
        symbol = made.receiver
    return None


def _resource(service: str, way: str) -> str:
    """The resource that a way leads to: `.instances.filter()[].volumes.all()[]` is a `Volume`, "" the service."""
    found = ""
    for part in way.split(".")[1:]:
        name = part.replace("()", "").replace("[]", "")
        if name not in COLLECTION:
            found = given_resource(service, name)
    return found


def _service(symbol: Symbol | None, method: str) -> str | None:
    """The service that a client is for; of several (a dict of clients) the one that has the method."""
    if symbol is not None and symbol.kind == "choice":
        names = {part.constant for part in symbol.parts if isinstance(part.constant, str)}
        found = [name for name in names if operation(name, method) is not None]
        return found[0] if len(found) == 1 else None
    name = constant(symbol)
    return name if isinstance(name, str) else None


def is_request(step: Call) -> bool:
    """Whether an AWS call talks to AWS at all: making a resource object (`s3.Object(...)`) does not."""
    last = step.callee.rpartition(".")[2]
    return not last[:1].isupper() and last not in (
        "client",
        "resource",
        "Session",
        "get_paginator",
        "get_waiter",
        "batch_writer",
    )


def constant(symbol: Symbol | None) -> object:
    """The constant that a symbol is, else None."""
    return symbol.constant if symbol is not None and symbol.kind == "constant" else None


def text_of(symbol: Symbol | None) -> str | None:
    """The text of a string, its unknown parts left out; None when it is not told to be a string."""
    if symbol is None:
        return None
    if symbol.kind == "constant":
        return symbol.constant if isinstance(symbol.constant, str) else None
    if symbol.kind == "text":
        return "".join(text_of(part) or "?" for part in symbol.parts)
    return None


def place_of(call: Call) -> Symbol | None:
    """The table or bucket that an AWS call is about, None when it is not told."""
    for name in ("TableName", "Bucket"):
        if name in call.keywords:
            return call.keywords[name]
    made = call.receiver.made_by if call.receiver is not None else None
    if made is not None and made.callee.endswith(".batch_writer"):
        made = made.receiver.made_by if made.receiver is not None else None
    if made is None or not made.args or not made.callee.rpartition(".")[2][:1].isupper():
        return None
    return made.args[0]


def may_be_same(one: Symbol | None, other: Symbol | None) -> bool:
    """Two places may be the same unless both are told and differ."""
    if one is None or other is None or one.kind != other.kind or one.kind not in ("constant", "environment"):
        return True
    return (one.path, one.constant) == (other.path, other.constant)


def object_key(call: Call) -> Symbol | None:
    """The key of an object in a bucket: the call's own, or that of the `Object(bucket, key)` it is a method of."""
    if "Key" in call.keywords:
        return call.keywords["Key"]
    made = call.receiver.made_by if call.receiver is not None else None
    return made.args[-1] if made is not None and made.args and made.callee.endswith(".Object") else None
