"""What the report says of the result: the maps, the scores, the grade."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anchorscope.evaluation.threshold import coverage_accuracy, scores_to_keep
from anchorscope.export.figures import side_by_side
from anchorscope.export.labels import predicted_names
from anchorscope.export.report_page import heading, ratio, said, table
from anchorscope.export.report_plots import (
    THRESHOLDS,
    coverage_curve,
    reliability_plot,
    score_histogram,
)
from anchorscope.export.svg import Matrix, blues, matrix_svg, scatter_svg, score_svg, type_key
from anchorscope.palette import FURTHER, OKABE_ITO, type_colours
from anchorscope.parameters import SEURAT, TransferParameters
from anchorscope.results import Grade, Outcome


def colours_of(outcome: Outcome, own: Sequence[tuple[str, str]] = (), left_out: Sequence[str] = ()) -> dict[str, str]:
    """Return a colour for each type of the reference, the same as elsewhere, and for those only the answers have.

    Types that were `left_out` have none, unless the answers have them, but leave the others the colours they had.
    """
    colours = type_colours((*outcome.reference_labels.labels.types, *left_out), own)
    free = [colour for colour in OKABE_ITO[:-1] + FURTHER if colour not in colours.values()] or [*FURTHER]
    more = [] if outcome.grade is None else [name for name in outcome.grade.types if name not in colours]
    every = colours | {name: free[place % len(free)] for place, name in enumerate(more)} | dict(own)
    unseen = set(left_out) - set(() if outcome.grade is None else outcome.grade.types)
    return {name: colour for name, colour in every.items() if name not in unseen}


def maps_section(outcome: Outcome, own: Sequence[tuple[str, str]], left_out: Sequence[str] = ()) -> str:
    """Return the maps: reference by type; query by label and, where graded, by true type and by score."""
    colours, maps, grade = colours_of(outcome, own, left_out), outcome.maps, outcome.grade
    given, called = outcome.reference_labels.labels.names, predicted_names(outcome.prediction)
    true = [] if grade is None else [grade.truth.names]
    figures = [scatter_svg(maps.reference, given, colours, "Reference (RNA), by type"),
               scatter_svg(maps.query, called, colours, "Query (ATAC), by transferred label"),
               *(scatter_svg(maps.query, names, colours, "Query (ATAC), by true type") for names in true),
               *(_score_map(outcome) for _ in true)]
    shown = {*given, *called, *(name for names in true for name in names)}
    return ("<h2>Maps</h2>" + said(
        "Each dot is a cell; near cells are alike. Distances between islands mean little, and no label depends on a "
        "map.")
        + type_key(colours, shown) + side_by_side(*figures))


def _score_map(outcome: Outcome) -> str:
    return score_svg(outcome.maps.query, outcome.prediction.best, "Query (ATAC), by score of the label")


def scores_section(outcome: Outcome, whole: Outcome, settings: TransferParameters) -> str:
    """Return the histogram of scores and, where graded, what a threshold would do and whether scores can be trusted.

    `whole` is the outcome before a threshold was used: another one may be lower.
    """
    prediction, grade = outcome.prediction, outcome.grade
    meaning, text = _meaning(settings.method)
    head = "<h2>Scores</h2>" + said(text)
    if grade is None:
        return head + side_by_side(_score_map(outcome), score_histogram(prediction, None, meaning)) + said(
            f"Median score {np.median(prediction.best):.2f}. How scores relate to right and wrong can be told only "
            "with an answer key.")
    if not (grade.predicted.codes[grade.graded] >= 0).any():
        return head + score_histogram(prediction, grade, meaning) + said("No graded cell has a label.")
    return (head + side_by_side(
        score_histogram(prediction, grade, meaning), reliability_plot(prediction, grade),
        coverage_curve(whole.prediction, whole.grade or grade), _thresholds(whole, settings.min_score)))


def _meaning(method: str) -> tuple[str, str]:
    """Return what a score is, in two or three words and in sentences."""
    if method == SEURAT:
        return "share of the vote", ("A score is the label's share of the vote of the anchors near a cell. It is not a "
                                     "probability: it says how much the anchors agree, not how often they are right.")
    return "probability", ("A score is the probability of the label: of the cells with a score of 0.8, eight in ten "
                           "should be right. How far that holds here is told by the reliability of the score, where "
                           "there is an answer key.")


def _thresholds(whole: Outcome, used: float) -> str:
    grade, scores = whole.grade, scores_to_keep(whole.prediction)
    if grade is None:
        return ""
    curve = coverage_accuracy(scores[grade.graded], grade.right[grade.graded], np.array(THRESHOLDS))
    told = (f"cells with a score below {used:.2f} are unassigned in this report." if used > 0 else
            "no threshold was used for this report.")
    rows = [(f"{at:.1f}", f"{coverage:.3f}", ratio(accuracy)) for at, coverage, accuracy in zip(
        curve.thresholds, curve.coverage, curve.accuracy, strict=True)]
    return ("<figure><figcaption>What a threshold would do</figcaption>"
            + table(("least score", "keep their label", "of these right"), rows, ())
            + f'<p class="note">Fractions of the graded cells; {told}</p></figure>')


def grade_section(grade: Grade | None) -> str:
    """Return the confusion matrix and the numbers by type, or that there is no answer key."""
    if grade is None:
        return "<h2>Grade</h2>" + said(
            "No answer key was given, so the labels could not be graded. Nothing in this report says how many labels "
            "are right.")
    return (heading(f"Grade against {grade.source}") + said(
        f"{grade.n_graded:,} cells; accuracy {grade.accuracy:.3f}, mean recall {grade.balanced_accuracy:.3f}, macro-F1 "
        f"{ratio(grade.macro_f1)}, kappa {ratio(grade.kappa)}. {_lost(grade)}") + said(
        "Accuracy is the fraction of graded cells whose label is right, so common types decide it. Mean recall and "
        "macro-F1 count every type alike. Kappa is the agreement beyond chance: 0 is chance, 1 is perfect.")
        + _confusion(grade) + _by_type(grade))


def _lost(grade: Grade) -> str:
    """Say what going unpaired cost: no more than the cells that are not rightly labelled."""
    left = int((grade.predicted.codes[grade.graded] < 0).sum())
    without = f" ({left:,} cells have no label)" if left else ""
    return (f"The share of cells that are not rightly labelled, {1 - grade.accuracy:.3f}{without}, is the most "
            "information that going unpaired can have lost: part of it no method could know, and a comparison of "
            "models (anchorscope compare, or the page Compare) tells how much.")


def _confusion(grade: Grade) -> str:
    rows = np.flatnonzero(grade.n > 0)
    columns = np.flatnonzero((grade.n > 0) | (grade.counts.sum(axis=0) > 0))
    names = [grade.types[code] for code in columns]

    def tip(row: int, column: int) -> str:
        return (f"{grade.counts[rows[row], columns[column]]:,} of {grade.n[rows[row]]:,} cells that are "
                f"{grade.types[rows[row]]} were labelled {names[column]}")

    matrix = Matrix([grade.types[code] for code in rows], names, grade.fractions[np.ix_(rows, columns)], tip,
                    "true type", "transferred label")
    return ("<figure><figcaption>Confusion matrix, as fractions of each true type</figcaption>"
            + matrix_svg(matrix, blues, lambda value: f"{value:.2f}" if value >= 0.005 else "", "Confusion matrix")
            + '<p class="note">Each row adds up to 1, less the cells without a label; fields below 0.005 are '
              "blank.</p></figure>")


def _by_type(grade: Grade) -> str:
    called = np.bincount(grade.predicted.codes[grade.graded & (grade.predicted.codes >= 0)], minlength=len(grade.types))
    numbers = zip(grade.types, grade.n, called, grade.recall, grade.precision, grade.f1, strict=True)
    rows = [(name, f"{n:,}", f"{calls:,}", ratio(r), ratio(p), ratio(f) if n else "–")
            for name, n, calls, r, p, f in numbers if n or calls]
    return table(("type", "true cells", "labelled so", "recall", "precision", "F1"), rows) + said(
        "Recall: of the cells of a type, how many were labelled so. Precision: of the cells labelled so, how many "
        "are. F1: both in one. A type with few cells has uncertain numbers.")
