"""What would be installed -> a lower bound of its bytes, and the largest parts.

Every number rests on wheels that were measured (knowledge/package_sizes, and older ones in package_releases) or that a
lock file gives the size of. A version between two measured ones counts as the smaller of them less a tenth, one that is
not further known as the smallest of all; where nothing older was measured, and for another architecture, half counts:
sizes differ, but not by more in the packages that matter here. Shared dependencies count once. What is not known counts
nothing and is named.
"""

from __future__ import annotations

from lambdalint.knowledge.packages import Release, Weight, releases, weight
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.model import Requirement
    from lambdalint.package.dependencies import Dependencies, Target

HEAVY = 300_000_000  # unzipped bytes: builds for x86_64 of this size carry GPU code that others leave out
MARGIN = 0.9  # of a measured neighbour, for a release that was not measured itself
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
        share = 0.25 if dependencies.cpu_only and known.unzipped > HEAVY else _share(known, target)
        older = _is_older(one, known, target)
        _add(zipped, unzipped, _claimed(one, known) if older else known, share)
        if dependencies.complete:
            continue
        brought = [found for found in map(weight, _closure(known)) if found is not None]
        for found in brought:
            if found.name not in skipped and found.name not in chosen:
                _add(zipped, unzipped, _least(found) if older else found, share)
        if known.total_wheel is not None and known.total_unzipped is not None:
            share *= 0.5 if older else 1
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


def _share(known: Weight, target: Target) -> float:
    """How much of the size on x86_64, nothing stripped, may be claimed for what is built for the target."""
    share = 0.5 if target.slim else 1.0
    if target.machine == "aarch64":
        share *= 0.25 if known.unzipped > HEAVY else 0.5
    return share


def _is_older(one: Requirement, known: Weight, target: Target) -> bool:
    """Whether another release than the newest is installed, as far as that can be told."""
    if one.pinned:
        return one.pinned != known.version
    if target.python and tuple(int(part) for part in target.python.split(".")) < (3, 11):
        return True  # the newest releases no longer install there
    return any(mark in one.specifier for mark in ("<", "~=", "^", "==", "!="))


def _claimed(one: Requirement, known: Weight) -> Weight:
    """The least that the release which is installed weighs: by the ones measured before and after it."""
    version = _numbers(one.pinned)
    older = releases(one.name)
    if version is None or not older or version < older[0].version:
        return _least(known)
    newest = Release(_numbers(known.version) or (), known.wheel, known.unzipped)
    before = [found for found in older if found.version <= version][-1]
    if before.version == version:
        return known._replace(wheel=before.wheel, unzipped=before.unzipped)
    after = next((found for found in (*older, newest) if found.version > version), None)
    if after is None:
        return _least(known)
    return known._replace(
        wheel=int(min(before.wheel, after.wheel) * MARGIN), unzipped=int(min(before.unzipped, after.unzipped) * MARGIN)
    )


def _least(known: Weight) -> Weight:
    """What any release weighs at least: the smallest that was measured, half of the newest where no other was."""
    older = releases(known.name)
    if not older:
        return known._replace(wheel=known.wheel // 2, unzipped=known.unzipped // 2)
    wheel = min(known.wheel, *(found.wheel for found in older))
    unzipped = min(known.unzipped, *(found.unzipped for found in older))
    return known._replace(wheel=int(wheel * MARGIN), unzipped=int(unzipped * MARGIN))


def _numbers(version: str) -> tuple[int, ...] | None:
    """A version as numbers, what follows them (post, rc) dropped; None for anything else."""
    numbers: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if digits:
            numbers.append(int(digits))
        if digits != part or not digits:
            break
    return tuple(numbers) or None


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
