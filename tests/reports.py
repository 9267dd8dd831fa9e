"""Reports made by hand for the tests of the formats, with the source they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdalint.model import (
    Call,
    Declaration,
    Finding,
    Function,
    Handler,
    Hop,
    Package,
    Problem,
    Reference,
    Related,
    Report,
    Span,
    Symbol,
    Trigger,
    Value,
    Variable,
)
from lambdalint.report import Context, RuleInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "not-a-real-" + "password-1234"

SOURCES = {
    "src/app.py": (
        "import boto3\n"
        "\n"
        "def handler(event, context):\n"
        '    table = boto3.resource("dynamodb").Table("orders")\n'
        "    return get_client()\n"
    ),
    "src/db.py": 'import boto3\n\ndef get_client():\n    return boto3.client("sqs")\n',
    "template.yaml": (
        "Resources:\n"
        "  Orders:\n"
        "    Properties:\n"
        "      Environment:\n"
        "        Variables:\n"
        f"          DB_PASSWORD: {SECRET}\n"
        f"          COPY: 'x{SECRET}x' # {SECRET}\n"
        "  Refunds:\n"
        "    Type: AWS::Serverless::Function\n"
    ),
}

RULES = {
    "connection-in-handler": RuleInfo(
        "A client that is built at each invocation.",
        "warning",
        "performance",
        "https://example.org/rules/connection-in-handler",
        "# connection-in-handler\n\nA client that is built at each invocation.\n",
    ),
    "secret-in-environment": RuleInfo("A credential in the environment.", "error", "security"),
}

ORDERS = Function(
    "template.yaml#Orders",
    "Orders",
    Declaration(
        "Orders",
        "sam",
        Span("template.yaml", 2, 3, 2, 9),
        handler=Value("app.handler", Span("template.yaml", 3, 1, 3, 2)),
        runtime=Value("python3.13", Span("template.yaml", 3, 1, 3, 2)),
        memory=Value(512, Span("template.yaml", 3, 1, 3, 2)),
        timeout=Value(3, None, written=False),
        environment=(
            Variable(
                "DB_PASSWORD", Value(SECRET, Span("template.yaml", 6, 24, 6, 48)), Span("template.yaml", 6, 11, 6, 22)
            ),
            Variable(
                "TABLE",
                Value(None, Span("template.yaml", 7, 1, 7, 2), True, (Reference("resource", "Table"),)),
                Span("template.yaml", 7, 1, 7, 2),
            ),
        ),
        settings={
            "tracing": Value("Active", Span("template.yaml", 4, 1, 4, 2)),
            "architecture": Value("x86_64", None, False),
        },
        triggers_known=True,
    ),
    Handler("src/app.py", "handler", Span("src/app.py", 3, 5, 3, 12)),
    (
        Trigger(
            "sqs",
            "poll",
            Span("template.yaml", 4, 7, 4, 12),
            source=Value("queue", Span("template.yaml", 4, 1, 4, 2)),
            settings={"batch_size": Value(5, Span("template.yaml", 4, 1, 4, 2))},
        ),
    ),
    steps=(
        Call(
            1,
            "boto3.resource",
            Span("src/app.py", 4, 13, 4, 39),
            "invocation",
            (Symbol("constant", constant="dynamodb"),),
        ),
        Call(
            2,
            "boto3.client",
            Span("src/db.py", 4, 12, 4, 31),
            "invocation",
            (Symbol("constant", constant="sqs"),),
            chain=(
                Hop("handler", Span("src/app.py", 3, 5, 3, 12)),
                Hop("get_client", Span("src/app.py", 5, 12, 5, 24)),
            ),
            per_record=True,
            loops=1,
        ),
    ),
    package=Package(
        "src",
        (("src/app.py", 120), ("src/db.py", 60)),
        unzipped=88_080_384,
        zipped=20_971_520,
        parts=(("numpy", 70_000_000),),
        known=True,
    ),
    opaque=("getattr(module, name) cannot be followed",),
)
REFUNDS = Function(
    "template.yaml#Refunds",
    "Refunds",
    Declaration("Refunds", "sam", Span("template.yaml", 8, 3, 8, 10)),
    triggers=(Trigger("http-api", "unknown", Span("template.yaml", 9, 1, 9, 5)),),
)

CONNECTION = Finding(
    "boto3.client('sqs') is created for each record of each invocation",
    Span("src/db.py", 4, 12, 4, 31),
    (Related(Span("template.yaml", 2, 3, 2, 9), "declared as Orders"),),
    (
        Related(Span("src/app.py", 3, 5, 3, 12), "handler"),
        Related(Span("src/app.py", 5, 12, 5, 24), "get_client"),
    ),
    "connection-in-handler",
    "warning",
    ("template.yaml#Orders",),
    "safe",
)
PASSWORD = Finding(
    f"DB_PASSWORD holds the credential {SECRET}",
    Span("template.yaml", 6, 24, 6, 48),
    (Related(Span("template.yaml", 7, 11, 7, 15), f"{SECRET} is here too"),),
    rule="secret-in-environment",
    severity="error",
    functions=("template.yaml#Orders",),
    secrets=(SECRET,),
)


def finding(
    message: str = "something happens",
    path: str = "src/app.py",
    line: int = 4,
    column: int = 5,
    end_line: int | None = None,
    end_column: int | None = None,
    rule: str = "connection-in-handler",
    severity: str = "warning",
) -> Finding:
    """A plain finding at a place."""
    return Finding(
        message,
        Span(path, line, column, end_line or line, end_column or column + 1),
        rule=rule,
        severity=severity,
        functions=("template.yaml#Orders",),
    )


def report(*findings: Finding, problems: tuple[Problem, ...] = (), ignored: int = 0) -> Report:
    """A report of two functions with these findings."""
    return Report("/project", (ORDERS, REFUNDS), findings, problems, ignored, (("read", 0.1), ("check", 0.3)), 7)


def context(sources: Mapping[str, str] = SOURCES, **given: Any) -> Context:
    """A context that knows these files."""
    lines = {path: text.split("\n") for path, text in sources.items()}

    def line(path: str, number: int) -> str | None:
        found = lines.get(path, [])
        return found[number - 1] if 0 < number <= len(found) else None

    made = Context(root="/project", version="1.2.3", line=line, rules=RULES)
    return made._replace(**given)
