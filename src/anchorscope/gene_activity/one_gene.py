"""What each peak counts for one gene, found without the rest: for a picture that follows a setting while it moves."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.gene_activity.activity import membership
from anchorscope.gene_activity.archr import archr_credit
from anchorscope.gene_activity.from_fragments import WIDEST
from anchorscope.gene_activity.maestro import maestro_credit
from anchorscope.gene_activity.regions import gene_regions
from anchorscope.parameters import ARCHR, CO_ACCESSIBILITY, FRAGMENTS, MAESTRO, GeneActivityParameters
from anchorscope.results import Floats, GeneActivity, GeneRegions, GeneTable, Ints, Names, Peaks


@dataclass(frozen=True)
class GeneCredit:
    """A gene on the genome and the peaks that count for it.

    Parameters
    ----------
    gene, model, chrom, strand
        Symbol of the gene, model of gene activity, where the gene lies.
    body, region
        First and last base of the gene itself, and of the stretch in which the model looks for peaks.
    peaks
        (k,) int64 columns of the query with credit, ascending.
    credit
        (k,) float64 what each of them counts.
    """

    gene: str
    model: str
    chrom: str
    strand: str
    body: tuple[int, int]
    region: tuple[int, int]
    peaks: Ints
    credit: Floats


def credit_of_gene(gene: str, table: GeneTable, peaks: Peaks, settings: GeneActivityParameters) -> GeneCredit | None:
    """Return what the peaks count for one gene under a model that needs no counts.

    Parameters
    ----------
    gene
        Its symbol.
    table
        Genes on the assembly of the peaks.
    peaks
        All peaks of the query; only those on the gene's chromosome are looked at.
    settings
        The model and its settings. For “fragments” peaks do not count, but those in the counted region get credit 1.

    Returns
    -------
    GeneCredit or None
        As in the row of the gene in the whole matrix; ``None`` if the table, or the model, leaves the gene out.

    Raises
    ------
    InputError
        For “co-accessibility”, whose links are learned from all cells; see `credit_in`.
    """
    if settings.model == CO_ACCESSIBILITY:
        raise InputError("The credit of a single gene cannot be told by co-accessibility", "links learned from cells",
                         "compute gene activity first")
    found = np.flatnonzero(table.symbol == gene)
    if not len(found):
        return None
    here = np.flatnonzero(peaks.chrom == table.chrom[found[0]])
    regions, credit = _credit(table, _taken(peaks, here), settings)
    row = _row(regions.symbols, gene)
    return None if row is None else _of_row(regions, credit, row, settings.model, here)


def credit_in(activity: GeneActivity, gene: str) -> GeneCredit | None:
    """Return what the peaks count for one gene in a result that is there; ``None`` if the gene has no activity."""
    row = _row(activity.regions.symbols, gene)
    if row is None:
        return None
    every = np.arange(activity.membership.shape[1], dtype=np.int64)
    return _of_row(activity.regions, activity.membership, row, activity.model, every)


def _credit(
    table: GeneTable, peaks: Peaks, settings: GeneActivityParameters
) -> tuple[GeneRegions, sparse.csr_matrix]:
    if settings.model == ARCHR:
        return archr_credit(table, peaks, settings)
    if settings.model == MAESTRO:
        return maestro_credit(table, peaks, settings.maestro_half_decay)
    regions = gene_regions(table, settings.upstream, settings.downstream)
    if settings.model == FRAGMENTS:
        short = regions.body_end - regions.body_start + 1 < WIDEST
        regions = GeneRegions(**{item.name: getattr(regions, item.name)[short] for item in dataclasses.fields(regions)})
    return regions, membership(regions, peaks)


def _taken(peaks: Peaks, index: Ints) -> Peaks:
    return Peaks(peaks.names[index], peaks.chrom[index], peaks.start[index], peaks.end[index])


def _row(symbols: Names, gene: str) -> int | None:
    found = np.flatnonzero(symbols == gene)
    return int(found[0]) if len(found) else None


def _of_row(regions: GeneRegions, credit: sparse.csr_matrix, row: int, model: str, columns: Ints) -> GeneCredit:
    own = credit[[row]].tocoo()
    order = np.argsort(own.col, kind="stable")
    return GeneCredit(
        str(regions.symbols[row]), model, str(regions.chrom[row]), str(regions.strand[row]),
        (int(regions.body_start[row]), int(regions.body_end[row])), (int(regions.start[row]), int(regions.end[row])),
        columns[own.col[order]], np.asarray(own.data[order], dtype=np.float64))
