"""`anchorscope compare`: gene-activity models and reductions on the user's own data."""

from __future__ import annotations

import argparse
from pathlib import Path

from anchorscope.cli.options import (
    add_query,
    add_reference,
    add_settings,
    add_transfer,
    check_outputs,
    inputs_of,
    job_of,
)
from anchorscope.cli.progress_line import told

SHORT = "compare gene-activity models and reductions"

LONG = ("Runs every combination of gene-activity model and reduction on the same data and prints one table: grades "
        "where there is an answer key (--truth), anchors, time, and the information lost by going unpaired, held "
        "against a classifier that was taught the query's own labels.")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_reference(command)
    add_query(command)
    add_transfer(command)
    add_settings(command)
    more = command.add_argument
    more("--models", metavar="A,B", help="models to compare (default: all; --model is ignored)")
    more("--reductions", metavar="A,B", help="reductions to compare (default: all; --reduction is ignored)")
    more("--out", type=Path, metavar="TABLE.csv", help="also write the table")


def execute(options: argparse.Namespace) -> None:
    """Run all combinations and print the table."""
    from anchorscope.compare import MODELS, REDUCTIONS, compare
    from anchorscope.io.atomic import atomic_path

    check_outputs([options.out], inputs_of(options).paths())
    job = job_of(options)
    models, reductions = _words(options.models, MODELS), _words(options.reductions, REDUCTIONS)
    with told() as listener:
        found = compare(job, models, reductions, listener)
    print(found.as_text())
    if options.out is not None:
        with atomic_path(options.out) as temporary:
            temporary.write_text(found.as_csv(), encoding="utf-8")
        print(f"{'table:':<14} {options.out}")


def _words(text: str | None, default: tuple[str, ...]) -> tuple[str, ...]:
    return default if text is None else tuple(word.strip() for word in text.split(","))
