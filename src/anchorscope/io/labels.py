"""Labels from a column of a cell table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anchorscope.errors import InputError
from anchorscope.results import Labels

if TYPE_CHECKING:
    import pandas as pd


def labels_from_column(cells: pd.DataFrame, column: str, side: str) -> Labels:
    """Read one type per cell.

    Parameters
    ----------
    cells
        Cell table, one row per cell.
    column
        Its column; values are turned into text, missing and empty ones become "no type".
    side
        ``reference`` or ``query``, for the message.

    Returns
    -------
    Labels
        Types in order of first appearance.

    Raises
    ------
    InputError
        If the column is not there, or is empty.
    """
    if column not in cells.columns:
        there = ", ".join(f"“{name}”" for name in list(cells.columns)[:8]) or "no column at all"
        raise InputError(f"The {side} has no column “{column}”", there, "choose one of its columns")
    values = cells[column]
    text = np.where(values.isna(), "", values.astype(str).to_numpy(dtype=object))
    types = tuple(dict.fromkeys(name for name in text if name))
    if not types:
        raise InputError(f"The column “{column}” of the {side} names no type", "only empty values",
                         "choose another column")
    code = {name: place for place, name in enumerate(types)} | {"": -1}
    return Labels(types, np.array([code[name] for name in text], dtype=np.int64))
