"""A module imports only from layers below its own; checks see facts and never a parser; start-up stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "lambdalint"

# Top to bottom; modules on one line do not import each other, but for the parts of one folder.
LAYERS = [
    {"__main__"},
    {"cli"},
    {"server"},
    {"fix", "report", "settings"},
    {"session"},
    {"engine"},
    {"baseline", "joined"},
    {"project"},
    {"looks"},
    {"contents"},
    {"pool", "sources"},
    {"catalog", "suppress", "cache", "fingerprint"},
    {"checks"},
    {"link"},
    {"memory"},
    {"package", "rewrite"},
    {"read", "discover"},
    {"gitignore", "tree"},
    {"dialects"},
    {"languages"},
    {"knowledge"},
    {"mask"},
    {"model"},
    {"patterns", "forks", "nearest"},
    {"caching", "pickles", "digest", "modules"},
    {"typed"},
    {"records"},
    {""},  # the package itself: its version
]
LEVEL = {name: len(LAYERS) - index for index, names in enumerate(LAYERS) for name in names}
# The command line composes; it may name anything. Checks may name less than what is below them.
CHECKS_MAY = {"model", "typed", "patterns", "knowledge", "rewrite", "checks"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports anywhere, for types too, as dotted names below lambdalint."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            if module == "lambdalint":
                found |= {f"lambdalint.{alias.name}" for alias in node.names}
            else:
                found.add(module)
    return {name.partition(".")[2] for name in found if name.split(".")[0] == "lambdalint"}


def layer(dotted: str) -> str:
    return dotted.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = layer(".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip("."))
    assert own in LEVEL, f"{path} belongs to no layer"
    for name in imports(path):
        target = layer(name) if layer(name) in LEVEL else ""
        if target == own:
            continue
        assert LEVEL[target] < LEVEL[own], f"{own} imports {name}"
        if own == "checks":
            assert target in CHECKS_MAY, f"a check imports {name}"


def test_languages_know_no_aws() -> None:
    for path in (PACKAGE / "languages").rglob("*.py"):
        assert not any(name.startswith(("dialects", "knowledge")) for name in imports(path)), path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_typing_is_not_imported(path: Path) -> None:
    """`lambdalint.typed` has its names, at no cost; the server alone needs the real ones, as pygls reads them."""
    if "server" in path.parts or path.stem == "typed":
        return
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    guarded = {id(part) for node in ast.walk(tree) if isinstance(node, ast.If) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) not in guarded:
            assert not (isinstance(node, ast.ImportFrom) and node.module == "typing"), "take it from lambdalint.typed"


HEAVY = (
    "click yaml pygments libcst astroid tree_sitter tomli multiprocessing concurrent.futures dataclasses "
    "hashlib subprocess asyncio email inspect typing"
).split()


def test_a_plain_check_imports_nothing_heavy(tmp_path: Path) -> None:
    """Once a tree is known, a check of it starts without any parser, click or pygments."""
    (tmp_path / "lambdalint.toml").write_text("")
    (tmp_path / "app.py").write_text("def lambda_handler(event, context):\n    return event['id']\n")
    command = (
        "import sys\n"
        "from lambdalint.cli import main\n"
        "try:\n"
        "    main(['check', '-q'])\n"
        "except SystemExit as end:\n"
        "    print(end.code)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        ).stdout
        for _ in range(2)
    ]
    assert outputs[1] == "0\n[]\n"


def test_the_layers_are_those_of_the_documentation() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = page.partition("## Layers")[2].partition("```\n")[2].partition("```")[0]
    assert [set(line.split()) for line in drawn.splitlines()] == LAYERS[1:-1]
