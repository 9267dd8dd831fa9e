"""What a TypeScript, JavaScript or Python module says: terms as plain picklable data with positions; no syntax tree.

A `Term` is an expression, a pattern or a statement. Types, annotations and comments are dropped; parentheses, `as`,
`satisfies`, `!` and `await` stand for what they wrap. Python is written in the same terms: a dict is an object, a list,
tuple or set an array, an f-string a template, `None` undefined, `and`/`or` are `&&`/`||`, `==` is `===`.
Kinds (value; parts):

expressions
  constant (the str, int, float, bool or None; undefined is None too), name (text), this, super,
  attribute (name; object), index (; object, key), call (; callee, arguments...), new (; class, arguments...),
  object (; pair..., spread...), pair (; key, value), array (; elements..., spread..., hole), spread (; value),
  template (; constants and expressions in order), conditional (; test, then, else), binary (operator; left, right),
  unary (operator; operand), assign (operator; target, value), sequence (; ...), function (Function), class (Class),
  regex (; pattern, flags), hole (a missing element), other (the node type; expressions inside, for what they do);
  Python only:
  keyword (name; value) and keywords (; value) among the arguments of a call, slice (; from, to, step, or holes),
  comprehension ("list" or "dict"; element or pair, loop...), loop (; pattern, iterated, tests...)
patterns
  name, object-pattern (; pair..., rest), array-pattern (; elements..., hole, rest), default (; pattern, value),
  rest (; pattern); a target of an assignment may be an attribute or an index as well
statements
  declare (; pattern, value or hole), expression (; term), return (; term or nothing), block (; statements...),
  outer (names that are assigned further out, Python), import (Imports of Python, which run where they stand),
  if (; test, block, block), each ("of" or "in"; pattern, iterated, block),
  for (; block of the initializer, test or hole, block of the increment, block), while (; test, block),
  switch (; subject, case...), case (; test or hole for the default, statements...), try (; block, block, block),
  throw (; term), break, continue, enum (name; pair...), namespace (name; statements...),
  export ("default" or "="; term)
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model import Place


class Term(NamedTuple):
    """One expression, pattern or statement: its kind, where it stands, and what the kind says about value and parts."""

    kind: str
    at: Place
    value: Any = None
    parts: tuple[Any, ...] = ()


class Parameter(NamedTuple):
    """A parameter of a function. rest: it takes all further arguments. field: it is a field of the object as well
    (`constructor(private x)`). keywords: it takes all further keyword arguments (`**x`). only: by keyword only."""

    pattern: Term
    default: Term | None = None
    rest: bool = False
    field: bool = False
    keywords: bool = False
    only: bool = False


class Function(NamedTuple):
    """A function, method or arrow function. name_at: its name in the definition, or the whole when it has none.

    kind: "function", "arrow", "method", "class-method", "constructor", "getter" or "setter". The body of an arrow
    function with an expression is one return statement.
    """

    name: str
    kind: str
    at: Place
    name_at: Place
    parameters: tuple[Parameter, ...]
    body: tuple[Term, ...]
    static: bool = False


class Field(NamedTuple):
    """A field of a class with its initial value, if it has one."""

    name: str
    value: Term | None
    static: bool
    at: Place


class Class(NamedTuple):
    """A class: what it extends, its fields and its methods in order (static fields and methods are marked)."""

    name: str
    at: Place
    name_at: Place
    bases: tuple[Term, ...]
    fields: tuple[Field, ...] = ()
    methods: tuple[Function, ...] = ()


class Import(NamedTuple):
    """`import {imported as local} from module`; imported is "*" for the namespace, "default" for the default.

    Python: `from module import imported as local`; `import a.b` binds "a" (imported "*"), with its parts in module;
    level counts the dots of a relative import; local is "*" for `from module import *`.
    """

    module: str
    imported: str
    local: str
    at: Place
    level: int = 0


class Export(NamedTuple):
    """A name that the module gives away: a local one, or (module set) one of another module; "*" for all of them."""

    exported: str
    local: str
    module: str = ""


class Module(NamedTuple):
    """One file. Function and class declarations are `declare` statements, like constants."""

    path: str
    body: tuple[Term, ...]
    imports: tuple[Import, ...] = ()
    exports: tuple[Export, ...] = ()
    python: bool = False
