"""A folder's module and the arguments of one call of it in, what every name in it comes to out.

A module that nothing calls is a root; its variables take their values from tfvars files, else from their defaults.
"""

from __future__ import annotations

import posixpath

from lambdalint.dialects.terraform.copies import copy_frame, repeats
from lambdalint.dialects.terraform.evaluate import Frame, argument, evaluate
from lambdalint.dialects.terraform.folders import EMPTY, Folders, Module, Placed, called_folder, literal, source_of
from lambdalint.dialects.terraform.secrets import reference_kind
from lambdalint.dialects.terraform.terms import (
    HERE,
    NOTHING,
    UNKNOWN,
    Entries,
    Handle,
    Term,
    canonical,
    is_known,
)
from lambdalint.dialects.terraform.types import shaped
from lambdalint.model import Reference, Span
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.dialects.awscli.archives import Archives
    from lambdalint.languages.hcl import Body, Expression
    from lambdalint.model import Node, Project

CALLS = 12  # modules called in modules

# Attributes that are another argument's value.
_SAME = {
    ("aws_s3_bucket", "id"): "bucket",
    ("aws_s3_object", "id"): "key",
    ("aws_s3_bucket_object", "id"): "key",
    ("aws_lambda_function", "id"): "function_name",
    ("aws_cloudwatch_event_rule", "id"): "name",
    ("aws_cloudwatch_log_group", "id"): "name",
    ("aws_dynamodb_table", "id"): "name",
    ("aws_ssm_parameter", "id"): "name",
    ("terraform_data", "output"): "input",
    ("local_file", "id"): "filename",
}


