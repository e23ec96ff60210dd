"""What can be done at once with a file that was written: open it, or see it in its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from anchorscope_desktop.state.notices import Action, Notice, Notices

OPEN, SHOW = "Open", "Show in folder"
NOT_OPENED = "{path} could not be opened: no program for it was found; open it from your file manager."
_READ_ANYWHERE = (".html",)
"""What every computer has a program for; anything else might be opened by one that cannot read it."""


def with_ways(said: Notice, path: Path, notices: Notices, topic: str) -> Notice:
    """Return what is said of a file that was written, with a click that shows its folder or opens the file."""
    def way(text: str, there: Path) -> Action:
        return Action(text, lambda: _open(there, notices, topic))

    folder = way(SHOW, path.parent)
    if path.suffix.lower() in _READ_ANYWHERE:
        return replace(said, action=way(OPEN, path), other=folder)
    return replace(said, action=folder)


def _open(path: Path, notices: Notices, topic: str) -> None:
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        notices.error(topic, NOT_OPENED.format(path=path))
