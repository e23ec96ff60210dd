"""Options that several commands share: the files, the settings, and what both become."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anchorscope.cli.progress_line import reading
from anchorscope.cli.settings import GROUPS, check_settings, with_settings
from anchorscope.errors import InputError, OutputError
from anchorscope.parameters import (
    AnchorParameters,
    GeneActivityParameters,
    MarkerPanel,
    Recipe,
    Repairs,
    TransferParameters,
)

if TYPE_CHECKING:
    from anchorscope.io.inputs import Inputs
    from anchorscope.results import Job

def add_reference(command: argparse.ArgumentParser) -> None:
    """Declare where the reference and its labels come from."""
    add = command.add_argument
    add("--reference", type=Path, required=True, metavar="RNA",
        help="scRNA-seq counts: h5ad, h5mu, 10x h5 or MTX folder; the same multiome file as the query un-pairs it")
    source = command.add_mutually_exclusive_group()
    source.add_argument("--labels", metavar="COLUMN", help="column of the reference that holds its cell types")
    source.add_argument("--panel", metavar="PANEL",
                        help="without labels: cluster the reference and name its clusters by these marker genes, a CSV "
                             "file with the columns type,gene or the name of a built-in panel such as lung "
                             "(default: blood)")
    add("--reference-labels", type=Path, metavar="TABLE",
        help="CSV or TSV with cell barcodes first; its columns can be used as --labels")


def add_query(command: argparse.ArgumentParser) -> None:
    """Declare where the query comes from and how it is cast into gene space."""
    add = command.add_argument
    add("--query", type=Path, required=True, metavar="ATAC",
        help="scATAC-seq peak counts: h5ad, h5mu, 10x h5 or MTX folder; or a fragments.tsv.gz")
    add("--peaks", type=Path, metavar="FILE", help="peaks (BED, or a file with a peak matrix) over which to count a "
                                                   "fragments file (default: tiles of 5,000 bp)")
    add("--fragments", type=Path, metavar="FILE", help="fragments of the query's cells, for the model “fragments”")
    add("--annotation", type=Path, metavar="FILE", help="genes as GTF, GFF3 or BED (default: Ensembl 90, built in)")
    add("--assembly", choices=GeneActivityParameters.choices_of("assembly"),
        help="genome assembly of the peaks (default: automatic, told from the peaks)")
    add("--model", choices=GeneActivityParameters.choices_of("model"),
        help="how peaks give credit to genes (default: body-promoter)")


def add_transfer(command: argparse.ArgumentParser) -> None:
    """Declare how labels are transferred."""
    command.add_argument("--method", choices=TransferParameters.choices_of("method"),
                         help="how labels travel: the vote of the anchors as in Seurat, or refined, with probabilities "
                              f"(default: {TransferParameters.method})")
    command.add_argument("--reduction", choices=AnchorParameters.choices_of("reduction"),
                         help="shared space in which anchors, pairs of like cells, are sought (default: cca)")


def add_grading(command: argparse.ArgumentParser) -> None:
    """Declare what the labels are graded against."""
    add = command.add_argument
    add("--truth", metavar="COLUMN",
        help="column of the query with the true types, to grade the result; “paired” grades a multiome that was given "
             "as both reference and query by its own RNA")
    add("--query-labels", type=Path, metavar="TABLE",
        help="CSV or TSV with cell barcodes first; its columns can be used as --truth")
    add("--mapping", type=Path, metavar="TABLE",
        help="CSV with the columns from,to: names made equal before grading, where truth and reference name the same "
             "cells differently")


def inputs_of(options: argparse.Namespace) -> Inputs:
    """Return the files that were given; a command without a reference gets the query's path for both."""
    from anchorscope.io.inputs import FILES, Inputs
    from anchorscope.io.recipe import READING

    check_settings(options.settings, options.groups)
    given: dict[str, Any] = {name: getattr(options, name, None) for name in FILES}
    given["reference"] = given["reference"] or options.query
    given |= {field: with_settings(Repairs(), group, options.settings) for group, field in READING.items()}
    return Inputs(**given)


def files_of(options: argparse.Namespace) -> list[Path | None]:
    """Return every file that a command reads: its inputs, the marker panel, the mapping."""
    panel = getattr(options, "panel", None)
    return [*inputs_of(options).paths(), None if panel is None else Path(panel), getattr(options, "mapping", None)]


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Return the settings that were given; all others have their default."""
    check_settings(options.settings, options.groups)
    given = vars(options)
    recipe = Recipe(seed=options.seed, panel=_panel(given.get("panel")))
    for group, name in (("reference", "labels"), ("gene_activity", "assembly"), ("gene_activity", "model"),
                        ("anchors", "reduction"), ("transfer", "method"),
                        ("grade", "truth")):
        if given.get(name) is not None:
            recipe = _replaced(recipe, group, **{name: given[name]})
    for group in (item.name for item in dataclasses.fields(recipe) if item.name in GROUPS):
        changed = with_settings(getattr(recipe, group), group, options.settings)
        recipe = dataclasses.replace(recipe, **{group: changed})
    return _mapped(recipe, given.get("mapping"))


def job_of(inputs: Inputs, recipe: Recipe) -> Job:
    """Read the files and return them with the settings, the answer key among them settled."""
    from anchorscope.io.inputs import open_inputs
    from anchorscope.io.multiome import truth_of
    from anchorscope.results import Job

    with reading(inputs) as progress:
        reference, query = open_inputs(inputs, recipe.gene_activity.assembly, progress)
    return Job(reference, query, _replaced(recipe, "grade", truth=truth_of(recipe.grade.truth, query)))


def check_outputs(outputs: Iterable[Path | None], inputs: Iterable[Path | None]) -> None:
    """Refuse, before any work, what cannot be written or would take the place of another file of this run."""
    from anchorscope.io.atomic import check_destination

    taken = {path.resolve() for path in inputs if path is not None}
    for path in outputs:
        if path is None:
            continue
        check_destination(path)
        # A folder that was read holds the matrix as several files, none of which may be replaced.
        if path.resolve() in taken or (path.exists() and path.resolve().parent in taken):
            raise OutputError(f"Cannot write {path}", "a file of that name among the other files of this run",
                              "give another name")
        taken.add(path.resolve())


def _panel(word: str | None) -> MarkerPanel:
    from anchorscope.io.panel import builtin_panels, read_panel

    if word is None:
        return Recipe.panel
    # “blood” is short for “Blood (seven types)”.
    known = {short: panel for name, panel in builtin_panels().items()
             for short in (name.lower(), name.lower().partition(" (")[0])}
    if word.lower() in known:
        return known[word.lower()]
    if not Path(word).exists():
        raise InputError(f"There is no marker panel “{word}”", "neither a file nor a built-in panel of that name",
                         f"give a CSV file or one of {'; '.join(builtin_panels())}")
    return read_panel(Path(word))


def _mapped(recipe: Recipe, path: Path | None) -> Recipe:
    from anchorscope.io.mapping import read_mapping

    return recipe if path is None else dataclasses.replace(recipe, mapping=read_mapping(path))


def _replaced(recipe: Recipe, group: str, **changes: Any) -> Recipe:
    return dataclasses.replace(recipe, **{group: getattr(recipe, group).replaced(**changes)})
