"""A root module in, the values of its variables out: from the files Terraform reads by itself, or that all agree on."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.terraform.evaluate import argument, evaluate
from lambdalint.dialects.terraform.terms import UNKNOWN, Term, plain
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.dialects.terraform.instances import Instance


def root_values(instance: Instance) -> dict[str, Term]:
    """Variables of a root from the files Terraform reads by itself; else from -var-file files, where they agree."""
    run, folder = instance.run, instance.module.folder
    automatic: dict[str, Term] = {}
    chosen: dict[str, list[Term]] = {}
    for place, paths in run.folders.values.items():
        if place != folder and not (folder and place.startswith(folder + "/")) and (folder or "/" in place):
            continue
        if place != folder and place in run.folders.files:
            continue
        for path in paths:
            body = run.folders.body(path)
            if body is None:
                continue
            found = {name: evaluate(item.value, instance.frame(path)) for name, item in body.attributes.items()}
            name = posixpath.basename(path)
            if place == folder and (name.startswith("terraform.tfvars") or ".auto.tfvars" in name):
                automatic.update(found)
            else:
                for key, term in found.items():
                    chosen.setdefault(key, []).append(term)
    values = dict(automatic)
    for key, terms in chosen.items():
        known = [plain(term) for term in terms]
        if key in automatic:
            terms, known = [automatic[key], *terms], [plain(automatic[key]), *known]
        elif key in instance.module.variables and "default" in instance.module.variables[key].block.body.attributes:
            placed = instance.module.variables[key]
            terms = [argument(placed.block.body, "default", instance.frame(placed.path)), *terms]
            known.insert(0, plain(terms[0]))
        agreed = known[0] is not UNKNOWN and all(item == known[0] for item in known)
        values[key] = terms[0] if agreed else Term(UNKNOWN, terms[-1].span, (), (), f"${{var.{key}}}")
    return values
