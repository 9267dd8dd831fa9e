"""Import and export statements of the tree in, their terms out; what they import and export is noted on the way."""

from __future__ import annotations

from lambdalint.languages.terms.facts import Export, Import, Term
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.typescript.lower import Lowering


def import_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    """Note what an import gives; it leaves no statement."""
    at = lowering.at(node)
    source = node.child_by_field_name("source")
    module = lowering.string(source) if source is not None else ""
    for clause in node.named_children:
        if clause.type == "import_require_clause":
            required = clause.child_by_field_name("source")
            name = lowering.inner(clause)
            if required is not None and name is not None:
                lowering.imports.append(Import(lowering.string(required), "*", lowering.text(name), at))
        if clause.type != "import_clause":
            continue
        for child in clause.named_children:
            if child.type == "identifier":
                lowering.imports.append(Import(module, "default", lowering.text(child), at))
            elif child.type == "namespace_import":
                name = lowering.inner(child)
                if name is not None:
                    lowering.imports.append(Import(module, "*", lowering.text(name), at))
            elif child.type == "named_imports":
                for one in child.named_children:
                    name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                    if name is not None:
                        local = lowering.text(alias if alias is not None else name)
                        lowering.imports.append(Import(module, lowering.plain(name), local, at))
    return []


def export_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    """Note what an export gives away; what it declares stays a statement."""
    source = node.child_by_field_name("source")
    module = lowering.string(source) if source is not None else ""
    declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
    default = any(child.type == "default" for child in node.children)
    if declaration is not None:
        inner = lowering.statement(declaration, depth)
        for term in inner:
            for name in declared_names(term):
                lowering.exports.append(Export("default" if default else name, name))
        return inner
    if value is not None:
        term = lowering.expression(value, depth)
        if default and term.kind in ("function", "class") and term.value.name:
            local = Term("name", term.value.name_at, term.value.name)
            lowering.exports.append(Export("default", term.value.name))
            return [Term("declare", term.at, "hoisted", (local, term))]
        return [Term("export", lowering.at(node), "default", (term,))]
    for child in node.named_children:
        if child.type == "export_clause":
            for one in child.named_children:
                name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                if name is not None:
                    exported = lowering.plain(alias if alias is not None else name)
                    lowering.exports.append(Export(exported, lowering.plain(name), module))
        elif child.type == "namespace_export":
            inner_name = lowering.inner(child)
            if inner_name is not None:
                lowering.exports.append(Export(lowering.plain(inner_name), "*", module))
        elif child.type not in ("string", "comment", "decorator"):
            return [Term("export", lowering.at(node), "=", (lowering.expression(child, depth),))]
    if module and not any(child.type in ("export_clause", "namespace_export") for child in node.named_children):
        lowering.exports.append(Export("*", "*", module))
    return []


def declared_names(term: Term) -> list[str]:
    """The names that a statement declares."""
    if term.kind == "declare":
        return _bound(term.parts[0])
    if term.kind in ("enum", "namespace"):
        return [term.value]
    return []


def _bound(pattern: Term) -> list[str]:
    if pattern.kind == "name":
        return [pattern.value]
    if pattern.kind == "pair":
        return _bound(pattern.parts[1])
    if pattern.kind in ("default", "rest"):
        return _bound(pattern.parts[0])
    return [name for part in pattern.parts for name in _bound(part)] if pattern.kind.endswith("-pattern") else []
