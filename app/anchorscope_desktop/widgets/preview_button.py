"""A button that computes some stages before the rest of a run."""

from __future__ import annotations

import html

from PySide6.QtWidgets import QPushButton

from anchorscope_desktop.state.foresight import foreseen_alone
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import button


def preview_button(workspace: Workspace, text: str, tip: str, stages: tuple[str, ...], topic: str) -> QPushButton:
    """Return a button that is enabled while the stages can be computed; its tooltip says how long it takes, or why not.

    Parameters
    ----------
    workspace
        The state.
    text, tip
        What it says and what its tooltip begins with.
    stages
        What it computes, with what these stages need.
    topic
        Where is said what goes wrong.
    """
    made = button(text, lambda: workspace.previews.compute(stages, topic))

    def look() -> None:
        obstacle = workspace.previews.obstacle(*stages)
        made.setEnabled(not obstacle)
        said = f"{obstacle}." if obstacle else foreseen_alone(workspace.session, stages)
        made.setToolTip(f"<p>{tip}</p>" + (f"<p>{html.escape(said, quote=False)}</p>" if said else ""))

    for signal in (workspace.session.inputs_changed, workspace.session.recipe_changed, workspace.runner.started,
                   workspace.runner.finished, workspace.session.outcome_changed):
        signal.connect(lambda *_: look())
    look()
    return made
