"""Two vocabularies made one by a table of names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from anchorscope.palette import by_name
from anchorscope.results import Labels

Mapping = tuple[tuple[str, str], ...]
"""Pairs (from, to) of type names; several names may lead to one."""


@dataclass(frozen=True)
class NameUse:
    """A name of a type: how many cells of the reference and of the answer key carry it, and what it is graded as."""

    name: str
    n_reference: int
    n_truth: int
    target: str = ""

    @property
    def shared(self) -> bool:
        """Whether both sides use the name."""
        return self.n_reference > 0 and self.n_truth > 0

    @property
    def present(self) -> bool:
        """Whether either side uses the name."""
        return self.n_reference > 0 or self.n_truth > 0

    @property
    def graded(self) -> str:
        """The name under which the cells are graded."""
        return self.target or self.name


def names_used(reference: Labels, truth: Labels) -> tuple[NameUse, ...]:
    """Hold the names of both sides beside each other.

    Parameters
    ----------
    reference, truth
        Types of the reference's cells, and of the answer key's.

    Returns
    -------
    tuple of NameUse
        First the names that only one side uses, then the shared ones, each by name; each stays as it is.
    """
    in_reference, in_truth = _cells_by_name(reference), _cells_by_name(truth)
    uses = [NameUse(name, in_reference.get(name, 0), in_truth.get(name, 0))
            for name in sorted({*reference.types, *truth.types}, key=by_name)]
    return tuple(sorted((use for use in uses if use.present), key=lambda use: use.shared))


def with_targets(uses: Sequence[NameUse], mapping: Mapping) -> tuple[NameUse, ...]:
    """Say what each name is graded as; names that only the table mentions come last."""
    table, known = dict(mapping), {use.name for use in uses}
    further = [NameUse(name, 0, 0, table[name]) for name in sorted(table.keys() - known, key=by_name)]
    return (*(replace(use, target=table.get(use.name, "")) for use in uses), *further)


def without_partner(uses: Sequence[NameUse]) -> tuple[NameUse, ...]:
    """Return the names whose cells cannot be graded as right: the other side has no cell graded under the same name."""
    shared = ({use.graded for use in uses if use.n_reference} & {use.graded for use in uses if use.n_truth})
    return tuple(use for use in uses if use.present and use.graded not in shared)


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


def unmapped(mapping: Mapping, *sides: Labels) -> tuple[str, ...]:
    """Types that cells of either side have and the table mentions nowhere, by name; none if it maps none of them."""
    used = {name for labels in sides for name, n_cells in _cells_by_name(labels).items() if n_cells}
    if used.isdisjoint(source for source, _ in mapping):
        return ()
    return tuple(sorted(used - {name for pair in mapping for name in pair}))
