"""CDK apps in Python: classes and modules, ways to share props, and bad programs."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

import pytest

from lambdalint.model import Declaration
from tests.dialects.cdk_apps import PYTHON_IMPORTS, PYTHON_JSON, PYTHON_PLAIN, python_function, python_functions
from tests.dialects.project import declared, project

# ----------------------------------------------------------------------------------------------- classes and modules


def test_base_class_and_helper_method() -> None:
    found = python_functions(
        """
        Api(self, "Api")
        """,
        before="""
        from constructs import Construct

        class Base(Construct):
            memory = 256

            def __init__(self, scope, id_):
                super().__init__(scope, id_)
                self.queue = sqs.Queue(self, "Queue", visibility_timeout=Duration.seconds(60))
                self.build()

            def make(self, name, **extra):
                return lambda_.Function(self, name, memory_size=self.memory, handler=f"{name}.run", **extra)

        class Api(Base):
            memory = 512

            def build(self):
                fn = self.make("Orders", timeout=Duration.seconds(10))
                fn.add_event_source(sources.SqsEventSource(self.queue, batch_size=5))
        """,
    )
    fn = found["Orders"]
    assert (fn.memory.known, fn.timeout.known, fn.handler.known) == (512, 10, "Orders.run")
    assert fn.setting("construct_path").known == ("Demo/Api/Orders",)
    (trigger,) = fn.triggers
    assert (trigger.kind, trigger.source.known, trigger.settings["batch_size"].known) == ("sqs", "Queue", 5)
    assert trigger.settings["visibility_timeout"].known == 60


def test_old_style_super_and_subclass_of_function() -> None:
    found = python_functions(
        'Mine(self, "One", handler="one.run")\nMine(self, "Two", handler="two.run")',
        before="""
        class Mine(lambda_.Function):
            def __init__(self, scope, id_, *, handler, memory=320):
                lambda_.Function.__init__(self, scope, id_, handler=handler, memory_size=memory, timeout=Duration.seconds(9))
                self.add_environment("A", "1")
        """,
    )
    assert {name: (fn.handler.known, fn.memory.known, fn.timeout.known) for name, fn in found.items()} == {
        "One": ("one.run", 320, 9),
        "Two": ("two.run", 320, 9),
    }
    assert [variable.name for variable in found["Two"].environment] == ["A"]


def test_packages_relative_imports_and_configuration() -> None:
    files = {
        "cdk.json": '{"app": "python -m infra.app"}',
        "infra/__init__.py": "",
        "infra/app.py": "import aws_cdk as cdk\nfrom .stacks import MainStack\nfrom .config import CONFIG as conf\nMainStack(cdk.App(), 'Main', conf)\n",
        "infra/stacks/__init__.py": "from infra.stacks.main import MainStack\n",
        "infra/stacks/main.py": (
            f"{PYTHON_IMPORTS}\nfrom ..config import settings\nimport infra.names as names\nimport yaml\n"
            "limits = yaml.safe_load(open('limits.yaml'))\n"
            "class MainStack(Stack):\n    def __init__(self, scope, id_, conf):\n        super().__init__(scope, id_)\n"
            "        lambda_.Function(self, names.NAME, memory_size=conf['memory'], timeout=Duration.seconds(settings.timeout),\n"
            "            reserved_concurrent_executions=limits['concurrency'])\n"
        ),
        "infra/config.py": "from dataclasses import dataclass\n@dataclass\nclass Settings:\n    timeout: int = 33\nsettings = Settings()\nCONFIG = {'memory': 448}\n",
        "infra/names.py": "NAME = 'Named'\n",
        "limits.yaml": "concurrency: 7\n",
    }
    (fn,) = declared("cdk", files).values()
    assert (fn.id, fn.memory.known, fn.timeout.known) == ("Named", 448, 33)
    assert fn.setting("reserved_concurrency").known == 7


def test_version_one_of_the_cdk() -> None:
    text = (
        "from aws_cdk import core, aws_lambda as _lambda, aws_lambda_event_sources, aws_sqs\n"
        "class S(core.Stack):\n    def __init__(self, app: core.App, id: str) -> None:\n        super().__init__(app, id)\n"
        "        fn = _lambda.Function(self, 'Fn', code=_lambda.Code.asset('src'), timeout=core.Duration.seconds(20))\n"
        "        fn.add_event_source(aws_lambda_event_sources.SqsEventSource(aws_sqs.Queue(self, 'Q')))\n"
        "app = core.App()\nS(app, 'S')\napp.synth()\n"
    )
    fn = declared("cdk", {"cdk.json": PYTHON_JSON, "app.py": text, "src/x.py": ""})["Fn"]
    assert (fn.timeout.known, fn.code.path.known, [one.kind for one in fn.triggers]) == (20, "src", ["sqs"])
    assert fn.setting("construct_path").known == ("S/Fn",)


def test_triggers_in_python_spelling() -> None:
    fn = python_functions(
        """
        fn = lambda_.Function(self, "Fn")
        queue = sqs.Queue(self, "Queue", fifo=True, content_based_deduplication=True,
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=3, queue=sqs.Queue(self, "Dead")))
        fn.add_event_source(sources.SqsEventSource(queue, report_batch_item_failures=True, max_batching_window=Duration.seconds(5)))
        rule = events.Rule(self, "Rule", schedule=events.Schedule.cron(minute="0", hour="4"))
        rule.add_target(targets.LambdaFunction(fn))
        api = apigateway.RestApi(self, "Api")
        api.root.add_resource("items").add_method("GET", apigateway.LambdaIntegration(fn))
        apigateway.LambdaRestApi(self, "Rest", handler=fn)
        bucket = s3.Bucket(self, "Bucket")
        bucket.add_event_notification(s3.EventType.OBJECT_CREATED, s3n.LambdaDestination(fn))
        bucket.grant_read(fn)
        fn.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)
        """,
        before="from aws_cdk import aws_s3_notifications as s3n",
    )["Fn"]
    kinds = {one.kind: one for one in fn.triggers}
    assert [one.kind for one in fn.triggers] == [
        "sqs",
        "schedule",
        "apigateway-rest",
        "apigateway-rest",
        "s3",
        "function-url",
    ]
    queue = kinds["sqs"].settings
    assert {name: queue[name].known for name in ("fifo", "content_deduplication", "redrive", "report_batch_item_failures", "batching_window")} == {
        "fifo": True,
        "content_deduplication": True,
        "redrive": 3,
        "report_batch_item_failures": True,
        "batching_window": 5,
    }  # fmt: skip
    assert kinds["schedule"].settings["schedule"].known == "cron(0 4 * * ? *)"
    assert (kinds["s3"].source.known, fn.setting("function_url").known) == ("Bucket", "NONE")
    assert fn.triggers[2].settings["path"].known == "/items"


def test_images_and_docker_builds() -> None:
    found = python_functions(
        """
        lambda_.DockerImageFunction(self, "Image", code=lambda_.DockerImageCode.from_image_asset(
            os.path.join(os.path.dirname(__file__), "image"), cmd=["app.handler"]))
        lambda_.Function(self, "Build", handler="handler.run", code=lambda_.Code.from_docker_build(path=os.path.abspath("./"), file="api/Dockerfile"))
        lambda_.Function(self, "Raw", handler=lambda_.Handler.FROM_IMAGE, runtime=lambda_.Runtime.FROM_IMAGE,
            code=lambda_.EcrImageCode.from_asset_image("image"))
        """,
        files={"image/Dockerfile": "FROM x\n", "image/app.py": "", "api/Dockerfile": "FROM x\n", "api/handler.py": ""},
    )
    assert (found["Image"].code.kind, found["Image"].code.dockerfile, found["Image"].handler.known) == (
        "image",
        "image/Dockerfile",
        "app.handler",
    )
    assert (found["Build"].code.kind, found["Build"].code.path.known) == ("directory", "api")
    assert (found["Build"].code.build.tool, found["Build"].code.build.requirements) == ("docker", None)
    assert (found["Raw"].code.kind, found["Raw"].setting("package_type").known) == ("image", "Image")


@pytest.mark.parametrize(
    "text",
    [
        "from aws_cdk import aws_lambda\naws_lambda.Function()\n",
        "from aws_cdk import aws_lambda\naws_lambda.Function(*a, **b)\n",
        "from aws_cdk import aws_lambda\ndef f(): f(); f()\nf()\n",
        "from aws_cdk import aws_lambda\nclass A(A):\n    def __init__(self): super().__init__()\nA()\n",
        "from aws_cdk import aws_lambda\nimport app\nfrom app import *\nfrom . import x\nfrom .... import y\n",
        "from aws_cdk import aws_lambda\nwhile True:\n    x = [x]\n",
        "from aws_cdk import aws_lambda\nx = 'a'\nfor i in range(10**9):\n    x += x\n    x = x % x\n    x = '{}{}'.format(x, x)\n",
        "from aws_cdk import aws_lambda\nx = 9 ** 9 ** 9\ny = 'a' * 10**12\nz = [1] * 10**12\nr = range(10**15)\nl = list(range(10**15))\n",
        "from aws_cdk import aws_lambda\nx = {}\nx['x'] = x\nx.update(x)\naws_lambda.Function(x, x, **x)\n",
        "from aws_cdk import aws_lambda\n'%s' % 5 % 6\n'{0[}'.format(1)\n'a'.join(5)\n[][0]\n{}['a']\n(1)(2)\nNone.x\n",
        "from aws_cdk import aws_lambda\nglobal a, b\nimport a.b.c as d, e\ntry:\n    pass\nexcept* E:\n    pass\n",
    ],
)
def test_bad_programs_end(text: str) -> None:
    from lambdalint.dialects.cdk import declare

    memory = project({"cdk.json": PYTHON_JSON, "app.py": text})
    assert all(isinstance(item, Declaration) for item in declare(memory))


# ------------------------------------------------------------------------------------------------ ways to share props


def test_a_partial_is_called_with_what_it_holds() -> None:
    before = """
    from functools import partial
    make = partial(lambda_.Function, runtime=lambda_.Runtime.PYTHON_3_12, memory_size=256)
    small = partial(make, memory_size=128)
    """
    body = """
    make(self, "A", handler="index.handler", code=lambda_.Code.from_asset("src"), timeout=Duration.seconds(9))
    small(self, "B", handler="index.handler", code=lambda_.Code.from_asset("src"))
    """
    found = python_functions(body, before, {"src/index.py": ""})
    assert {name: (one.memory.known, one.timeout.known) for name, one in found.items()} == {
        "A": (256, 9),
        "B": (128, 3),
    }


def test_the_defaults_of_a_dataclass() -> None:
    before = """
    from dataclasses import dataclass, field

    @dataclass(frozen=True)
    class Inner:
        memory: int = 256
        timeout: int = field(default=20)

    @dataclass(frozen=True)
    class Config:
        inner: Inner = field(default_factory=lambda: Inner(memory=512))
        env: dict = field(default_factory=dict)

    CONFIGS = {"dev": Config(env={"B": "x", "C": "x"}), "prod": Config(env={"A": "1", "B": "x", "C": "y"})}
    """
    body = """
    config = CONFIGS[props["stage"]]
    lambda_.Function(
        self, "Fn", runtime=lambda_.Runtime.PYTHON_3_12, handler="index.handler", code=lambda_.Code.from_asset("src"),
        memory_size=config.inner.memory, timeout=Duration.seconds(config.inner.timeout), environment=config.env,
    )
    """
    fn = python_functions(body, before, {"src/index.py": ""})["Fn"]
    # Both stages have the same memory and timeout; which variables there are depends on the stage.
    assert (fn.memory.known, fn.timeout.known) == (512, 20)
    assert {one.name: one.value.known for one in fn.environment} == {"A": "1", "B": "x", "C": None}


def test_the_defaults_of_a_model() -> None:
    before = """
    from pydantic import BaseModel, Field

    class Config(BaseModel):
        memory: int = Field(512, ge=128)
        timeout: int = Field(default=20)
        name: str = Field(...)
    """
    body = """
    config = Config(name=props["name"])
    lambda_.Function(
        self, "Fn", runtime=lambda_.Runtime.PYTHON_3_12, handler="index.handler", code=lambda_.Code.from_asset("src"),
        memory_size=config.memory, timeout=Duration.seconds(config.timeout), function_name=config.name,
    )
    """
    fn = python_functions(body, before, {"src/index.py": ""})["Fn"]
    assert (fn.memory.known, fn.timeout.known, fn.name.known, fn.name.written) == (512, 20, None, True)


@pytest.mark.parametrize(
    ("lookup", "known"), [("SIZES[stage]", None), ("SAME[stage]", 512), ("SAME.get(stage, 128)", None)]
)
def test_a_table_by_a_key_that_is_not_known(lookup: str, known: int | None) -> None:
    before = 'SIZES = {"dev": 128, "prod": 512}\nSAME = {"dev": 512, "prod": 512}\n'
    fn = python_function(f"memory_size={lookup}", before=before + "stage = os.environ['STAGE']\n")
    assert fn.memory.known == known
    assert fn.memory.written


def test_two_ways_to_say_the_same_are_one_value() -> None:
    fn = python_function("timeout=Duration.minutes(1) if props['prod'] else Duration.seconds(60)")
    assert fn.timeout.known == 60
    assert (
        python_function("timeout=Duration.minutes(2) if props['prod'] else Duration.seconds(60)").timeout.known is None
    )


def test_a_schedule_of_the_template_with_its_own_retries() -> None:
    body = f"""
    fn = lambda_.Function(self, "Fn", {PYTHON_PLAIN})
    scheduler.CfnSchedule(
        self, "S", schedule_expression="rate(1 day)",
        target=scheduler.CfnSchedule.TargetProperty(
            arn=fn.function_arn, retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_retry_attempts=0)
        ),
    )
    """
    (found,) = python_functions(body, "from aws_cdk import aws_scheduler as scheduler")["Fn"].triggers
    assert (found.kind, found.settings["schedule"].known, found.settings["retries"].known) == (
        "schedule",
        "rate(1 day)",
        0,
    )


def test_a_stack_made_twice_with_other_layers() -> None:
    stack = f"""
class Shop(Stack):
    def __init__(self, scope, construct_id, *, own, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        shared = lambda_.LayerVersion.from_layer_version_arn(self, "Shared", "arn:shared:1")
        lambda_.Function(self, "Same", {PYTHON_PLAIN}, layers=[shared])
        lambda_.Function(self, "Other", {PYTHON_PLAIN}, layers=[shared, *own])

app = cdk.App()
Shop(app, "Dev", own=[])
Shop(app, "Prod", own=[lambda_.LayerVersion.from_layer_version_arn(app, "Own", "arn:own:1")])
"""
    found = declared("cdk", {"cdk.json": PYTHON_JSON, "app.py": PYTHON_IMPORTS + stack})
    assert [layer.name.known for layer in found["Same"].layers] == ["arn:shared:1"]
    assert [layer.name.known for layer in found["Other"].layers] == [None, None]  # some stage has two, no more is told
