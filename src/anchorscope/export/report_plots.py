"""The curves and bars of the report: scores, thresholds, calibration, depth, markers and sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from anchorscope.evaluation.bridge import Bridge
from anchorscope.evaluation.threshold import coverage_accuracy, reliability, scores_to_keep
from anchorscope.export.figures import (
    BAD,
    FAINT,
    GOOD,
    INK,
    NEUTRAL,
    RULE,
    Frame,
    axes,
    bar,
    dot,
    figure,
    key,
    line,
    name_at,
    number,
    path,
    room_for,
    svg,
    ticks,
    titles,
    words,
)
from anchorscope.results import Floats, Grade, Lsi, Prediction

TENTHS = [tenth / 10 for tenth in range(0, 11, 2)]

THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Of the score; marked on the curve and listed under it."""

GENES_A_ROW = 7
"""Markers side by side in the marker check."""


def score_histogram(prediction: Prediction, grade: Grade | None, meaning: str) -> str:
    """Return the histogram of scores in twentieths, right and wrong stacked where graded; `meaning`: of a score."""
    kinds, best = _kinds(prediction, grade), prediction.best
    edges = np.linspace(0, 1, 21)
    counts = [np.histogram(np.clip(best[mask], 0, 1), edges)[0] for _, mask, _ in kinds]
    marks = ticks(float(np.sum(counts, axis=0).max(initial=1)), 6)
    frame = Frame(y_high=marks[-1])
    parts = [axes(frame, f"score ({meaning})", "cells", TENTHS, marks)]
    base = np.zeros(20, dtype=np.int64)
    for (name, _, colour), count in zip(kinds, counts, strict=True):
        parts += [bar(frame.x(edges[k]) + 0.5, frame.y(base[k] + n), frame.x(0.05) - frame.x(0) - 1,
                      frame.y(base[k]) - frame.y(base[k] + n), colour,
                      f"{edges[k]:.2f}–{edges[k + 1]:.2f}: {n:,} {name}") for k, n in enumerate(count) if n]
        base = base + count
    note = "" if grade is None else "A useful score keeps the wrong labels to the left."
    return figure("Scores of the transferred labels", svg(frame.width, frame.height, parts, "Histogram of scores"),
                  note, key((f"{name} ({mask.sum():,})", colour) for name, mask, colour in kinds))


def _kinds(prediction: Prediction, grade: Grade | None) -> list[tuple[str, NDArray[np.bool_], str]]:
    """Return the parts of a stack: name, which cells, colour."""
    labelled = prediction.labels.codes >= 0
    if grade is None:
        kinds, left = [("labelled", labelled, GOOD)], [("unassigned", ~labelled, RULE)]
    else:
        kinds = [("right", grade.right, GOOD), ("wrong", grade.graded & labelled & ~grade.right, BAD)]
        left = [("unassigned", grade.graded & ~labelled, RULE), ("no answer", ~grade.graded, NEUTRAL)]
    return kinds + [kind for kind in left if kind[1].any()]


def coverage_curve(prediction: Prediction, grade: Grade) -> str:
    """Return accuracy over coverage as the threshold of the score rises."""
    best = scores_to_keep(prediction)
    curve = coverage_accuracy(best[grade.graded], grade.right[grade.graded])
    some = curve.coverage > 0
    # Room under the lowest point for its number.
    low = np.floor(float(np.nanmin(curve.accuracy[some])) * 10 - 0.4) / 10
    frame = Frame(y_low=max(low, 0.0))
    marks = [mark for mark in np.linspace(0, 1, 11) if mark >= frame.y_low - 1e-9]
    parts = [axes(frame, "coverage (fraction of graded cells that keep their label)", "accuracy of those", TENTHS,
                  marks[::2] if len(marks) > 6 else marks),
             path(zip(map(frame.x, curve.coverage[some]), map(frame.y, curve.accuracy[some]), strict=True), GOOD),
             *_marked(frame, best, grade)]
    return figure("Accuracy against coverage", svg(frame.width, frame.height, parts, "Accuracy against coverage"),
                  "Numbers on the curve are thresholds: cells with a lower score would be left without a label.")


