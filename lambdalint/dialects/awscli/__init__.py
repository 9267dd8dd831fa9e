"""AWS CLI: scripts, Makefiles, justfiles and CI files that call `aws lambda` in, declarations out."""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

_CALL = pattern(
    rb"lambda[\s\\]+(?:--\S+[\s\\]+)*"
    rb"(?:create-(?:function|event-source)|update-function|put-function|put-provisioned|publish-layer|add-permission)"
)
_ZIP = pattern(rb"(?<![\w.-])zip[ \t]+(?:-[\w@-]+|\S+\.zip\b)")
_SCRIPT = (".sh", ".bash", ".zsh", ".yml", ".yaml", ".mk")
_NAMES = frozenset(("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile"))


def wanted(path: str, head: bytes) -> bool:
    """Whether a script, a Makefile, a justfile or a CI file declares functions, packs code, or gives a template its
    parameters."""
    if not (path.endswith(_SCRIPT) or path.rpartition("/")[2] in _NAMES):
        return False
    if b"--parameter-overrides" in head or (b"lambda" in head and _CALL.search(head) is not None):
        return True
    return b"zip " in head and _ZIP.search(head) is not None


def declare(project: Project) -> Iterator[Declaration]:
    """The functions that the scripts of the tree create or update."""
    from lambdalint.dialects.awscli.functions import declarations

    yield from declarations(project)
