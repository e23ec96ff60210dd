"""The gene in focus, and what its peaks count for it under each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope.parameters import BODY_PROMOTER, CO_ACCESSIBILITY, FRAGMENTS, GeneActivityParameters
from anchorscope.results import Floats, GeneActivity, Ints, Query
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.figures import mean_accessibility
from anchorscope_desktop.state.session import Session, counted

if TYPE_CHECKING:
    from anchorscope.gene_activity.one_gene import GeneCredit
    from anchorscope.results import GeneTable

MODELS = next(declaration.choices for name, declaration, _ in GeneActivityParameters.declarations() if name == "model")
ALL_MODELS = "all"
FIRST_COMPARED = next(model for model in MODELS if model != GeneActivityParameters().model)
"""The model beside the chosen one until the user says which."""

LAST_RUN = "as computed last"
NOT_COMPUTED = "no result yet"
LEFT_OUT = "leaves this gene out"
_MARGIN = 0.12
_LEAST_MARGIN = 5_000
_SMALL = 0.05


class GeneFocus(QObject):
    """The gene whose neighbourhood is shown; a marker of the panel until one is chosen."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._gene = ""

    @property
    def gene(self) -> str:
        """Symbol of the gene, or nothing before there is a query."""
        return self._gene

    def choose(self, gene: str) -> None:
        """Look at `gene`."""
        if gene != self._gene:
            self._gene = gene
            self.changed.emit()


@dataclass(frozen=True, eq=False)
class Lane:
    """One model: the stretch in which it looks for peaks, what each of the peaks around counts, and a remark."""

    model: str
    region: tuple[int, int] | None
    credit: Floats
    remark: str = ""


@dataclass(frozen=True, eq=False)
class Sketch:
    """A gene, the peaks around, and a lane for each model: all positions in base pairs."""

    gene: str
    chrom: str
    strand: str
    body: tuple[int, int]
    window: tuple[int, int]
    """As far as any of the models looks."""
    view: tuple[int, int]
    """Where the gene and the peaks that matter are."""
    names: Sequence[str]
    starts: Ints
    ends: Ints
    heights: Floats
    """Mean count of each peak over all cells."""
    lanes: tuple[Lane, ...]
    genes: tuple[str, ...]
    """All genes that can be chosen, sorted."""


@dataclass(frozen=True, eq=False)
class Wish:
    """All that a sketch depends on."""

    query: Query
    settings: GeneActivityParameters
    models: tuple[str, ...]
    gene: str
    markers: tuple[str, ...]
    activity: GeneActivity | None

    def same(self, other: Wish | None) -> bool:
        """Whether both would give the same picture."""
        return (other is not None and other.query is self.query and other.activity is self.activity
                and (other.settings, other.models, other.gene, other.markers)
                == (self.settings, self.models, self.gene, self.markers))