def _marked(frame: Frame, best: Floats, grade: Grade) -> list[str]:
    at = coverage_accuracy(best[grade.graded], grade.right[grade.graded], np.array(THRESHOLDS))
    parts: list[str] = []
    last = (np.inf, np.inf)
    for threshold, coverage, accuracy in zip(at.thresholds, at.coverage, at.accuracy, strict=True):
        if coverage > 0:
            x, y = frame.x(coverage), frame.y(accuracy)
            tip = f"threshold {threshold:g}: {coverage:.3f} of the cells, {accuracy:.3f} right"
            parts.append(dot(x, y, 3.5, GOOD, tip))
            # The curve falls to the right, so there is room below to the left, but not within the axis.
            if np.hypot(last[0] - x, last[1] - y) > 16 and x > frame.left + 24:
                parts.append(words(x - 5, y + 13, f"{threshold:g}", "end", fill=INK))
                last = (x, y)
    return parts


def reliability_plot(prediction: Prediction, grade: Grade) -> str:
    """Return accuracy over mean score in tenths of the score, of the graded cells with a label."""
    named = grade.graded & (prediction.labels.codes >= 0)
    found = reliability(prediction.best[named], grade.right[named])
    frame = Frame()
    there = np.flatnonzero(found.n > 0)
    places = [(frame.x(found.mean_score[k]), frame.y(found.accuracy[k])) for k in there]
    size = 3 + 7 * np.sqrt(found.n[there] / found.n.max())
    parts = [axes(frame, "mean score of the cells in each tenth", "fraction right", TENTHS, TENTHS),
             line(frame.x(0), frame.y(0), frame.x(1), frame.y(1), FAINT, stroke_dasharray="4 4"), path(places, GOOD),
             *(dot(x, y, radius, GOOD, f"{found.n[k]:,} cells: mean score {found.mean_score[k]:.2f}, "
                                       f"{found.accuracy[k]:.2f} right")
               for k, (x, y), radius in zip(there, places, size, strict=True))]
    return figure("Reliability of the score", svg(frame.width, frame.height, parts, "Reliability diagram"),
                  f"Expected calibration error {found.ece:.3f}. On the dashed line a score would be the chance to be "
                  "right; above it the score is too modest, below it too sure. Larger dots stand for more cells.")


def depth_plot(lsi: Lsi) -> str:
    """Return the correlation of each LSI component with the depth of the cells; used components in colour."""
    n = len(lsi.depth_correlation)
    used = set(range(n)[lsi.used])
    frame = Frame(width=1016, height=250, x_low=0.0, x_high=float(n), y_low=-1.0, y_high=1.0)
    wide = frame.x(1) - frame.x(0)
    parts = [axes(frame, "", "correlation with depth (r)", [], [-1, -0.5, 0, 0.5, 1]),
             titles(frame, "LSI component", "")]
    for k, value in enumerate(lsi.depth_correlation):
        top, end = sorted((frame.y(0), frame.y(value)))
        parts.append(bar(frame.x(k) + wide * 0.15, top, wide * 0.7, max(end - top, 0.8), GOOD if k in used else NEUTRAL,
                         f"component {k + 1}: r = {value:.2f}"))
        if (k + 1) % 5 == 0 or k == 0:
            parts.append(words(frame.x(k + 0.5), frame.floor + 17, f"{k + 1}", "middle", fill=FAINT))
    return figure("Depth and the accessibility space", svg(frame.width, frame.height, parts, "Correlation with depth"),
                  "A component that follows the number of counts per cell tells how deeply cells were sequenced, not "
                  "what they are; such components should be grey.", key([("used", GOOD), ("left out", NEUTRAL)]))


