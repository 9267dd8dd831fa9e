"""Checkouts in, how fast each dialect is out: bytes a second of what it reads, against PyYAML's composer.

    python -m benchmarks.dialects CHECKOUT [CHECKOUT ...]

For each dialect: the files it takes for its own, all it reads while it declares (a Terraform module's other files, a
CDK app's own modules, an assembly's manifests), how long looking, reading and declaring take, and the ratio of its
bytes a second to those of PyYAML's C composer over the checkouts' own YAML and JSON, timed in the same run: 1.0 is as
fast as composing alone. Processor time, best of three; the ten files that take longest to read come last.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.readers import best, compose
from lambdalint.cache import Cache
from lambdalint.dialects import dialects
from lambdalint.discover import Found, discover
from lambdalint.project import Disk
from lambdalint.read import LIMIT, decode, language_of, parse

if TYPE_CHECKING:
    from collections.abc import Callable


def declared(found: Found, name: str, looks: dict[str, list[str]]) -> Disk:
    """A project after one dialect has declared everything it can, with nothing known before."""
    project = Disk(found, Cache(None), {}, (name,))
    project._candidates = dict(looks)  # what looking costs is timed by itself
    list(import_module(f"lambdalint.dialects.{name}").declare(project))
    return project


def looked(wanted: Callable[[str, bytes], bool], data: dict[str, bytes]) -> list[str]:
    """The files that a dialect wants."""
    return [path for path in data if wanted(path, data[path])]


def unit(roots: list[Path]) -> float:
    """Bytes a second of PyYAML's composer over the YAML and JSON files of some checkouts that it can read."""
    texts = []
    for root in roots:
        found = discover(str(root))
        for path in found.plausible:
            if language_of(path) in ("yaml", "json") and found.inventory.files[path] <= LIMIT:
                text, _ = decode(path, (root / path).read_bytes(), "yaml")
                if text and compose(text):
                    texts.append(text)
    if not texts:
        sys.exit("no YAML or JSON here to measure the composer with")
    return sum(map(len, texts)) / best(lambda: [compose(text) for text in texts])


def main(arguments: list[str]) -> None:
    """Print the tables."""
    roots = [Path(argument).resolve() for argument in arguments]
    speed = unit(roots)
    print(f"PyYAML's C composer: {speed / 1e6:.1f} MB/s\n")
    print("| dialect | its files | kB read | looking, ms | reading and declaring, ms | MB/s | of the composer |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    read: dict[tuple[Path, str, str], int] = {}
    totals: dict[str, list[float]] = {name: [0, 0, 0, 0] for name in dialects()}
    for root in roots:
        found = discover(str(root))
        data = {path: (root / path).read_bytes() for path in found.plausible if found.inventory.files[path] <= LIMIT}
        for name in dialects():
            wanted: Any = import_module(f"lambdalint.dialects.{name}").wanted
            looking = best(partial(looked, wanted, data))
            looks = {name: looked(wanted, data)}
            row = totals[name]
            row[2] += looking
            if not looks[name]:
                continue
            project = declared(found, name, looks)
            row[0] += len(looks[name])
            row[1] += sum(found.inventory.files[path] for path, _ in project.documents)
            row[3] += best(partial(declared, found, name, looks))
            read |= {(root, *key): 1 for key in project.documents}
    for name, (files, size, looking, declaring) in totals.items():
        rate = size / declaring if declaring else 0.0
        ratio = f"{rate / 1e6:.2f} | {rate / speed:.2f}" if declaring else "| "
        print(f"| {name} | {files:.0f} | {size / 1e3:.0f} | {looking * 1e3:.0f} | {declaring * 1e3:.0f} | {ratio} |")
    slow = []
    for root, path, language in read:
        text, problem = decode(path, (root / path).read_bytes(), language)
        if not problem:
            slow.append((best(partial(parse, path, text, language)), f"{root.name}/{path}", len(text)))
    print("\n| the ten files slowest to read | kB | ms |\n|---|---:|---:|")
    for seconds, path, length in sorted(slow, reverse=True)[:10]:
        print(f"| {path} | {length / 1e3:.0f} | {seconds * 1e3:.0f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
