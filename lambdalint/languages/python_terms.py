"""Python text in; the same code as terms (languages/terms/facts.py) out, with the place of every value.

The hot path reads Python as languages/python does: smaller, without the places of constants. Programs that declare
infrastructure are few and short, and what they set is reported where it is written, so they are read this way.
"""

from __future__ import annotations

import _ast as ast  # all of `ast` that is needed here, for a tenth of its time

from lambdalint.languages.python import tree_of
from lambdalint.languages.terms.facts import Class, Field, Function, Import, Module, Parameter, Term
from lambdalint.model import Problem
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambdalint.model import Place

_OPERATORS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "BitOr": "|",
    "BitAnd": "&", "BitXor": "^", "LShift": "<<", "RShift": ">>", "MatMult": "@", "Eq": "===", "NotEq": "!==",
    "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in",
    "Not": "!", "USub": "-", "UAdd": "+", "Invert": "~",
}  # fmt: skip


def parse(path: str, text: str) -> tuple[Module | None, tuple[Problem, ...]]:
    """Read one module; what CPython's parser refuses is one problem with its line."""
    try:
        return Module(path, _Lowering(text).block(tree_of(text).body), python=True), ()
    except SyntaxError as error:
        return None, (Problem(path, error.lineno or 1, f"could not parse: {error.msg}"),)
    except (ValueError, RecursionError, MemoryError) as error:
        return None, (Problem(path, 1, f"could not parse: {str(error)[:200] or 'nested too deeply'}"),)


