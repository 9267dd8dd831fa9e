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
    """Resources and uses of the community's module, by their headers; comments taken out first."""
    counts: Counts = Counter()
    for path, text in files(root):
        if path.endswith(".tf"):
            plain = re.sub(r"(?m)^\s*(?:#|//).*$", "", re.sub(r"(?s)/\*.*?\*/", "", text))
            found = len(re.findall(r'(?m)^\s*resource\s+"aws_lambda_function"\s+"', plain))
            found += len(re.findall(r'(?m)^\s*source\s*=\s*"terraform-aws-modules/lambda/aws"', plain))
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


# How a dialect's functions are counted, and which dialects of the report they are.
COUNTERS: dict[str, tuple[Callable[[str], Counts], tuple[str, ...]]] = {
    "cloudformation and sam": (cloudformation, ("cloudformation", "sam")),
    "serverless": (serverless, ("serverless",)),
    "terraform": (terraform, ("terraform",)),
    "chalice": (chalice, ("chalice",)),
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
