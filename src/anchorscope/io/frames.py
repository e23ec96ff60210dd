"""Read the cell and feature tables of an h5ad file, as old as they come."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from anchorscope.errors import InputError
from anchorscope.io.files import Hdf5

if TYPE_CHECKING:
    import pandas as pd

Column: TypeAlias = "NDArray[Any]"


def read_frame(file: Hdf5, key: str) -> pd.DataFrame:
    """Read a table of an open h5ad file, such as ``obs``, with an index of strings.

    Raises
    ------
    InputError
        If a column is encoded in a way that is not known.
    """
    from anndata.io import read_elem

    node = file[key]
    with warnings.catch_warnings():
        # Old files are welcome; that they are old is nothing the user must act on.
        warnings.simplefilter("ignore")
        with _explained(key):
            frame = read_elem(node) if hasattr(node, "keys") else _from_records(node[()], file.get("uns", {}))
    frame.index = frame.index.astype(str)
    frame.columns = frame.columns.astype(str)
    return frame


@contextmanager
def _explained(key: str) -> Iterator[None]:
    try:
        yield
    except (OSError, KeyError):
        raise
    except Exception as error:
        # There is no end to what a column may hold; whatever anndata does not know, the user must hear of.
        raise InputError(f"The table “{key}” of the file cannot be read", "a column of unknown encoding",
                         "write the file again with a current version of anndata") from error


def _from_records(records: NDArray[np.void], uns: Hdf5) -> pd.DataFrame:
    """Tables of anndata before 0.7: the index is the first field, categories of a column are in `uns`."""
    import pandas as pd

    index, *columns = records.dtype.names or ()
    frame = pd.DataFrame(index=_decoded(records[index]))
    for column in columns:
        values, categories = _decoded(records[column]), uns.get(f"{column}_categories")
        frame[column] = values if categories is None else _chosen(_decoded(categories[()]), values)
    return frame


def _chosen(categories: Column, codes: Column) -> Column:
    # Code -1, a missing value, picks the None at the end.
    return np.array([*categories, None], dtype=object)[codes.astype(np.int64)]


def _decoded(values: Column) -> Column:
    if values.dtype.kind not in "SO":
        return values
    return np.array([value.decode() if isinstance(value, bytes) else value for value in values], dtype=object)
