"""Chalice apps in, declarations out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.dialects.chalice import declare, wanted
from lambdalint.model import Value
from tests.dialects.project import declared, project, text_at

if TYPE_CHECKING:
    from lambdalint.model import Declaration, Span

CONFIG = {
    "version": "2.0",
    "app_name": "shop",
    "lambda_memory_size": 256,
    "environment_variables": {"A": "top", "B": "top"},
    "stages": {
        "dev": {
            "lambda_timeout": 30,
            "environment_variables": {"B": "stage", "C": "stage"},
            "lambda_functions": {
                "clean": {
                    "lambda_timeout": 300,
                    "lambda_memory_size": 1024,
                    "environment_variables": {"C": "function"},
                    "reserved_concurrency": 2,
                    "layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:x:1"],
                    "subnet_ids": ["subnet-1"],
                    "security_group_ids": ["sg-1"],
                }
            },
            "xray": True,
            "log_retention_in_days": 14,
        }
    },
}
APP = """\
import os
from chalice import Chalice, Cron, Rate
from chalicelib.jobs import extra as jobs_blueprint
from chalicelib.lonely import lonely

app = Chalice(app_name="shop")
app.register_blueprint(jobs_blueprint, name_prefix="jobs_", url_prefix="/admin")
QUEUE = "orders.fifo"


@app.route("/")
def index():
    return {}


@app.route("/orders/{id}", methods=["PUT", "POST"])
def put(id):
    return {}


@app.authorizer()
def check(request):
    return None


@app.lambda_function(name="clean")
def clean_up(event, context):
    return None


@app.schedule(Rate(5, unit=Rate.MINUTES))
def often(event):
    return None


@app.schedule(Cron(0, 18, "?", "*", "MON-FRI", "*"))
def daily(event):
    return None


@app.schedule("rate(1 hour)")
def hourly(event):
    return None


@app.on_s3_event(bucket=os.environ["BUCKET"], events=["s3:ObjectCreated:*"])
def stored(event):
    return None


@app.on_sns_message(topic="news")
def told(event):
    return None


@app.on_sqs_message(queue=QUEUE)
def one(event):
    return None


@app.on_sqs_message(
    queue_arn="arn:aws:sqs:eu-west-1:123456789012:q", batch_size=10, maximum_batching_window_in_seconds=5
)
def many(event):
    return None


@app.on_kinesis_record(stream="clicks", starting_position="TRIM_HORIZON")
def clicked(event):
    return None


@app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/1", batch_size=5)
def changed(event):
    return None


@app.on_cw_event({"source": ["aws.ec2"]})
def noticed(event):
    return None


@app.on_ws_connect()
def connected(event):
    return None


@other.schedule("rate(1 day)")
def not_ours(event):
    return None
"""
JOBS = """\
from chalice import Blueprint

extra = Blueprint(__name__)


@extra.schedule("rate(2 hours)")
def sweep(event):
    return None


@extra.route("/jobs")
def listed():
    return []
