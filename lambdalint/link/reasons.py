"""A function whose handler was not found in, why not out: where it was looked for, what is there, and what else."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.languages.archive import Member
    from lambdalint.model import Declaration, Inventory

NAMED = 3  # files that a reason names


def why(
    declaration: Declaration,
    file: str,
    name: str,
    called: Sequence[str],
    found: Sequence[str],
    inventory: Inventory,
    held: Sequence[Member] | None,
) -> str:
    """The reason. file: of the handler's module, below the package's root. called: the files of that name; found: those
    of them that define the handler. held: what the package holds, where it is a zip in the tree."""
    sizes = {one.size for one in held or () if _named(one, file)}
    alike = [path for path in found if inventory.files[path] in sizes]
    also = f"{_listed(alike)} are as large as it" if alike else _else(file, name, called, found)
    return f"{_looked(declaration, file, inventory, held)}; {also}"


def _looked(declaration: Declaration, file: str, inventory: Inventory, held: Sequence[Member] | None) -> str:
    """Where the code was looked for, and what is there."""
    code = declaration.code
    path = code.path.known
    if code.kind == "bucket":
        return f"the package is {path or 'an object'} in a bucket, which nothing here uploads"
    if path is None:
        return "which image it is cannot be told" if code.kind == "image" else "where its code is cannot be told"
    place = path or "the root"
    if path in inventory.folders:
        return f"{place} holds no {file}"
    if path not in inventory.files:
        return f"{place} is not in the repository, and nothing here tells what it is made from"
    if held is None:
        return f"{place} is a zip, and nothing here tells what it is made from"
    if not any(_named(one, file) for one in held):
        return f"{place} holds no {file}"
    return f"{place} holds {file}, and the source of it is not told"


def _else(file: str, name: str, called: Sequence[str], found: Sequence[str]) -> str:
    """What else in the repository may be meant, and why it is not taken."""
    if not called:
        return f"no other {file} is in the repository"
    if not found:
        return f"{_listed(called)} {'defines' if len(called) == 1 else 'define'} no {name}"
    if len(found) == 1:
        return f"{found[0]} is called so, but belongs to another project"
    if len(found) > NAMED:
        return f"{len(found)} files of that name are in the repository, and nothing tells which of them it is"
    return f"{len(found)} files could be it: {_listed(found)}"


def _named(one: Member, file: str) -> bool:
    return one.name.removeprefix("./") == file


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return f"{', '.join(paths[:NAMED])}{more}"
