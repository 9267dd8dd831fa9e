"""YAML and JSON text in, a tuple of Node (one a document) out, with positions; unknown tags stay as nodes.

PyYAML's C composer does the reading. Aliases are shared nodes, so an alias bomb costs nothing to read; the number of
nodes it would expand to is what is limited.
"""

from __future__ import annotations

from typing import Any

from lambdalint.model import Node, Problem

NODES = 2_000_000  # more than any template that can be deployed; a billion-laughs file has more than its atoms
DEPTH = 200


def parse(path: str, text: str) -> tuple[tuple[Node, ...] | None, tuple[Problem, ...]]:
    """Read every document of a YAML (or JSON) text. What cannot be read is one problem with its line."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if _deepest_flow(text) > DEPTH:
        return None, (Problem(path, 1, f"nested deeper than {DEPTH} levels"),)
    documents: list[Node] = []
    problems: list[Problem] = []
    converter = _Converter(path, problems)
    try:
        for root in yaml.compose_all(text, Loader=loader):
            documents.append(converter.convert(root, 0))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = " ".join(str(error.problem or error.context or error).split())
        problems.append(Problem(path, line, f"could not parse: {what}"))
        return tuple(documents) or None, tuple(problems)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problems.append(Problem(path, 1, f"could not parse: {' '.join(str(error).split())[:200]}"))
        return tuple(documents) or None, tuple(problems)
    except _TooLarge as error:
        problems.append(Problem(path, 1, str(error)))
        return None, tuple(problems)
    return tuple(documents), tuple(problems)


class _TooLarge(Exception):
    """The file expands to more than can be meant."""


class _Converter:
    """PyYAML nodes to Node; remembers aliased nodes and counts what they would expand to."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self.done: dict[int, tuple[Node, int]] = {}  # id of an aliased node -> its Node and expanded size
        self.open: set[int] = set()
        self.keep: list[Any] = []  # keeps ids of composed nodes from being used again
        self.size = 0

    def convert(self, node: Any, depth: int) -> Node:
        if depth > DEPTH:
            raise _TooLarge(f"nested deeper than {DEPTH} levels")
        mark = id(node)
        if mark in self.done:
            known, size = self.done[mark]
            self._count(size)
            return known
        if mark in self.open:
            raise _TooLarge("an alias refers to the node that it stands in")
        start, end = node.start_mark, node.end_mark
        at = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        tag = node.tag if node.tag.startswith("!") else ""
        if node.id == "scalar":
            self._count(1)
            value = node.value if tag else _scalar(node)
            indent = 0
            if node.style in ("|", ">"):
                indent = _indent(node)
            return Node("scalar", value, at, tag, indent)
        before = self.size
        self.open.add(mark)
        if node.id == "sequence":
            built = Node("sequence", tuple(self.convert(child, depth + 1) for child in node.value), at, tag)
        else:
            built = Node("mapping", self._pairs(node, depth), at, tag)
        self.open.discard(mark)
        self._count(1)
        self.done[mark] = (built, self.size - before)
        self.keep.append(node)
        return built

    def _pairs(self, node: Any, depth: int) -> tuple[tuple[Node, Node], ...]:
        pairs: list[tuple[Node, Node]] = []
        merged: list[tuple[Node, Node]] = []
        seen: dict[Any, int] = {}
        for key, value in node.value:
            name, content = self.convert(key, depth + 1), self.convert(value, depth + 1)
            if key.tag == "tag:yaml.org,2002:merge":
                sources = content.elements() or (content,)
                for source in sources:
                    merged.extend(source.items())
                continue
            if name.kind == "scalar":
                if name.value in seen:
                    first = seen[name.value]
                    self.problems.append(
                        Problem(self.path, name.at[0], f"duplicate key {name.value!r}, first on line {first}")
                    )
                seen.setdefault(name.value, name.at[0])
            pairs.append((name, content))
        own = {name.value for name, _ in pairs if name.kind == "scalar"}
        for name, content in merged:
            if name.kind == "scalar" and name.value not in own:
                own.add(name.value)
                pairs.append((name, content))
        return tuple(pairs)

    def _count(self, size: int) -> None:
        self.size += size
        if self.size > NODES:
            raise _TooLarge(f"expands to more than {NODES} nodes")


def _scalar(node: Any) -> Any:
    """The Python value of a plain scalar by YAML 1.1, as CloudFormation and Serverless read it; dates stay text."""
    tag = node.tag
    if tag == "tag:yaml.org,2002:str" or tag == "tag:yaml.org,2002:timestamp":
        return node.value
    if tag == "tag:yaml.org,2002:null":
        return None
    if tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in ("yes", "true", "on", "y")
    if tag == "tag:yaml.org,2002:int":
        return _integer(node.value)
    if tag == "tag:yaml.org,2002:float":
        try:
            return float(node.value.replace("_", ""))
        except ValueError:
            return node.value
    return node.value


def _integer(text: str) -> Any:
    plain = text.replace("_", "")
    sign = -1 if plain.startswith("-") else 1
    plain = plain.lstrip("+-")
    if len(plain) > 40:
        return text  # a number of thousands of digits takes quadratic time to convert and means nothing here
    try:
        if plain.startswith("0b"):
            return sign * int(plain[2:], 2)
        if plain.startswith("0x"):
            return sign * int(plain[2:], 16)
        if len(plain) > 1 and plain.startswith("0") and plain.isdigit():
            # An account id such as 012345678901 must keep its zeros; only real octal digits are a number.
            return sign * int(plain, 8) if len(plain) < 12 and not set(plain) & {"8", "9"} else text
        if ":" in plain:
            return text
        return sign * int(plain)
    except ValueError:
        return text


def _indent(node: Any) -> int:
    """The column at which the lines of a block scalar start: that of its first line that is not blank."""
    buffer = node.start_mark.buffer
    if buffer is not None:  # pragma: no cover - the C composer gives no buffer
        return 0
    return -1  # filled in by `locate`, which has the text


def locate(node: Node, lines: list[str]) -> Node:
    """The node with the indent of its block scalars taken from the file's lines."""
    if node.kind == "scalar":
        if node.indent != -1:
            return node
        for number in range(node.at[0], min(node.at[2], len(lines))):
            line = lines[number]
            if line.strip():
                return node._replace(indent=len(line) - len(line.lstrip()) + 1)
        return node._replace(indent=1)
    if node.kind == "sequence":
        return node._replace(value=tuple(locate(child, lines) for child in node.value))
    return node._replace(value=tuple((key, locate(value, lines)) for key, value in node.value))


def _deepest_flow(text: str) -> int:
    """An upper bound of how deep brackets nest: libyaml recurses on them in C, where no limit stops it."""
    if text.count("[") + text.count("{") <= DEPTH:
        return 0
    deepest = depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}" and depth:
            depth -= 1
    return deepest
