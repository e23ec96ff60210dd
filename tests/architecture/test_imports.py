"""Who may import whom: the contracts of pyproject.toml hold, and each of them can be broken."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from architecture.imports import forbidden_imports, imported_packages

CORE_MAY_NOT = {"PySide6", "shiboken6", "pyqtgraph", "qtawesome", "qtpy", "anchorscope_desktop"}

QT = "The core knows neither Qt nor the window"
STAGES = "A stage imports only what stands to its left"
WINDOW = "The window is built upwards from jobs and plotting"
PAGES = "Pages do not know each other"
VIEWS = "Views do not know each other"
COMPUTES = "The window computes nothing"

BREACHES = [
    ("anchorscope/io", "import PySide6.QtCore", QT),
    ("anchorscope/io", "def late():\n    import pyqtgraph", QT),
    ("anchorscope/results", "import anchorscope_desktop.jobs", QT),
    ("anchorscope/io", "import anchorscope.pipeline", STAGES),
    ("anchorscope/io", "def late():\n    from anchorscope.export import a", STAGES),
    ("anchorscope/lsi", "import anchorscope.gene_activity", STAGES),
    ("anchorscope/parameters", "import anchorscope.io", STAGES),
    ("anchorscope/newcomer", "", STAGES),
    ("anchorscope_desktop/views/a", "import anchorscope_desktop.views.b", VIEWS),
    ("anchorscope_desktop/views/a", "import anchorscope_desktop.pages.a", WINDOW),
    ("anchorscope_desktop/state", "import anchorscope_desktop.widgets", WINDOW),
    ("anchorscope_desktop/newcomer", "", WINDOW),
    ("anchorscope_desktop/pages/a", "def late():\n    from anchorscope_desktop.pages import b", PAGES),
    ("anchorscope_desktop/pages/a", "import sklearn.neighbors", COMPUTES),
    ("anchorscope_desktop/jobs", "def late():\n    from scipy import sparse", COMPUTES),
]

ALLOWED = [
    ("anchorscope/cli", "import anchorscope.pipeline, anchorscope.export, anchorscope.simulate"),
    ("anchorscope/evaluation", "import anchorscope.transfer, anchorscope.io, anchorscope.results"),
    ("anchorscope_desktop/pages/a", "import anchorscope_desktop.views.a, anchorscope_desktop.state"),
    ("anchorscope_desktop/main_window", "import anchorscope_desktop.pages.a, anchorscope_desktop.pages.b"),
    ("anchorscope_desktop/state", "import anchorscope.pipeline, numpy"),
]


def lint(folder: Path, search: list[Path]) -> tuple[int, str]:
    """Check the contracts of the pyproject.toml in `folder` over the packages found in `search`."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    return python(folder, search, program, "--no-cache", "--no-logo")


def python(folder: Path, search: list[Path], *command: str) -> tuple[int, str]:
    """Run a Python program in a process of its own; return its exit code and all it said."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, search)), "COLUMNS": "200",
                   "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", *command], cwd=folder, env=environment,
                          capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


def contracts_text(project: Path) -> str:
    """The part of pyproject.toml that declares the contracts."""
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    return text[text.index("[tool.importlinter]"):]


def layer_modules(text: str) -> list[str]:
    """Every module that a layers contract names, as a path; with two pages and two views."""
    paths = []
    for contract in tomllib.loads(text)["tool"]["importlinter"]["contracts"]:
        for layer in contract.get("layers", []):
            names = layer.replace("|", " ").replace(":", " ").replace("(", "").replace(")", "").split()
            paths += [f"{contract['containers'][0]}/{name}" for name in names]
    return [*paths, *(f"anchorscope_desktop/{kind}/{name}" for kind in ("pages", "views") for name in "ab")]


@pytest.fixture
def miniature(tmp_path: Path, project_root: Path) -> Path:
    """Both packages with empty modules, under the real contracts."""
    text = contracts_text(project_root)
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    for path in layer_modules(text):
        add_module(tmp_path, path, "")
    return tmp_path


def add_module(folder: Path, path: str, source: str) -> None:
    """Write a package with some source, and the packages around it."""
    target = folder / path
    target.mkdir(parents=True, exist_ok=True)
    for above in (target, *target.parents):
        if above == folder:
            break
        (above / "__init__.py").touch()
    (target / "__init__.py").write_text(source + "\n", encoding="utf-8")


def broken(output: str) -> set[str]:
    """The names of the contracts that a report calls broken."""
    return {line.removesuffix(" BROKEN").strip() for line in output.splitlines() if line.endswith(" BROKEN")}


def test_all_contracts_hold(project_root: Path) -> None:
    code, output = lint(project_root, [project_root / "src", project_root / "app"])
    assert code == 0, output


@pytest.mark.parametrize(("module", "source", "contract"), BREACHES)
def test_a_breach_is_found(miniature: Path, module: str, source: str, contract: str) -> None:
    add_module(miniature, module, source)
    code, output = lint(miniature, [miniature])
    assert code != 0
    assert contract in broken(output), output


def test_what_is_allowed_passes(miniature: Path) -> None:
    for module, source in ALLOWED:
        add_module(miniature, module, source)
    code, output = lint(miniature, [miniature])
    assert code == 0, output


def test_every_contract_has_a_breach_that_shows_it_works(project_root: Path) -> None:
    declared = tomllib.loads(contracts_text(project_root))["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in declared} == {contract for _, _, contract in BREACHES}


def test_the_core_names_no_forbidden_package_anywhere(project_root: Path) -> None:
    assert forbidden_imports(project_root / "src" / "anchorscope", CORE_MAY_NOT) == []


@pytest.mark.parametrize("source", [
    "import PySide6",
    "from PySide6.QtCore import QObject",
    "def late():\n    import PySide6.QtGui as gui",
    "class Late:\n    def late(self):\n        from PySide6 import QtCore",
    "from importlib import import_module\nimport_module('PySide6.QtCore')",
    "import importlib\ndef late():\n    return importlib.import_module('PySide6')",
    "qt = __import__('PySide6')",
])
def test_an_import_is_found_wherever_it_hides(source: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "bad.py").write_text(source, encoding="utf-8")
    assert forbidden_imports(tmp_path, {"PySide6"}) == [f"{Path('deep', 'bad.py')} imports PySide6"]


def test_relative_imports_and_plain_words_are_not_taken_for_packages() -> None:
    assert imported_packages("from . import PySide6\nfrom .PySide6 import x\nword = 'PySide6'") == set()


def test_the_core_can_be_imported_without_loading_qt(project_root: Path) -> None:
    source = ("import pkgutil, sys, anchorscope, importlib\n"
              "for module in pkgutil.walk_packages(anchorscope.__path__, 'anchorscope.'):\n"
              "    if not module.name.endswith('__main__'):\n"
              "        importlib.import_module(module.name)\n"
              f"sys.exit(', '.join(sorted({CORE_MAY_NOT!r} & set(sys.modules))) or None)")
    code, output = python(project_root, [project_root / "src"], source)
    assert code == 0, output
