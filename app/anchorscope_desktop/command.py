"""The program's entry: the core's command line, with a window to open."""

from __future__ import annotations

import sys

from anchorscope import cli


def main() -> int:
    """Run the command line; Qt is loaded only when a window is wanted."""
    return cli.main(sys.argv[1:], open_window=_open_window)


def _open_window(example: bool) -> int:  # noqa: FBT001 - the command line's signature
    from anchorscope_desktop.main_window import open_window

    return open_window(example=example)


if __name__ == "__main__":
    sys.exit(main())
