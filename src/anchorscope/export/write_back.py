"""Labels written into the very file that was read, in one step and only when asked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from anchorscope.errors import OutputError
from anchorscope.export.h5ad import OURS, label_columns_of, record
from anchorscope.io.atomic import atomic_path
from anchorscope.io.files import checksum, opened
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Job, Outcome

MARK = "anchorscope"
"""Key of `uns` under which the run is recorded; its presence says that the columns are ours."""


def write_back(job: Job, outcome: Outcome, progress: Progress = SILENT) -> Path:
    """Add the labels to the query's own h5ad file.

    The file is copied, the copy is completed and then takes the original's place; everything else in it stays as it
    was. Labels of an earlier write-back are replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OutputError
        If the query is no h5ad file, has changed since it was read, has columns of the user's own by these names, was
        written by an anndata before 0.7, or cannot be written. The file is then as it was.
    """
    path = job.query.recognised.path
    if job.query.recognised.format != "h5ad":
        raise _refused(path, f"a file of the format {job.query.recognised.format}",
                       "export the labelled h5ad under a new name")
    if checksum(path, Part(progress, 0.0, 0.3)) != job.query.recognised.sha256:
        raise _refused(path, "a file that has changed since it was read", "open it again and run anew")
    with opened(path) as file:
        _check(path, file, len(job.query.cells))
    with atomic_path(path) as temporary:
        shutil.copy2(path, temporary)
        progress.update(0.6)
        _add(temporary, job, outcome)
    progress.update(1.0)
    return path


def _check(path: Path, file: Any, n_cells: int) -> None:
    table = file["obs"]
    if not hasattr(table, "keys"):
        raise _refused(path, "a cell table as anndata wrote it before version 0.7",
                       "export the labelled h5ad under a new name")
    index = table.attrs.get("_index", "_index")
    if len(table[index]) != n_cells:
        raise _refused(path, f"{len(table[index]):,} cells where {n_cells:,} were labelled", "open it again")
    own = [name for name in OURS if name in table]
    if own and MARK not in file.get("uns", {}):
        raise _refused(path, f"a column “{own[0]}” of your own", "rename it, or export under a new name")


def _add(path: Path, job: Job, outcome: Outcome) -> None:
    import h5py
    from anndata.io import write_elem

    columns, scores = label_columns_of(outcome.prediction)
    with h5py.File(path, "r+") as file:
        table = file["obs"]
        for name, values in columns.items():
            write_elem(table, name, values)
        order = [str(name) for name in table.attrs["column-order"]]
        order += [name for name in columns if name not in order]
        table.attrs["column-order"] = np.array(order, dtype=h5py.string_dtype())
        write_elem(file.require_group("obsm"), "prediction_scores", scores)
        group = file.require_group("uns")
        write_elem(group, "prediction_scores_types", np.array(outcome.prediction.labels.types, dtype=object))
        write_elem(group, MARK, record(job, outcome))


def _refused(path: Path, found: str, remedy: str) -> OutputError:
    return OutputError(f"Cannot write the labels into {path}", found, remedy)
