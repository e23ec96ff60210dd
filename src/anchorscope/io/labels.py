"""Labels from a column of a cell table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anchorscope.errors import InputError
from anchorscope.results import LabelColumn, Labels

if TYPE_CHECKING:
    import pandas as pd


MOST_TYPES = 200
"""A column with more distinct values names no cell types."""


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


def label_columns(cells: pd.DataFrame) -> tuple[LabelColumn, ...]:
    """Columns that can serve as labels: text, categories, yes/no or whole numbers, with 2 to 200 values.

    Parameters
    ----------
    cells
        Cell table, one row per cell; a column must name fewer types than half the cells.
    """
    described = (_described(cells[name], str(name)) for name in cells.columns)
    most = min(MOST_TYPES, len(cells) / 2)
    return tuple(column for column in described if column is not None and 2 <= column.n_types <= most)


def _described(values: pd.Series, name: str) -> LabelColumn | None:
    from pandas.api.types import is_complex_dtype, is_datetime64_any_dtype, is_float_dtype

    if any(unfit(values.dtype) for unfit in (is_float_dtype, is_complex_dtype, is_datetime64_any_dtype)):
        return None
    named = values.dropna().astype(str)
    named = named[named != ""]
    return LabelColumn(name, int(named.nunique()), len(values) - len(named))
