"""Refined transfer: the query's own space taught by the genes and the anchors, and both views weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anchorscope.machine import one_blas_thread
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.refine.discriminant import Coordinates, Discriminant, discriminant, parts
from anchorscope.refine.each_view import taught_view
from anchorscope.refine.views import (
    Shortened,
    agreement,
    log_posterior,
    openness,
    shares_of_anchors,
    temperature,
    usual_length,
)
from anchorscope.results import Alignment, Anchors, Floats, Ints, Labels, TwoViews

REPEATS = 12
"""Times that everything is learnt anew from reweighted cells; more change nothing but the time."""


@dataclass(frozen=True)
class Evidence:
    """What the refined transfer reads: no count and no label of the query.

    Parameters
    ----------
    reference
        (n1, d) L2-normalised coordinates on the shared axes.
    genes
        (n2, d) the same of the query, see `alignment`.
    space
        (n2, d2) the query's own space, usually LSI.
    anchors
        The scored anchors.
    labels
        Types of the reference cells.
    alignment
        How `genes` came to lie where they lie; only kept, for what is asked later of single cells.
    """

    reference: Floats
    genes: Floats
    space: Floats
    anchors: Anchors
    labels: Labels
    alignment: Alignment | None = None


@dataclass(frozen=True)
class Refined:
    """What the views say together.

    Parameters
    ----------
    probabilities
        (n2, n_types) rows sum to 1.
    agreement
        Fraction of query cells to which both views give the same type.
    openness
        Mean part of the question that accessibility alone leaves open, 0 to about 1.
    views
        What both views have learnt.
    by_space
        (n2, n_types) float32, what the accessibility view says alone.
    """

    probabilities: Floats
    agreement: float
    openness: float
    views: TwoViews
    by_space: NDArray[np.float32]


def refined(evidence: Evidence, seed: int | tuple[int, ...], progress: Progress = SILENT) -> Refined:
    """Name the query's cells by two views: their genes, and their own accessibility.

    Parameters
    ----------
    evidence
        Coordinates, anchors and the reference's labels.
    seed
        Decides the weights of the repeats.
    progress
        Told after each repeat; a cancel is heard within one.

    Returns
    -------
    Refined
        Mean over `REPEATS` repeats, each with cells weighted anew and with another power of the cells' lengths in
        accessibility space. Types without a reference cell have probability 0.

    Notes
    -----
    In each repeat (i) the gene view, a discriminant taught by the reference on the shared axes, gives query cells
    probabilities; (ii) these and the anchors teach a discriminant in the query's own space, the accessibility view;
    (iii) the gene view is made as sure of itself as the two agree; (iv) it is heard as far as the accessibility view
    leaves the question open; the shares of types count once. Weights are those of the Bayesian bootstrap (Rubin 1981,
    doi 10.1214/aos/1176345338). Two views that teach each other: Blum and Mitchell 1998, doi 10.1145/279943.279962.
    Linear in the cells.
    """
    known = np.flatnonzero(np.bincount(evidence.labels.codes + 1, minlength=len(evidence.labels.types) + 1)[1:])
    codes = _places(known, len(evidence.labels.types))[evidence.labels.codes]
    rng = np.random.default_rng(seed)
    # Added up as they come: twelve tables of a million cells would be gigabytes.
    total, agreed, left_open = np.zeros((len(evidence.genes), len(known))), 0.0, 0.0
    by_space = np.zeros(total.shape, dtype=np.float32)
    learnt, powers = [], np.linspace(0.0, 1.0, REPEATS)
    with one_blas_thread():
        for repeat, power in enumerate(powers):
            weights = rng.exponential(size=len(codes)), rng.exponential(size=len(evidence.genes))
            heard = Part(progress, repeat / REPEATS, repeat / REPEATS)
            once = _once(evidence, codes, Shortened.of(evidence.space, float(power)), weights, by_space, heard)
            total += once.probabilities
            agreed, left_open = agreed + once.agreement, left_open + once.openness
            learnt.append(once.learnt)
            del once
            progress.update((repeat + 1) / REPEATS)
    total /= REPEATS
    by_space /= REPEATS
    views = _views(evidence, learnt, known, powers)
    n_types = len(evidence.labels.types)
    return Refined(_of_all(total, known, n_types), agreed / REPEATS, left_open / REPEATS, views,
                   _of_all(by_space, known, n_types))


def one_hot(codes: Ints, n_types: int, weights: Floats) -> Floats:
    """Return (n, n_types) with each cell's weight at its type; zeros for a cell without one."""
    hot = np.zeros((len(codes), n_types))
    typed = np.flatnonzero(codes >= 0)
    hot[typed, codes[typed]] = weights[typed]
    return hot


