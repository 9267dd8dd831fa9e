"""A cloud assembly in, what its manifests say out: each asset by its hash, each construct by its logical id."""

from __future__ import annotations

import posixpath

from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Node, Project


class Asset(NamedTuple):
    """A file, folder or image that is uploaded. path is relative to the linted root; dockerfile to the asset."""

    path: str
    dockerfile: str | None = None


class Assembly(NamedTuple):
    """assets by hash; constructs: template file -> logical id -> construct path, without a leading "/"."""

    assets: Mapping[str, Asset] = {}
    constructs: Mapping[str, Mapping[str, str]] = {}

    def asset_in(self, text: str) -> Asset | None:
        """The asset whose hash stands in an object key, a URL or an image's name."""
        return next((asset for digest, asset in self.assets.items() if digest in text), None)


def assembly(folder: str, project: Project) -> Assembly:
    """Read the manifests of one assembly; what is missing is empty."""
    assets: dict[str, Asset] = {}
    names = (path for path in project.inventory.under(folder) if path.endswith(".assets.json"))
    for path in names:
        if posixpath.dirname(path) == folder:
            root = _root(path, project)
            assets.update(_assets(root, folder) if root is not None else ())
    constructs: dict[str, dict[str, str]] = {}
    manifest = _root(posixpath.join(folder, "manifest.json"), project)
    artifacts = manifest.get("artifacts") if manifest is not None else None
    for _, artifact in artifacts.items() if artifacts is not None else ():
        properties = artifact.get("properties")
        template = _text(properties, "templateFile")
        if template is None:
            continue
        metadata = artifact.get("metadata")
        elsewhere = _text(artifact, "additionalMetadataFile")
        if elsewhere is not None:
            metadata = _root(posixpath.join(folder, elsewhere), project)
        constructs[posixpath.join(folder, template)] = dict(_constructs(metadata))
    return Assembly(assets, constructs)


def _assets(root: Node, folder: str) -> Iterator[tuple[str, Asset]]:
    for section in ("files", "dockerImages"):
        listed = root.get(section)
        for digest, entry in listed.items() if listed is not None else ():
            source = entry.get("source")
            path = _text(source, "path") or _text(source, "directory")
            if path is None or not isinstance(digest.value, str):
                continue
            dockerfile = (_text(source, "dockerFile") or "Dockerfile") if section == "dockerImages" else None
            yield digest.value, Asset(posixpath.normpath(posixpath.join(folder, path)), dockerfile)


def _constructs(metadata: Node | None) -> Iterator[tuple[str, str]]:
    for path, entries in metadata.items() if metadata is not None else ():
        for entry in entries.elements():
            name = _text(entry, "data")
            if _text(entry, "type") == "aws:cdk:logicalId" and name is not None and isinstance(path.value, str):
                yield name, path.value.lstrip("/")


def _root(path: str, project: Project) -> Node | None:
    document = project.document(path, "json") if path in project.inventory.files else None
    return document.facts[0] if document is not None and document.facts else None


def _text(node: Node | None, key: str) -> str | None:
    found = node.get(key) if node is not None else None
    return found.value if found is not None and isinstance(found.value, str) else None
