"""A value in; the function of the app that it is or stands for out."""

from __future__ import annotations

from lambdalint.dialects.cdk.constructs import Props, as_props, construct, name_of, plain, props_of
from lambdalint.languages.terms.values import Made, Member
from lambdalint.typed import Any

KINDS = {
    "aws_lambda:function": "function",
    "aws_lambda:singletonfunction": "function",
    "aws_lambda:dockerimagefunction": "image",
    "aws_lambda:cfnfunction": "template",
    "aws_sam:cfnfunction": "template",
    "aws_lambda_nodejs:nodejsfunction": "node",
    "aws_lambda_python:pythonfunction": "python",
    "aws_lambda_go:gofunction": "other",
    "aws_cloudfront:experimental.edgefunction": "function",
    "triggers:triggerfunction": "function",
    "@guardian/cdk:gulambdafunction": "wrapped",
    "@guardian/cdk:guscheduledlambda": "wrapped",
    "@guardian/cdk:guapilambda": "wrapped",
}


# Attributes of a function that stand for it where something else is told what to invoke or to change.
_STANDS_FOR = frozenset(
    """latestversion currentversion functionarn functionname ref attrarn lambda lambdafunction functionref version
    aliasarn defaultchild node edgearn""".split()
)


def kind_of(made: Made) -> tuple[str, Props] | None:
    """What sort of function a construct makes, and its props; None for all other calls."""
    if made.receiver is not None or not made.new:
        return None
    kind = KINDS.get(name_of(made))
    if kind is not None:
        return kind, props_of(made)
    inner = props_of(made).get("lambdaFunctionProps")  # AWS Solutions Constructs
    if inner is not None and len(made.args) + (made.keywords is not None) > 1:
        return "function", as_props(inner.value)
    return None


def function_behind(value: Any, depth: int = 0) -> Made | None:
    """The function that a value is, or whose version, alias or ARN it is."""
    if depth > 6:
        return None
    if isinstance(value, Member):
        owner = value.owner
        name = plain(value.name)
        return function_behind(owner, depth + 1) if name in _STANDS_FOR else None
    made = construct(value)
    if made is None:
        return None
    if kind_of(made) is not None:
        return made
    name = name_of(made)
    if name in (".addalias", ".addversion", ".addenvironment"):
        return function_behind(made.receiver, depth + 1)
    if name in ("aws_lambda:alias", "aws_lambda:version", "aws_lambda:cfnalias", "aws_lambda:cfnversion"):
        props = props_of(made)
        return function_behind(props.value("version", "lambda", "lambdaFunction", "functionName"), depth + 1)
    return None
