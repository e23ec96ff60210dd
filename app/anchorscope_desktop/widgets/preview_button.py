"""A button that computes some stages before the rest of a run."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import button


def preview_button(workspace: Workspace, text: str, tip: str, stages: tuple[str, ...], topic: str) -> QPushButton:
    """Return a button that is enabled while the stages can be computed; where they cannot, its tooltip says why."""
    made = button(text, lambda: workspace.previews.compute(stages, topic))

    def look() -> None:
        obstacle = workspace.previews.obstacle(*stages)
        made.setEnabled(not obstacle)
        made.setToolTip(f"<p>{tip}</p>" + (f"<p>{obstacle}.</p>" if obstacle else ""))

    for signal in (workspace.session.inputs_changed, workspace.session.recipe_changed, workspace.runner.started,
                   workspace.runner.finished, workspace.session.outcome_changed):
        signal.connect(lambda *_: look())
    look()
    return made
