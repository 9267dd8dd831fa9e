"""Checkouts of public repositories and verdicts on findings -> what changed between two versions, precision and recall.

    python -m tests.tools.ecosystem checkout --corpora DIR            fetch the listed repositories at their commits
    python -m tests.tools.ecosystem compare OLD NEW --corpora DIR     findings added and removed between two versions
    python -m tests.tools.ecosystem judge [VERSION] --corpora DIR     precision, recall, findings without a verdict
    python -m tests.tools.ecosystem accuracy [VERSION] --corpora DIR  the numbers into docs/accuracy.md (or --check it)

A version is a revision of this repository or a path to a checkout of it; without one, the tree this file stands in.
DIR holds one checkout for each repository of tests/ecosystem/repositories.toml, named owner+name. Verdicts stand in
tests/ecosystem/verdicts.toml, what readers expected of drawn handlers in tests/ecosystem/recall.toml.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import tomli

from tests.tools.judging import Finding, compare, judge, read_drawn, read_verdicts, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).resolve().parent.parent / "ecosystem"
ROOT = HERE.parent.parent
BEGIN, END = "<!-- numbers: begin -->", "<!-- numbers: end -->"


class Outcome(NamedTuple):
    """What running one version gave."""

    findings: tuple[Finding, ...]
    functions: int
    problems: tuple[str, ...]
    failures: tuple[str, ...] = ()  # repositories on which the linter itself failed, with its last words


def repositories(names: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The listed repositories, all of them or those whose names contain one of the given texts."""
    listed = tomli.loads((HERE / "repositories.toml").read_text("utf-8"))["repository"]
    return [row for row in listed if not names or any(name in row["name"] for name in names)]


