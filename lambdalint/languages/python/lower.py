"""A CPython syntax tree in, the same code as nested plain tuples out: facts that can be cached, sent and walked.

Why tuples: a walk from a handler needs the bodies of the functions it reaches, and only those. Tuples are read back
from the cache by `marshal` fifteen times faster than `ast.parse` makes the tree, and the body of a function stays a
packed string until something calls it.
"""

from __future__ import annotations

import _ast as ast  # the nodes alone: `ast` itself has twice our size, all of it for other uses
import marshal

from lambdalint.languages.python.facts import Assignment, Definition, Import, Module, Tuple, dotted
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lambdalint.model import Place


def lower(path: str, tree: ast.Module, text: str, starts: Sequence[tuple[int, int]] = ()) -> Module:
    """The module as facts. starts: for text that stands in another file, the (line, column) there of each line."""
    lowering = _Lowering(text, starts)
    body = lowering.block(tree.body)
    return Module(
        path,
        marshal.dumps(body),
        tuple(lowering.imports),
        tuple(lowering.definitions),
        tuple(lowering.assignments),
        tuple(node.name for node in tree.body if isinstance(node, ast.ClassDef)),
        frozenset(lowering.rebound),
    )


def _place(node: Any) -> Place:
    return (node.lineno, node.col_offset + 1, node.end_lineno, node.end_col_offset + 1)


