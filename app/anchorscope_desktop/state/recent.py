"""Files that were opened last, remembered between starts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from anchorscope_desktop.state.example import of_example

SESSION, RECIPE, REFERENCE, QUERY = "session", "recipe", "reference", "query"
_KEPT = 12
_KEY = "files/recent"


@dataclass(frozen=True)
class RecentFile:
    """A file and what it was opened as: `SESSION`, `RECIPE`, `REFERENCE` or `QUERY`."""

    path: Path
    use: str


class RecentFiles(QObject):
    """The files, the latest first."""

    changed = Signal()

    @property
    def files(self) -> tuple[RecentFile, ...]:
        """Those that are still there; the example's are nobody's own, and the menu opens them."""
        return tuple(one for one in self._stored() if one.path.exists() and not of_example(one.path))

    @property
    def named(self) -> tuple[tuple[RecentFile, str], ...]:
        """The same with what to call each: by its folder, too, where another one has the same name."""
        files = self.files
        names = [one.path.name for one in files]
        folders = [f"{one.path.parent.name}/" if names.count(one.path.name) > 1 else "" for one in files]
        return tuple((one, f"{folder}{one.path.name} ({one.use})") for one, folder in zip(files, folders, strict=True))

    def add(self, path: Path, use: str) -> None:
        """Put a file on top."""
        first = RecentFile(path.resolve(), use)
        self._store([first, *(one for one in self._stored() if one != first)][:_KEPT])

    def clear(self) -> None:
        """Forget all."""
        self._store([])

    def _store(self, files: list[RecentFile]) -> None:
        QSettings().setValue(_KEY, json.dumps([[str(one.path), one.use] for one in files]))
        self.changed.emit()

    def _stored(self) -> list[RecentFile]:
        try:
            return [RecentFile(Path(path), use) for path, use in json.loads(str(QSettings().value(_KEY, "[]")))]
        except (ValueError, TypeError):
            return []
