"""Which peaks open together, learned from the query itself: correlations that a distance-penalised lasso leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.gene_activity.glasso import graphical_lasso
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints, Peaks

POWER = 0.75
"""How contacts fall off with distance: the exponent for human and mouse."""

FREE_DISTANCE = 1000.0
"""Base pairs up to which a link is not penalised."""

MOST_PEAKS = 200
"""Windows with more peaks are left out, as in Cicero."""

SAMPLED_WINDOWS = 100
"""Windows from which the strength of the penalty is estimated."""

LONG_LINKS = 0.05
"""Share of links across more than half a window that may be left."""

FEWEST_ZEROS = 0.2
"""Share of the entries of the precision that must be zero."""

_RIDGE = 1e-4
_HALVINGS = 12
_DOUBLINGS = 30


@dataclass(frozen=True)
class Accessibility:
    """Accessibility of groups of cells.

    Parameters
    ----------
    groups
        (n_groups, n2) which cells are in which group, see `cell_groups`.
    open
        (n2, n_peaks) csc: 1 where a peak is open in a cell.
    size
        (n_groups,) depth of each group, by which its sums are divided.
    """

    groups: sparse.csr_matrix
    open: sparse.csc_matrix
    size: Floats

    def of(self, peaks: Ints) -> Floats:
        """(n_groups, n) accessibility of some peaks."""
        return np.asarray((self.groups @ self.open[:, peaks]).toarray() / self.size[:, None])


def accessibility(counts: sparse.csr_matrix, groups: sparse.csr_matrix) -> Accessibility:
    """Prepare (n2, n_peaks) counts: open or not; depth relative to the geometric mean, as Monocle's size factors."""
    is_open = sparse.csc_matrix(counts > 0, dtype=np.float64)
    depth = groups @ np.asarray(is_open.sum(axis=1)).ravel()
    depth = np.maximum(depth, 1.0)
    return Accessibility(groups, is_open, depth / np.exp(np.log(depth).mean()))


def co_accessibility(
    access: Accessibility, peaks: Peaks, wanted: Ints, window: int, seed: int, progress: Progress = SILENT
) -> sparse.csr_matrix:
    """Correlate peaks with the peaks around them.

    Parameters
    ----------
    access
        Accessibility of groups of cells.
    peaks
        The n peaks.
    wanted
        Peaks whose links are asked for; windows without any of them are not looked at.
    window
        Width of the windows, in bp; they overlap by half.
    seed
        Decides which windows the penalty is estimated from.
    progress
        Hears the fraction done.

    Returns
    -------
    csr_matrix
        (n_peaks, n_peaks) float64, rows of `wanted` only: regularised correlation with each peak less than half a
        window away, between -1 and 1.

    Raises
    ------
    InputError
        If no window has peaks far enough apart to estimate the penalty.

    Notes
    -----
    Cicero (Pliner et al. 2018, doi 10.1016/j.molcel.2018.06.044; ``R/runCicero.R``): a graphical lasso in each window
    with the penalty ``(1 - (1000 / d) ** 0.75) * alpha`` for peaks d apart, where alpha is the mean, over up to 100
    windows, of the smallest that leaves at most 5 % of the links beyond half a window. Co-accessibility is the
    correlation in the covariance so estimated, as in the code (not the partial correlation). Of pairs that lie in
    several windows the mean counts if their signs agree, otherwise 0.
    """
    middle = (peaks.start + peaks.end) / 2.0
    inside = list(_windows(peaks, window))
    strength = penalty_strength(access, middle, inside, window, seed, Part(progress, 0.0, 0.4))
    is_wanted = np.zeros(len(peaks), dtype=bool)
    is_wanted[wanted] = True
    used = [members for members in inside if is_wanted[members].any()]
    found = [np.empty((0, 3))]
    for done, members in enumerate(used):
        here = Part(progress, 0.4 + 0.6 * done / len(used), 0.4 + 0.6 * done / len(used))
        found.append(_links(access, middle, members, is_wanted, strength, window, here))
    return _reconciled(np.vstack(found), len(peaks))


