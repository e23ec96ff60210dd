"""Small figures that views show, read off the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from anchorscope.palette import by_name
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import ClusterNaming, Floats, Labels, Names, Query
from anchorscope_desktop.state.session import Finding, counted

if TYPE_CHECKING:
    from anchorscope.counts import Counts

LEVELS_KEPT = 8
"""Genes of each side whose levels are kept, beside the one that is looked at."""


def all_types(finding: Finding) -> tuple[str, ...]:
    """Return every type that any picture of `finding` may show, in the order in which all of them show types."""
    grade = finding.outcome.grade
    more = grade.types if grade is not None else ()
    return tuple(sorted({*finding.outcome.reference_labels.labels.types, *more}, key=by_name))


def cluster_names(naming: ClusterNaming) -> tuple[str, ...]:
    """Return what clusters are called: by number too, since several may have one name."""
    return tuple(f"{number} {name}" for number, name in enumerate(naming.names))


@dataclass(frozen=True)
class TypeRow:
    """One line of the type table; a figure that does not exist is NaN."""

    name: str
    n_reference: int | None
    n_query: int
    n_true: int | None
    recall: float
    precision: float
    f1: float
    score: float
    doubtful: float
    n_unlike: int | None


def type_rows(finding: Finding) -> list[TypeRow]:
    """Return the figures of every type, sorted by name, and last how many cells have none, if there are any."""
    outcome = finding.outcome
    reference, query = _sizes(outcome.reference_labels.labels), _sizes(outcome.prediction.labels)
    n_true, recall, precision, f1 = (_graded(finding, field) for field in ("n", "recall", "precision", "f1"))
    nan = float("nan")
    doubts, left = _doubted(finding), int(outcome.prediction.labels.sizes[-1])
    rows = [TypeRow(name, reference.get(name, 0), query.get(name, 0), n_true.get(name), recall.get(name, nan),
                    precision.get(name, nan), f1.get(name, nan), *doubts.get(name, (nan, nan, 0)))
            for name in all_types(finding)]
    score, doubtful, unlike = doubts[""]
    # Cells that have a best guess are counted there, whatever label they carry: 0 would say that none is unlike.
    last = TypeRow("", None, left, None, nan, nan, nan, score, doubtful, unlike or None)
    return rows + [last] * bool(left)


def _doubted(finding: Finding) -> dict[str, tuple[float, float, int]]:
    """Return mean score, doubtful share and cells unlike the reference, by type; ``""`` is of cells without a label."""
    from anchorscope.evaluation.type_doubts import type_doubts

    outcome = finding.outcome
    found = type_doubts(outcome.prediction, outcome.refinement.unlike, finding.job.recipe.transfer.method)
    numbers = zip(found.mean_score.tolist(), found.doubtful.tolist(), found.unlike.tolist(), strict=True)
    return dict(zip((*outcome.prediction.labels.types, ""), numbers, strict=True))


def _sizes(labels: Labels) -> dict[str, int]:
    return dict(zip(labels.types, labels.sizes[:-1].tolist(), strict=True))


def _graded(finding: Finding, field: str) -> dict[str, Any]:
    grade = finding.outcome.grade
    return {} if grade is None else dict(zip(grade.types, getattr(grade, field).tolist(), strict=True))


def has_activity(finding: Finding) -> bool:
    """Whether the activity of genes is at hand; where it is made from counts on disk, a session opens without it."""
    counts = finding.outcome.gene_activity.counts
    return finding.whole or bool(getattr(counts, "nnz", 0))


def activity_of(finding: Finding, gene: str) -> Floats:
    """Return the log-normalised activity of a gene in every query cell; NaN if it has none, or is not at hand."""
    return _level_of(finding, "query", gene)


def expression_of(finding: Finding, gene: str) -> Floats:
    """Return the log-normalised expression of a gene in every reference cell; NaN if it has none, or is not at hand."""
    return _level_of(finding, "reference", gene)


def level_at_hand(finding: Finding, side: str, gene: str) -> bool:
    """Whether a gene's level needs no reading: it was read, the counts are in memory, or there is none to read."""
    from anchorscope.counts import are_in_memory

    counts, names, _ = _counted(finding, side)
    return ((side, gene) in finding.levels or are_in_memory(counts) or not _readable(finding, side)
            or place_of(names, gene) is None)


def read_level(finding: Finding, side: str, gene: str, progress: Progress = SILENT) -> None:
    """Read a gene's level and keep it with the finding; in two passes over the cells, the first time."""
    from anchorscope.counts import blocks_of, column
    from anchorscope.preprocess.normalize import cell_totals

    counts, names, scale_factor = _counted(finding, side)
    place, levels = place_of(names, gene), finding.levels
    if place is None or not _readable(finding, side):
        return
    if (side, "") not in levels:
        levels[side, ""] = cell_totals(blocks_of(counts), Part(progress, 0.0, 0.5))
    level = normalised(column(counts, place, Part(progress, 0.5, 1.0)), levels[side, ""], scale_factor)
    # Of genes that were looked at before, some are kept: the picture changes back at once.
    for old in [key for key in levels if key[0] == side and key[1]][: -LEVELS_KEPT]:
        del levels[old]
    levels[side, gene] = level


def normalised(values: Floats, totals: Floats, scale_factor: float) -> Floats:
    """Return the log-normalised level of a gene from its counts and the totals of the cells, (n,) each."""
    return np.asarray(np.log1p(values / np.maximum(totals, 1e-12) * scale_factor))


def _level_of(finding: Finding, side: str, gene: str) -> Floats:
    if (side, gene) not in finding.levels and level_at_hand(finding, side, gene):
        read_level(finding, side, gene)
    cells = finding.job.query.cells if side == "query" else finding.job.reference.cells
    return finding.levels.get((side, gene), np.full(len(cells), np.nan))


def _readable(finding: Finding, side: str) -> bool:
    return has_activity(finding) if side == "query" else counted(finding.job.reference)


def _counted(finding: Finding, side: str) -> tuple[Counts, Names, float]:
    """Return the counts of a side, the names of their genes, and the total that cells are brought to."""
    recipe = finding.job.recipe
    if side == "query":
        activity = finding.outcome.gene_activity
        return activity.counts, activity.regions.symbols, recipe.gene_activity.scale_factor
    return finding.job.reference.counts, finding.job.reference.genes, recipe.reference.scale_factor


def place_of(names: Names, gene: str) -> int | None:
    """Return where a gene is among `names`."""
    found = np.flatnonzero(names == gene)
    return int(found[0]) if len(found) else None


def mean_accessibility(query: Query) -> Floats:
    """Return the mean count of every peak, over all cells."""
    from anchorscope.counts import blocks_of
    from anchorscope.lsi.tfidf import peak_totals

    return peak_totals(blocks_of(query.counts)) / max(len(query.cells), 1)
