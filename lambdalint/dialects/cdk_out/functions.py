"""The templates that a CDK app synthesised in, declarations out, each with the sources that its asset is a copy of."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.cdk_out.assembly import Assembly, assembly
from lambdalint.dialects.cdk_out.assets import code_of_asset, layer_of_asset
from lambdalint.dialects.cloudformation import in_assembly
from lambdalint.dialects.cloudformation.join import join
from lambdalint.dialects.cloudformation.stack import Stack
from lambdalint.dialects.cloudformation.stacks import nest, share, stacks
from lambdalint.dialects.cloudformation.template import is_template
from lambdalint.dialects.cloudformation.triggers.targets import targets
from lambdalint.model import Trigger, Value
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Declaration, Node, Project

NONE = Assembly()

# Logical ids of the functions that constructs of aws-cdk-lib add for themselves.
OWN = pattern(
    r"(?:AWS679f53fac002430cb0da5b7982bd2287|LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a|"
    r"BucketNotificationsHandler050a0587b7544547bf325f094a3db834|"
    r"CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C)\w*\Z|"
    r"Custom(?:S3AutoDeleteObjects|VpcRestrictDefaultSG|CrossRegion\w*|ECRAutoDeleteImages|DynamoDBReplica|"
    r"AWSCDKOpenIdConnectProvider)CustomResourceProviderHandler[0-9A-F]{8}\Z|"
    r"\w*framework(?:onEvent|isComplete|onTimeout)[0-9A-F]{8}\Z"
)
USER_FUNCTIONS = ("USER_ON_EVENT_FUNCTION_ARN", "USER_IS_COMPLETE_FUNCTION_ARN")


def declarations(project: Project) -> Iterator[Declaration]:
    """Every function of every cloud assembly and of every snapshot of a template."""
    candidates = project.candidates("cdk_out")
    synthesised = [path for path in candidates if in_assembly(project, path)]
    assemblies = {folder: assembly(folder, project) for folder in {posixpath.dirname(path) for path in synthesised}}

    def locate(parent: Stack, name: str) -> str | None:
        return _nested(parent, name, assemblies[posixpath.dirname(parent.path)])

    yield from _built(stacks(project, synthesised, locate), assemblies, project)
    for path in candidates:
        if path.endswith(".snap"):
            document = project.document(path, "snapshot")
            roots = document.facts if document is not None and document.facts else ()
            found = [Stack(path, root) for root in roots if is_template(root)]
            nest(found)
            share(found)
            seen: set[str] = set()
            for declaration in _built(found, {}, project):
                # The same stack once a stage: the first stands for all of them.
                if declaration.id not in seen:
                    seen.add(declaration.id)
                    yield declaration


def _nested(parent: Stack, name: str, found: Assembly) -> str | None:
    """Where the template of a nested stack is: its URL ends in the asset's hash."""
    metadata = parent.resources[name][1].get("Metadata")
    named = _text(metadata, "aws:asset:path")
    if named is not None:
        return posixpath.join(posixpath.dirname(parent.path), named)
    value = parent.value(parent.properties(name).get("TemplateURL"))
    asset = found.asset_in(" ".join([str(value.known or ""), *(reference.target for reference in value.references)]))
    return asset.path if asset is not None else None


def _built(found: list[Stack], assemblies: Mapping[str, Assembly], project: Project) -> Iterator[Declaration]:
    by_path = {stack.path: stack for stack in found}
    for declaration in join(found, project):
        if OWN.match(declaration.id):
            continue
        stack = by_path[declaration.span.path]
        resource = stack.resources.get(declaration.id)
        metadata = resource[1].get("Metadata") if resource is not None else None
        settings = dict(declaration.settings)
        own_assembly = assemblies.get(posixpath.dirname(stack.path), NONE)
        path = _text(metadata, "aws:cdk:path") or _construct(own_assembly, stack.path, declaration.id)
        if path is not None:
            own = path.removesuffix("/Resource")
            settings["construct_path"] = Value((own,), None, written=False)
        code = declaration.code
        if code.kind in ("bucket", "image", "unknown"):
            code = code_of_asset(stack, declaration, metadata, own_assembly, project) or code
        yield declaration._replace(
            dialect="cdk",
            code=code,
            layers=tuple(layer_of_asset(stack, layer, own_assembly, project) for layer in declaration.layers),
            settings=settings,
            triggers=declaration.triggers + tuple(_provided(stack, declaration.id)),
            build_of=_app(declaration.span.path, project),
        )


def _construct(found: Assembly, path: str, name: str) -> str | None:
    """The construct of a logical id, by the manifest; a nested stack's are told with those of the stack around it."""
    if path in found.constructs:
        return found.constructs[path].get(name)
    told = {constructs[name] for constructs in found.constructs.values() if name in constructs}
    return told.pop() if len(told) == 1 else None


def _provided(stack: Stack, name: str) -> Iterator[Trigger]:
    """Custom resources that reach a function through the CDK's provider framework."""
    for other, (key, _) in stack.resources.items():
        if not OWN.match(other):
            continue
        environment = stack.look(stack.properties(other).get("Environment"))
        listed = stack.look(environment.get("Variables")) if environment is not None else None
        for variable in USER_FUNCTIONS:
            node = listed.get(variable) if listed is not None else None
            if any(target == name for _, target in targets(stack, node)):
                yield Trigger("cloudformation", "async", key.span(stack.path), other)


def _text(node: Node | None, key: str) -> str | None:
    found = node.get(key) if node is not None else None
    return found.value if found is not None and isinstance(found.value, str) else None


def _app(path: str, project: Project) -> str | None:
    """The nearest cdk.json above a synthesised file."""
    folder = posixpath.dirname(path)
    while True:
        candidate = posixpath.join(folder, "cdk.json")
        if candidate in project.inventory.files:
            return candidate
        if not folder:
            return None
        folder = posixpath.dirname(folder)
