"""Find every import in source text, also those inside functions and those by name at run time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

IMPORTERS = {"import_module", "__import__", "find_spec", "importorskip"}


def imported_packages(source: str) -> set[str]:
    """Return the top-level packages that `source` imports anywhere, by statement or by a literal name."""
    return {name.split(".")[0] for node in ast.walk(ast.parse(source)) for name in _names(node)}


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
    elif isinstance(node, ast.Call) and _called(node) in IMPORTERS:
        yield from (word.value for word in node.args[:1]
                    if isinstance(word, ast.Constant) and isinstance(word.value, str))


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def forbidden_imports(folder: Path, forbidden: set[str]) -> list[str]:
    """Return one line for each file below `folder` that imports a forbidden package."""
    paths = sorted(folder.rglob("*.py"))
    found = {path: imported_packages(path.read_text(encoding="utf-8")) & forbidden for path in paths}
    return [f"{path.relative_to(folder)} imports {', '.join(sorted(names))}"
            for path, names in found.items() if names]
