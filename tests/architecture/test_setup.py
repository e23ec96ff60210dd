"""The pinned requirements fit pyproject.toml and each other, and run.py installs when it must and only then."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["core-test", "desktop", "develop"]
PINNED = re.compile(r"([a-z0-9-]+)==([^ ;]+)( ; [^\\]+)?( --hash=sha256:[0-9a-f]{64})+")


def entries(text: str) -> list[str]:
    """The entries of a requirements file, continued lines joined."""
    return text.replace(" \\\n   ", "").splitlines()


def pins(name: str) -> dict[str, str]:
    """Versions by package in one file."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    matches = [PINNED.fullmatch(entry) for entry in entries(text)]
    return {match[1]: match[2] for match in matches if match}


def wanted(requirements: list[object]) -> set[str]:
    """Package names of a list of requirements, without versions."""
    names = (re.match(r"[\w-]+", item) for item in requirements if isinstance(item, str))
    return {match[0].lower() for match in names if match}


@pytest.mark.parametrize("name", LOCKS)
def test_every_entry_is_one_version_with_hashes_and_nothing_else(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert [entry for entry in entries(text) if not PINNED.fullmatch(entry)] == []
    assert len(pins(name)) == len(entries(text)) > 20


@pytest.mark.parametrize("entry", [
    "numpy", "numpy>=2", "numpy==2.4.6", "# made by a tool", "--index-url https://example.org/simple",
    "numpy @ https://example.org/numpy.whl --hash=sha256:" + "0" * 64,
])
def test_an_entry_that_is_not_pinned_is_found(entry: str) -> None:
    assert PINNED.fullmatch(entry) is None


def test_the_files_hold_what_the_project_asks_for() -> None:
    groups = PROJECT["dependency-groups"]
    core = wanted(PROJECT["project"]["dependencies"])
    desktop = wanted(PROJECT["project"]["optional-dependencies"]["desktop"])
    assert core | wanted(groups["core-test"]) <= set(pins("core-test"))
    assert core | desktop | wanted(groups["install"]) <= set(pins("desktop"))
    assert core | desktop | set().union(*map(wanted, groups.values())) <= set(pins("develop"))


def test_the_core_is_tested_without_qt() -> None:
    assert not {"pyside6-essentials", "shiboken6", "pyqtgraph", "qtawesome"} & set(pins("core-test"))


def test_all_files_agree_on_versions() -> None:
    assert pins("core-test").items() <= pins("develop").items()
    assert pins("desktop").items() <= pins("develop").items()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py as a module that believes to live in an empty folder and installs nothing."""
    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "run_py", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "requirements").mkdir()
    for name in LOCKS:
        (tmp_path / "requirements" / f"{name}.txt").write_text(name, encoding="utf-8")
    return module


@pytest.fixture
def done(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What environments were asked to do."""
    log: list[str] = []

    def create(environment: object) -> None:
        log.append("create")
        (run.ROOT / environment.name).mkdir(exist_ok=True)

    monkeypatch.setattr(run.Environment, "create", create)
    monkeypatch.setattr(run.Environment, "pip", lambda _, *arguments: log.append(Path(arguments[-1]).stem))
    return log


def test_it_installs_once(run: ModuleType, done: list[str]) -> None:
    run.desktop()
    first = list(done)
    run.desktop()
    assert done == first == ["create", "desktop", run.ROOT.stem]


def test_tools_are_added_to_an_environment_that_runs_the_program(run: ModuleType, done: list[str]) -> None:
    run.desktop()
    done.clear()
    run.develop()
    run.desktop()
    assert done == ["develop", run.ROOT.stem]


@pytest.mark.parametrize("change", ["requirements", "python", "place"])
def test_a_change_makes_the_environment_anew(
    run: ModuleType, done: list[str], change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.core()
    done.clear()
    if change == "requirements":
        (run.ROOT / "requirements" / "core-test.txt").write_text("newer", encoding="utf-8")
    elif change == "python":
        monkeypatch.setattr(run.platform, "python_version", lambda: "3.99.0")
    else:
        monkeypatch.setattr(run, "ROOT", run.ROOT.rename(run.ROOT.with_name("moved")))
    run.core()
    assert done == ["create", "core-test"]


def test_a_failed_installation_is_not_taken_for_done(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.Environment, "create", lambda environment: environment.folder.mkdir(exist_ok=True))
    monkeypatch.setattr(run.Environment, "run", lambda *_, **__: 1)
    with pytest.raises(SystemExit, match="The installation failed"):
        run.desktop()
    assert not run.Environment(".venv").holds("desktop")


def test_another_python_is_refused_by_its_version(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    run.check_python()
    monkeypatch.setattr(run, "PYTHON", "3.15")
    monkeypatch.setattr(run.platform, "python_version", lambda: "3.15.2")
    with pytest.raises(SystemExit, match=r"needs Python 3\.11, 3\.12, 3\.13 or 3\.14, but this is Python 3\.15\.2"):
        run.check_python()


def test_the_pythons_are_those_of_the_project(run: ModuleType) -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.15"
    assert run.SUPPORTED == ("3.11", "3.12", "3.13", "3.14")


@pytest.mark.parametrize(("paths", "common"), [
    (["tests"], ["tests/core", "tests/reference"]),
    (["tests/core"], ["tests/core"]),
    (["tests/core/test_x.py::test_y"], ["tests/core/test_x.py::test_y"]),
    (["tests/app"], []),
])
def test_paths_go_to_the_environment_they_belong_to(run: ModuleType, paths: list[str], common: list[str]) -> None:
    assert run.within(["tests/core", "tests/reference"], paths) == common


def test_a_path_that_does_not_exist_stops_the_tests(run: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"There is no tests/nowhere\."):
        run.paths_and_options(["-q", "tests/nowhere"])


def test_one_failed_step_fails_the_whole(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.summarise({"a": (True, 1.0), "b": (False, 2.0)}) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "FAILED: a passed (1 s), b FAILED (2 s)"
    assert run.summarise({"a": (True, 1.0)}) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "PASSED: a passed (1 s)"


def test_selecting_no_test_is_fine_only_when_asked_for(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = SimpleNamespace(run=lambda *_, **__: run.NO_TESTS)
    assert run.pytest(environment, ["tests/core"], []) == run.NO_TESTS
    assert run.pytest(environment, ["tests/core"], ["-k", "nothing"]) == 0


def test_what_a_step_prints_can_go_to_a_file(run: ModuleType, tmp_path: Path) -> None:
    environment = SimpleNamespace(python=sys.executable)
    with (tmp_path / "told").open("w+", encoding="utf-8") as told:
        code = run.Environment.run(environment, "-c", "import os, sys; print(os.getcwd()); sys.exit('no')",
                                   place=tmp_path, told=told)
        run.say("after", told)
        told.seek(0)
        assert (code, told.read().split()) == (1, [str(tmp_path), "no", "after"])


def test_a_folder_is_hidden_and_comes_back_after_a_failure(run: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "env"
    folder.mkdir()

    def fail_while_hidden() -> None:
        with run.hidden(folder):
            assert not folder.exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_while_hidden()
    assert folder.exists()


def test_a_folder_made_meanwhile_stays(run: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "env"
    (folder / "old").mkdir(parents=True)
    (tmp_path / "env-hidden" / "left behind").mkdir(parents=True)
    with run.hidden(folder):
        (folder / "new").mkdir(parents=True)
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))
            if path.name.startswith(("env", "old", "new"))] == ["env", "env/new"]


def test_the_built_program_sees_no_python(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "src")
    monkeypatch.setenv("VIRTUAL_ENV", ".venv")
    monkeypatch.setenv("PATH", f"/x/.venv/bin{run.os.pathsep}/usr/bin")
    variables = run.plain_variables()
    assert not {"PYTHONPATH", "VIRTUAL_ENV"} & set(variables)
    assert variables["PATH"] == "/usr/bin"


def test_modules_that_import_what_differs_between_systems_are_checked_as_on_windows(run: ModuleType) -> None:
    contents = {"one.py": "import os\n", "two.py": "def f():\n    from sys import platform\n",
                "three.py": "import oslo\nimport json\n", "four.py": "import anchorscope.io.system\n"}
    for folder in ("src/anchorscope/deep", "app"):
        (run.ROOT / folder).mkdir(parents=True)
        for name, content in contents.items():
            (run.ROOT / folder / name).write_text(content, encoding="utf-8")
    assert run.of_systems() == [f"{folder}/{name}" for folder in ("src/anchorscope/deep", "app")
                                for name in ("one.py", "two.py")]


def test_the_windows_tests_are_all_in_one_part_of_several_of_like_size(run: ModuleType) -> None:
    folder = run.ROOT / "tests" / "app"
    folder.mkdir(parents=True)
    sizes = {"test_a.py": 10, "test_b.py": 30, "test_c.py": 20, "test_d.py": 25, "helpers.py": 99}
    for name, size in sizes.items():
        (folder / name).write_text("#" * size, encoding="utf-8")
    assert run.parts(folder, 2) == [["tests/app/test_b.py", "tests/app/test_a.py"],
                                    ["tests/app/test_d.py", "tests/app/test_c.py"]]
    assert len(run.parts(folder, 9)) == 4
