"""One side's own map, drawn before there is a run: where its cells lie, and what their colours mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope.progress import Part
from anchorscope.results import (
    Floats,
    GeneActivity,
    Labels,
    Names,
    Query,
    QueryClusters,
    Reference,
    ReferenceLabels,
    SideMap,
)
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state import figures, map_values
from anchorscope_desktop.state.genes import GeneFocus
from anchorscope_desktop.state.map_values import (
    Categories,
    ColourBy,
    Meaning,
    Numbers,
    column_meanings,
    column_values,
    gene_meanings,
    query_meanings,
    query_values,
    ranged,
)
from anchorscope_desktop.state.previews import CLUSTERS, SIDE_OF, Previews
from anchorscope_desktop.state.session import Finding, Session, counted, same_cells
from anchorscope_desktop.state.threshold import Threshold

if TYPE_CHECKING:
    from anchorscope.counts import Counts

OF_RUN = (ColourBy.LABEL, ColourBy.SCORE, ColourBy.NOVELTY, ColourBy.TRUTH, ColourBy.AGREEMENT)
"""What is known of the query's cells where there is a run of them."""

DEPTH = Meaning(ColourBy.DEPTH)
_TOTALS = Meaning(ColourBy.GENE)


@dataclass(frozen=True, eq=False)
class Side:
    """What is known of one side by itself; `levels` keeps what was read."""

    name: str
    data: Reference | Query
    map: SideMap
    labels: ReferenceLabels | None
    activity: GeneActivity | None
    scale_factor: float
    clusters: QueryClusters | None = None
    """The query's own, where they were computed."""
    levels: dict[Meaning, Floats] = field(default_factory=dict)

    def same(self, other: Side | None) -> bool:
        """Whether both show the same."""
        return (other is not None and self.data is other.data and self.map.places is other.map.places
                and self.labels is other.labels and self.clusters is other.clusters and self.activity is other.activity
                and self.scale_factor == other.scale_factor)

    @property
    def counts(self) -> tuple[Counts, Names] | None:
        """Counts of the genes and their names; nothing where the activity of genes was not computed."""
        if isinstance(self.data, Reference):
            return self.data.counts, self.data.genes
        return (self.activity.counts, self.activity.regions.symbols) if self.activity is not None else None


def meanings(side: Side, run: Finding | None = None) -> list[tuple[str, Meaning]]:
    """Return what the cells can be coloured by, with the words for it; by a run of them too, if there is one."""
    level = "expression" if side.name == "reference" else "activity"
    genes = side.counts[1] if side.counts is not None else ()
    return [*((f"by {by.value}", Meaning(by)) for by in _known(side)), *run_meanings(run),
            *column_meanings(side.data.cells),
            *gene_meanings(genes, level)]


def _known(side: Side) -> list[ColourBy]:
    """Return the meanings that are neither genes nor columns."""
    named = side.labels is not None and side.labels.naming is not None
    return [*[ColourBy.TYPE] * (side.labels is not None), *[ColourBy.CLUSTER] * named,
            *[ColourBy.OWN_CLUSTER] * (side.clusters is not None), ColourBy.DEPTH]


def run_meanings(run: Finding | None) -> list[tuple[str, Meaning]]:
    """Return what a run adds to the meanings of the query's colours, with the words for it."""
    return [one for one in query_meanings(run) if one[1].by in OF_RUN] if run is not None else []


def offered(side: Side, meaning: Meaning, run: Finding | None = None) -> bool:
    """Return whether the cells have what the colours would mean."""
    if meaning.by in OF_RUN:
        return run is not None and map_values.offered(run, side.name, meaning)
    if meaning.by is ColourBy.GENE:
        return side.counts is not None and figures.place_of(side.counts[1], meaning.name) is not None
    if meaning.by is ColourBy.COLUMN:
        return meaning.name in side.data.cells.columns
    return meaning.by in _known(side)


def _read_by(name: str, meaning: Meaning) -> tuple[str, ...]:
    """Return the stages that the colours are read off."""
    if meaning.by in (ColourBy.TYPE, ColourBy.CLUSTER):
        return ("labels",)
    if meaning.by is ColourBy.OWN_CLUSTER:
        return (CLUSTERS,)
    if meaning.by in OF_RUN:
        return "transfer", "refine"
    return ("gene_activity",) if meaning.by is ColourBy.GENE and name == "query" else ()


