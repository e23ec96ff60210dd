"""What each view says alone: that which made the probabilities, of any cell, from a few numbers."""

from __future__ import annotations

import dataclasses

import numpy as np

from anchorscope.embedding.cca import l2_normalised
from anchorscope.refine.discriminant import discriminant
from anchorscope.refine.each_view import by_accessibility, by_genes, within
from anchorscope.refine.refine import REPEATS, Evidence, one_hot, refined
from anchorscope.refine.views import (
    Shortened,
    agreement,
    alignment,
    log_posterior,
    openness,
    shares_of_anchors,
    temperature,
)
from anchorscope.results import Anchors, Floats, Labels, Sides
from core.samples import aligned

RNG = np.random.default_rng(8)


def evidence() -> tuple[Evidence, Sides]:
    """Three overlapping types in both spaces, the query moved off the reference, one type without a cell."""
    truth, types = np.repeat([0, 1, 2], 40), np.repeat([0, 1, 2], 30)
    centres = np.eye(3, 5) * 2.0
    sides = Sides(l2_normalised(centres[types] + RNG.normal(size=(90, 5)) + 1.0),
                  l2_normalised(centres[truth] * 0.5 + RNG.normal(size=(120, 5)) + 3.0))
    anchors = Anchors(30 * truth + RNG.integers(0, 30, 120), np.arange(120), RNG.random(120))
    space = (np.eye(3, 4) * 3.0)[truth] + RNG.normal(size=(120, 4))
    labels = Labels(("a", "nobody", "b", "c"), np.array([0, 2, 3])[types])
    return Evidence(sides.reference, aligned(sides, anchors), space, anchors, labels, alignment(sides, anchors)), sides


def by_the_method(work: Evidence, seed: int) -> tuple[Floats, Floats, Floats]:
    """Genes after their temperature, accessibility, and both, as docs/method.md has it, with the tables kept."""
    codes = np.array([0, -1, 1, 2])[work.labels.codes]
    rng, said = np.random.default_rng(seed), []
    for power in np.linspace(0.0, 1.0, REPEATS):
        of_reference, of_query = rng.exponential(size=len(codes)), rng.exponential(size=len(work.genes))
        gene_view = discriminant(work.reference, one_hot(codes, 3, of_reference))
        genes = log_posterior(gene_view.log_joint(work.genes))
        anchored = shares_of_anchors(work.anchors, codes, of_reference, genes.shape)
        lessons = (anchored / anchored.sum() + np.exp(genes) / len(genes)) * of_query[:, None]
        space = Shortened.of(work.space, power)
        own_view = discriminant(space, lessons * len(genes) / lessons.sum())
        own = log_posterior(own_view.log_joint(space))
        exponent = temperature(genes, agreement(own, genes))
        heard = openness(own, own_view.shares)[:, None] * exponent * (genes - gene_view.log_shares)
        said.append([log_posterior(exponent * genes), own, log_posterior(own + heard)])
    genes, own, both = (np.mean([np.exp(one[place]) for one in said], axis=0) for place in range(3))
    return genes, own, both


def test_each_view_says_of_every_cell_what_made_the_probabilities() -> None:
    work, sides = evidence()
    found, known = refined(work, seed=3), [0, 2, 3]
    genes, own, both = by_the_method(work, 3)
    np.testing.assert_allclose(found.probabilities[:, known], both, atol=1e-9)
    said = by_genes(found.views, sides.query * 7.0)  # the shared space is kept before its cells have length 1
    np.testing.assert_allclose(said[:, known], genes, atol=1e-9)
    np.testing.assert_allclose(by_accessibility(found.views, work.space)[:, known], own, atol=1e-9)
    assert np.abs(genes - own).max() > 0.2
    np.testing.assert_array_equal(said[:, 1], 0.0)


def test_a_cell_is_told_by_itself_as_among_all() -> None:
    work, sides = evidence()
    views = refined(work, seed=3).views
    for one, points in ((by_genes, sides.query), (by_accessibility, work.space)):
        np.testing.assert_allclose(one(views, points[17:18]), one(views, points)[17:18], atol=1e-12)


def test_what_is_kept_does_not_grow_with_the_cells() -> None:
    work, _ = evidence()
    views = refined(work, seed=3).views
    kept = [views.genes.slopes, views.genes.offsets, views.accessibility.slopes, views.accessibility.offsets]
    assert [one.shape for one in kept] == [(REPEATS, 4, 5), (REPEATS, 4), (REPEATS, 4, 4), (REPEATS, 4)]


def test_without_an_alignment_cells_stay_where_they_are() -> None:
    work, sides = evidence()
    there = dataclasses.replace(work, genes=sides.query, alignment=None)
    genes, _, _ = by_the_method(there, 3)
    np.testing.assert_allclose(by_genes(refined(there, 3).views, sides.query)[:, [0, 2, 3]], genes, atol=1e-9)


def test_types_that_a_group_does_not_have_get_nothing() -> None:
    allowed = np.array([[True, True, False], [False, False, False]])
    found = within(np.array([[0.2, 0.2, 0.6], [1.0, 0.0, 0.0]]), allowed)
    np.testing.assert_allclose(found, [[0.5, 0.5, 0], [0, 0, 0]])
