"""`anchorscope coembed`: both assays in one map."""

from __future__ import annotations

import argparse
from pathlib import Path

from anchorscope.cli.options import (
    add_query,
    add_reference,
    add_transfer,
    check_outputs,
    files_of,
    inputs_of,
    job_of,
    recipe_of,
)
from anchorscope.cli.progress_line import telling, told
from anchorscope.cli.settings import add_settings

SHORT = "put both assays into one map"

LONG = ("Carries labels over, lends the reference's expression to the ATAC cells along the anchors (pairs of like "
        "cells) and writes principal components and a UMAP of all cells together as h5ad, to see "
        "whether like lies with like.")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_reference(command)
    add_query(command)
    add_transfer(command)
    add_settings(command)
    command.add_argument("--out", type=Path, required=True, metavar="BOTH.h5ad", help="all cells of both assays")


def execute(options: argparse.Namespace) -> None:
    """Run the pipeline, embed both and write them."""
    from anchorscope import export
    from anchorscope.coembedding import coembed
    from anchorscope.pipeline import Pipeline

    check_outputs([options.out], files_of(options))
    job = job_of(inputs_of(options), recipe_of(options))
    with told() as listener:
        outcome = Pipeline().run(job, listener)
    with telling("Both assays in one map") as progress:
        joint = coembed(job, outcome, progress)
    export.write_anndata(options.out, export.coembedding_anndata(job, outcome, joint))
    left_out = int((~joint.placed).sum())
    print(f"{joint.n_reference:,} RNA and {len(joint.placed) - joint.n_reference - left_out:,} ATAC cells in one map"
          + (f"; {left_out:,} that no anchor reaches were left out." if left_out else "."))
    print(f"{'joint file:':<14} {options.out}")
