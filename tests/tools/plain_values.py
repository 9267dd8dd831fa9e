"""Checkouts in, how many plainly written values of functions lambdalint knows out, with every one that it does not.

    python -m tests.tools.plain_values CHECKOUT [CHECKOUT ...]

A value is plain when it stands there as a text, number or boolean: in templates by PyYAML's own loader, in Terraform
by regular expressions over `resource "aws_lambda_function"` and calls of modules. None of lambdalint's readers is asked
for what is plain; it is asked for the value. A plain value that it does not know is a false unknown.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdalint.engine import Settings, run
from tests.tools.count_declared import documents, files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration

FIELDS = {
    "FunctionName": "name",
    "Handler": "handler",
    "Runtime": "runtime",
    "MemorySize": "memory",
    "Timeout": "timeout",
    "ReservedConcurrentExecutions": "reserved_concurrency",
    "KmsKeyArn": "kms_key",
    "Role": "role",
}
ARGUMENTS = {"function_name": "name", "handler": "handler", "runtime": "runtime", "memory_size": "memory"}
ARGUMENTS |= {"timeout": "timeout", "reserved_concurrent_executions": "reserved_concurrency"}
FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


class Plain(NamedTuple):
    """A value that stands in a file: whose it is (path, and id or line), which, and what it is."""

    path: str
    function: str | int
    field: str
    value: Any


def templates(root: str) -> Iterator[Plain]:
    """Plain properties and environment variables of functions in CloudFormation and SAM."""
    for path, text in files(root):
        if path.endswith((".yaml", ".yml", ".json", ".template")) and "::Function" in text:
            for document in documents(path, text):
                resources = document.get("Resources") if isinstance(document, dict) else None
                for name, resource in resources.items() if isinstance(resources, dict) else ():
                    if isinstance(resource, dict) and resource.get("Type") in FUNCTIONS:
                        yield from _properties(path, str(name), resource.get("Properties"), text)


def _properties(path: str, name: str, properties: Any, text: str) -> Iterator[Plain]:
    if not isinstance(properties, dict):
        return
    environment = properties.get("Environment")
    variables = environment.get("Variables") if isinstance(environment, dict) else None
    pairs = [(FIELDS[key], value) for key, value in properties.items() if key in FIELDS]
    pairs += [(f"variable {key}", value) for key, value in variables.items()] if isinstance(variables, dict) else []
    for field, value in pairs:
        # The loader takes `!Ref X` for the text X: a value that is tagged anywhere in the file is left out.
        tagged = isinstance(value, str) and re.search(rf"!\w+\s+['\"]?{re.escape(value)}", text)
        if isinstance(value, (str, int, float)) and not tagged and "{{resolve" not in str(value):
            yield Plain(path, name, field, value)


def modules(root: str) -> Iterator[Plain]:
    """Plain arguments of Lambda functions and of calls of modules in Terraform."""
    for path, text in files(root):
        if not path.endswith(".tf"):
            continue
        for block in re.finditer(r'(?ms)^(?:resource\s+"aws_lambda_function"|module)\s+"[^"]+"\s*\{.*?^\}', text):
            line = text.count("\n", 0, block.start()) + 1
            for key, field in ARGUMENTS.items():
                found = re.search(rf'(?m)^  {key}\s*=\s*(?:"([^"$%]*)"|(\d+))\s*(?:#.*)?$', block[0])
                if found:
                    yield Plain(path, line, field, found[1] if found[2] is None else int(found[2]))


def value_of(declaration: Declaration, field: str) -> Any:
    """What lambdalint knows of it."""
    if field.startswith("variable "):
        return next((one.value.known for one in declaration.environment if one.name == field[9:]), None)
    if field in ("name", "handler", "runtime", "memory", "timeout"):
        return getattr(declaration, field).known
    return declaration.setting(field).known


def same(known: Any, plain: Any) -> bool:
    """Whether a known value is the plain one: numbers and booleans may be texts."""
    spelled = {"true": "True", "false": "False"}
    one, other = str(known).strip(), str(plain).strip()
    return spelled.get(one, one) == spelled.get(other, other)


def main(roots: list[str]) -> int:
    """Print the numbers, then what is unknown or differs."""
    print("| checkout | plain values | known | unknown | different |\n|---|---:|---:|---:|---:|")
    listed: list[str] = []
    for root in roots:
        report = run(root, settings=Settings())
        declared: dict[tuple[str, str | int], list[Declaration]] = {}
        for function in report.functions:
            if function.declaration is not None:
                span = function.declaration.span
                declared.setdefault((span.path, function.declaration.id), []).append(function.declaration)
                declared.setdefault((span.path, span.line), []).append(function.declaration)
        counts = [0, 0, 0, 0]
        for plain in (*templates(root), *modules(root)):
            for declaration in declared.get((plain.path, plain.function), [])[:1]:
                known = value_of(declaration, plain.field)
                told = 2 if known is None else 1 if same(known, plain.value) else 3
                counts[0] += 1
                counts[told] += 1
                if told > 1:
                    listed.append(
                        f"{root}/{plain.path}: {plain.function}: {plain.field}: {plain.value!r} told as {known!r}"
                    )
        crashes = [problem for problem in report.problems if "reader failed" in problem.message]
        listed += [f"{root}: {problem.message}" for problem in crashes]
        print(f"| {root.rpartition('/')[2]} | " + " | ".join(map(str, counts)) + " |")
    print(*listed, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
