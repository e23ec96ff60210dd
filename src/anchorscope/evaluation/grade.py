"""Holding the transferred labels against the answer key."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anchorscope.errors import InputError
from anchorscope.evaluation.vocabulary import Mapping, mapped, unmapped
from anchorscope.palette import by_name
from anchorscope.results import Floats, Grade, Ints, Labels


def grade(predicted: Labels, truth: Labels, source: str, mapping: Mapping = ()) -> Grade:
    """Compare predicted with true types.

    Parameters
    ----------
    predicted, truth
        One type per query cell, by name; cells without a true type are not graded, cells without a predicted type
        count as wrong.
    source
        Where the truth comes from, for display.
    mapping
        Names to make equal first, on both sides; see `vocabulary.mapped`.

    Returns
    -------
    Grade
        Accuracy, balanced accuracy (mean recall over the types that the truth names), kappa, macro-F1, the confusion
        matrix with true types in rows, recall, precision and F1.

    Raises
    ------
    InputError
        If no query cell has a true type, or no true type is among the reference's types.

    Notes
    -----
    Kappa is that of Cohen (1960, Educ. Psychol. Meas. 20:37), with "no type" as one more thing to call a cell. A type
    that the reference knows and the query lacks lowers the precision of none but itself, so macro-F1, like balanced
    accuracy, averages over the types that the truth names.
    """
    kept = unmapped(mapping, truth, predicted)
    predicted, truth = mapped(predicted, mapping), mapped(truth, mapping)
    graded = truth.codes >= 0
    if not graded.any():
        raise InputError(f"The answer key “{source}” is empty", "no query cell with a type", "choose another column")
    check_names(truth.types, predicted.types, source)
    types = tuple(sorted({*truth.types, *predicted.types}, key=by_name))
    return grade_of(Labels(types, _recoded(predicted, types)), Labels(types, _recoded(truth, types)), source, kept)


def grade_of(predicted: Labels, truth: Labels, source: str, kept: tuple[str, ...] = ()) -> Grade:
    """Compare predicted with true types that are the same types, in the same order.

    Parameters
    ----------
    predicted, truth, source
        As for `grade`; at least one cell has a true type.
    kept
        As `Grade` has it.

    Returns
    -------
    Grade
        As `grade` returns it.
    """
    counts = _confusion(truth.codes, predicted.codes, len(truth.types))
    n_true, n_called, right = counts.sum(axis=1), counts[:, :-1].sum(axis=0), np.diag(counts)
    n_graded, counts = int(n_true.sum()), counts[:, :-1]
    recall, f1 = _ratio(right, n_true), _ratio(2 * right, n_true + n_called)
    return Grade(
        accuracy=float(right.sum() / n_graded), balanced_accuracy=float(np.nanmean(recall)),
        kappa=_kappa(right, n_true, n_called), macro_f1=float(f1[n_true > 0].mean()), types=truth.types, counts=counts,
        fractions=counts / np.maximum(n_true, 1)[:, None], recall=recall, precision=_ratio(right, n_called), f1=f1,
        n=n_true, n_graded=n_graded, truth=truth, predicted=predicted, source=source, kept=kept)


def check_names(truth: Sequence[str], predicted: Sequence[str], source: str, giver: str = "the reference") -> None:
    """Refuse an answer key none of whose types can be given to a cell; `giver` is what the predicted names come from.

    Raises
    ------
    InputError
        With examples of both vocabularies.
    """
    if not set(truth) & set(predicted):
        raise InputError(
            f"The answer key “{source}” and {giver} use different names, without one in common",
            f"{_examples(truth)} in the query, {_examples(predicted)} in {giver}",
            f"choose a column that uses the type names of {giver}, give a table that maps one to the other (in the "
            "window “Names that mean the same”), or grade without an answer key")


def _examples(types: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in types[:3]) or "none"


def _recoded(labels: Labels, types: tuple[str, ...]) -> Ints:
    place = {name: code for code, name in enumerate(types)}
    return np.array([*(place[name] for name in labels.types), -1], dtype=np.int64)[labels.codes]


def _confusion(truth: Ints, predicted: Ints, n_types: int) -> Ints:
    """Return (n_types, n_types + 1) counts; the last column is of cells that were called nothing."""
    # The codes of missing types, -1, are the first row and column; one pass over all cells finds every count.
    n = n_types + 1
    flat = np.bincount(truth * n + (predicted + n + 1), minlength=n * n).reshape(n, n)
    return np.roll(flat, -1, axis=1)[1:].astype(np.int64)


def _kappa(right: Ints, n_true: Ints, n_called: Ints) -> float:
    total = float(n_true.sum())
    # Python's whole numbers: the product of two counts may not fit into 64 bits.
    chance = sum(a * b for a, b in zip(n_true.tolist(), n_called.tolist(), strict=True)) / total**2
    return (float(right.sum()) / total - chance) / (1.0 - chance) if chance < 1.0 else float("nan")


def _ratio(part: Ints, whole: Ints) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))
