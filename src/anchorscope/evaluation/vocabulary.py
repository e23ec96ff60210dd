"""Two vocabularies made one by a table of names."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from anchorscope.results import Labels

Mapping = tuple[tuple[str, str], ...]
"""Pairs (from, to) of type names; several names may lead to one."""


def mapped(labels: Labels, mapping: Mapping) -> Labels:
    """Rename types, joining those that get the same name.

    Parameters
    ----------
    labels
        One type per cell.
    mapping
        Pairs (from, to), applied once: what a name leads to is not looked up again. A type without an entry keeps its
        name, so that a table need only say what differs; `unmapped` tells which.

    Returns
    -------
    Labels
        As many cells; types in order of first appearance, missing ones stay missing.
    """
    if not mapping:
        return labels
    table, types = dict(mapping), mapped_names(labels.types, mapping)
    code = {name: place for place, name in enumerate(types)}
    codes = [code[table.get(name, name)] for name in labels.types]
    return Labels(types, np.array([*codes, -1], dtype=np.int64)[labels.codes])


def mapped_names(names: Iterable[str], mapping: Mapping) -> tuple[str, ...]:
    """Rename names as `mapped` does; each result once, in order of first appearance."""
    table = dict(mapping)
    return tuple(dict.fromkeys(table.get(name, name) for name in names))


def unmapped(labels: Labels, mapping: Mapping) -> tuple[str, ...]:
    """Types that cells have and the table does not mention on either side; none without a table."""
    if not mapping:
        return ()
    mentioned = {name for pair in mapping for name in pair}
    used = np.unique(labels.codes[labels.codes >= 0])
    return tuple(labels.types[code] for code in used if labels.types[code] not in mentioned)
