"""Zappa's settings in, declarations out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.dialects.zappa import declare, wanted
from tests.dialects.project import declared, project

PATH = "zappa_settings.json"
SETTINGS = """\
{
    "base": {"s3_bucket": "b", "memory_size": 1024, "vpc_config": {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}},
    "live": {
        "extends": "base",
        "project_name": "my_shop",
        "app_function": "shop.web.app",
        "runtime": "python3.12",
        "timeout_seconds": 60,
        "aws_environment_variables": {"TABLE": "orders", "COUNT": 3},
        "exclude": ["tests", "*.md"],
        "exclude_glob": ["docs/**/*.png"],
        "ephemeral_storage": {"Size": 2048},
        "xray_tracing": true,
        "lambda_concurrency": 5,
        "layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:x:1"],
        "function_url_enabled": true,
        "events": [
            {"function": "shop.jobs.clean", "expressions": ["rate(1 hour)", "cron(0 1 * * ? *)"]},
            {"function": "shop.jobs.pull", "event_source": {"arn": "arn:aws:sqs:eu-west-1:123456789012:q", "batch_size": 5}},
            {"function": "shop.jobs.hear", "event_source": {"arn": "arn:aws:sns:eu-west-1:123456789012:t", "events": ["sns:Publish"]}}
        ],
        "authorizer": {"function": "shop.auth.check"},
        "cognito": {"user_pool": "p", "triggers": [{"source": "PreSignUp_SignUp", "function": "shop.auth.signup"}]}
    },
    "quiet": {"app_function": "shop.web.app", "keep_warm": true, "apigateway_enabled": false, "environment_variables": {"A": "b"}}
}
"""  # noqa: E501 - one event a line


def test_a_stage_is_a_function_and_extends_another() -> None:
    found = declared("zappa", {f"app/{PATH}": SETTINGS, "app/requirements.txt": "flask\n"})
    live = found["live"]
    assert "base" not in found  # it runs nothing by itself
    assert (live.name.known, live.name.written) == ("my-shop-live", False)
    assert (live.handler.known, live.handler.written) == ("handler.lambda_handler", False)
    assert live.setting("wsgi_app").known == "shop.web.app"
    assert (live.runtime.known, live.memory.known, live.timeout.known) == ("python3.12", 1024, 60)
    assert live.memory.span is not None
    assert SETTINGS.splitlines()[live.memory.span.line - 1][live.memory.span.column - 1 :].startswith("1024,")
    assert {one.name: one.value.known for one in live.environment} == {"TABLE": "orders", "COUNT": "3"}
    assert live.environment_known
    assert live.setting("vpc").known == {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}
    assert live.setting("ephemeral_storage").known == 2048
    assert live.setting("tracing").known == "Active"
    assert live.setting("reserved_concurrency").known == 5
    assert live.setting("function_url").known == "NONE"
    assert [one.name.known for one in live.layers] == ["arn:aws:lambda:eu-west-1:123456789012:layer:x:1"]
    assert [one.kind for one in live.triggers] == ["apigateway-rest", "function-url"]
    assert live.code.path.known == "app"
    assert (live.code.build.tool, live.code.build.requirements) == ("zappa", ("app/requirements.txt",))
    written = [(one.pattern, one.include) for one in live.code.patterns if one.span is not None]
    assert written == [
        ("**/tests", False),
        ("**/tests/**", False),
        ("**/*.md", False),
        ("**/*.md/**", False),
        ("docs/**/*.png", False),
        ("docs/**/*.png/**", False),
    ]


def test_each_function_of_the_events_is_entered_by_itself() -> None:
    found = declared("zappa", {PATH: SETTINGS})
    triggers = {
        name: [(one.kind, one.delivery) for one in declaration.triggers]
        for name, declaration in found.items()
        if "." in name
    }
    assert triggers == {
        "live.shop.jobs.clean": [("schedule", "async"), ("schedule", "async")],
        "live.shop.jobs.pull": [("sqs", "poll")],
        "live.shop.jobs.hear": [("sns", "async")],
        "live.shop.auth.check": [("apigateway-authorizer", "sync")],
        "live.shop.auth.signup": [("cognito", "sync")],
    }
    pull = found["live.shop.jobs.pull"]
    assert pull.handler.known == "shop.jobs.pull"
    assert pull.memory.known == 1024
    assert pull.triggers[0].settings["batch_size"].known == 5
    assert not pull.setting("wsgi_app").written


def test_zappas_defaults_are_not_written_and_packed_variables_are_apart() -> None:
    quiet = declared("zappa", {PATH: SETTINGS})["quiet"]
    assert (quiet.memory.known, quiet.timeout.known) == (512, 30)
    assert not (quiet.memory.written or quiet.timeout.written)
    assert quiet.triggers == ()
    assert quiet.environment == ()
    assert not quiet.environment_known
    assert quiet.setting("packed_environment").known == {"A": "b"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("zappa_settings.toml", '[dev]\napp_function = "a.app"\nmemory_size = 256\n'),
        ("zappa_settings.yml", "dev:\n  app_function: a.app\n  memory_size: 256\n"),
    ],
)
def test_toml_and_yaml(path: str, text: str) -> None:
    found = declared("zappa", {path: text})["dev"]
    assert (found.memory.known, found.setting("wsgi_app").known) == (256, "a.app")
    assert found.memory.span is not None
    assert found.memory.span.line == 3


def test_stages_that_extend_each_other_end() -> None:
    text = '{"a": {"extends": "b", "app_function": "x.y"}, "b": {"extends": "a"}}'
    assert set(declared("zappa", {PATH: text})) == {"a", "b"}


def test_wanted() -> None:
    assert wanted("x/zappa_settings.json", b'{"dev": {"app_function": "a.b"}}')
    assert not wanted("settings.json", b'{"dev": {"app_function": "a.b"}}')
    assert not wanted("zappa_settings.json", b"{}")


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["events", "function", "event_source", "arn", "cognito", "triggers", "extends", "exclude"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_no_settings_break_the_reader(value: Any) -> None:
    text = json.dumps({"dev": value, "b": {"app_function": value, "extends": "dev", "events": value, "layers": value}})
    for found in declare(project({PATH: text})):
        assert found.span.path == PATH
