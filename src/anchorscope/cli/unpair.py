"""`anchorscope unpair`: a multiome as two data sets and an answer key."""

from __future__ import annotations

import argparse
from pathlib import Path

from anchorscope.cli.options import check_outputs

SHORT = "take a multiome apart"

LONG = ("Takes a multiome (10x ARC h5 or MTX, h5mu, h5ad, or two files with shared barcodes) apart into an RNA "
        "reference and an ATAC query that can be used like unrelated data. Columns of the RNA cells, such as their "
        "types, join the ATAC cells, so that labels can be graded against them (--truth).")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    more = command.add_argument
    more("files", type=Path, nargs="+", metavar="FILE", help="one multiome, or its RNA and its ATAC file")
    more("--out-reference", type=Path, required=True, metavar="RNA.h5ad", help="the RNA side")
    more("--out-query", type=Path, required=True, metavar="ATAC.h5ad", help="the ATAC side")
    more("--key", type=Path, metavar="KEY.csv", help="also write a table of the barcodes of the same cells")


def execute(options: argparse.Namespace) -> None:
    """Read the multiome and write both sides."""
    from anchorscope import export
    from anchorscope.io.multiome import unpair

    check_outputs([options.out_reference, options.out_query, options.key], options.files)
    reference, query = unpair(*options.files)
    export.write_anndata(options.out_reference, export.reference_anndata(reference))
    export.write_anndata(options.out_query, export.query_anndata(query, reference))
    if options.key is not None:
        export.write_key(options.key, reference, query)
    paired = 0 if query.pairing is None else int((query.pairing >= 0).sum())
    print(f"{len(reference.cells):,} RNA and {len(query.cells):,} ATAC cells, {paired:,} of them the same.")
    for name, path in (("reference", options.out_reference), ("query", options.out_query), ("answer key", options.key)):
        if path is not None:
            print(f"{name + ':':<14} {path}")
