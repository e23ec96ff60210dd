"""What the colours of a map can mean, which meanings there are, and the value of every cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope.results import Floats, Labels
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.session import Finding, counted

if TYPE_CHECKING:
    from collections.abc import Collection

    from anchorscope.results import Recognised

_MOST_WHOLE_NUMBERS = 30


class ColourBy(Enum):
    """What the colours of a map can mean."""

    LABEL = "transferred label"
    SCORE = "score"
    NOVELTY = "unlikeness to the reference"
    TRUTH = "truth"
    AGREEMENT = "agreement"
    TYPE = "type"
    CLUSTER = "cluster"
    OWN_CLUSTER = "own cluster"
    GENE = "gene"
    COLUMN = "column"
    ASSAY = "assay"
    DEPTH = "depth"


@dataclass(frozen=True)
class Meaning:
    """What the colours of one map mean; `name` is the gene or the column."""

    by: ColourBy
    name: str = ""


@dataclass(frozen=True, eq=False)
class Categories:
    """A value of each cell among a few; `types` tells that these are cell types, which have colours of their own."""

    labels: Labels
    types: bool = False


@dataclass(frozen=True, eq=False)
class Numbers:
    """(n,) a number for each cell, NaN where there is none; the colours run from `low` to `high`.

    `name` says what is measured, and how; `note`, what a number means, where that is no common knowledge; `edge` is a
    value that the legend shows in any case.
    """

    values: Floats
    low: float
    high: float
    name: str
    note: str = ""
    edge: float | None = None

    @property
    def title(self) -> str:
        """What stands over the legend."""
        return f"{self.name}; {self.note}" if self.note else self.name


AGREEMENT = ("agrees", "differs")
"""Categories of `ColourBy.AGREEMENT`."""

FIRST = {"query": Meaning(ColourBy.LABEL), "reference": Meaning(ColourBy.TYPE), "merged": Meaning(ColourBy.ASSAY)}
"""What the colours of each map mean until something else is chosen, and where the cells lack what was chosen."""


class MapColours(QObject):
    """The meaning of the colours of both maps and of the merged one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.query, self.reference, self.merged = FIRST["query"], FIRST["reference"], FIRST["merged"]

    def choose(self, side: str, meaning: Meaning) -> None:
        """Give the colours of ``query``, ``reference`` or ``merged`` another meaning."""
        if getattr(self, side) != meaning:
            setattr(self, side, meaning)
            self.changed.emit()


def query_meanings(finding: Finding) -> list[tuple[str, Meaning]]:
    """Return what the query can be coloured by, with the words for it."""
    return [*((f"by {by.value}", Meaning(by)) for by in _found(finding, "query")),
            *column_meanings(finding.job.query.cells),
            *gene_meanings(_genes(finding, "query"), "activity")]


def reference_meanings(finding: Finding) -> list[tuple[str, Meaning]]:
    """Return what the reference can be coloured by, with the words for it."""
    return [*((f"by {by.value}", Meaning(by)) for by in _found(finding, "reference")),
            *column_meanings(finding.job.reference.cells),
            *gene_meanings(_genes(finding, "reference"), "expression")]


def merged_meanings(finding: Finding) -> list[tuple[str, Meaning]]:
    """Return what the merged map can be coloured by, with the words for it."""
    return [*((f"by {by.value}", Meaning(by)) for by in _found(finding, "merged")),
            *((f"column {name}", Meaning(ColourBy.COLUMN, name)) for name in _columns(finding, "merged")),
            *gene_meanings(_genes(finding, "merged"), "level")]


def offered(finding: Finding, side: str, meaning: Meaning) -> bool:
    """Return whether the cells of ``query``, ``reference`` or ``merged`` have what the colours would mean."""
    if meaning.by is ColourBy.GENE:
        return meaning.name in _genes(finding, side)
    if meaning.by is ColourBy.COLUMN:
        return meaning.name in _columns(finding, side)
    return meaning.by in _found(finding, side)


def _found(finding: Finding, side: str) -> tuple[ColourBy, ...]:
    """Return the meanings that are neither genes nor columns."""
    graded = (ColourBy.TRUTH, ColourBy.AGREEMENT) if finding.outcome.grade is not None else ()
    if side == "merged":
        return ColourBy.ASSAY, ColourBy.TYPE, ColourBy.SCORE, *graded
    if side == "reference":
        named = finding.outcome.reference_labels.naming is not None
        return (ColourBy.TYPE, ColourBy.CLUSTER) if named else (ColourBy.TYPE,)
    clustered = (ColourBy.OWN_CLUSTER,) if finding.outcome.query_clusters is not None else ()
    return ColourBy.LABEL, ColourBy.SCORE, ColourBy.NOVELTY, *graded, *clustered


def _columns(finding: Finding, side: str) -> list[str]:
    """Return the columns of the cells: of either side, where these are merged."""
    sides = ("reference", "query") if side == "merged" else (side,)
    return list(dict.fromkeys(str(name) for one in sides for name in getattr(finding.job, one).cells.columns))


