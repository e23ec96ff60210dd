"""Names made equal by a table."""

from __future__ import annotations

import numpy as np

from anchorscope.evaluation.vocabulary import mapped, mapped_names, unmapped
from anchorscope.results import Labels

CELLS = Labels(("a1", "b", "a2", "never"), np.array([0, 2, 1, -1, 0]))
TABLE = (("a1", "A"), ("a2", "A"))


def test_several_names_become_one() -> None:
    found = mapped(CELLS, TABLE)
    assert found.types == ("A", "b", "never")
    assert found.names.tolist() == ["A", "A", "b", "", "A"]


def test_a_name_may_become_one_that_is_already_there() -> None:
    assert mapped(CELLS, (("a1", "b"),)).names.tolist() == ["b", "a2", "b", "", "b"]


def test_a_chain_is_followed_by_one_step() -> None:
    assert mapped_names(["a", "b"], (("a", "b"), ("b", "c"))) == ("b", "c")


def test_names_may_be_exchanged() -> None:
    assert mapped(CELLS, (("a1", "b"), ("b", "a1"))).names.tolist() == ["b", "a2", "a1", "", "b"]


def test_without_a_table_nothing_changes() -> None:
    assert mapped(CELLS, ()) is CELLS
    assert unmapped(CELLS, ()) == ()


def test_unmapped_are_the_names_of_cells_that_the_table_does_not_mention() -> None:
    assert unmapped(CELLS, TABLE) == ("b",)
    assert unmapped(mapped(CELLS, TABLE), TABLE) == ("b",)
