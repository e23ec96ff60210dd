"""What a session file holds, in a few words; read without the libraries that read the session itself."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
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
    folder
        Where the first of the files is; empty if that is not known.
    name
        What the session was called when it was saved last; empty if it never was.
    """

    files: tuple[str, ...]
    cells: tuple[int, ...]
    runs: int
    folder: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """All of it in words, for example ``rna.h5ad and atac.h5ad in blood (996 and 1,024 cells, 1 run)``.

        Files of two sessions often have the same names; the session's own name or their folder tells them apart.
        """
        place = PurePath(self.folder).name
        files = " and ".join(self.files)
        return self.text_of(f"“{self.name}”" if self.name else f"{files} in {place}" if place else files)

    def text_of(self, what: str) -> str:
        """Return the same in words, with files and place said by `what`."""
        done = "nothing run yet" if not self.runs else "1 run" if self.runs == 1 else f"{self.runs} runs"
        cells = [f"{' and '.join(f'{count:,}' for count in self.cells)} cells"] if self.cells else []
        return f"{what} ({', '.join([*cells, done])})"


def summary_of(path: Path | str) -> SessionSummary | None:
    """Return what a session file holds; ``None`` if it cannot be read."""
    try:
        with ZipFile(path) as archive:
            return _summary(json.loads(archive.read(MANIFEST)))
    except (BadZipFile, OSError, zlib.error, KeyError, ValueError, TypeError, AttributeError, EOFError):
        return None


def _summary(manifest: dict[str, Any]) -> SessionSummary:
    paths = [PurePath(manifest["files"][side]["path"]) for side in SIDES if side in manifest["files"]]
    cells, saved = manifest.get("cells", {}), manifest.get("state", {}).get("view", {}).get("path", "")
    return SessionSummary(tuple(dict.fromkeys(path.name for path in paths)),
                          tuple(int(cells[side]) for side in SIDES if side in cells), len(manifest["runs"]),
                          folder=_folder_of(paths), name=PurePath(saved).stem)


def _folder_of(paths: Sequence[PurePath]) -> str:
    """Return where the first file is; a bare name tells nothing of it."""
    return str(paths[0].parent) if paths and paths[0].parent.name else ""
