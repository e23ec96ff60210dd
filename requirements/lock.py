"""Pin the requirements of pyproject.toml, with hashes, for every supported system and Python.

Needs `uv` on the search path. After changing a dependency: ``python requirements/lock.py [--upgrade]``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST_PYTHON = "3.11"

LOCKS = {
    "develop.txt": ["--extra", "desktop", "--group", "develop"],
    "desktop.txt": ["--extra", "desktop", "--group", "install"],
    "core-test.txt": ["--group", "core-test"],
}
"""What each file holds; the first holds everything and decides the versions of the others."""

STYLE = ["--universal", "--fork-strategy", "fewest", "--python-version", OLDEST_PYTHON,
         "--only-binary", ":all:", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]


def find_uv() -> str:
    """Return the path of uv, or stop in one sentence."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("uv was not found; install it (for example with `pipx install uv`) and run this again.")
    return uv


def lock(uv: str, name: str, selection: list[str], more: list[str]) -> None:
    """Write one requirements file, with the versions of the complete one."""
    everything = HERE / next(iter(LOCKS))
    constraints = [] if name == everything.name else ["--constraints", str(everything)]
    files = [str(HERE.parent / "pyproject.toml"), "--output-file", str(HERE / name)]
    command = [uv, "pip", "compile", *files, *selection, *STYLE, *constraints, *more]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Write all files; further arguments, such as ``--upgrade``, go to uv."""
    uv = find_uv()
    for name, selection in LOCKS.items():
        lock(uv, name, selection, sys.argv[1:])


if __name__ == "__main__":
    main()