class Run:
    """One pass over a project: the folders, what data files hold, and how much has been computed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.folders = Folders(project)
        self.steps = 0
        self.depth = 0
        self.data: dict[tuple[str, str], Term] = {}
        self.names: dict[str, list[str]] | None = None
        self.inputs: dict[str, dict[str, Term]] = {}  # of each terragrunt.hcl that another depends on
        self.scripts: list[Archives] | None = None  # what the scripts of the tree pack

    def by_name(self, name: str) -> list[str]:
        """The files of this name, in any folder."""
        if self.names is None:
            self.names = {}
            for path in self.project.inventory.files:
                self.names.setdefault(path.rpartition("/")[2], []).append(path)
        return self.names.get(name, [])

    def data_file(self, path: str, language: str) -> Term:
        """A JSON or YAML file as a term whose parts stand where the file writes them."""
        if (path, language) not in self.data:
            document = self.project.document(path, language)
            known = document is not None and isinstance(document.facts, tuple) and len(document.facts) == 1
            term = node_term(document.facts[0], path) if document is not None and known else NOTHING
            self.data[path, language] = term._replace(references=(Reference("file", path),)) if not known else term
        return self.data[path, language]


def node_term(node: Node, path: str) -> Term:
    """A node of a data file as a term."""
    span = node.span(path)
    if node.kind == "mapping":
        terms = {str(key.value): node_term(value, path) for key, value in node.items()}
        return Term(Entries(terms, {str(key.value): key.span(path) for key, _ in node.items()}), span)
    if node.kind == "sequence":
        return Term(tuple(node_term(value, path) for value in node.elements()), span)
    return Term(node.value, span)


class Instance:
    """A module bound to the arguments of one call; answers what the names in it come to, each once."""

    def __init__(
        self,
        run: Run,
        module: Module,
        parent: Instance | None = None,
        address: str = "",
        arguments: dict[str, Term] | None = None,
        call: tuple[Body, Frame] | None = None,
    ) -> None:
        self.run = run
        self.module = module
        self.parent = parent
        self.root: Instance = parent.root if parent else self
        self.address = address  # "module.a.module.b", "" for a root
        self.arguments = arguments  # given from outside, as by Terragrunt
        self.call = call  # the block that calls this module and the frame its arguments are evaluated in
        self.label = ""  # tells two callers of one root apart, such as two Terragrunt folders
        self.depth: int = parent.depth + 1 if parent else 0
        self.memo: dict[Any, Term] = {}
        self.children: dict[Any, Instance | None] = {}
        self.given: dict[str, Term] | None = None
        self.makers: list[Archives] | None = None  # what the module's own commands pack

    def frame(self, path: str) -> Frame:
        """The names of this instance, for expressions of one of its files."""
        return Frame(self, path)

    # ------------------------------------------------------------------------------------------------- names

    def lookup(self, name: str, steps: list[Any]) -> tuple[Term, int]:
        """What a traversal starts at, and how many of its steps are left to walk."""
        first = steps[0] if steps and isinstance(steps[0], str) else ""
        if name == "var" and first:
            return self.once(("var", first), self.variable, first), len(steps) - 1
        if name == "local" and first:
            return self.local_path(first, steps[1:])
        if name == "path" and first:
            folder = {"module": self.module.folder, "root": self.root.module.folder}.get(first)
            return Term(HERE + (self.root.module.folder if folder is None else folder)), len(steps) - 1
        if name == "module" and first:
            return self.called(first, steps[1:])
        if name in ("terraform", "tofu", "each", "count", "self") or not first:
            form = ".".join([name, *(step for step in steps if isinstance(step, str))])
            return Term(UNKNOWN, None, (Reference("expression", form),), (), f"${{{form}}}"), 0
        if name in ("data", "ephemeral") and len(steps) > 1 and isinstance(steps[1], str):
            return self.resource("data", first, steps[1], steps[2:])
        return self.resource("managed", name, first, steps[1:])

    def once(self, key: Any, compute: Any, *arguments: Any) -> Term:
        """Compute a name's term the first time; a name that needs itself is unknown."""
        if key not in self.memo:
            self.memo[key] = NOTHING
            depth = self.run.depth
            self.memo[key] = compute(*arguments)
            self.run.depth = depth
        return self.memo[key]

    def variable(self, name: str) -> Term:
        """What `var.name` comes to: what the call gives, else tfvars, else the default."""
        placed = self.module.variables.get(name)
        body: Body = placed.block.body if placed else EMPTY
        kind: Any = "parameter"
        if literal(body, "sensitive") is True:
            kind = "secret-parameter"
        target = f"var.{name}"
        bound = self.bound(name)
        assumed = False
        span = placed_span(placed)
        if bound is None or (bound.data is None and literal(body, "nullable") is False):
            if placed is None or "default" not in body.attributes:
                text = f"${{{self.address}{'.' if self.address else ''}{target}}}"
                return Term(UNKNOWN, None, (Reference(kind, target, span),), (), text)
            bound = argument(body, "default", self.frame(placed.path))
            assumed = self.call is None and self.arguments is None
        if bound.span is not None:
            span = bound.span
        if placed is not None and "type" in body.attributes:
            bound = shaped(body.attributes["type"].value, bound, self.frame(placed.path))
        if bound.data is None:
            return bound._replace(assumed=bound.assumed or assumed)
        references = tuple(dict.fromkeys((Reference(kind, target, span), *bound.references)))
        return bound._replace(references=references, assumed=bound.assumed or assumed)

    def bound(self, name: str) -> Term | None:
        """A variable as the call sets it, or for a root its tfvars files; None when nothing does."""
        if self.call is not None:
            body, frame = self.call
            return evaluate(body.attributes[name].value, frame) if name in body.attributes else None
        if self.arguments is not None:
            return self.arguments.get(name)
        if self.given is None:
            from lambdalint.dialects.terraform.tfvars import root_values

            self.given = root_values(self)
        return self.given.get(name)

    def local_path(self, name: str, steps: list[Any]) -> tuple[Term, int]:
        """A local's part that the steps lead to, without evaluating the rest of a large object; the steps left."""
        placed = self.module.locals.get(name)
        found = placed.block.value if placed is not None else None
        keys: list[str] = []
        while found is not None and found.kind == "object" and len(keys) < len(steps):
            step = steps[len(keys)]
            key = step if isinstance(step, str) else step.data if isinstance(step, Term) else None
            inner = None
            if isinstance(key, str) and all(pair[0].kind == "literal" for pair in found.value):
                inner = next((pair[1] for pair in reversed(found.value) if pair[0].value == key), None)
            if inner is None or not isinstance(key, str):
                break
            keys.append(key)
            found = inner
        return self.once(("local", name, *keys), self.local, name, placed, found), len(steps) - len(keys)

    def local(self, name: str, placed: Placed | None, expression: Expression | None) -> Term:
        """What `local.name` comes to."""
        if placed is None or expression is None:
            return NOTHING
        found = evaluate(expression, self.frame(placed.path))
        return found if is_known(found) or found.text or found.references else found._replace(text=f"${{local.{name}}}")

    # --------------------------------------------------------------------------------------------- resources

    def resource(self, mode: str, kind: str, name: str, steps: list[Any]) -> tuple[Term, int]:
        """What a name of a resource comes to, and how many of the steps after it that took."""
        placed = self.module.resources.get((mode, kind, name))
        key: Any = None
        rest = list(steps)
        repeated = placed is not None and repeats(placed.block.body)
        if rest and isinstance(rest[0], Term) and (repeated or placed is None):
            key = _key(rest[0])
            rest = rest[1:]
        elif repeated and rest and rest[0] is None:
            return self._splat(mode, kind, name), 0  # whatever is asked of one copy, is asked of each
        address = f"{'data.' if mode == 'data' else ''}{kind}.{name}"
        first = rest[0] if rest and isinstance(rest[0], str) else ""
        if not first:
            handle = Handle(self, address, key, "")
            form = f"${{{self.prefix()}{address}}}"
            return Term(UNKNOWN, None, (Reference("resource", address),), (handle,), form), len(rest)
        memo = ("resource", address, repr(key), first)
        return self.once(memo, self.attribute, placed, mode, kind, address, key, first), len(rest) - 1

    def _splat(self, mode: str, kind: str, name: str) -> Term:
        address = f"{'data.' if mode == 'data' else ''}{kind}.{name}"
        handle = Handle(self, address, None, "")
        form = f"${{{self.prefix()}{address}}}"
        return Term((Term(UNKNOWN, None, (Reference("resource", address),), (handle,), form),))

    def attribute(self, placed: Placed | None, mode: str, kind: str, address: str, key: Any, name: str) -> Term:
        """One attribute of a resource: what its block sets it to, else unknown; by reference in either case."""
        handle = Handle(self, address, key, name)
        term = NOTHING
        if placed is not None:
            frame = self.frame(placed.path)
            if repeats(placed.block.body):
                frame = copy_frame(placed.block.body, frame, key)
            written = _SAME.get((kind, name), name)
            if written in placed.block.body.attributes:
                term = argument(placed.block.body, written, frame)
            elif (kind, name) == ("local_file", "content") and mode == "data":
                file = self.path_of(argument(placed.block.body, "filename", frame))
                term = Term(UNKNOWN, None, (Reference("file", file),) if file else (), (), f"${{file:{file}}}")
            elif name == "rendered":
                term = argument(placed.block.body, "vars", frame)._replace(data=UNKNOWN)
        if term.data is None:
            term = NOTHING
        kind_of = reference_kind(self, mode, kind, name, placed)
        target = f"{address}.{name}"
        if kind_of == "stored-value" and placed is not None:
            stored = canonical(argument(placed.block.body, "name", self.frame(placed.path)))
            target = f"ssm:{stored}" if stored else target
            kind_of = "secret-value" if stored.startswith("/aws/reference/secretsmanager/") else kind_of
        reference = Reference(kind_of, target, placed_span(placed))
        text = term.text or f"${{{self.prefix()}{address}{'' if key is None else f'[{key}]'}.{name}}}"
        references = tuple(dict.fromkeys((reference, *term.references)))
        handles = tuple(dict.fromkeys((handle, *term.handles)))
        return term._replace(references=references, handles=handles, text="" if is_known(term) else text)

    def prefix(self) -> str:
        """The address of the instance as it stands before those of its resources."""
        return f"{self.address}." if self.address else ""

    # ----------------------------------------------------------------------------------------------- modules

    def called(self, name: str, steps: list[Any]) -> tuple[Term, int]:
        """An output of a module call."""
        placed = self.module.calls.get(name)
        key: Any = None
        rest = list(steps)
        if rest and isinstance(rest[0], Term):
            key = _key(rest[0])
            rest = rest[1:]
        elif rest and rest[0] is None:
            form = f"${{{self.prefix()}module.{name}}}"
            return Term((Term(UNKNOWN, None, (), (Handle(self, f"module.{name}", None, ""),), form),)), 0
        output = rest[0] if rest and isinstance(rest[0], str) else ""
        address = f"module.{name}"
        if not output:
            form = f"${{{self.prefix()}{address}}}"
            return Term(UNKNOWN, None, (), (Handle(self, address, key, ""),), form), len(rest)
        memo = ("module", address, repr(key), output)
        return self.once(memo, self._output, placed, name, key, output), len(rest) - 1

    def _output(self, placed: Placed | None, name: str, key: Any, output: str) -> Term:
        address = f"module.{name}"
        child = self.child(name, key) if placed is not None else None
        handle = Handle(self, address, key, output)
        reference = Reference("resource", f"{address}.{output}", placed_span(placed))
        text = f"${{{self.prefix()}{address}{'' if key is None else f'[{key}]'}.{output}}}"
        found = child.module.outputs.get(output) if child is not None else None
        if child is None or found is None:
            return Term(UNKNOWN, None, (reference,), (handle,), text)
        term = argument(found.block.body, "value", child.frame(found.path))
        handles = tuple(dict.fromkeys((*term.handles, handle)))
        if is_known(term):
            return term._replace(handles=handles)
        return term._replace(references=term.references or (reference,), handles=handles, text=term.text or text)

    def child(self, name: str, key: Any = None) -> Instance | None:
        """The module that a call makes, None for a remote one or a folder that is not there."""
        if (name, key) in self.children:
            return self.children[name, key]
        self.children[name, key] = None
        placed = self.module.calls[name]
        folder = called_folder(self.module.folder, source_of(placed.block))
        module = self.run.folders.module(folder) if folder is not None and self.depth < CALLS else None
        ancestors = self
        while module is not None and ancestors is not None:
            if ancestors.module is module:
                module = None
            ancestors = ancestors.parent  # type: ignore[assignment]
        if module is None:
            return None
        frame = self.frame(placed.path)
        body = placed.block.body
        if repeats(body):
            frame = copy_frame(body, frame, key)
        suffix = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
        address = f"{self.prefix()}module.{name}{suffix}"
        self.children[name, key] = Instance(self.run, module, self, address, None, (body, frame))
        return self.children[name, key]

    # ------------------------------------------------------------------------------------------------- paths

    def path_of(self, term: Term) -> str | None:
        """A path as Terraform would take it, relative to the linted root; None when it cannot be told or lies above."""
        if not isinstance(term.data, str) or not term.data:
            return None
        text = term.data
        if text.startswith(HERE):
            text = text[len(HERE) :].lstrip("/")
        elif text.startswith(("/", "~", "s3://", "http")):
            return None
        else:
            text = posixpath.join(self.root.module.folder, text)
        found = posixpath.normpath(text) if text else ""
        if HERE in found or found == ".." or found.startswith("../"):
            return None
        return "" if found == "." else found


def _key(index: Term) -> Any:
    """A for_each key or count index, None when it cannot be told."""
    return index.data if isinstance(index.data, (str, int)) else None


def placed_span(placed: Placed | None) -> Span | None:
    """The header of a block."""
    return Span(placed.path, *placed.block.at) if placed is not None else None