"""
FILES = {
    "api/app.py": APP,
    "api/.chalice/config.json": json.dumps(CONFIG, indent=2),
    "api/chalicelib/__init__.py": "",
    "api/chalicelib/jobs.py": JOBS,
    "api/chalicelib/lonely.py": JOBS.replace("extra", "lonely"),
    "api/requirements.txt": "requests\n",
    "api/vendor/lib/x.py": "",
}


def shown(span: Span | None) -> str:
    assert span is not None
    return text_at(FILES[span.path], span)


@pytest.fixture(scope="module")
def found() -> dict[str, Declaration]:
    return declared("chalice", FILES)


def test_each_registered_function_is_one(found: dict[str, Declaration]) -> None:
    assert {name: one.handler.known for name, one in found.items()} == {
        "api_handler": "app.app",
        "check": "app.check",
        "clean": "app.clean_up",
        "often": "app.often",
        "daily": "app.daily",
        "hourly": "app.hourly",
        "stored": "app.stored",
        "told": "app.told",
        "one": "app.one",
        "many": "app.many",
        "clicked": "app.clicked",
        "changed": "app.changed",
        "noticed": "app.noticed",
        "websocket_connect": "app.connected",
        "jobs_sweep": "chalicelib.jobs.sweep",
    }
    assert shown(found["clean"].span) == "clean_up"
    assert shown(found["api_handler"].span) == "app"
    assert (found["api_handler"].name.known, found["clean"].name.known) == ("shop-dev", "shop-dev-clean")


def test_settings_of_the_function_win_over_the_stage_and_the_project(found: dict[str, Declaration]) -> None:
    clean, often = found["clean"], found["often"]
    assert (clean.memory.known, clean.timeout.known) == (1024, 300)
    assert (often.memory.known, often.timeout.known) == (256, 30)
    assert shown(clean.timeout.span) == "300"
    assert {one.name: one.value.known for one in clean.environment} == {"A": "top", "B": "stage", "C": "function"}
    assert {one.name: one.value.known for one in often.environment} == {"A": "top", "B": "stage", "C": "stage"}
    assert clean.setting("reserved_concurrency").known == 2
    assert clean.setting("tracing").known == "Active"
    assert clean.setting("log_retention").known == 14
    assert clean.setting("vpc").known == {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    assert [layer.name.known for layer in clean.layers] == ["arn:aws:lambda:eu-west-1:123456789012:layer:x:1"]
    assert not often.setting("vpc").written


def test_triggers(found: dict[str, Declaration]) -> None:
    routes = [(one.settings["method"].known, one.settings["path"].known) for one in found["api_handler"].triggers]
    assert routes == [("GET", "/"), ("PUT", "/orders/{id}"), ("POST", "/orders/{id}"), ("GET", "/admin/jobs")]
    kinds = {name: [(one.kind, one.delivery) for one in declaration.triggers] for name, declaration in found.items()}
    assert kinds["check"] == [("apigateway-authorizer", "sync")]
    assert kinds["clean"] == []
    assert kinds["noticed"] == [("eventbridge", "async")]
    assert kinds["websocket_connect"] == [("apigateway-websocket", "sync")]
    schedules = {
        name: found[name].triggers[0].settings["schedule"].known for name in ("often", "daily", "hourly", "jobs_sweep")
    }
    assert schedules == {
        "often": "rate(5 minutes)",
        "daily": "cron(0 18 ? * MON-FRI *)",
        "hourly": "rate(1 hour)",
        "jobs_sweep": "rate(2 hours)",
    }
    (stored,) = found["stored"].triggers
    assert (stored.kind, stored.source.known) == ("s3", None)
    assert [(one.kind, one.target) for one in stored.source.references] == [("environment", "BUCKET")]
    assert found["told"].triggers[0].source.known == "news"


def test_each_argument_of_a_decorator_stands_where_it_is_written(found: dict[str, Declaration]) -> None:
    def texts(name: str, *settings: str) -> list[str]:
        (trigger,) = found[name].triggers
        return [shown(trigger.settings[one].span) for one in settings]

    put = found["api_handler"].triggers[1:3]
    assert [shown(one.settings["method"].span) for one in put] == ['"PUT"', '"POST"']
    assert [shown(one.settings["path"].span) for one in put] == ['"/orders/{id}"'] * 2
    assert found["api_handler"].triggers[0].settings["method"] == Value("GET", None, written=False)
    assert texts("often", "schedule") == ["Rate(5, unit=Rate.MINUTES)"]
    assert texts("hourly", "schedule") == ['"rate(1 hour)"']
    assert texts("jobs_sweep", "schedule") == ['"rate(2 hours)"']
    assert texts("many", "batch_size", "batching_window") == ["10", "5"]
    assert texts("clicked", "starting_position") == ['"TRIM_HORIZON"']
    assert texts("stored", "events") == ['["s3:ObjectCreated:*"]']
    sources = {name: shown(found[name].triggers[0].source.span) for name in ("stored", "told", "one", "many")}
    assert sources == {
        "stored": 'os.environ["BUCKET"]',
        "told": '"news"',
        "one": "QUEUE",
        "many": '"arn:aws:sqs:eu-west-1:123456789012:q"',
    }
    assert shown(found["clean"].name.span) == '"clean"'


def test_queues_and_streams_have_chalices_defaults(found: dict[str, Declaration]) -> None:
    (one,), (many,) = found["one"].triggers, found["many"].triggers
    assert (one.source.known, one.settings["batch_size"].known, one.settings["batch_size"].written) == (
        "orders.fifo",
        1,
        False,
    )
    assert one.settings["fifo"].known is True
    assert (many.settings["batch_size"].known, many.settings["batching_window"].known) == (10, 5)
    (clicked,), (changed,) = found["clicked"].triggers, found["changed"].triggers
    assert (clicked.kind, clicked.settings["batch_size"].known) == ("kinesis", 100)
    assert clicked.settings["starting_position"].known == "TRIM_HORIZON"
    assert (changed.kind, changed.settings["batch_size"].known) == ("dynamodb", 5)
    assert not changed.settings["starting_position"].written


def test_what_ships(found: dict[str, Declaration]) -> None:
    code = found["clean"].code
    assert (code.kind, code.path.known, code.roots) == ("directory", "api", ("api/vendor",))
    assert (code.build.tool, code.build.requirements) == ("chalice", ("api/requirements.txt",))
    assert [(one.pattern, one.include) for one in code.patterns] == [
        ("**", False),
        ("app.py", True),
        ("chalicelib/**", True),
        ("vendor/**", True),
    ]


def test_an_automatic_layer_takes_requirements_and_vendor() -> None:
    config = json.dumps({"app_name": "s", "automatic_layer": True})
    (function,) = declared("chalice", {**FILES, "api/.chalice/config.json": config, "api/app.py": SMALL}).values()
    assert function.code.build.requirements == ()
    assert function.code.roots == ()
    (layer,) = function.layers
    assert layer.code is not None
    assert (layer.code.path.known, layer.code.build.requirements) == ("api/vendor", ("api/requirements.txt",))


SMALL = (
    "from chalice import Chalice\napp = Chalice('x')\n\n@app.lambda_function()\ndef f(event, context):\n    return 1\n"
)


def test_stages_that_differ_are_functions_of_their_own() -> None:
    def names(stages: dict[str, Any]) -> dict[str, int | None]:
        config = json.dumps({"app_name": "s", "stages": stages})
        found = declared("chalice", {"app.py": SMALL, ".chalice/config.json": config})
        return {name: one.memory.known for name, one in found.items()}

    assert names({"dev": {}, "prod": {"lambda_memory_size": 512}}) == {"f": 128, "f@prod": 512}
    assert names({"dev": {"api_gateway_stage": "a"}, "prod": {"api_gateway_stage": "b"}}) == {"f": 128}


def test_without_a_configuration_the_settings_are_open() -> None:
    (function,) = declared("chalice", {"app.py": SMALL}).values()
    assert function.memory.written
    assert function.memory.known is None
    assert not function.environment_known


def test_an_app_of_a_class_of_ones_own_and_in_another_module() -> None:
    main = "from chalice import Chalice\nclass Ours(Chalice):\n    pass\napp = Ours(app_name='x')\n"
    main += "@app.route('/')\ndef f():\n    return 1\n"
    files = {"app.py": "from chalicelib.main import *  # Chalice\n", "chalicelib/main.py": main}
    found = declared("chalice", {**files, ".chalice/config.json": "{}"})
    assert list(found) == ["api_handler"]
    assert found["api_handler"].span.path == "chalicelib/main.py"
    assert (found["api_handler"].memory.known, found["api_handler"].timeout.known) == (128, 60)


def test_wanted() -> None:
    assert wanted("x/.chalice/config.json", b"{}")
    assert wanted("x/app.py", b"from chalice import Chalice")
    assert not wanted("x/app.py", b"from flask import Flask")
    assert not wanted("x/other.py", b"from chalice import Chalice")


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["stages", "dev", "lambda_functions", "f", "environment_variables", "layers", "subnet_ids"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_no_configuration_breaks_the_reader(value: Any) -> None:
    files = {"app.py": SMALL, ".chalice/config.json": json.dumps(value)}
    for function in declare(project(files)):
        assert function.span.path == "app.py"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["@app.route('/')", "@app.schedule(Rate())", "@app.on_sqs_message(*x)", "@app.route", "@app.on_s3_event(b)"]
        ),
        max_size=3,
    )
)
def test_no_decorator_breaks_the_reader(lines: list[str]) -> None:
    text = "from chalice import Chalice, Rate\napp = Chalice('x')\n" + "\n".join(lines) + "\ndef f(): pass\n"
    assert all(one.span.path == "app.py" for one in declare(project({"app.py": text})))
