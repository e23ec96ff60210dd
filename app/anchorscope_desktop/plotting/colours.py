"""One colour for every cell type, the same in every picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from PySide6.QtGui import QColor

from anchorscope import palette
from anchorscope_desktop.plotting.theme import Theme

UNASSIGNED = palette.UNASSIGNED

AGREES, DIFFERS = QColor("#0072B2"), QColor("#D55E00")
"""Whether a label is the true one."""

_RAMP = ((68, 1, 84), (65, 68, 135), (42, 120, 142), (34, 168, 132), (122, 209, 81), (253, 231, 37))
"""Six points of viridis, from low to high."""


def type_colours(types: Iterable[str], theme: Theme, more: Iterable[str] = ()) -> dict[str, QColor]:
    """Return the colour of each type, the user's own first, black turned white on dark; without a type it is grey.

    Names that only `more` has take no colour away from `types`.
    """
    table = {name: QColor(color) for name, color in palette.type_colours(types, theme.own, more).items()}
    for name, color in table.items():
        if color == QColor(palette.OKABE_ITO[-1]):
            table[name] = theme.color("eighth")
    return table


def palette_for(types: Sequence[str], table: Mapping[str, QColor]) -> list[QColor]:
    """Return the colours of `types` in order, and last that of cells without a type (code -1)."""
    return [*(table.get(name, table[""]) for name in types), table[""]]


def ramp(n_steps: int = 32) -> list[QColor]:
    """Return `n_steps` colours from low to high, and last a grey for cells without a value."""
    points = np.linspace(0, 1, len(_RAMP))
    channels = [np.interp(np.linspace(0, 1, n_steps), points, [color[i] for color in _RAMP]) for i in range(3)]
    return [*(QColor(*(int(c) for c in rgb)) for rgb in zip(*channels, strict=True)), QColor("#8A9098")]


def blend(low: QColor, high: QColor, fraction: float) -> QColor:
    """Return the colour `fraction` of the way from `low` to `high`."""
    parts = zip(low.getRgb()[:3], high.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(a + (b - a) * fraction) for a, b in parts))


def readable_on(background: QColor) -> QColor:
    """Return black or white, whichever can be read better on `background`."""
    return QColor("#000000") if _luminance(background) > 0.18 else QColor("#FFFFFF")


def _luminance(color: QColor) -> float:
    channels = np.array(color.getRgbF()[:3])  # type: ignore[index]
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)
