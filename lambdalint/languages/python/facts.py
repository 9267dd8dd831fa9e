"""The facts of a Python file, and the form of the code in them: nested plain tuples.

Every node is `(op, ...)`; `at` is a Place. Expressions:
  k value                     constant            n id at                    name
  a value attr at             attribute           c func args keywords at    call; keywords: ((name|None, value), ...)
  f parts                     f-string            d pairs at                 dict; key None for **
  l elements at               list, set           t elements                 tuple
  s value index at            subscript           L function                 lambda
  i test then else            conditional         b op values                and / or
  q left ops rights           comparison          o op left right            binary operator
  u op value                  unary operator      C kind elements fors at    comprehension
  w value                     await               y value                    yield
  * value                     starred             := name value              assignment expression
  : parts                     slice
Statements:
  E value at                  expression          = targets value at         assignment
  A target annotation value|None at               annotated assignment       += target op value at
  R value|None at             return              X value|None at            raise
  I test then else at         if                  F target iter body else at async        for
  W test body else at         while               T body handlers else final at           try
  H items body at             with; items: ((value, target|None, at), ...)
  D function                  def                 K name bases keywords body decorators at name_at       class
  M names at                  import a.b as c     O module level names at    from x import y
  G names                     global              N names                    nonlocal
  J                           break, continue     Z targets                  del
  S test at                   assert              V subject cases at         match
The fors of a comprehension are ((target, values, conditions, async), ...), the cases of a match ((names, guard|None,
body, constants), ...). A function is (name, parameters, packed body, decorators, at, name_at, flags, returns);
parameters are ((name, kind, default|None, annotation|None), ...) with kind one of "p" positional, "*" , "k" keyword
only, "**"; flags is a string of "a" async, "g" generator, "l" lambda. A decorator is (expression, at, places): of its
arguments and then its keywords' values, each (at, places of the elements of a list or tuple).
"""

from __future__ import annotations

import marshal

from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model import Place

Tuple = tuple[Any, ...]
Body = bytes | list[Any]  # packed by `marshal`; the statements themselves in a file that is read for one run alone


class Import(NamedTuple):
    """One import statement. module is absolute when level is 0; names is empty for `import module`.

    scope: "module" (runs at import), "function" (runs when called), "typing" (under TYPE_CHECKING), "main" (under
    `if __name__ == "__main__"`).
    """

    module: str
    level: int
    names: tuple[str, ...]
    at: Place
    scope: str


class Definition(NamedTuple):
    """A function at the top of a module, as far as it takes to tell whether it is a handler.

    annotation, decorators: source text of dotted names. keys: constants that the first parameter is asked for.
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    annotations: tuple[str, ...]
    decorators: tuple[str, ...]
    keys: frozenset[str]
    at: Place
    end_line: int


class Assignment(NamedTuple):
    """A name bound at the top of a module to the result of a call or to another name; callee is its dotted text."""

    name: str
    callee: str
    at: Place


class Module(NamedTuple):
    """A Python file as facts. body: its statements, packed; in the form above.

    rebound: names that some function rebinds through `global`. classes: names of the classes at its top.
    """

    path: str
    body: Body
    imports: tuple[Import, ...]
    definitions: tuple[Definition, ...]
    assignments: tuple[Assignment, ...]
    classes: tuple[str, ...]
    rebound: frozenset[str]


def dotted(expression: Tuple | None) -> str:
    """The text of a name with attributes, of the function of a call, of a subscripted name; "" for anything else."""
    if expression is None:
        return ""
    operation = expression[0]
    if operation == "n":
        return str(expression[1])
    if operation == "a":
        inner = dotted(expression[1])
        return f"{inner}.{expression[2]}" if inner else ""
    if operation in ("c", "s", "w"):
        return dotted(expression[1])
    if operation == "k" and isinstance(expression[1], str):
        return expression[1]
    return ""


def unpack(body: Body) -> Tuple:
    """The statements of a packed body."""
    return marshal.loads(body) if isinstance(body, bytes) else tuple(body)
