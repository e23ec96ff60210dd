"""What each view says of a cell alone, made from what the views have learnt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anchorscope.embedding.cca import l2_normalised
from anchorscope.refine.discriminant import Discriminant
from anchorscope.refine.views import Shortened, log_posterior, moved
from anchorscope.results import Floats, Ints, TaughtView, TwoViews


def taught_view(rounds: Sequence[Discriminant], exponents: Sequence[float], known: Ints, n_types: int) -> TaughtView:
    """Return what the discriminants of all rounds say, as sums over coordinates.

    Parameters
    ----------
    rounds
        One discriminant for each round, of the types `known`.
    exponents
        The temperature of each; 1 leaves it as sure as it is.
    known
        Places of these types among all types.
    n_types
        Number of all types.
    """
    slopes = np.zeros((len(rounds), n_types, rounds[0].means.shape[1]))
    offsets = np.full((len(rounds), n_types), -np.inf)
    for place, (view, exponent) in enumerate(zip(rounds, exponents, strict=True)):
        centres = view.means @ view.whitening
        said = view.log_shares - 0.5 * (centres**2).sum(axis=1)
        slopes[place, known] = exponent * (centres @ view.whitening.T)
        offsets[place, known] = np.where(view.taught, exponent * said, -np.inf)
    return TaughtView(slopes, offsets)


def by_genes(views: TwoViews, shared: Floats) -> Floats:
    """Return how probable each type of some query cells is by their genes alone.

    Parameters
    ----------
    views
        What was learnt.
    shared
        (m, d) the cells' coordinates on the shared axes, not yet aligned; of any length.

    Returns
    -------
    numpy.ndarray
        (m, n_types) mean over the rounds, rows sum to 1.
    """
    points = moved(l2_normalised(shared), views.alignment)
    return _mean([(points, slopes, offsets)
                  for slopes, offsets in zip(views.genes.slopes, views.genes.offsets, strict=True)])


def by_accessibility(views: TwoViews, space: Floats) -> Floats:
    """Return how probable each type of some query cells is by their accessibility alone.

    Parameters
    ----------
    views
        What was learnt.
    space
        (m, d2) the cells' coordinates in the query's own space, in which anchors were weighed.

    Returns
    -------
    numpy.ndarray
        (m, n_types) mean over the rounds, rows sum to 1.
    """
    view = views.accessibility
    return _mean([(Shortened.of(space, float(power), views.usual_length)[:], slopes, offsets)
                  for power, slopes, offsets in zip(views.powers, view.slopes, view.offsets, strict=True)])


def within(probabilities: Floats, allowed: NDArray[np.bool_]) -> Floats:
    """Return the probabilities (m, n_types) of the types that are `allowed` for each cell, rows summing to 1 again.

    A row none of whose types is allowed is zero.
    """
    kept = np.where(allowed, probabilities, 0.0)
    total = kept.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(kept, total, out=np.zeros_like(kept), where=total > 0))


def _mean(rounds: list[tuple[Floats, Floats, Floats]]) -> Floats:
    said = [np.exp(log_posterior(points @ slopes.T + offsets)) for points, slopes, offsets in rounds]
    return np.asarray(sum(said) / len(said))
