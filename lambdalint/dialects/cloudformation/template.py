"""A document's tree in, the template's tree out: loops written out, local includes put in, SAM's Globals merged."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.cloudformation.intrinsics import intrinsic
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Node, Project

LOOPS = 2_000  # entries that all loops of a template may write out together
FUNCTION, SERVERLESS_FUNCTION = "AWS::Lambda::Function", "AWS::Serverless::Function"

# Properties of a function that SAM's Globals do not take (facts: README section 5).
NOT_GLOBAL = frozenset(
    {
        "AutoPublishCodeSha256",
        "Events",
        "FunctionName",
        "ImageConfig",
        "ImageUri",
        "InlineCode",
        "PackageType",
        "Policies",
        "Role",
        "VersionDescription",
    }
)


def is_template(root: Node) -> bool:
    """Whether a tree is a CloudFormation template: Resources, one of them with a Type."""
    resources = root.get("Resources")
    if resources is None or resources.kind != "mapping":
        return False
    for name, resource in resources.value:
        if isinstance(name.value, str) and name.value.startswith("Fn::ForEach"):
            return True
        kind = resource.get("Type")
        if kind is not None and isinstance(kind.value, str) and "::" in kind.value:
            return True
    return False


def written_out(root: Node) -> Node:
    """The template with its `Fn::ForEach` loops over literal collections written out; others are left alone."""
    pairs = []
    left = [LOOPS]
    for key, value in root.value:
        if key.value in ("Resources", "Outputs", "Conditions"):
            value = _loops(value, root, 0, left)
        pairs.append((key, value))
    return root._replace(value=tuple(pairs))


def _loops(node: Node, root: Node, depth: int, left: list[int]) -> Node:
    """Every loop at any depth of a tree written out. left: how many entries there may still be."""
    if depth > 40:
        return node
    if node.kind == "sequence":
        made = tuple(_loops(child, root, depth + 1, left) for child in node.value)
        return node if all(map(_same, made, node.value)) else node._replace(value=made)
    if node.kind != "mapping":
        return node
    pairs: list[tuple[Node, Node]] = []
    changed = False
    for key, value in node.value:
        if isinstance(key.value, str) and key.value.startswith("Fn::ForEach::"):
            written = _loop(value, root, left)
            if written is not None:
                changed = True
                pairs.extend(_loops(node._replace(value=tuple(written)), root, depth + 1, left).value)
                continue
        child = _loops(value, root, depth + 1, left)
        changed = changed or child is not value
        pairs.append((key, child))
    return node._replace(value=tuple(pairs)) if changed else node


def _same(left: Node, right: Node) -> bool:
    return left is right


def _loop(value: Node, root: Node, left: list[int]) -> list[tuple[Node, Node]] | None:
    """The pairs one `Fn::ForEach` stands for; None when its collection cannot be told."""
    parts = value.elements()
    if len(parts) != 3 or not isinstance(parts[0].value, str) or parts[2].kind != "mapping":
        return None
    texts = _collection(parts[1], root)
    if texts is None or len(texts) * len(parts[2].value) > left[0]:
        return None
    left[0] -= len(texts) * len(parts[2].value)
    pairs = []
    for text in texts:
        for key, child in parts[2].value:
            pairs.append((_bind(key, parts[0].value, text), _bind(child, parts[0].value, text)))
    return pairs


def _collection(node: Node, root: Node) -> list[str] | None:
    found = intrinsic(node)
    if found is not None and found[0] == "Ref":
        declared = (root.get("Parameters") or node).get(str(found[1].value))
        default = declared.get("Default") if declared is not None else None
        if default is None or not isinstance(default.value, str):
            return None
        return [part.strip() for part in default.value.split(",")]
    if found is not None or node.kind != "sequence":
        return None
    texts = [child.value for child in node.value if child.kind == "scalar" and intrinsic(child) is None]
    return [str(text) for text in texts] if len(texts) == len(node.value) else None


def _bind(node: Node, name: str, text: str) -> Node:
    """A tree with a loop's variable replaced: `${Name}` and `&{Name}` in texts, `Ref: Name`."""
    if node.kind == "scalar":
        if node.tag == "!Ref" and node.value == name:
            return node._replace(value=text, tag="")
        if isinstance(node.value, str) and name in node.value:
            plain = re.sub(r"[^A-Za-z0-9]", "", text)
            return node._replace(value=node.value.replace("${" + name + "}", text).replace("&{" + name + "}", plain))
        return node
    if node.kind == "sequence":
        return node._replace(value=tuple(_bind(child, name, text) for child in node.value))
    if len(node.value) == 1 and node.value[0][0].value == "Ref" and node.value[0][1].value == name:
        return node.value[0][1]._replace(value=text)  # type: ignore[no-any-return]
    return node._replace(value=tuple((_bind(key, name, text), _bind(child, name, text)) for key, child in node.value))


