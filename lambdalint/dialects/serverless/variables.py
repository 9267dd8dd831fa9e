"""A service's tree in, its nodes with `${...}` resolved out, each with the place where the setting is written.

Serverless Framework v2 to v4: sources are tried from left to right; what the files do not hold (options, the
environment, parameters given on the command line) is a reference, and a default behind it is what is known.
"""

from __future__ import annotations

from posixpath import normpath

from lambdalint.dialects.serverless.sources import SOURCE, literal, outside, parts, plain_text, sources
from lambdalint.model import Node, Reference, Span
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Project

LIMIT = 20_000  # resolved strings a service; a file that refers to itself twice a level would take for ever
LENGTH = 100_000  # characters a resolved string may grow to
# Where a default is taken when whoever deploys gives nothing: the default may well be the value.
SOFT = frozenset(("parameter", "secret-parameter", "environment", "absent-file"))

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

    __slots__ = ("_budget", "_open", "close", "folder", "opening", "parameters", "path", "project", "root", "stack")

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
        self.stack: Stack | None = None  # the service's resources as CloudFormation, made when first asked for

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
        if self.opening not in node.value:
            return Piece(node, path, at)
        mark = (path, node.at, node.value)
        if mark in self._open or self._budget <= 0 or len(self._open) > 60:
            return Piece(node, path, at, False, (Reference("expression", node.value[:200], at),))
        self._budget -= 1
        self._open.add(mark)
        found = self._text(node.value, node, path)
        self._open.discard(mark)
        return found

    def expanded(self, piece: Piece, depth: int = 0) -> Node:
        """A piece with every variable below it resolved, for readers that know no variables.

        What cannot be told becomes a node with the tag "!Unknown". A text stands where the setting is written, a
        structure where it is written out, each in the file that this is.
        """
        node, path, at = piece.node, piece.at.path, piece.at[1:]
        if node.kind == "scalar" or not piece.known or depth > 60:
            home = "" if path == self.path else path
            if not piece.known or depth > 60:
                return Node("scalar", node.value if node.kind == "scalar" else "", at, "!Unknown", 0, home)
            whole = node.at == at and piece.path == path
            return node._replace(at=at, indent=node.indent if whole else 0, home=home)
        home = "" if piece.path == self.path else piece.path
        made: list[Any] = [self.expanded(self.resolve(one, piece.path), depth + 1) for one in node.elements()]
        for name, child in node.items():
            made.append((name._replace(home=home), self.expanded(self.resolve(child, piece.path), depth + 1)))
        return node._replace(value=tuple(made), home=home)

    def _text(self, text: str, node: Node, path: str) -> Piece:
        """A text with variables in it; a text that is one variable may become any node."""
        at = node.span(path)
        split = list(parts(text, self.opening, self.close))
        if not any(variable for _, variable in split):
            return Piece(node, path, at)
        if len(split) == 1 and not node.tag:
            found = self._variable(split[0][0], node, path)
            return found._replace(at=at)
        known = True
        references: tuple[Reference, ...] = ()
        built: list[str] = []
        for part, variable in split:
            if not variable:
                built.append(part)
                continue
            found = self._variable(part, node, path)
            references = _joined(references, found.references)
            if not found.known or found.node.kind != "scalar" or found.node.tag:
                known = False
            else:
                built.append(plain_text(found.node.value))
        whole = "".join(built)
        if not known or len(whole) > LENGTH:
            return Piece(node, path, at, False, references or (Reference("expression", text[:200], at),))
        return Piece(node._replace(value=whole), path, at, True, references)

    def _variable(self, inside: str, node: Node, path: str) -> Piece:
        """What stands between the braces: sources from left to right, the first that gives something wins."""
        at = node.span(path)
        references: tuple[Reference, ...] = ()
        hard = False
        for source in sources(inside):
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
        """Whether a default behind this may be what is deployed."""
        return reference.kind in SOFT

    def _source(self, source: str, node: Node, path: str) -> Piece | None:
        """One source: a literal or `type(parameters):address`. None when it gives nothing."""
        at = node.span(path)
        plain = literal(source)
        if plain is not None:
            made = node._replace(kind="scalar", value=plain[0], tag="")
            if isinstance(plain[0], str) and self.opening in plain[0]:
                return self._text(plain[0], made, path)
            return Piece(made, path, at)
        if self.opening in source:
            whole = self._text(source, node, path)
            split = list(parts(source, self.opening, self.close))
            if whole.known and (whole.node.kind != "scalar" or split == [(split[0][0], True)]):
                return whole
            if whole.known:
                found = self._source(str(whole.node.value), node, path)
                if found is not None:
                    return found._replace(references=_joined(whole.references, found.references))
            elif split == [(split[0][0], True)]:
                return whole
            # What is chosen depends on who deploys: it is known if every choice says the same.
            wild = "".join("*" if variable else part for part, variable in split)
            shape = SOURCE.match(wild)
            if whole.references and shape is not None and shape[1] == "self" and all(map(self._soft, whole.references)):
                return self._choices(wild.partition(":")[2], node, path, whole)
            if shape is None or whole.known:
                return None
            return whole._replace(references=_joined((outside(shape, source, at),), whole.references))
        match = SOURCE.match(source)
        if match is None:
            return Piece(node, path, at, False, (Reference("expression", source[:200], at),))
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
        return Piece(node, path, at, False, (outside(match, source, at),))

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

    def _choices(self, address: str, node: Node, path: str, whole: Piece) -> Piece | None:
        """`self:a.*.c`: the one value that all choices have, else unknown with what each of them is made of."""
        found = [self.top()]
        for key in address.split("."):
            if key == "*":
                found = [one for piece in found for _, _, one in self.items(piece)]
            else:
                found = [one for piece in found if (one := self.child(piece, key)) is not None]
        if not found:
            return None
        references = whole.references
        for one in found:
            references = _joined(references, one.references)
        same = (
            all(one.known and one.node.kind == "scalar" for one in found)
            and len({repr(o.node.value) for o in found}) == 1
        )
        if same:
            return found[0]._replace(references=references)
        return Piece(node, path, node.span(path), False, references)

    def _walk(self, piece: Piece | None, address: str) -> Piece | None:
        for key in address.split(".") if address else ():
            if piece is None:
                return None
            piece = self.child(piece, key) if piece.known else piece._replace(references=_below(piece.references, key))
        return piece

    def _file(self, name: str, address: str, node: Node, path: str) -> Piece | None:
        at = node.span(path)
        target = self.local(name)
        unknown = Piece(node, path, at, False, (Reference("file", target if target is not None else name, at),))
        if target is None or not target.endswith(_READABLE):
            return unknown
        if target not in self.project.inventory.files:
            kept = Reference("absent-file", f"{target}:{address}", at)
            return unknown._replace(references=(kept,))
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


def _null(node: Node) -> bool:
    return node.kind == "scalar" and node.value is None


def _below(references: tuple[Reference, ...], key: str) -> tuple[Reference, ...]:
    """What a key of something unknown refers to: in a file that is not there, a longer address."""
    return tuple(
        one._replace(target=f"{one.target}.{key}" if not one.target.endswith(":") else one.target + key)
        if one.kind == "absent-file"
        else one
        for one in references
    )


def _joined(first: tuple[Reference, ...], second: tuple[Reference, ...]) -> tuple[Reference, ...]:
    if not first or not second:
        return first or second
    return tuple(dict.fromkeys(first + second))
