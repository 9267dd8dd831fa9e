"""Checkouts of the listed repositories -> a random sample of handlers to read by eye, as TOML on standard output.

    python tests/tools/draw_handlers.py --corpora DIR [--seed 20261123] [--count 60] [--effects]

Knows nothing of lambdalint, on purpose: what the linter misses must be able to be drawn. A handler here is, outside
tests, a module-level function with (event, context)-like parameters, a function under a Chalice-style decorator, or a
module-level function that configuration text names (`handler: "folder/module.function"` in any of its spellings).
Files whose code is the same (copies between folders) count once. --effects draws only from modules that read an event
of an asynchronous or polled source and name a call that changes something, by their words: such handlers are too rare
in a plain sample to say anything of them. DIR holds one checkout a repository, named owner+name.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import random
import re
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import tomli

REPOSITORIES = Path(__file__).parent.parent / "ecosystem" / "repositories.toml"
EVENT_NAMES = {"event", "events", "_event", "__event", "evt", "_evt", "event_data", "lambda_event", "input_event"}
CONTEXT_NAMES = {"context", "_context", "__context", "ctx", "_ctx", "lambda_context", "_", "__", "unused", "_unused"}
CHALICE_DECORATORS = {
    "route", "schedule", "on_s3_event", "on_sns_message", "on_sqs_message", "on_cw_event", "on_kinesis_record",
    "on_dynamodb_record", "lambda_function", "authorizer", "on_ws_connect", "on_ws_message", "on_ws_disconnect",
}  # fmt: skip
CONFIGURATION = {".yml", ".yaml", ".json", ".tf", ".ts", ".js", ".py", ".toml", ".sh", ".template", ".tfvars"}
NAMED_HANDLER = re.compile(
    r"""(?:handler|lambda_?handler|app_function|lambdaHandler|--handler)["']?\s*[:=]?\s*["']?"""
    r"""((?:[\w-]+[/.])*[\w-]+\.[A-Za-z_]\w*)["']?\s*(?:$|[,;})\s])""",
    re.IGNORECASE | re.MULTILINE,
)
ASYNCHRONOUS = re.compile(
    r"""["'](?:Records|detail|detail-type|awslogs|RequestType|ResourceProperties|CodePipeline\.job)["']"""
    r"""|\.records\b|\bon_(?:s3|sns|sqs|cw|kinesis|dynamodb)_|\.schedule\("""
)
EFFECT = re.compile(
    r"\.(?:publish|send_message|send_message_batch|put_item|put_events|put_record|put_records|put_object|invoke|"
    r"start_execution|start_\w+|send_email|send_raw_email|update_item|transact_write_items|post|execute|create_\w+|"
    r"run_task|submit_job|urlopen)\("
)
IGNORED_FOLDERS = {
    "test",
    "tests",
    "testing",
    "unittest",
    "unittests",
    "node_modules",
    ".git",
    "site-packages",
    "cdk.out",
}
LARGEST = 1_000_000  # bytes: configuration text above this is generated


class Candidate(NamedTuple):
    """One handler that can be drawn. why: "signature", "decorator" or "configuration"."""

    repository: str
    commit: str
    path: str
    line: int
    name: str
    why: str


def is_test(path: Path) -> bool:
    """Whether a path (relative to its repository) is test code by its folders or its name."""
    folders = {part.lower() for part in path.parts[:-1]}
    stem = path.stem.lower()
    return bool(folders & IGNORED_FOLDERS) or stem.startswith("test_") or stem.endswith("_test") or stem == "conftest"


def shape(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """ "signature" or "decorator" where the definition alone says that this is a handler, else nothing."""
    names = [argument.arg for argument in function.args.posonlyargs + function.args.args]
    if len(names) >= 2 and names[0].lower() in EVENT_NAMES and names[1].lower() in CONTEXT_NAMES:
        return "signature"
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Attribute) and called.attr in CHALICE_DECORATORS:
            return "decorator"
    return ""


def named_by_configuration(root: Path) -> set[tuple[str, str]]:
    """The (module's last component, function) pairs that the text of some configuration names as a handler."""
    named = set()
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.suffix not in CONFIGURATION or is_test(relative) or not path.is_file() or path.is_symlink():
            continue
        if path.stat().st_size > LARGEST:
            continue
        for value in NAMED_HANDLER.findall(path.read_text("utf-8", "replace")):
            module, _, function = value.rpartition(".")
            named.add((re.split(r"[/.]", module)[-1], function))
    return named


def candidates(root: Path, repository: str, commit: str, seen: set[str], effects: bool = False) -> list[Candidate]:
    """Every handler of one checkout, in order of path and line; code that was seen before is left out."""
    found = []
    named = named_by_configuration(root)
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if is_test(relative) or not path.is_file() or path.is_symlink():
            continue
        if effects:
            text = path.read_text("utf-8", "replace")
            if not ASYNCHRONOUS.search(text) or not EFFECT.search(text):
                continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        here = []
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                why = shape(node) or ("configuration" if (path.stem, node.name) in named else "")
                if why:
                    here.append(Candidate(repository, commit, relative.as_posix(), node.lineno, node.name, why))
        digest = hashlib.sha256(ast.dump(tree).encode()).hexdigest()
        if here and digest not in seen:
            seen.add(digest)
            found += here
    return found


def draw(corpora: Path, seed: int, count: int, effects: bool = False) -> tuple[list[Candidate], int]:
    """The sample, ordered by repository and path, and how many handlers it was drawn from."""
    seen: set[str] = set()
    population: list[Candidate] = []
    listed = tomli.loads(REPOSITORIES.read_text("utf-8"))["repository"]
    for repository in sorted(listed, key=lambda row: row["name"]):
        if repository.get("sample", True):
            root = corpora / repository["name"].replace("/", "+")
            if not root.is_dir():
                raise SystemExit(f"no checkout of {repository['name']} at {root}")
            population += candidates(root, repository["name"], repository["commit"], seen, effects)
    return sorted(random.Random(seed).sample(population, count)), len(population)


def main() -> None:
    """Print the drawn handlers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--effects", action="store_true")
    arguments = parser.parse_args()
    drawn, population = draw(arguments.corpora, arguments.seed, arguments.count, arguments.effects)
    sys.stdout.write(f"# {len(drawn)} of {population} handlers, seed {arguments.seed}\n")
    for handler in drawn:
        sys.stdout.write("\n[[handler]]\n")
        for field, value in handler._asdict().items():
            sys.stdout.write(f'{field} = "{value}"\n' if isinstance(value, str) else f"{field} = {value}\n")


if __name__ == "__main__":
    main()
