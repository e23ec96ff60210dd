"""A button that computes one stage before the rest of a run."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import button


def preview_button(workspace: Workspace, text: str, tip: str, stage: str, topic: str) -> QPushButton:
    """Return a button that is enabled while the stage can be computed; where it cannot, its tooltip says why."""
    made = button(text, lambda: workspace.previews.compute(stage, topic))

    def look() -> None:
        obstacle = workspace.previews.obstacle(stage)
        made.setEnabled(not obstacle)
        made.setToolTip(f"<p>{tip}</p>" + (f"<p>{obstacle}.</p>" if obstacle else ""))

    for signal in (workspace.session.inputs_changed, workspace.session.recipe_changed, workspace.runner.started,
                   workspace.runner.finished, workspace.session.outcome_changed):
        signal.connect(lambda *_: look())
    look()
    return made