def first_meaning(side: Side) -> Meaning:
    """Return what the colours mean until something else is chosen: types, else a column of types, else depth."""
    columns = side.data.recognised.label_columns
    if side.labels is not None:
        return Meaning(ColourBy.TYPE)
    return Meaning(ColourBy.COLUMN, columns[0].name) if columns else DEPTH


def at_hand(side: Side, meaning: Meaning) -> bool:
    """Whether values need no reading."""
    return meaning.by not in (ColourBy.GENE, ColourBy.DEPTH) or meaning in side.levels


def values_of(side: Side, meaning: Meaning, run: Finding | None = None) -> Categories | Numbers:
    """Return the value of every cell."""
    if meaning.by in OF_RUN and run is not None:
        return query_values(run, meaning)
    naming = side.labels.naming if side.labels is not None else None
    if meaning.by is ColourBy.DEPTH:
        return ranged(np.log10(side.levels[meaning] + 1.0), "Counts in a cell, log10")
    if meaning.by is ColourBy.GENE:
        level = "expression" if side.name == "reference" else "activity"
        return ranged(side.levels[meaning], f"{meaning.name} {level}, log-normalised")
    if meaning.by is ColourBy.CLUSTER and naming is not None:
        return Categories(Labels(figures.cluster_names(naming), naming.clusters))
    if meaning.by is ColourBy.OWN_CLUSTER and side.clusters is not None:
        return Categories(side.clusters.labels)
    if meaning.by is ColourBy.TYPE and side.labels is not None:
        return Categories(side.labels.labels, types=True)
    return column_values(side.data.cells, side.data.recognised, meaning.name)


