"""Labels that Anchorscope wrote before: a cell that was left unassigned has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anchorscope.io.colours import texts
from anchorscope.io.files import Hdf5
from anchorscope.palette import UNASSIGNED
from anchorscope.parameters import AS_IS, AUTOMATIC, Repairs
from anchorscope.results import Repair

if TYPE_CHECKING:
    import pandas as pd

COLUMN = "predicted.id"
"""Where Anchorscope, like Seurat, writes the labels that it transferred."""

BESIDE = "predicted.unassigned"
"""Stands beside them in every table of labels of ours, and in no other program's."""


def are_ours(file: Hdf5) -> bool:
    """Whether an open h5ad file says that Anchorscope wrote its column of labels."""
    record = file.get("uns", {}).get("anchorscope", {})
    if not hasattr(record, "keys") or "recipe" not in record:
        return False
    # A record without a list of columns is of a program before there was one.
    return "columns" not in record or COLUMN in texts(record["columns"])


def without_unassigned(
    cells: pd.DataFrame, settings: Repairs, column: str = COLUMN
) -> tuple[pd.DataFrame, tuple[str, ...], tuple[Repair, ...]]:
    """Take the label from cells that Anchorscope had left unassigned.

    Parameters
    ----------
    cells
        Cell table whose `column`, if there is one, is ours; it is not changed.
    settings
        `Repairs.unassigned` decides.
    column
        The name of that column in the table.

    Returns
    -------
    DataFrame, tuple, tuple
        The table, a sentence on what was done, and the repair; both empty where no cell is unassigned.
    """
    if column not in cells:
        return cells, (), ()
    nameless = (cells[column].astype(object) == UNASSIGNED).to_numpy()
    if not nameless.any():
        return cells, (), ()
    n = int(nameless.sum())
    found = f"{n:,} cell{'' if n == 1 else 's'} called “{UNASSIGNED}” by Anchorscope in “{column}”"
    if settings.unassigned == AS_IS:
        return cells, (), (Repair("unassigned", found, "", (AUTOMATIC,)),)
    labels = cells[column].mask(nameless)
    if hasattr(labels, "cat"):
        labels = labels.cat.remove_categories([UNASSIGNED])
    done = "read as cells without a label"
    return cells.assign(**{column: labels}), (f"{found}: {done}.",), (Repair("unassigned", found, done, (AS_IS,)),)
