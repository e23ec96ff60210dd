"""Page 3: accessibility cast into gene space, shown on one gene."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from anchorscope.parameters import CO_ACCESSIBILITY, FRAGMENTS
from anchorscope_desktop.pages.frame import Page, scrolled, section, stacked
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import ACTIVITY, RUN, Notice, Weight
from anchorscope_desktop.state.previews import UP_TO_DATE
from anchorscope_desktop.state.steps import ACTIVITY_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.gene_by_type import GeneByType
from anchorscope_desktop.views.gene_track import GeneTrack
from anchorscope_desktop.views.marker_checks import MarkerChecks
from anchorscope_desktop.views.own_map import GeneOnMap
from anchorscope_desktop.widgets.basics import boxed, column, label, row
from anchorscope_desktop.widgets.choosers import GENE_FILES
from anchorscope_desktop.widgets.file_slot import FileSlot
from anchorscope_desktop.widgets.preview_button import preview_button
from anchorscope_desktop.widgets.settings import bound_form

PURPOSE = "Peaks in and around a gene count for it; the sum is the gene's activity, which can be compared with RNA."
NO_QUERY = Notice("Open a query first; gene activity is computed from its peaks.")
NO_FRAGMENTS = Notice("The model “fragments” counts from the fragments file, and there is none: choose it on the page "
                      "Query, or choose another model.", Weight.WARNING)
OUTDATED = Notice("The track follows the settings as they are; the activity by type is that of the last run. Press Run "
                  "to bring it up to date.")
LINKS_LATER = Notice("The links of co-accessibility are learned from all cells, so the track shows them as computed "
                     "last. “Learn the links” brings them up to date.")
LEAST_HEIGHT = 72 * GRID
"""Of the pictures: below it they would leave out names and cut sentences off."""
MODEL = "The model says which peaks count for a gene, and how much."
LINKS_TIP = "Learn which peaks open together now, without the rest of a run; the track then shows their credit"
MAP_TIP = ("Compute gene activity and the query's map now, without a reference and without the rest of a run, and "
           "colour the cells by the gene")
GENES_TIP = ("Genes of your own as GTF, GFF3 or BED, in place of the built-in Ensembl release 90: for another assembly "
             "or species. Only protein-coding genes are kept where the file tells.")


class GeneActivityPage(Page):
    """Asks for the model and shows what it means for one gene."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, ACTIVITY_STEP, PURPOSE, (ACTIVITY, RUN))
        self.form = bound_form(workspace.session, "gene_activity", ("assembly",))
        self.genes = FileSlot("Your own genes", GENES_TIP)
        self.run_button = self.add_run()
        self.track = GeneTrack(workspace)
        self.by_type, self.checks, self.on_map = GeneByType(workspace), MarkerChecks(workspace), GeneOnMap(workspace)
        self._activity = stacked(self.by_type, self.on_map)
        pictures = column(self.track, _beside(self._activity, self.checks), spacing=2 * GRID)
        pictures.setStretch(0, 3)
        pictures.setStretch(1, 4)
        self._genes_line = label("", "muted")
        self.links_button = preview_button(workspace, "Learn the links", LINKS_TIP, ("gene_activity",), ACTIVITY)
        self.map_button = preview_button(workspace, "Show it on the map", MAP_TIP, ("gene_activity", "query_map"),
                                         ACTIVITY)
        controls = column(section("Model", label(MODEL, "muted"), self.form, self.links_button, self.map_button),
                          section("Genes", self._genes_line, self.genes), None, spacing=3 * GRID)
        self.pictures = scrolled(boxed(pictures), LEAST_HEIGHT)
        self.set_body(boxed(controls), self.pictures)
        self._connect()
        self._show_state()

    def begin(self) -> None:
        """Begin at the top with the check of the panel, not with its lines."""
        super().begin()
        self.checks.stop_editing()

    def standing_notice(self) -> Notice | None:
        """Return what is missing, or that the pictures are older than the settings."""
        session = self.workspace.session
        if session.query is None:
            return NO_QUERY
        model = session.recipe.gene_activity.model
        if model == FRAGMENTS and session.query.fragments is None:
            return NO_FRAGMENTS
        if model == CO_ACCESSIBILITY and self.workspace.previews.obstacle("gene_activity") != UP_TO_DATE:
            return LINKS_LATER
        return OUTDATED if session.old_labels else None

    def choose_genes(self) -> None:
        """Ask for a gene model and read the query again with it."""
        path = self.workspace.chooser.open_file("Open genes of your own", GENE_FILES)
        if path is not None:
            self._use_genes(path)

    def _connect(self) -> None:
        self.workspace.steps.changed.connect(self.refresh_notice)
        self.workspace.session.recipe_changed.connect(self._show_links_button)
        self.workspace.previews.changed.connect(self.workspace.sketch.refresh)
        self.workspace.own_gene.changed.connect(self._show_activity)
        self.workspace.session.inputs_changed.connect(self._show_state)
        self.genes.choose_requested.connect(self.choose_genes)
        self.genes.clear_requested.connect(lambda: self._use_genes(None))

    def _use_genes(self, path: Path | None) -> None:
        files = self.workspace.loader.query_files
        if files is not None:
            self.workspace.loader.change_query(replace(files, annotation=path), topic=ACTIVITY)

    def _show_activity(self) -> None:
        """Show the gene by type or, before a run of these cells, on their own map."""
        alone = self.workspace.own_gene.alone
        self._activity.setCurrentIndex(int(alone))
        self.map_button.setVisible(alone and self.workspace.session.query is not None)

    def _show_links_button(self) -> None:
        model = self.workspace.session.recipe.gene_activity.model
        self.links_button.setVisible(model == CO_ACCESSIBILITY)

    def _show_state(self) -> None:
        query, files = self.workspace.session.query, self.workspace.loader.query_files
        self.genes.setEnabled(files is not None)
        self.genes.show_path(files.annotation if files is not None else None)
        if query is not None and query.annotation is not None:
            text = f"{len(query.annotation):,} genes from your file"
        else:
            text = "Protein-coding genes of Ensembl release 90, on the assembly of the query"
        self._genes_line.setText(text)
        self._show_links_button()
        self._show_activity()
        self.refresh_notice()


def _beside(*views: QWidget) -> QWidget:
    layout = row(*views, spacing=2 * GRID)
    layout.setStretch(0, 5)
    layout.setStretch(1, 4)
    return boxed(layout)
