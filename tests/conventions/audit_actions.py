"""Which actions each feature writes into the audit lines, read out of its source."""

import ast
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from types import ModuleType

WRITERS = ("record", "record_reading")


class Unknown(Exception):
    """The source does not say which actions are written: write a literal, or choose between literals."""


def actions_written_in(folder: Path) -> set[str]:
    """Return every action that a feature's modules write. Raises Unknown when one cannot be read."""
    found = set()
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = import_module(".".join(path.relative_to(folder.parents[1]).with_suffix("").parts))
        source = _Source(tree, module)
        for call, function in source.calls():
            target = call.func
            if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)):
                continue
            if target.value.id == "audit" and target.attr in WRITERS:
                found |= source.texts(call.args[1], function)
    return found


class _Source:
    def __init__(self, tree: ast.Module, module: ModuleType) -> None:
        self._tree = tree
        self._module = module

    def calls(self) -> Iterator[tuple[ast.Call, ast.FunctionDef]]:
        """Yield each call with the function that contains it."""
        for function in ast.walk(self._tree):
            if isinstance(function, ast.FunctionDef):
                yield from ((node, function) for node in ast.walk(function) if isinstance(node, ast.Call))

    def texts(self, node: ast.expr, function: ast.FunctionDef) -> set[str]:
        """Return every text that an expression can be."""
        match node:
            case ast.Constant(value=str() as text):
                return {text}
            case ast.IfExp():
                return self.texts(node.body, function) | self.texts(node.orelse, function)
            case ast.Subscript(value=ast.Name(id=name)):
                return {str(text) for text in getattr(self._module, name).values()}
            case ast.JoinedStr():
                parts = [self.texts(part, function) for part in node.values]
                return {"".join(chosen) for chosen in product(*parts)}
            case ast.FormattedValue():
                return self.texts(node.value, function)
            case ast.Attribute(value=ast.Name(id=name)):
                return {str(getattr(getattr(self._module, name), node.attr))}
            case ast.Name(id=name):
                return self._texts_of_name(name, function)
        raise Unknown(f"{self._module.__name__}:{node.lineno}")

    def _texts_of_name(self, name: str, function: ast.FunctionDef) -> set[str]:
        parameters = [parameter.arg for parameter in (*function.args.args, *function.args.kwonlyargs)]
        if name in parameters:
            given = [self._given(call, name, parameters.index(name)) for call in self._calls_of(function)]
            return set().union(*(self.texts(node, within) for node, within in given))
        assigned = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            if node.targets[0].id == name
        ]
        if assigned:
            return set().union(*(self.texts(node, function) for node in assigned))
        constant = getattr(self._module, name, None)
        if isinstance(constant, str):
            return {constant}
        raise Unknown(f"{self._module.__name__}: {name}")

    def _calls_of(self, function: ast.FunctionDef) -> list[tuple[ast.Call, ast.FunctionDef]]:
        found = [
            (call, within)
            for call, within in self.calls()
            if isinstance(call.func, ast.Name) and call.func.id == function.name
        ]
        if not found:
            raise Unknown(f"{self._module.__name__}: nobody calls {function.name} here")
        return found

    def _given(
        self, called: tuple[ast.Call, ast.FunctionDef], name: str, position: int
    ) -> tuple[ast.expr, ast.FunctionDef]:
        call, within = called
        by_name = [keyword.value for keyword in call.keywords if keyword.arg == name]
        return (by_name[0] if by_name else call.args[position]), within