class GeneSketch(QObject):
    """Draws up, in a worker of its own, the picture of the gene in focus as soon as anything about it changes."""

    changed = Signal()
    chosen_changed = Signal()
    """The user wants another model beside the chosen one."""

    def __init__(self, session: Session, focus: GeneFocus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._focus = session, focus
        self.runner = JobRunner(self)
        self._drafter = _Drafter()
        self._asked: Wish | None = None
        self.compared = FIRST_COMPARED
        self._chosen = session.recipe.gene_activity.model
        self.current: Sketch | None = None
        self.problem = ""
        for signal in (session.inputs_changed, session.recipe_changed, session.outcome_changed, focus.changed):
            signal.connect(self.refresh)

    @property
    def busy(self) -> bool:
        """Whether another picture is on its way."""
        return self.runner.busy

    def compare(self, model: str) -> None:
        """Show another model beside the chosen one: its name, `ALL_MODELS`, or nothing."""
        self.compared = model
        self.refresh()
        self.chosen_changed.emit()

    def show(self, model: object) -> None:
        """Show beside the chosen model what a session had there; at first, or where that is not known, the usual."""
        self.compared = str(model) if model in (*MODELS, ALL_MODELS, "") else FIRST_COMPARED
        self.refresh()
        self.changed.emit()

    def refresh(self) -> None:
        """Ask for another picture if anything changed that it depends on."""
        self._part_models()
        wish = self._wish()
        if wish is None:
            self._forget()
        elif not wish.same(self._asked):
            self._asked = wish
            self.runner.start("Drawing", lambda context: self._drafter.sketch(wish, context), self._take)

    def _part_models(self) -> None:
        """Put the model that was chosen before beside one that is chosen now and stood beside it."""
        before, self._chosen = self._chosen, self._session.recipe.gene_activity.model
        if self.compared == self._chosen:
            self.compared = before if before != self._chosen else next(one for one in MODELS if one != before)
            self.chosen_changed.emit()

    def _forget(self) -> None:
        """Show no gene of a query that is gone, or is not there again yet."""
        self.runner.end()
        self._asked = None
        if self.current is not None or self.problem:
            self.current, self.problem = None, ""
            self.changed.emit()

    def _wish(self) -> Wish | None:
        session = self._session
        if session.query is None or not counted(session.query):
            return None
        settings = session.recipe.gene_activity
        markers = tuple(gene for _, gene in session.recipe.panel.entries)
        return Wish(session.query, settings, self._models(settings.model), self._focus.gene, markers, self._links())

    def _models(self, chosen: str) -> tuple[str, ...]:
        more = MODELS if self.compared == ALL_MODELS else (self.compared,) if self.compared else ()
        return tuple(dict.fromkeys((chosen, *more)))

    def _links(self) -> GeneActivity | None:
        """Return the last result of the one model that cannot be drawn live."""
        query, shown = self._session.query, self._session.shown
        latest = self._session.pipeline.result("gene_activity")
        results = [latest, shown.outcome.gene_activity if shown is not None else None]
        return next((one for one in results if isinstance(one, GeneActivity) and one.model == CO_ACCESSIBILITY
                     and query is not None and one.membership.shape[1] == len(query.peaks)), None)

    def _take(self, end: JobEnd) -> None:
        if end.ending is Ending.CANCELLED:
            return
        self.problem = end.sentence
        self.current = end.value if end.succeeded else None
        if self.current is not None:
            # A gene that this query lacks gave way to a marker, and all views look at one gene.
            self._focus.choose(self.current.gene)
        self.changed.emit()


class _Drafter:
    """Works in the worker only; remembers what takes long and stays the same for a query."""

    def __init__(self) -> None:
        self._query: Query | None = None
        self._means: Floats = np.zeros(0)

    def sketch(self, wish: Wish, context: JobContext) -> Sketch:
        from anchorscope.errors import InputError
        from anchorscope.stages import genes_of

        if self._query is not wish.query:
            self._query, self._means = wish.query, mean_accessibility(wish.query)
        context.token.raise_if_cancelled()
        table = genes_of(wish.query, wish.settings)
        genes = tuple(sorted(set(table.symbol), key=str.casefold))
        gene = wish.gene if wish.gene in genes else _first_marker(wish, table)
        if not gene:
            raise InputError("No gene can be drawn", f"no gene in {table.assembly}", "choose another assembly")
        context.token.raise_if_cancelled()
        found_credit = {model: _credit(wish, gene, model, table) for model in wish.models}
        context.token.raise_if_cancelled()
        return self._draw(wish, gene, found_credit, table, genes)

    def _draw(self, wish: Wish, gene: str, found_credit: dict[str, GeneCredit | None], table: GeneTable,
              genes: tuple[str, ...]) -> Sketch:
        peaks, row = wish.query.peaks, int(np.flatnonzero(table.symbol == gene)[0])
        body, chrom = (int(table.start[row]), int(table.end[row])), str(table.chrom[row])
        window = _window(body, [credit.region for credit in found_credit.values() if credit is not None])
        near = np.flatnonzero((peaks.chrom == chrom) & (peaks.end >= window[0]) & (peaks.start <= window[1]))
        lanes = tuple(_lane(model, credit, near, len(peaks), wish.activity)
                      for model, credit in found_credit.items())
        matter = np.any([lane.credit > _SMALL * max(lane.credit.max(initial=0.0), 1e-9) for lane in lanes], axis=0)
        chosen = found_credit[wish.models[0]]
        extent = [chosen.region] if chosen is not None and wish.models[0] in (BODY_PROMOTER, FRAGMENTS) else []
        view = _window(body, [*extent, *zip(peaks.start[near][matter].tolist(), peaks.end[near][matter].tolist(),
                                            strict=True)])
        names = [str(name) for name in peaks.names[near]]
        return Sketch(gene, chrom, str(table.strand[row]), body, window, view, names, peaks.start[near],
                      peaks.end[near], self._means[near], lanes, genes)


def _first_marker(wish: Wish, table: GeneTable) -> str:
    """Return the first marker that has a peak, the first that is a gene, or the first gene."""
    known = {str(symbol).casefold(): str(symbol) for symbol in reversed(table.symbol)}
    there = [known[gene.casefold()] for gene in wish.markers if gene.casefold() in known]
    for gene in there:
        credit = _credit(wish, gene, wish.settings.model, table)
        if credit is not None and len(credit.peaks):
            return gene
    return (there or [str(symbol) for symbol in table.symbol[:1]] or [""])[0]


def _credit(wish: Wish, gene: str, model: str, table: GeneTable) -> GeneCredit | None:
    from anchorscope.gene_activity.one_gene import credit_in, credit_of_gene

    if model == CO_ACCESSIBILITY:
        return credit_in(wish.activity, gene) if wish.activity is not None else None
    return credit_of_gene(gene, table, wish.query.peaks, wish.settings.replaced(model=model))


def _window(body: tuple[int, int], regions: Sequence[tuple[int, int]]) -> tuple[int, int]:
    spans = [body, *regions]
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    margin = max(int((end - start) * _MARGIN), _LEAST_MARGIN)
    return max(start - margin, 1), end + margin


def _lane(model: str, credit: GeneCredit | None, near: Ints, n_peaks: int, activity: GeneActivity | None) -> Lane:
    whole = np.zeros(n_peaks)
    if credit is None:
        missing = NOT_COMPUTED if model == CO_ACCESSIBILITY and activity is None else LEFT_OUT
        return Lane(model, None, whole[near], missing)
    whole[credit.peaks] = credit.credit
    return Lane(model, credit.region, whole[near], LAST_RUN if model == CO_ACCESSIBILITY else "")
