"""Holding the transferred labels against the answer key."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anchorscope.errors import InputError
from anchorscope.results import Floats, Grade, Ints, Labels


def grade(predicted: Labels, truth: Labels, source: str) -> Grade:
    """Compare predicted with true types.

    Parameters
    ----------
    predicted, truth
        One type per query cell, by name; cells without a true type are not graded, cells without a predicted type
        count as wrong.
    source
        Where the truth comes from, for display.

    Returns
    -------
    Grade
        Accuracy, balanced accuracy (mean recall over the types that the truth names), the confusion matrix with true
        types in rows, recall and precision.

    Raises
    ------
    InputError
        If no query cell has a true type, or no true type is among the reference's types.
    """
    graded = truth.codes >= 0
    if not graded.any():
        raise InputError(f"The answer key “{source}” is empty", "no query cell with a type", "choose another column")
    check_names(truth.types, predicted.types, source)
    types = tuple(sorted({*truth.types, *predicted.types}))
    true, called = _recoded(truth, types), _recoded(predicted, types)
    counts = _confusion(true[graded], called[graded], len(types))
    n_true, n_called = np.bincount(true[graded], minlength=len(types)), counts.sum(axis=0)
    right = np.diag(counts)
    recall = _ratio(right, n_true)
    return Grade(
        accuracy=float(right.sum() / graded.sum()), balanced_accuracy=float(np.nanmean(recall)), types=types,
        counts=counts, fractions=counts / np.maximum(n_true, 1)[:, None], recall=recall,
        precision=_ratio(right, n_called), n_graded=int(graded.sum()), truth=Labels(types, true),
        predicted=Labels(types, called), source=source)


def check_names(truth: Sequence[str], predicted: Sequence[str], source: str) -> None:
    """Refuse an answer key none of whose types the reference can give.

    Raises
    ------
    InputError
        With examples of both vocabularies.
    """
    if not set(truth) & set(predicted):
        raise InputError(
            f"The answer key “{source}” and the reference use different names",
            f"{_examples(truth)} in the query, {_examples(predicted)} in the reference",
            "choose the column that uses the reference's type names, or grade without one")


def _examples(types: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in types[:3]) or "none"


def _recoded(labels: Labels, types: tuple[str, ...]) -> Ints:
    place = {name: code for code, name in enumerate(types)}
    return np.array([*(place[name] for name in labels.types), -1], dtype=np.int64)[labels.codes]


def _confusion(truth: Ints, predicted: Ints, n_types: int) -> Ints:
    called = predicted >= 0
    flat = truth[called] * n_types + predicted[called]
    return np.bincount(flat, minlength=n_types * n_types).reshape(n_types, n_types).astype(np.int64)


def _ratio(part: Ints, whole: Ints) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))
