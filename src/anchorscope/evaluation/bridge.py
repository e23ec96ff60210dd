"""Does accessibility speak for expression? Marker genes by type, how well each tells its type, and gene by gene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anchorscope.blocks import CellBlocks
from anchorscope.counts import blocks_of
from anchorscope.errors import InputError
from anchorscope.evaluation.gene_statistics import (
    ByType,
    auroc,
    by_type,
    correlation_over_cells,
    correlation_over_types,
)
from anchorscope.linalg import gathered
from anchorscope.parameters import MarkerPanel
from anchorscope.preprocess.normalize import log_normalize
from anchorscope.preprocess.panel import spelled
from anchorscope.preprocess.scale import select_genes
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints, Job, Labels, Names, Outcome


@dataclass(frozen=True)
class MarkerCheck:
    """How well one marker's activity tells its type from the rest.

    `auroc` is the chance that a cell of the type has more of it than another cell, ties counting half; NaN where
    there is no cell of the type, no other cell, or no activity of the gene.
    """

    type: str
    gene: str
    n_cells: int
    auroc: float


@dataclass(frozen=True)
class Bridge:
    """What the bridge between the assays bears.

    Parameters
    ----------
    genes
        (n_genes,) markers of the panel and further genes that have activity, without repetition.
    absent
        Genes asked for that have none.
    values
        (n2, n_genes) csc float64: log-normalised activity, for drawing.
    spread
        The same by type of the query.
    markers
        One check for each entry of the panel.
    over_types
        (n_genes,) Pearson correlation, over the types both data sets have, of mean activity and mean expression; NaN
        with fewer than three such types, without variation, or for a gene that the reference lacks.
    over_cells
        (n_genes,) the same over the nuclei measured in both assays; ``None`` without a pairing.
    """

    genes: tuple[str, ...]
    absent: tuple[str, ...]
    values: sparse.csc_matrix
    spread: ByType
    markers: tuple[MarkerCheck, ...]
    over_types: Floats
    over_cells: Floats | None


@dataclass(frozen=True)
class Measured:
    """One assay in gene space: log-normalised values (n_cells, n_genes), the genes' names, the type of each cell."""

    values: CellBlocks
    genes: Names
    labels: Labels


def bridge_of_run(job: Job, outcome: Outcome, genes: Sequence[str] = (), truth: Labels | None = None,
                  progress: Progress = SILENT) -> Bridge:
    """Hold a run's gene activity against its types and its reference, for the markers of its panel.

    Parameters
    ----------
    job, outcome
        The data with their settings, and what the run found.
    genes
        Further genes to look at.
    truth
        True types of the query cells; without them the transferred ones count.
    progress
        Told as the pass over each data set goes on.

    Raises
    ------
    InputError
        If none of the genes has activity.
    """
    activity = log_normalize(blocks_of(outcome.gene_activity.counts), job.recipe.gene_activity.scale_factor)
    expression = log_normalize(blocks_of(job.reference.counts), job.recipe.reference.scale_factor)
    query = Measured(activity, outcome.gene_activity.regions.symbols, truth or outcome.prediction.labels)
    reference = Measured(expression, job.reference.genes, outcome.reference_labels.labels)
    return bridge(query, reference, panel_of_run(job, outcome, truth).entries, genes, job.query.pairing, progress)


def panel_of_run(job: Job, outcome: Outcome, truth: Labels | None = None) -> MarkerPanel:
    """Return the panel in the words of the run: genes as the query spells them, types as in `truth` or the labels.

    Against labels, a type of the panel also stands for those that the mapping makes equal to it.
    """
    panel, names = job.recipe.panel, dict(job.recipe.mapping)
    genes, types = spelled(panel, outcome.gene_activity.regions.symbols), outcome.reference_labels.labels.types

    def called(kind: str) -> list[str]:
        graded = names.get(kind, kind)
        same = [] if truth is not None else [one for one in types if names.get(one, one) == graded]
        return same or [graded if truth is not None else kind]

    return MarkerPanel(panel.name, tuple(
        (name, genes.get(gene, gene)) for kind, gene in panel.entries for name in called(kind)))


def bridge(query: Measured, reference: Measured, markers: Sequence[tuple[str, str]], genes: Sequence[str] = (),
           pairing: Ints | None = None, progress: Progress = SILENT) -> Bridge:
    """Hold the query's gene activity against its types and against the reference's expression.

    Parameters
    ----------
    query
        Gene activity, with the types that the cells were called or truly have.
    reference
        Expression, with the labels that travelled.
    markers
        Pairs of type and gene, as `anchorscope.parameters.MarkerPanel.entries`.
    genes
        Further genes to look at.
    pairing
        (n2,) the reference row measured in the same nucleus, or -1.
    progress
        Told as the pass over each data set goes on.

    Raises
    ------
    InputError
        If none of the genes has activity.
    """
    asked = tuple(dict.fromkeys([*(gene for _, gene in markers), *genes]))
    there = set(query.genes)
    known = tuple(gene for gene in asked if gene in there)
    if not known:
        raise InputError("None of the genes has activity in the query", ", ".join(asked[:8]) or "no gene at all",
                         "choose genes of the same species, by symbol")
    activity = columns_of(query.values, query.genes, known, Part(progress, 0.0, 0.5))
    expression = columns_of(reference.values, reference.genes, known, Part(progress, 0.5, 1.0))
    return Bridge(
        genes=known, absent=tuple(gene for gene in asked if gene not in there), values=activity,
        spread=by_type(activity, known, query.labels), markers=marker_checks(activity, known, markers, query.labels),
        over_types=correlation_over_types(activity, query.labels, expression, reference.labels),
        over_cells=None if pairing is None else correlation_over_cells(activity, expression, pairing))


def columns_of(values: CellBlocks, names: Names, wanted: Sequence[str],
               progress: Progress = SILENT) -> sparse.csc_matrix:
    """Return the columns of the genes `wanted`, in one pass: (n_cells, n_wanted) csc; an unknown gene is all zero."""
    place = {gene: number for number, gene in enumerate(names)}
    found = [number for number, gene in enumerate(wanted) if gene in place]
    chosen = select_genes(values, np.array([place[wanted[number]] for number in found], dtype=np.int64))
    spots = sparse.csr_matrix((np.ones(len(found)), (np.arange(len(found)), found)), shape=(len(found), len(wanted)))
    return sparse.csc_matrix(gathered(chosen, progress) @ spots)


def marker_checks(values: sparse.csc_matrix, genes: tuple[str, ...], markers: Sequence[tuple[str, str]],
                  labels: Labels) -> tuple[MarkerCheck, ...]:
    """Return how well each marker tells its type; `values` (n_cells, n_genes), cells without a type are left out."""
    place = {gene: number for number, gene in enumerate(genes)}
    code = {name: number for number, name in enumerate(labels.types)}
    known, checks = labels.codes >= 0, []
    for kind, gene in markers:
        of_type = labels.codes[known] == code.get(kind, -2)
        score = (auroc(values[:, [place[gene]]].toarray().ravel()[known], of_type) if gene in place else float("nan"))
        checks.append(MarkerCheck(kind, gene, int(of_type.sum()), score))
    return tuple(checks)