def size_plot(types: Sequence[str], groups: Sequence[tuple[str, Floats, str]]) -> str:
    """Return the share of each type in groups of cells: each a name, the counts (n_types,) and a colour."""
    left, deep = room_for(types), 8.0 * len(groups) + 8
    shares = [counts / max(counts.sum(), 1) * 100 for _, counts, _ in groups]
    marks = ticks(float(max((share.max(initial=0) for share in shares), default=1)), 8)
    frame = Frame(1016, deep * len(types) + 52, left, 60, 4, 46, 0.0, marks[-1])
    parts = [line(frame.x(mark), frame.top, frame.x(mark), frame.floor) for mark in marks]
    parts += [words(frame.x(mark), frame.floor + 17, number(mark), "middle", fill=FAINT) for mark in marks]
    for row, name in enumerate(types):
        top = frame.top + row * deep + 4
        parts.append(name_at(left - 7, top + deep / 2, name))
        for place, ((group, counts, colour), share) in enumerate(zip(groups, shares, strict=True)):
            parts.append(bar(left, top + place * 8, frame.x(share[row]) - left, 7, colour,
                             f"{group}: {int(counts[row]):,} cells, {share[row]:.1f} %"))
    parts.append(titles(frame, "share of the cells (%)", ""))
    return figure("How much of each type", svg(frame.width, frame.height, parts, "Share of each type"), "",
                  key((group, colour) for group, _, colour in groups))


def marker_plots(bridge: Bridge, genes: Sequence[str], colours: Mapping[str, str]) -> str:
    """Return quartile boxes of each gene's activity by type, several genes side by side."""
    present = [code for code, n in enumerate(bridge.spread.n_cells) if n]
    rows = [genes[start:start + GENES_A_ROW] for start in range(0, len(genes), GENES_A_ROW)]
    pictures = "".join(_marker_row(bridge, part, present, colours) for part in rows)
    return figure("Activity of the markers by type", pictures,
                  "Box: middle half of the cells; bar: median; dot: mean. Most cells have no count near most genes, "
                  "so a box may be a line at 0; the mean then tells more.")


def _marker_row(bridge: Bridge, genes: Sequence[str], present: Sequence[int], colours: Mapping[str, str]) -> str:
    names = [bridge.spread.types[code] for code in present]
    left, deep, top = room_for(names), 18.0, 24.0
    wide = (1016 - left) / GENES_A_ROW
    height = top + deep * len(names) + 44
    parts = [name_at(left - 7, top + (row + 0.5) * deep + 4, name) for row, name in enumerate(names)]
    for place, gene in enumerate(genes):
        parts += _boxes(bridge, gene, present, colours, (left + place * wide + 6, wide - 30, top, height))
    parts.append(words(left + len(genes) * wide / 2, height - 6, "activity (log-normalised)", "middle"))
    return svg(1016, height, parts, f"Activity of {', '.join(genes)} by type")


def _boxes(bridge: Bridge, gene: str, present: Sequence[int], colours: Mapping[str, str],
           box: tuple[float, float, float, float]) -> list[str]:
    left, wide, top, height = box
    spread, column = bridge.spread, bridge.genes.index(gene)
    marks = ticks(float(max(spread.upper[present, column].max(), spread.mean[present, column].max(), 1e-6)), 2)
    frame = Frame(left + wide, height, left, 0, top, 44, 0.0, marks[-1])
    parts = [name_at(left + wide / 2, top - 9, gene, "middle", font_weight="600")]
    parts += [line(frame.x(mark), top, frame.x(mark), frame.floor, RULE) for mark in marks]
    parts += [words(frame.x(mark), frame.floor + 15, number(round(mark, 6)), "middle", fill=FAINT)
              for mark in (marks[0], marks[-1])]
    for row, code in enumerate(present):
        middle, colour = top + (row + 0.5) * 18, colours[spread.types[code]]
        low, half, high, mean = (frame.x(values[code, column]) for values in (
            spread.lower, spread.median, spread.upper, spread.mean))
        parts += [bar(low, middle - 5, max(high - low, 1.5), 10, colour, _spread(bridge, code, column)),
                  line(half, middle - 6, half, middle + 6, INK, stroke_width="2"),
                  f'<circle cx="{mean:.1f}" cy="{middle:.1f}" r="3.5" fill="{colour}" stroke="{INK}"/>']
    return parts


def _spread(bridge: Bridge, code: int, column: int) -> str:
    of = bridge.spread
    return (f"{of.types[code]}, {of.n_cells[code]:,} cells: quartiles {of.lower[code, column]:.2f}, "
            f"{of.median[code, column]:.2f}, {of.upper[code, column]:.2f}; mean {of.mean[code, column]:.2f}; "
            f"{of.expressed[code, column]:.0%} above 0")
