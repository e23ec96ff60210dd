"""What is demanded of every public name, checked on source text so that nothing need be imported.

Each check takes parsed source and returns one line for every fault, or an empty list.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from anchorscope.declared import Declaration, Parameters

Definition = ast.FunctionDef | ast.AsyncFunctionDef
FORBIDDEN_NAMES = {"copy", "inplace"}


def public_definitions(tree: ast.Module) -> Iterator[tuple[str, ast.ClassDef | Definition]]:
    """Yield every public class, function and method with its dotted name, in order."""
    yield from _inside(tree, "")


def _inside(parent: ast.AST, prefix: str) -> Iterator[tuple[str, ast.ClassDef | Definition]]:
    # Definitions may stand under `if` or `try` and are public all the same; those inside functions are not.
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            yield from _inside(node, prefix)
        elif isinstance(node, ast.ClassDef | Definition) and _is_public(node.name):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _inside(node, f"{prefix}{node.name}.")


def _is_public(name: str) -> bool:
    return not name.startswith("_") or _is_dunder(name)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def undocumented(tree: ast.Module) -> list[str]:
    """Public names without a docstring; magic methods, setters, overloads and overrides need none."""
    faults = [] if ast.get_docstring(tree) else ["the module has no docstring"]
    return faults + [f"{name} has no docstring" for name, node in public_definitions(tree)
                     if not ast.get_docstring(node) and not _needs_no_docstring(node)]


def _needs_no_docstring(node: ast.ClassDef | Definition) -> bool:
    decorators = {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}
    return _is_dunder(node.name) or bool(decorators & {"setter", "overload", "override"})


def unannotated(tree: ast.Module) -> list[str]:
    """Parameters and returns of public functions and methods without an annotation."""
    return [fault for name, node in public_definitions(tree) if isinstance(node, Definition)
            for fault in _missing_annotations(name, node)]


def _missing_annotations(name: str, node: Definition) -> Iterator[str]:
    for parameter in parameters(node):
        if parameter.annotation is None and parameter.arg not in ("self", "cls"):
            yield f"{name}: the parameter {parameter.arg} is not annotated"
    if node.returns is None:
        yield f"{name}: the return is not annotated"


def parameters(node: Definition) -> list[ast.arg]:
    """All parameters of a function, starred ones included."""
    given = node.args
    starred = [item for item in (given.vararg, given.kwarg) if item is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *starred]


def forbidden_parameters(tree: ast.Module) -> list[str]:
    """Parameters, of private functions too, whose name promises a return type that changes."""
    functions = (node for node in ast.walk(tree) if isinstance(node, Definition))
    return [f"{function.name}: the parameter {parameter.arg} is forbidden" for function in functions
            for parameter in parameters(function) if parameter.arg in FORBIDDEN_NAMES]


def prints(tree: ast.Module) -> list[str]:
    """Calls of print."""
    return [f"line {node.lineno} prints" for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"]


def undeclared(group: type[Parameters]) -> list[str]:
    """Settings of a group without title, help, or a range or choices that hold the default."""
    return [f"{group.__name__}.{item.name} {fault}" for item in dataclasses.fields(group)
            for fault in _declaration_faults(item)]


def _declaration_faults(item: dataclasses.Field[Any]) -> Iterator[str]:
    declaration = item.metadata.get("declaration")
    if declaration is None:
        yield "has no declaration"
        return
    if not declaration.title.strip():
        yield "has no title"
    if not declaration.help.strip().endswith("."):
        yield "has no help in sentences"
    yield from _range_faults(declaration, item.default)


def _range_faults(declaration: Declaration, default: Any) -> Iterator[str]:
    if isinstance(default, str):
        if declaration.choices and default not in declaration.choices:
            yield "has a default that is not among its choices"
    elif declaration.low is None or declaration.high is None:
        yield "has no range"
    elif not declaration.low <= default <= declaration.high:
        yield "has a default outside its range"


def sources(*folders: Path) -> list[Path]:
    """Every Python file below the folders."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def faults(paths: list[Path], check: Callable[[ast.Module], list[str]]) -> list[str]:
    """Every fault that a check finds in the files, each with its file."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8"), filename=str(path)) for path in paths}
    return [f"{path}: {fault}" for path, tree in trees.items() for fault in check(tree)]
