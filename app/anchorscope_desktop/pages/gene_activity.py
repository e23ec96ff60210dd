"""Page 3: accessibility cast into gene space, shown on one gene."""

from __future__ import annotations

from anchorscope_desktop.pages.frame import Page, section
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import RUN, Notice
from anchorscope_desktop.state.steps import ACTIVITY_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.gene_by_type import GeneByType
from anchorscope_desktop.views.gene_track import GeneTrack
from anchorscope_desktop.widgets.basics import boxed, column, label
from anchorscope_desktop.widgets.settings import bound_form

PURPOSE = "Peaks in and around a gene count for it; the sum is the gene's activity, which can be compared with RNA."
NO_QUERY = Notice("Open a reference and a query first; gene activity is computed from the query's peaks.")
OUTDATED = Notice("The pictures show the last run; press Run to see the present settings.")
MODEL = "Protein-coding genes. The model says which peaks count for a gene, and how much."


class GeneActivityPage(Page):
    """Asks for the window around genes and shows what it means for one of them."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, ACTIVITY_STEP, PURPOSE, (RUN,))
        self.form = bound_form(workspace.session, "gene_activity", ("assembly",))
        self.run_button = self.add_run()
        self.track = GeneTrack(workspace)
        self.by_type = GeneByType(workspace)
        pictures = column(self.track, self.by_type, spacing=2 * GRID)
        pictures.setStretch(0, 5)
        pictures.setStretch(1, 6)
        controls = column(section("Region of a gene", label(MODEL, "muted"), self.form), None)
        self.set_body(boxed(controls), boxed(pictures))
        workspace.steps.changed.connect(self.refresh_notice)
        self.refresh_notice()

    def standing_notice(self) -> Notice | None:
        """Return what is missing, or that the pictures are older than the settings."""
        if not self.workspace.session.complete:
            return NO_QUERY
        return OUTDATED if self.workspace.session.outdated else None
