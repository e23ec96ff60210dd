"""Two vocabularies made one by a table of names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from anchorscope.results import Labels

Mapping = tuple[tuple[str, str], ...]
"""Pairs (from, to) of type names; several names may lead to one."""


@dataclass(frozen=True)
class NameUse:
    """A name of a type: how many cells of the reference and of the answer key carry it, and what it is graded as."""

    name: str
    n_reference: int
    n_truth: int
    target: str

    @property
    def shared(self) -> bool:
        """Whether both sides use the name."""
        return self.n_reference > 0 and self.n_truth > 0


def names_used(reference: Labels, truth: Labels, mapping: Mapping = ()) -> tuple[NameUse, ...]:
    """Hold the names of both sides beside each other.

    Parameters
    ----------
    reference, truth
        Types of the reference's cells, and of the answer key's.
    mapping
        Pairs (from, to); see `mapped`.

    Returns
    -------
    tuple of NameUse
        First the names that only one side uses, then the shared ones, each by name. `target` is ``""`` for a name that
        stays as it is.
    """
    in_reference, in_truth, table = _cells_by_name(reference), _cells_by_name(truth), dict(mapping)
    uses = [NameUse(name, in_reference.get(name, 0), in_truth.get(name, 0), table.get(name, ""))
            for name in sorted({*reference.types, *truth.types}, key=str.casefold)]
    return tuple(sorted((use for use in uses if use.n_reference or use.n_truth), key=lambda use: use.shared))


def _cells_by_name(labels: Labels) -> dict[str, int]:
    counts = np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.types))
    return dict(zip(labels.types, counts.tolist(), strict=True))


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
