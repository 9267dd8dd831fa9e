"""Serverless Framework: services (serverless.yml, .json, a tree read from elsewhere) in, declarations out."""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Node, Project

_NAME = pattern(r"(^|/)serverless[\w.-]*\.(ya?ml|json)$")
_SERVICE = pattern(rb"(?m)^service\s*:")
_PROVIDER = pattern(rb"(?m)^provider\s*:")
_FUNCTIONS = pattern(rb"(?m)^functions\s*:")
_COMPOSE = pattern(r"(^|/)serverless-compose\.(ya?ml|json)$")


def wanted(path: str, head: bytes) -> bool:
    """Whether a file may be a service: it is called serverless.*, or has the three top keys of one."""
    if "serverless" in path:
        if _COMPOSE.search(path):
            return False
        if _NAME.search(path):
            return b"provider" in head and b"functions" in head
    if not path.endswith((".yml", ".yaml")) or b"provider" not in head or b"functions" not in head:
        return False
    return all(key.search(head) for key in (_PROVIDER, _FUNCTIONS, _SERVICE))


def declare(project: Project) -> Iterator[Declaration]:
    """The functions of every service in the tree."""
    from lambdalint.dialects.serverless.variables import read

    for path in project.candidates("serverless"):
        root = read(project, path)
        if root is not None:
            yield from project.recall(("service", path), root, _declared, root, path, project)


def _declared(root: Node, path: str, project: Project) -> list[Declaration]:
    return list(declare_tree(root, path, project))


def declare_tree(node: Node, path: str, project: Project) -> Iterator[Declaration]:
    """The functions of one service given as a tree (that of serverless.yml, or one read from serverless.ts)."""
    from lambdalint.dialects.serverless.compose import parameters
    from lambdalint.dialects.serverless.functions import declarations
    from lambdalint.dialects.serverless.variables import Service

    if node.kind == "mapping":
        yield from declarations(Service(node, path, project, parameters(path, project)))
