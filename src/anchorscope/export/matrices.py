"""Data sets and intermediate results as AnnData: one side of a pair, gene activity, both assays together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from anchorscope.counts import blocks_of, in_memory
from anchorscope.evaluation.abstain import abstaining
from anchorscope.export.h5ad import OURS, plain_table, write_blocks
from anchorscope.export.labels import predicted_names
from anchorscope.io.atomic import atomic_path
from anchorscope.palette import UNASSIGNED, type_colours
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import CoEmbedding, GeneActivity, Job, Outcome, Query, Reference

if TYPE_CHECKING:
    import anndata
    import pandas as pd

RNA, ATAC = "RNA", "ATAC"

JOINT_LABEL = "joint.label"
"""What the cells of both assays are coloured by: labels of the reference, and those that the query was given."""


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
        (n1 + n2, 0): reference cells first, barcodes prefixed by their assay. ``obs['assay']``; ``obs['joint.label']``
        is what both assays are coloured by: the reference's own labels and the query's transferred ones.
        ``obs['predicted.id']``, ``obs['prediction.score.max']`` and ``obs['prediction.novelty']`` are of the query
        alone, as in the labelled query; cells of the reference have no value there. The columns of both files follow,
        each cell with what its own file says; one that has a name of ours has ``_before`` appended.
        ``obsm['X_pca']`` and ``obsm['X_umap']``. Query cells that no anchor reaches have no place and are left out.
    """
    import anndata as ad

    placed = joint.placed
    obs = _joint_columns(job, outcome, joint)[placed]
    table = type_colours((*outcome.reference_labels.labels.types, *job.left_out), job.colours)
    colours = {}
    for name in (JOINT_LABEL, OURS[0]):
        obs[name] = obs[name].cat.remove_unused_categories()
        colours[f"{name}_colors"] = np.array([table[one] for one in obs[name].cat.categories], dtype=object)
    return ad.AnnData(
        obs=obs,
        obsm={"X_pca": joint.pca[placed].astype(np.float32), "X_umap": joint.map[placed].astype(np.float32)},
        uns={**colours, "anchorscope": {"genes": joint.genes.astype(str)}})


def _joint_columns(job: Job, outcome: Outcome, joint: CoEmbedding) -> pd.DataFrame:
    """Return the table of all cells, placed or not: what is ours first, then what the files have."""
    import pandas as pd

    labels = outcome.reference_labels.labels
    prediction = abstaining(outcome, job.recipe.transfer.min_score).prediction
    n_reference, n_query = joint.n_reference, len(joint.placed) - joint.n_reference
    assay = np.repeat([RNA, ATAC], [n_reference, n_query])
    given, none = predicted_names(prediction), np.full(n_reference, np.nan, dtype=np.float32)
    own = np.where(labels.codes < 0, UNASSIGNED, labels.names)
    names = sorted({*own.tolist(), *given.tolist()})
    ours = {"assay": pd.Categorical(assay),
            JOINT_LABEL: pd.Categorical(np.concatenate([own, given]), categories=names),
            OURS[0]: pd.Categorical(np.concatenate([np.full(n_reference, None, dtype=object), given]),
                                    categories=names),
            OURS[1]: np.concatenate([none, prediction.best.astype(np.float32)]),
            OURS[3]: np.concatenate([none, outcome.refinement.novelty.astype(np.float32)])}
    # What one file lacks is missing for its cells, and the dtypes that this brings are made plain once more.
    theirs = plain_table(pd.concat([plain_table(side.cells, ours) for side in (job.reference, job.query)]))
    barcodes = [f"{kind}_{barcode}" for kind, barcode in zip(assay, theirs.index, strict=True)]
    return pd.concat([pd.DataFrame(ours, index=barcodes), theirs.set_axis(barcodes)], axis=1)


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