def penalty_strength(
    access: Accessibility, middle: Floats, windows: list[Ints], window: int, seed: int, progress: Progress = SILENT
) -> float:
    """Estimate alpha, see `co_accessibility`; `windows` lists the peaks in each window, `middle` their places."""
    far = [members for members in windows if np.ptp(middle[members]) > window / 2]
    if not far:
        raise InputError("Co-accessibility cannot be learned",
                         f"no two peaks more than {window // 2:,} bp apart within {window:,} bp",
                         "choose another model of gene activity, or wider windows")
    picked = np.random.default_rng(seed).permutation(len(far))[:SAMPLED_WINDOWS]
    found = [_least_strength(_covariance(access, far[place]), _apart(middle[far[place]]), window / 2,
                             Part(progress, done / len(picked), done / len(picked)))
             for done, place in enumerate(picked)]
    return float(np.mean(found))


def distance_penalty(apart: Floats, strength: float) -> Floats:
    """Penalty of a link across `apart` base pairs: 0 up to 1,000, then rising towards `strength`."""
    with np.errstate(divide="ignore"):
        return np.maximum(1.0 - (FREE_DISTANCE / apart) ** POWER, 0.0) * strength


def _windows(peaks: Peaks, window: int) -> Iterator[Ints]:
    """Peaks of each window with 2 to `MOST_PEAKS` of them, chromosome by chromosome."""
    chroms = peaks.chrom.astype(str)
    step = window // 2
    for chrom in np.unique(chroms):
        here = np.flatnonzero(chroms == chrom)
        # A peak lies in every window that holds one of its ends.
        last = [peaks.start[here] // step, peaks.end[here] // step]
        tiles = np.concatenate([*last, *(place - 1 for place in last)])
        pairs = np.unique(np.column_stack([tiles, np.tile(here, 4)]), axis=0)
        pairs = pairs[pairs[:, 0] >= 0]
        for members in np.split(pairs[:, 1], np.flatnonzero(np.diff(pairs[:, 0])) + 1):
            if 2 <= len(members) <= MOST_PEAKS:
                yield members


def _covariance(access: Accessibility, members: Ints) -> Floats:
    covariance = np.atleast_2d(np.cov(access.of(members), rowvar=False))
    return covariance + _RIDGE * np.eye(len(members))


def _apart(middle: Floats) -> Floats:
    return np.abs(middle[:, None] - middle[None, :])


def _least_strength(covariance: Floats, apart: Floats, long: float, progress: Progress) -> float:
    def enough(strength: float) -> bool:
        precision = graphical_lasso(covariance, distance_penalty(apart, strength), progress).precision
        is_long = apart > long
        return bool(np.mean(precision[is_long] != 0) <= LONG_LINKS and np.mean(precision == 0) >= FEWEST_ZEROS)

    low, high = 0.0, 2.0
    for _ in range(_DOUBLINGS):
        if enough(high):
            break
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _links(
    access: Accessibility, middle: Floats, members: Ints, is_wanted: np.ndarray, strength: float, window: int,
    progress: Progress,
) -> Floats:
    """Rows of (wanted peak, other peak, correlation), zeros included, for one window."""
    apart = _apart(middle[members])
    estimate = graphical_lasso(_covariance(access, members), distance_penalty(apart, strength), progress).covariance
    deviation = np.sqrt(np.diag(estimate))
    correlation = estimate / np.outer(deviation, deviation)
    near = is_wanted[members][:, None] & (apart < window / 2) & ~np.eye(len(members), dtype=bool)
    row, column = np.nonzero(near)
    return np.column_stack([members[row], members[column], correlation[near]])


def _reconciled(links: Floats, n_peaks: int) -> sparse.csr_matrix:
    pair, place = np.unique(links[:, 0] * n_peaks + links[:, 1], return_inverse=True)
    total, times = np.bincount(place, links[:, 2], len(pair)), np.bincount(place, minlength=len(pair))
    size = np.bincount(place, np.abs(links[:, 2]), len(pair))
    mean = np.where(np.isclose(np.abs(total), size), total / np.maximum(times, 1), 0.0)
    row, column = np.divmod(pair.astype(np.int64), n_peaks)
    made = sparse.csr_matrix((mean, (row, column)), shape=(n_peaks, n_peaks))
    made.eliminate_zeros()
    return made
