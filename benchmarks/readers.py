"""Checkouts in, how fast each language's reader is out: bytes a second, against PyYAML's C composer on the same files.

    python benchmarks/readers.py CHECKOUT [CHECKOUT ...]

The composer is timed over the YAML and JSON files that it can read, in the same run, so that the ratio of the two
holds on any machine; for other languages its bytes a second over those files is the unit. The best of three rounds
counts, in processor time. The ten slowest files come last.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from lambdalint.read import LIMIT, language_of, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 3
SKIPPED = {".git", "node_modules", ".venv", "venv", "__pycache__"}


def texts(roots: list[str]) -> Iterator[tuple[str, str, str]]:
    """Path, language and text of every file that some reader takes."""
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name not in SKIPPED)
            for name in sorted(names):
                path = os.path.join(folder, name)
                language = language_of(name)
                if language is None or os.path.islink(path) or os.path.getsize(path) > LIMIT:
                    continue
                with open(path, "rb") as file:
                    try:
                        yield path, language, file.read().decode()
                    except UnicodeDecodeError:
                        continue


def best(work: Callable[[], object]) -> float:
    """Processor seconds of the quickest round."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def compose(text: str) -> bool:
    """Whether PyYAML's composer reads a text."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        list(yaml.compose_all(text, Loader=loader))
    except (yaml.YAMLError, ValueError):
        return False
    return True


def main(roots: list[str]) -> int:
    """Print a line a language, then the slowest files."""
    files: dict[str, list[tuple[str, str]]] = {}
    for path, language, text in texts(roots):
        files.setdefault(language, []).append((path, text))
    for language in ("yaml", "json"):
        files[language] = [(path, text) for path, text in files.get(language, []) if compose(text)]
    composed = [text for language in ("yaml", "json") for _, text in files[language]]
    unit = sum(map(len, composed)) / best(lambda: [compose(text) for text in composed]) if composed else 1.0
    print(f"PyYAML's composer: {len(composed)} files, {unit / 1e6:.1f} MB/s")
    slowest: list[tuple[float, str]] = []
    print(f"{'language':14}{'files':>7}{'kB':>9}{'MB/s':>8}{'composer':>10}")
    for language, found in sorted(files.items()):
        total = 0.0
        for path, text in found:
            seconds = best(partial(parse, path, text, language))
            total += seconds
            slowest.append((seconds, path))
        size = sum(len(text) for _, text in found)
        if total:
            speed = size / total
            print(f"{language:14}{len(found):>7}{size / 1e3:>9.0f}{speed / 1e6:>8.2f}{speed / unit:>9.2f}x")
    worst = sorted(slowest)[:-11:-1]
    print("slowest:", *(f"{seconds * 1000:7.1f} ms  {path}" for seconds, path in worst), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