# -------------------------------------------------------------------------------------------------------- includes


def with_includes(root: Node, path: str, project: Project) -> Node:
    """The template with local files put in: `Fn::Transform` AWS::Include and `!Rain::Embed` of a file in the tree.

    What an included file declares is reported where it stands in that file.
    """
    return _include(root, posixpath.dirname(path), project, 0)


def _include(node: Node, folder: str, project: Project, depth: int) -> Node:
    if depth > 40:
        return node
    if node.kind == "scalar":
        return node
    if node.kind == "sequence":
        made = tuple(_include(child, folder, project, depth + 1) for child in node.value)
        return node if all(map(_same, made, node.value)) else node._replace(value=made)
    pairs: list[tuple[Node, Node]] = []
    changed = False
    for key, value in node.value:
        if key.value == "Fn::Transform" or (value.tag == "!Transform" and value.kind == "mapping"):
            inner = _included(value, folder, project)
            if inner is not None:
                changed = True
                if key.value == "Fn::Transform":
                    pairs.extend(inner.value)
                else:
                    pairs.append((key, inner))
                continue
        child = _include(value, folder, project, depth + 1)
        changed = changed or child is not value
        pairs.append((key, child))
    return node._replace(value=tuple(pairs)) if changed else node


def _included(node: Node, folder: str, project: Project) -> Node | None:
    name, parameters = node.get("Name"), node.get("Parameters")
    location = parameters.get("Location") if parameters is not None else None
    if name is None or name.value != "AWS::Include" or location is None or not isinstance(location.value, str):
        return None
    if location.tag or ":" in location.value:
        return None
    document = project.document(posixpath.normpath(posixpath.join(folder, location.value)), "yaml")
    if document is None or not document.facts or document.facts[0].kind != "mapping":
        return None
    included: Node = document.facts[0]
    return included.of(document.path)


# --------------------------------------------------------------------------------------------------------- Globals


def with_globals(properties: Node, shared: Node | None, ignored: Node | None) -> Node:
    """A function's Properties with `Globals.Function` merged in as SAM does: maps deeply, lists one after the other
    (Architectures replaced), what the function writes over what is shared; `IgnoreGlobals` ("*" or names) turns it off.
    """
    if shared is None or shared.kind != "mapping":
        return properties
    if ignored is not None:
        if ignored.value == "*":
            return properties
        names = {child.value for child in ignored.elements()}
    else:
        names = set()
    kept = tuple((key, value) for key, value in shared.value if key.value not in names and key.value not in NOT_GLOBAL)
    return _merge(shared._replace(value=kept), properties, "")


def _merge(shared: Node, own: Node, key: str) -> Node:
    if shared.kind != own.kind or intrinsic(shared) is not None or intrinsic(own) is not None:
        return own
    if own.kind == "sequence":
        return own if key == "Architectures" else own._replace(value=shared.value + own.value)
    if own.kind != "mapping":
        return own
    written = {name.value: (name, value) for name, value in own.value if name.kind == "scalar"}
    pairs: list[tuple[Node, Node]] = []
    for name, value in shared.value:
        if name.value in written:
            own_name, own_value = written.pop(name.value)
            pairs.append((own_name, _merge(value, own_value, str(name.value))))
        else:
            pairs.append((name, value))
    pairs.extend(pair for pair in own.value if pair[0].kind != "scalar" or pair[0].value in written)
    return own._replace(value=tuple(pairs))
