"""A service's path in, the parameters that a serverless-compose file gives it out."""

from __future__ import annotations

from posixpath import normpath

from lambdalint.dialects.serverless.variables import Piece, Service, read
from lambdalint.model import Reference
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Project

NAMES = ("serverless-compose.yml", "serverless-compose.yaml", "serverless-compose.json")


def parameters(path: str, project: Project) -> dict[str, Piece]:
    """`services.<name>.params` of the compose file above whose `path` is this service's folder."""
    folder = path.rpartition("/")[0]
    above: str | None = folder
    while above is not None:
        for name in NAMES:
            candidate = f"{above}/{name}" if above else name
            if candidate in project.inventory.files and candidate != path:
                return _given(candidate, above, folder, project)
        above = above.rpartition("/")[0] if above else None
    return {}


def _given(path: str, above: str, folder: str, project: Project) -> dict[str, Piece]:
    root = read(project, path)
    if root is None:
        return {}
    compose = Service(root, path, project)
    for _, _, service in compose.items(compose.find(compose.top(), "services")):
        where = compose.find(service, "path")
        if where is None or not where.known:
            continue
        if normpath(f"{above}/{where.node.value}" if above else str(where.node.value)) != folder:
            continue
        given = {}
        for name, _, piece in compose.items(compose.find(service, "params")):
            outputs = piece._replace(
                references=tuple(
                    Reference("resource", one.target, one.span) if one.kind == "expression" else one
                    for one in piece.references
                )
            )
            given[str(name.value)] = outputs
        return given
    return {}
