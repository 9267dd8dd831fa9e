"""A service's tree in, its nodes with `${...}` resolved out, each with the place where the setting is written.

Serverless Framework v2 to v4: sources are tried from left to right; what the files do not hold (options, the
environment, parameters given on the command line) is a reference, and a default behind it is what is known.
"""

from __future__ import annotations

import re
from posixpath import normpath
from typing import TYPE_CHECKING, NamedTuple

from lambdalint.model import Node, Reference, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Project, ReferenceKind

LIMIT = 20_000  # resolved strings a service; a file that refers to itself twice a level would take for ever
LENGTH = 100_000  # characters a resolved string may grow to
# Where a default is taken when whoever deploys gives nothing: the default may well be the value.
SOFT = frozenset(("parameter", "secret-parameter", "environment"))

_SOURCE = re.compile(r"([A-Za-z][\w.-]*)(?:\((.*?)\))?(?::(.*))?$", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(\.\d+)?$")
_READABLE = (".yml", ".yaml", ".json", ".toml")


class Piece(NamedTuple):
    """A node with its variables resolved.

    node: what the setting comes to, or the node as written when that cannot be told (known is False).
    path: the file that `node` stands in. at: where the setting itself is written.
    """

    node: Node
    path: str
    at: Span
    known: bool = True
    references: tuple[Reference, ...] = ()


class Service:
    """One service: its main file and what its variables refer to."""

    __slots__ = ("_budget", "_open", "close", "folder", "opening", "parameters", "path", "project", "root")

    def __init__(self, root: Node, path: str, project: Project, parameters: Mapping[str, Piece] | None = None) -> None:
        self.root = root
        self.path = path
        self.project = project
        self.folder = path.rpartition("/")[0]
        self.parameters = parameters or {}  # given by a compose file
        self.opening, self.close = "${", "}"
        syntax = (root.get("provider") or root).get("variableSyntax")
        if syntax is not None and "{{" in str(syntax.value):
            self.opening, self.close = "${{", "}}"
        self._open: set[tuple[str, tuple[int, ...], str]] = set()
        self._budget = LIMIT

    # ------------------------------------------------------------------------------------------------ walking

    def top(self) -> Piece:
        """The whole main file."""
        return Piece(self.root, self.path, self.root.span(self.path))

    def find(self, piece: Piece | None, *keys: str) -> Piece | None:
        """What stands below a piece under these keys; None when it is absent, null or cannot be told."""
        for key in keys:
            if piece is None or not piece.known:
                return None
            piece = self.child(piece, key)
        return None if piece is None or (piece.known and _null(piece.node)) else piece

    def child(self, piece: Piece, key: str) -> Piece | None:
        """The value under one key of a mapping or position of a sequence, resolved; an unknown piece as it is."""
        node = piece.node.get(key)
        if node is None and piece.node.kind == "mapping" and key.isdigit():
            node = next((value for name, value in piece.node.items() if str(name.value) == key), None)
        if node is None and piece.node.kind == "sequence" and key.isdigit():
            elements = piece.node.elements()
            node = elements[int(key)] if int(key) < len(elements) else None
        if node is None:
            return None
        found = self.resolve(node, piece.path)
        return found._replace(references=_joined(piece.references, found.references))

    def items(self, piece: Piece | None) -> Iterator[tuple[Node, str, Piece]]:
        """Each key of a mapping with the file it stands in and its value, resolved."""
        if piece is None or not piece.known:
            return
        for name, value in piece.node.items():
            if name.kind == "scalar" and name.value is not None:
                found = self.resolve(value, piece.path)
                yield name, piece.path, found._replace(references=_joined(piece.references, found.references))

    def elements(self, piece: Piece | None) -> Iterator[Piece]:
        """Each element of a sequence, resolved."""
        if piece is not None and piece.known:
            for node in piece.node.elements():
                found = self.resolve(node, piece.path)
                yield found._replace(references=_joined(piece.references, found.references))

    # ---------------------------------------------------------------------------------------------- resolving

    def resolve(self, node: Node, path: str) -> Piece:
        """A node with the variables of its own text resolved (not those of what it holds)."""
        at = node.span(path)
        if node.kind != "scalar" or not isinstance(node.value, str):
            return Piece(node, path, at)
        if self.opening not in node.value or node.tag in ("!Sub", "!Ref", "!GetAtt"):
            return Piece(node, path, at)
        mark = (path, node.at, node.value)
        if mark in self._open or self._budget <= 0 or len(self._open) > 60:
            return Piece(node, path, at, False, (Reference("expression", node.value[:200], at),))
        self._budget -= 1
        self._open.add(mark)
        found = self._text(node.value, node, path)
        self._open.discard(mark)
        return found

    def _text(self, text: str, node: Node, path: str) -> Piece:
        """A text with variables in it; a text that is one variable may become any node."""
        at = node.span(path)
        parts = list(self._parts(text))
        if len(parts) == 1 and parts[0][1]:
            found = self._variable(parts[0][0], node, path)
            return found._replace(at=at)
        known = True
        references: tuple[Reference, ...] = ()
        built: list[str] = []
        for part, variable in parts:
            if not variable:
                built.append(part)
                continue
            found = self._variable(part, node, path)
            references = _joined(references, found.references)
            if not found.known or found.node.kind != "scalar" or found.node.tag:
                known = False
            else:
                built.append(_plain_text(found.node.value))
        whole = "".join(built)
        if not known or len(whole) > LENGTH:
            return Piece(node, path, at, False, references or (Reference("expression", text[:200], at),))
        return Piece(node._replace(value=whole), path, at, True, references)

    def _parts(self, text: str) -> Iterator[tuple[str, bool]]:
        """Literal stretches and, marked True, the inside of each variable."""
        position = begin = 0
        while True:
            start = text.find(self.opening, position)
            if start < 0:
                break
            end = self._closing(text, start + len(self.opening))
            if end < 0:
                break
            if start and text[start - 1] == "\\":  # escaped: it stays for CloudFormation
                position = end
                continue
            if start > begin:
                yield text[begin:start], False
            yield text[start + len(self.opening) : end], True
            position = begin = end + len(self.close)
        if begin < len(text) or not text:
            yield text[begin:], False

    def _closing(self, text: str, position: int) -> int:
        depth = 1
        while position < len(text):
            if text.startswith(self.opening, position):
                depth += 1
                position += len(self.opening)
            elif text.startswith(self.close, position):
                depth -= 1
                if not depth:
                    return position
                position += len(self.close)
            else:
                position += 1
        return -1

    def _variable(self, inside: str, node: Node, path: str) -> Piece:
        """What stands between the braces: sources from left to right, the first that gives something wins."""
        at = node.span(path)
        references: tuple[Reference, ...] = ()
        hard = False
        for source in _sources(inside):
            found = self._source(source.strip(), node, path)
            if found is None:
                continue
            references = _joined(references, found.references)
            if found.known and not _null(found.node):
                return Piece(node, path, at, False, references) if hard else found._replace(references=references)
            hard = hard or any(not self._soft(one) for one in found.references)
        if not references:
            references = (Reference("expression", inside[:200], at),)
        return Piece(node, path, at, False, references)

    def _soft(self, reference: Reference) -> bool:
        """Whether a default behind this may be what is deployed: a file that is not in the tree gives nothing."""
        if reference.kind == "file":
            return reference.target not in self.project.inventory.files
        return reference.kind in SOFT

    def _source(self, source: str, node: Node, path: str) -> Piece | None:
        """One source: a literal or `type(parameters):address`. None when it gives nothing."""
        at = node.span(path)
        literal = _literal(source)
        if literal is not None:
            made = node._replace(kind="scalar", value=literal[0], tag="")
            if isinstance(literal[0], str) and self.opening in literal[0]:
                return self._text(literal[0], made, path)
            return Piece(made, path, at)
        if self.opening in source:
            whole = self._text(source, node, path)
            if not whole.known or whole.node.kind != "scalar" or source.startswith(self.opening):
                if not whole.known and (shape := _SOURCE.match(source)):
                    return _outside(shape, source, at, whole)
                return whole
            source = str(whole.node.value)
            found = self._source(source, node, path)
            return found and found._replace(references=_joined(whole.references, found.references))
        match = _SOURCE.match(source)
        if match is None or source.startswith("AWS::"):
            kind: ReferenceKind = "resource" if source.startswith("AWS::") else "expression"
            return Piece(node, path, at, False, (Reference(kind, source[:200], at),))
        head, parameters, address = match[1], match[2], match[3] or ""
        if head == "self":
            return self._own(address, node, path)
        if head == "file" and parameters is not None:
            return self._file(parameters.strip(), address, node, path)
        if head == "param":
            return self._parameter(address, node, path)
        if head == "sls" and address == "stage":
            return self._own("provider.stage", node, path, Reference("parameter", "sls:stage", at))
        if head == "aws" and address == "region":
            return self._own("provider.region", node, path, Reference("parameter", "aws:region", at))
        return _outside(match, source, at, Piece(node, path, at, False))

    def _own(self, address: str, node: Node, path: str, also: Reference | None = None) -> Piece | None:
        """`self:a.b.c`, with the values that the framework itself fills in."""
        found = self._walk(self.top(), address)
        if found is not None and address == "service" and found.known and found.node.kind == "mapping":
            found = self.child(found, "name")
        if found is None and address in ("provider.stage", "provider.region"):
            made = node._replace(value="dev" if address.endswith("stage") else "us-east-1", kind="scalar", tag="")
            found = Piece(made, path, node.span(path))
        if found is not None and also is not None:
            found = found._replace(references=_joined((also,), found.references))
        return found

    def _walk(self, piece: Piece | None, address: str) -> Piece | None:
        for key in address.split(".") if address else ():
            if piece is None or not piece.known:
                return piece
            piece = self.child(piece, key)
        return piece

    def _file(self, name: str, address: str, node: Node, path: str) -> Piece | None:
        at = node.span(path)
        target = self.local(name)
        reference = Reference("file", target if target is not None else name, at)
        unknown = Piece(node, path, at, False, (reference,))
        if target is None or target not in self.project.inventory.files or not target.endswith(_READABLE):
            return unknown
        root = read(self.project, target)
        if root is None:
            return unknown
        top = self.resolve(root, target)
        return self._walk(top, address)

    def _parameter(self, name: str, node: Node, path: str) -> Piece:
        """`param:x`: of the stage, of the default stage, of a compose file; the command line may give another."""
        at = node.span(path)
        reference = Reference("parameter", f"param:{name}", at)
        stage = self._own("provider.stage", node, path)
        names = ([str(stage.node.value)] if stage is not None and stage.known else []) + ["default"]
        for one in names:
            for home in (("params", one), ("stages", one, "params")):
                found = self.find(self.top(), *home, name)
                if found is not None:
                    return found._replace(references=_joined((reference,), found.references))
        if name in self.parameters:
            given = self.parameters[name]
            return given._replace(references=_joined((reference,), given.references))
        return Piece(node, path, at, False, (reference,))

    def local(self, name: str) -> str | None:
        """A path written in the service as a path below the linted root, None when it leads out of it."""
        if name.startswith(("/", "~")) or not name:
            return None
        whole = normpath(f"{self.folder}/{name}" if self.folder else name)
        return None if whole.startswith("..") else ("" if whole == "." else whole)


def read(project: Project, path: str) -> Node | None:
    """The first document of a YAML, JSON or TOML file."""
    document = project.document(path)
    if document is None or not document.facts:
        return None
    facts = document.facts
    if isinstance(facts, Node):
        return facts
    return facts[0] if isinstance(facts, tuple) and isinstance(facts[0], Node) else None


def _outside(match: re.Match[str], source: str, at: Span, piece: Piece) -> Piece:
    """A source whose value is not in the files: what kind of thing it is."""
    head, parameters, address = match[1].partition(".")[0], match[2] or "", match[3] or ""
    if head == "aws" and address.partition(":")[0] in ("ssm", "s3", "cf", "secretsmanager"):
        head, _, address = address.partition(":")
    kind: ReferenceKind = "expression"
    if head in ("opt", "param"):
        kind = "parameter"
    elif head == "env":
        kind = "environment"
    elif head == "ssm":
        secret = "~true" in address or "/aws/reference/secretsmanager/" in address
        kind = "secret-value" if secret and "noDecrypt" not in parameters else "stored-value"
    elif head in ("vault", "secrets", "doppler", "secretsmanager"):
        kind = "secret-value"
    elif head in ("cf", "aws", "output", "state", "terraform", "s3"):
        kind = "resource"
    elif head == "file":
        kind = "file"
    reference = Reference(kind, source[:200], at)
    return piece._replace(at=at, known=False, references=_joined((reference,), piece.references))


def _sources(inside: str) -> list[str]:
    """`a:b, 'c, d', file(x):y` split at its own commas."""
    parts: list[str] = []
    depth, begin, quote = 0, 0, ""
    for position, character in enumerate(inside):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and depth <= 0:
            parts.append(inside[begin:position])
            begin = position + 1
    parts.append(inside[begin:])
    return parts


def _literal(source: str) -> tuple[object] | None:
    """The value of a quoted text, number or constant, in a tuple; None for anything else."""
    if len(source) >= 2 and source[0] in "'\"" and source[-1] == source[0]:
        return (source[1:-1],)
    if _NUMBER.match(source) and len(source) < 40:
        return (float(source) if "." in source else int(source),)
    constants = {"true": True, "false": False, "null": None}
    return (constants[source],) if source in constants else None


def _null(node: Node) -> bool:
    return node.kind == "scalar" and node.value is None


def _plain_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _joined(first: tuple[Reference, ...], second: tuple[Reference, ...]) -> tuple[Reference, ...]:
    if not first or not second:
        return first or second
    return tuple(dict.fromkeys(first + second))
