"""CDK apps in Python: the same functions as in TypeScript, from Python's ways to write them."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

import pytest

from lambdalint.languages.python_terms import parse
from lambdalint.model import ABSENT, Build, Reference, Value
from tests.dialects.cdk_apps import PYTHON_IMPORTS, PYTHON_JSON, PYTHON_PLAIN, python, python_function, python_functions
from tests.dialects.project import declared, text_at

# --------------------------------------------------------------------------------------------------- the language


def test_a_module_that_does_not_parse_is_a_problem() -> None:
    for text in ("def f(:\n", "x = (\n", "print 'x'\n", "\0", "x = " + "(" * 1000):
        module, problems = parse("app.py", text)
        assert module is None
        assert len(problems) == 1


def test_positions_count_characters() -> None:
    text = "x = {'é': '🎉', 'timeout': 30}\n"
    module, _ = parse("app.py", text)
    assert module is not None
    pair = module.body[0].parts[0].parts[1].parts[1]
    line, start, _, end = pair.parts[1].at
    assert text.split("\n")[line - 1][start - 1 : end - 1] == "30"


# ---------------------------------------------------------------------------------------------------------- settings


def test_every_plain_setting() -> None:
    fn = python_function(
        """
            function_name="orders", memory_size=512, timeout=Duration.minutes(2), architecture=lambda_.Architecture.ARM_64,
            tracing=lambda_.Tracing.ACTIVE, reserved_concurrent_executions=5, ephemeral_storage_size=Size.mebibytes(1024),
            retry_attempts=1, max_event_age=Duration.hours(1), log_retention=logs.RetentionDays.ONE_WEEK,
            dead_letter_queue_enabled=True, logging_format=lambda_.LoggingFormat.JSON,
        """
    )
    assert (fn.name.known, fn.handler.known, fn.runtime.known) == ("orders", "index.handler", "python3.12")
    assert (fn.memory.known, fn.timeout.known) == (512, 120)
    assert (fn.code.kind, fn.code.path.known, fn.code.build) == ("directory", "src", Build("copy", ()))
    assert {name: value.known for name, value in fn.settings.items() if value.written} == {
        "architecture": "arm64",
        "tracing": "Active",
        "reserved_concurrency": 5,
        "ephemeral_storage": 1024,
        "async_retries": 1,
        "async_max_age": 3600,
        "log_retention": 7,
        "dead_letter_queue": "DeadLetterQueue",
        "logging": "JSON",
    }
    assert fn.setting("construct_path").known == ("Demo/Fn",)


def test_defaults() -> None:
    fn = python_function("")
    assert (fn.memory, fn.timeout) == (Value(128, None, written=False), Value(3, None, written=False))
    assert fn.name == ABSENT


def test_spans_cover_the_text_of_the_setting() -> None:
    text = python(
        f'lambda_.Function(self, "Fn", {PYTHON_PLAIN}, memory_size=256,\n    timeout=Duration.seconds(30), environment={{"KEY": "abc"}})'
    )
    fn = declared("cdk", {"cdk.json": PYTHON_JSON, "app.py": text})["Fn"]
    assert text_at(text, fn.memory.span) == "256"
    assert text_at(text, fn.timeout.span) == "Duration.seconds(30)"
    assert text_at(text, fn.handler.span) == '"index.handler"'
    assert text_at(text, fn.environment[0].span) == '"KEY"'
    assert text_at(text, fn.environment[0].value.span) == '"abc"'
    assert text_at(text, fn.span) == "lambda_.Function"


@pytest.mark.parametrize(
    ("before", "props"),
    [
        ("", "memory_size=props"),
        ("", "memory_size=int(os.environ['SIZE'])"),
        ("", "memory_size=256 if props else 512"),
        ("", "memory_size=getattr(props, 'memory')"),
        ("from elsewhere import MEMORY", "memory_size=MEMORY"),
    ],
)
def test_what_cannot_be_told_is_unknown(before: str, props: str) -> None:
    fn = python_function(props, before=before)
    assert (fn.memory.known, fn.memory.written) == (None, True)


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("MEMORY = 128 * 2", 'lambda_.Function(self, "Fn", memory_size=MEMORY)'),
        ("class Settings:\n    memory = 256", 'lambda_.Function(self, "Fn", memory_size=Settings.memory)'),
        ("from enum import Enum\nclass Sizes(Enum):\n    SMALL = 256", 'lambda_.Function(self, "Fn", memory_size=Sizes.SMALL.value)'),
        ("SIZES = {'small': 256}", 'lambda_.Function(self, "Fn", memory_size=SIZES["small"])'),
        ("SIZES = {'small': 256}", 'lambda_.Function(self, "Fn", memory_size=SIZES.get("small", 1))'),
        ("SIZES = {'small': 256}", 'lambda_.Function(self, "Fn", memory_size=SIZES.get("other", 256))'),
        ("COMMON = dict(memory_size=256)", 'lambda_.Function(self, "Fn", **COMMON)'),
        ("COMMON = {'memory_size': 128}", 'lambda_.Function(self, "Fn", **{**COMMON, "memory_size": 256})'),
        ("COMMON = {'memory_size': 128}", 'mine = COMMON.copy()\nmine["memory_size"] = 256\nlambda_.Function(self, "Fn", **mine)'),
        ("COMMON = {}", 'mine = dict(COMMON)\nmine.update(memory_size=256)\nlambda_.Function(self, "Fn", **mine)'),
        ("from dataclasses import dataclass\n@dataclass\nclass S:\n    name: str\n    memory: int = 256", 's = S("x")\nlambda_.Function(self, "Fn", memory_size=s.memory)'),
        ("from dataclasses import dataclass\n@dataclass\nclass S:\n    name: str\n    memory: int = 1", 's = S(name="x", memory=256)\nlambda_.Function(self, "Fn", memory_size=s.memory)'),
        ("class S:\n    def __init__(self, m):\n        self.m = m\n    @property\n    def memory(self):\n        return self.m * 2", 'lambda_.Function(self, "Fn", memory_size=S(128).memory)'),
        ("class S:\n    @staticmethod\n    def of(x):\n        return x\n    @classmethod\n    def big(cls):\n        return cls.of(256)", 'lambda_.Function(self, "Fn", memory_size=S.big())'),
        ("def size(*, factor=2, **rest):\n    return 128 * factor", 'lambda_.Function(self, "Fn", memory_size=size(other=1))'),
        ("def make(scope, *args, **kwargs):\n    return lambda_.Function(scope, *args, **kwargs)", 'make(self, "Fn", memory_size=256)'),
        ("", 'sizes = [128, 256]\nlambda_.Function(self, "Fn", memory_size=sizes[-1])'),
        ("", 'a, b = 128, 256\nlambda_.Function(self, "Fn", memory_size=b)'),
        ("", 'a = b = 256\nlambda_.Function(self, "Fn", memory_size=b)'),
        ("", 'lambda_.Function(self, "Fn", memory_size=(lambda x: x * 2)(128))'),
        ("", 'm = 128\nfor _ in range(1):\n    m += 128\nlambda_.Function(self, "Fn", memory_size=m)'),
        ("", 'm = 256 if "a" in ["a"] else 1\nlambda_.Function(self, "Fn", memory_size=m)'),
        ("", 'with open("x") as f:\n    m = 256\nlambda_.Function(self, "Fn", memory_size=m)'),
        ("", 'if (m := 256) > 1:\n    lambda_.Function(self, "Fn", memory_size=m)'),
        ("STAGE = 'dev'", 'match STAGE:\n    case "dev":\n        m = 256\n    case _:\n        m = 1\nlambda_.Function(self, "Fn", memory_size=m)'),
    ],
)  # fmt: skip
def test_values_by_every_way(before: str, body: str) -> None:
    if "match STAGE" in body:
        parsed, _ = parse("x.py", "match a:\n    case 1: pass\n")
        assert parsed is not None
    assert python_functions(body, before)["Fn"].memory.known == 256


def test_loops_and_comprehensions() -> None:
    found = python_functions(
        """
        for name, size in {"a": 128, "b": 256}.items():
            lambda_.Function(self, name, memory_size=size)
        [lambda_.Function(self, f"c{i}", memory_size=i) for i in range(1, 3)]
        made = {n: lambda_.Function(self, n.upper(), handler="{}.run".format(n)) for n in ("x", "y") if n != "y"}
        for i, name in enumerate(["e"]):
            lambda_.Function(self, "%s-%d" % (name, i))
        """
    )
    assert {name: fn.memory.known for name, fn in found.items()} == {
        "a": 128,
        "b": 256,
        "c1": 1,
        "c2": 2,
        "X": 128,
        "e-0": 128,
    }
    assert found["X"].handler.known == "x.run"


def test_branches() -> None:
    found = python_functions(
        """
        memory = 128
        if props:
            memory = 512
            lambda_.Function(self, "Maybe")
        if STAGE == "prod":
            lambda_.Function(self, "Never")
        lambda_.Function(self, "Fn", memory_size=memory)
        """,
        before='STAGE = "dev"',
    )
    assert set(found) == {"Maybe", "Fn"}
    assert (found["Fn"].memory.known, found["Fn"].memory.written) == (None, True)


# -------------------------------------------------------------------------------------------------------- environment


@pytest.mark.parametrize(
    ("expression", "kind", "target"),
    [
        ("secret.secret_value.unsafe_unwrap()", "secret-value", "aws_secretsmanager.Secret.value"),
        ('secret.secret_value_from_json("k").to_string()', "secret-value", "aws_secretsmanager.Secret.k"),
        ("secret.secret_arn", "secret-name", "aws_secretsmanager.Secret.secret_arn"),
        ("table.table_name", "resource", "aws_dynamodb.Table.table_name"),
        ("props", "parameter", "props"),
        ('self.node.try_get_context("stage")', "parameter", "stage"),
        ('os.environ["KEY"]', "environment", "KEY"),
        ('os.environ.get("KEY")', "environment", "KEY"),
        ('os.getenv("KEY", "x")', "environment", "KEY"),
        ("f\"{os.environ['KEY']}/x\"", "environment", "KEY"),
        ("cdk.SecretValue.secrets_manager('x').unsafe_unwrap()", "secret-value", "core.secrets_manager.value"),
    ],
)
def test_environment_references(expression: str, kind: str, target: str) -> None:
    fn = python_functions(
        f"""
        secret = secretsmanager.Secret(self, "Secret")
        table = dynamodb.Table(self, "Table")
        lambda_.Function(self, "Fn", environment={{"NAME": {expression}}})
        """
    )["Fn"]
    value = fn.environment[0].value
    assert value.known is None
    assert value.references == (Reference(kind, target, value.span, "Table" if kind == "resource" else ""),)  # type: ignore[arg-type]


def test_environment_put_together() -> None:
    fn = python_functions(
        """
        env = {"A": "1", **COMMON}
        env["B"] = str(2)
        env.update({"C": "3"})
        fn = lambda_.Function(self, "Fn", environment=env | {"D": "4"})
        fn.add_environment("E", "5")
        fn.add_environment(key="F", value="6")
        """,
        before='COMMON = {"LEVEL": "DEBUG"}',
    )["Fn"]
    assert {variable.name: variable.value.known for variable in fn.environment} == {
        "A": "1",
        "LEVEL": "DEBUG",
        "B": "2",
        "C": "3",
        "D": "4",
        "E": "5",
        "F": "6",
    }
    assert fn.environment_known is True


def test_unknown_environment() -> None:
    assert python_function("environment=props").environment_known is False
    assert python_function('environment={"A": "1", **props}').environment_known is False


# --------------------------------------------------------------------------------------------------------------- code


FILES = {"app/cdk.json": PYTHON_JSON, "app/src/index.py": "", "app/stacks/code/index.py": "", "shared/index.py": ""}


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ('"src"', "app/src"),
        ('"./src"', "app/src"),
        ('"../shared"', "shared"),
        ('os.path.join(os.path.dirname(__file__), "code")', "app/stacks/code"),
        ('os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src")', "app/src"),
        ('str(Path(__file__).parent / "code")', "app/stacks/code"),
        ('str(Path(__file__).resolve().parent.parent.joinpath("src"))', "app/src"),
        ('(Path(__file__).parents[2] / "shared").as_posix()', "shared"),
        ('f"{Path(__file__).parent}/code"', "app/stacks/code"),
        ("os.path.abspath('./src')", "app/src"),
        ('os.path.join(os.getcwd(), "src")', "app/src"),
        ('path="src"', "app/src"),
    ],
)
def test_asset_folders(expression: str, path: str) -> None:
    stack = (
        f"{PYTHON_IMPORTS}\nclass S(Stack):\n    def __init__(self, scope, id_, **kw):\n        super().__init__(scope, id_, **kw)\n"
        f'        lambda_.Function(self, "Fn", handler="index.handler", code=lambda_.Code.from_asset({expression}))\n'
    )
    app = "import aws_cdk as cdk\nfrom stacks.main import S\nif __name__ == '__main__':\n    S(cdk.App(), 'S')\n"
    files = {**FILES, "app/stacks/main.py": stack, "app/stacks/__init__.py": "", "app/app.py": app}
    code = declared("cdk", files)["Fn"].code
    assert (code.kind, code.path.known) == ("directory", path)


def test_python_function_and_layer() -> None:
    fn = python_functions(
        """
        layer = PythonLayerVersion(self, "Layer", entry="layer")
        PythonFunction(self, "Fn", entry="fn", index="app.py", handler="run", runtime=lambda_.Runtime.PYTHON_3_13, layers=[layer])
        """,
        files={"fn/app.py": "", "fn/requirements.txt": "requests\n", "layer/requirements.txt": "x\n"},
    )["Fn"]
    assert (fn.handler.known, fn.runtime.known, fn.code.path.known) == ("app.run", "python3.13", "fn")
    assert fn.code.build.requirements == ("fn/requirements.txt",)
    (layer,) = fn.layers
    assert layer.code is not None
    assert layer.code.path.known == "layer"


def test_bundling_options_by_class() -> None:
    fn = python_functions(
        """
        lambda_.Function(self, "Fn", handler="index.handler", code=lambda_.Code.from_asset(
            "src",
            exclude=["tests"],
            bundling=cdk.BundlingOptions(
                image=lambda_.Runtime.PYTHON_3_12.bundling_image,
                command=["bash", "-c", "pip install -r requirements.txt -t /asset-output && cp -au . /asset-output"],
            ),
        ))
        """,
        files={"src/index.py": "", "src/requirements.txt": ""},
    )["Fn"]
    assert (fn.code.build.tool, fn.code.build.requirements) == ("cdk", ("src/requirements.txt",))
    assert [pattern.pattern for pattern in fn.code.patterns] == ["tests"]


def test_inline_code_from_a_file_that_is_opened() -> None:
    found = python_functions(
        """
        with open("src/index.py", encoding="utf8") as fp:
            text = fp.read()
        lambda_.Function(self, "Fn", code=lambda_.InlineCode(text), handler="index.main")
        lambda_.Function(self, "Path", code=lambda_.Code.from_inline(Path("src/index.py").read_text()))
        """,
        files={"src/index.py": "def main(event, context): ...\n"},
    )
    assert (found["Fn"].code.kind, found["Fn"].code.path.known) == ("file", "src/index.py")
    assert (found["Path"].code.kind, found["Path"].code.path.known) == ("file", "src/index.py")


def test_inline_code_as_a_literal() -> None:
    text = python('lambda_.Function(self, "Fn", code=lambda_.Code.from_inline("""\nimport json\n"""))')
    fn = declared("cdk", {"cdk.json": PYTHON_JSON, "app.py": text})["Fn"]
    assert (fn.code.kind, fn.code.text) == (
        "inline",
        "\nimport json\n" if "\n        import" not in text else fn.code.text,
    )
    assert fn.code.span is not None
    assert len(fn.code.lines) == 3
    assert fn.code.lines[0] == (fn.code.span.line, fn.code.span.column + 3)
