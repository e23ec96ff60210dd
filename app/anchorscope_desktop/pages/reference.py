"""Page 1: the scRNA-seq reference and where its labels come from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from anchorscope.parameters import CLUSTER_AND_NAME
from anchorscope.results import ReferenceJob
from anchorscope_desktop.pages.frame import EXAMPLE_TIP, Page, section, stacked
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.fitting import types_there
from anchorscope_desktop.state.foresight import foreign, too_small
from anchorscope_desktop.state.naming import names_outdated, panel_doubted
from anchorscope_desktop.state.notices import REFERENCE, Action, Notice, Weight
from anchorscope_desktop.state.steps import REFERENCE_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.naming_heatmap import NamingHeatmap
from anchorscope_desktop.views.own_map import OwnReferenceMap
from anchorscope_desktop.views.panel_editor import PanelEditor
from anchorscope_desktop.views.recent_list import RecentList
from anchorscope_desktop.views.reference_map import ReferenceMap
from anchorscope_desktop.widgets.basics import boxed, button, column, row
from anchorscope_desktop.widgets.choosers import DATA_FILES, LABEL_FILES
from anchorscope_desktop.widgets.drop_area import DropArea
from anchorscope_desktop.widgets.file_facts import FileFacts
from anchorscope_desktop.widgets.file_slot import FileSlot
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.preview_button import preview_button
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.settings import bound_form

NEXT_TIP = "When this side is as it should be: the query is chosen next"
PURPOSE = "The annotated scRNA-seq cells whose types will be carried over."
CLUSTERED = "cluster and name"
NO_COLUMNS = Notice("The reference has no column that could serve as labels, so its cells are clustered and named "
                    "with the marker panel. Or add labels as a table by barcode, on the left.")
OUTDATED = Notice("Files or settings are not those of the last run. Press Run to bring the results up to date.")
NAMES_OUTDATED = "Names were given by hand to the clusters of the last run; the next run will find other clusters."
DROP_TITLE = "Drop an scRNA-seq file here"
DROP_TEXT = ("Cells by genes with raw counts: h5ad, h5mu, 10x h5, or a folder with matrix.mtx or "
             "of Zarr (File > Open folder…). A multiome file fills both sides.")
NAME_TIP = "Cluster the cells and name the clusters now, without the rest of a run, to see and correct the names first"
MAP_TIP = ("Draw the map of these cells now, without a query and without the rest of a run; it can be coloured by "
           "type, column, depth or gene")
NAMES, MAP = "names", "map"
LABELS_TIP = ("CSV or TSV with barcodes in one column and cell types in the others. They become columns of the "
              "reference, and the first one its labels.")


class ReferencePage(Page):
    """Opens the reference, says what it is, and asks where its labels come from."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, REFERENCE_STEP, PURPOSE, (REFERENCE,))
        self.facts = FileFacts(peaks=False)
        self.labels = FileSlot("Labels from a table", LABELS_TIP)
        self.form = bound_form(workspace.session, "reference")
        self.switch = Segments((NAMES, MAP), ("The marker panel and the names of the clusters", "Where the cells lie"))
        self.add_control(self.switch)
        self.open_button = self.add_action("Open…", Symbol.OPEN, self.open_file, tip="Open a reference (Ctrl+O)")
        self.first_button = self.add_action("Open a file…", Symbol.OPEN, self.open_file, primary=True,
                                            tip="Open a reference (Ctrl+O)")
        self.run_button = self.add_run(primary=False)
        self.next_button = self.add_action("Continue to Query", Symbol.NEXT, self._go_on, primary=True, tip=NEXT_TIP)
        self.recent = RecentList(workspace, self)
        self.drop_area = DropArea(workspace.appearance.theme, DROP_TITLE, DROP_TEXT,
                              button("Open the example", self._open_example, tip=EXAMPLE_TIP),
                              below=self.recent)
        self.name_button, self.map_button = self._name_button(), self._map_button()
        controls = boxed(column(section("File", self.facts),
                                section("Labels", self.form, self.name_button, self.labels),
                                section("Map", self.map_button), None, spacing=3 * GRID))
        self._pictures = QStackedWidget()
        self._pictures.addWidget(self.drop_area)
        self.panel, self.naming = PanelEditor(workspace), NamingHeatmap(workspace)
        self._pictures.addWidget(_beside(self.panel, self.naming))
        self.map, self.own_map = ReferenceMap(workspace), OwnReferenceMap(workspace)
        self.naming.offer_remedy(self._name_button())
        self.own_map.offer_remedy(self._map_button())
        self._maps = stacked(self.map, self.own_map)
        self._pictures.addWidget(self._maps)
        self.set_body(controls, self._pictures)
        self._connect()
        self._show_state()

    def open_file(self) -> None:
        """Ask for a file and read it."""
        path = self.workspace.chooser.open_file("Open an scRNA-seq reference", DATA_FILES)
        if path is not None:
            self.workspace.loader.open_reference(path)

    def choose_labels(self) -> None:
        """Ask for a table of labels and read the reference again with it."""
        path = self.workspace.chooser.open_file("Open a table of labels", LABEL_FILES)
        if path is not None:
            self._use_labels(path)

    def standing_notice(self) -> Notice | None:
        """Return that the cells are too few, the species differ, names will not fit, or there are no columns."""
        session = self.workspace.session
        if session.reference is None:
            return None
        few = too_small(ReferenceJob(session.reference, session.recipe))
        if few is not None:
            return few
        conflict = foreign(session.reference, session.query)
        if conflict is not None:
            return conflict
        if names_outdated(self.workspace.previews.named, session.recipe):
            return Notice(NAMES_OUTDATED, Weight.WARNING, Action("Take the names back", self._forget_names))
        doubt = panel_doubted(self.workspace.previews.named, session.recipe)
        if doubt:
            return Notice(f"{doubt} {OUTDATED.text}" if session.outdated else doubt, Weight.WARNING)
        if session.outdated:
            return OUTDATED
        return NO_COLUMNS if not session.reference.recognised.label_columns else None

    def begin(self) -> None:
        """Begin at the top with the names."""
        super().begin()
        self._look_at(NAMES)

    def _name_button(self) -> QPushButton:
        return preview_button(self.workspace, "Name the clusters", NAME_TIP, ("labels",), REFERENCE)

    def _map_button(self) -> QPushButton:
        return preview_button(self.workspace, "Draw the map", MAP_TIP, ("reference_map", "labels"), REFERENCE)

    def _connect(self) -> None:
        self.workspace.session.inputs_changed.connect(self._show_state)
        self.workspace.session.recipe_changed.connect(self._show_labels)
        self.facts.repair_requested.connect(
            lambda name, value: self.workspace.loader.repair(REFERENCE, name, value))
        self.workspace.own_reference.changed.connect(self._show_map)
        self.workspace.steps.changed.connect(self.refresh_notice)
        self.workspace.previews.changed.connect(self.refresh_notice)
        self.workspace.steps.changed.connect(self._show_map)
        self.switch.changed.connect(self._show_labels)
        self.map_button.clicked.connect(lambda: self._look_at(MAP))
        self.name_button.clicked.connect(lambda: self._look_at(NAMES))
        self.labels.choose_requested.connect(self.choose_labels)
        self.labels.clear_requested.connect(lambda: self._use_labels(None))
        self.workspace.appearance.changed.connect(lambda: self.drop_area.set_theme(self.workspace.appearance.theme))

    def _use_labels(self, path: Path | None) -> None:
        files = self.workspace.loader.reference_files
        if files is not None:
            self.workspace.loader.change_reference(replace(files, labels=path))

    def _show_state(self) -> None:
        reference, files = self.workspace.session.reference, self.workspace.loader.reference_files
        loaded = reference is not None
        for widget in (self.controls, self.switch, self.open_button, self.run_button, self.next_button):
            widget.setVisible(loaded)
        self.first_button.setVisible(not loaded)
        if reference is None:
            self._pictures.setCurrentIndex(0)
        else:
            self.facts.show_file(reference.recognised)
            self.labels.show_path(files.labels if files is not None else None)
            columns = [(one.name, f"{one.name} ({one.n_types})") for one in reference.recognised.label_columns]
            self.form.set_choices("labels", [(CLUSTER_AND_NAME, CLUSTERED), *columns])
            self._show_labels()
        self.refresh_notice()

    def _offer_types(self) -> None:
        """List the types that the cells can have, to be left out."""
        session = self.workspace.session
        self.form.offer("left_out", types_there(session.recipe.reference.labels, session.recipe, session.reference))

    def _show_labels(self) -> None:
        if self.workspace.session.reference is not None:
            clustered = self.workspace.session.recipe.reference.labels == CLUSTER_AND_NAME
            self._offer_types()
            self.form.set_used(("resolution", "naming", "n_neighbors"), used=clustered)
            self.name_button.setVisible(clustered)
            self.switch.setVisible(clustered)
            self._pictures.setCurrentIndex(1 if clustered and self.switch.value == NAMES else 2)
            self.refresh_notice()

    def _look_at(self, what: str) -> None:
        self.switch.choose(what)
        self._show_labels()

    def _show_map(self) -> None:
        """Show the map of the run or, where there is none of these cells, their own."""
        self._maps.setCurrentIndex(int(self.workspace.own_reference.leads))

    def _forget_names(self) -> None:
        self.workspace.session.set_recipe(replace(self.workspace.session.recipe, names=()))

    def _go_on(self) -> None:
        self.workspace.navigation.requested.emit("query")

    def _open_example(self) -> None:
        self.workspace.loader.open_example()


def _beside(editor: QWidget, picture: QWidget) -> QWidget:
    layout = row(editor, picture, spacing=2 * GRID)
    layout.setStretch(1, 1)
    return boxed(layout)
