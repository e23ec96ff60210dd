"""`anchorscope demo`: the built-in example."""

from __future__ import annotations

import argparse
from pathlib import Path

SHORT = "run the built-in example"

LONG = ("Makes a small reference and query with known truth and carries the labels over: in the window, or with "
        "--headless into files.")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--headless", action="store_true", help="no window: write the results to files")
    command.add_argument("--out", type=Path, default=Path("anchorscope-demo"), metavar="DIR",
                         help="folder for the files (default: %(default)s)")


def execute(options: argparse.Namespace) -> None:
    """Write the example and run it."""
    from anchorscope import cli, simulate
    from anchorscope.errors import OutputError

    folder = options.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot make the folder {folder}", error.strerror or "a refusal of the system",
                          "choose another with --out") from error
    rna, atac = simulate.write_example(folder)
    words = ["transfer", "--reference", rna, "--query", atac, "--labels", "cell_type", "--truth", "cell_type",
             "--out", folder / "labelled.h5ad", "--json", folder / "summary.json", "--report", folder / "report.html"]
    run = cli.parser().parse_args([str(word) for word in words])
    run.execute(run)
