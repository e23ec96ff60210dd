"""Page 2: the scATAC-seq query and its own space."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from anchorscope.parameters import AUTOMATIC, GeneActivityParameters, Repairs
from anchorscope.results import QueryJob
from anchorscope_desktop.pages.frame import EXAMPLE_TIP, Page, section, stacked
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state import previews
from anchorscope_desktop.state.files import FileUse, use_of
from anchorscope_desktop.state.foresight import foreign, too_small
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.notices import QUERY, Action, Notice, Weight
from anchorscope_desktop.state.steps import QUERY_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.depth_plot import DepthPlot
from anchorscope_desktop.views.label_columns import LabelColumns
from anchorscope_desktop.views.own_clusters import OwnClusters
from anchorscope_desktop.views.own_map import OwnQueryMap
from anchorscope_desktop.views.query_map import QueryMap
from anchorscope_desktop.widgets.basics import boxed, button, column, row
from anchorscope_desktop.widgets.check import Check
from anchorscope_desktop.widgets.choosers import FRAGMENT_FILES, LABEL_FILES, PEAK_FILES, QUERY_FILES
from anchorscope_desktop.widgets.drop_area import DropArea
from anchorscope_desktop.widgets.file_facts import FileFacts
from anchorscope_desktop.widgets.file_slot import FileSlot
from anchorscope_desktop.widgets.form import ParameterForm
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.preview_button import preview_button
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.settings import bound_form

NEXT_TIP = "When this side is as it should be: the model of gene activity is chosen next"
PURPOSE = "The scATAC-seq cells that are to be named."
NO_ASSEMBLY = Notice("The genome assembly of the peaks was not recognised: choose it on the left under Genome, or give "
                     "genes of your own on Gene activity.", Weight.WARNING)
UNPAIRED = Notice("Both sides are the same cells, taken apart; which belong together is kept as the answer key and "
                  "used for grading only.")
OFFER = ("{shared} of the query's cells have the barcode of a reference cell. If both files come from one multiome, "
         "the RNA of the same cells can grade the transfer.")
UNPAIR = "Un-pair: use the RNA of the same cells as the answer key"
UNPAIR_TIP = ("For a multiome only: labels travel as if the two sides were unrelated, then each cell's own RNA says "
              "whether its label is right.")
DROP_TITLE = "Drop scATAC-seq files here"
DROP_TEXT = ("Cells by peaks with raw counts: h5ad, h5mu, 10x h5, or a folder with matrix.mtx or of Zarr (File > Open "
             "folder…). Or fragments.tsv.gz, alone or with a BED file of peaks. A multiome file fills the reference as "
             "well.")
CLUSTER_TIP = ("Cluster these cells now by their own accessibility (Louvain on the LSI), without any label: the table "
               "then says what each cluster was labelled, and maps can be coloured by own cluster")
COLUMNS, CLUSTERS = "columns", "clusters"
SWITCH_TIPS = ("The columns of the query that name types", "The query's own clusters, and what each was labelled")
MAP_TIP = ("Draw the map of these cells now, without a reference and without the rest of a run; it can be coloured by "
           "column, by depth and, once it is computed, by gene activity")
LSI_TIP = "Compute the accessibility space now, without the rest of a run, to see which components follow depth"
_ASSEMBLY_ONLY = tuple(name for name, _, _ in GeneActivityParameters.declarations() if name != "assembly")
_DEPTH = "min_fragments"
_DEPTH_ONLY = tuple(name for name, _, _ in Repairs.declarations() if name != _DEPTH)
_SLOTS = {
    "labels": ("Labels from a table", "CSV or TSV with barcodes in one column and labels in the others. They become "
               "columns of the query, for grading.", LABEL_FILES),
    "fragments": ("Fragments of these cells", "fragments.tsv.gz, no index needed. Only the gene-activity model "
                  "“fragments” reads it.", FRAGMENT_FILES),
    "peaks": ("Peaks to count the fragments in", "A BED file, or a file of peak counts. Without it, fragments are "
              "counted in tiles of 5,000 bp.", PEAK_FILES),
}


class QueryPage(Page):
    """Opens the query, says what it is, and asks for what goes with it, the assembly and the LSI settings."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, QUERY_STEP, PURPOSE, (QUERY,))
        self.facts = FileFacts(peaks=True)
        self.slots = {name: FileSlot(title, tip) for name, (title, tip, _) in _SLOTS.items()}
        self.unpair = Check("Un-pair: the RNA of the same cells\nis the answer key")
        self.unpair.setAccessibleName(UNPAIR)
        self.unpair.setToolTip(f"<p>{UNPAIR_TIP}</p>")
        self.assembly_form = ParameterForm(workspace.session.recipe.gene_activity, _ASSEMBLY_ONLY)
        self.depth_form = ParameterForm(Repairs(), _DEPTH_ONLY)
        self.lsi_form = bound_form(workspace.session, "lsi")
        self.cluster_form = bound_form(workspace.session, "clusters")
        self.switch = Segments((COLUMNS, CLUSTERS), SWITCH_TIPS)
        self.add_control(self.switch)
        self.open_button = self.add_action("Open…", Symbol.OPEN, self.open_file, tip="Open a query (Ctrl+Shift+O)")
        self.first_button = self.add_action("Open a file…", Symbol.OPEN, self.open_file, primary=True,
                                            tip="Open a query (Ctrl+Shift+O)")
        self.run_button = self.add_run(primary=False)
        self.next_button = self.add_action("Continue to Gene activity", Symbol.NEXT, self._go_on, primary=True,
                                           tip=NEXT_TIP)
        self.drop_area = DropArea(workspace.appearance.theme, DROP_TITLE, DROP_TEXT,
                              button("Open the example", self._open_example, tip=EXAMPLE_TIP))
        self._pictures = QStackedWidget()
        self._clusters_wanted = False
        self._pictures.addWidget(self.drop_area)
        self.depth_plot, self.map = DepthPlot(workspace), QueryMap(workspace, present_only=True)
        self.columns, self.own_map = LabelColumns(workspace), OwnQueryMap(workspace)
        self.clusters = OwnClusters(workspace)
        self._tables = stacked(self.columns, self.clusters)
        self._maps = stacked(self.map, self.own_map)
        self._pictures.addWidget(_arranged(self.depth_plot, self._tables, self._maps))
        self.set_body(self._controls(), self._pictures)
        self._connect()
        self._show_state()

    def open_file(self) -> None:
        """Ask for a file and read it."""
        path = self.workspace.chooser.open_file("Open an scATAC-seq query", QUERY_FILES)
        if path is not None:
            self.workspace.loader.open_query(path)

    def choose_part(self, name: str) -> None:
        """Ask for a file that goes with the query, and read both."""
        title, _, filters = _SLOTS[name]
        path = self.workspace.chooser.open_file(title, filters)
        if path is not None:
            self._use(name, path)

    def standing_notice(self) -> Notice | None:
        """Return that the cells are too few, the species differ, the assembly is not known, or both may be one."""
        session = self.workspace.session
        if session.query is None:
            return None
        few = too_small(QueryJob(session.query, session.recipe))
        if few is not None:
            return few
        conflict = foreign(session.reference, session.query)
        if conflict is not None:
            return conflict
        if (session.query.recognised.assembly is None and session.query.annotation is None
                and session.recipe.gene_activity.assembly == AUTOMATIC):
            return NO_ASSEMBLY
        if session.query.pairing is not None:
            return replace(UNPAIRED, action=Action("Take it back", self._take_back))
        loader = self.workspace.loader
        offer = Notice(OFFER.format(shared=f"{loader.shared:,}"), action=Action("Un-pair", loader.unpair))
        return offer if loader.same_cells else None

    def begin(self) -> None:
        """Begin at the top with the columns."""
        super().begin()
        self._look_at(COLUMNS)

    def _take_back(self) -> None:
        """Undo the un-pairing, so that the answer key before it comes back, or else end it as it was not the last."""
        if self.workspace.history.unpaired_last:
            self.workspace.history.undo()
        else:
            self.workspace.loader.unpair(wanted=False)

    def _controls(self) -> QWidget:
        with_it = section("Goes with it", *self.slots.values(), self.unpair)
        self.lsi_button, self.map_button = self._lsi_button(), self._map_button()
        self.cluster_button = self._cluster_button()
        self._cluster_buttons = (self.cluster_button, self._cluster_button())
        for view, made in ((self.depth_plot, self._lsi_button()), (self.own_map, self._map_button()),
                           (self.clusters, self._cluster_buttons[1])):
            view.offer_remedy(made)
        self._depth = section("Cells of the fragments", self.depth_form)
        self._of_query = (section("File", self.facts), with_it, section("Genome", self.assembly_form),
                          section("Accessibility space (LSI)", self.lsi_button, self.map_button, self.lsi_form),
                          section("Clusters of these cells alone", self.cluster_button, self.cluster_form))
        first, *others = self._of_query
        return boxed(column(first, self._depth, *others, None, spacing=3 * GRID))

    def _lsi_button(self) -> QPushButton:
        return preview_button(self.workspace, "Compute the LSI", LSI_TIP, ("lsi",), QUERY)

    def _map_button(self) -> QPushButton:
        return preview_button(self.workspace, "Draw the map", MAP_TIP, ("query_map",), QUERY)

    def _cluster_button(self) -> QPushButton:
        return preview_button(self.workspace, "Cluster the cells", CLUSTER_TIP, (previews.CLUSTERS,), QUERY)

    def _connect(self) -> None:
        loader = self.workspace.loader
        self.workspace.session.inputs_changed.connect(self._show_state)
        self.workspace.session.recipe_changed.connect(self._show_assembly)
        self.workspace.notices.changed.connect(self._show_depth)
        self.workspace.own_query.changed.connect(self._show_map)
        self.workspace.steps.changed.connect(self._show_map)
        self.assembly_form.changed.connect(loader.change_assembly)
        self.depth_form.changed.connect(loader.recount)
        self.facts.repair_requested.connect(lambda name, value: loader.repair(QUERY, name, value))
        self.switch.changed.connect(self._show_table)
        for made in self._cluster_buttons:
            made.clicked.connect(self._await_clusters)
        self.workspace.previews.changed.connect(self._colour_clusters)
        self.workspace.runner.finished.connect(lambda _: self._await_clusters(wanted=False))
        self.unpair.clicked.connect(lambda checked: loader.unpair() if checked else self._take_back())
        for name, slot in self.slots.items():
            slot.choose_requested.connect(lambda name=name: self.choose_part(name))
            slot.clear_requested.connect(lambda name=name: self._use(name, None))
        self.workspace.appearance.changed.connect(lambda: self.drop_area.set_theme(self.workspace.appearance.theme))

    def _use(self, name: str, path: Path | None) -> None:
        loader = self.workspace.loader
        if loader.query_files is not None:
            changed: dict[str, Any] = {name: path}
            loader.change_query(replace(loader.query_files, **changed))

    def _show_state(self) -> None:
        query = self.workspace.session.query
        loaded = query is not None
        self.first_button.setVisible(not loaded)
        for widget in (*self._of_query, self.switch, self.open_button, self.run_button, self.next_button):
            widget.setVisible(loaded)
        self._pictures.setCurrentIndex(int(loaded))
        if query is not None:
            self.facts.show_file(query.recognised)
            self._show_parts()
        self._show_depth()
        self.refresh_notice()

    def _look_at(self, table: str) -> None:
        self.switch.choose(table)
        self._show_table()

    def _await_clusters(self, *_: object, wanted: bool = True) -> None:
        """Show the clusters once they are there, in the table and on whichever map is seen."""
        self._clusters_wanted = wanted
        if wanted:
            self._look_at(CLUSTERS)

    def _colour_clusters(self) -> None:
        work = self.workspace
        if self._clusters_wanted and work.previews.fresh(previews.CLUSTERS):
            self._clusters_wanted = False
            meaning = Meaning(ColourBy.OWN_CLUSTER)
            work.own_query.choose(meaning)
            if not work.own_query.alone:
                work.levels.colour("query", meaning)

    def _show_table(self) -> None:
        self._tables.setCurrentIndex((COLUMNS, CLUSTERS).index(self.switch.value))

    def _show_map(self) -> None:
        """Show the map of the run or, where there is none of these cells, their own."""
        self._maps.setCurrentIndex(int(self.workspace.own_query.leads))

    def _show_depth(self) -> None:
        """Show how many fragments make a cell where that matters; before a query that may be all there is to set."""
        loader = self.workspace.loader
        files = loader.too_shallow or loader.query_files
        counted = files is not None and use_of(files.path) is FileUse.FRAGMENTS
        self._depth.setVisible(counted)
        self.controls.setVisible(counted or self.workspace.session.query is not None)
        if files is not None:
            self.depth_form.show_parameters(files.repairs)

    def _show_parts(self) -> None:
        loader, query = self.workspace.loader, self.workspace.session.query
        files = loader.query_files
        counted = files is not None and use_of(files.path) is FileUse.FRAGMENTS
        for name, slot in self.slots.items():
            slot.show_path(getattr(files, name) if files is not None else None)
        self.slots["fragments"].setVisible(not counted)
        self.slots["peaks"].setVisible(counted)
        paired = query is not None and query.pairing is not None
        self.unpair.setVisible(paired or loader.same_cells)
        self.unpair.setChecked(paired)

    def _show_assembly(self) -> None:
        self.assembly_form.show_parameters(self.workspace.session.recipe.gene_activity)
        self._show_depth()
        self.refresh_notice()

    def _go_on(self) -> None:
        self.workspace.navigation.requested.emit("gene_activity")

    def _open_example(self) -> None:
        self.workspace.loader.open_example()


def _arranged(plot: QWidget, table: QWidget, picture: QWidget) -> QWidget:
    left = column(plot, table, spacing=2 * GRID)
    left.setStretch(0, 1)
    left.setStretch(1, 1)
    layout = row(boxed(left), picture, spacing=2 * GRID)
    layout.setStretch(0, 1)
    layout.setStretch(1, 1)
    return boxed(layout)
