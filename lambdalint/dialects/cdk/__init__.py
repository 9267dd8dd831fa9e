"""CDK apps in TypeScript, JavaScript and Python in, each function that they make as a Declaration out.

An app is run in the abstract (languages/terms), from the file that cdk.json names, then from every stack that nothing
reaches; each construct that makes a function is one Declaration, with the code, settings and triggers that the calls
around it give it. Synthesised templates (cdk.out, snapshots) are the cloudformation dialect's.
"""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

_SCRIPT = (".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs")
_SKIPPED = pattern(
    r"(^|/)(node_modules|cdk\.out|\.venv|venv|site-packages|__tests__|__mocks__|tests?|\.aws-sam|dist-packages)/"
    r"|\.d\.[mc]?ts$|\.(test|spec|integ|integ\.snapshot)\.[mc]?[jt]sx?$|(^|/)(test_[^/]*|conftest)\.py$"
)


def wanted(path: str, head: bytes) -> bool:
    """A program that uses the CDK and says something of Lambda."""
    python = path.endswith(".py")
    if not python and not path.endswith(_SCRIPT):
        return False
    marks = (b"aws_cdk",) if python else (b"aws-cdk-lib", b"@aws-cdk/")
    if not any(mark in head for mark in marks) or _SKIPPED.search(path):
        return False
    return b"lambda" in head or b"Lambda" in head


def declare(project: Project) -> Iterator[Declaration]:
    """Every function of every CDK app of the project."""
    paths = project.candidates("cdk")
    if not paths:
        return
    from lambdalint.dialects.cdk.apps import apps
    from lambdalint.dialects.cdk.functions import declarations
    from lambdalint.dialects.cdk.program import run_app

    for app in apps(project, paths):
        yield from declarations(project, app, run_app(project, app))
