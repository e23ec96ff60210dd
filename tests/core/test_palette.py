"""Colours: one for each type, always the same, told apart, and grey for cells without a label."""

from __future__ import annotations

import re

import numpy as np
import pytest

from anchorscope.palette import FURTHER, OKABE_ITO, UNASSIGNED, UNASSIGNED_COLOUR, by_name, type_colours

TYPES = [f"Type {number}" for number in range(60)]


@pytest.mark.parametrize("count", [1, 8, 9, 37])
def test_every_type_has_a_colour_of_its_own(count: int) -> None:
    table = type_colours(TYPES[:count])
    colours = [table[name] for name in TYPES[:count]]
    assert len(set(colours)) == count
    assert UNASSIGNED_COLOUR not in colours
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in colours)


def test_beyond_the_palette_colours_repeat() -> None:
    assert set(TYPES) < set(type_colours(TYPES))


def test_neither_order_nor_repetition_matters() -> None:
    assert type_colours(["B", "T", "a"]) == type_colours(["a", "T", "B", "T"])


def test_cells_without_a_label_are_grey_and_take_no_colour_away() -> None:
    with_missing, without = type_colours(["B", "", UNASSIGNED, "T"]), type_colours(["B", "T"])
    assert with_missing == without
    assert with_missing[""] == with_missing[UNASSIGNED] == UNASSIGNED_COLOUR


def test_no_two_colours_are_close() -> None:
    colours = np.array([[int(colour[place : place + 2], 16) for place in (1, 3, 5)]
                        for colour in (*OKABE_ITO, *FURTHER, UNASSIGNED_COLOUR)], dtype=float)
    distances = np.linalg.norm(colours[:, None] - colours[None], axis=2) + 1e3 * np.eye(len(colours))
    assert distances.min() > 25


def test_own_colours_go_before_and_leave_the_others_alone() -> None:
    plain = type_colours(["B", "T", "NK"])
    own = type_colours(["B", "T", "NK"], (("T", "#123456"), ("absent", "#000000")))
    assert own == plain | {"T": "#123456"}


@pytest.mark.parametrize(("first", "further"), [(3, 2), (7, 1), (7, 5), (8, 1), (8, 20), (9, 3), (3, 30)])
def test_names_from_elsewhere_take_no_colour_away(first: int, further: int) -> None:
    types, more = TYPES[-first:], TYPES[:further]
    both = type_colours(types, more=(*more, *types))
    assert {name: both[name] for name in types} == {name: type_colours(types)[name] for name in types}
    assert len({both[name] for name in (*types, *more)}) == first + further


def test_types_stand_in_the_order_of_their_names_and_numbers() -> None:
    names = ["T10", "b", "T2", "B", "a", "10", "9", "T2 memory"]
    assert sorted(names, key=by_name) == ["9", "10", "a", "B", "b", "T2", "T2 memory", "T10"]
