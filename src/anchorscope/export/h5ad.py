"""The query with its labels, as an h5ad that opens everywhere."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.blocks import CellBlocks
from anchorscope.counts import blocks_of, in_memory
from anchorscope.engine import each_block
from anchorscope.evaluation.abstain import abstaining
from anchorscope.export.destination import result_path
from anchorscope.export.labels import predicted_names
from anchorscope.export.summary import summary
from anchorscope.palette import UNASSIGNED, type_colours
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Job, Outcome, Prediction

if TYPE_CHECKING:
    import anndata
    import pandas as pd

CHUNK = 1 << 18
FAST = 1
"""Level of compression of large matrices: higher ones take three times as long to save a tenth."""

OURS = ("predicted.id", "prediction.score.max", "predicted.unassigned", "prediction.novelty")
OWN_CLUSTER = "query.cluster"
"""Column of the query's own clusters, where they were computed."""

OWN_COLOURS = f"{OWN_CLUSTER}_colors"
"""Where scanpy looks in `uns` for their colours."""

BESIDE = ("obsm/prediction_scores", "uns/prediction_scores_types", "uns/predicted.id_colors")
"""What goes with the labels outside of the cell table."""


def write_h5ad(path: Path, job: Job, outcome: Outcome, progress: Progress = SILENT) -> None:
    """Write the labelled query.

    Parameters
    ----------
    path
        Where to; an existing file is replaced once the new one is complete.
    job, outcome
        The run.
    progress
        Hears the fraction done.

    Raises
    ------
    OutputError
        If the file cannot be written, or is one that was read; nothing is left behind.
    """
    progress.update(0.0)
    labelled = _labelled(job, outcome, None)
    with result_path(path, job, progress) as temporary:
        labelled.write_h5ad(temporary, compression="gzip")
        write_blocks(temporary, blocks_of(job.query.counts), Part(progress, 0.1, 1.0))


def write_blocks(path: Path, counts: CellBlocks, progress: Progress = SILENT) -> None:
    """Give an h5ad file without a matrix its ``X``, block by block: csr float32, compressed."""
    import h5py

    with h5py.File(path, "r+") as file:
        file.pop("X", None)
        group = file.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": counts.shape})
        kinds = {"data": np.float32, "indices": np.int32}
        parts = {name: group.create_dataset(name, (0,), kind, maxshape=(None,), chunks=(CHUNK,), compression="gzip",
                                            compression_opts=FAST, shuffle=True)
                 for name, kind in kinds.items()}
        ends = [np.zeros(1, dtype=np.int64)]
        for _, block in each_block(counts, lambda _, block: sparse.csr_matrix(block, dtype=np.float32), progress):
            ends.append(ends[-1][-1] + block.indptr[1:].astype(np.int64))
            for name, part in parts.items():
                part.resize((int(ends[-1][-1]),))
                part[int(ends[-1][-1]) - block.nnz :] = getattr(block, name)
        group.create_dataset("indptr", data=np.concatenate(ends))


def labelled_query(job: Job, outcome: Outcome) -> anndata.AnnData:
    """Return the query as AnnData: peak counts, the user's columns untouched, and what was found.

    Returns
    -------
    anndata.AnnData
        ``obs['predicted.id']`` (categorical; “Unassigned” below `TransferParameters.min_score`),
        ``obs['prediction.score.max']`` (float32), ``obs['predicted.unassigned']`` (bool) if a least score is set or a
        cell was left without a label, ``obs['prediction.novelty']`` (float32, how unlike the reference),
        ``obs['query.cluster']`` (categorical of strings) and ``uns['query.cluster_colors']`` where the query's own
        clusters were computed,
        ``obsm['prediction_scores']`` (n2, n_types) with names in ``uns['prediction_scores_types']``,
        ``obsm['X_lsi']``, ``obsm['X_umap']``, ``uns['predicted.id_colors']``, and the recipe, versions and input
        checksums in ``uns['anchorscope']``. A column of the user's own that has one of these names is kept with
        ``_before`` appended, and a number where that is taken too.
    """
    return _labelled(job, outcome, in_memory(job.query.counts).astype(np.float32))


def _labelled(job: Job, outcome: Outcome, counts: sparse.csr_matrix | None) -> anndata.AnnData:
    import anndata as ad
    import pandas as pd

    query, prediction = job.query, abstaining(outcome, job.recipe.transfer.min_score).prediction
    columns, scores = label_columns_of(job, outcome)
    obs = plain_table(query.cells, {*OURS, *columns}).assign(**columns)
    table = type_colours((*prediction.labels.types, *job.left_out), job.colours)
    colours = [table[name] for name in _categories(prediction)]
    var = pd.DataFrame(
        {"chrom": query.peaks.chrom.astype(str), "start": query.peaks.start, "end": query.peaks.end},
        index=query.peaks.names.astype(str))
    return ad.AnnData(
        X=counts, obs=obs, var=var,
        obsm={"prediction_scores": scores,
              "X_lsi": outcome.lsi.embeddings.astype(np.float32), "X_umap": outcome.maps.query.astype(np.float32)},
        uns={"prediction_scores_types": np.array(prediction.labels.types, dtype=object),
             "predicted.id_colors": np.array(colours, dtype=object), **cluster_colours(job, outcome),
             "anchorscope": record(job, outcome, columns)})


