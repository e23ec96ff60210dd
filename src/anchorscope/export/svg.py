"""Maps of cells and matrices of types for the report, drawn as SVG text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from anchorscope.export.figures import (
    FAINT,
    INK,
    bar,
    figure,
    key,
    name_at,
    room_for,
    svg,
    words,
)
from anchorscope.palette import UNASSIGNED, by_name
from anchorscope.results import Floats, Ints, Names

MOST_POINTS = 6000
"""Cells drawn in a map of the report; of more, an even sample is taken."""

MAP_WIDTH, MAP_HEIGHT, MAP_MARGIN = 500, 430, 18
"""Size of a map in px, and what its axes' titles take of it."""

LAYERS = 12
"""A map is drawn in this many passes over all colours, so that no type lies on top of all others."""

APART = (19.0, 13.0)
"""Least distance in px of two numbers on a map, across and down."""

WIDE = 28.0
"""A group of cells that measures less px, but for its outer cells, would vanish under its number."""

ON_MAP = {"paint_order": "stroke", "stroke": "#FFFFFF", "stroke_width": "4", "font_weight": "700", "class": "big"}
"""How a number stands on a map: with a white rim, so that it can be read on any colour."""

SCORE_RAMP = ("#440154", "#482475", "#414487", "#355F8D", "#2A788E", "#21908C", "#22A884", "#44BE70", "#7AD151",
              "#BDDF26")
"""One colour for each tenth of the score, low to high: viridis without its palest end."""


def scatter_svg(points: Floats, names: Names, colours: Mapping[str, str], title: str) -> str:
    """Return a map: `points` (n, 2) coloured by the type in `names` (n,); `type_key` says what the numbers are.

    `colours` gives each type its colour and, by its place, its number.
    """
    place = _placed(points)
    of_cells = np.array([colours[name] for name in names], dtype=object)
    return _map(place, of_cells, title, _numbers_on_map(place, names, numbered(colours)))


def numbered(colours: Mapping[str, str]) -> dict[str, str]:
    """Return the number of each type on the maps; cells without a type have none."""
    types = sorted((name for name in colours if name not in ("", UNASSIGNED)), key=by_name)
    return {name: str(place) for place, name in enumerate(types, start=1)}


def type_key(colours: Mapping[str, str], shown: Iterable[str]) -> str:
    """Return the legend of maps by type: number, name and colour of the types that are `shown`."""
    there, numbers = set(shown), numbered(colours)
    entries = [(f"{number} {name}", colours[name]) for name, number in numbers.items() if name in there]
    entries += [(UNASSIGNED, colours[UNASSIGNED])] * (UNASSIGNED in there)
    return key(entries + [("without a type", colours[""])] * ("" in there))


def score_svg(points: Floats, scores: Floats, title: str) -> str:
    """Return a map: `points` (n, 2) coloured by tenths of the score (n,), with the ramp below."""
    tenth = np.clip((scores * 10).astype(np.int64), 0, 9)
    steps = [(f"{step / 10:.1f}–{(step + 1) / 10:.1f}", colour) for step, colour in enumerate(SCORE_RAMP)]
    return _map(_placed(points), np.array(SCORE_RAMP, dtype=object)[tenth], title, below=key(steps))


def _placed(points: Floats) -> Floats:
    """Return where the points lie in px; the axes of a UMAP have no unit, so each is stretched to fill the picture."""
    low, span = points.min(axis=0), np.ptp(points, axis=0)
    part = (points - low) / np.where(span > 0, span, 1.0)
    edge, gap = MAP_MARGIN, 8
    return np.column_stack([edge + gap + part[:, 0] * (MAP_WIDTH - edge - 2 * gap),
                            gap + (1 - part[:, 1]) * (MAP_HEIGHT - edge - 2 * gap)])


def _map(place: Floats, colours: Names, title: str, on_top: str = "", below: str = "") -> str:
    taken = np.linspace(0, len(place) - 1, min(len(place), MOST_POINTS)).astype(np.int64)
    layers = [_dots(place[part], colours[part]) for part in np.array_split(taken, LAYERS)]
    note = (f"{MOST_POINTS:,} of {len(place):,} cells are drawn, evenly taken from the file's order."
            if len(place) > MOST_POINTS else "")
    edge = [bar(MAP_MARGIN, 0, MAP_WIDTH - MAP_MARGIN, MAP_HEIGHT - MAP_MARGIN, "#FCFCFD"),
            words(MAP_MARGIN, MAP_HEIGHT - 4, "UMAP 1 (no unit) →", fill=FAINT),
            words(12, MAP_HEIGHT - MAP_MARGIN, "UMAP 2 (no unit) →", fill=FAINT,
                  transform=f"rotate(-90 12 {MAP_HEIGHT - MAP_MARGIN})")]
    return figure(title, svg(MAP_WIDTH, MAP_HEIGHT, [*edge, '<g class="dots">', *layers, "</g>", on_top], title), note,
                  below)


def _dots(place: Floats, colours: Names) -> str:
    """Return one path for all dots of a colour, which is a third of the size of circles."""
    paths = []
    for colour in sorted(set(colours)):
        steps = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in place[colours == colour])
        paths.append(f'<path d="{steps}" stroke="{colour}"/>')
    return "".join(paths)


