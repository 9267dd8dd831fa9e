"""Code roots and the inventory in, modules by name out: what `import x.y` finds in the package of one function.

A function's own roots come first, as its interpreter would search them: the package root, then its layers. What is
found in none of them may still be part of the project, put beside the handler by a build (a shared folder, a layer that
another stack makes, an installable package of the repository); such a module is taken when only one in the repository
fits, and never when its name is that of the standard library or of a known distribution.
"""

from __future__ import annotations

import posixpath
import sys

from lambdalint.languages.python.interpret.world import Located
from lambdalint.link.paths import is_test
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from lambdalint.model import Document, Inventory

    Ask = Callable[[str, str], Document | None]

# Names a project does not give its own modules, even when a copy of the distribution lies in the tree.
OUTSIDE = frozenset(
    "boto3 botocore s3transfer jmespath urllib3 requests dateutil six certifi idna chardet charset_normalizer pydantic"
    " pydantic_core aws_lambda_powertools aws_xray_sdk numpy pandas yaml jinja2 click flask fastapi starlette django"
    " sqlalchemy pymysql psycopg2 psycopg redis pymongo pytest moto attr attrs typing_extensions cfnresponse crhelper"
    " aws_cdk constructs chalice zappa mangum jwt jose cryptography PIL google elasticsearch opensearchpy aiohttp httpx"
    " setuptools pkg_resources pip wheel simplejson orjson wrapt markupsafe werkzeug itsdangerous"
    " docutils awscrt".split()
)
SOURCES = ("", "src", "python", "lib", "layer", "layers", "shared", "common")
_RANK = {source: rank for rank, source in enumerate(SOURCES)}


class Index:
    """Python modules and folders of the whole repository by the last part of their name; made once."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.by_name: dict[str, list[str]] = {}
        self.tests: dict[str, list[str]] = {}  # the same for what looks like test code
        for path in inventory.files:
            if path.endswith(".py"):
                folder, _, file = path.rpartition("/")
                name = file[:-3] if file != "__init__.py" else folder.rpartition("/")[2]
                (self.tests if is_test(path) else self.by_name).setdefault(name, []).append(path)
        self.folders: dict[str, list[str]] = {}
        for path in inventory.folders:
            self.folders.setdefault(path.rpartition("/")[2], []).append(path)

        self._holders: dict[str, frozenset[str]] = {}

    def holders(self, top: str) -> frozenset[str]:
        """The folders of the repository in which something is called like the first part of a dotted name."""
        known = self._holders.get(top)
        if known is None:
            modules = (*self.by_name.get(top, ()), *self.tests.get(top, ()))
            paths = [*self.folders.get(top, ()), *(path for path in modules if path.rpartition("/")[2] == f"{top}.py")]
            known = self._holders[top] = frozenset(path.rpartition("/")[0] for path in paths)
        return known

    def nearest(self, dotted: str, importer: str, but: Collection[str] = ()) -> str | None:
        """The one file of the repository that can be meant by a dotted name; among several, the clearly nearest.
        but: files that are not meant."""
        relative = dotted.replace(".", "/")
        ending, package = f"/{relative}.py", f"/{relative}/__init__.py"
        found = [
            path
            for path in self.by_name.get(dotted.rpartition(".")[2], ())
            if path not in but and (f"/{path}".endswith(ending) or f"/{path}".endswith(package))
        ]
        if "." not in dotted:
            # A module inside a package is imported under the package's name, not its own.
            files = self.inventory.files
            found = [path for path in found if _outer(path, package) + "__init__.py" not in files]
        if len(found) <= 1:
            return found[0] if found else None
        ranked = sorted(found, key=lambda path: -_shared(path, importer))
        return ranked[0] if _shared(ranked[0], importer) > _shared(ranked[1], importer) else None


def _outer(path: str, package: str) -> str:
    folder = path.rpartition("/")[0]
    if f"/{path}".endswith(package):
        folder = folder.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _shared(path: str, other: str) -> int:
    count = 0
    for one, two in zip(path.split("/"), other.split("/"), strict=False):
        if one != two:
            break
        count += 1
    return count


def _upwards(path: str) -> Iterator[str]:
    """The folder of a file and those above it, the root ("") last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


