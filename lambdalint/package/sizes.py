"""What would be installed -> a lower bound of its bytes, and the largest parts.

Every number rests on wheels that were measured (knowledge/package_sizes) or that a lock file gives the size of. Another
version than the measured one counts at half, and another architecture too: sizes differ, but not by more in the
packages that matter here. Shared dependencies count once. What is not known counts nothing and is named.
"""

from __future__ import annotations

from lambdalint.knowledge.packages import Weight, weight
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.model import Requirement
    from lambdalint.package.dependencies import Dependencies, Target

HEAVY = 300_000_000  # unzipped bytes: builds for x86_64 of this size carry GPU code that others leave out
SMALL = 20_000_000  # unzipped bytes: the least that a further dependency must weigh to be a part of its own


class Priced(NamedTuple):
    """Bytes that the dependencies add: lower bounds. parts: (name, unzipped), largest first."""

    zipped: int = 0
    unzipped: int = 0
    parts: tuple[tuple[str, int], ...] = ()
    unpriced: tuple[str, ...] = ()


def price(dependencies: Dependencies, target: Target, vendored: Iterable[str] = ()) -> Priced:
    """What the requirements that ship weigh together; vendored: names whose files are in the package already."""
    skipped = set(vendored)
    chosen = {one.name: one for one in dependencies.requirements if one.ships and one.name not in skipped}
    zipped: dict[str, int] = {}
    unzipped: dict[str, int] = {}
    unpriced: list[str] = []
    rest_zipped = rest_unzipped = 0
    for name, one in chosen.items():
        known = weight(name)
        wheel = dependencies.wheels.get(name)
        if wheel is not None:
            zipped[name] = wheel
            unzipped[name] = max(wheel, int(known.unzipped * min(1.0, wheel / known.wheel)) if known else 0)
            continue
        if known is None:
            unpriced.append(name)
            continue
        share = _share(one, known, target)
        _add(zipped, unzipped, known, share)
        if dependencies.complete:
            continue
        brought = [found for found in map(weight, _closure(known)) if found is not None]
        for found in brought:
            if found.name not in skipped and found.name not in chosen:
                _add(zipped, unzipped, found, share)
        if known.total_wheel is not None and known.total_unzipped is not None:
            measured = sum(found.wheel for found in brought) + known.wheel
            rest_zipped = max(rest_zipped, int((known.total_wheel - measured) * share))
            measured = sum(found.unzipped for found in brought) + known.unzipped
            rest_unzipped = max(rest_unzipped, int((known.total_unzipped - measured) * share))
    parts = sorted(unzipped.items(), key=lambda part: (-part[1], part[0]))
    if rest_unzipped > SMALL:
        parts.append(("their other dependencies", rest_unzipped))
        parts.sort(key=lambda part: -part[1])
    return Priced(
        sum(zipped.values()) + max(rest_zipped, 0),
        sum(unzipped.values()) + max(rest_unzipped, 0),
        tuple(parts),
        tuple(unpriced),
    )


def _add(zipped: dict[str, int], unzipped: dict[str, int], found: Weight, share: float) -> None:
    zipped[found.name] = max(zipped.get(found.name, 0), int(found.wheel * share))
    unzipped[found.name] = max(unzipped.get(found.name, 0), int(found.unzipped * share))


def _share(one: Requirement, known: Weight, target: Target) -> float:
    """How much of the measured size may be claimed for the version that would be installed here."""
    share = 1.0
    held = any(mark in one.specifier for mark in ("<", "~=", "^", "==", "!="))
    if (one.pinned != known.version) if one.pinned else held:
        share = 0.5
    if target.python and tuple(int(part) for part in target.python.split(".")) < (3, 11):
        share = 0.5  # the newest releases no longer install there
    if target.machine == "aarch64":
        share = min(share, 0.25 if known.unzipped > HEAVY else 0.5)
    return share


def _closure(known: Weight) -> list[str]:
    """The measured distributions among all that a distribution needs, itself left out."""
    seen: set[str] = set()
    waiting = list(known.needs)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found = weight(name)
        if found is not None:
            waiting += found.needs
    seen.discard(known.name)
    return sorted(seen)
