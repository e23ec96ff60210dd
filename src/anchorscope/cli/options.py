"""Options that several commands share: the files, the settings, and what both become."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anchorscope.errors import OutputError, ParameterError
from anchorscope.parameters import (
    AUTOMATIC,
    CLUSTER_AND_NAME,
    NO_TRUTH,
    PAIRED_TRUTH,
    AnchorParameters,
    GeneActivityParameters,
    MarkerPanel,
    Parameters,
    Recipe,
    Repairs,
)

if TYPE_CHECKING:
    from anchorscope.io.inputs import Inputs
    from anchorscope.results import Job, Query

PAIRED = "paired"
"""What `--truth` is called for a multiome file graded by its own RNA."""


def add_reference(command: argparse.ArgumentParser) -> None:
    """Declare where the reference and its labels come from."""
    add = command.add_argument
    add("--reference", type=Path, required=True, metavar="RNA",
        help="scRNA-seq counts: h5ad, h5mu, 10x h5 or MTX folder; the same multiome file as the query un-pairs it")
    source = command.add_mutually_exclusive_group()
    source.add_argument("--labels", metavar="COLUMN", default=CLUSTER_AND_NAME,
                        help="column of the reference that holds its cell types")
    source.add_argument("--panel", metavar="FILE",
                        help="cluster the reference and name its clusters by these markers: a CSV with the columns "
                             "type,gene or the name of a built-in panel (default: blood)")
    add("--reference-labels", type=Path, metavar="TABLE", help="CSV or TSV by barcode; its columns join the reference")


def add_query(command: argparse.ArgumentParser) -> None:
    """Declare where the query comes from and how it is cast into gene space."""
    add = command.add_argument
    add("--query", type=Path, required=True, metavar="ATAC",
        help="scATAC-seq peak counts: h5ad, h5mu, 10x h5 or MTX folder; or a fragments.tsv.gz")
    add("--peaks", type=Path, metavar="FILE", help="peaks (BED, or a file with a peak matrix) over which to count a "
                                                   "fragments file (default: tiles of 5,000 bp)")
    add("--fragments", type=Path, metavar="FILE", help="fragments of the query's cells, for the model “fragments”")
    add("--annotation", type=Path, metavar="FILE", help="genes as GTF, GFF3 or BED (default: Ensembl 90, built in)")
    add("--assembly", choices=_choices(GeneActivityParameters, "assembly"), default=AUTOMATIC,
        help="genome assembly of the peaks (default: %(default)s)")
    add("--model", choices=_choices(GeneActivityParameters, "model"), default=None,
        help="gene-activity model (default: body-promoter)")


def add_transfer(command: argparse.ArgumentParser) -> None:
    """Declare how labels are transferred and graded."""
    add = command.add_argument
    add("--reduction", choices=_choices(AnchorParameters, "reduction"), default=None,
        help="shared space for finding anchors (default: cca)")
    add("--truth", metavar="COLUMN", default=NO_TRUTH,
        help="column of the query with the true types, to grade the result; “paired” grades an un-paired multiome by "
             "its own RNA")
    add("--query-labels", type=Path, metavar="TABLE", help="CSV or TSV by barcode; its columns join the query")
    add("--mapping", type=Path, metavar="TABLE",
        help="CSV with the columns from,to: names made equal before grading, where truth and reference differ")


def add_settings(command: argparse.ArgumentParser) -> None:
    """Declare the seed and access to every other setting."""
    command.add_argument("--set", action="append", default=[], metavar="GROUP.NAME=VALUE", dest="settings",
                         help="any other setting, for example transfer.k_weight=30; may be repeated")
    command.add_argument("--seed", type=int, default=Recipe.seed, metavar="N",
                         help="same seed, same labels (default: %(default)s)")


def inputs_of(options: argparse.Namespace) -> Inputs:
    """Return the files that were given; a command without a reference gets the query's path for both."""
    from anchorscope.io.inputs import FILES, Inputs
    from anchorscope.io.recipe import READING

    given = {name: getattr(options, name, None) for name in FILES}
    given["reference"] = given["reference"] or options.query
    repairs = {field: _with_settings(Repairs(), group, options.settings) for group, field in READING.items()}
    return Inputs(**{**given, **repairs})


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Return the settings that were given; all others have their default."""
    from anchorscope.io.recipe import READING

    recipe = Recipe(seed=options.seed, panel=_panel(getattr(options, "panel", None)))
    for group, name, value in (
        ("reference", "labels", getattr(options, "labels", None)), ("gene_activity", "assembly", options.assembly),
        ("gene_activity", "model", options.model), ("anchors", "reduction", getattr(options, "reduction", None)),
    ):
        if value is not None:
            recipe = _replaced(recipe, group, **{name: value})
    groups = {item.name for item in dataclasses.fields(recipe) if isinstance(getattr(recipe, item.name), Parameters)}
    for group in groups:
        changed = _with_settings(getattr(recipe, group), group, options.settings)
        recipe = dataclasses.replace(recipe, **{group: changed})
    _check_groups(options.settings, sorted(groups | set(READING)))
    return _mapped(recipe, getattr(options, "mapping", None))


def job_of(options: argparse.Namespace) -> Job:
    """Read the files and return them with the settings."""
    from anchorscope.io.inputs import open_inputs
    from anchorscope.results import Job

    recipe = recipe_of(options)
    reference, query = open_inputs(inputs_of(options), recipe.gene_activity.assembly)
    return Job(reference, query, _replaced(recipe, "grade", truth=truth_of(options.truth, query)))


def truth_of(word: str, query: Query) -> str:
    """Return the answer key that `--truth` means: a column, or the pairing of a multiome."""
    return PAIRED_TRUTH if word == PAIRED and PAIRED not in query.cells.columns else word


def check_outputs(outputs: Iterable[Path | None], inputs: Iterable[Path | None]) -> None:
    """Refuse, before any work, what cannot be written or would take the place of another file of this run."""
    from anchorscope.io.atomic import check_destination

    taken = {path.resolve() for path in inputs if path is not None}
    for path in outputs:
        if path is None:
            continue
        check_destination(path)
        if path.resolve() in taken:
            raise OutputError(f"Cannot write {path}", "a file of that name among the other files of this run",
                              "give another name")
        taken.add(path.resolve())


def _choices(group: type[Parameters], setting: str) -> tuple[str, ...]:
    return {name: declared.choices for name, declared, _ in group.declarations()}[setting]


def _panel(word: str | None) -> MarkerPanel:
    from anchorscope.io.panel import builtin_panels, read_panel

    if word is None:
        return Recipe.panel
    known = {name.lower(): panel for name, panel in builtin_panels().items()}
    return known[word.lower()] if word.lower() in known else read_panel(Path(word))


def _mapped(recipe: Recipe, path: Path | None) -> Recipe:
    from anchorscope.io.mapping import read_mapping

    return recipe if path is None else dataclasses.replace(recipe, mapping=read_mapping(path))


def _replaced(recipe: Recipe, group: str, **changes: Any) -> Recipe:
    return dataclasses.replace(recipe, **{group: getattr(recipe, group).replaced(**changes)})


def _with_settings(group: Parameters, name: str, settings: list[str]) -> Any:
    """Return the group with the settings `name.…=value` among `settings`."""
    known = {item: default for item, _, default in group.declarations()}
    for text in settings:
        place, _, value = text.partition("=")
        owner, _, setting = place.partition(".")
        if owner != name:
            continue
        if setting not in known:
            raise ParameterError(f"There is no setting “{setting}” in “{name}”", f"“{text}”",
                                 f"use one of {', '.join(known)}")
        group = group.replaced(**{setting: _value(value, known[setting])})
    return group


def _value(text: str, default: Any) -> Any:
    """Return the text as a number where the setting is one; what is none is left for the check to refuse."""
    if isinstance(default, str):
        return text
    try:
        return type(default)(text)
    except ValueError:
        return text


def _check_groups(settings: list[str], known: list[str]) -> None:
    for text in settings:
        if text.partition(".")[0] not in known or "=" not in text:
            raise ParameterError("A setting must be written as GROUP.NAME=VALUE", f"“{text}”",
                                 f"use one of the groups {', '.join(known)}, for example transfer.k_weight=30")