class _Lowering:
    def __init__(self, text: str, starts: Sequence[tuple[int, int]] = ()) -> None:
        self.starts = starts
        # ast counts columns in UTF-8 bytes; only lines beyond ASCII differ from characters.
        self.lines = None if text.isascii() else [line.encode() for line in text.split("\n")]
        self.place: Callable[[Any], Place] = self._placed if starts or self.lines is not None else _place
        self.yields = [False]
        self.scope = "module"
        self.depth = 0  # functions and classes around
        self.first = ""  # first parameter of the function at the top of the module
        self.keys: set[str] = set()
        self.imports: list[Import] = []
        self.definitions: list[Definition] = []
        self.assignments: list[Assignment] = []
        self.rebound: set[str] = set()

    def _placed(self, node: Any) -> Place:
        line, column, end_line, end_column = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        if self.lines is not None:
            column = self._characters(line, column)
            end_column = self._characters(end_line, end_column)
        if self.starts:
            last = len(self.starts) - 1
            line, first = self.starts[min(line - 1, last)]
            end_line, end_first = self.starts[min(end_line - 1, last)]
            return (line, column + first, end_line, end_column + end_first)
        return (line, column + 1, end_line, end_column + 1)

    def _characters(self, line: int, column: int) -> int:
        raw = self.lines[line - 1] if self.lines and line <= len(self.lines) else b""
        return column if raw.isascii() else len(raw[:column].decode("utf-8", "replace"))

    # ------------------------------------------------------------------------------------------- statements

    def block(self, statements: Iterable[ast.stmt]) -> Tuple:
        lowered = []
        for statement in statements:
            make = _STATEMENTS.get(type(statement))
            if make is not None:
                lowered.append(make(self, statement))
        return tuple(lowered)

    def _expression_statement(self, node: Any) -> Tuple:
        return ("E", self.expression(node.value), self.place(node))

    def _assign(self, node: Any) -> Tuple:
        value = self.expression(node.value)
        if not self.depth:
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self.assignments.append(Assignment(target.id, dotted(value), self.place(target)))
        return ("=", self.expressions(node.targets), value, self.place(node))

    def _annotated(self, node: Any) -> Tuple:
        value = self.expression(node.value) if node.value is not None else None
        return ("A", self.expression(node.target), self.expression(node.annotation), value, self.place(node))

    def _augmented(self, node: Any) -> Tuple:
        operator = type(node.op).__name__
        return ("+=", self.expression(node.target), operator, self.expression(node.value), self.place(node))

    def _return(self, node: Any) -> Tuple:
        return ("R", self.optional(node.value), self.place(node))

    def _raise(self, node: Any) -> Tuple:
        return ("X", self.optional(node.exc), self.place(node))

    def _if(self, node: Any) -> Tuple:
        test = self.expression(node.test)
        outer, self.scope = self.scope, _scope(test) or self.scope
        body = self.block(node.body)
        self.scope = outer
        return ("I", test, body, self.block(node.orelse), self.place(node.test))

    def _for(self, node: Any) -> Tuple:
        is_async = isinstance(node, ast.AsyncFor)
        return (
            "F",
            self.expression(node.target),
            self.expression(node.iter),
            self.block(node.body),
            self.block(node.orelse),
            self.place(node.iter),
            is_async,
        )

    def _while(self, node: Any) -> Tuple:
        return ("W", self.expression(node.test), self.block(node.body), self.block(node.orelse), self.place(node.test))

    def _try(self, node: Any) -> Tuple:
        handlers = tuple(
            (self.optional(handler.type), handler.name, self.block(handler.body), self.place(handler))
            for handler in node.handlers
        )
        place = self.place(node)
        return ("T", self.block(node.body), handlers, self.block(node.orelse), self.block(node.finalbody), place)

    def _with(self, node: Any) -> Tuple:
        items = tuple(
            (self.expression(item.context_expr), self.optional(item.optional_vars), self.place(item.context_expr))
            for item in node.items
        )
        return ("H", items, self.block(node.body), self.place(node))

    def _def(self, node: Any) -> Tuple:
        return ("D", self._function(node))

    def _function(self, node: Any) -> Tuple:
        is_lambda = isinstance(node, ast.Lambda)
        parameters = self._parameters(node.args)
        self.yields.append(False)
        outer, self.scope = self.scope, "function" if self.scope == "module" else self.scope
        self.depth += 1
        if self.depth == 1:
            self.first = parameters[0][0] if parameters else ""
            self.keys = set()
        body = (("R", self.expression(node.body), self.place(node)),) if is_lambda else self.block(node.body)
        self.depth -= 1
        self.scope = outer
        flags = "g" if self.yields.pop() else ""
        if is_lambda:
            return (
                "<lambda>",
                parameters,
                marshal.dumps(body),
                (),
                self.place(node),
                self.place(node),
                flags + "l",
                None,
            )
        if isinstance(node, ast.AsyncFunctionDef):
            flags += "a"
        decorators = tuple(map(self._decorator, node.decorator_list))
        returns = self.optional(node.returns)
        if not self.depth and self.scope == "module":
            self._define(node, parameters, decorators)
        return (
            node.name,
            parameters,
            marshal.dumps(body),
            decorators,
            self.place(node),
            self._name_place(node),
            flags,
            returns,
        )

    def _define(self, node: Any, parameters: Tuple, decorators: Tuple) -> None:
        positional = [item for item in parameters if item[1] == "p"]
        self.definitions.append(
            Definition(
                node.name,
                tuple(item[0] for item in positional),
                sum(item[2] is None for item in positional),
                tuple(dotted(item[3]) for item in positional),
                tuple(dotted(item[0]) for item in decorators),
                frozenset(self.keys),
                self._name_place(node),
                self.place(node)[2] if self.starts else node.end_lineno,
            )
        )

    def _decorator(self, node: Any) -> Tuple:
        given = [*node.args, *(item.value for item in node.keywords)] if isinstance(node, ast.Call) else ()
        return (self.expression(node), self.place(node), tuple(map(self._places, given)))

    def _places(self, node: Any) -> Tuple:
        return (self.place(node), tuple(map(self.place, node.elts)) if isinstance(node, ast.List | ast.Tuple) else ())

    def _name_place(self, node: Any) -> Place:
        """The name in `def name` or `class name`: keywords are separated by one blank in nearly all code there is."""
        word = {"FunctionDef": 4, "AsyncFunctionDef": 10, "ClassDef": 6}[type(node).__name__]
        line, column, _, _ = self.place(node)
        return (line, column + word, line, column + word + len(node.name))

    def _parameters(self, arguments: ast.arguments) -> Tuple:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[Any] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
        found = [self._parameter(item, "p", default) for item, default in zip(positional, defaults, strict=True)]
        if arguments.vararg:
            found.append(self._parameter(arguments.vararg, "*", None))
        found.extend(
            self._parameter(item, "k", default)
            for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        )
        if arguments.kwarg:
            found.append(self._parameter(arguments.kwarg, "**", None))
        return tuple(found)

    def _parameter(self, argument: ast.arg, kind: str, default: Any) -> Tuple:
        return (argument.arg, kind, self.optional(default), self.optional(argument.annotation))

    def _class(self, node: Any) -> Tuple:
        self.depth += 1
        body = self.block(node.body)
        self.depth -= 1
        return (
            "K",
            node.name,
            self.expressions(node.bases),
            tuple((item.arg, self.expression(item.value)) for item in node.keywords),
            body,
            tuple(map(self._decorator, node.decorator_list)),
            self.place(node),
            self._name_place(node),
        )

    def _import(self, node: Any) -> Tuple:
        place = self.place(node)
        self.imports.extend(Import(item.name, 0, (), place, self.scope) for item in node.names)
        return ("M", tuple((item.name, item.asname) for item in node.names), self.place(node))

    def _import_from(self, node: Any) -> Tuple:
        names = tuple((item.name, item.asname) for item in node.names)
        place = self.place(node)
        self.imports.append(Import(node.module or "", node.level, tuple(name for name, _ in names), place, self.scope))
        return ("O", node.module or "", node.level, names, place)

    def _global(self, node: Any) -> Tuple:
        self.rebound.update(node.names)
        return ("G", tuple(node.names))

    def _nonlocal(self, node: Any) -> Tuple:
        return ("N", tuple(node.names))

    def _jump(self, node: Any) -> Tuple:
        return ("J",)

    def _delete(self, node: Any) -> Tuple:
        return ("Z", self.expressions(node.targets))

    def _assert(self, node: Any) -> Tuple:
        return ("S", self.expression(node.test), self.place(node))

    def _match(self, node: Any) -> Tuple:
        from ast import walk

        cases = []
        for case in node.cases:
            parts = list(walk(case.pattern))
            names = tuple(
                name for item in parts if (name := getattr(item, "name", None) or getattr(item, "rest", None))
            )
            constants = tuple(
                item.value.value
                for item in parts
                if isinstance(item, ast.MatchValue) and isinstance(item.value, ast.Constant)
            )
            cases.append((names, self.optional(case.guard), self.block(case.body), constants))
        return ("V", self.expression(node.subject), tuple(cases), self.place(node.subject))

    def _type_alias(self, node: Any) -> Tuple:
        return ("Y", node.name.id, self.expression(node.value), self.place(node))

    # ------------------------------------------------------------------------------------------ expressions

    def optional(self, node: Any) -> Tuple | None:
        return None if node is None else _EXPRESSIONS[type(node)](self, node)

    def expression(self, node: Any) -> Tuple:
        return _EXPRESSIONS[type(node)](self, node)

    def expressions(self, nodes: Sequence[Any]) -> Tuple:
        return tuple([_EXPRESSIONS[type(node)](self, node) for node in nodes]) if nodes else ()

    def _constant(self, node: Any) -> Tuple:
        value = node.value
        return ("k", value if not isinstance(value, str | bytes) or len(value) < 5000 else value[:5000])

    def _name(self, node: Any) -> Tuple:
        return ("n", node.id, self.place(node))

    def _attribute(self, node: Any) -> Tuple:
        return ("a", self.expression(node.value), node.attr, self.place(node))

    def _call(self, node: Any) -> Tuple:
        function = self.expression(node.func)
        arguments = self.expressions(node.args)
        if function[0] == "a" and function[2] == "get" and function[1][0] == "n" and arguments:
            self._ask(function[1], arguments[0])
        elif function[0] in "na" and arguments and function[-2] in ("import_module", "__import__"):
            named = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if isinstance(named, str) and not named.startswith("."):
                self.imports.append(Import(named, 0, (), self.place(node), self.scope))
        return (
            "c",
            function,
            arguments,
            tuple([(item.arg, self.expression(item.value)) for item in node.keywords]) if node.keywords else (),
            self.place(node),
        )

    def _joined(self, node: Any) -> Tuple:
        return ("f", self.expressions(node.values))

    def _formatted(self, node: Any) -> Tuple:
        return self.expression(node.value)

    def _dict(self, node: Any) -> Tuple:
        pairs = tuple(
            (self.optional(key), self.expression(value)) for key, value in zip(node.keys, node.values, strict=True)
        )
        return ("d", pairs, self.place(node))

    def _list(self, node: Any) -> Tuple:
        return ("l", self.expressions(node.elts), self.place(node))

    def _set(self, node: Any) -> Tuple:
        return ("{", self.expressions(node.elts), self.place(node))

    def _tuple(self, node: Any) -> Tuple:
        return ("t", self.expressions(node.elts))

    def _subscript(self, node: Any) -> Tuple:
        value, index = self.expression(node.value), self.expression(node.slice)
        if value[0] == "n":
            self._ask(value, index)
        return ("s", value, index, self.place(node))

    def _ask(self, value: Tuple, key: Tuple) -> None:
        if self.depth and value[1] == self.first and key[0] == "k" and isinstance(key[1], str):
            self.keys.add(key[1])

    def _lambda(self, node: Any) -> Tuple:
        return ("L", self._function(node))

    def _conditional(self, node: Any) -> Tuple:
        return ("i", self.expression(node.test), self.expression(node.body), self.expression(node.orelse))

    def _bool(self, node: Any) -> Tuple:
        return ("b", "and" if isinstance(node.op, ast.And) else "or", self.expressions(node.values))

    def _compare(self, node: Any) -> Tuple:
        operators = tuple(type(item).__name__ for item in node.ops)
        return ("q", self.expression(node.left), operators, self.expressions(node.comparators))

    def _binary(self, node: Any) -> Tuple:
        return ("o", type(node.op).__name__, self.expression(node.left), self.expression(node.right))

    def _unary(self, node: Any) -> Tuple:
        return ("u", type(node.op).__name__, self.expression(node.operand))

    def _comprehension(self, node: Any) -> Tuple:
        if isinstance(node, ast.DictComp):
            kind, elements = "d", self.expressions((node.key, node.value))
        else:
            kind = {"ListComp": "l", "SetComp": "l", "GeneratorExp": "g"}[type(node).__name__]
            elements = self.expressions((node.elt,))
        loops = tuple(
            (
                self.expression(item.target),
                self.expression(item.iter),
                self.expressions(item.ifs),
                bool(item.is_async),
            )
            for item in node.generators
        )
        return ("C", kind, elements, loops, self.place(node))

    def _await(self, node: Any) -> Tuple:
        return ("w", self.expression(node.value))

    def _yield(self, node: Any) -> Tuple:
        self.yields[-1] = True
        return ("y", self.optional(node.value) or ("k", None))

    def _starred(self, node: Any) -> Tuple:
        return ("*", self.expression(node.value))

    def _walrus(self, node: Any) -> Tuple:
        return (":=", node.target.id, self.expression(node.value))

    def _slice(self, node: Any) -> Tuple:
        return (":", tuple(self.expression(part) for part in (node.lower, node.upper, node.step) if part is not None))


