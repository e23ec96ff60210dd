"""Names of cells and genes: unique, and genes by symbol."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from anchorscope.io.gene_table import ASSEMBLIES, read_gene_table
from anchorscope.results import Ints, Names

SYMBOL_COLUMNS = ("feature_name", "gene_symbols", "gene_symbol", "gene_names", "gene_name", "gene_short_name",
                  "symbol", "symbols", "name")
"""Columns in which files whose genes are named by id keep the symbols."""

_SHOWN = 3


def unique(names: Names) -> tuple[Names, Ints]:
    """Append ``-1``, ``-2`` and so on to names that occur again; the first of each keeps its name.

    Returns
    -------
    names
        (n,) all different.
    renamed
        Which places were changed.
    """
    taken, seen, renamed = set(names), set[str](), []
    result = names.copy()
    for place, name in enumerate(names):
        if name in seen:
            result[place] = _free(name, taken)
            taken.add(result[place])
            renamed.append(place)
        seen.add(name)
    return result, np.array(renamed, dtype=np.int64)


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def renamed_note(what: str, names: Names, renamed: Ints, ids: Names | None = None) -> tuple[str, ...]:
    """Say in a sentence what `unique` changed, with the ids of genes that share a symbol."""
    if not len(renamed):
        return ()
    first = renamed[:_SHOWN]
    shown = names[first] if ids is None else [f"{names[place]} ({ids[place]})" for place in first]
    more = ", …" if len(renamed) > _SHOWN else ""
    return (f"Repeated {what} got a number ({len(renamed):,}): {', '.join(shown)}{more}.",)


def symbols(
    names: Names, table: Mapping[str, NDArray[np.generic]]
) -> tuple[Names, Names | None, tuple[str, ...]]:
    """Name genes by symbol where the file names them by Ensembl id.

    Returns
    -------
    names
        (n,) symbols; an id whose symbol is unknown stays.
    ids
        (n,) the ids, or ``None`` if the names were no ids.
    notes
        What was done.
    """
    if 2 * sum(name.startswith("ENS") for name in names) < len(names):
        return names, None, ()
    column = next((name for name in SYMBOL_COLUMNS if name in table), None)
    if column is not None:
        note = f"Genes are named by Ensembl id; their symbols were taken from the column “{column}”."
        return np.array([str(value) for value in table[column]], dtype=object), names, (note,)
    known = _symbol_of_id()
    found = np.array([known.get(name.split(".")[0], name) for name in names], dtype=object)
    known_share = f"{np.count_nonzero(found != names):,} of {len(names):,}"
    return found, names, (f"Genes are named by Ensembl id; {known_share} got their symbol from Ensembl 90.",)


def _symbol_of_id() -> dict[str, str]:
    tables = [read_gene_table(assembly) for assembly in reversed(ASSEMBLIES)]
    return {gene: name for table in tables for gene, name in zip(table.gene_id, table.symbol, strict=True)}
