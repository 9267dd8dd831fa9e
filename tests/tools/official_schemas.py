"""A folder with published schemas in, a verdict for each format out: the tests' reports through the schemas themselves.

    python -m tests.tools.official_schemas FOLDER

FOLDER holds any of sarif-schema-2.1.0.json (OASIS), DiagnosticResult.json (reviewdog, proto/rdf/jsonschema) and
junit-10.xsd (Jenkins xunit plugin; needs `pip install xmlschema`). They are not part of this repository. A schema that
is not there is said to be missing; the exit code is 1 when one is missing or a report does not fit.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lambdalint.model import Problem, Related, Report, Span
from lambdalint.report import renderer
from tests.reports import CONNECTION, PASSWORD, context, finding, report

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMAS = {"sarif": "sarif-schema-2.1.0.json", "rdjson": "DiagnosticResult.json", "junit": "junit-10.xsd"}


def reports() -> dict[str, Report]:
    """The reports to try: none, all there is, and hostile texts."""
    nasty = "a]]>\x00\x1b%\r\n\ud800\ufffe<b>"
    odd = finding(nasty, f"a b/{nasty}: c.py", 3, 7, 5, 2)._replace(related=(Related(Span(nasty, 1, 1, 1, 1), nasty),))
    return {
        "empty": Report("", (), (), ()),
        "full": report(CONNECTION, PASSWORD, finding("info", severity="info"), problems=(Problem("a.yaml", 0, "tab"),)),
        "nasty": report(odd, problems=(Problem(nasty, 1, nasty),)),
    }


def checker(path: Path) -> Callable[[str], list[str]]:
    """Text in, what the schema finds wrong with it out."""
    if path.suffix == ".xsd":
        import xmlschema  # type: ignore[import-not-found, unused-ignore]

        schema = xmlschema.XMLSchema(str(path))
        return lambda text: [str(error) for error in schema.iter_errors(text)]
    from jsonschema import Draft4Validator, FormatChecker

    validator = Draft4Validator(json.loads(path.read_text(encoding="utf-8")), format_checker=FormatChecker())
    return lambda text: [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))]


def main(folder: Path) -> int:
    """The exit code."""
    wrong = 0
    for name, file in SCHEMAS.items():
        if not (folder / file).exists():
            print(f"{name}: {file} is missing")
            wrong += 1
            continue
        errors = checker(folder / file)
        for kind, made in reports().items():
            found = errors(renderer(name)(made, context()))
            print(f"{name}: {kind}: {'fits' if not found else ''}", *found, sep="\n  " if found else "")
            wrong += bool(found)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
