"""Every fix on every checkout of a folder: each is copied, fixed and written, then looked at again.

    python -m tests.tools.fix_everything --corpora DIR --scratch DIR [--unsafe] [--draw 40 --seed 20261129]

For each repository: findings by rule before, how many were fixed, whether every changed file still parses, whether a
second run finds anything to fix. Then, by rule, what the checks promise, what a report for machines says of the same
findings, and what was done; and the diffs of files drawn at random, to be read and judged in docs/fixes.md.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lambdalint.cache import Cache
from lambdalint.engine import run
from lambdalint.fix import SAFE, UNSAFE, Outcome, diff, fix_all, save, settled
from lambdalint.fix.files import Files
from lambdalint.read import language_of, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from lambdalint.model import Report, Safety

SEED = 20261129


class Fixed(NamedTuple):
    """What became of one repository. promised, said: (rule, safety) of the findings before, by the checks and as a
    report for machines has it. broken: changed files that do not parse. again: what a second run would change."""

    name: str
    before: Counter[str]
    promised: Counter[tuple[str, str]]
    said: Counter[tuple[str, str]]
    done: Counter[tuple[str, str]]
    broken: list[str]
    again: list[str]
    failed: list[str]
    outcome: Outcome


def fixed(checkout: Path, scratch: Path, safeties: Collection[Safety]) -> Fixed:
    """Fix a copy of a checkout."""
    copy = scratch / checkout.name
    shutil.rmtree(copy, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", ".lambdalint_cache")
    shutil.copytree(checkout, copy, symlinks=True, ignore=left_out, copy_function=_linked)
    try:
        first, report = _fix(copy, safeties)
        said = settled(report, Files(str(checkout)))
        _, failed = save(str(copy), first)
        broken = [path for path in first.changed if _problems(path, (copy / path).read_bytes())]
        broken = [path for path in broken if not _problems(path, first.changed[path][0])]
        second, _ = _fix(copy, safeties)
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    return Fixed(
        checkout.name,
        Counter(finding.rule for finding in report.findings),
        _fixable(report),
        _fixable(said),
        Counter((one.finding.rule, one.fix.safety) for one in first.done),
        broken,
        list(second.changed),
        [*(f"{path}: {why}" for path, why in failed), *(f"{f.rule} {f.span}: {e!r}" for f, e in first.raised)],
        first,
    )


def _linked(source: str, target: str) -> None:
    """A second name for the file: fixes replace files and never write into them."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _fixable(report: Report) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.fixable) for finding in report.findings if finding.fixable is not None)


def _fix(root: Path, safeties: Collection[Safety]) -> tuple[Outcome, Report]:
    cache = Cache(str(root))
    seen: list[Report] = []

    def lint(overlay: Mapping[str, bytes]) -> Report:
        seen.append(run(str(root), overlay=overlay, cache=cache))
        return seen[-1]

    outcome = fix_all(lint, Files(str(root)), safeties)
    cache.close()
    return outcome, seen[0]


def _problems(path: str, data: bytes) -> bool:
    language = language_of(path)
    return language is not None and bool(read(path, data, language).problems)


def diffs(results: list[Fixed]) -> Iterator[tuple[str, str, str]]:
    """(repository, path, the diff) of every changed file, in order."""
    for result in results:
        for path, change in result.outcome.changed.items():
            one = result.outcome._replace(changed={path: change})
            yield result.name, path, "\n".join(diff(one))


def main() -> int:
    """Fix, count, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--unsafe", action="store_true")
    parser.add_argument("--draw", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    given.scratch.mkdir(parents=True, exist_ok=True)
    results = []
    for checkout in sorted(given.corpora.iterdir()):
        if checkout.is_dir() and given.only in checkout.name:
            result = fixed(checkout, given.scratch, UNSAFE if given.unsafe else SAFE)
            results.append(result)
            fixed_of = Counter(rule for rule, _ in result.done.elements())
            told = ", ".join(f"{rule} {fixed_of[rule]}/{count}" for rule, count in sorted(result.before.items()))
            print(f"{result.name}: {told or 'nothing'}; refused {result.outcome.refused}", file=sys.stderr, flush=True)
            for what in ("broken", "again", "failed"):
                for line in getattr(result, what):
                    print(f"  {what}: {line}", file=sys.stderr)
    before: Counter[str] = sum((result.before for result in results), Counter())
    changes = list(diffs(results))
    print(f"repositories {len(results)}, files changed {len(changes)}")
    print(f"broken {sum(len(result.broken) for result in results)}")
    print(f"changed again {sum(len(result.again) for result in results)}")
    print("rule: findings; safe and unsafe as promised, as said to machines, as done")
    for rule, count in sorted(before.items()):
        sums = []
        for what in ("promised", "said", "done"):
            every: Counter[tuple[str, str]] = sum((getattr(result, what) for result in results), Counter())
            sums.append(f"{every[rule, 'safe']} + {every[rule, 'unsafe']}")
        print(f"{rule}: {count}; {', '.join(sums)}")
    drawn = random.Random(given.seed).sample(changes, min(given.draw, len(changes)))
    for number, (name, path, text) in enumerate(sorted(drawn), 1):
        print(f"\n=== {number} {name} {path}\n{text}")
    bad = any(result.broken or result.again or result.failed for result in results)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
