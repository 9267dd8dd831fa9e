"""Pieces of paths in, a path out, as the two languages make it (join, resolve, pathlib); absolute below access.ROOT."""

from __future__ import annotations

import posixpath

from lambdalint.languages.terms.values import NOTHING, Item, Known, Opaque, Path, Record, brief, concatenate
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.terms.calls import Site
    from lambdalint.languages.terms.run import Run


def join(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`path.join(...)` of Node.js: an absolute part does not begin anew."""
    return join_paths(values_of(args))


def join_paths(parts: list[Any], wrap: bool = False, absolute: str = "") -> Any:
    """The path that the parts make: a later absolute part begins anew only for resolve and in Python."""
    texts: list[Any] = [Known(part.text) if isinstance(part, Path) else part for part in parts]
    if not all(isinstance(part, Known) and isinstance(part.value, str) for part in texts):
        whole: list[Any] = []
        for part in texts:
            whole += [part, Known("/")]
        return concatenate(whole[:-1])
    values = [part.value for part in texts]
    if wrap or absolute:
        text = posixpath.join(absolute, *values) if values else absolute
    else:
        text = "/".join(value for value in values if value)
    text = posixpath.normpath(text) if text else "."
    return Path(text) if wrap else Known(text)


def resolve(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`path.resolve(...)`: absolute, from the folder the program is started in."""
    return join_paths(values_of(args), absolute=run.loader.folder)


def python_join(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`os.path.join(...)`"""
    joined = join_paths(values_of(args), wrap=True)
    return Known(joined.text) if isinstance(joined, Path) else joined


def dirname(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`dirname(x)`"""
    return _on_path(args, posixpath.dirname)


def basename(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`basename(x, suffix)`"""
    value = _on_path(args, posixpath.basename)
    suffix = first_of(args, 1)
    if isinstance(value, Known) and isinstance(suffix, Known) and isinstance(suffix.value, str):
        return Known(value.value.removesuffix(suffix.value))
    return value


def normalise(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`normalize(x)`"""
    return _on_path(args, posixpath.normpath)


def absolute(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`os.path.abspath(x)`"""
    return _on_path(args, lambda text: posixpath.normpath(posixpath.join(run.loader.folder, text)))


def _on_path(args: list[Item], change: Callable[[str], str]) -> Any:
    value = first_of(args)
    if isinstance(value, Path):
        return Known(change(value.text))
    if isinstance(value, Known) and isinstance(value.value, str):
        return Known(change(value.value))
    return Opaque(brief(value))


def folder(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """The folder that the program is started in."""
    return Known(run.loader.folder)


def path(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`pathlib.Path(...)`"""
    return join_paths(values_of(args) or [Known(".")], wrap=True)


def path_cwd(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """`Path.cwd()`"""
    return Path(run.loader.folder)


def values_of(args: list[Item]) -> list[Any]:
    """The values of arguments."""
    return [item.value for item in args]


def first_of(args: list[Item], position: int = 0) -> Any:
    """One argument, nothing when it is not given."""
    return args[position].value if position < len(args) else NOTHING
