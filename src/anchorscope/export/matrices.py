"""Data sets and intermediate results as AnnData: one side of a pair, gene activity, both assays together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from anchorscope.counts import blocks_of, in_memory
from anchorscope.evaluation.abstain import abstaining
from anchorscope.export.h5ad import plain_table, write_blocks
from anchorscope.export.labels import predicted_names
from anchorscope.io.atomic import atomic_path
from anchorscope.palette import UNASSIGNED, type_colours
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import CoEmbedding, GeneActivity, Job, Outcome, Query, Reference

if TYPE_CHECKING:
    import anndata

RNA, ATAC = "RNA", "ATAC"


def reference_anndata(reference: Reference) -> anndata.AnnData:
    """Return the reference as AnnData: counts (n1, n_genes) float32, the user's own columns."""
    return _anndata(reference.counts, plain_table(reference.cells), _index(reference.genes))


def query_anndata(query: Query, reference: Reference | None = None) -> anndata.AnnData:
    """Return the query as AnnData: counts (n2, n_peaks) float32, the user's own columns, where each peak lies.

    With the `reference` of the same multiome, columns of its cells that the query lacks join the query's, so that it
    can be graded by them.
    """
    cells = query.cells if reference is None else _with_columns_of(reference, query)
    return _anndata(query.counts, plain_table(cells), peak_table(query))


def activity_anndata(query: Query, activity: GeneActivity) -> anndata.AnnData:
    """Return gene activity as AnnData.

    Returns
    -------
    anndata.AnnData
        X (n2, n_genes) float32, not normalised; ``var`` holds each gene's region and body; ``uns['anchorscope']`` the
        model and the assembly.
    """
    regions = activity.regions
    table = _index(regions.symbols)
    for name in ("chrom", "strand"):
        table[name] = getattr(regions, name).astype(str)
    for name in ("start", "end", "body_start", "body_end"):
        table[name] = getattr(regions, name)
    found = _anndata(activity.counts, plain_table(query.cells), table)
    found.uns["anchorscope"] = {"model": activity.model, "assembly": activity.assembly}
    return found


def coembedding_anndata(job: Job, outcome: Outcome, joint: CoEmbedding) -> anndata.AnnData:
    """Return the cells of both data sets as one AnnData without expression.

    Returns
    -------
    anndata.AnnData
        (n1 + n2, 0): reference cells first, barcodes prefixed by their assay; ``obs`` tells the assay, the cell type
        (the reference's own, the query's transferred), the score and the novelty (not a number for the reference);
        ``obsm['X_pca']`` and ``obsm['X_umap']``. Query cells that no anchor reaches have no place and are left out.
    """
    import pandas as pd

    labels = outcome.reference_labels.labels
    prediction = abstaining(outcome, job.recipe.transfer.min_score).prediction
    assay = np.repeat([RNA, ATAC], [joint.n_reference, len(joint.placed) - joint.n_reference])
    barcodes = np.concatenate([job.reference.cells.index, job.query.cells.index])
    own = np.where(labels.codes < 0, UNASSIGNED, labels.names)
    types = np.concatenate([own, predicted_names(prediction)])
    score = np.concatenate([np.ones(joint.n_reference), prediction.best])
    novelty = np.concatenate([np.full(joint.n_reference, np.nan), outcome.refinement.novelty])
    colours = type_colours(labels.types, job.colours)
    placed = joint.placed
    names = sorted(set(types[placed].tolist()))
    obs = pd.DataFrame({
        "assay": pd.Categorical(assay), "cell_type": pd.Categorical(types, categories=names),
        "prediction.score.max": score.astype(np.float32), "prediction.novelty": novelty.astype(np.float32),
    }, index=[f"{kind}_{barcode}" for kind, barcode in zip(assay, barcodes, strict=True)])
    import anndata as ad

    return ad.AnnData(
        obs=obs[placed],
        obsm={"X_pca": joint.pca[placed].astype(np.float32), "X_umap": joint.map[placed].astype(np.float32)},
        uns={"cell_type_colors": np.array([colours[name] for name in names], dtype=object),
             "anchorscope": {"genes": joint.genes.astype(str)}})


def write_anndata(path: Path, data: anndata.AnnData, progress: Progress = SILENT) -> None:
    """Write AnnData as h5ad, compressed; the file is there in full or not at all.

    `progress` hears the fraction done.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    progress.update(0.0)
    with atomic_path(path, progress) as temporary:
        if not sparse.issparse(data.X):
            data.write_h5ad(temporary, compression="gzip")
            return
        counts: Any = data.X
        # They are most of it: block by block, so that one hears how far it is and can stop it.
        _without_counts(data).write_h5ad(temporary, compression="gzip")
        write_blocks(temporary, blocks_of(counts), Part(progress, 0.1, 1.0))


def _without_counts(data: anndata.AnnData) -> anndata.AnnData:
    import anndata as ad

    others = {name: dict(getattr(data, name)) for name in ("obsm", "varm", "obsp", "varp", "layers")}
    return ad.AnnData(obs=data.obs, var=data.var, uns=data.uns, **others)


def peak_table(query: Query) -> Any:
    """Return where each peak lies, as a table with the peaks' names as index."""
    table = _index(query.peaks.names)
    table["chrom"] = query.peaks.chrom.astype(str)
    table["start"], table["end"] = query.peaks.start, query.peaks.end
    return table


def _with_columns_of(reference: Reference, query: Query) -> Any:
    import pandas as pd

    new = [name for name in reference.cells.columns if name not in query.cells.columns]
    if query.pairing is None or not new:
        return query.cells
    # A cell that the reference lacks is row -1, which is no row of the table, so it gets no value.
    rows = reference.cells[new].reset_index(drop=True).reindex(query.pairing)
    return pd.concat([query.cells, rows.set_axis(query.cells.index, axis=0)], axis=1)


def _anndata(counts: Any, cells: Any, features: Any) -> anndata.AnnData:
    import anndata as ad

    return ad.AnnData(X=in_memory(counts).astype(np.float32), obs=cells, var=features)


def _index(names: Any) -> Any:
    import pandas as pd

    return pd.DataFrame(index=names.astype(str))
