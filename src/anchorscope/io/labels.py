"""Labels from a column of a cell table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anchorscope.errors import InputError
from anchorscope.results import LabelColumn, Labels, Names

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
    text = as_text(cells[column])
    types = tuple(dict.fromkeys(name for name in text if name))
    if not types:
        raise InputError(f"The column “{column}” of the {side} names no type", "only empty values",
                         "choose another column")
    code = {name: place for place, name in enumerate(types)} | {"": -1}
    return Labels(types, np.array([code[name] for name in text], dtype=np.int64))


def as_text(values: pd.Series) -> Names:
    """(n,) values as text, ``""`` where missing; whole numbers stay whole however they are stored: 3.0 is “3”."""
    if values.dtype.kind == "f" and _whole(values):
        values = values.astype("Int64")
    return np.where(values.isna(), "", values.astype(str).to_numpy(dtype=object))


def label_columns(cells: pd.DataFrame) -> tuple[LabelColumn, ...]:
    """Columns that can serve as labels: text, categories, yes/no or whole numbers, with 2 to 200 values.

    Parameters
    ----------
    cells
        Cell table, one row per cell; a column must name fewer types than half the cells.
    """
    most = min(MOST_TYPES, len(cells) / 2)
    kinds = ((str(name), _kind(cells[name])) for name in cells.columns)
    described = (_described(cells[name], name, kind) for name, kind in kinds if kind is not None)
    return tuple(column for column in described if 2 <= column.n_types <= most)


def _kind(values: pd.Series) -> str | None:
    """Say what a column holds, or ``None`` if it cannot be labels."""
    from pandas import CategoricalDtype
    from pandas.api.types import is_bool_dtype, is_integer_dtype, is_string_dtype

    if isinstance(values.dtype, CategoricalDtype):
        return "category"
    if is_bool_dtype(values.dtype):
        return "yes/no"
    if is_integer_dtype(values.dtype) or (values.dtype.kind == "f" and _whole(values)):
        return "whole numbers"
    return "text" if is_string_dtype(values.dtype) or values.dtype == object else None


def _whole(values: pd.Series) -> bool:
    # Whole numbers of which some are missing are stored as floats.
    numbers = values.dropna().to_numpy(dtype=np.float64)
    return bool(len(numbers) and np.all(np.isfinite(numbers)) and np.all(numbers == np.rint(numbers)))


def _described(values: pd.Series, name: str, kind: str) -> LabelColumn:
    named = [text for text in as_text(values) if text]
    types = tuple(dict.fromkeys(named))
    return LabelColumn(name, len(types), len(values) - len(named), kind, types if len(types) <= MOST_TYPES else ())
