"""Terraform and OpenTofu in, Declarations out: HCL and JSON syntax, Terragrunt folders, plans as JSON.

All files of one folder are one module. A module that no other calls is a root and is declared as it stands; one that
is called is declared once for each call, with the caller's arguments.
"""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

_LOCAL = pattern(rb'source"?\s*[=:]\s*"\.')
# Resources that invoke a function which is handed to their module under any name.
_WIRING = pattern(
    rb'"aws_(?:cloudwatch_event_target|scheduler_schedule|sns_topic_subscription|sfn_state_machine|api_gateway_integration'
    rb"|apigatewayv2_integration|s3_bucket_notification|cloudwatch_log_subscription_filter|iot_topic_rule|pipes_pipe"
    rb'|lb_target_group_attachment|appsync_datasource|cloudfront_distribution|config_config_rule)"'
)


def wanted(path: str, head: bytes) -> bool:
    """Whether a file may declare a function, or call a module that does; the rest of its folder is read with it."""
    if path.endswith((".tf", ".tofu", ".tf.json", ".tofu.json")):
        return b"lambda" in head.lower() or _LOCAL.search(head) is not None or _WIRING.search(head) is not None
    if path.endswith(".hcl"):
        return path.rpartition("/")[2] == "terragrunt.hcl" and b"source" in head
    return path.endswith(".json") and b'"planned_values"' in head and b'"aws_lambda_function"' in head


def declare(project: Project) -> Iterator[Declaration]:
    """Every function of the project's Terraform files."""
    paths = project.candidates("terraform")
    if not paths:
        return
    from lambdalint.dialects.terraform.join import join

    yield from join(project, paths)
