"""Names of cells and genes, made unique."""

from __future__ import annotations

import numpy as np

from anchorscope.results import Ints, Names

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


def without_version(name: str) -> str:
    """Return an Ensembl id without its version, as ENSG00000156738 for ENSG00000156738.17; other names as they are."""
    start, dot, version = name.rpartition(".")
    return start if dot and version.isdecimal() and name.startswith("ENS") else name
