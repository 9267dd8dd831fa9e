"""Zappa: zappa_settings.json, .toml, .yml in, one declaration a stage out, and one for each function of its `events`.

`zappa save-python-settings-file` writes what the code must know of one stage as zappa_settings.py, for images; that
module is read where no other settings are beside it.
"""

from __future__ import annotations

from lambdalint.model import Node
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

MODULE = "zappa_settings.py"
_NAME = pattern(r"(^|/)zappa[\w.-]*\.(json|toml|ya?ml)$")
_KEYS = (b"app_function", b"django_settings", b"lambda_handler", b"events", b"extends")
_NAMES = (b"APP_MODULE", b"DJANGO_SETTINGS", b"AWS_EVENT_MAPPING")


def wanted(path: str, head: bytes) -> bool:
    """Whether a file is called as Zappa's settings are and names something that Zappa runs."""
    if path.rpartition("/")[2] == MODULE:
        return any(name in head for name in _NAMES)
    return "zappa" in path and _NAME.search(path) is not None and any(key in head for key in _KEYS)


def declare(project: Project) -> Iterator[Declaration]:
    """The functions of every settings file."""
    from lambdalint.dialects.zappa.module import stage_of
    from lambdalint.dialects.zappa.stages import Stage, declarations

    paths = project.candidates("zappa")
    folders = {path.rpartition("/")[0] for path in paths if not path.endswith(".py")}
    for path in paths:
        if path.endswith(".py"):
            written = stage_of(project, path) if path.rpartition("/")[0] not in folders else None
            if written is not None:
                yield from declarations(written, project)
            continue
        document = project.document(path)
        facts = None if document is None else document.facts
        root = facts if isinstance(facts, Node) else (facts[0] if facts else None)
        if isinstance(root, Node):
            for key, settings in root.items():
                if settings.kind == "mapping" and isinstance(key.value, str):
                    yield from declarations(Stage(path, root, key), project)
