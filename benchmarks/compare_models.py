"""Gene-activity models x reductions on paired data, as the markdown of docs/compare.md."""

from __future__ import annotations

import argparse
from pathlib import Path

import anchorscope


def main() -> None:
    """Print one table per data set: folders with rna.h5ad and atac.h5ad of the same cells."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    options.add_argument("--labels", default="cell_type", help="column of both files (default: %(default)s)")
    chosen = options.parse_args()
    for folder in chosen.folders:
        recipe = anchorscope.Recipe(
            reference=anchorscope.ReferenceParameters(labels=chosen.labels),
            grade=anchorscope.GradeParameters(truth=chosen.labels))
        reference = anchorscope.read_reference(folder / "rna.h5ad")
        query = anchorscope.read_query(folder / "atac.h5ad")
        models = tuple(model for model in anchorscope.GeneActivityParameters.choices_of("model")
                       if model != "fragments" or query.fragments is not None)
        found = anchorscope.compare_models(anchorscope.Job(reference, query, recipe), models)
        print(f"## {folder.name}\n\n{found.as_markdown()}\n")


if __name__ == "__main__":
    main()
