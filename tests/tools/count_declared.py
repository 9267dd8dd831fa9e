"""Checkouts in, functions declared against functions found out, per dialect: counted without any of lambdalint's code.

    python tests/tools/count_declared.py CHECKOUT [CHECKOUT ...]

A counter knows one dialect's files and counts resources, keys or decorators in them with another parser than the one
that lambdalint uses (PyYAML's own loader, the standard json, ast, regular expressions). What lambdalint found comes
from its JSON report. Every file whose counts differ is listed, so that each difference can be explained.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SKIPPED = {".git", "node_modules", ".aws-sam", ".serverless", ".terraform", "cdk.out", ".venv", "venv", "__pycache__"}
LIMIT = 5_000_000

Counts = Counter[str]  # path relative to the checkout -> functions declared in it


def files(root: str) -> Iterator[tuple[str, str]]:
    """Path below the root and text of every readable file."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.islink(path) or os.path.getsize(path) > LIMIT:
                continue
            with open(path, "rb") as file:
                yield os.path.relpath(path, root).replace(os.sep, "/"), file.read().decode("utf-8", "replace")


def documents(path: str, text: str) -> list[Any]:
    """A YAML or JSON file's documents as plain data, unknown tags ignored; none when it is broken."""
    try:
        return [json.loads(text.lstrip("\ufeff"))]
    except ValueError:
        if path.endswith(".json"):
            return []
    import yaml

    class Loader(yaml.SafeLoader):
        """Unknown tags become what they are written on."""

    def plain(loader: Any, _: str, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return loader.construct_scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_mapping(node, deep=True)

    Loader.add_multi_constructor("!", plain)
    try:
        return list(yaml.load_all(text, Loader=Loader))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return []


def cloudformation(root: str) -> Counts:
    """Resources of the two function types in templates; those of loops are not counted."""
    counts: Counts = Counter()
    for path, text in files(root):
        if not path.endswith((".yaml", ".yml", ".json", ".template")) or "::Function" not in text:
            continue
        for document in documents(path, text):
            resources = document.get("Resources") if isinstance(document, dict) else None
            for resource in resources.values() if isinstance(resources, dict) else ():
                kind = resource.get("Type") if isinstance(resource, dict) else None
                if kind in ("AWS::Lambda::Function", "AWS::Serverless::Function"):
                    counts[path] += 1
    return counts


def serverless(root: str) -> Counts:
    """Keys below `functions` of Serverless files for AWS; what `${file(...)}` puts in is not counted."""
    counts: Counts = Counter()
    for path, text in files(root):
        name = path.rpartition("/")[2]
        if not re.fullmatch(r"serverless(?:[.-][\w-]+)?\.(?:ya?ml|json)", name):
            continue
        for document in documents(path, text):
            service = document if isinstance(document, dict) else {}
            provider = service.get("provider")
            functions = service.get("functions")
            if (provider.get("name") if isinstance(provider, dict) else provider) != "aws":
                continue
            listed = functions if isinstance(functions, list) else [functions]
            for group in listed:
                counts[path] += len(group) if isinstance(group, dict) else 0
    return +counts


def terraform(root: str) -> Counts:
    """Resources and uses of the community's module, by their headers; comments taken out first, and uses that say
    that they make a layer or only a package."""
    counts: Counts = Counter()
    for path, text in files(root):
        if path.endswith(".tf"):
            plain = re.sub(r"(?m)^\s*(?:#|//).*$", "", re.sub(r"(?ms)^\s*/\*.*?\*/", "", text))
            found = len(re.findall(r'(?m)^\s*resource\s+"aws_lambda_function"\s+"', plain))
            for call in re.findall(r'(?ms)^module\s+"[^"]+"\s*\{.*?^\}', plain):
                source = re.search(r'(?m)^\s*source\s*=\s*"([^"]*)"', call)
                named = source and re.search(r"terraform-aws-(?:modules/)?lambda(?:/aws|\.git|\?|$)", source[1])
                other = re.search(r"(?m)^\s*(?:create_function\s*=\s*false|create_layer\s*=\s*true)", call)
                found += bool(named) and other is None
            counts[path] += found
    return +counts


def chalice(root: str) -> Counts:
    """Decorated functions of modules that make a Chalice app or blueprint. All routes of an app are one function."""
    counts: Counts = Counter()
    for path, text in files(root):
        # Chalice deploys app.py and chalicelib; its own tests decorate functions of apps that exist in the test only.
        if not (path.rpartition("/")[2] == "app.py" or "chalicelib/" in path) or "halice" not in text:
            continue
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        routed = False
        for node in ast.walk(tree):
            for decorator in node.decorator_list if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else ():
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                name = called.attr if isinstance(called, ast.Attribute) else ""
                if name == "route":
                    routed = True
                elif name in ("lambda_function", "schedule", "authorizer") or name.startswith("on_"):
                    counts[path] += 1
        counts[path] += routed
    return +counts


CONSTRUCTS = (
    "Function",
    "DockerImageFunction",
    "SingletonFunction",
    "CfnFunction",
    "NodejsFunction",
    "PythonFunction",
    "GoFunction",
)
TESTS = re.compile(r"(^|/)(tests?|__tests__)/|\.(test|spec)\.|\.d\.ts$|(^|/)(test_[^/]*|conftest)\.py$")


def cdk(root: str) -> Counts:
    """Places in CDK apps that make a function. One in a loop or a class used often makes more than one function."""
    counts: Counts = Counter()
    for path, text in files(root):
        if TESTS.search(path):
            continue
        if path.endswith(".py") and "aws_cdk" in text:
            counts[path] += python_constructs(text)
        elif re.search(r"\.[mc]?[jt]s$", path) and re.search(r"aws-cdk-lib|@aws-cdk/", text):
            counts[path] += script_constructs(text)
    return +counts


def python_constructs(text: str) -> int:
    """Calls of constructs that come from a module of the CDK with `lambda` in its name."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return 0
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names.update({item.asname or item.name: f"{node.module}.{item.name}" for item in node.names})
        elif isinstance(node, ast.Import):
            names.update({item.asname: item.name for item in node.names if item.asname})
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            dotted = ast.unparse(node.func)
            first, _, rest = dotted.partition(".")
            whole = f"{names.get(first) or first}.{rest}".rstrip(".")
            count += bool(re.search(r"aws_cdk.*(lambda|aws_sam)", whole)) and whole.rpartition(".")[2] in CONSTRUCTS
    return count


def script_constructs(text: str) -> int:
    """`new X(` and `new y.X(` where X or y comes from a module of the CDK with `lambda` in its name."""
    plain = re.sub(r"(?m)(^|\s)//.*$", "", re.sub(r"(?ms)^\s*/\*.*?\*/", "", text))
    spaces, classes = set(), set()
    for names, module in re.findall(r"import\s+(?:type\s+)?([^;]*?)\s+from\s+['\"]([^'\"]+)['\"]", plain):
        spaces.update(re.findall(r"aws_(?:lambda\w*|sam)\s+as\s+(\w+)", names))
        if re.search(r"aws-(lambda|sam)", module):
            spaces.update(re.findall(r"\*\s+as\s+(\w+)", names))
            for name in re.findall(rf"\b({'|'.join(CONSTRUCTS)})\b", names):
                classes.update(re.findall(rf"\b{name}\s+as\s+(\w+)", names) or [name])
    spaces.update(re.findall(r"const\s+(\w+)\s*=\s*require\(['\"][^'\"]*aws-lambda[^'\"]*['\"]\)", plain))
    count = 0
    for owner, name in re.findall(r"\bnew\s+((?:\w+\.)*)(\w+)\s*\(", plain):
        inner = owner.rstrip(".")
        known = inner in spaces or re.search(r"(^|\.)aws_lambda\w*$", inner) if inner else name in classes
        count += bool(known) and (name in CONSTRUCTS or (not inner and name in classes))
    return count


# How a dialect's functions are counted, and which dialects of the report they are.
COUNTERS: dict[str, tuple[Callable[[str], Counts], tuple[str, ...]]] = {
    "cloudformation and sam": (cloudformation, ("cloudformation", "sam")),
    "serverless": (serverless, ("serverless",)),
    "terraform": (terraform, ("terraform",)),
    "chalice": (chalice, ("chalice",)),
    "cdk source": (cdk, ("cdk",)),
}


def found_by_lambdalint(root: str) -> dict[str, Counts]:
    """What lambdalint's report says is declared, by dialect and path."""
    options = ["--output-format", "json", "--exit-zero", "--isolated", "--no-cache"]
    command = [sys.executable, "-m", "lambdalint", "check", root, *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    counts: dict[str, Counts] = {}
    for function in json.loads(ran.stdout)["functions"]:
        if function["declared"]:
            counts.setdefault(function["dialect"], Counter())[function["declared"]["path"]] += 1
    return counts


def main(roots: list[str]) -> int:
    """Print a table over all checkouts, then the files that differ."""
    totals: dict[str, list[int]] = {name: [0, 0, 0] for name in COUNTERS}
    differences: list[str] = []
    for root in roots:
        found = found_by_lambdalint(root)
        for name, (count, dialects) in COUNTERS.items():
            declared = count(root)
            seen: Counts = Counter()
            for dialect in dialects:
                seen += found.get(dialect, Counter())
            totals[name][0] += declared.total()
            totals[name][1] += sum(min(number, seen[path]) for path, number in declared.items())
            totals[name][2] += sum(max(number - declared[path], 0) for path, number in seen.items())
            differences.extend(
                f"{name}: {root}/{path}: declared {declared[path]}, found {seen[path]}"
                for path in sorted(declared.keys() | seen.keys())
                if declared[path] != seen[path]
            )
    print(f"{'dialect':24}{'declared':>10}{'found':>10}{'share':>8}{'further':>9}")
    for name, (declared_total, found_total, further) in totals.items():
        share = f"{found_total / declared_total:.3f}" if declared_total else "-"
        print(f"{name:24}{declared_total:>10}{found_total:>10}{share:>8}{further:>9}")
    print(*differences, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
