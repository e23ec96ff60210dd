"""One side's own UMAP, before a run has put both beside each other."""

from __future__ import annotations

from PySide6.QtGui import QColor

from anchorscope_desktop.plotting.cell_map import CellMap, Colouring
from anchorscope_desktop.plotting.colouring import by_categories, by_numbers
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state.map_values import Categories, Numbers
from anchorscope_desktop.state.own_map import OwnMap, meanings
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.colour_box import ColourBox

TIP = ("<p>Drag to move, turn the wheel to zoom, double-click to see everything. Cells can be selected here after a "
       "run.</p>")
OF_REFERENCE = "Press “Draw the map” on the left: the cells of the reference alone, coloured by type, column or gene."
OF_QUERY = ("Press “Draw the map” on the left: the cells of the query alone, coloured by column or depth and, once "
            "gene activity is computed, by gene.")
OF_GENE = ("Press “Show it on the map” on the left: the gene's activity in the cells of the query. Activity by type "
           "comes with a run.")
NO_QUERY = "Once a query is open: the gene's activity in its cells, before there is a run."
WAIT = "Adding up the gene's activity…"
NO_ACTIVITY = "{gene} has no activity: no peak that was counted lies in its region. Choose another gene."
NOT_THERE = "The map is there, but no gene activity yet: press “Show it on the map” on the left."


class OwnMapView(ViewFrame):
    """Shows the cells of one side, coloured by what is known of them without the other."""

    def __init__(self, workspace: Workspace, state: OwnMap, title: str, empty: str) -> None:
        self._workspace, self.state, self._title, self._empty_says = workspace, state, title, empty
        self.map = CellMap(workspace.appearance.theme, f"Own map of the {state.name} cells")
        self.map.canvas.setToolTip(TIP)
        self.colour_by = ColourBox(f"Colour the {state.name} alone by")
        self._drawn: object = None
        self._listed: object = None
        super().__init__(title, self.map, self.colour_by)
        self._connect()
        self._show_map()

    def _connect(self) -> None:
        self.state.changed.connect(self._show_map)
        self._workspace.steps.changed.connect(self._show_age)
        self._workspace.appearance.changed.connect(self._show_map)
        self.colour_by.chosen.connect(self.state.choose)
        self.colour_by.missed.connect(self._refuse)

    def _refuse(self, typed: str) -> None:
        self._workspace.levels.refuse(self.state.name, typed, self._workspace.navigation.current)

    def _show_map(self) -> None:
        state, theme = self.state, self._workspace.appearance.theme
        self.map.set_theme(theme)
        if state.side is None or state.values is None:
            self.show_empty(state.problem or self._missing())
            return
        self.show_content()
        self.when_seen(self._draw)
        self._show_age()

    def _draw(self) -> None:
        state, theme = self.state, self._workspace.appearance.theme
        if state.side is None or state.values is None:
            return
        if self._drawn is not state.side.map:
            self._drawn = state.side.map
            self.map.show_cells(state.side.map.places)
        if self._listed is not state.side:
            self._listed = state.side
            self.colour_by.offer(meanings(state.side), state.meaning)
        self.colour_by.show_meaning(state.meaning)
        self.map.colour(self._colouring(state.values, theme))
        few, n = state.side.map.sampled, len(state.side.map.places)
        self.set_heading(self._title if few is None else f"{self._title}, fitted on {few:,} of {n:,} cells")

    def _missing(self) -> str:
        return self._empty_says

    def _show_age(self) -> None:
        outdated = self.state.outdated
        self.mark_older(older=outdated)
        self.map.fade(faded=outdated)

    def for_paper(self) -> None:
        """Draw all cells in full: that they are of older settings is told on the screen."""
        super().for_paper()
        self._draw()
        self.map.fade(faded=False)

    def _colouring(self, values: Categories | Numbers, theme: Theme) -> Colouring:
        if isinstance(values, Numbers):
            return by_numbers(values.values, values.low, values.high, values.name)
        return by_categories(values.labels, self._table(values, theme), "unknown")

    def _table(self, values: Categories, theme: Theme) -> dict[str, QColor]:
        """Return the colours that the types of the reference have everywhere, where these are such types."""
        labels = self._workspace.previews.own("labels")
        known = labels.result.labels.types if labels is not None else ()
        own = values.types or set(values.labels.types) <= set(known)
        return type_colours(known if own and known else values.labels.types, theme)


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

    def _show_map(self) -> None:
        gene = self._workspace.genes.gene
        drawn = self.state.side is not None and self.state.values is not None
        self._title = f"{gene} in the query's cells" if drawn else "Activity on the map"
        self.set_heading(self._title)
        super()._show_map()

    def show_content(self) -> None:
        """Show the picture; its colours are those of the gene in focus, so there is nothing to choose."""
        super().show_content()
        self.colour_by.hide()

    def _missing(self) -> str:
        side, gene = self.state.side, self._workspace.genes.gene
        if self._workspace.session.query is None:
            return NO_QUERY
        if side is None:
            return OF_GENE
        if side.activity is None:
            return NOT_THERE
        return WAIT if self.state.reading else NO_ACTIVITY.format(gene=gene or "The gene")
