"""Cells like nothing in the reference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from anchorscope.machine import one_blas_thread
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.refine.discriminant import Coordinates, discriminant, parts
from anchorscope.refine.refine import Evidence, Refined, one_hot
from anchorscope.refine.views import Shortened
from anchorscope.results import Floats

RIDGE = 1e-3
"""Added to the diagonal of the regression, relative to the spread of the coordinates."""

CORE, EDGE = 3.0, 2.5
"""Novelty that shows a population, and novelty with which a cell belongs to it."""

POPULATION = 0.02
"""Part of the cells beyond `CORE` that makes a population: complete references leave at most three quarters of it."""

MAD = 1.4826
"""Median absolute deviations in a standard deviation of a normal distribution."""


def novelty(evidence: Evidence, found: Refined, progress: Progress = SILENT) -> Floats:
    """Say how unlike the reference each query cell is.

    Parameters
    ----------
    evidence
        What the labels were made from.
    found
        The refined labels.
    progress
        Told after each sign; a cancel is heard within one.

    Returns
    -------
    numpy.ndarray
        (n2,) about 0 for a typical cell of these data, in robust standard deviations; larger is stranger.

    Notes
    -----
    Two signs, each smoothed by a linear regression on the direction of the cells in the query's own space, so that a
    population speaks and not the noise of a cell: few anchors whose type is the cell's own, and a place among the
    genes' axes that is off the centre of the cell's type. The second counts as far as accessibility answers the
    question of type; where it does not, all cells look off centre. A regression sees no population that lies between
    others, therefore the strange cells then teach a discriminant one more type, and how well a cell fits that type
    counts as much as its signs. This changes the order of the cells only: the scale stays that of the signs.
    """
    directions = Shortened.of(evidence.space, 1.0)
    own = np.sqrt(_own_anchors(evidence, found.probabilities))
    with one_blas_thread():
        lonely = -_smoothed(directions, lambda rows: own[rows, None], Part(progress, 0.0, 0.3))
        off_centre = _smoothed(directions, _off_centre(evidence, found.probabilities), Part(progress, 0.3, 0.6))
        signs = _standardised(_standardised(lonely) + max(1.0 - found.openness, 0.0) * _standardised(off_centre))
        fits = _one_more_type(directions, found.probabilities, signs, Part(progress, 0.6, 1.0))
    return _in_order(signs, signs + _standardised(fits))


def _one_more_type(space: Coordinates, probabilities: Floats, signs: Floats, progress: Progress) -> Floats:
    """(n2,) log odds of a type that the strange cells teach, against all types of the reference.

    A cell teaches it by the part of its squared sign that goes beyond the usual, s^2 / (1 + s^2), and its own type by
    the rest. Only once: taught again by what it found, the type may wander off to a population that has no signs.
    """
    beyond = np.maximum(signs, 0.0) ** 2
    share = beyond / (1.0 + beyond)
    if not share.any():
        return np.zeros_like(signs)
    lessons = np.column_stack([probabilities * (1.0 - share)[:, None], share])
    learnt = discriminant(space, lessons, progress)
    odds = np.empty_like(signs)
    for rows in parts(len(odds), progress):
        said = learnt.log_joint(space[rows])
        odds[rows] = said[:, -1] - np.logaddexp.reduce(said[:, :-1], axis=1)
    return odds


def _in_order(values: Floats, order: Floats) -> Floats:
    """Return the values, the smallest where `order` is smallest, and so on."""
    ordered = np.empty_like(values)
    ordered[np.argsort(order, kind="stable")] = np.sort(values)
    return ordered


def _own_anchors(evidence: Evidence, probabilities: Floats) -> Floats:
    """(n2,) anchors of each query cell, each counting by the probability that the cell is of the anchor's type."""
    anchors, codes = evidence.anchors, evidence.labels.codes[evidence.anchors.reference_cell]
    fits = np.where(codes >= 0, probabilities[anchors.query_cell, codes], 0.0)
    return np.bincount(anchors.query_cell, fits, len(probabilities)).astype(np.float64)


def _off_centre(evidence: Evidence, probabilities: Floats) -> Callable[[slice], Floats]:
    """Say of some query cells, (m, d), how far each lies from the centre of its type, in units of the spread within."""
    codes = evidence.labels.codes
    learnt = discriminant(evidence.reference, one_hot(codes, len(evidence.labels.types), np.ones(len(codes))))
    return lambda rows: (evidence.genes[rows] - probabilities[rows] @ learnt.means) @ learnt.whitening


def _smoothed(space: Coordinates, values: Callable[[slice], Floats], progress: Progress) -> Floats:
    """Return the regression of the (n, k) values on the space: its length, or itself where k is 1."""
    d = space.shape[1]
    k = values(slice(0, 1)).shape[1]
    products, across = np.zeros((d + 1, d + 1)), np.zeros((d + 1, k))
    for rows in parts(len(space), progress):
        here = space[rows]
        design = np.column_stack([here, np.ones(len(here))])
        products += design.T @ design
        across += design.T @ values(rows)
    spread = (np.trace(products[:d, :d]) - products[-1, :d].sum() ** 2 / (len(space) * d)) / d
    products.flat[:: d + 2] += RIDGE * spread + np.finfo(float).tiny
    fitted, result = np.linalg.solve(products, across), np.empty(len(space))
    for rows in parts(len(space), progress):
        found = space[rows] @ fitted[:d] + fitted[d]
        result[rows] = found[:, 0] if k == 1 else np.linalg.norm(found, axis=1)
    return result


def _standardised(values: Floats) -> Floats:
    centred = values - np.median(values)
    spread = MAD * float(np.median(np.abs(centred)))
    return centred / spread if spread > 0 else np.zeros_like(centred)


def unlike(strangeness: Floats) -> NDArray[np.bool_]:
    """Say which query cells belong to a population that the reference lacks.

    Parameters
    ----------
    strangeness
        (n2,) the novelty of each cell.

    Returns
    -------
    numpy.ndarray
        (n2,) cells beyond `EDGE`, provided that at least the part `POPULATION` of all cells is beyond `CORE`;
        otherwise none, because some cells of every query are a little strange.
    """
    beyond = strangeness > EDGE if np.mean(strangeness > CORE) >= POPULATION else np.zeros(len(strangeness))
    return np.asarray(beyond, dtype=np.bool_)