class Finder:
    """Finds modules for one function. roots: folders on its import path, most important first."""

    def __init__(self, roots: Iterable[str], inventory: Inventory, index: Index, document: Ask) -> None:
        self.roots = tuple(dict.fromkeys(roots))
        self.inventory = inventory
        self.index = index
        self.document = document
        self._known: dict[tuple[str, str], Located | None] = {}

    def find(self, dotted: str, importer: str) -> Located | None:
        """The module of an absolute dotted name, None when it is not of this project."""
        key = (dotted, "" if self._in_roots(importer) else importer)
        if key not in self._known:
            self._known[key] = self._find(dotted, importer)
        return self._known[key]

    def _in_roots(self, importer: str) -> bool:
        return any(not root or importer.startswith(f"{root}/") for root in self.roots)

    def _find(self, dotted: str, importer: str) -> Located | None:
        top = dotted.partition(".")[0]
        if top in OUTSIDE or top in sys.stdlib_module_names or not self.index.holders(top):
            return None
        installed: set[str] = set()  # copies of what may have its source elsewhere in the repository
        for root in self.roots:
            located = self._below(root, dotted)
            if located is not None:
                if not self._vendored(root, top):
                    return located
                installed.add(located.path)
        located = self._beside(dotted, importer)
        if located is not None and located.path not in installed:
            return located
        path = self.index.nearest(dotted, importer, installed)
        if path is not None:
            return Located(path, dotted, path.endswith("__init__.py"))
        return self._elsewhere(dotted) if not installed else None

    def _below(self, root: str, dotted: str) -> Located | None:
        base = f"{root}/" if root else ""
        place = base + dotted.replace(".", "/")
        if f"{place}/__init__.py" in self.inventory.files:
            return Located(f"{place}/__init__.py", dotted, True)
        if f"{place}.py" in self.inventory.files:
            return Located(f"{place}.py", dotted, False)
        if place in self.inventory.folders and any(path.endswith(".py") for path in self.inventory.under(place)):
            return Located("", dotted, True)
        return None

    def _vendored(self, root: str, top: str) -> bool:
        """A distribution installed into the code root is not the project's own code."""
        base = f"{root}/" if root else ""
        names = {top.lower(), top.lower().replace("_", "-")}
        for path in self.inventory.folders:
            if path.startswith(base) and path.endswith((".dist-info", ".egg-info")):
                folder = path[len(base) :]
                if "/" not in folder and folder.lower().replace("_", "-").rsplit("-", 2)[0] in names:
                    return True
        return False

    def _beside(self, dotted: str, importer: str) -> Located | None:
        """A module in the importing file's folder, or in one above it: scripts and monorepos put these on the path."""
        found: list[tuple[int, int, str]] = []
        for root in self.index.holders(dotted.partition(".")[0]):
            above, _, last = root.rpartition("/")
            for folder, source in (root, ""), (above, last):
                if source in _RANK and (not folder or importer.startswith(f"{folder}/")):
                    found.append((-len(folder), _RANK[source], root))
        for _, _, root in sorted(found):
            located = self._below(root, dotted)
            if located is not None and located.path:
                return located
        return None

    def _elsewhere(self, dotted: str) -> Located | None:
        """A namespace package: known only by the modules below it, which `find` is asked for by their full name."""
        whole = dotted.replace(".", "/")
        ending = f"/{whole}"
        named = self.index.folders.get(whole.rpartition("/")[2], ())
        places = [path for path in named if path.endswith(ending) or path == whole]
        if len(places) == 1 and any(path.endswith(".py") for path in self.inventory.under(places[0])):
            return Located("", dotted, True)
        return None

    def named(self, name: str) -> list[Located]:
        """Every module of the repository whose last name is this, under the first root that holds it."""
        found = []
        for path in self.index.by_name.get(name, ()):
            root = next((root for root in self.roots if not root or path.startswith(f"{root}/")), None)
            if root is not None:
                found.append(Located(path, self._dotted(path.removesuffix("/__init__.py").removesuffix(".py")), False))
        return found

    def inside(self, dotted: str, importer: str) -> list[Located]:
        """The modules that lie directly in the package of this name, at the first place that has it."""
        place = dotted.replace(".", "/")
        for root in (*self.roots, *_upwards(importer)):
            folder = f"{root}/{place}" if root else place
            if folder in self.inventory.folders:
                paths = sorted(path for path in self.inventory.under(folder) if path.endswith(".py"))
                stems = [path[len(folder) + 1 : -3] for path in paths]
                direct = [stem for stem in stems if "/" not in stem and stem != "__init__"]
                return [Located(f"{folder}/{stem}.py", f"{dotted}.{stem}", False) for stem in direct]
        return []

    def operations(self, spec: str, importer: str, resolver: str, package: str) -> list[str]:
        """The functions that an OpenAPI document names: of the importing file's folder, else of a root."""
        from lambdalint.link.specification import operations

        for folder in (importer.rpartition("/")[0], *self.roots):
            path = posixpath.normpath(posixpath.join(folder, spec))
            if path in self.inventory.files:
                read = self.document(path, "json" if path.endswith(".json") else "yaml")
                root = read.facts[0] if read is not None and read.facts else None
                return list(operations(root, resolver, package)) if root is not None else []
        return []

    def relative(self, level: int, module: str, importer: str) -> Located | None:
        """The module of `from ..module import`, by where the importing file lies."""
        folder = importer.rpartition("/")[0]
        for _ in range(level - 1):
            folder = folder.rpartition("/")[0]
        place = "/".join(part for part in (folder, module.replace(".", "/")) if part)
        dotted = self._dotted(place)
        if f"{place}.py" in self.inventory.files and module:
            return Located(f"{place}.py", dotted, False)
        if f"{place}/__init__.py" in self.inventory.files:
            return Located(f"{place}/__init__.py", dotted, True)
        if place in self.inventory.folders:
            return Located("", dotted, True)
        return None

    def _dotted(self, place: str) -> str:
        for root in self.roots:
            if not root or place.startswith(f"{root}/"):
                return place[len(root) + 1 if root else 0 :].replace("/", ".")
        return place.replace("/", ".")
