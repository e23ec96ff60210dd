"""Page 6: the runs of this session, side by side."""

from __future__ import annotations

from anchorscope_desktop.pages.frame import Page
from anchorscope_desktop.state.notices import RUN
from anchorscope_desktop.state.steps import COMPARE_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.run_table import RunTable

PURPOSE = "Each run of this session, and what changed with its settings. Click a run to see it on the other pages."


class ComparePage(Page):
    """Shows the table of runs."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, COMPARE_STEP, PURPOSE, (RUN,))
        self.run_button = self.add_run()
        self.runs = RunTable(workspace)
        self.set_body(None, self.runs)
