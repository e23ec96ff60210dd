"""The command line: the same core without a window. One file a command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from anchorscope.cli import activity, coembed, compare, demo, inspect, run, transfer, unpair
from anchorscope.errors import AnchorscopeError, Cancelled, InputError

WindowOpener = Callable[[bool], int]
"""Opens the window (on the example, if true) and returns the exit code when it closes."""

COMMANDS = (demo, inspect, transfer, run, compare, coembed, activity, unpair)
"""Each declares its options (`add`) and does its work (`execute`)."""

DESCRIPTION = """\
Anchorscope names the cells of a scATAC-seq query from an annotated scRNA-seq reference.
Without a command it opens the window."""

EXAMPLES = """\
examples:
  anchorscope                      open the window
  anchorscope demo                 try it on the built-in example
  anchorscope inspect atac.h5ad    what is in this file?
  anchorscope transfer --reference rna.h5ad --query atac.h5ad --labels cell_type --out labelled.h5ad
                                   carry the reference's cell types over to the ATAC cells
  anchorscope run recipe.toml      do again what a recipe says
  anchorscope compare --reference rna.h5ad --query atac.h5ad --labels cell_type --truth cell_type --out table.csv
                                   which gene-activity model and reduction suit these data?
  anchorscope coembed --reference rna.h5ad --query atac.h5ad --labels cell_type --out both.h5ad
                                   both assays in one map
  anchorscope activity --query atac.h5ad --out activity.h5ad
                                   accessibility as gene activity
  anchorscope unpair multiome.h5 --out-reference rna.h5ad --out-query atac.h5ad
                                   take a multiome apart and keep the answer key"""


def main(arguments: Sequence[str] | None = None, open_window: WindowOpener | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        What was typed after ``anchorscope``; by default the process's own.
    open_window
        Opens the window; ``None`` where it is not installed.

    Returns
    -------
    int
        Exit code: 0, 2 for bad input (one sentence on stderr), 130 when interrupted, 1 for a failure of our own.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = parser().parse_args(words)
    try:
        return _run(options, open_window)
    except AnchorscopeError as error:
        print(f"anchorscope: {error}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, Cancelled):
        print("anchorscope: stopped; nothing was written.", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - the user gets a sentence, never a traceback
        print(f"anchorscope: an unexpected failure of the program itself ({type(error).__name__}: {error}); "
              "please report it with the command you typed.", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the command-line parser."""
    top = argparse.ArgumentParser(
        "anchorscope", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2]
        one = commands.add_parser(name, help=command.SHORT, description=command.LONG)
        command.add(one)
        one.set_defaults(execute=command.execute)
    return top


def _run(options: argparse.Namespace, open_window: WindowOpener | None) -> int:
    if options.command is not None and not (options.command == "demo" and not options.headless):
        options.execute(options)
        return 0
    if open_window is None:
        raise InputError("The window cannot open", "the core alone",
                         "type “anchorscope” where anchorscope[desktop] is installed, or use “anchorscope demo "
                         "--headless”")
    return open_window(options.command == "demo")
