"""From the value of every cell to its colour and the legend."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtGui import QColor

from anchorscope.palette import by_name
from anchorscope.results import Floats, Ints, Labels
from anchorscope_desktop.plotting.cell_map import Colouring
from anchorscope_desktop.plotting.colours import palette_for, ramp

_STEPS = 32
_GAPS = 4
"""Steps between the values that a legend shows, about."""

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Steps that can be counted in one's head, and their tenfolds."""

_TOO_NEAR = 0.75
"""Of a step: a round value nearer to one that has to be shown gives way to it."""


def by_categories(labels: Labels, table: Mapping[str, QColor], missing: str, *, as_given: bool = False) -> Colouring:
    """Return the colours of categories; cells without one are called `missing`.

    The legend names them in the order of all tables, or `as_given`; the cells are not numbered anew for that.
    """
    palette = palette_for(labels.types, table)
    counts = np.bincount(labels.codes + 1, minlength=len(labels.types) + 1)
    there = [(name, palette[code]) for code, name in enumerate(labels.types) if counts[code + 1]]
    legend = there if as_given else sorted(there, key=lambda entry: by_name(entry[0]))
    without = [(missing, palette[-1])] if counts[0] else []
    return Colouring(labels.codes, palette, legend + without, missing=bool(without))


def by_numbers(values: Floats, low: float, high: float, title: str, edge: float | None = None) -> Colouring:
    """Return the colours of numbers, from `low` to `high`; those beyond take the last colour; `title` names them."""
    colours = ramp(_STEPS)
    there = np.isfinite(values)
    codes = np.where(there, _places(np.where(there, values, low), low, high), -1)
    marks = marks_of(low, high, edge)
    legend = [(said(mark), colours[place]) for mark, place in zip(marks, _places(marks, low, high), strict=True)]
    return Colouring(codes, colours, legend, title)


def marks_of(low: float, high: float, edge: float | None = None) -> Floats:
    """Return the values of a scale that its legend shows: round ones in even steps, and `edge` if there is one."""
    step = _round_step((high - low) / _GAPS)
    marks = step * np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) + 0.0  # no minus zero
    if edge is None or not low <= edge <= high:
        return marks
    return np.sort(np.append(marks[np.abs(marks - edge) > _TOO_NEAR * step], edge))


def said(mark: float) -> str:
    """Return a value of a scale as it is written."""
    return f"{mark:,.6g}"


def _round_step(wanted: float) -> float:
    """Return the round step nearest to `wanted`, by their ratio."""
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(power * min(_ROUND, key=lambda one: abs(np.log(one * power / wanted))))


def _places(values: Floats, low: float, high: float) -> Ints:
    return np.clip(((values - low) / (high - low) * _STEPS).astype(np.int64), 0, _STEPS - 1)