class OwnMap(QObject):
    """The map of one side that a stage of its own has drawn, coloured by what was chosen or by the gene in focus."""

    changed = Signal()
    chosen_changed = Signal()
    """The user wants the colours to mean something else."""

    def __init__(self, name: str, session: Session, previews: Previews, focus: GeneFocus | None = None,
                 threshold: Threshold | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name, self._session, self._previews, self._focus = name, session, previews, focus
        self._threshold = threshold
        self._seen: Finding | None = None
        """The run that the values are of, where they are of one."""
        self.runner = JobRunner(self)
        self._chosen: Meaning | None = None
        self.side: Side | None = None
        self.meaning = DEPTH
        """What the colours mean; while it is being read they still mean what they did."""
        self.values: Categories | Numbers | None = None
        self.problem = ""
        """Why the colours do not mean what was wanted; they mean what they did, if they meant anything."""
        self._wanted: tuple[Side, Meaning] | None = None
        previews.changed.connect(self.refresh)
        session.recipe_changed.connect(self.refresh)
        if focus is not None:
            focus.changed.connect(self.refresh)
        if threshold is not None:
            threshold.changed.connect(self._follow_run)

    @property
    def alone(self) -> bool:
        """Whether no run is shown of the cells that are loaded."""
        finding, data = self._session.shown, getattr(self._session, self.name)
        return finding is None or not same_cells(getattr(finding.job, self.name), data)

    @property
    def run(self) -> Finding | None:
        """The run of the query's cells whose labels and scores can be seen here, with the threshold applied."""
        return self._threshold.finding if self._threshold is not None and not self.alone else None

    def _follow_run(self) -> None:
        if self.side is not None and self.meaning.by in OF_RUN:
            self._colour()

    @property
    def leads(self) -> bool:
        """Whether this map, and not that of the run shown, is of the cells that are loaded, or the newer one."""
        finding = self._session.shown
        if finding is None or self.alone:
            return True
        if self.side is None or not self._previews.fresh(f"{self.name}_map"):
            return False
        own = getattr(finding.outcome.maps, self.name)
        # Runs that were read from a file have the same map each on its own.
        another = self.side.map.places is not own and not np.array_equal(self.side.map.places, own)
        return another or self._labelled_anew(finding)

    def _labelled_anew(self, finding: Finding) -> bool:
        """Whether cells in the places of the run have other types by now: clusters were named again, say."""
        labels = self.side.labels if self.side is not None else None
        return (labels is not None and labels is not finding.outcome.reference_labels
                and self._previews.fresh("labels"))

    @property
    def reading(self) -> Meaning | None:
        """What the colours will mean once its values, which are on their way, are there."""
        return self._wanted[1] if self._wanted is not None else None

    @property
    def chosen(self) -> Meaning | None:
        """What the user wants the colours to mean, whether or not the cells have it; nothing until that is said."""
        return self._chosen

    @property
    def outdated(self) -> bool:
        """Whether the map, or what its colours mean, was computed under other settings."""
        if self.side is None:
            return False
        return not all(map(self._previews.fresh, (f"{self.name}_map", *_read_by(self.name, self.meaning))))

    def choose(self, meaning: Meaning | None) -> None:
        """Let the colours mean something else, as soon as its values are there; nothing leaves it to the program."""
        if meaning != self._chosen:
            self._chosen = meaning
            self.chosen_changed.emit()
        self._colour()

    def refresh(self) -> None:
        """Look again at what was computed."""
        # The gene in focus is looked at on a map of its own only as long as there is no run.
        side = self._look() if self._focus is None or self.alone else None
        if side is None or not side.same(self.side):
            self.side, self.values = side, None
        self._colour()

    def _look(self) -> Side | None:
        data = getattr(self._session, self.name)
        drawn, labels = self._result(f"{self.name}_map"), self._result("labels")
        if data is None or not counted(data) or drawn is None:
            return None
        recipe = self._session.recipe
        of_query = self.name == "query"
        group = recipe.gene_activity if of_query else recipe.reference
        return Side(self.name, data, drawn, None if of_query else labels,
                    self._result("gene_activity") if of_query else None, group.scale_factor,
                    self._result(CLUSTERS) if of_query else None)

    def _result(self, stage: str) -> Any:
        own = self._previews.own(stage)
        data = getattr(self._session, SIDE_OF[stage])
        return own.result if own is not None and same_cells(own.data, data) else None

    def _colour(self) -> None:
        side, waited = self.side, bool(self.problem) or self._wanted is not None
        self.problem = ""
        if side is None:
            self._wanted = None
            self.runner.cancel()
            self.changed.emit()
            return
        meaning = self._meaning(side)
        if meaning is None:
            self.values = None
        elif at_hand(side, meaning):
            self._wanted = None
            run = self.run if meaning.by in OF_RUN else None
            if not waited and self.values is not None and self.meaning == meaning and self._seen is run:
                return  # nothing of it has changed, and a million cells need not be coloured again
            self.meaning, self.values, self._seen = meaning, values_of(side, meaning, run), run
        elif self._wanted is None or self._wanted[0] is not side or self._wanted[1] != meaning:
            wanted = self._wanted = side, meaning
            self.runner.start("Reading", lambda context: _read(side, meaning, context), partial(self._take, wanted))
        self.changed.emit()

    def _meaning(self, side: Side) -> Meaning | None:
        """Return what the colours are to mean; nothing where the gene in focus has no activity."""
        if self._focus is not None:
            wanted = Meaning(ColourBy.GENE, self._focus.gene)
            return wanted if offered(side, wanted) else None
        return self._chosen if self._chosen and offered(side, self._chosen, self.run) else first_meaning(side)

    def _take(self, wanted: tuple[Side, Meaning], end: JobEnd) -> None:
        if self._wanted is not wanted:
            return  # something else is wanted by now
        self._wanted = None
        if end.succeeded:
            _keep(wanted[0], end.value)
            self._colour()
            return
        if end.ending is not Ending.CANCELLED:
            self.problem = end.sentence
            if self._focus is not None:
                self.values = None  # the colours are to be those of one gene: no other's stand for it
        self.changed.emit()


def _keep(side: Side, found: dict[Meaning, Floats]) -> None:
    """Keep what was read; of genes that were looked at before only some, so that one can go back to them at once."""
    for old in [one for one in side.levels if one.by is ColourBy.GENE and one.name][: -figures.LEVELS_KEPT]:
        del side.levels[old]
    side.levels.update(found)


def _read(side: Side, meaning: Meaning, context: JobContext) -> dict[Meaning, Floats]:
    """Return the values of a gene or of depth; the totals of the cells are kept for the next gene."""
    from anchorscope.counts import blocks_of, column
    from anchorscope.preprocess.normalize import cell_totals

    progress = context.progress("Reading")
    if meaning.by is ColourBy.DEPTH or side.counts is None:
        return {meaning: cell_totals(blocks_of(side.data.counts), progress)}
    counts, names = side.counts
    totals = side.levels.get(_TOTALS)
    if totals is None:
        totals = cell_totals(blocks_of(counts), Part(progress, 0.0, 0.5))
    values = column(counts, figures.place_of(names, meaning.name) or 0, Part(progress, 0.5, 1.0))
    return {_TOTALS: totals, meaning: figures.normalised(values, totals, side.scale_factor)}
