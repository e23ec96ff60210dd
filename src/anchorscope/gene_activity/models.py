"""The models of gene activity behind one function."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.counts import in_memory
from anchorscope.errors import InputError
from anchorscope.gene_activity.activity import membership, summed
from anchorscope.gene_activity.archr import archr_credit
from anchorscope.gene_activity.cicero import cicero_credit
from anchorscope.gene_activity.from_fragments import fragment_activity
from anchorscope.gene_activity.maestro import maestro_credit
from anchorscope.gene_activity.regions import gene_regions
from anchorscope.parameters import ARCHR, CO_ACCESSIBILITY, FRAGMENTS, MAESTRO, GeneActivityParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, GeneActivity, GeneRegions, GeneTable, Query


def activity_by_model(
    query: Query, table: GeneTable, settings: GeneActivityParameters, space: Floats | None = None, seed: int = 42,
    progress: Progress = SILENT,
) -> GeneActivity:
    """Cast the query's accessibility into gene space by the model that the settings name.

    Parameters
    ----------
    query
        Peak counts (n2, n_peaks), and the fragments file if the model is “fragments”.
    table
        Genes on the assembly of the query.
    settings
        The model and its settings.
    space
        (n2, d) coordinates of the cells; only the model “co-accessibility” reads them.
    seed
        Decides the random choices of “co-accessibility”; the others make none.
    progress
        Hears the fraction done.

    Returns
    -------
    GeneActivity
        Except for “fragments”, whose counts come from the file, ``counts = query.counts @ membership.T``.

    Raises
    ------
    InputError
        If the model lacks what it needs: fragments, coordinates, cells, or peaks near genes.
    """
    if settings.model == FRAGMENTS:
        return _from_fragments(query, table, settings, progress)
    regions, credit = _credit(query, table, settings, space, seed, Part(progress, 0.0, 0.9))
    return summed(query.counts, regions, credit, table.assembly, settings.model, Part(progress, 0.9, 1.0))


def _credit(
    query: Query, table: GeneTable, settings: GeneActivityParameters, space: Floats | None, seed: int,
    progress: Progress,
) -> tuple[GeneRegions, sparse.csr_matrix]:
    if settings.model == ARCHR:
        return archr_credit(table, query.peaks, settings)
    if settings.model == MAESTRO:
        return maestro_credit(table, query.peaks, settings.maestro_half_decay)
    if settings.model == CO_ACCESSIBILITY:
        if space is None:
            raise InputError("Co-accessibility needs to know which cells are similar", "no coordinates of the cells",
                             "give the query's LSI")
        return cicero_credit(table, in_memory(query.counts), query.peaks, space, settings, seed, progress)
    regions = gene_regions(table, settings.upstream, settings.downstream)
    return regions, membership(regions, query.peaks)


def _from_fragments(
    query: Query, table: GeneTable, settings: GeneActivityParameters, progress: Progress
) -> GeneActivity:
    if query.fragments is None:
        raise InputError("Gene activity cannot be counted from fragments",
                         f"no fragments file with the query {query.recognised.path.name}",
                         "give the query's fragments file, or choose another model of gene activity")
    barcodes = query.cells.index.to_numpy(dtype=object)
    return fragment_activity(query.fragments, np.asarray(barcodes), table, query.peaks, settings.upstream,
                             settings.downstream, progress)