def label_columns_of(job: Job, outcome: Outcome) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """Return the columns that the cell table gains, by name, and the scores (n2, n_types) float32."""
    import pandas as pd

    least = job.recipe.transfer.min_score
    prediction = abstaining(outcome, least).prediction
    names = _categories(prediction)
    columns = {OURS[0]: pd.Categorical(predicted_names(prediction), categories=names),
               OURS[1]: prediction.best.astype(np.float32)}
    nameless = prediction.labels.codes < 0
    marks = {OURS[2]: nameless} if least > 0 or nameless.any() else {}
    strange = {OURS[3]: outcome.refinement.novelty.astype(np.float32)}
    return columns | marks | strange | _clusters(outcome), prediction.scores.astype(np.float32)


def _clusters(outcome: Outcome) -> dict[str, Any]:
    import pandas as pd

    if outcome.query_clusters is None:
        return {}
    labels = outcome.query_clusters.labels
    return {OWN_CLUSTER: pd.Categorical(labels.names, categories=list(labels.types))}


def cluster_colours(job: Job, outcome: Outcome) -> dict[str, Any]:
    """Return the colours of the query's own clusters as `uns` keeps them; nothing where they were not computed."""
    if outcome.query_clusters is None:
        return {}
    names = outcome.query_clusters.labels.types
    table = type_colours(names, job.colours)
    return {OWN_COLOURS: np.array([table[name] for name in names], dtype=object)}


def entries_of(outcome: Outcome) -> tuple[str, ...]:
    """Return what a labelled file gains outside of its cell table, as paths within it."""
    return BESIDE if outcome.query_clusters is None else (*BESIDE, f"uns/{OWN_COLOURS}")


def _categories(prediction: Prediction) -> list[str]:
    present = set(prediction.labels.codes.tolist())
    names = sorted(name for code, name in enumerate(prediction.labels.types) if code in present)
    return names + ([UNASSIGNED] if -1 in present and UNASSIGNED not in names else [])


def plain_table(cells: pd.DataFrame, ours: Collection[str] = OURS) -> pd.DataFrame:
    """Return the table in dtypes that every reader of h5ad knows, by names that HDF5 allows and that are not ours."""
    import pandas as pd

    columns = dict(zip(_free_names([str(name) for name in cells.columns], ours), cells.columns, strict=True))
    return pd.DataFrame({name: _plain_column(cells[own]) for name, own in columns.items()},
                        index=cells.index.astype(str).rename(None))


def _free_names(names: list[str], ours: Collection[str]) -> list[str]:
    """Return the names without slashes and without ours, each still different from all others."""
    wanted = [f"{name}_before" if name in ours else name.replace("/", "_") for name in names]
    taken, result = set(names), []
    for name, free in zip(names, wanted, strict=True):
        number, candidate = 2, free
        while candidate != name and candidate in taken:
            number, candidate = number + 1, f"{free}_{number}"
        taken.add(candidate)
        result.append(candidate)
    return result


def _plain_column(column: pd.Series[Any]) -> Any:
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.rename_categories([str(value) for value in column.cat.categories]).array
    kind, gaps = column.dtype.kind, bool(column.isna().any())
    if kind in "iuf" or (kind == "b" and not gaps):
        return column.to_numpy(dtype=np.float64, na_value=np.nan) if kind != "f" and gaps else column.to_numpy()
    return np.where(column.isna(), "", column.astype(str).to_numpy(dtype=object))


def record(job: Job, outcome: Outcome, columns: Iterable[str]) -> dict[str, Any]:
    """Return the run as ``uns['anchorscope']`` keeps it: recipe, versions, checksums of the inputs, what is ours."""
    numbers = summary(job, outcome)
    clusters = outcome.query_clusters
    own = {} if clusters is None else {
        "query_clusters": {"resolution": clusters.resolution, "n_neighbors": clusters.n_neighbors}}
    return own | {
        "columns": np.array(list(columns), dtype=object), "entries": np.array(entries_of(outcome), dtype=object),
        "recipe": json.dumps(job.recipe.as_dict(), ensure_ascii=False),
        "reading": {side: json.dumps(dataclasses.asdict(source.settings))
                    for side, source in (("reference", job.reference.recognised), ("query", job.query.recognised))},
        "versions": numbers["versions"],
        "inputs": {side: {"file": source.path.name, "sha256": source.sha256, "format": source.format}
                   for side, source in (("reference", job.reference.recognised), ("query", job.query.recognised))},
        "labels_from": outcome.reference_labels.source,
        "assembly": outcome.gene_activity.assembly,
        "anchors": numbers["anchors"],
        "features": numbers["features"],
    }
