"""Colours that a file keeps for the categories of its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from anchorscope.io.files import Hdf5

if TYPE_CHECKING:
    import pandas as pd

Colours: TypeAlias = dict[str, tuple[tuple[str, str], ...]]

_HEXADECIMAL = re.compile(r"(#[0-9A-Fa-f]{6})(?:[0-9A-Fa-f]{2})?")
"""Six digits; two more, how opaque it is, are left away."""


def read_colours(file: Hdf5, cells: pd.DataFrame) -> Colours:
    """Read ``uns['<column>_colors']``, scanpy's list of a colour for each category, in their order.

    Parameters
    ----------
    file
        Open h5ad file, or the group of one modality.
    cells
        Cell table; only its categorical columns have an order that colours could follow.

    Returns
    -------
    dict
        Pairs of type and ``#rrggbb`` by column. What is no hexadecimal colour is left out, and so is a list that is too
        short: nobody can tell whose colours it lacks.
    """
    import pandas as pd

    uns, found = file.get("uns", {}), Colours()
    for column in cells.columns:
        kind, key = cells[column].dtype, f"{column}_colors"
        if isinstance(kind, pd.CategoricalDtype) and key in uns:
            pairs = _pairs([str(name) for name in kind.categories], texts(uns[key]))
            if pairs:
                found[str(column)] = pairs
    return found


def texts(node: Hdf5) -> list[str]:
    """Return a list of texts; nothing if it is anything else."""
    if len(getattr(node, "shape", ())) != 1:
        return []
    return [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in node[()]]


def _pairs(names: Sequence[str], colours: Sequence[str]) -> tuple[tuple[str, str], ...]:
    if len(colours) < len(names):
        return ()
    matches = ((name, _HEXADECIMAL.fullmatch(colour.strip())) for name, colour in zip(names, colours, strict=False))
    return tuple((name, match[1]) for name, match in matches if match)
