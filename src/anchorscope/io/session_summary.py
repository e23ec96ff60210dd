"""What a session file holds, in a few words; read without the libraries that read the session itself."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile

MANIFEST = "session.json"
SIDES = ("reference", "query")


@dataclass(frozen=True)
class SessionSummary:
    """Which files a session is of, and what was done with them.

    Parameters
    ----------
    files
        Names of the reference's and the query's file, those that are there; a file that is both is named once.
    cells
        Cells of the reference and of the query, of those that are there; empty in files of earlier versions.
    runs
        Finished runs.
    """

    files: tuple[str, ...]
    cells: tuple[int, ...]
    runs: int

    @property
    def text(self) -> str:
        """All of it in words, for example ``rna.h5ad and atac.h5ad (996 and 1,024 cells, 1 run)``."""
        done = "nothing run yet" if not self.runs else "1 run" if self.runs == 1 else f"{self.runs} runs"
        cells = [f"{' and '.join(f'{count:,}' for count in self.cells)} cells"] if self.cells else []
        return f"{' and '.join(self.files)} ({', '.join([*cells, done])})"


def summary_of(path: Path | str) -> SessionSummary | None:
    """Return what a session file holds; ``None`` if it cannot be read."""
    try:
        with ZipFile(path) as archive:
            return _summary(json.loads(archive.read(MANIFEST)))
    except (BadZipFile, OSError, zlib.error, KeyError, ValueError, TypeError, AttributeError, EOFError):
        return None


def _summary(manifest: dict[str, Any]) -> SessionSummary:
    names = [PurePath(manifest["files"][side]["path"]).name for side in SIDES if side in manifest["files"]]
    cells = manifest.get("cells", {})
    return SessionSummary(tuple(dict.fromkeys(names)), tuple(int(cells[side]) for side in SIDES if side in cells),
                          len(manifest["runs"]))
