"""The simulated example: where its files are, and which files are its own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

NAME = "Example"
"""What a session of it is called until it is saved, and the mark of its files."""


def example_folder() -> Path:
    """Return the folder of the user's cache that holds the example."""
    cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    return Path(cache) / "example"


def of_example(path: Path) -> bool:
    """Whether a file is one of the example's: it can be made again at any time, and is nobody's own."""
    return holds_example(path.resolve().parent)


def holds_example(folder: Path) -> bool:
    """Whether a folder is the example's."""
    return folder.resolve() == example_folder().resolve()
