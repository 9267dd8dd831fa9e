"""A service's path in, the parameters that a serverless-compose file gives it out."""

from __future__ import annotations

import re
from posixpath import normpath

from lambdalint.dialects.serverless.variables import Piece, Service, read
from lambdalint.model import Reference
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Project

OUTPUT = re.compile(r"\$\{([\w-]+)\.([\w.-]+)\}$")
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
    services = compose.find(compose.top(), "services")
    names = {str(name.value) for name, _, _ in compose.items(services)}
    for _, _, service in compose.items(services):
        where = compose.find(service, "path")
        if where is None or not where.known:
            continue
        if normpath(f"{above}/{where.node.value}" if above else str(where.node.value)) != folder:
            continue
        params = compose.items(compose.find(service, "params"))
        return {str(name.value): _told(piece, names) for name, _, piece in params}
    return {}


def _told(piece: Piece, services: set[str]) -> Piece:
    """A parameter; one that is an output of another service, `${worker.QueueArn}`, is what that service makes."""
    output = OUTPUT.match(piece.node.value) if isinstance(piece.node.value, str) else None
    if output is None or output[1] not in services:
        return piece
    return piece._replace(known=False, references=(Reference("resource", f"{output[1]}.{output[2]}", piece.at),))
