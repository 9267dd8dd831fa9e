"""A Function in, a finding when what would be deployed is over a limit of Lambda, or close to one."""

from __future__ import annotations

from lambdalint.knowledge.limits import limit
from lambdalint.model import Finding, Related
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Declaration, Function, Package

MB = 1_048_576
# Dialects that always send the zip with the API call; the others say so in the setting "upload", or go through S3,
# where no such limit is.
DIRECT = frozenset({"chalice"})


def check(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
    """At most one finding: the first limit that is exceeded, else the one that is closest."""
    declaration, package = function.declaration, function.package
    if declaration is None or package is None or not package.known:
        return
    share = min(float(options.get("share", 0.8)), 1.0)
    reached = [one for one in _sizes(declaration, package) if one[1] >= share * one[2]]
    if not reached:
        return
    over = [one for one in reached if one[1] > one[2]]
    what, size, most, of = over[0] if over else max(reached, key=lambda one: one[1] / one[2])
    verdict = f"{'over' if over else 'close to'} the limit of {_shown(most)}{of}"
    code = declaration.code
    yield Finding(
        f"the package {what} at least {_shown(size)}, {verdict}: {_largest(package)}",
        code.path.span or code.span or declaration.span,
        tuple(_related(declaration, package)),
        severity="" if over else "warning",
    )


def _sizes(declaration: Declaration, package: Package) -> Iterator[tuple[str, int, int, str]]:
    """What is limited: how a message calls it, the size in bytes, the limit and what it is the limit of. First the one
    that nothing gets round: a zip that is too large for the call may go through S3."""
    if package.unzipped is not None:
        image = declaration.code.kind == "image"
        yield "holds" if image else "unzips to", package.unzipped, limit("image" if image else "unzipped"), ""
    if package.zipped is not None and _direct(declaration):
        yield "is a zip of", package.zipped, limit("zip_direct"), " for a direct upload"


def _direct(declaration: Declaration) -> bool:
    """Whether the zip is sent in the API call itself, as far as the files tell."""
    direct = declaration.setting("upload").known == "direct" or declaration.dialect in DIRECT
    return direct and declaration.code.kind in ("directory", "file", "archive")


def _largest(package: Package) -> str:
    shown = [f"{name} {_shown(size)}" for name, size in package.parts[:3] if size >= MB]
    return ", ".join(shown) or f"{len(package.files)} files"


def _related(declaration: Declaration, package: Package) -> Iterator[Related]:
    """The declaration, and the lines that ask for the largest parts."""
    yield Related(declaration.span, f"declared as {declaration.id}")
    sizes = dict(package.parts[:3])
    for one in package.requirements:
        if one.ships and one.name in sizes:
            yield Related(one.span, f"{one.name}: {_shown(sizes[one.name])}")


def _shown(size: int) -> str:
    if size >= 10 * 1024 * MB:
        return f"{size / (1024 * MB):,.0f} GB"
    return f"{size / MB:,.0f} MB" if size >= 10 * MB else f"{size / MB:.1f} MB"
