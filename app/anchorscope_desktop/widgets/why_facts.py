"""Why a cell has its label, in words and in lines for a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anchorscope.parameters import SEURAT
from anchorscope_desktop.state.focus import Told
from anchorscope_desktop.widgets.rows_model import Column
from anchorscope_desktop.widgets.sections import Section

if TYPE_CHECKING:
    from anchorscope.evaluation.why import Why

LEAST_TOLD = 0.005
"""Score or vote below which a type without a near cell is left out: it would be written as 0 %."""

TYPES_TOLD = 5
"""Types that have a line of their own, at least; the others share one."""

MUCH = 0.15
"""Probability, share of the vote or of the near cells from which a type always has a line of its own."""

CHOOSE_PANEL = "Choose a marker panel"

FAR_FROM_VOTE = 0.2
"""Difference of score and vote from which it is said that one is surer than the other, where both name one type."""

BOTH_SAY = " Label and vote both say {name}, the vote {how} surely ({vote:.0%})."
UNASSIGNED = "Unassigned"
NO_TYPE = "no type"
_PROBABILITY = Column("prob.", "{:.0%}", "Probability, by genes and accessibility together")
_VOTES = Column("votes", "{:.0%}", "Share of the vote of all anchors of the type together")
_COUNTED = Column("anchors", tip="Anchors of the type that voted on this cell")
_NEAR_TIP = "How many of the nearest query cells, in the space in which anchors were weighed, carry the label"
_VIEWS = (Column("Views", tip="Label, runner-up, and the types that genes, LSI or peaks alone put first"),
          Column("genes", "{:.0%}", "Probability by this cell's genes alone, made as sure as genes and LSI agree"),
          Column("LSI", "{:.0%}", "Probability by this cell's place in accessibility space alone"),
          Column("peaks", "{:.0%}", "Probability by what every single one of this cell's peaks says of the types"),
          Column("together", "{:.0%}", "By all: the genes count as far as accessibility leaves the type open"))
_ANCHORS = (Column("Anchors", tip="The anchors with the largest votes, by the type of their reference cell, which "
                                  "gets the vote"),
            Column("weight", "{:.1%}", "The anchor's share of this cell's vote"),
            Column("score", "{:.2f}", "How well neighbouring cells support the anchor, 0 to 1"),
            Column("RNA cell", tip="The reference cell of the anchor"),
            Column("ATAC cell", tip="The query cell of the anchor, a near neighbour of this one"))


def whose(barcode: str, n_selected: int, *, picked: bool) -> str:
    """Return which of the selected cells is explained."""
    if n_selected <= 1:
        return barcode
    return f"{barcode}, one of {n_selected:,} selected cells" if picked else (
        f"First of {n_selected:,} selected cells: {barcode}")


def reason(told: Told) -> str:
    """Return label or best guess, runner-up and near cells of a cell, and why it may have no label."""
    found, votes = told.why, told.why.votes
    if not votes.guess:
        return f"{UNASSIGNED}: no type comes into question."
    apart = round(100 * votes.share) - round(100 * votes.runner_up_share)  # of what is written, or it would look wrong
    margin = (f"; {votes.runner_up} {votes.runner_up_share:.0%}, a margin of {apart}%." if votes.runner_up
              else "; no other type comes into question.")
    return f"{_nameless(found)}{votes.guess} {votes.share:.0%}{margin}{_near(found)}{_beyond_votes(told)}"


def sections(told: Told) -> list[Section]:
    """Return the lines of the table: views where the label comes of two, types, markers, anchors."""
    return [*_views(told), _types(told), _markers(told), _voters(told)]


def _nameless(found: Why) -> str:
    from anchorscope.evaluation.why import Unassigned
    from anchorscope.refine.novelty import EDGE

    if found.unassigned is Unassigned.UNLIKE:
        return (f"{UNASSIGNED}: unlike the reference, novelty {found.novelty:.1f} (in robust standard deviations: most "
                f"cells 0, unusual over {EDGE:g}). At best ")
    if found.unassigned is Unassigned.DOUBTFUL:
        # A score that rounds up to the threshold would seem to reach it.
        digits = 2 if f"{found.votes.share:.2f}" != f"{found.min_score:.2f}" else 4
        return (f"{UNASSIGNED}: score {found.votes.share:.{digits}f}, below the threshold of {found.min_score:.2f}. "
                "At best ")
    return ""


def _beyond_votes(told: Told) -> str:
    """Return which types the vote and the views name that are not the label; nothing where the vote is the score."""
    votes = told.why.votes
    if told.finding.job.recipe.transfer.method == SEURAT:
        return ""
    others: dict[str, list[str]] = {}
    for who, name in _firsts(told.why).items():
        if name != votes.guess:
            others.setdefault(name, []).append(who)
    if others:
        said = ", ".join(f"{' and '.join(who)} {_say(who)} {name}" for name, who in others.items())
        return f" {said[0].upper()}{said[1:]}."
    vote = next((one.vote for one in votes.by_type if one.type == votes.guess), 0.0)
    if not vote or abs(votes.share - vote) < FAR_FROM_VOTE:
        return ""
    return BOTH_SAY.format(name=votes.guess, how="less" if vote < votes.share else "more", vote=vote)


def _firsts(found: Why) -> dict[str, str]:
    """Return the type that the vote and each view alone put first; none that knows no type."""
    voted = {one.type: one.vote for one in found.votes.by_type if one.type}
    shares = {"the vote": voted, "the genes": {one.type: one.genes for one in found.views},
              "LSI": {one.type: one.components or 0.0 for one in found.views},
              "the peaks": {one.type: one.peaks for one in found.views}}
    return {who: max(table, key=table.__getitem__) for who, table in shares.items() if any(table.values())}


def _say(who: list[str]) -> str:
    return "say" if len(who) > 1 or who[0] in ("the genes", "the peaks") else "says"


def _near(found: Why) -> str:
    """Return how many near cells carry the label; the table says what the others are called."""
    if found.near is None or not found.near.types:
        return ""
    n_near, number = len(found.near.cells), dict(found.near.types).get(found.votes.guess, 0)
    return f" Of the {n_near} nearest cells, {_so_many(number)} labelled {found.votes.guess}."


def _so_many(number: int) -> str:
    return "1 is" if number == 1 else f"{number or 'none'} are"


def _types(told: Told) -> Section:
    """Return a line for each type: its score, the vote of all its anchors, and how many near cells carry it."""
    found, near = told.why, told.why.near
    labels = dict(near.types) if near is not None else {}
    lines = [(one.type, one.score, one.vote, one.n_anchors, labels.get(one.type, 0) if one.type else 0)
             for one in found.votes.by_type]
    there = {name for name, *_ in lines}
    lines += [(name, 0.0, 0.0, 0, number) for name, number in labels.items() if name and name not in there]
    firsts = (found.votes.guess, found.votes.runner_up)
    rows: list[tuple[Any, ...]] = [
        (name or NO_TYPE, score, vote, *rest) for name, score, vote, *rest in lines
        if name in firsts or rest[-1] or max(score, vote) >= LEAST_TOLD]
    n_near = 0 if near is None else len(near.cells)
    rows = _shortened(rows, [name for name in firsts if name], n_near)
    if labels.get(""):
        rows.append((UNASSIGNED, None, None, None, labels[""]))
    titles = (Column("Types"), _PROBABILITY, _VOTES, _COUNTED, Column(f"{n_near} nearest", tip=_NEAR_TIP))
    # The vote alone is the score by Seurat's method, and near cells are not always at hand.
    kept = [0, *([] if told.finding.job.recipe.transfer.method == SEURAT else [1]), 2, 3, *([4] if n_near else [])]
    return Section([titles[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _shortened(rows: list[tuple[Any, ...]], firsts: list[str], n_near: int) -> list[tuple[Any, ...]]:
    """Return label, runner-up and what most speaks for, by any measure, and all others added up in one line."""
    def most(row: tuple[Any, ...]) -> float:
        _, score, vote, _, near = row
        return max(float(score), float(vote), near / n_near if n_near else 0.0)

    ranked = sorted(rows, key=lambda row: (firsts.index(row[0]) if row[0] in firsts else len(firsts), -most(row)))
    told = max(TYPES_TOLD, len(firsts) + sum(most(row) >= MUCH for row in ranked if row[0] not in firsts))
    others = ranked[told:]
    if len(others) < 2:
        return ranked
    numbers = list(zip(*others, strict=True))[1:]
    return [*ranked[:told], (f"{len(others)} others", *(sum(those) for those in numbers))]


def _views(told: Told) -> list[Section]:
    """Return a line for label, runner-up and what a view alone puts first; nothing where no view was asked."""
    rows = [(one.type, one.genes, one.components, one.peaks, one.together) for one in told.why.views]
    return [Section(_VIEWS, rows)] if rows else []


def _markers(told: Told) -> Section:
    """Return a line for each marker of the label and the runner-up, or why there is none."""
    found = told.why
    if not found.markers:
        return Section((Column("Markers"),), remark=told.without, link=CHOOSE_PANEL if told.by_panel else "")
    asked = [one for one in (found.votes.guess, found.votes.runner_up) if one]
    titles = [Column("Markers", tip="Genes of the marker panel, in the colour of the type they mark; log-normalised "
                                    "activity"),
              Column("this cell", "{:.2f}", "Log-normalised gene activity of this cell"),
              *(Column("mean", "{:.2f}", f"Mean of all cells labelled {name}") for name in asked)]
    return Section(titles, [(one.gene, one.here, *one.means) for one in found.markers],
                   types=[one.type for one in found.markers], title_types=("", "", *asked))


def _voters(told: Told) -> Section:
    votes, job = told.why.votes, told.finding.job
    reference, query = job.reference.cells.index, job.query.cells.index
    rows = [(kind or NO_TYPE, float(weight), float(score), str(reference[one]), str(query[other]))
            for kind, weight, score, one, other in zip(votes.types, votes.weight, votes.score, votes.reference_cell,
                                                       votes.query_cell, strict=True)]
    return Section(_ANCHORS, rows, remark="" if rows else "No anchor voted on this cell.")
