"""A source, a service or a resource in, what lets it invoke the one function out, as the dialects write it."""

from __future__ import annotations

from typing import Any

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
FUNCTION = ARN.format("lambda", "function:f")
COLUMN_NAMES = ("cloudformation", "sam", "serverless", "terraform", "cdk", "chalice", "zappa", "awscli")
F: dict[str, Any] = {"Fn::GetAtt": ["F", "Arn"]}
NAME = {"Ref": "F"}
MAPPED = {
    "sqs": ARN.format("sqs", "jobs"),
    "kinesis": ARN.format("kinesis", "stream/clicks"),
    "dynamodb": ARN.format("dynamodb", "table/t/stream/2026-01-01T00:00:00.000"),
    "msk": ARN.format("kafka", "cluster/c/1"),
    "mq-activemq": ARN.format("mq", "broker:b:1"),
    "documentdb": ARN.format("rds", "cluster:c"),
}
MAPPING = "AWS::Lambda::EventSourceMapping"


def permission(principal: str) -> dict[str, Any]:
    """What lets a service invoke the function, in the dialects that write it out."""
    properties = {"FunctionName": NAME, "Principal": principal, "Action": "lambda:InvokeFunction"}
    resource = {"Type": "AWS::Lambda::Permission", "Properties": properties}
    return {
        "cloudformation": {"P": resource},
        "terraform": f"""resource "aws_lambda_permission" "p" {{
  function_name = aws_lambda_function.f.function_name
  action        = "lambda:InvokeFunction"
  principal     = "{principal}"
}}""",
        "awscli": (
            "aws lambda add-permission --function-name f --statement-id s --action lambda:InvokeFunction"
            f" --principal {principal}"
        ),
        "cdk": f"function.add_permission('P', principal=iam.ServicePrincipal('{principal}'))",
    }


def mapping(kind: str) -> dict[str, Any]:
    """An event source mapping of a source with an ARN."""
    arn = MAPPED[kind]
    return {
        "cloudformation": {"M": {"Type": MAPPING, "Properties": {"FunctionName": NAME, "EventSourceArn": arn}}},
        "terraform": f"""resource "aws_lambda_event_source_mapping" "m" {{
  function_name    = aws_lambda_function.f.arn
  event_source_arn = "{arn}"
}}""",
        "awscli": f"aws lambda create-event-source-mapping --function-name f --event-source-arn {arn}",
        "cdk": f"function.add_event_source_mapping('M', event_source_arn='{arn}')",
    }


def terraform(kind: str, body: str) -> str:
    """One resource."""
    return f'resource "{kind}" "x" {{\n{body}\n}}'


def one(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """One CloudFormation resource."""
    return {"X": {"Type": kind, "Properties": properties}}


def resources(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """A resource beside the function of a SAM template."""
    return {"Resources": one(kind, properties)}


METHOD = {"HttpMethod": "GET", "RestApiId": {"Ref": "A"}, "ResourceId": "r", "Integration": {
    "Type": "AWS_PROXY",
    "Uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"},
}}  # fmt: skip
API = {"A": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}}}
HTTP = {"A": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "a", "ProtocolType": "HTTP"}}}
SOCKET = {
    "A": {
        "Type": "AWS::ApiGatewayV2::Api",
        "Properties": {"Name": "a", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"},
    }
}
INTEGRATION = one(
    "AWS::ApiGatewayV2::Integration",
    {"ApiId": {"Ref": "A"}, "IntegrationType": "AWS_PROXY", "IntegrationUri": F},
)
MACHINE = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "${F}", "End": True}}}
KAFKA = {"SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": ["b:9092"]}}, "Topics": ["t"]}
RABBIT_ACCESS = [{"Type": "VIRTUAL_HOST", "URI": "/"}]
