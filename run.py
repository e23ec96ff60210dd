"""Set up Anchorscope and run it: ``python run.py demo | window | test | package [more arguments]``.

Needs nothing but Python. Everything else is installed into ``.venv`` and ``.venv-core`` beside this file, in
the exact versions of ``requirements/``; delete the two folders to start afresh.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent
PYTHON = "{}.{}".format(*sys.version_info[:2])
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
WINDOWS = sys.platform == "win32"
LINUX = sys.platform == "linux"

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt loads on Linux and does not bring along: library, and the Debian package that holds it."""

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE = "fonts-dejavu-core"


# ---- what the system must bring ------------------------------------------------------------------


def check_python() -> None:
    """Stop in one sentence under a Python for which there are no packages."""
    if PYTHON not in SUPPORTED:
        sys.exit(
            f"Anchorscope needs Python 3.11, 3.12, 3.13 or 3.14, but this is Python {platform.python_version()}; "
            "install one of them and use it to start run.py."
        )


def loads(library: str) -> bool:
    """Whether the system finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_fonts() -> bool:
    """Whether any font that Qt can draw with is installed."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(True for folder in folders for _ in folder.rglob("*.[to]t[fc]"))


def missing_packages(*, packaging: bool) -> list[str]:
    """Debian packages that hold what this Linux lacks: for Qt, for virtual environments and for packaging."""
    missing = [package for library, package in QT_LIBRARIES.items() if not loads(library)]
    if not has_fonts():
        missing.append(FONT_PACKAGE)
    if importlib.util.find_spec("ensurepip") is None:
        missing.append(f"python{PYTHON}-venv")
    if packaging:
        missing += missing_for_packaging()
    return missing


def missing_for_packaging() -> list[str]:
    """Debian packages that PyInstaller needs and this Linux lacks."""
    missing = [] if shutil.which("objcopy") else ["binutils"]
    if not loads(f"libpython{PYTHON}.so.1.0"):
        missing.append(f"libpython{PYTHON}")
    return missing


def provide_system(*, packaging: bool = False) -> None:
    """Install what the system lacks where that is possible; name it in one line where it is not."""
    missing = missing_packages(packaging=packaging) if LINUX else []
    if not missing:
        return
    if shutil.which("apt-get") is None:
        say(f"The system may lack libraries that Debian has in: {' '.join(missing)}")
    elif sys.platform == "win32" or os.geteuid() != 0:
        say(f"The system lacks libraries; please type: sudo apt-get install {' '.join(missing)}")
    else:
        apt_install(missing)


def apt_install(packages: list[str]) -> None:
    """Install Debian packages; a failure is told and not fatal, because most of the work needs no window."""
    say(f"Installing system packages: {' '.join(packages)}")
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], env=environment, check=False)
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    done = subprocess.run(install, env=environment, check=False, stdout=subprocess.DEVNULL)
    if done.returncode:
        say("The system packages could not be installed; going on without them.")


# ---- environments --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Environment:
    """A virtual environment beside this file, filled from files in ``requirements/``."""

    name: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return ROOT / self.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if WINDOWS else "bin/python")

    def stamp(self, requirements: str) -> Path:
        """Return the file that says what was installed from one requirements file."""
        return self.folder / f"{requirements}.stamp"

    def holds(self, requirements: str) -> bool:
        """Whether it holds exactly what the requirements file asks for, under this Python."""
        stamp = self.stamp(requirements)
        return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(requirements)

    def provide(self, requirements: str, *others: str, project: bool = True) -> Environment:
        """Install a requirements file unless that was done; `others` are those whose content it includes."""
        if not self.holds(requirements):
            if not any(self.holds(other) for other in others):
                self.create()
            say(f"Installing requirements/{requirements}.txt into {self.name} (once; takes minutes)")
            self.pip("--require-hashes", "--only-binary", ":all:", "-r", str(requirements_file(requirements)))
            if project:
                self.pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
            for name in (requirements, *others):
                self.stamp(name).write_text(fingerprint(name), encoding="utf-8")
        return self

    def create(self) -> None:
        """Make it anew, empty but for pip."""
        if Path(sys.prefix) == self.folder:
            sys.exit(f"{self.name} is out of date; type `deactivate` and start run.py again to renew it.")
        say(f"Creating {self.name}")
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(self.folder)], check=False)
        if made.returncode:
            sys.exit(f"Python {PYTHON} could not create a virtual environment; the lines above say why.")

    def pip(self, *arguments: str) -> None:
        """Run ``pip install``, or stop if it fails."""
        options = ["--quiet", "--disable-pip-version-check"]
        if self.run("-m", "pip", "install", *options, *arguments):
            sys.exit("The installation failed; the lines above say why. Is this computer online?")

    def run(self, *arguments: str, place: Path | None = None, told: IO[str] | None = None, **environment: str) -> int:
        """Run its interpreter in a folder, with what it prints on the screen or in a file; return the exit code."""
        command = [str(self.python), *arguments]
        return subprocess.run(command, env={**os.environ, **environment}, cwd=place, stdout=told,
                              stderr=None if told is None else subprocess.STDOUT, check=False).returncode


