"""The data of the same-function and same-trigger tables in, docs/dialects.md out; every gap with its reason.

    python -m tests.tools.dialect_tables

The tables say only what `tests/dialects/test_same_function.py` and `test_same_trigger.py` hold the dialects to.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.dialects.same_function import EXPECTED, FILES, GAPS
from tests.dialects.same_trigger import BESIDE, CELLS
from tests.dialects.same_trigger import GAPS as TRIGGER_GAPS
from tests.dialects.same_trigger_words import COLUMN_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "dialects.md"
PARTS = ("sqs", "kinesis", "schedule")  # triggers whose own settings are compared
HEAD = """\
# Dialects

What lambdalint reads of a function in each way to declare one. `python -m tests.tools.dialect_tables` makes the tables
from what the tests hold the dialects to: one function with every setting, and one function for each thing that can
invoke it, written in every dialect that can say so, is the same function to the rules.

- **=** the same as in the other dialects: same value, same unit, same form.
- a number: not there, or not the same; the reason stands below the table.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *settings_table(), "", *triggers_table(), ""])


def settings_table() -> list[str]:
    """Setting x dialect."""
    reasons: dict[str, int] = {}
    lines = [
        "## Settings",
        "",
        "A row of a trigger stands for its own settings: batch size and window, partial responses, retries, age,",
        "bisecting, starting position, failure destination, schedule.",
        "",
        "| setting | " + " | ".join(FILES) + " |",
        "|---" * (len(FILES) + 1) + "|",
    ]
    for name in EXPECTED:
        cells = []
        for column in FILES:
            reason = GAPS.get(column, {}).get(name)
            cells.append("=" if reason is None else str(reasons.setdefault(reason, len(reasons) + 1)))
        label = f"settings of {name}" if name in PARTS else name
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return [*lines, "", *(f"{number}. {reason}" for reason, number in reasons.items())]


def triggers_table() -> list[str]:
    """Kind of event source x dialect."""
    reasons: dict[str, int] = {}
    lines = [
        "## Triggers",
        "",
        "`serverless.ts` is read as `serverless.yml` is, `cdk.out` as CloudFormation, CDK apps in TypeScript as those",
        "in Python. An answer of the Lambda API tells event source mappings only; a Dockerfile, nothing. *r*: the",
        "same, by the resource of CloudFormation beside the function; the dialect has no event of its own for it.",
        "",
        "| invoked by | " + " | ".join(COLUMN_NAMES) + " |",
        "|---" * (len(COLUMN_NAMES) + 1) + "|",
    ]
    for kind in sorted({*CELLS, *TRIGGER_GAPS}):
        row = []
        for column in COLUMN_NAMES:
            reason = TRIGGER_GAPS.get(kind, {}).get(column)
            if reason is not None:
                row.append(str(reasons.setdefault(reason, len(reasons) + 1)))
            else:
                row.append("=" if column in CELLS[kind] or column not in BESIDE else "r")
        lines.append(f"| {kind} | " + " | ".join(row) + " |")
    return [*lines, "", *(f"{number}. {reason}" for reason, number in reasons.items())]


def main() -> int:
    """Write the page."""
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
