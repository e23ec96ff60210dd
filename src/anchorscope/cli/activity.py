"""`anchorscope activity`: accessibility as gene activity."""

from __future__ import annotations

import argparse
from pathlib import Path

from anchorscope.cli.options import add_query, check_outputs, files_of, inputs_of, recipe_of
from anchorscope.cli.progress_line import reading, telling
from anchorscope.cli.settings import add_settings

SHORT = "write gene activity"

LONG = ("Adds up, for each cell, the accessibility at and around every gene by the chosen model, and writes cells x "
        "genes as h5ad, not normalised, with the region of each gene.")

GROUPS = ("gene_activity", "lsi", "reading_query")
"""The settings that matter here; LSI tells which cells are alike where links between peaks are learned."""


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_query(command)
    add_settings(command, GROUPS)
    command.add_argument("--out", type=Path, required=True, metavar="ACTIVITY.h5ad", help="cells x genes, as h5ad")


def execute(options: argparse.Namespace) -> None:
    """Compute gene activity and write it."""
    from anchorscope import export
    from anchorscope.io.inputs import open_query
    from anchorscope.stages import activity_of

    check_outputs([options.out], files_of(options))
    inputs = inputs_of(options)
    recipe = recipe_of(options)
    with reading(inputs) as progress:
        query = open_query(inputs, recipe.gene_activity.assembly, progress)
    with telling("Gene activity of the query") as progress:
        found = activity_of(query, recipe, progress)
    export.write_anndata(options.out, export.activity_anndata(query, found))
    cells, genes = found.counts.shape
    print(f"{cells:,} cells x {genes:,} genes of {found.assembly}, model {found.model}.")
    print(f"{'gene activity:':<14} {options.out}")
