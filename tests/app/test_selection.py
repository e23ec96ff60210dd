"""The one selection: replaced as a whole, combined, cleared, undone and redone, one signal each time."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from anchorscope_desktop.plotting.gesture import Combine, combining
from anchorscope_desktop.state.selection import BYTES_KEPT, STEPS_KEPT, Selection, SelectionModel

N = 6
CTRL = Qt.KeyboardModifier.ControlModifier
NO, SHIFT, ALT = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier)


def mask(*rows: int) -> np.ndarray:
    made = np.zeros(N, dtype=bool)
    made[list(rows)] = True
    return made


def rows_of(found: np.ndarray | None) -> set[int]:
    return set() if found is None else set(np.flatnonzero(found).tolist())


def test_replace_add_and_clear(qtbot):
    model = SelectionModel()
    heard = []
    model.changed.connect(lambda: heard.append(model.current.description))
    model.choose(Selection("B", mask(0), mask(1)))
    model.choose(Selection("NK", mask(2), mask(3)), Combine.ADD)
    assert model.current.description == "B + NK"
    np.testing.assert_array_equal(model.current.query, mask(1, 3))
    np.testing.assert_array_equal(model.current.reference, mask(0, 2))
    model.choose(Selection("T", None, mask(5)))
    assert model.current.reference is None
    model.clear()
    model.clear()
    assert model.current.empty
    assert heard == ["B", "B + NK", "T", ""]


def test_rows_are_sought_once_and_only_those_of_the_present_selection_are_kept(qtbot):
    model, first = SelectionModel(), Selection("B", mask(0, 4), mask(1))
    model.choose(first)
    assert first.reference_rows.tolist() == [0, 4]
    assert first.query_rows is first.query_rows
    model.choose(Selection("T", None, mask(5)))
    assert model.current.reference_rows is None
    assert not {"reference_rows", "query_rows"} & set(vars(first))
    model.undo()
    assert first.query_rows.tolist() == [1]


@pytest.mark.parametrize(("keys", "how"), [
    (NO, Combine.REPLACE), (SHIFT, Combine.ADD), (ALT, Combine.SUBTRACT), (SHIFT | ALT, Combine.INTERSECT),
    (CTRL, Combine.SUBTRACT), (SHIFT | CTRL, Combine.INTERSECT), (CTRL | ALT, Combine.SUBTRACT)])
def test_keys_say_how(keys, how):
    assert combining(keys) is how


def test_words_tell_what_was_done():
    b, nk, t = (Selection(name, None, mask(place)) for place, name in enumerate(("B", "NK", "T")))
    assert b.combined(nk, Combine.ADD).combined(t, Combine.ADD).description == "B + NK + T"
    assert b.combined(nk, Combine.ADD).combined(t, Combine.SUBTRACT).description == "(B + NK) − T"
    assert b.combined(nk, Combine.INTERSECT).description == "B ∩ NK"


def test_combining_leaves_both_alone():
    earlier, later = mask(1), mask(2)
    for how in Combine:
        Selection("a", earlier, earlier).combined(Selection("b", later, later), how)
    np.testing.assert_array_equal(earlier, mask(1))
    np.testing.assert_array_equal(later, mask(2))


def random_selection(rng: np.random.Generator) -> Selection:
    masks = [None if rng.random() < 0.2 else rng.random(N) < 0.5 for _ in range(2)]
    return Selection("x" if any(one is not None for one in masks) else "", *masks)


def expected(one: set[int], other: set[int], how: Combine) -> set[int]:
    return {Combine.REPLACE: other, Combine.ADD: one | other, Combine.SUBTRACT: one - other,
            Combine.INTERSECT: one & other}[how]


@pytest.mark.parametrize("seed", range(25))
def test_random_gestures_are_set_algebra(qtbot, seed):
    rng, model = np.random.default_rng(seed), SelectionModel()
    reference, query = set[int](), set[int]()
    for _ in range(40):
        if rng.random() < 0.1:
            model.clear()
            reference, query = set(), set()
        else:
            chosen, how = random_selection(rng), Combine(int(rng.integers(4)))
            model.choose(chosen, how)
            reference = expected(reference, rows_of(chosen.reference), how)
            query = expected(query, rows_of(chosen.query), how)
        assert (rows_of(model.current.reference), rows_of(model.current.query)) == (reference, query)


@pytest.mark.parametrize("seed", range(25))
def test_undoing_all_returns_to_the_start_and_redoing_to_the_end(qtbot, seed):
    rng, model = np.random.default_rng(seed), SelectionModel()
    path = [model.current]
    for _ in range(int(rng.integers(1, STEPS_KEPT))):
        model.choose(random_selection(rng), int(rng.integers(4)))
        if model.current is not path[-1]:
            path.append(model.current)
    for earlier in reversed(path[:-1]):
        model.undo()
        assert model.current is earlier
    assert not model.can_undo
    for later in path[1:]:
        model.redo()
        assert model.current is later
    assert not model.can_redo


@pytest.mark.parametrize("seed", range(10))
def test_a_walk_of_gestures_undos_and_redos_is_a_walk_on_two_stacks(qtbot, seed):
    rng, model = np.random.default_rng(seed), SelectionModel()
    before, after, now = [], [], model.current
    for _ in range(200):
        step = rng.random()
        if step < 0.4:
            model.undo()
            if before:
                after.append(now)
                now = before.pop()
        elif step < 0.6:
            model.redo()
            if after:
                before.append(now)
                now = after.pop()
        else:
            model.choose(random_selection(rng), int(rng.integers(4)))
            if model.current is not now:
                before, after, now = [*before, now][-STEPS_KEPT:], [], model.current
        assert model.current is now
        assert (model.can_undo, model.can_redo) == (bool(before), bool(after))


def test_what_leaves_the_selection_as_it_is_makes_no_step(qtbot):
    model, heard = SelectionModel(), []
    b = Selection("B", mask(0), mask(1))
    model.choose(b)
    model.changed.connect(lambda: heard.append(model.current.description))
    for how in (Combine.REPLACE, Combine.ADD, Combine.INTERSECT):
        model.choose(Selection("B", mask(0), mask(1)), how)
        assert model.current is b
    model.choose(Selection("NK", None, mask(2)), Combine.SUBTRACT)
    assert heard == []
    model.choose(Selection("Drawn", mask(0), mask(1)))  # the same cells are called something else now
    assert heard == ["Drawn"]
    model.undo()
    model.undo()
    assert model.current.empty
    assert not model.can_undo


def test_other_cells_forget_all_steps(qtbot):
    model = SelectionModel()
    model.choose(Selection("B", None, mask(1)))
    model.forget()
    assert model.current.empty
    assert not model.can_undo
    assert not model.can_redo


def test_steps_of_very_many_cells_take_no_more_memory_than_is_set(qtbot):
    model, mask = SelectionModel(), np.zeros(BYTES_KEPT // 5, dtype=bool)
    for step in range(6):
        model.choose(Selection(f"{step}", mask, mask))
    done = []
    while model.can_undo:
        model.undo()
        done.append(model.current.description)
    assert done == ["4", "3"]