def _numbers_on_map(place: Floats, names: Names, numbers: Mapping[str, str]) -> str:
    """Return the number of each type, in the midst of its cells."""
    centres = [(name, *_centre(place[names == name])) for name in sorted(set(names)) if name in numbers]
    put: list[tuple[float, float]] = []
    parts = []
    for name, x, y in sorted(centres, key=lambda centre: centre[2]):
        y = _free(x, min(max(y + 4, 12.0), MAP_HEIGHT - MAP_MARGIN - 4), put)
        put.append((x, y))
        tip = f"<title>{escape(name)}</title>"
        parts.append(f"<g>{tip}{words(x, y, numbers[name], 'middle', **ON_MAP)}</g>")
    return "".join(parts)


def _centre(place: Floats) -> tuple[float, float]:
    """Return where the number of some cells goes: in their midst, or beside them where it would cover them all."""
    low, (x, y), high = np.quantile(place, [0.15, 0.5, 0.85], axis=0)
    if max(high - low) > WIDE:
        return float(x), float(y)
    return float(high[0] + 13 if high[0] < MAP_WIDTH - 30 else low[0] - 13), float(y)


def _free(x: float, y: float, put: list[tuple[float, float]]) -> float:
    """Return the nearest height at or below `y` at which a number meets none that is already there."""
    for _ in put:
        for other_x, other_y in put:
            if abs(x - other_x) < APART[0] and abs(y - other_y) < APART[1]:
                y = other_y + APART[1]
    return y


@dataclass(frozen=True)
class Matrix:
    """What a matrix picture shows.

    Parameters
    ----------
    rows, columns
        Names of both sides.
    values
        (n_rows, n_columns) what decides the shade.
    tips
        What is shown when the pointer rests on a field, by row and column.
    row_title, column_title
        What rows and columns are.
    ringed
        (n_rows,) the column that is outlined in each row, or ``None``.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    values: Floats
    tips: Callable[[int, int], str]
    row_title: str
    column_title: str
    ringed: Ints | None = None


def matrix_svg(matrix: Matrix, shade: Callable[[float], tuple[str, str]], text: Callable[[float], str],
               title: str, width: float = 1000.0) -> str:
    """Return a matrix with its numbers in it.

    Parameters
    ----------
    matrix
        The fields.
    shade
        Value to colours of field and ink.
    text
        Value to what is written into the field.
    title
        For screen readers.
    width
        Of the picture in px.
    """
    left, top = room_for(matrix.rows) + 20, room_for(matrix.columns) + 22
    field = min(48.0, (width - left) / max(len(matrix.columns), 1))
    deep = min(field, 26.0)
    parts = [_field(matrix, (row, column), (left + column * field, top + row * deep, field, deep), shade, text)
             for row in range(len(matrix.rows)) for column in range(len(matrix.columns))]
    parts += [name_at(left - 7, top + (row + 0.5) * deep + 4, name) for row, name in enumerate(matrix.rows)]
    parts += [_upright(left + (column + 0.5) * field + 4, top - 7, name) for column, name in enumerate(matrix.columns)]
    middle = top + len(matrix.rows) * deep / 2
    parts += [words(left, 12, matrix.column_title, fill=FAINT),
              words(11, middle, matrix.row_title, "middle", fill=FAINT, transform=f"rotate(-90 11 {middle:.1f})")]
    return svg(width, top + len(matrix.rows) * deep + 4, parts, title)


def _upright(x: float, y: float, name: str) -> str:
    return name_at(x, y, name, "start", transform=f"rotate(-90 {x:.1f} {y:.1f})")


def _field(matrix: Matrix, at: tuple[int, int], box: tuple[float, float, float, float],
           shade: Callable[[float], tuple[str, str]], text: Callable[[float], str]) -> str:
    x, y, width, height = box
    value = float(matrix.values[at])
    fill, ink = shade(value)
    ring = matrix.ringed is not None and matrix.ringed[at[0]] == at[1]
    outline = (f'<rect x="{x + 1:.1f}" y="{y + 1:.1f}" width="{width - 3:.1f}" height="{height - 3:.1f}" fill="none" '
               f'stroke="{INK}" stroke-width="2"/>' if ring else "")
    inside = words(x + width / 2, y + height / 2 + 4, text(value), "middle", fill=ink) if text(value) else ""
    return bar(x, y, width - 1, height - 1, fill, matrix.tips(*at)) + outline + inside


def blues(value: float) -> tuple[str, str]:
    """Return field and ink for a fraction: white to blue."""
    part = min(max(value, 0.0), 1.0)
    return _mixed((247, 249, 251), (0, 86, 150), part), "#FFFFFF" if part > 0.5 else INK


def purple_to_green(value: float, reach: float) -> tuple[str, str]:
    """Return field and ink for a number on both sides of 0: purple to white to green, full at `reach`."""
    part = min(abs(value) / reach, 1.0) if reach > 0 else 0.0
    end = (0, 100, 62) if value > 0 else (106, 56, 140)
    return _mixed((248, 248, 248), end, part), "#FFFFFF" if part > 0.6 else INK


def _mixed(start: tuple[int, int, int], end: tuple[int, int, int], part: float) -> str:
    return "#" + "".join(f"{round(a + (b - a) * part):02X}" for a, b in zip(start, end, strict=True))
