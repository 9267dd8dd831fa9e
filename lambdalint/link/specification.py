"""An OpenAPI document in, the dotted names of the functions that connexion runs for its operations out.

Source: connexion 3.3, resolver.py and security.py; `x-swagger-router-controller` is what version 2 of OpenAPI has.
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Node

METHODS = frozenset("get put post delete options head patch trace".split())
CONTROLLERS = ("x-openapi-router-controller", "x-swagger-router-controller")
CHECKS = ("x-basicInfoFunc", "x-bearerInfoFunc", "x-apikeyInfoFunc", "x-tokenInfoFunc", "x-scopeValidateFunc")


def operations(root: Node, resolver: str, package: str) -> Iterator[str]:
    """The functions of all operations, and those that check who asks.

    resolver: "" for connexion's own, "RestyResolver" or "RelativeResolver"; package: what these were given."""
    paths = root.get("paths")
    for path, methods in paths.items() if paths is not None else ():
        for method, operation in methods.items():
            if method.value in METHODS:
                name = _name(str(path.value), str(method.value), operation, resolver, package)
                if name:
                    yield name
    components = root.get("components")
    schemes = components.get("securitySchemes") if components is not None else root.get("securityDefinitions")
    for _, scheme in schemes.items() if schemes is not None else ():
        for key in CHECKS:
            name = _text(scheme, key)
            if name:
                yield name


def _text(node: Node, *keys: str) -> str:
    found = next((value for key in keys if (value := node.get(key)) is not None), None)
    return found.value if found is not None and isinstance(found.value, str) else ""


def _name(path: str, method: str, operation: Node, resolver: str, package: str) -> str:
    identity, controller = _text(operation, "operationId"), _text(operation, *CONTROLLERS)
    if identity:
        if not controller and resolver == "RelativeResolver":
            controller = package
        return f"{controller}.{identity}" if controller else identity
    if resolver != "RestyResolver":
        return ""
    parts = [part for part in path.split("/") if part]
    named = [part for part in parts if not part.startswith("{")]
    module = controller or ".".join([package, *named]).replace("-", "_")
    whole = method == "get" and bool(named) and not parts[-1].startswith("{")
    return f"{module}.{'search' if whole else method}"