def _scope(test: Tuple) -> str:
    """The scope that an `if` at the top opens: "typing", "main", or "" for none of its own."""
    if dotted(test).rpartition(".")[2] == "TYPE_CHECKING":
        return "typing"
    if test[0] == "q" and dotted(test[1]) == "__name__":
        return "main"
    return ""


def _by_class(makers: dict[str, Callable[[_Lowering, Any], Tuple]]) -> dict[type, Callable[[_Lowering, Any], Tuple]]:
    return {getattr(ast, name): make for name, make in makers.items() if hasattr(ast, name)}


class _Others(dict[type, "Callable[[_Lowering, Any], Tuple]"]):
    """An expression of a kind that nothing is known of is a constant that nothing is known of."""

    def __missing__(self, kind: type) -> Callable[[_Lowering, Any], Tuple]:
        return _unknown


def _unknown(lowering: _Lowering, node: Any) -> Tuple:
    return ("k", None)


# By the class of the node; what this Python does not have, or says nothing here, is not among them.
_STATEMENTS: dict[type, Callable[[_Lowering, Any], Tuple]] = _by_class(
    {
        "Expr": _Lowering._expression_statement,
        "Assign": _Lowering._assign,
        "AnnAssign": _Lowering._annotated,
        "AugAssign": _Lowering._augmented,
        "Return": _Lowering._return,
        "Raise": _Lowering._raise,
        "If": _Lowering._if,
        "For": _Lowering._for,
        "AsyncFor": _Lowering._for,
        "While": _Lowering._while,
        "Try": _Lowering._try,
        "TryStar": _Lowering._try,
        "With": _Lowering._with,
        "AsyncWith": _Lowering._with,
        "FunctionDef": _Lowering._def,
        "AsyncFunctionDef": _Lowering._def,
        "ClassDef": _Lowering._class,
        "Import": _Lowering._import,
        "ImportFrom": _Lowering._import_from,
        "Global": _Lowering._global,
        "Nonlocal": _Lowering._nonlocal,
        "Break": _Lowering._jump,
        "Continue": _Lowering._jump,
        "Delete": _Lowering._delete,
        "Assert": _Lowering._assert,
        "Match": _Lowering._match,
        "TypeAlias": _Lowering._type_alias,
    }
)

