"""Zappa's settings in, declarations out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.dialects.zappa import declare, wanted
from lambdalint.model import Span, Value
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


MODULE = """\
# Generated by Zappa
APP_MODULE='shop.web'
APP_FUNCTION='app'
EXCEPTION_HANDLER=None
DEBUG=False
LOG_LEVEL='INFO'
BINARY_SUPPORT=True
CONTEXT_HEADER_MAPPINGS={}
DOMAIN=None
BASE_PATH=None
ENVIRONMENT_VARIABLES={'AWS_REGION': 'eu-west-1', 'TABLE': 'orders'}
API_STAGE='live'
PROJECT_NAME='shop'
SETTINGS_FILE=None
DJANGO_SETTINGS=None
AWS_EVENT_MAPPING={'arn:aws:sqs:eu-west-1:123456789012:orders': 'shop.jobs.pull'}
AWS_BOT_EVENT_MAPPING={'Order:DialogCodeHook': 'shop.bot.talk'}
COGNITO_TRIGGER_MAPPING={'PreSignUp_SignUp': 'shop.auth.signup'}
AUTHORIZER_FUNCTION='shop.auth.check'
ASYNC_RESPONSE_TABLE=''
ADDITIONAL_TEXT_MIMETYPES=None
"""


def test_a_settings_module_says_what_the_code_must_know_and_leaves_the_rest_open() -> None:
    path = "image/zappa_settings.py"
    found = declared("zappa", {path: MODULE})
    assert {name: [one.kind for one in declaration.triggers] for name, declaration in found.items()} == {
        "live": [],
        "live.shop.jobs.pull": ["sqs"],
        "live.shop.bot.talk": ["lex"],
        "live.shop.auth.signup": ["cognito"],
        "live.shop.auth.check": ["apigateway-authorizer"],
    }
    live, pull = found["live"], found["live.shop.jobs.pull"]
    assert (live.setting("wsgi_app").known, live.name.known) == ("shop.web.app", "shop-live")
    assert not live.setting("django_settings").written
    assert (live.memory.known, live.timeout.known, live.environment_known) == (None, None, False)
    assert live.memory.written and live.timeout.written
    assert not live.triggers_known
    assert live.setting("packed_environment").known == {"AWS_REGION": "eu-west-1", "TABLE": "orders"}
    assert live.span == Span(path, 12, 11, 12, 17)
    assert pull.handler == Value("shop.jobs.pull", Span(path, 16, 65, 16, 81))
    assert pull.triggers[0].source == Value("arn:aws:sqs:eu-west-1:123456789012:orders", Span(path, 16, 20, 16, 63))


def test_a_settings_module_is_the_output_of_the_settings_beside_it() -> None:
    assert set(declared("zappa", {PATH: '{"dev": {"app_function": "a.app"}}', "zappa_settings.py": MODULE})) == {"dev"}


@pytest.mark.parametrize(
    "text",
    [
        "APP_MODULE = os.environ['APP']\nAPP_FUNCTION = 'app'\n",
        "APP_MODULE, APP_FUNCTION = 'a', 'b'\n",
        "APP_MODULE: str\nAPP_FUNCTION = None\n",
        "AWS_EVENT_MAPPING = {**more}\nAPP_MODULE = f'{x}'\n",
        "def APP_MODULE():\n    pass\n",
    ],
)
def test_what_a_settings_module_computes_is_not_guessed(text: str) -> None:
    assert declared("zappa", {"zappa_settings.py": text}) == {}


def test_a_settings_module_that_does_not_parse_is_one_problem() -> None:
    files = project({"zappa_settings.py": "APP_MODULE = 'a'\nAPP_FUNCTION = (\n"})
    assert list(declare(files)) == []
    assert [(one.path, one.line) for one in files.problems] == [("zappa_settings.py", 2)]


def test_a_rule_with_a_pattern_or_a_schedule_and_one_that_is_off() -> None:
    arn = "arn:aws:events:eu-west-1:123456789012:rule/r"
    events = [
        {"function": "a.on", "event_source": {"arn": arn, "event_pattern": '{"source": ["my.shop"]}'}},
        {"function": "a.each", "event_source": {"arn": arn, "schedule_expression": "rate(1 day)"}},
        {"function": "a.off", "expression": "rate(1 hour)", "enabled": False},
    ]
    found = declared("zappa", {PATH: json.dumps({"dev": {"events": events}})})
    told = {name: declaration.triggers[0] for name, declaration in found.items() if "." in name}
    assert {name: one.kind for name, one in told.items()} == {
        "dev.a.on": "eventbridge",
        "dev.a.each": "schedule",
        "dev.a.off": "schedule",
    }
    assert told["dev.a.on"].settings["filter"].known == {"source": ["my.shop"]}
    assert told["dev.a.off"].settings["enabled"].known is False


def test_a_stage_that_others_extend_runs_nothing_by_itself() -> None:
    arn = "arn:aws:sqs:eu-west-1:123456789012:jobs.fifo"
    base = {"events": [{"function": "a.pull", "event_source": {"arn": arn}}], "memory_size": 1024}
    stages = {"base": base, "dev": {"extends": "base", "app_function": "a.app"}}
    found = declared("zappa", {PATH: json.dumps(stages)})
    assert set(found) == {"dev", "dev.a.pull"}
    assert (found["dev.a.pull"].memory.known, found["dev.a.pull"].triggers[0].settings["fifo"].known) == (1024, True)
    assert set(declared("zappa", {PATH: json.dumps({"base": base})})) == {"base", "base.a.pull"}
    of_its_own = {"base": {**base, "app_function": "a.app"}, "dev": {"extends": "base"}}
    assert set(declared("zappa", {PATH: json.dumps(of_its_own)})) == {"base", "base.a.pull", "dev", "dev.a.pull"}


def test_stages_that_extend_each_other_end() -> None:
    text = '{"a": {"extends": "b", "app_function": "x.y"}, "b": {"extends": "a"}}'
    assert set(declared("zappa", {PATH: text})) == {"a", "b"}


def test_wanted() -> None:
    assert wanted("x/zappa_settings.json", b'{"dev": {"app_function": "a.b"}}')
    assert not wanted("settings.json", b'{"dev": {"app_function": "a.b"}}')
    assert not wanted("zappa_settings.json", b"{}")
    assert wanted("x/zappa_settings.py", b"APP_MODULE='a'")
    assert not wanted("x/zappa_settings.py", b"DEBUG=True")
    assert not wanted("x/my_zappa_settings.py", b"APP_MODULE='a'")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["APP_MODULE", "APP_FUNCTION", "API_STAGE", "AWS_EVENT_MAPPING", "COGNITO_TRIGGER_MAPPING"]
            ),
            st.sampled_from(
                ["1", "None", "'a'", "{}", "{1: 2}", "{'a': 'b'}", "['a']", "{'a': {'b': None}}", "x", "-1"]
            ),
        ),
        max_size=6,
    )
)
def test_no_settings_module_breaks_the_reader(lines: list[tuple[str, str]]) -> None:
    text = "".join(f"{name} = {value}\n" for name, value in lines)
    for found in declare(project({"zappa_settings.py": text + "DJANGO_SETTINGS = 'a'\n"})):
        assert found.span.path == "zappa_settings.py"


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