def _genes(finding: Finding, side: str) -> Collection[Any]:
    """Return the genes whose levels can be had: of both sides, where these are merged."""
    if side == "merged":
        known = set(_genes(finding, "query"))
        return [gene for gene in _genes(finding, "reference") if gene in known]
    if side == "query":
        return finding.outcome.gene_activity.regions.symbols if figures.has_activity(finding) else ()
    return finding.job.reference.genes if counted(finding.job.reference) else ()


def column_meanings(cells: Any) -> list[tuple[str, Meaning]]:
    """Return the columns of a table of cells as meanings, with the words for them."""
    return [(f"column {name}", Meaning(ColourBy.COLUMN, str(name))) for name in cells.columns]


def gene_meanings(genes: Collection[Any], level: str) -> list[tuple[str, Meaning]]:
    """Return genes in alphabetical order as meanings, with the words for them: `level` is what is known of each."""
    return list(_gene_meanings(tuple(map(str, genes)), level))


@lru_cache(maxsize=6)  # two sides and the merged map, of two results: every map and figure asks for them
def _gene_meanings(genes: tuple[str, ...], level: str) -> tuple[tuple[str, Meaning], ...]:
    return tuple((f"{gene} {level}", Meaning(ColourBy.GENE, gene)) for gene in sorted(genes, key=str.casefold))


def query_values(finding: Finding, meaning: Meaning) -> Categories | Numbers:
    """Return the value of every query cell; what the finding does not have falls back to the transferred label."""
    outcome, grade = finding.outcome, finding.outcome.grade
    if meaning.by is ColourBy.SCORE:
        return Numbers(outcome.prediction.best, 0.0, 1.0, "Score of the label")
    if meaning.by is ColourBy.NOVELTY:
        return _novelty(outcome.refinement.novelty)
    if meaning.by is ColourBy.TRUTH and grade is not None:
        return Categories(grade.truth, types=True)
    if meaning.by is ColourBy.AGREEMENT and grade is not None:
        answered = grade.graded & (grade.predicted.codes >= 0)
        return Categories(Labels(AGREEMENT, np.where(answered, np.where(grade.right, 0, 1), -1)))
    if meaning.by is ColourBy.OWN_CLUSTER and outcome.query_clusters is not None:
        return Categories(outcome.query_clusters.labels)
    if meaning.by is ColourBy.GENE:
        return ranged(figures.activity_of(finding, meaning.name), f"{meaning.name} activity, log-normalised")
    if meaning.by is ColourBy.COLUMN and meaning.name in finding.job.query.cells.columns:
        return column_values(finding.job.query.cells, finding.job.query.recognised, meaning.name)
    return Categories(outcome.prediction.labels, types=True)


def _novelty(values: Floats) -> Numbers:
    from anchorscope.refine.novelty import EDGE

    found = ranged(values, "Unlikeness, in robust SD")
    # Also where no cell is unusual, so that it is seen how far they are from it.
    return replace(found, high=max(found.high, EDGE), note=f"unusual over {EDGE:g}", edge=EDGE)


def reference_values(finding: Finding, meaning: Meaning) -> Categories | Numbers:
    """Return the value of every reference cell; what the finding does not have falls back to the type."""
    reference, naming = finding.job.reference, finding.outcome.reference_labels.naming
    if meaning.by is ColourBy.CLUSTER and naming is not None:
        return Categories(Labels(figures.cluster_names(naming), naming.clusters))
    if meaning.by is ColourBy.GENE:
        return ranged(figures.expression_of(finding, meaning.name), f"{meaning.name} expression, log-normalised")
    if meaning.by is ColourBy.COLUMN and meaning.name in reference.cells.columns:
        return column_values(reference.cells, reference.recognised, meaning.name)
    return Categories(finding.outcome.reference_labels.labels, types=True)


def column_values(cells: Any, recognised: Recognised, name: str) -> Categories | Numbers:
    """Return the value of every cell in a column: categories where these are few, otherwise numbers."""
    from anchorscope.io.labels import labels_from_column

    few = {column.name for column in recognised.label_columns
           if column.kind != "whole numbers" or column.n_types <= _MOST_WHOLE_NUMBERS}
    if name in few or cells[name].dtype.kind not in "iuf":
        return Categories(labels_from_column(cells, name, "file"))
    return ranged(cells[name].to_numpy(dtype=np.float64), name)


def ranged(values: Floats, name: str) -> Numbers:
    """Let the colours end at the highest hundredth, so that one extreme cell does not bleach the others."""
    there = values[np.isfinite(values)]
    low, high = (float(there.min()), float(np.quantile(there, 0.99))) if len(there) else (0.0, 1.0)
    high = high if high > low else float(there.max()) if len(there) else 1.0
    return Numbers(values, low, high if high > low else low + 1.0, name)