_EXPRESSIONS: dict[type, Callable[[_Lowering, Any], Tuple]] = _Others(
    _by_class(
        {
            "Constant": _Lowering._constant,
            "Name": _Lowering._name,
            "Attribute": _Lowering._attribute,
            "Call": _Lowering._call,
            "JoinedStr": _Lowering._joined,
            "TemplateStr": _Lowering._joined,
            "FormattedValue": _Lowering._formatted,
            "Interpolation": _Lowering._formatted,
            "Dict": _Lowering._dict,
            "List": _Lowering._list,
            "Set": _Lowering._set,
            "Tuple": _Lowering._tuple,
            "Subscript": _Lowering._subscript,
            "Lambda": _Lowering._lambda,
            "IfExp": _Lowering._conditional,
            "BoolOp": _Lowering._bool,
            "Compare": _Lowering._compare,
            "BinOp": _Lowering._binary,
            "UnaryOp": _Lowering._unary,
            "ListComp": _Lowering._comprehension,
            "SetComp": _Lowering._comprehension,
            "GeneratorExp": _Lowering._comprehension,
            "DictComp": _Lowering._comprehension,
            "Await": _Lowering._await,
            "Yield": _Lowering._yield,
            "YieldFrom": _Lowering._yield,
            "Starred": _Lowering._starred,
            "NamedExpr": _Lowering._walrus,
            "Slice": _Lowering._slice,
        }
    )
)