class _Lowering:
    """One file's tree to terms."""

    def __init__(self, text: str) -> None:
        # ast counts columns in UTF-8 bytes; only lines beyond ASCII differ from characters.
        self.lines = None if text.isascii() else [line.encode() for line in text.split("\n")]

    def at(self, node: Any) -> Place:
        line, end_line = node.lineno, node.end_lineno
        start, end = self._column(line, node.col_offset), self._column(end_line, node.end_col_offset)
        return (line, start, end_line, end)

    def _column(self, line: int, column: int) -> int:
        if self.lines is None or line > len(self.lines):
            return column + 1
        return len(self.lines[line - 1][:column].decode("utf-8", "replace")) + 1

    # --------------------------------------------------------------------------------------------- statements

    def block(self, body: Iterable[ast.stmt]) -> tuple[Term, ...]:
        found: list[Term] = []
        for statement in body:
            reader = getattr(self, "_" + type(statement).__name__.lower(), None)
            if reader is not None:
                found.extend(reader(statement))
        return tuple(found)

    def _inner(self, body: list[ast.stmt], at: Place) -> Term:
        return Term("block", at, None, self.block(body))

    def _expr(self, node: ast.Expr) -> list[Term]:
        return [Term("expression", self.at(node), None, (self.expression(node.value),))]

    def _assign(self, node: ast.Assign) -> list[Term]:
        value = self.expression(node.value)
        if len(node.targets) == 1:
            return [Term("expression", self.at(node), None, (self._bind(node.targets[0], value),))]
        # a = b = value: the value once, the other targets from the first
        first = self._bind(node.targets[0], value)
        again = self.expression(node.targets[0])
        terms = [first, *(self._bind(target, again) for target in node.targets[1:])]
        return [Term("expression", self.at(node), None, (term,)) for term in terms]

    def _bind(self, target: ast.expr, value: Term) -> Term:
        return Term("assign", self.at(target), "=", (self.pattern(target), value))

    def _annassign(self, node: ast.AnnAssign) -> list[Term]:
        if node.value is None:
            return []
        return [Term("expression", self.at(node), None, (self._bind(node.target, self.expression(node.value)),))]

    def _augassign(self, node: ast.AugAssign) -> list[Term]:
        sign = _OPERATORS.get(type(node.op).__name__, "?") + "="
        term = Term("assign", self.at(node), sign, (self.pattern(node.target), self.expression(node.value)))
        return [Term("expression", self.at(node), None, (term,))]

    def _return(self, node: ast.Return) -> list[Term]:
        return [Term("return", self.at(node), None, (self.expression(node.value),) if node.value else ())]

    def _raise(self, node: ast.Raise) -> list[Term]:
        return [Term("throw", self.at(node), None, (self.expression(node.exc),) if node.exc else ())]

    def _if(self, node: ast.If) -> list[Term]:
        at = self.at(node)
        parts = (self.expression(node.test), self._inner(node.body, at), self._inner(node.orelse, at))
        return [Term("if", at, None, parts)]

    def _for(self, node: ast.For) -> list[Term]:
        at = self.at(node)
        loop = Term(
            "each", at, "of", (self.pattern(node.target), self.expression(node.iter), self._inner(node.body, at))
        )
        return [loop, *self.block(node.orelse)]

    _asyncfor = _for

    def _while(self, node: ast.While) -> list[Term]:
        at = self.at(node)
        return [Term("while", at, None, (self.expression(node.test), self._inner(node.body, at)))]

    def _with(self, node: ast.With) -> list[Term]:
        found = []
        for item in node.items:
            value = self.expression(item.context_expr)
            term = value if item.optional_vars is None else self._bind(item.optional_vars, value)
            found.append(Term("expression", self.at(item.context_expr), None, (term,)))
        return [*found, *self.block(node.body)]

    _asyncwith = _with

    def _try(self, node: ast.Try) -> list[Term]:
        at = self.at(node)
        handlers = tuple(statement for handler in node.handlers for statement in self.block(handler.body))
        body = Term("block", at, None, self.block(node.body) + self.block(node.orelse))
        return [Term("try", at, None, (body, Term("block", at, None, handlers), self._inner(node.finalbody, at)))]

    _trystar = _try

    def _match(self, node: Any) -> list[Term]:
        at = self.at(node)
        parts = [self.expression(node.subject)]
        for case in node.cases:
            plain = isinstance(case.pattern, ast.MatchValue) and case.guard is None
            test = self.expression(case.pattern.value) if plain else Term("hole", at)
            if not plain and not (isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None):
                test = Term("other", at, "match")
            parts.append(Term("case", at, None, (test, *self.block(case.body), Term("break", at))))
        return [Term("switch", at, None, tuple(parts))]

    def _break(self, node: ast.Break) -> list[Term]:
        return [Term("break", self.at(node))]

    def _continue(self, node: ast.Continue) -> list[Term]:
        return [Term("continue", self.at(node))]

    def _global(self, node: Any) -> list[Term]:
        return [Term("outer", self.at(node), tuple(node.names))]

    _nonlocal = _global

    def _import(self, node: ast.Import) -> list[Term]:
        at = self.at(node)
        entries = tuple(Import(name.name, "*", name.asname or name.name.split(".")[0], at) for name in node.names)
        return [Term("import", at, entries)]

    def _importfrom(self, node: ast.ImportFrom) -> list[Term]:
        at = self.at(node)
        entries = tuple(
            Import(node.module or "", name.name, name.asname or name.name, at, node.level) for name in node.names
        )
        return [Term("import", at, entries)]

    def _functiondef(self, node: Any) -> list[Term]:
        value = Term("function", self.at(node), self.function(node, "function"))
        return [Term("declare", value.at, None, (Term("name", value.value.name_at, node.name), value))]

    _asyncfunctiondef = _functiondef

    def _classdef(self, node: ast.ClassDef) -> list[Term]:
        fields: list[Field] = []
        methods: list[Function] = []
        for statement in node.body:
            at = self.at(statement)
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                methods.append(self.function(statement, "method"))
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                value = self.expression(statement.value) if statement.value is not None else None
                fields.append(Field(statement.target.id, value, True, at))
            elif isinstance(statement, ast.Assign):
                fields += [
                    Field(target.id, self.expression(statement.value), True, at)
                    for target in statement.targets
                    if isinstance(target, ast.Name)
                ]
        at = self.at(node)
        name_at = (at[0], at[1] + 6, at[0], at[1] + 6 + len(node.name))
        bases = tuple(self.expression(base) for base in node.bases)
        facts = Class(node.name, at, name_at, bases, tuple(fields), tuple(methods))
        return [Term("declare", at, None, (Term("name", name_at, node.name), Term("class", at, facts)))]

    # -------------------------------------------------------------------------------------------- expressions

    def optional(self, node: ast.expr | None, at: Place) -> Term:
        return Term("hole", at) if node is None else self.expression(node)

    def expression(self, node: Any) -> Term:
        reader = getattr(self, "_of_" + type(node).__name__.lower(), None)
        at = self.at(node)
        if reader is not None:
            return reader(node, at)  # type: ignore[no-any-return]
        inside = tuple(self.expression(child) for child in _expressions(node))
        return Term("other", at, type(node).__name__, inside)

    def _of_constant(self, node: ast.Constant, at: Place) -> Term:
        value = node.value
        if value is None or isinstance(value, (str, int, float, bool)):
            return Term("constant", at, value)
        return Term("other", at, type(value).__name__)

    def _of_name(self, node: ast.Name, at: Place) -> Term:
        return Term("name", at, node.id)

    def _of_attribute(self, node: ast.Attribute, at: Place) -> Term:
        return Term("attribute", at, node.attr, (self.expression(node.value),))

    def _of_subscript(self, node: ast.Subscript, at: Place) -> Term:
        owner = self.expression(node.value)
        if isinstance(node.slice, ast.Slice):
            bounds = tuple(self.optional(bound, at) for bound in (node.slice.lower, node.slice.upper, node.slice.step))
            return Term("index", at, None, (owner, Term("slice", at, None, bounds)))
        return Term("index", at, None, (owner, self.expression(node.slice)))

    def _of_call(self, node: ast.Call, at: Place) -> Term:
        parts = [self.expression(node.func), *(self.expression(argument) for argument in node.args)]
        for keyword in node.keywords:
            kind = "keyword" if keyword.arg else "keywords"
            parts.append(Term(kind, self.at(keyword), keyword.arg, (self.expression(keyword.value),)))
        return Term("call", at, None, tuple(parts))

    def _of_starred(self, node: ast.Starred, at: Place) -> Term:
        return Term("spread", at, None, (self.expression(node.value),))

    def _of_dict(self, node: ast.Dict, at: Place) -> Term:
        parts = []
        for key, value in zip(node.keys, node.values, strict=True):
            inner = self.expression(value)
            if key is None:
                parts.append(Term("spread", inner.at, None, (inner,)))
            else:
                parts.append(Term("pair", self.at(key), None, (self.expression(key), inner)))
        return Term("object", at, None, tuple(parts))

    def _of_list(self, node: Any, at: Place) -> Term:
        return Term("array", at, None, tuple(self.expression(element) for element in node.elts))

    _of_tuple = _of_list
    _of_set = _of_list

    def _of_joinedstr(self, node: Any, at: Place) -> Term:
        parts: list[Term] = []
        for value in node.values:
            inner = getattr(value, "value", value) if type(value).__name__ != "Constant" else value
            if type(value).__name__ == "Constant":
                parts.append(Term("constant", at, str(value.value)))  # older CPythons give parts the whole's place
            else:
                parts.append(self.expression(inner))
        return Term("template", at, None, tuple(parts))

    _of_templatestr = _of_joinedstr

    def _of_ifexp(self, node: ast.IfExp, at: Place) -> Term:
        parts = (self.expression(node.test), self.expression(node.body), self.expression(node.orelse))
        return Term("conditional", at, None, parts)

    def _of_boolop(self, node: ast.BoolOp, at: Place) -> Term:
        sign = "&&" if isinstance(node.op, ast.And) else "||"
        whole = self.expression(node.values[0])
        for value in node.values[1:]:
            whole = Term("binary", at, sign, (whole, self.expression(value)))
        return whole

    def _of_compare(self, node: ast.Compare, at: Place) -> Term:
        left = self.expression(node.left)
        tests = []
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.expression(comparator)
            tests.append(Term("binary", at, _OPERATORS[type(operator).__name__], (left, right)))
            left = right
        whole = tests[0]
        for test in tests[1:]:
            whole = Term("binary", at, "&&", (whole, test))
        return whole

    def _of_binop(self, node: ast.BinOp, at: Place) -> Term:
        sign = _OPERATORS[type(node.op).__name__]
        return Term("binary", at, sign, (self.expression(node.left), self.expression(node.right)))

    def _of_unaryop(self, node: ast.UnaryOp, at: Place) -> Term:
        return Term("unary", at, _OPERATORS[type(node.op).__name__], (self.expression(node.operand),))

    def _of_await(self, node: ast.Await, at: Place) -> Term:
        return self.expression(node.value)

    def _of_namedexpr(self, node: ast.NamedExpr, at: Place) -> Term:
        return Term("assign", at, ":=", (self.pattern(node.target), self.expression(node.value)))

    def _of_lambda(self, node: ast.Lambda, at: Place) -> Term:
        body = (Term("return", at, None, (self.expression(node.body),)),)
        return Term("function", at, Function("", "arrow", at, at, self._parameters(node.args), body))

    def _of_listcomp(self, node: Any, at: Place) -> Term:
        return self._comprehension(node, at, "list", self.expression(node.elt))

    _of_setcomp = _of_listcomp
    _of_generatorexp = _of_listcomp

    def _of_dictcomp(self, node: ast.DictComp, at: Place) -> Term:
        pair = Term("pair", self.at(node.key), None, (self.expression(node.key), self.expression(node.value)))
        return self._comprehension(node, at, "dict", pair)

    def _comprehension(self, node: Any, at: Place, kind: str, element: Term) -> Term:
        loops = tuple(
            Term(
                "loop",
                at,
                None,
                (self.pattern(loop.target), self.expression(loop.iter), *map(self.expression, loop.ifs)),
            )
            for loop in node.generators
        )
        return Term("comprehension", at, kind, (element, *loops))

    # ------------------------------------------------------------------------------------ patterns, functions

    def pattern(self, node: Any) -> Term:
        if isinstance(node, (ast.Tuple, ast.List)):
            return Term("array-pattern", self.at(node), None, tuple(self.pattern(element) for element in node.elts))
        if isinstance(node, ast.Starred):
            return Term("rest", self.at(node), None, (self.pattern(node.value),))
        return self.expression(node)

    def function(self, node: Any, kind: str) -> Function:
        names = {_decorator(decorator) for decorator in node.decorator_list}
        static = "staticmethod" in names
        if kind == "method":
            if node.name == "__init__":
                kind = "constructor"
            elif "classmethod" in names:
                kind = "class-method"
            elif names & {"property", "cached_property"}:
                kind = "getter"
            elif "setter" in names:
                kind = "setter"
        at = self.at(node)
        word = 10 if isinstance(node, ast.AsyncFunctionDef) else 4
        name_at = (at[0], at[1] + word, at[0], at[1] + word + len(node.name))
        return Function(node.name, kind, at, name_at, self._parameters(node.args), self.block(node.body), static)

    def _parameters(self, arguments: ast.arguments) -> tuple[Parameter, ...]:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[Any] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
        found = [self._parameter(item, default) for item, default in zip(positional, defaults, strict=True)]
        if arguments.vararg:
            found.append(Parameter(Term("name", self.at(arguments.vararg), arguments.vararg.arg), None, True))
        for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            found.append(self._parameter(item, default)._replace(only=True))
        if arguments.kwarg:
            name = Term("name", self.at(arguments.kwarg), arguments.kwarg.arg)
            found.append(Parameter(name, None, keywords=True))
        return tuple(found)

    def _parameter(self, argument: ast.arg, default: Any) -> Parameter:
        name = Term("name", self.at(argument), argument.arg)
        return Parameter(name, None if default is None else self.expression(default))


def _decorator(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions right below a node."""
    for name in node._fields:
        held = getattr(node, name, None)
        yield from (item for item in (held if isinstance(held, list) else [held]) if isinstance(item, ast.expr))
