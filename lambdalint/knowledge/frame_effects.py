"""A call that writes a data frame in, what it adds again when it is repeated out.

Source: the signatures of awswrangler 3 and pandas 2, read 2026-11-29.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import constant
from lambdalint.knowledge.repeats import Effect
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Call

# awswrangler: what appends unless its mode says otherwise.
TABLES = frozenset({"to_sql", "copy", "to_iceberg"})
FILES = frozenset({"to_parquet", "to_csv", "to_json", "to_orc"})


def frame_effect(step: Call) -> Effect | None:
    """The effect of rows that are added to a table, or to a data set as further files; None when there is none."""
    package, _, method = step.callee.rpartition(".")
    if package.startswith("pandas.") and method == "to_sql":
        appends = constant(step.keywords.get("if_exists")) == "append"
        return Effect(method, "it adds the rows again") if appends else None
    if not package.startswith("awswrangler.") or "**" in step.keywords:
        return None
    mode = step.keywords.get("mode")
    if (mode is not None and constant(mode) != "append") or "merge_cols" in step.keywords:
        return None
    if method in TABLES:
        return Effect(method, "it adds the rows again")
    if method in FILES and constant(step.keywords.get("dataset")) is True:
        return Effect(method, "it adds the files again")
    return None
