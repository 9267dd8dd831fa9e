"""A service principal in ("s3.amazonaws.com"), what that service invokes a function for out: kind of trigger, delivery.

A permission only says who may invoke, so this counts where nothing else of a project tells more.
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Delivery

_KINDS: dict[str, tuple[str, Delivery]] = {
    "s3": ("s3", "async"),
    "sns": ("sns", "async"),
    "events": ("eventbridge", "async"),
    "scheduler": ("schedule", "async"),
    "logs": ("cloudwatch-logs", "async"),
    "iot": ("iot", "async"),
    "ses": ("ses", "async"),
    "config": ("config", "async"),
    "codecommit": ("codecommit", "async"),
    "lambda.alarms.cloudwatch": ("cloudwatch-alarm", "async"),
    "cloudformation": ("cloudformation", "async"),
    "apigateway": ("apigateway-rest", "sync"),
    "elasticloadbalancing": ("alb", "sync"),
    "vpc-lattice": ("vpc-lattice", "sync"),
    "cognito-idp": ("cognito", "sync"),
    "lex": ("lex", "sync"),
    "lexv2": ("lex", "sync"),
    "connect": ("connect", "sync"),
    "alexa-appkit": ("alexa", "sync"),
    "alexa-connectedhome": ("alexa", "sync"),
    "bedrock": ("bedrock-agent", "sync"),
    "firehose": ("firehose-transform", "sync"),
    "edgelambda": ("cloudfront", "sync"),
    "states": ("stepfunctions", "sync"),
    "secretsmanager": ("secretsmanager-rotation", "async"),
    "transfer": ("transfer-authorizer", "sync"),
    "batchoperations.s3": ("s3-batch", "sync"),
}
_REGIONAL = ("logs", "states")  # also written with the region: logs.eu-west-1.amazonaws.com
_ENDINGS = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")


def invoker(principal: str) -> tuple[str, Delivery] | None:
    """What a service invokes functions for; None for accounts, roles, other functions and services not known here.

    The principal may hold parts that cannot be told: "logs.${AWS::Region}.${AWS::URLSuffix}".
    """
    service, dot, ending = principal.partition(".amazon")
    if not dot and principal.endswith("}"):
        service, dot, ending = principal.rpartition(".${")
    elif f".amazon{ending}" not in _ENDINGS:
        return None
    first = service.partition(".")[0]
    return _KINDS.get(first if first in _REGIONAL else service) if dot else None
