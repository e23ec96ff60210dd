"""`anchorscope compare`: gene-activity models and reductions on the user's own data."""

from __future__ import annotations

import argparse
from pathlib import Path

from anchorscope.cli.options import (
    add_grading,
    add_query,
    add_reference,
    add_transfer,
    check_outputs,
    files_of,
    inputs_of,
    job_of,
    recipe_of,
)
from anchorscope.cli.progress_line import told
from anchorscope.cli.settings import GROUPS, add_settings
from anchorscope.parameters import AnchorParameters, GeneActivityParameters

SHORT = "compare gene-activity models and reductions"

LONG = ("Runs every combination of gene-activity model and reduction on the same data and prints one table: anchors, "
        "time and, where there is an answer key (--truth), grades and the information lost by going unpaired, which "
        "is the distance to a classifier that was taught the query's own labels. Each row also tells, without an "
        "answer key, how many labels are those found with --model and --reduction.")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_reference(command)
    add_query(command)
    add_transfer(command)
    add_grading(command)
    add_settings(command, [name for name in GROUPS if name != "umap"])
    more = command.add_argument
    more("--models", metavar="A,B", help="gene-activity models to compare (default: all)")
    more("--reductions", metavar="A,B", help="reductions to compare (default: all)")
    more("--out", type=Path, metavar="TABLE.csv", help="also write the table")


def execute(options: argparse.Namespace) -> None:
    """Run all combinations and print the table."""
    from anchorscope.compare import MODELS, REDUCTIONS, compare
    from anchorscope.io.atomic import atomic_path

    check_outputs([options.out], files_of(options))
    models, reductions = _words(options.models, MODELS), _words(options.reductions, REDUCTIONS)
    _check(models, reductions)
    job = job_of(inputs_of(options), recipe_of(options))
    with told() as listener:
        found = compare(job, models, reductions, listener)
    print(found.as_text())
    if options.out is not None:
        with atomic_path(options.out) as temporary:
            temporary.write_text(found.as_csv(), encoding="utf-8")
        print(f"{'table:':<14} {options.out}")


def _check(models: tuple[str, ...], reductions: tuple[str, ...]) -> None:
    """Refuse unknown names before the files are read."""
    for model in models:
        GeneActivityParameters(model=model)
    for reduction in reductions:
        AnchorParameters(reduction=reduction)


def _words(text: str | None, default: tuple[str, ...]) -> tuple[str, ...]:
    return default if text is None else tuple(word.strip() for word in text.split(","))