@contextlib.contextmanager
def version(name: str | None) -> Iterator[Path]:
    """A folder that holds a version of the code: the given path, or a worktree of the revision while it is needed."""
    if name is None:
        yield ROOT
    elif Path(name, "lambdalint").is_dir():
        yield Path(name).resolve()
    else:
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder, "tree")
            git = ["git", "-C", str(ROOT), "worktree"]
            subprocess.run([*git, "add", "--quiet", "--detach", str(tree), name], check=True)
            try:
                yield tree
            finally:
                subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def lint(tree: Path, root: Path, select: str | None = None) -> dict[str, Any]:
    """The JSON report of the version in `tree` on a checkout; RuntimeError with its last words when it fails."""
    command = [sys.executable, "-c", "from lambdalint.cli import main; main()", "check", str(root)]
    command += ["--output-format", "json", "--isolated", "--no-cache", "--exit-zero"]
    command += ["--select", select] if select else []
    environment = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1"}
    done = subprocess.run(command, env=environment, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode != 0:  # findings are no failure: --exit-zero
        raise RuntimeError((done.stderr.strip().splitlines() or ["no words"])[-1])
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def surroundings(root: Path, path: str, line: int) -> str:
    """The five lines around a place, blanks dropped; the place itself when the file cannot be read."""
    try:
        lines = Path(root, path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return f"{path}:{line}"
    return "\n".join("".join(text.split()) for text in lines[max(0, line - 3) : line + 2])


def read_report(repository: str, report: Mapping[str, Any], root: Path) -> list[Finding]:
    """The findings of a JSON report."""
    handlers = {}
    for function in report["functions"]:
        if function.get("handler"):
            handlers[function["id"]] = (function["handler"]["path"], function["handler"]["name"])
    findings = []
    for row in report["findings"]:
        places = {(row["path"], row["line"], row.get("end_line") or row["line"])}
        places |= {(other["path"], other["line"], other["line"]) for other in row.get("related", [])}
        about = frozenset(handlers[name] for name in row.get("functions", []) if name in handlers)
        code = surroundings(root, row["path"], row["line"])
        where = (repository, row["rule"], row["path"], row["line"], row["message"])
        findings.append(Finding(*where, frozenset(places), about, code))
    return findings


def run(name: str | None, corpora: Path, names: Sequence[str] = (), select: str | None = None) -> Outcome:
    """All findings of one version on the checkouts below `corpora`."""
    findings: list[Finding] = []
    failures: list[str] = []
    problems: list[str] = []
    functions = 0
    with version(name) as tree:
        for row in repositories(names):
            root = corpora / row["name"].replace("/", "+")
            if not root.is_dir():
                raise SystemExit(f"no checkout of {row['name']} at {root}: see the checkout command")
            try:
                report = lint(tree, root, select)
            except RuntimeError as error:
                failures.append(f"{row['name']}: {error}")
                continue
            findings += read_report(row["name"], report, root)
            functions += len(report["functions"])
            problems += [f"{row['name']} {one['path']}:{one['line']}: {one['message']}" for one in report["problems"]]
    return Outcome(tuple(findings), functions, tuple(problems), tuple(failures))


def checkout(corpora: Path, names: Sequence[str], source: str) -> None:
    """Fetch every listed repository at its pinned commit into its folder, unless it is there already."""
    for row in repositories(names):
        root = corpora / row["name"].replace("/", "+")
        if root.is_dir():
            continue
        root.mkdir(parents=True)
        git = ["git", "-C", str(root)]
        subprocess.run([*git, "init", "--quiet"], check=True)
        subprocess.run([*git, "fetch", "--quiet", "--depth", "1", f"{source}{row['name']}", row["commit"]], check=True)
        subprocess.run([*git, "checkout", "--quiet", "FETCH_HEAD"], check=True)
        sys.stdout.write(f"{row['name']} {row['commit']}\n")


def insert(page: str, numbers: str) -> str:
    """The page with the generated part between its marks replaced."""
    before, mark, rest = page.partition(BEGIN)
    _, other, after = rest.partition(END)
    if not mark or not other:
        raise SystemExit(f"docs/accuracy.md needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{numbers}\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The commands of the module's docstring. 1 when numbers differ under --check, 2 when the linter failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["checkout", "compare", "judge", "accuracy"])
    parser.add_argument("versions", nargs="*", help="revisions or paths")
    parser.add_argument("--corpora", type=Path, required=True, help="where the checkouts are")
    parser.add_argument("--repository", action="append", default=[], help="part of a name: only these")
    parser.add_argument("--select", help="rules to run, as for lambdalint check")
    parser.add_argument("--source", default="https://github.com/", help="what stands before a name when fetching")
    parser.add_argument("--check", action="store_true", help="compare docs/accuracy.md instead of writing it")
    given = parser.parse_args(arguments)
    if len(given.versions) != 2 if given.command == "compare" else len(given.versions) > 1:
        parser.error("compare needs two versions, the other commands at most one")
    corpora = given.corpora.resolve()
    if given.command == "checkout":
        checkout(corpora, given.repository, given.source)
        return 0
    if given.command == "compare":
        old, new = (run(name, corpora, given.repository, given.select) for name in given.versions)
        added, removed = compare(old.findings, new.findings)
        sys.stdout.writelines(f"+ {finding}\n" for finding in added)
        sys.stdout.writelines(f"- {finding}\n" for finding in removed)
        sys.stdout.write(f"{len(added)} added, {len(removed)} removed\n")
        failures = old.failures + new.failures
        sys.stderr.writelines(f"failed: {failure}\n" for failure in failures)
        return 2 if failures else 0
    outcome = run(given.versions[0] if given.versions else None, corpora, given.repository, given.select)
    sys.stderr.writelines(f"failed: {failure}\n" for failure in outcome.failures)
    sys.stderr.writelines(f"problem: {problem}\n" for problem in outcome.problems)
    judged = judge(outcome.findings, read_verdicts((HERE / "verdicts.toml").read_text("utf-8")))
    names = {row["name"] for row in repositories(given.repository)}
    drawn = [row for row in read_drawn((HERE / "recall.toml").read_text("utf-8")) if row.repository in names]
    heading = f"{len(names)} repositories, {outcome.functions} functions, {len(outcome.findings)} findings."
    numbers = table(heading, outcome.findings, judged, drawn)
    if given.command == "accuracy":
        if outcome.failures:
            return 2
        page = ROOT / "docs" / "accuracy.md"
        text = insert(page.read_text("utf-8"), numbers)
        if given.check:
            return int(text != page.read_text("utf-8"))
        page.write_text(text, "utf-8")
        return 0
    sys.stdout.write(numbers)
    sys.stdout.writelines(f"no verdict: {finding}\n" for finding, verdict in judged if verdict is None)
    sys.stdout.writelines(
        f"wrong: {finding} ({verdict.reason})\n"
        for finding, verdict in judged
        if verdict and verdict.verdict == "wrong"
    )
    return 2 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
