"""Pictures for the report, drawn as SVG text."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np

from anchorscope.results import Floats, Grade, Names

MOST_POINTS = 6000
"""Cells drawn in a map of the report; of more, an even sample is taken."""


def scatter_svg(points: Floats, names: Names, colours: Mapping[str, str], title: str, size: int = 420) -> str:
    """Return a map: `points` (n, 2) coloured by the type in `names` (n,), filling the square, with a legend below."""
    low, span = points.min(axis=0), np.ptp(points, axis=0)
    # The axes of a UMAP have no unit, so each is stretched to fill the picture.
    place = 8 + (points - low) / np.where(span > 0, span, 1.0) * (size - 16)
    place[:, 1] = size - place[:, 1]
    step = max(1, -(-len(points) // MOST_POINTS))
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" fill="{colours[name]}"/>'
        for (x, y), name in zip(place[::step], names[::step], strict=True))
    legend = "".join(
        f'<span><i style="background:{colours[name]}"></i>{escape(name)}</span>' for name in sorted(set(names)) if name)
    return (f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {size} {size}" role="img">'
            f'<g class="dots">{dots}</g></svg><div class="legend">{legend}</div></figure>')


def confusion_html(grade: Grade) -> str:
    """Return the confusion matrix as a table: row fractions, shaded, with the counts as tooltips."""
    head = "".join(f"<th><span>{escape(name)}</span></th>" for name in grade.types)
    rows = []
    for place, name in enumerate(grade.types):
        if not grade.counts[place].any() and np.isnan(grade.recall[place]):
            continue
        cells = "".join(_cell(f, c) for f, c in zip(grade.fractions[place], grade.counts[place], strict=True))
        rows.append(f"<tr><th>{escape(name)}</th>{cells}</tr>")
    return (f'<table class="confusion"><tr><th>true \\ transferred</th>{head}</tr>{"".join(rows)}</table>')


def _cell(fraction: float, count: int) -> str:
    text = f"{fraction:.2f}" if fraction >= 0.005 else ""
    ink = "#fff" if fraction > 0.5 else "#1a1d21"
    return f'<td title="{count:,} cells" style="background:rgba(33,102,172,{fraction:.3f});color:{ink}">{text}</td>'
