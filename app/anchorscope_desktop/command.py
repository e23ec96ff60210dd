"""The program's entry: the core's command line, with a window to open."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from anchorscope import cli
from anchorscope.errors import InputError

SELF_TEST = "--self-test"
WORK_SUFFIXES = (".anchorscope", ".toml")
"""A single argument that ends like this is a session or a recipe to open, as file managers hand it over."""


def main() -> int:
    """Run the command line; Qt is loaded only when a window is wanted."""
    if sys.argv[1:] == [SELF_TEST]:
        return self_test()
    if len(sys.argv) == 2 and sys.argv[1].lower().endswith(WORK_SUFFIXES):
        return cli.main([], open_window=lambda _: _open_window(False, Path(sys.argv[1])))  # noqa: FBT003
    return cli.main(sys.argv[1:], open_window=_open_window)


def self_test() -> int:
    """Run the example without a window, then once through the window off-screen; 0 if both do what they should."""
    from anchorscope_desktop.main_window import window_pass

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        code = cli.main(["demo", "--headless", "--out", str(out)])
        checks = [("example without a window", code == 0 and (out / "labelled.h5ad").is_file())]
        if checks[0][1]:
            checks += window_pass(out / "rna.h5ad", out / "atac.h5ad")
    for name, passed in checks:
        print(f"{'ok    ' if passed else 'FAILED'}  {name}")  # noqa: T201 - the answer of a command
    return 0 if all(passed for _, passed in checks) else 1


def _open_window(example: bool, work: Path | None = None) -> int:  # noqa: FBT001 - the command line's signature
    if not _has_screen():
        raise InputError("The window cannot open", "no screen", "use “anchorscope demo --headless” or "
                         "“anchorscope transfer”, which need none")
    from anchorscope_desktop.main_window import open_window

    return open_window(example=example, work=work)


def _has_screen() -> bool:
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in screens)


if __name__ == "__main__":
    sys.exit(main())
