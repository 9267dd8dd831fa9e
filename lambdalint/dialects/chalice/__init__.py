"""Chalice: app.py with its decorators and .chalice/config.json in, one declaration a function (and stage) out."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

CONFIG = ".chalice/config.json"


def wanted(path: str, head: bytes) -> bool:
    """Whether a file is a project's configuration, or an app.py that speaks of Chalice."""
    if path == CONFIG or path.endswith("/" + CONFIG):
        return True
    return path.rpartition("/")[2] == "app.py" and b"halice" in head


def declare(project: Project) -> Iterator[Declaration]:
    """The functions of every Chalice app in the tree."""
    from lambdalint.dialects.chalice.functions import declarations

    candidates = project.candidates("chalice")
    folders = {
        path.removesuffix(CONFIG).rstrip("/") if path.endswith(CONFIG) else path.rpartition("/")[0]
        for path in candidates
    }
    for folder in sorted(folders):
        yield from declarations(folder, project)
