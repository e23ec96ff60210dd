"""Every public name is documented and annotated, every setting declared; and every check can fail."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from anchorscope.declared import Declaration, Parameters
from anchorscope.parameters import Recipe, Repairs
from architecture import conventions

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "src" / "anchorscope"
APP = ROOT / "app" / "anchorscope_desktop"
ALL_FILES = conventions.sources(CORE, APP)
CORE_FILES = conventions.sources(CORE)
SILENT_FILES = [path for path in CORE_FILES if path.relative_to(CORE).parts[0] not in ("cli", "cli.py")]

Check = Callable[[ast.Module], list[str]]


def demand(files: list[Path], check: Check) -> None:
    """Fail with all faults that a check finds, a line each."""
    faults = conventions.faults(files, check)
    assert not faults, "\n".join(faults)


def test_every_public_name_is_documented() -> None:
    demand(ALL_FILES, conventions.undocumented)


def test_every_public_parameter_and_return_is_annotated() -> None:
    demand(ALL_FILES, conventions.unannotated)


def test_no_parameter_changes_what_is_returned() -> None:
    demand(ALL_FILES, conventions.forbidden_parameters)


def test_the_core_prints_nothing_but_in_its_command_line() -> None:
    demand(SILENT_FILES, conventions.prints)


def test_every_setting_is_declared() -> None:
    groups = Parameters.__subclasses__()
    # Repairs belong to each of the files that are read, not to the method.
    assert {Repairs, *(type(getattr(Recipe(), item.name)) for item in dataclasses.fields(Recipe))} >= set(groups)
    assert [fault for group in groups for fault in conventions.undeclared(group)] == []


def test_the_checks_see_the_files_they_are_about() -> None:
    assert {CORE / "parameters.py", CORE / "io" / "__init__.py", APP / "__init__.py"} <= set(ALL_FILES)
    assert CORE / "parameters.py" in SILENT_FILES
    assert CORE / "cli.py" not in SILENT_FILES


def test_a_fault_is_reported_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    bad = tmp_path / "deep" / "bad.py"
    bad.write_text("print('é')", encoding="utf-8")
    assert conventions.faults(conventions.sources(tmp_path), conventions.prints) == [f"{bad}: line 1 prints"]


GOOD = '''
"""A module."""
class Thing:
    """A thing."""
    def __init__(self, size: int) -> None:
        self.size = size
    def grow(self, *by: int, **more: int) -> int:
        """Grow."""
        def helper(x): return x
        return helper(sum(by))
    def _hidden(self, x): return x
    @property
    def half(self) -> int:
        """Half of it."""
        return 1
    @half.setter
    def half(self, value: int) -> None: ...
def _private(x): return x
def fingerprint(x: int) -> int:
    """Print nothing."""
    return x
'''

BAD = [
    (conventions.undocumented, "x = 1", "the module has no docstring"),
    (conventions.undocumented, '"""M."""\nclass A: ...', "A has no docstring"),
    (conventions.undocumented, '"""M."""\ndef f(): ...', "f has no docstring"),
    (conventions.undocumented, '"""M."""\nasync def f(): ...', "f has no docstring"),
    (conventions.undocumented, '"""M."""\nif True:\n    def f(): ...', "f has no docstring"),
    (conventions.undocumented, '"""M."""\ntry:\n    1\nexcept E:\n    def f(): ...', "f has no docstring"),
    (conventions.undocumented, '"""M."""\nclass A:\n    """A."""\n    def b(self): ...',
     "A.b has no docstring"),
    (conventions.undocumented, '"""M."""\nclass A:\n    """A."""\n    class B: ...', "A.B has no docstring"),
    (conventions.undocumented, '"""M."""\nclass A:\n    """A."""\n    @property\n    def b(self): ...',
     "A.b has no docstring"),
    (conventions.unannotated, "def f(x) -> int: ...", "f: the parameter x is not annotated"),
    (conventions.unannotated, "def f(*x) -> int: ...", "f: the parameter x is not annotated"),
    (conventions.unannotated, "def f(**x) -> int: ...", "f: the parameter x is not annotated"),
    (conventions.unannotated, "def f(*, x) -> int: ...", "f: the parameter x is not annotated"),
    (conventions.unannotated, "def f(x, /) -> int: ...", "f: the parameter x is not annotated"),
    (conventions.unannotated, "def f(x: int): ...", "f: the return is not annotated"),
    (conventions.unannotated, "class A:\n    def __init__(self, x: int): ...",
     "A.__init__: the return is not annotated"),
    (conventions.forbidden_parameters, "def f(x: int, *, copy: bool) -> int: ...",
     "f: the parameter copy is forbidden"),
    (conventions.forbidden_parameters, "def _f(inplace): ...", "_f: the parameter inplace is forbidden"),
    (conventions.prints, "def f():\n    print('x')", "line 2 prints"),
]


@pytest.mark.parametrize(("check", "source", "fault"), BAD)
def test_a_fault_is_found(check: Check, source: str, fault: str) -> None:
    assert fault in check(ast.parse(source))


@pytest.mark.parametrize("check", sorted({check for check, _, _ in BAD}, key=lambda check: check.__name__))
def test_good_source_has_no_fault(check: Check) -> None:
    assert check(ast.parse(GOOD)) == []


@pytest.mark.parametrize(("metadata", "default", "fault"), [
    ({}, 1, "has no declaration"),
    ({"declaration": Declaration("", "Help.", low=0, high=2)}, 1, "has no title"),
    ({"declaration": Declaration("T", "", low=0, high=2)}, 1, "has no help in sentences"),
    ({"declaration": Declaration("T", "Help.")}, 1, "has no range"),
    ({"declaration": Declaration("T", "Help.", low=0)}, 1.0, "has no range"),
    ({"declaration": Declaration("T", "Help.", low=0, high=2)}, 3, "has a default outside its range"),
    ({"declaration": Declaration("T", "Help.", choices=("a",))}, "b",
     "has a default that is not among its choices"),
])
def test_a_poor_declaration_is_found(metadata: dict[str, Declaration], default: object, fault: str) -> None:
    group = dataclasses.make_dataclass(
        "Group", [("setting", object, dataclasses.field(default=default, metadata=metadata))])
    assert conventions.undeclared(group) == [f"Group.setting {fault}"]
