"""The genes in which reference and query meet."""

from __future__ import annotations

import numpy as np

from anchorscope.errors import InputError
from anchorscope.results import Ints, Names


def shared_genes(wanted: Names, measured: Names) -> Names:
    """Return those of the `wanted` genes that are `measured`, in the order wanted.

    Raises
    ------
    InputError
        If there is none.
    """
    there = set(measured)
    names = np.array([name for name in wanted if name in there], dtype=object)
    if not len(names):
        raise InputError(
            "Reference and query share no gene",
            f"reference genes such as {', '.join(wanted[:3])} and query genes such as {', '.join(measured[:3])}",
            "use gene symbols in the reference and choose the query's own species and assembly")
    return names


def places(genes: Names, names: Names) -> Ints:
    """Return where in `genes` each of `names` is: (n,) int64; every name must be there."""
    column = {gene: place for place, gene in enumerate(genes)}
    return np.array([column[name] for name in names], dtype=np.int64)
