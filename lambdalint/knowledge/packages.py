"""A distribution's name -> whether a deployed function needs it, has it, what it weighs, the modules it brings.

Names are normalised as PEP 503 says: lower case, `-` for every run of `-_.`.
"""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.knowledge.tables import rows
from lambdalint.typed import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model import Function

POWERTOOLS = "aws-lambda-powertools"
# In the name of each public layer: docs.aws.amazon.com/powertools/python/latest/getting-started/install
POWERTOOLS_LAYER = "AWSLambdaPowertoolsPython"


class Purpose(NamedTuple):
    """What a package that is not needed at run time is for.

    category: "test", "lint", "format", "typing", "docs", "build", "deploy", "notebook", "debug", "server",
    "interactive", "local", "browser", "backports", "provided_by_runtime". severity: "dev" (never needed by a handler),
    "caution" (usually a mistake, legitimate uses exist), "info" (the managed runtime brings it).
    """

    category: str
    severity: Literal["dev", "caution", "info"]
    why: str


class Weight(NamedTuple):
    """What a distribution weighs, in bytes, as measured for one version (CPython 3.12, x86_64).

    total_wheel, total_unzipped: with all its dependencies, None where that was not measured. needs: the distributions
    of this table among its dependencies, as far as they are heavy.
    """

    name: str
    version: str
    wheel: int
    unzipped: int
    total_wheel: int | None
    total_unzipped: int | None
    needs: tuple[str, ...]


class Release(NamedTuple):
    """One release of a distribution: its version as numbers, and the bytes of its wheel and of what is in it."""

    version: tuple[int, ...]
    wheel: int
    unzipped: int


def purpose(name: str, language: Literal["python", "npm"] = "python") -> Purpose | None:
    """What a package is for, when it is a tool and no run-time need; None for everything else."""
    exact, prefixes, suffixes = _purposes(language)
    found = exact.get(name)
    if found is not None:
        return found if found.severity != "keep" else None  # type: ignore[comparison-overlap]
    for prefix, kind in prefixes:
        if name.startswith(prefix):
            return kind
    for suffix, kind in suffixes:
        if name.endswith(suffix):
            return kind
    return None


def has_powertools(function: Function) -> bool:
    """Whether an import of Powertools for AWS Lambda that a fix adds finds it in the deployed function.

    A requirement of which it cannot be told whether it ships will do only where code of the function imports it
    already: an import that finds nothing ends each invocation, and the fixes do without it or not at all.
    """
    requirements = function.package.requirements if function.package is not None else ()
    if any(one.name == POWERTOOLS and (one.ships or (one.ships is None and one.imported)) for one in requirements):
        return True
    layers = function.declaration.layers if function.declaration is not None else ()
    return any(POWERTOOLS_LAYER in (layer.name.known or "") for layer in layers)


def weight(name: str) -> Weight | None:
    """What a distribution weighs; None for one that was not measured."""
    return _weights().get(name)


def releases(name: str) -> tuple[Release, ...]:
    """Older releases of a distribution that were measured, oldest first; () where only the newest was."""
    return _releases().get(name, ())


def modules(name: str) -> tuple[str, ...]:
    """The top-level modules a distribution brings, by its name or by what is known of it.

    A name that ends with * stands for all modules that start so: boto3-stubs brings `mypy_boto3_*`.
    """
    return _modules().get(name) or (name.replace("-", "_"),)


def commands(name: str) -> tuple[str, ...]:
    """The programs a distribution brings, which code may start without importing anything."""
    return _commands().get(name) or (name,)


def brought_by(name: str) -> tuple[str, ...]:
    """Distributions for production that need this tool themselves, so that a complete list has it with them."""
    return tuple(other for other, tools in _brought().items() if name in tools)


@cache
def _purposes(
    language: str,
) -> tuple[dict[str, Purpose], list[tuple[str, Purpose]], list[tuple[str, Purpose]]]:
    exact: dict[str, Purpose] = {}
    prefixes: list[tuple[str, Purpose]] = []
    suffixes: list[tuple[str, Purpose]] = []
    for where, category, severity, names, starts, ends, allowed, why in rows("dev_packages", 8):
        if where != language:
            continue
        kind = Purpose(category, severity, why)  # type: ignore[arg-type]
        if severity == "keep":
            exact.update(dict.fromkeys(names.split(), kind))
        else:
            for name in names.split():
                exact.setdefault(name, kind)
            exact.update(dict.fromkeys(allowed.split(), Purpose("", "keep", "")))  # type: ignore[arg-type]
        prefixes += [(start, kind) for start in starts.split()]
        suffixes += [(end, kind) for end in ends.split()]
    return exact, prefixes, suffixes


@cache
def _weights() -> dict[str, Weight]:
    found = {}
    for name, version, wheel, unzipped, _, total_wheel, total_unzipped, needs, _ in rows("package_sizes", 9):
        found[name] = Weight(
            name,
            version,
            int(wheel),
            int(unzipped),
            int(total_wheel) if total_wheel else None,
            int(total_unzipped) if total_unzipped else None,
            tuple(needs.split()),
        )
    return found


@cache
def _releases() -> dict[str, tuple[Release, ...]]:
    found: dict[str, list[Release]] = {}
    for name, version, wheel, unzipped in rows("package_releases", 4):
        numbers = tuple(int(part) for part in version.split("."))
        found.setdefault(name, []).append(Release(numbers, int(wheel), int(unzipped)))
    return {name: tuple(sorted(listed)) for name, listed in found.items()}


@cache
def _modules() -> dict[str, tuple[str, ...]]:
    return {name: tuple(brings.split()) for name, brings, _ in rows("modules", 3)}


@cache
def _brought() -> dict[str, frozenset[str]]:
    return {name: frozenset(tools.split()) for name, tools in rows("brought", 2)}


@cache
def _commands() -> dict[str, tuple[str, ...]]:
    return {name: tuple(programs.split()) for name, _, programs in rows("modules", 3) if programs}
