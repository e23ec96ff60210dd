"""Why a query cell has its label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchorscope.results import Anchors, Floats, Ints, Labels, Names, Prediction


@dataclass(frozen=True)
class TypeVotes:
    """What speaks for one type of a query cell.

    Parameters
    ----------
    type
        Its name; ``""`` for anchors whose reference cell has no type.
    score
        Its score, 0 to 1: the share of the vote or, refined, the probability.
    vote
        Share of the vote, 0 to 1, of all anchors of the type together.
    n_anchors
        How many anchors these are.
    """

    type: str
    score: float
    vote: float
    n_anchors: int


@dataclass(frozen=True)
class Explanation:
    """The vote on one query cell.

    Parameters
    ----------
    cell
        The query cell.
    label
        Its type; ``""`` if it is unassigned.
    guess
        The type with the largest score: `label`, or what an unassigned cell would be called; ``""`` if no type has any.
    share
        That type's score, 0 to 1: its share of the vote or, refined, its probability.
    runner_up
        The type with the second largest score; ``""`` if no other got any.
    runner_up_share
        Its score.
    by_type
        Every type with a score or a vote, highest score first, then largest vote.
    n_anchors
        How many anchors voted.
    anchors
        (m,) the anchors with the largest votes, largest first.
    weight
        (m,) their share of the vote; over all anchors of the cell these sum to 1.
    score
        (m,) how well supported each is, 0 to 1.
    reference_cell, query_cell
        (m,) the cells each joins.
    types
        (m,) type of each reference cell, which gets the vote; ``""`` where it has none.
    """

    cell: int
    label: str
    guess: str
    share: float
    runner_up: str
    runner_up_share: float
    by_type: tuple[TypeVotes, ...]
    n_anchors: int
    anchors: Ints
    weight: Floats
    score: Floats
    reference_cell: Ints
    query_cell: Ints
    types: Names

    @property
    def margin(self) -> float:
        """How far the type lies ahead of the runner-up, as a difference of scores."""
        return self.share - self.runner_up_share


def explain(prediction: Prediction, anchors: Anchors, labels: Labels, cell: int, top: int = 10) -> Explanation:
    """Say which anchors gave a query cell its label, and what came second.

    Parameters
    ----------
    prediction
        The transferred labels.
    anchors
        The anchors they came along.
    labels
        Types of the reference cells.
    cell
        The query cell, counted from zero.
    top
        How many anchors to show, at most.

    Raises
    ------
    IndexError
        If there is no such cell.
    """
    if not 0 <= cell < len(prediction.scores):
        raise IndexError(f"query cell {cell} of {len(prediction.scores)}")
    row = slice(*prediction.weights.indptr[cell : cell + 2])
    voters, weight = prediction.weights.indices[row].astype(np.int64), prediction.weights.data[row]
    # Equal votes in the order of the anchors.
    shown = np.lexsort((voters, -weight))[:top]
    chosen = voters[shown]
    (guess, share), (runner_up, runner_up_share) = _first_two(prediction, cell)
    return Explanation(
        cell=cell, label=str(prediction.labels.names_of(np.array([cell]))[0]), guess=guess, share=share,
        runner_up=runner_up, runner_up_share=runner_up_share,
        by_type=_by_type(prediction, labels, cell, labels.codes[anchors.reference_cell[voters]], weight),
        n_anchors=len(voters), anchors=chosen, weight=weight[shown], score=anchors.score[chosen],
        reference_cell=anchors.reference_cell[chosen], query_cell=anchors.query_cell[chosen],
        types=labels.names_of(anchors.reference_cell[chosen]))


@dataclass(frozen=True)
class Links:
    """Lines from query cells to reference cells that gave them votes: all arrays (n_links,).

    Parameters
    ----------
    query_cell, reference_cell
        The ends of each line.
    weight
        The anchor's share of the query cell's vote.
    """

    query_cell: Ints
    reference_cell: Ints
    weight: Floats


def links(prediction: Prediction, anchors: Anchors, cells: Ints, limit: int = 200) -> Links:
    """Return the votes on some query cells as lines, each cell's largest first.

    Parameters
    ----------
    prediction
        The transferred labels.
    anchors
        The anchors they came along.
    cells
        (m,) query cells, counted from zero.
    limit
        How many lines to return, at most. Every cell gets as many as any other, give or take none or one; of more
        cells than that, as many as fit are taken at even steps.

    Returns
    -------
    Links
        By cell, then by falling weight.
    """
    if len(cells) > limit:
        cells = np.asarray(cells)[np.linspace(0, len(cells) - 1, limit).astype(np.int64)]
    each = limit // max(len(cells), 1)
    weights = prediction.weights[cells]
    row = np.repeat(np.arange(len(cells)), np.diff(weights.indptr))
    order = np.lexsort((weights.indices, -weights.data, row))
    place = np.arange(len(order)) - weights.indptr[row[order]]
    kept = order[place < each]
    return Links(np.asarray(cells, dtype=np.int64)[row[kept]], anchors.reference_cell[weights.indices[kept]],
                 weights.data[kept])


def _first_two(prediction: Prediction, cell: int) -> list[tuple[str, float]]:
    """Return name and share of the best and second-best type; nobody is named without a vote."""
    shares = prediction.scores[cell]
    order = np.argsort(-shares, kind="stable")[:2]
    named = [(prediction.labels.types[code], float(shares[code])) for code in order if shares[code] > 0]
    return [*named, ("", 0.0), ("", 0.0)][:2]


def _by_type(prediction: Prediction, labels: Labels, cell: int, codes: Ints, weight: Floats) -> tuple[TypeVotes, ...]:
    """Return what speaks for each type, from the type of every anchor that voted and its share of the vote."""
    names = dict.fromkeys([*prediction.labels.types, *labels.types, ""])
    scores = dict(zip(prediction.labels.types, prediction.scores[cell].tolist(), strict=True))
    # Code -1, no type, comes first.
    votes = dict(zip(("", *labels.types), np.bincount(codes + 1, weight, len(labels.types) + 1).tolist(), strict=True))
    n = dict(zip(("", *labels.types), np.bincount(codes + 1, minlength=len(labels.types) + 1).tolist(), strict=True))
    found = [TypeVotes(name, scores.get(name, 0.0), votes.get(name, 0.0), n.get(name, 0)) for name in names]
    return tuple(sorted((one for one in found if one.score > 0 or one.n_anchors),
                        key=lambda one: (-one.score, -one.vote)))
