"""From a gesture to the cells that are meant: pure functions that make selections."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anchorscope.parameters import REFINED, SEURAT
from anchorscope.results import ClusterNaming, Grade, Ints, Labels, QueryClusters
from anchorscope_desktop.plotting.colouring import marks_of, said
from anchorscope_desktop.plotting.heatmap_layout import Hit
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.map_values import Numbers, column_values
from anchorscope_desktop.state.selection import Labelling, Mask, Selection
from anchorscope_desktop.state.session import Finding, Session

_NONE = np.zeros(0, dtype=np.intp)
_A_LOOK = 4_000
"""Cells that tell whether it is worth while to look at all."""

_METHODS = {REFINED: "Refined", SEURAT: "Seurat"}


def by_labels(finding: Finding) -> Labelling:
    """Return which labels are shown, for words that speak of them."""
    return replace(by_scores(finding), left=int(finding.outcome.prediction.labels.sizes[-1]))


def by_scores(finding: Finding) -> Labelling:
    """Return the same for words that speak of scores, which no threshold changes."""
    return Labelling(_METHODS[finding.job.recipe.transfer.method], least=finding.min_score)


def of_confusion(finding: Finding, truth: int | None, predicted: int | None) -> Selection:
    """Return the cells of one cell, row (`predicted` is nothing) or column of the confusion matrix.

    The column after the last type stands for cells that were called nothing.
    """
    grade = finding.outcome.grade
    if grade is None or (truth is None and predicted is None):
        return Selection()
    types = (*grade.types, "Unassigned")
    query = grade.graded
    if truth is not None:
        query = query & (grade.truth.codes == truth)
    if predicted is not None:
        # The column after the last type is that of cells called nothing.
        query = query & (grade.predicted.codes == (predicted if predicted < len(grade.types) else -1))
    named = predicted if predicted is not None and predicted < len(grade.types) else truth
    partners = "" if named is None else grade.types[named]
    by = by_labels(finding) if predicted is not None else None
    return Selection(_words(types, truth, predicted), _partners(finding, query, partners), query, by)


def in_confusion(finding: Finding, selection: Selection) -> frozenset[Hit]:
    """Return the cell, the rows, the columns, or else the cells of the confusion matrix that are exactly selected.

    Nothing where a cell of the matrix is there in part, or a selected query cell has no place in it.
    """
    grade, query, rows = finding.outcome.grade, selection.query, selection.query_rows
    if grade is None or query is None or rows is None:
        return frozenset()
    if len(rows) == len(query) and grade.n_graded == len(query):
        return frozenset((row, None) for row in np.flatnonzero(grade.n).tolist())
    some = slice(None, None, 1 + len(query) // _A_LOOK)
    if np.isin(_places(grade, some)[~query[some]], _places(grade, some)[query[some]]).any():
        return frozenset()  # a lasso, as a rule; the slider must not wait for a million cells to be counted
    # The matrix itself says how large its cells are: only the chosen cells need to be looked at.
    places, width = _places(grade, rows), len(grade.types) + 1
    if (places < 0).any():
        return frozenset()
    sizes = np.column_stack([grade.counts, grade.n - grade.counts.sum(axis=1)]).ravel()
    found = np.bincount(places, minlength=len(sizes))
    chosen = [divmod(place, width) for place in _whole(found, sizes)]
    if len(chosen) <= 1:
        return frozenset(chosen)
    there = [divmod(place, width) for place in np.flatnonzero(sizes).tolist()]
    for axis in (0, 1):
        names = {hit[axis] for hit in chosen}
        if len(chosen) == sum(hit[axis] in names for hit in there):
            return frozenset((name, None) if axis == 0 else (None, name) for name in names)
    return frozenset(chosen)


def type_of(finding: Finding, selection: Selection) -> str | None:
    """Return the type whose cells, on both sides, are exactly those selected; ``""`` is that of cells without one."""
    names = types_of(finding, selection)
    return names[0] if len(names) == 1 else None


def types_of(finding: Finding, selection: Selection) -> list[str]:
    """Return the types whose cells, on both sides and together, are exactly those selected; none if none are."""
    sides = ((finding.outcome.prediction.labels, selection.query_rows),
             (finding.outcome.reference_labels.labels, selection.reference_rows))
    counted = [(labels, labels.sizes_among(_NONE if rows is None else rows)) for labels, rows in sides]
    names = sorted({name for labels, found in counted for name in _names_in(labels, found)})
    return names if all(_only(labels, found, names) for labels, found in counted) else []


def _names_in(labels: Labels, found: Ints) -> list[str]:
    """Return the types of which some cells were found; ``""`` is that of cells without one."""
    return [(*labels.types, "")[place] for place in np.flatnonzero(found).tolist()]


def _only(labels: Labels, found: Ints, names: list[str]) -> bool:
    """Return whether the cells that were found are all cells of some types: as many of each as there are."""
    wanted = [name in names for name in (*labels.types, "")]
    return np.array_equal(found, np.where(wanted, labels.sizes, 0))


def type_meant(finding: Finding, selection: Selection) -> str | None:
    """Return the type whose cells, as they are labelled or as they truly are, are exactly those selected."""
    name, grade = type_of(finding, selection), finding.outcome.grade
    if name is not None or grade is None:
        return name
    true = whole_groups(grade.truth.codes, selection.query)
    return grade.truth.types[true[0]] if len(true) == 1 else None


def shares_of_types(labels: Labels, query: Mask | None) -> dict[str, float]:
    """Return how much of each type is selected, where 1 is that of which most is; nothing where no cell is selected."""
    if query is None:
        return {}
    n, every = len(labels.types), labels.codes >= 0
    chosen = np.bincount(labels.codes[query & every], minlength=n) / np.maximum(
        np.bincount(labels.codes[every], minlength=n), 1)
    return dict(zip(labels.types, (chosen / chosen.max()).tolist(), strict=True)) if chosen.any() else {}


def of_type(finding: Finding, name: str) -> Selection:
    """Return all reference cells of a type and all query cells that were given it."""
    prediction = finding.outcome.prediction.labels
    return Selection(words_of_type(name),
                     with_name(finding.outcome.reference_labels.labels, name), with_name(prediction, name),
                     by_labels(finding))


def near_mark(values: Numbers, mark: int) -> tuple[str, Mask]:
    """Return which cells have values nearer to one mark of the legend's scale than to the others, and words for it."""
    marks = marks_of(values.low, values.high, values.edge)
    ends = np.array([-np.inf, *(marks[1:] + marks[:-1]) / 2, np.inf])
    low, high = ends[mark], ends[mark + 1]
    span = (f"below {said(high)}" if mark == 0 else f"from {said(low)}" if mark == len(marks) - 1 else
            f"{said(low)} to {said(high)}")
    return f"{values.name} {span}", (values.values >= low) & (values.values < high)


