"""Every small fault that could be put into a module: a comparison changed, a condition or a call removed."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OTHER_VALUE = {
    "bool": "not ({})",
    "int": "({}) + 1",
    "str": "''",
    "list": "[]",
    "dict": "{{}}",
    "set": "set()",
    "tuple": "()",
}
CONDITIONS = {"where", "filter", "having", "and_", "or_"}
# their inner positions in the text are not known before Python 3.12, or they say nothing that runs
LEFT_ALONE = (ast.JoinedStr, ast.Assert, ast.Raise)

Change = tuple[ast.expr | ast.stmt, str]


@dataclass(frozen=True)
class Fault:
    """One piece of a module's text and what comes instead; `lines` run from its statement's first line to its end."""

    kind: str
    lines: range
    start: int
    end: int
    text: str

    def put_into(self, source: bytes) -> bytes:
        return source[: self.start] + self.text.encode() + source[self.end :]


def possible_faults(source: bytes) -> list[Fault]:
    """Return each fault that could be put into the module, in the order of its text."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def place(line: int | None, column: int | None) -> int:
        return starts[(line or 1) - 1] + (column or 0)

    found = []
    for statement, parent in _walk(ast.parse(source)):
        for kind, changes in KINDS.items():
            for node, text in changes(parent):
                start, end = place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)
                lines = range(statement.lineno if statement else 0, (node.end_lineno or 0) + 1)
                found.append(Fault(kind, lines, start, end, text))
    changing = [fault for fault in found if source[fault.start : fault.end] != fault.text.encode()]
    return sorted(changing, key=lambda fault: (fault.start, fault.kind, fault.text))


def _walk(node: ast.AST, statement: ast.stmt | None = None) -> Iterator[tuple[ast.stmt | None, ast.AST]]:
    """Yield the nodes that run, each with its statement: no annotations, nothing whose position is not known."""
    if isinstance(node, LEFT_ALONE) or ast.unparse(getattr(node, "test", ast.Pass())) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.stmt):
        statement = node
    yield statement, node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child, statement)


def _changed(node: ast.AST, **fields: object) -> str:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return ast.unparse(other)


def _comparisons(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield node, _changed(node, ops=[OTHER_COMPARISON[type(node.ops[0])]()])


def _negations(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield node.test, f"(not ({ast.unparse(node.test)}))"
    if isinstance(node, ast.comprehension):
        yield from ((condition, "True") for condition in node.ifs)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, f"({ast.unparse(node.operand)})"


def _boolean_operators(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield node, f"({_changed(node, op=other)})"


def _calls(node: ast.AST) -> Iterator[Change]:
    """Leave out a call whose value nobody uses: an audit line, a limit, a check."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield node, "pass"


def _conditions(node: ast.AST) -> Iterator[Change]:
    """Leave out one condition of a WHERE, or the WHERE when it has no other."""
    if not isinstance(node, ast.Call) or not node.args:
        return
    function = node.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name not in CONDITIONS:
        return
    if len(node.args) > 1:
        for number in range(len(node.args)):
            yield node, _changed(node, args=node.args[:number] + node.args[number + 1 :])
    elif isinstance(function, ast.Attribute):
        yield node, ast.unparse(function.value)


def _results(node: ast.AST) -> Iterator[Change]:
    """Give back something else of the type that the function names."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.returns is None:
        return
    type_name = ast.unparse(node.returns).split("[")[0]
    for inner in _own_statements(node):
        if isinstance(inner, ast.Return) and inner.value:
            yield inner.value, OTHER_VALUE.get(type_name, "None").format(ast.unparse(inner.value))


def _own_statements(function: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _own_statements(child)


def _constants(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node, str(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield node, str(node.value + 1)


def _sums(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield node, f"({_changed(node, op=other)})"


KINDS: dict[str, Callable[[ast.AST], Iterator[Change]]] = {
    "comparison": _comparisons,
    "negation": _negations,
    "and-or": _boolean_operators,
    "call": _calls,
    "where": _conditions,
    "result": _results,
    "constant": _constants,
    "sum": _sums,
}