def requirements_file(name: str) -> Path:
    """Return the path of one pinned requirements file."""
    return ROOT / "requirements" / f"{name}.txt"


def fingerprint(requirements: str) -> str:
    """Return what an environment depends on: the pinned versions, the Python and the project's place."""
    content = requirements_file(requirements).read_bytes()
    return f"{hashlib.sha256(content).hexdigest()} {platform.python_version()} {ROOT}\n"


def desktop() -> Environment:
    """Provide the environment in which the program runs."""
    return Environment(".venv").provide("desktop")


def develop() -> Environment:
    """Provide the same environment with the tools for testing and packaging."""
    return Environment(".venv").provide("develop", "desktop")


def core() -> Environment:
    """Provide the environment without Qt in which the core is tested."""
    return Environment(".venv-core").provide("core-test", project=False)


# ---- commands ------------------------------------------------------------------------------------


def say(line: str, told: IO[str] | None = None) -> None:
    """Print at once, so that the order is right between the programs that are called; or into a file."""
    print(line, file=told, flush=True)


def has_screen() -> bool:
    """Whether a window can be opened."""
    return not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def demo(arguments: list[str]) -> int:
    """Run the example: in the window where there is a screen, otherwise headless."""
    provide_system()
    headless = [] if has_screen() else ["--headless", "--out", "anchorscope-demo"]
    return desktop().run("-m", "anchorscope_desktop", "demo", *headless, *arguments)


def window(arguments: list[str]) -> int:
    """Open the window."""
    provide_system()
    if not has_screen():
        sys.exit("There is no screen to open a window on; `python run.py demo` runs the example without.")
    return desktop().run("-m", "anchorscope_desktop", *arguments)


def test(arguments: list[str]) -> int:
    """Run all checks and tests, whatever fails on the way; further arguments go to pytest.

    The checks and the core's tests go on beside the window's, which wait half of the time and therefore lie in parts
    from which three lanes take the next; all lanes but the first tell of themselves at the end.
    """
    provide_system()
    without_qt, complete, stop = core(), develop(), threading.Event()
    waiting = deque(parts(ROOT / "tests" / "app", PARTS))

    def lane(begin: dict[str, Callable[[], int]], told: IO[str] | None) -> dict[str, tuple[bool, float]]:
        results = steps(begin, stop, told)
        while waiting and not stop.is_set():
            try:
                files = waiting.popleft()
            except IndexError:  # another lane was quicker
                break
            name = f"window, {Path(files[0]).stem.removeprefix('test_')} and {len(files) - 1} more"
            results |= steps({name: partial(pytest, complete, files, arguments, told)}, stop, told)
        return results

    with unseen() as told, unseen() as told_second, ThreadPoolExecutor(2) as others:
        beside = [others.submit(lane, {
            "ruff": lambda: complete.run("-m", "ruff", "check", str(ROOT), told=told),
            "mypy": lambda: complete.run("-m", "mypy", "src/anchorscope", "app", place=ROOT, told=told),
            "mypy as on Windows": lambda: complete.run(
                "-m", "mypy", "--platform", "win32", *of_systems(), "run.py", place=ROOT, told=told),
            "core without Qt": lambda: core_tests(without_qt, arguments, told)}, told),
            others.submit(lane, {}, told_second)]
        try:
            results = lane({"architecture": lambda: pytest(complete, ["tests/architecture"], arguments)}, None)
            for other in beside:
                results |= other.result()
        finally:
            stop.set()
            for one in (told_second, told):
                one.seek(0)
                say(one.read())
    return summarise(results)


def of_systems() -> list[str]:
    """Return the modules that import what differs from system to system: the others are the same on all of them."""
    return [path.relative_to(ROOT).as_posix() for folder in ("src/anchorscope", "app")
            for path in sorted((ROOT / folder).rglob("*.py")) if DIFFERS.search(path.read_text(encoding="utf-8"))]


def unseen() -> IO[str]:
    """Return a file for what is told later; it goes when it is closed."""
    return tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")


def parts(folder: Path, count: int) -> list[list[str]]:
    """Return the test files of a folder in lists of like size, the largest file first, as paths from here."""
    found: list[list[Path]] = [[] for _ in range(count)]
    for path in sorted(folder.glob("test_*.py"), key=lambda one: (-one.stat().st_size, one.name)):
        min(found, key=lambda part: sum(one.stat().st_size for one in part)).append(path)
    return [[one.relative_to(ROOT).as_posix() for one in part] for part in found if part]


def steps(todo: dict[str, Callable[[], int]], stop: threading.Event,
          told: IO[str] | None = None) -> dict[str, tuple[bool, float]]:
    """Do one step after the other, until told to stop; return for each whether it passed, and its seconds."""
    results = {}
    for name, step in todo.items():
        if stop.is_set():
            break
        say(f"\n==== {name} ====", told)
        results[name] = timed(step)
    return results