def words_of_type(name: str) -> str:
    """Return what the cells of a type are called when they are selected."""
    return f"Labelled {name}" if name else "Unassigned"


def of_true_type(finding: Finding, name: str) -> Selection:
    """Return all query cells that truly are of a type, whatever they were called, with their reference cells."""
    grade = finding.outcome.grade
    if grade is None:
        return Selection()
    query = with_name(grade.truth, name)
    return Selection(f"Truly {name or 'unknown'}", _partners(finding, query, name), query)


def of_score(finding: Finding, low: float, high: float) -> Selection:
    """Return the query cells whose best score lies from `low` up to `high` (included only at 1)."""
    best = finding.outcome.prediction.best
    query = (best >= low) & ((best < high) | (high >= 1.0))
    return replace(of_query(finding, f"Score {low:.2f} to {high:.2f}", query), by=by_scores(finding))


def of_cluster(finding: Finding, naming: ClusterNaming, cluster: int) -> Selection:
    """Return the reference cells of one cluster, with the query cells of the same nuclei where these are known."""
    return of_reference(finding, f"Cluster {figures.cluster_names(naming)[cluster]}", naming.clusters == cluster)


def of_own_cluster(finding: Finding | None, clusters: QueryClusters, name: str) -> Selection:
    """Return the query cells of one of the query's own clusters, by its number."""
    words, cells = f"Own cluster {name}", with_name(clusters.labels, name)
    return of_side_alone("query", words, cells) if finding is None else of_query(finding, words, cells)


def of_cell(finding: Finding, side: str, cell: int) -> Selection:
    """Return one cell of ``query`` or ``reference``, with the same nucleus on the other side where it is known."""
    cells = finding.job.query.cells if side == "query" else finding.job.reference.cells
    choose = of_query if side == "query" else of_reference
    return choose(finding, f"Cell {cells.index[cell]}", np.arange(len(cells)) == cell)


