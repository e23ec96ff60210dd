"""Labels written into the very file that was read, in one step and only when asked."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from anchorscope.errors import OutputError
from anchorscope.export.h5ad import (
    BESIDE,
    OURS,
    OWN_CLUSTER,
    OWN_COLOURS,
    cluster_colours,
    entries_of,
    label_columns_of,
    record,
)
from anchorscope.io.atomic import atomic_path, check_destination
from anchorscope.io.files import checksum, opened
from anchorscope.palette import type_colours
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Job, Outcome

MARK = "anchorscope"
"""Key of `uns` under which the run is recorded."""

RECORD = f"uns/{MARK}/recipe"
"""Where this is in a file, it has been written before."""

COLUMNS = f"uns/{MARK}/columns"
"""The columns that were written then: any other is the user's own, whatever its name."""

ENTRIES = f"uns/{MARK}/entries"
"""What was written then outside of the cell table: any other entry is the user's own as well."""

CLUSTERED = f"uns/{MARK}/query_clusters"
"""Where this is in a file without these lists, its column of clusters is ours, and so are their colours."""

PLACES = (*(f"obs/{name}" for name in OURS), *BESIDE, f"uns/{MARK}")
"""What is always written, or may be, and must not be the user's own."""

OF_CLUSTERS = (f"obs/{OWN_CLUSTER}", f"uns/{OWN_COLOURS}")
"""What is written where the query's own clusters were computed."""

OLD_TABLE = "0.1.0"
"""Version of cell tables as anndata 0.7 wrote them, which kept categories elsewhere: there, labels are plain text."""

NEW_NAME = "write the labels into a new h5ad file"


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
        If the query is no h5ad file, has changed since it was read, has columns, matrices or entries of `uns` of the
        user's own by these names, was written by an anndata before 0.7, or cannot be written. The file is then as it
        was.
    """
    check_write_back(job)
    # Through a link, the file itself is written and the link stays.
    path = job.query.recognised.path.resolve()
    _check_clusters(path, outcome)
    if checksum(path, Part(progress, 0.0, 0.3)) != job.query.recognised.sha256:
        raise _refused(path, "a file that has changed since it was read", "open it again and run anew")
    with atomic_path(path, progress) as temporary:
        shutil.copy2(path, temporary)
        progress.update(0.6)
        _add(temporary, job, outcome)
    return path


def check_write_back(job: Job) -> None:
    """Refuse, before any work, a file that cannot take the labels.

    Raises
    ------
    OutputError
        As `write_back`, but for a file that has changed since it was read.
    """
    path = job.query.recognised.path.resolve()
    if job.query.recognised.format != "h5ad":
        raise _refused(path, f"a file of the format {job.query.recognised.format}", NEW_NAME)
    if not path.is_file():
        raise _refused(path, "no such file", NEW_NAME)
    if not os.access(path, os.W_OK):
        raise _refused(path, "a file that is write-protected", "change that, or write a new file")
    check_destination(path)
    with opened(path) as file:
        flaw = _flaw(file, len(job.query.cells))
    if flaw is not None:
        raise _refused(path, *flaw)


def _check_clusters(path: Path, outcome: Outcome) -> None:
    """Refuse to put the query's own clusters, or their colours, in the place of something of the user's."""
    if outcome.query_clusters is None:
        return
    with opened(path) as file:
        flaw = _own(file, OF_CLUSTERS)
    if flaw is not None:
        raise _refused(path, *flaw)


def _flaw(file: Any, n_cells: int) -> tuple[str, str] | None:
    """Return what is in the way and what to do, or ``None`` if nothing is."""
    table = file["obs"]
    if not hasattr(table, "keys") or "column-order" not in table.attrs:
        return "a cell table as anndata wrote it before version 0.7", NEW_NAME
    cells = table[table.attrs.get("_index", "_index")]
    if len(cells) != n_cells:
        return f"{len(cells):,} cells where {n_cells:,} were labelled", "open it again"
    return _own(file, PLACES)


def _own(file: Any, places: tuple[str, ...]) -> tuple[str, str] | None:
    """Return which of the places the user has filled and what to do, or ``None`` if they are free or ours."""
    ours = {*_entries(file), *(f"obs/{name}" for name in _written(file)), *((f"uns/{MARK}",) if RECORD in file else ())}
    own = [place for place in places if place in file and place not in ours]
    if not own:
        return None
    group, _, name = own[0].partition("/")
    return f"“{name}” of your own in {group}", "rename it, or write a new file"


def _written(file: Any) -> set[str]:
    """Return the columns that were written into the file before, and may be replaced or removed."""
    if RECORD not in file:
        return set()
    if COLUMNS in file:
        return set(file[COLUMNS].asstr()[()].tolist())
    return {*OURS, OWN_CLUSTER} if CLUSTERED in file else set(OURS)


def _entries(file: Any) -> set[str]:
    """Return what was written beside the cell table before, and may be replaced or removed."""
    if RECORD not in file:
        return set()
    if ENTRIES in file:
        return set(file[ENTRIES].asstr()[()].tolist())
    return {*BESIDE, f"uns/{OWN_COLOURS}"} if CLUSTERED in file else set(BESIDE)


def _add(path: Path, job: Job, outcome: Outcome) -> None:
    import h5py
    from anndata.io import write_elem

    columns, scores = label_columns_of(job, outcome)
    colours = type_colours((*outcome.prediction.labels.types, *job.left_out), job.colours)
    with h5py.File(path, "r+") as file:
        table = file["obs"]
        written, entries = _written(file), _entries(file)
        for name, values in columns.items():
            write_elem(table, name, values if table.attrs.get("encoding-version") != OLD_TABLE else np.asarray(values))
        order = [str(name) for name in table.attrs["column-order"]]
        for left in written - set(columns):
            # An earlier write-back had set a least score, or had clusters.
            order = [name for name in order if name != left]
            table.pop(left, None)
        order += [name for name in columns if name not in order]
        table.attrs["column-order"] = np.array(order, dtype=h5py.string_dtype())
        write_elem(_group(file, "obsm"), "prediction_scores", scores)
        uns = _group(file, "uns")
        write_elem(uns, "prediction_scores_types", np.array(outcome.prediction.labels.types, dtype=object))
        shown = [colours[name] for name in columns[OURS[0]].categories]
        write_elem(uns, "predicted.id_colors", np.array(shown, dtype=object))
        for left in entries - set(entries_of(outcome)):
            file.pop(left, None)
        for name, values in cluster_colours(job, outcome).items():
            write_elem(uns, name, values)
        write_elem(uns, MARK, record(job, outcome, columns))


def _group(file: Any, name: str) -> Any:
    # Files of other programs may lack a group, and anndata marks its own.
    if name not in file:
        file.create_group(name).attrs.update({"encoding-type": "dict", "encoding-version": "0.1.0"})
    return file[name]


def _refused(path: Path, found: str, remedy: str) -> OutputError:
    return OutputError(f"Cannot write the labels into {path}", found, remedy)
