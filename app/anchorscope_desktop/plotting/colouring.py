"""From the value of every cell to its colour and the legend."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtGui import QColor

from anchorscope.palette import by_name
from anchorscope.results import Floats, Labels
from anchorscope_desktop.plotting.cell_map import Colouring
from anchorscope_desktop.plotting.colours import palette_for, ramp

_STEPS = 32
MARKS = 5
"""Values of a scale that the legend shows, evenly from the lowest to the highest."""


def by_categories(labels: Labels, table: Mapping[str, QColor], missing: str, *, as_given: bool = False) -> Colouring:
    """Return the colours of categories; cells without one are called `missing`.

    The legend names them in the order of all tables, or `as_given`; the cells are not numbered anew for that.
    """
    palette = palette_for(labels.types, table)
    counts = np.bincount(labels.codes + 1, minlength=len(labels.types) + 1)
    there = [(name, palette[code]) for code, name in enumerate(labels.types) if counts[code + 1]]
    legend = there if as_given else sorted(there, key=lambda entry: by_name(entry[0]))
    return Colouring(labels.codes, palette, legend + ([(missing, palette[-1])] if counts[0] else []))


def by_numbers(values: Floats, low: float, high: float, title: str) -> Colouring:
    """Return the colours of numbers, from `low` to `high`; those beyond take the last colour; `title` names them."""
    colours = ramp(_STEPS)
    there = np.isfinite(values)
    share = (np.where(there, values, low) - low) / (high - low)
    codes = np.where(there, np.clip((share * _STEPS).astype(np.int64), 0, _STEPS - 1), -1)
    marks = np.linspace(low, high, MARKS)
    places = np.minimum((np.linspace(0, 1, MARKS) * _STEPS).astype(np.int64), _STEPS - 1)
    legend = [(f"{mark:.3g}", colours[place]) for mark, place in zip(marks, places, strict=True)]
    return Colouring(codes, colours, legend, title)
