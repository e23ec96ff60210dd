"""Page 2: the scATAC-seq query and its own space."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from anchorscope.parameters import GeneActivityParameters
from anchorscope_desktop.pages.frame import Page, section
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import QUERY, Notice
from anchorscope_desktop.state.recognised import facts_of
from anchorscope_desktop.state.steps import QUERY_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.depth_plot import DepthPlot
from anchorscope_desktop.views.query_map import QueryMap
from anchorscope_desktop.widgets.basics import boxed, button, column, row
from anchorscope_desktop.widgets.choosers import DATA_FILES
from anchorscope_desktop.widgets.drop_area import DropArea
from anchorscope_desktop.widgets.facts import Facts
from anchorscope_desktop.widgets.form import ParameterForm
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.settings import bound_form

PURPOSE = "The scATAC-seq cells that are to be named."
UNPAIRED = Notice("This file holds both assays of the same cells. They were taken apart; which cells belong "
                  "together is kept as the answer key and used for grading only.")
DROP_TITLE = "Drop an scATAC-seq file here"
DROP_TEXT = "h5ad or 10x h5, cells by peaks, with raw counts. A 10x multiome file fills the reference as well."
_LATER = ("upstream", "downstream", "scale_factor")


class QueryPage(Page):
    """Opens the query, says what it is, and asks for the assembly and the LSI settings."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, QUERY_STEP, PURPOSE, (QUERY,))
        self.facts = Facts()
        self.assembly_form = ParameterForm(workspace.session.recipe.gene_activity, _LATER)
        self.lsi_form = bound_form(workspace.session, "lsi")
        self.open_button = self.add_action("Open…", Symbol.OPEN, self.open_file, tip="Open a query (Ctrl+Shift+O)")
        self.first_button = self.add_action("Open a file…", Symbol.OPEN, self.open_file, primary=True)
        self.next_button = self.add_action("Continue to Gene activity", Symbol.NEXT, self._go_on, primary=True)
        self._drop = DropArea(workspace.appearance.theme, DROP_TITLE, DROP_TEXT,
                              button("Open the example", self._open_example))
        controls = boxed(column(section("File", self.facts), section("Genome", self.assembly_form),
                                      section("Accessibility space (LSI)", self.lsi_form), None, spacing=3 * GRID))
        self._pictures = QStackedWidget()
        self._pictures.addWidget(self._drop)
        self.depth_plot, self.map = DepthPlot(workspace), QueryMap(workspace)
        self._pictures.addWidget(_beside(self.depth_plot, self.map))
        self.set_body(controls, self._pictures)
        self._connect()
        self._show_state()

    def open_file(self) -> None:
        """Ask for a file and read it."""
        path = self.workspace.chooser.open_file("Open an scATAC-seq query", DATA_FILES)
        if path is not None:
            self.workspace.loader.open_query(path)

    def standing_notice(self) -> Notice | None:
        """Return that a multiome file was taken apart, where it was."""
        query = self.workspace.session.query
        return UNPAIRED if query is not None and query.pairing is not None else None

    def _connect(self) -> None:
        self.workspace.session.inputs_changed.connect(self._show_state)
        self.workspace.session.recipe_changed.connect(self._show_assembly)
        self.assembly_form.changed.connect(self._change_assembly)
        self.workspace.appearance.changed.connect(lambda: self._drop.set_theme(self.workspace.appearance.theme))

    def _show_state(self) -> None:
        query = self.workspace.session.query
        loaded = query is not None
        self.first_button.setVisible(not loaded)
        for widget in (self.controls, self.open_button, self.next_button):
            widget.setVisible(loaded)
        self._pictures.setCurrentIndex(int(loaded))
        if query is not None:
            self.facts.show_facts(*facts_of(query.recognised))
            self.refresh_notice()

    def _show_assembly(self) -> None:
        self.assembly_form.show_parameters(self.workspace.session.recipe.gene_activity)

    def _change_assembly(self, parameters: GeneActivityParameters) -> None:
        self.workspace.loader.change_assembly(parameters)

    def _go_on(self) -> None:
        self.workspace.navigation.requested.emit("gene_activity")

    def _open_example(self) -> None:
        self.workspace.loader.open_example()


def _beside(*views: QWidget) -> QWidget:
    layout = row(*views, spacing=2 * GRID)
    for place in range(len(views)):
        layout.setStretch(place, 1)
    return boxed(layout)