def of_side_alone(side: str, words: str, cells: Mask) -> Selection:
    """Return cells of ``query`` or ``reference`` where there is no run that knows of the other side."""
    return Selection(words, query=cells) if side == "query" else Selection(words, reference=cells)


def of_query(finding: Finding, words: str, query: Mask) -> Selection:
    """Return query cells, with the reference cells of the same nuclei where these are known."""
    return Selection(words, _partners(finding, query, None), query)


def of_reference(finding: Finding, words: str, reference: Mask) -> Selection:
    """Return reference cells, with the query cells of the same nuclei where these are known."""
    pairing, query = finding.job.query.pairing, np.zeros(len(finding.job.query.cells), dtype=bool)
    if pairing is not None:
        query = (pairing >= 0) & reference[pairing]
    return Selection(words, reference, query)


def of_column(finding: Finding, side: str, column: str, name: str, cells: Mask) -> Selection:
    """Return the cells of ``query`` or ``reference`` that have a value in a column: `cells`.

    With them the same nuclei of the other side, or else those that have this value in their own column of the name.
    """
    words, other = f"{column} {name or 'unknown'}", "reference" if side == "query" else "query"
    chosen = (of_query if side == "query" else of_reference)(finding, words, cells)
    data = getattr(finding.job, other)
    if finding.job.query.pairing is not None or column not in data.cells.columns:
        return chosen
    values = column_values(data.cells, data.recognised, column)
    if isinstance(values, Numbers):
        return chosen
    partners = with_name(values.labels, name)
    return replace(chosen, reference=partners) if side == "query" else replace(chosen, query=partners)


def _words(types: tuple[str, ...], truth: int | None, predicted: int | None) -> str:
    if predicted is None and truth is not None:
        return f"Truly {types[truth]}"
    if truth is None and predicted is not None:
        return f"Labelled {types[predicted]}"
    assert truth is not None and predicted is not None  # noqa: PT018 - narrows the types
    return f"{types[truth]} labelled {types[predicted]}"


def with_name(labels: Labels, name: str) -> Mask:
    """Return the cells of a type; those without one for an empty name, none for a name that no type has."""
    if name not in labels.types:
        return labels.codes < 0 if not name else np.zeros(len(labels.codes), dtype=bool)
    return np.asarray(labels.codes == labels.types.index(name))


def whole_groups(groups: Ints, cells: Mask | None) -> list[int]:
    """Return the groups that `cells` are made of; none where one is there in part, or a cell belongs to none (-1)."""
    if cells is None or (cells & (groups < 0)).any():
        return []
    sizes = np.bincount(groups[groups >= 0])
    return _whole(np.bincount(groups[cells], minlength=len(sizes)), sizes)


def _whole(found: Ints, sizes: Ints) -> list[int]:
    """Return the groups that are there with all their cells; none where one is there in part."""
    return [] if ((found > 0) & (found < sizes)).any() else np.flatnonzero(found).tolist()


def _places(grade: Grade, cells: Ints | slice) -> Ints:
    """Return in which cell of the matrix, counted along its rows, some cells are; -1 for those without an answer."""
    truth, called, width = grade.truth.codes[cells], grade.predicted.codes[cells], len(grade.types) + 1
    return np.where(truth < 0, -1, truth * width + np.where(called < 0, width - 1, called))


def _partners(finding: Finding, query: Mask, name: str | None) -> Mask:
    """Return the same nuclei's reference cells where they are known, else the reference cells of type `name`."""
    pairing = finding.job.query.pairing
    if pairing is None:
        if name is None:
            return np.zeros(len(finding.job.reference.cells), dtype=bool)
        return with_name(finding.outcome.reference_labels.labels, name)
    mask = np.zeros(len(finding.job.reference.cells), dtype=bool)
    rows = pairing[query]
    mask[rows[rows >= 0]] = True
    return mask


def choosable(session: Session, run: Finding | None) -> bool:
    """Return whether the one selection can hold the cells of `run`; only a run of other cells keeps it to itself.

    Parameters
    ----------
    session
        What is shown at present.
    run
        The run of the cells in question, nothing if the run that is shown is of others or there is none.
    """
    return run is not None or session.shown is None