def core_tests(environment: Environment, arguments: list[str], told: IO[str] | None = None) -> int:
    """Run the core's tests, and refuse to do so where PySide6 could be imported."""
    absent = "import importlib.util, sys; sys.exit(importlib.util.find_spec('PySide6') is not None)"
    if environment.run("-c", absent):
        say(f"PySide6 can be imported in {environment.name}, so the core's tests would prove nothing.", told)
        return 1
    return pytest(environment, ["tests/core", "tests/reference"], arguments, told)


def pytest(environment: Environment, folders: list[str], arguments: list[str], told: IO[str] | None = None) -> int:
    """Run pytest off-screen; finding no test is fine only where arguments asked for a selection."""
    paths, options = paths_and_options(arguments)
    chosen = within(folders, paths) if paths else folders
    if not chosen:
        say(f"Nothing of {', '.join(folders)} was asked for.", told)
        return 0
    code = environment.run("-m", "pytest", *chosen, *options, place=ROOT, told=told, QT_QPA_PLATFORM="offscreen")
    return 0 if code == NO_TESTS and arguments else code


def paths_and_options(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Tell arguments that name tests, by folder, file or node, from all others."""
    paths = [argument for argument in arguments if argument.split("/")[0] == "tests"]
    for path in paths:
        if not (ROOT / path.split("::")[0]).exists():
            sys.exit(f"There is no {path}.")
    return paths, [argument for argument in arguments if argument not in paths]


def within(folders: list[str], paths: list[str]) -> list[str]:
    """Return what `paths` and `folders` have in common: the deeper of any two, one inside the other."""
    deeper = [path for path in paths if path.startswith(tuple(folders))]
    wider = [folder for folder in folders if folder.startswith(tuple(paths))]
    return list(dict.fromkeys([*deeper, *wider]))


def timed(step: Callable[[], int]) -> tuple[bool, float]:
    """Run one step; return whether it passed and its seconds."""
    start = time.monotonic()
    passed = step() == 0
    return passed, time.monotonic() - start


def summarise(results: dict[str, tuple[bool, float]]) -> int:
    """Print one line about all steps and return the exit code."""
    words = [f"{name} {'passed' if passed else 'FAILED'} ({seconds:.0f} s)" for name, (passed, seconds) in
             results.items()]
    everything = all(passed for passed, _ in results.values())
    say(f"\n{'PASSED' if everything else 'FAILED'}: " + ", ".join(words))
    return 0 if everything else 1


def package(arguments: list[str]) -> int:
    """Build the stand-alone program and test it where it cannot see the environment it was built in."""
    provide_system(packaging=True)
    environment = develop()
    code = environment.run(
        "-m", "PyInstaller", "--noconfirm", "--clean", *arguments, "pyinstaller.spec", place=ROOT)
    if code:
        return code
    program = ROOT / "dist" / "Anchorscope" / ("Anchorscope.exe" if WINDOWS else "Anchorscope")
    with hidden(environment.folder):
        say(f"Testing {program} with {environment.name} out of sight")
        code = subprocess.run([str(program), "--self-test"], env=plain_variables(), check=False).returncode
    say(f"{'PASSED' if code == 0 else 'FAILED'}: {program} --self-test")
    return code


@contextmanager
def hidden(folder: Path) -> Iterator[None]:
    """Move a folder out of the way for a while; if another has taken its place by then, that one stays."""
    aside = folder.with_name(folder.name + "-hidden")
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    try:
        yield
    finally:
        if folder.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(folder)


def plain_variables() -> dict[str, str]:
    """Return the environment variables without those that point to a Python."""
    drop = ("PYTHON", "VIRTUAL_ENV", "CONDA", "PYENV", "QT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    paths = [path for path in kept.get("PATH", "").split(os.pathsep) if ".venv" not in path]
    return {**kept, "PATH": os.pathsep.join(paths), "QT_QPA_PLATFORM": "offscreen"}


PARTS = 7
"""Of the window's tests: few enough that starting costs little, more than the lanes, so that none waits for long."""

DIFFERS = re.compile(r"^\s*(?:import|from) (?:asyncio|ctypes|fcntl|mmap|msvcrt|multiprocessing|os|platform|resource|"
                     r"select|shutil|signal|socket|stat|subprocess|sys|tempfile|time|winreg)\b", re.MULTILINE)
"""Imports of what the standard library has otherwise on another system."""

NO_TESTS = 5
"""Exit code of pytest when no test was selected."""

INTERRUPTED = 130
"""Exit code after Ctrl-C."""

COMMANDS = {"demo": demo, "window": window, "test": test, "package": package}


def main() -> int:
    """Run the command that was asked for."""
    check_python()
    name, *arguments = sys.argv[1:] or ["--help"]
    if name not in COMMANDS:
        say(__doc__ or "")
        return 0 if name in ("-h", "--help") else 2
    try:
        return COMMANDS[name](arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
