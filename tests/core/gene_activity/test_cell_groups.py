"""Groups of similar cells: complete, near, and not too much alike."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.gene_activity.cell_groups import cell_groups
from core.samples import groups


def shared_cells(found) -> np.ndarray:
    together = (found @ found.T).toarray()
    return together[np.triu_indices(len(together), 1)]


@pytest.mark.parametrize("size", [5, 20])
def test_each_group_is_a_cell_and_its_nearest(size: int) -> None:
    space, _ = groups((40, 40, 40))
    found = cell_groups(space, size, seed=1).toarray()
    assert set(found.sum(axis=1)) == {size}
    apart = np.linalg.norm(space[:, None] - space[None, :], axis=2)
    nearest = {frozenset(np.argsort(row)[:size].tolist()) for row in apart}
    assert {frozenset(np.flatnonzero(row).tolist()) for row in found} <= nearest


@pytest.mark.parametrize("size", [5, 20])
def test_no_two_groups_share_nine_tenths_of_their_cells(size: int) -> None:
    found = cell_groups(groups((60, 60))[0], size, seed=0)
    assert found.shape[0] >= 4
    assert shared_cells(found).max() < 0.9 * size


def test_cells_far_apart_are_in_no_group_together() -> None:
    space, kind = groups((40, 40), apart=100.0)
    found = cell_groups(space, 10, seed=3).toarray()
    assert all(len(set(kind[row > 0])) == 1 for row in found)


def test_the_seed_decides() -> None:
    space, _ = groups((50, 50))
    one, same, other = (cell_groups(space, 10, seed).toarray() for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert one.shape != other.shape or (one != other).any()


def test_too_few_cells_are_refused() -> None:
    with pytest.raises(InputError, match="10 neighbours were asked for: found only 6 cells"):
        cell_groups(groups((3, 3))[0], 10, seed=0)
    with pytest.raises(InputError, match=r"too few groups of 12: found 12 cells in 1 groups; lower the cells"):
        cell_groups(groups((6, 6))[0], 12, seed=0)
