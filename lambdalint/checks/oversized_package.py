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
    """At most one finding: the limit that is exceeded by most, else the one that is closest."""
    declaration, package = function.declaration, function.package
    if declaration is None or package is None or not package.known:
        return
    share = float(options.get("share", 0.8))
    best: tuple[float, str, int, int] | None = None
    for what, size, most in _sizes(declaration, package):
        filled = size / most
        if filled >= min(share, 1.0) and (best is None or filled > best[0]):
            best = (filled, what, size, most)
    if best is None:
        return
    filled, what, size, most = best
    over = filled > 1
    verdict = f"over the limit of {_shown(most)}" if over else f"close to the limit of {_shown(most)}"
    code = declaration.code
    yield Finding(
        f"the package {what} at least {_shown(size)}, {verdict}: {_largest(package)}",
        code.path.span or code.span or declaration.span,
        tuple(_related(declaration, package)),
        severity="" if over else "warning",
    )


def _sizes(declaration: Declaration, package: Package) -> Iterator[tuple[str, int, int]]:
    """What is limited: how a message calls it, the size in bytes, the limit."""
    if package.unzipped is not None:
        image = declaration.code.kind == "image"
        yield "holds" if image else "unzips to", package.unzipped, limit("image" if image else "unzipped")
    if package.zipped is not None and _direct(declaration):
        yield "is a zip of", package.zipped, limit("zip_direct")


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