def _of_all(table: NDArray[Any], known: Ints, n_types: int) -> NDArray[Any]:
    """Return a table of the types `known` with columns of zeros for the others; itself where all are known."""
    if len(known) == n_types:
        return table
    whole = np.zeros((len(table), n_types), dtype=table.dtype)
    whole[:, known] = table
    return whole


def _places(known: Ints, n_types: int) -> Ints:
    places = np.full(n_types + 1, -1, dtype=np.int64)
    places[known] = np.arange(len(known))
    return places


def _views(evidence: Evidence, learnt: list[_Learnt], known: Ints, powers: Floats) -> TwoViews:
    n_types, as_they_are = len(evidence.labels.types), [1.0] * len(learnt)
    genes = taught_view([once.genes for once in learnt], [once.exponent for once in learnt], known, n_types)
    own = taught_view([once.own for once in learnt], as_they_are, known, n_types)
    return TwoViews(genes, own, powers, usual_length(evidence.space), evidence.alignment)


@dataclass(frozen=True)
class _Learnt:
    genes: Discriminant
    exponent: float
    own: Discriminant


@dataclass(frozen=True)
class _Once:
    probabilities: Floats
    agreement: float
    openness: float
    learnt: _Learnt


def _once(
    evidence: Evidence, codes: Ints, space: Shortened, weights: tuple[Floats, Floats], by_space: NDArray[np.float32],
    progress: Progress,
) -> _Once:
    """Go through all steps once; what the space says alone is added to `by_space`."""
    of_reference, of_query = weights
    taught = one_hot(codes, int(codes.max()) + 1, of_reference)
    gene_view = discriminant(evidence.reference, taught, progress)
    by_genes = _posterior(gene_view, evidence.genes, progress)
    lessons = shares_of_anchors(evidence.anchors, codes, of_reference, by_genes.shape)
    _add_lessons(lessons, by_genes, of_query)
    own_view = discriminant(space, lessons, progress)
    # The lessons are learnt: what accessibility says takes their memory.
    own = _posterior(own_view, space, progress, lessons)
    agreed, left_open = agreement(own, by_genes), 0.0
    exponent = temperature(by_genes, agreed)
    for rows in parts(len(own), progress):
        by_space[rows] += np.exp(own[rows])
        open_here = openness(own[rows], own_view.shares)
        evidence_of_genes = exponent * (by_genes[rows] - gene_view.log_shares)
        own[rows] = np.exp(log_posterior(own[rows] + open_here[:, None] * evidence_of_genes))
        left_open += float(open_here.sum())
    return _Once(own, agreed, left_open / len(own), _Learnt(gene_view, exponent, own_view))


def _posterior(view: Discriminant, points: Coordinates, progress: Progress, out: Floats | None = None) -> Floats:
    """Return (n, n_types) log probabilities of cells at some points under the shares of types."""
    found = np.empty((len(points), len(view.shares))) if out is None else out
    for rows in parts(len(points), progress):
        found[rows] = log_posterior(view.log_joint(points[rows]))
    return found


def _add_lessons(said: Floats, by_genes: Floats, of_query: Floats) -> None:
    """Add what the genes say to what the anchors said, both counting alike; in place, and on average 1 a cell."""
    total = float(said.sum())
    said /= total if total > 0 else 1.0
    for rows in parts(len(said)):
        said[rows] += np.exp(by_genes[rows]) / len(said)
        said[rows] *= of_query[rows, None]
    said *= len(said) / said.sum()
