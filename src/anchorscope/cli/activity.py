"""`anchorscope activity`: accessibility as gene activity."""

from __future__ import annotations

import argparse
from pathlib import Path

from anchorscope.cli.options import add_query, add_settings, check_outputs, inputs_of, recipe_of
from anchorscope.cli.progress_line import telling

SHORT = "write gene activity"

LONG = ("Casts the accessibility of each cell into gene space by the chosen model and writes cells x genes as h5ad, "
        "not normalised, with each gene's region.")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_query(command)
    add_settings(command)
    command.add_argument("--out", type=Path, required=True, metavar="ACTIVITY.h5ad", help="cells x genes")


def execute(options: argparse.Namespace) -> None:
    """Compute gene activity and write it."""
    from anchorscope import export
    from anchorscope.io.inputs import open_query
    from anchorscope.stages import activity_of

    inputs = inputs_of(options)
    check_outputs([options.out], inputs.paths())
    recipe = recipe_of(options)
    query = open_query(inputs, recipe.gene_activity.assembly)
    with telling("Gene activity of the query") as progress:
        found = activity_of(query, recipe, progress)
    export.write_anndata(options.out, export.activity_anndata(query, found))
    cells, genes = found.counts.shape
    print(f"{cells:,} cells x {genes:,} genes of {found.assembly}, model {found.model}.")
    print(f"{'gene activity:':<14} {options.out}")
