"""A stack in, the functions whose every use in the template is one that this dialect understands out.

A function is invoked by what is declared here, or by something that got hold of its name: an output, another
function's environment, a nested stack, a resource of a type unknown to us. Only without any of these do the triggers
that were found say everything, and only for a name that CloudFormation makes up (`join` asks that).
"""

from __future__ import annotations

from lambdalint.dialects.cloudformation.functions import merged
from lambdalint.dialects.cloudformation.intrinsics import mentions
from lambdalint.dialects.cloudformation.triggers.finders import FINDERS
from lambdalint.dialects.cloudformation.triggers.targets import is_function
from lambdalint.dialects.principals import invoker
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.dialects.cloudformation.stack import Stack

# Types that mention a function without making anything invoke it, or whose triggers are found elsewhere.
HARMLESS = {
    *FINDERS,
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::CloudWatch::Dashboard",
    "AWS::Serverless::StateMachine",
    "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::Connector",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CodeDeploy::DeploymentGroup",
}


def only_known_uses(stack: Stack) -> set[str]:
    """Logical ids of the functions that nothing we do not understand gets hold of."""
    known = {name for name in stack.resources if is_function(stack, name)}
    if not known:
        return known
    for _, output in stack.outputs.values():
        known -= {name for name, _, _ in mentions(output)}
    for name, (_, resource) in stack.resources.items():
        kind = stack.type_of(name)
        if kind in HARMLESS and not _strange(stack, name, kind):
            continue
        if kind == "AWS::Serverless::Function" and name in known and not _self(stack, name):
            continue
        if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
            properties = stack.properties(name)
            known -= {
                mentioned
                for key, value in properties.items()
                if key.value != "ServiceToken"
                for mentioned, _, _ in mentions(value)
            }
            continue
        known -= {mentioned for mentioned, _, _ in mentions(resource) if mentioned != name}
        if not known:
            break
    return known


def _self(stack: Stack, name: str) -> bool:
    """Whether a function mentions any other function outside of its events."""
    for key, value in merged(stack, name).items():
        if key.value not in ("Events", "Layers") and any(
            is_function(stack, mentioned) for mentioned, _, _ in mentions(value)
        ):
            return True
    return False


def _strange(stack: Stack, name: str, kind: str) -> bool:
    """A permission for somebody we do not know."""
    if kind != "AWS::Lambda::Permission":
        return False
    principal = stack.value(stack.properties(name).get("Principal")).known
    return not isinstance(principal, str) or invoker(principal) is None
