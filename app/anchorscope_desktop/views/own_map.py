"""One side's own UMAP, before a run has put both beside each other."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout

from anchorscope.declared import names_in
from anchorscope.results import Floats, Labels
from anchorscope_desktop.plotting import cell_map
from anchorscope_desktop.plotting.cell_map import Colouring
from anchorscope_desktop.plotting.colouring import by_categories, by_numbers
from anchorscope_desktop.plotting.colours import AGREES, DIFFERS, UNASSIGNED, type_colours
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.left_out import UNKNOWN, without_type
from anchorscope_desktop.state.map_values import AGREEMENT, Categories, ColourBy, Meaning, Numbers
from anchorscope_desktop.state.own_map import OF_RUN, OwnMap, Side, meanings, run_meanings
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.selection import Mask, Selection
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.map_frame import MapFrame
from anchorscope_desktop.widgets.basics import label
from anchorscope_desktop.widgets.colour_box import ColourBox

TIP = ("<p>Drag to move, turn the wheel to zoom, double-click to see everything. Cells can be selected here after a "
       "run of them: the run that is shown is of others.</p>")
OF_REFERENCE = "Press “Draw the map”: the cells of the reference alone, coloured by type, column or gene."
OF_QUERY = ("Press “Draw the map”: the cells of the query alone, coloured by column or depth and, once "
            "gene activity is computed, by gene.")
OF_GENE = ("Press “Show it on the map” on the left: the gene's activity in the cells of the query. Activity by type "
           "comes with a run.")
NO_QUERY = "Once a query is open: the gene's activity in its cells, before there is a run."
WAIT = "Adding up the gene's activity…"
NO_ACTIVITY = "{gene} has no activity: no peak that was counted lies in its region. Choose another gene."
NOT_THERE = "The map is there, but no gene activity yet: press “Show it on the map” on the left."

AS_BEFORE = "The colours stay as they were."
PICK = "Choose other colours above."

_PATIENCE_MS = 300
"""What is read sooner is not told of: the line would only flash by, and move the map."""


class OwnMapView(MapFrame):
    """Shows the cells of one side, coloured by what is known of them without the other.

    Its cells are chosen here too, and where there is a run of them, the query's are coloured by what it found. Only a
    run of other cells keeps the selection to itself.
    """

    def __init__(self, workspace: Workspace, state: OwnMap, title: str, empty: str) -> None:
        self.state, self._empty_says = state, empty
        self.colour_by = ColourBox(f"Colour the {state.name} alone by")
        self._drawn: object = None
        self._listed: object = None
        self.problem = label("", "problem")
        self.problem.hide()
        super().__init__(workspace, title, f"Own map of the {state.name} cells", state.name, self.colour_by)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(2, self.problem)
        self._late = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._late.timeout.connect(self._say_note)
        self._connect()
        self._recolour()

    @property
    def finding(self) -> Finding | None:
        """The run of the same cells, if there is one."""
        return None if self.state.alone else self._workspace.session.shown

    @property
    def choosable(self) -> bool:
        """Whether the one selection can hold these cells."""
        return choosing.choosable(self._workspace.session, self.finding)

    def _connect(self) -> None:
        self._connect_cells()
        self.state.changed.connect(self._recolour)
        self._workspace.session.outcome_changed.connect(self._follow_run)
        self.colour_by.chosen.connect(self.state.choose)
        self.colour_by.missed.connect(self._refuse)

    def _refuse(self, typed: str) -> None:
        self._workspace.levels.refuse(self.state.name, typed, self._workspace.navigation.current)

    @property
    def _there(self) -> bool:
        """Whether the cells can be shown: coloured, or bare where what was to colour them could not be had."""
        state = self.state
        return state.side is not None and (state.values is not None or bool(state.problem))

    def _follow_run(self) -> None:
        self.when_seen(self._draw)

    def _show_problem(self) -> None:
        """Say why the colours are not those that were wanted; the box stays, to choose others."""
        problem = self.state.problem if self._there else ""
        then = AS_BEFORE if self.state.values is not None else PICK
        self.problem.setText(f"{problem} {then}" if problem else "")
        self.problem.setVisible(bool(problem))

    def _recolour(self) -> None:
        state = self.state
        self._dress()
        self._show_note()
        self._show_problem()
        if not self._there:
            self.show_empty(state.problem or self._missing())
            return
        self.show_content()
        self.when_seen(self._draw)
        self._show_age()

    def _draw(self) -> None:
        state, theme = self.state, self._workspace.appearance.theme
        if state.side is None or not self._there:
            return
        if self._drawn is not state.side.map:
            self._drawn = state.side.map
            self.show_cells(state.side.map.places, state.side.map.sampled)
        run = state.run
        listed = state.side, run_meanings(run)
        if self._listed != listed:
            self._listed = listed
            self.colour_by.offer(meanings(state.side, run), state.meaning)
        self.colour_by.show_meaning(state.reading or state.meaning)
        self._hold_legend()
        self.map.colour(_bare(state.side, theme) if state.values is None else
                        self._colouring(state.values, state.meaning, theme))
        self._show_choosing()

    def _reading(self) -> str:
        meaning = self.state.reading
        if meaning is None:
            return ""
        return f"Reading {meaning.name}" if meaning.by is ColourBy.GENE else "Counting the depth of the cells"

    def _show_note(self) -> None:
        if self._reading():
            if not self._late.isActive():
                self._late.start()
        else:
            self._late.stop()
            self._say_note()

    def _say_note(self) -> None:
        super()._show_note()

    def _show_choosing(self) -> None:
        """Offer to choose cells where the selection can hold them."""
        there = self.choosable
        self.lasso.setVisible(there)
        self.lasso.setChecked(there and self.lasso.isChecked())
        self.map.canvas.setToolTip(cell_map.TIP if there else TIP)
        self._show_selection()

    def _show_selection(self) -> None:
        side, chosen = self.state.side, self._workspace.selection.current
        if side is not None and self._drawn is side.map:
            self.map.highlight(getattr(chosen, self._whose) if self.choosable else None)

    def _enclose(self, corners: Floats, how: int) -> None:
        side = self.state.side
        if self.choosable and side is not None:
            cells = inside(side.map.places, corners)
            self._workspace.selection.choose(self._chosen(f"Drawn on the {self._whose}", cells), how)

    def _pick(self, point: int, how: int) -> None:
        if self.finding is None and self.choosable and self.state.side is not None:
            cells = self.state.side.data.cells.index
            self.select(self._chosen(f"Cell {cells[point]}", np.arange(len(cells)) == point), how)
        else:
            super()._pick(point, how)

    def _choose(self, index: int, how: int) -> None:
        finding, values, meaning = self.finding, self.state.values, self.state.meaning
        if not self.choosable or values is None:
            return
        if isinstance(values, Numbers):
            words, cells = choosing.near_mark(values, index)
        else:
            entry = self.map.legend.entry(index)
            name = entry if entry in values.labels.types else ""
            if meaning.by is ColourBy.LABEL and finding is not None:
                self._workspace.selection.choose(choosing.of_type(self.state.run or finding, name), how)
                return
            words, cells = f"{_kind(meaning)} {entry}", choosing.with_name(values.labels, name)
            if meaning.by is ColourBy.COLUMN and finding is not None:
                chosen = choosing.of_column(finding, self._whose, meaning.name, name, cells)
                self._workspace.selection.choose(chosen, how)
                return
        self._workspace.selection.choose(self._chosen(words, cells), how)

    def _chosen(self, words: str, cells: Mask) -> Selection:
        finding = self.finding
        if finding is None:
            return choosing.of_side_alone(self._whose, words, cells)
        choose = choosing.of_query if self._whose == "query" else choosing.of_reference
        return choose(finding, words, cells)

    def _missing(self) -> str:
        return self._empty_says

    def _show_age(self) -> None:
        outdated = self.state.outdated
        self.mark_older(older=outdated)
        self.map.fade(faded=outdated)

    def for_paper(self) -> None:
        """Draw what else is drawn once it is seen; what could not be had is told on the screen."""
        self._draw()
        self.problem.hide()
        super().for_paper()

    def _colouring(self, values: Categories | Numbers, meaning: Meaning, theme: Theme) -> Colouring:
        if isinstance(values, Numbers):
            return by_numbers(values.values, values.low, values.high, values.title, values.edge)
        if meaning.by is ColourBy.AGREEMENT and not values.types:
            table = dict(zip((*AGREEMENT, ""), (AGREES, DIFFERS, theme.color("unassigned")), strict=True))
            return by_categories(values.labels, table, "not graded")
        return by_categories(values.labels, self._table(values, theme), self._without(meaning))

    def _without(self, meaning: Meaning) -> str:
        """Return what cells without a value are called."""
        side, settings = self.state.side, self._workspace.session.recipe.reference
        if meaning.by is ColourBy.TYPE and side is not None and side.labels is not None:
            return without_type(side.labels, side.data.cells, settings)
        return UNASSIGNED if meaning.by is ColourBy.LABEL else UNKNOWN

    def _type_colours(self) -> dict[str, QColor]:
        labels, run, theme = self._workspace.previews.own("labels"), self.state.run, self._workspace.appearance.theme
        if run is not None and self.state.meaning.by in OF_RUN:
            return run_colours(run, theme)
        types = labels.result.labels.types if labels is not None else ()
        left_out = names_in(self._workspace.session.recipe.reference.left_out)
        colours = type_colours((*types, *left_out), theme)
        return {name: colours[name] for name in types}

    def _table(self, values: Categories, theme: Theme) -> dict[str, QColor]:
        """Return the colours that the types of the reference have everywhere, where these are such types."""
        known = self._type_colours()
        own = known and (values.types or set(values.labels.types) <= set(known))
        return {**type_colours((), theme), **known} if own else type_colours(values.labels.types, theme)


def _bare(side: Side, theme: Theme) -> Colouring:
    """Return the colouring of cells of which nothing is known."""
    return by_categories(Labels((), np.full(len(side.map.places), -1)), type_colours((), theme), "not coloured")


def _kind(meaning: Meaning) -> str:
    """Return what an entry of the legend is one of."""
    words = {ColourBy.COLUMN: meaning.name, ColourBy.TRUTH: "Truly", ColourBy.AGREEMENT: "Label"}
    return words.get(meaning.by, meaning.by.value.capitalize())


class OwnReferenceMap(OwnMapView):
    """The reference alone."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, workspace.own_reference, "Reference alone", OF_REFERENCE)


class OwnQueryMap(OwnMapView):
    """The query alone."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, workspace.own_query, "Query alone", OF_QUERY)


class GeneOnMap(OwnMapView):
    """The activity of the gene in focus in the cells of the query alone."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, workspace.own_gene, "Activity on the map", OF_GENE)
        self.colour_by.hide()

    def _recolour(self) -> None:
        drawn = self.state.side is not None and self.state.values is not None
        self.set_heading(f"{self.state.meaning.name} in the query's cells" if drawn else "Activity on the map")
        super()._recolour()

    def show_content(self) -> None:
        """Show the picture; its colours are those of the gene in focus, so there is nothing to choose."""
        super().show_content()
        self.colour_by.hide()

    @property
    def _there(self) -> bool:
        return self.state.side is not None and self.state.values is not None

    def _missing(self) -> str:
        side, gene = self.state.side, self._workspace.genes.gene
        if self._workspace.session.query is None:
            return NO_QUERY
        if side is None:
            return OF_GENE
        if side.activity is None:
            return NOT_THERE
        return WAIT if self.state.reading else NO_ACTIVITY.format(gene=gene or "The gene")
