"""The one selection: replaced as a whole, added to, cleared, one signal each time."""

from __future__ import annotations

import numpy as np

from anchorscope_desktop.state.selection import Selection, SelectionModel


def mask(*rows: int) -> np.ndarray:
    made = np.zeros(6, dtype=bool)
    made[list(rows)] = True
    return made


def test_replace_add_and_clear(qtbot):
    model = SelectionModel()
    heard = []
    model.changed.connect(lambda: heard.append(model.current.description))
    model.choose(Selection("B", mask(0), mask(1)))
    model.choose(Selection("NK", mask(2), mask(3)), adding=True)
    assert model.current.description == "B + NK"
    np.testing.assert_array_equal(model.current.query, mask(1, 3))
    np.testing.assert_array_equal(model.current.reference, mask(0, 2))
    model.choose(Selection("T", None, mask(5)))
    assert model.current.reference is None
    model.clear()
    model.clear()
    assert model.current.empty
    assert heard == ["B", "B + NK", "T", ""]


def test_adding_is_a_union_in_any_order(qtbot):
    one, two = Selection("a", None, mask(1, 2)), Selection("b", mask(4), mask(2, 3))
    for first, second in ((one, two), (two, one), (one, one)):
        joined = first.joined(second)
        np.testing.assert_array_equal(joined.query, first.query | second.query)
    np.testing.assert_array_equal(one.joined(two).reference, mask(4))


def test_adding_to_nothing_is_choosing():
    chosen = Selection("a", None, mask(1))
    assert Selection().joined(chosen) is chosen
    assert chosen.joined(Selection()) is chosen


def test_adding_leaves_the_earlier_masks_alone():
    earlier = mask(1)
    Selection("a", earlier, earlier).joined(Selection("b", mask(2), mask(2)))
    np.testing.assert_array_equal(earlier, mask(1))
