"""Page 1: the scRNA-seq reference and where its labels come from."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from anchorscope.parameters import CLUSTER_AND_NAME
from anchorscope_desktop.pages.frame import Page, section
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import REFERENCE, Notice
from anchorscope_desktop.state.recognised import facts_of
from anchorscope_desktop.state.steps import REFERENCE_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.naming_heatmap import NamingHeatmap
from anchorscope_desktop.views.panel_editor import PanelEditor
from anchorscope_desktop.views.reference_map import ReferenceMap
from anchorscope_desktop.widgets.basics import boxed, button, column, row
from anchorscope_desktop.widgets.choosers import DATA_FILES
from anchorscope_desktop.widgets.drop_area import DropArea
from anchorscope_desktop.widgets.facts import Facts
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.settings import bound_form

PURPOSE = "The annotated scRNA-seq cells whose types will be carried over."
CLUSTERED = "cluster and name"
NO_COLUMNS = Notice("The reference has no column that could serve as labels, so its cells are clustered and named "
                    "with the marker panel.")
DROP_TITLE = "Drop an scRNA-seq file here"
DROP_TEXT = "h5ad or 10x h5, with raw counts. A 10x multiome file fills the query as well."


class ReferencePage(Page):
    """Opens the reference, says what it is, and asks where its labels come from."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, REFERENCE_STEP, PURPOSE, (REFERENCE,))
        self.facts = Facts()
        self.form = bound_form(workspace.session, "reference")
        self.open_button = self.add_action("Open…", Symbol.OPEN, self.open_file, tip="Open a reference (Ctrl+O)")
        self.first_button = self.add_action("Open a file…", Symbol.OPEN, self.open_file, primary=True)
        self.next_button = self.add_action("Continue to Query", Symbol.NEXT, self._go_on, primary=True)
        self._drop = DropArea(workspace.appearance.theme, DROP_TITLE, DROP_TEXT,
                              button("Open the example", self._open_example))
        controls = boxed(column(section("File", self.facts), section("Labels", self.form), None,
                                      spacing=3 * GRID))
        self._pictures = QStackedWidget()
        self._pictures.addWidget(self._drop)
        self.panel, self.naming = PanelEditor(workspace), NamingHeatmap(workspace)
        self._pictures.addWidget(_beside(self.panel, self.naming))
        self._pictures.addWidget(ReferenceMap(workspace))
        self.set_body(controls, self._pictures)
        self._connect()
        self._show_state()

    def open_file(self) -> None:
        """Ask for a file and read it."""
        path = self.workspace.chooser.open_file("Open an scRNA-seq reference", DATA_FILES)
        if path is not None:
            self.workspace.loader.open_reference(path)

    def standing_notice(self) -> Notice | None:
        """Return that there are no label columns, where there are none."""
        reference = self.workspace.session.reference
        return NO_COLUMNS if reference is not None and not reference.recognised.label_columns else None

    def _connect(self) -> None:
        self.workspace.session.inputs_changed.connect(self._show_state)
        self.workspace.session.recipe_changed.connect(self._show_state)
        self.workspace.appearance.changed.connect(lambda: self._drop.set_theme(self.workspace.appearance.theme))

    def _show_state(self) -> None:
        reference = self.workspace.session.reference
        loaded = reference is not None
        for widget in (self.controls, self.open_button, self.next_button):
            widget.setVisible(loaded)
        self.first_button.setVisible(not loaded)
        if reference is None:
            self._pictures.setCurrentIndex(0)
            return
        self.facts.show_facts(*facts_of(reference.recognised))
        columns = [(column.name, f"{column.name} ({column.n_types})") for column in reference.recognised.label_columns]
        self.form.set_choices("labels", [(CLUSTER_AND_NAME, CLUSTERED), *columns])
        clustered = self.workspace.session.recipe.reference.labels == CLUSTER_AND_NAME
        self.form.set_used(("resolution", "naming", "n_neighbors"), used=clustered)
        self._pictures.setCurrentIndex(1 if clustered else 2)
        self.refresh_notice()

    def _go_on(self) -> None:
        self.workspace.navigation.requested.emit("query")

    def _open_example(self) -> None:
        self.workspace.loader.open_example()


def _beside(editor: QWidget, picture: QWidget) -> QWidget:
    layout = row(editor, picture, spacing=2 * GRID)
    layout.setStretch(1, 1)
    return boxed(layout)
