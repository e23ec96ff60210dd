"""Names made equal by a table."""

from __future__ import annotations

import numpy as np

from anchorscope.evaluation.vocabulary import (
    NameUse,
    mapped,
    mapped_names,
    names_used,
    unmapped,
    with_targets,
    without_partner,
)
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
    assert unmapped((), CELLS) == ()


def test_unmapped_are_the_names_of_cells_that_the_table_does_not_mention() -> None:
    assert unmapped(TABLE, CELLS) == ("b",)
    other = Labels(("c", "A"), np.array([0, 1]))
    assert unmapped(TABLE, CELLS, other) == ("b", "c")


def test_a_table_for_other_data_keeps_nothing() -> None:
    assert unmapped((("else", "b"), ("never", "A")), CELLS) == ()


REFERENCE, KEY = Labels(("B", "T"), np.array([0, 0, 1])), Labels(("b cell", "T"), np.array([0, 1, 1]))


def test_names_of_one_side_only_have_no_partner() -> None:
    uses = names_used(REFERENCE, KEY)
    assert uses == (NameUse("B", 2, 0), NameUse("b cell", 0, 1), NameUse("T", 1, 2))
    assert [use.name for use in without_partner(uses)] == ["B", "b cell"]


def test_a_target_makes_partners_only_if_the_other_side_has_it() -> None:
    uses = names_used(REFERENCE, KEY)
    assert without_partner(with_targets(uses, (("B", "b cell"),))) == ()
    assert without_partner(with_targets(uses, (("B", "Bee"), ("b cell", "Bee")))) == ()
    assert [use.name for use in without_partner(with_targets(uses, (("B", "bee"),)))] == ["B", "b cell"]
    assert [use.name for use in without_partner(with_targets(uses, (("T", "t"),)))] == ["B", "b cell"]


def test_what_only_the_table_names_comes_last_and_needs_no_partner() -> None:
    uses = with_targets(names_used(REFERENCE, KEY), (("old", "B"), ("B", "b cell")))
    assert uses[-1] == NameUse("old", 0, 0, "B")
    assert uses[0] == NameUse("B", 2, 0, "b cell")
    assert without_partner(uses) == ()
