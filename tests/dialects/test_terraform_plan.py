"""Plans as JSON: what is written out is known, what the apply will tell is a reference."""
# ruff: noqa: E501 - a line of the configuration is a line here

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialects.project import declared


def resource(address: str, kind: str, values: dict[str, Any], mode: str = "managed") -> dict[str, Any]:
    return {"address": address, "mode": mode, "type": kind, "name": "x", "values": values}


PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "planned_values": {
        "root_module": {
            "resources": [
                resource(
                    "aws_lambda_function.f",
                    "aws_lambda_function",
                    {
                        "function_name": "jobs",
                        "handler": "app.handler",
                        "memory_size": 512,
                        "timeout": 3,
                        "filename": "./out/z.zip",
                        "kms_key_arn": None,
                        "environment": [{"variables": {"A": "1"}}],
                        "tracing_config": [{"mode": "Active"}],
                        "dead_letter_config": [],
                    },
                ),
                resource("aws_sqs_queue.q", "aws_sqs_queue", {"visibility_timeout_seconds": 60, "fifo_queue": False}),
                resource(
                    "aws_lambda_event_source_mapping.m",
                    "aws_lambda_event_source_mapping",
                    {"batch_size": 5, "function_response_types": ["ReportBatchItemFailures"]},
                ),
            ],
            "child_modules": [
                {
                    "address": "module.m",
                    "resources": [
                        resource(
                            'module.m.aws_lambda_function.g["a"]', "aws_lambda_function", {"function_name": "g-a"}
                        ),
                        resource(
                            "module.m.aws_sns_topic_subscription.s",
                            "aws_sns_topic_subscription",
                            {"protocol": "lambda"},
                        ),
                    ],
                }
            ],
        }
    },
    "prior_state": {
        "values": {
            "root_module": {
                "resources": [
                    resource(
                        "data.archive_file.z",
                        "archive_file",
                        {"source_dir": "./src", "output_path": "./out/z.zip", "excludes": None},
                        "data",
                    )
                ]
            }
        }
    },
    "configuration": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_lambda_function.f",
                    "expressions": {
                        "role": {"references": ["aws_iam_role.r.arn", "aws_iam_role.r"]},
                        "environment": [{"variables": {"references": ["var.token"]}}],
                        "memory_size": {"constant_value": 512},
                    },
                },
                {
                    "address": "aws_lambda_event_source_mapping.m",
                    "expressions": {
                        "event_source_arn": {"references": ["aws_sqs_queue.q.arn", "aws_sqs_queue.q"]},
                        "function_name": {"references": ["aws_lambda_function.f.arn", "aws_lambda_function.f"]},
                    },
                },
            ],
            "variables": {"token": {"sensitive": True}},
            "module_calls": {
                "m": {
                    "module": {
                        "resources": [
                            {
                                "address": "aws_sns_topic_subscription.s",
                                "expressions": {
                                    "endpoint": {
                                        "references": ['aws_lambda_function.g["a"].arn', 'aws_lambda_function.g["a"]']
                                    }
                                },
                            }
                        ]
                    }
                }
            },
        }
    },
}


def test_a_plan() -> None:
    text = json.dumps(PLAN, indent=2)
    found = declared("terraform", {"live/plan.json": text, "live/src/app.py": "x"})
    assert sorted(found) == ["aws_lambda_function.f", 'module.m.aws_lambda_function.g["a"]']
    jobs = found["aws_lambda_function.f"]
    assert (jobs.name.known, jobs.memory.known, jobs.setting("tracing").known) == ("jobs", 512, "Active")
    assert jobs.memory.span is not None and text.split("\n")[jobs.memory.span.line - 1].strip() == '"memory_size": 512,'
    assert (jobs.code.kind, jobs.code.path.known) == ("directory", "live/src")
    assert [reference.kind for reference in jobs.setting("role").references] == ["resource"]
    assert not jobs.setting("kms_key").written and not jobs.setting("dead_letter_queue").written
    assert [(one.name, one.value.known) for one in jobs.environment] == [("A", "1")]
    assert not jobs.environment_known  # what the sensitive variable adds is not in the plan
    (queue,) = jobs.triggers
    assert (queue.kind, queue.source.known, queue.settings["batch_size"].known) == ("sqs", "aws_sqs_queue.q", 5)
    assert (queue.settings["visibility_timeout"].known, queue.settings["report_batch_item_failures"].known) == (
        60,
        True,
    )


def test_references_inside_of_a_module() -> None:
    found = declared("terraform", {"plan.json": json.dumps(PLAN)})
    other = found['module.m.aws_lambda_function.g["a"]']
    assert (other.name.known, [one.kind for one in other.triggers]) == ("g-a", ["sns"])


def test_a_plan_beside_its_sources_is_their_output() -> None:
    found = declared("terraform", {"plan.json": json.dumps(PLAN), "main.tf": "# lambda\n"})
    assert {one.build_of for one in found.values()} == {"main.tf"}


def test_anything_else_with_such_keys_is_no_plan() -> None:
    for text in ('{"planned_values": [], "x": "aws_lambda_function"}', '["planned_values", "aws_lambda_function"]',
                 '{"planned_values": {"root_module": {"resources": [1, {"type": 3, "values": []}]}}, "a": "aws_lambda_function"}'):  # fmt: skip
        assert declared("terraform", {"plan.json": text}) == {}


WORDS = st.sampled_from(
    [
        "resource", "data", "module", "variable", "locals", "aws_lambda_function", "archive_file", "f", "for_each", "count",
        "environment", "variables", "source", "./m", "filename", "values", "address", "type", "mode", "managed", "dynamic",
        "planned_values", "root_module", "resources", "child_modules", "configuration", "expressions", "references",
        "content", "source_path", "layers", "${var.x}", "${each.key}", "${try(a.b, 1)}", "aws_lambda_function.f.arn",
        'aws_lambda_function.f["a"]', "${local.a[*].b}", "[0]",
    ]
)  # fmt: skip
TREES = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=25,
)


@settings(max_examples=100, deadline=None)
@given(TREES, TREES, TREES)
def test_no_tree_crashes(values: Any, configuration: Any, syntax: Any) -> None:
    plan = {"planned_values": {"root_module": values}, "configuration": {"root_module": configuration}}
    texts = {
        "plan.json": json.dumps({**plan, "aws_lambda_function": 1}),
        "x.tf.json": json.dumps(
            {"resource": {"aws_lambda_function": {"f": syntax}}, "locals": values, "module": syntax}
        ),
        "y.tf.json": json.dumps([syntax, {"variable": configuration}, "lambda"]),
    }
    for found in declared("terraform", texts).values():
        assert found.span.path in texts
