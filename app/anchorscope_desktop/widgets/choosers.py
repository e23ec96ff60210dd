"""Asking for files with the system's own dialogs."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFileDialog, QMessageBox, QWidget

from anchorscope_desktop.plotting.literal import literal

DATA_FILES = "Single-cell data (*.h5ad *.h5mu *.h5 *.hdf5 *.mtx *.mtx.gz);;All files (*)"
QUERY_FILES = ("Single-cell data (*.h5ad *.h5mu *.h5 *.hdf5 *.mtx *.mtx.gz *.tsv.gz *.tsv *.bed.gz *.txt.gz);;"
               "Fragments (*.tsv.gz *.tsv *.bed.gz *.txt.gz);;All files (*)")
FRAGMENT_FILES = "Fragments (*.tsv.gz *.tsv *.bed.gz *.txt.gz);;All files (*)"
PEAK_FILES = "Peaks (*.bed *.bed.gz *.h5ad *.h5);;All files (*)"
LABEL_FILES = "Tables (*.csv *.tsv *.txt *.csv.gz *.tsv.gz);;All files (*)"
GENE_FILES = ("Genes (*.gtf *.gtf.gz *.gff *.gff.gz *.gff3 *.gff3.gz *.bed *.bed.gz);;All files (*)")
MAPPING_FILES = "Table of names (*.csv *.tsv *.txt);;All files (*)"
PANEL_FILES = "Marker panel (*.csv);;All files (*)"


class DialogChooser:
    """Remembers the folder between questions."""

    def __init__(self) -> None:
        self.parent: QWidget | None = None

    def open_file(self, title: str, filters: str) -> Path | None:
        """Return an existing file, or nothing."""
        chosen, _ = QFileDialog.getOpenFileName(self.parent, title, self._folder(), filters)
        return self._remember(chosen)

    def open_folder(self, title: str) -> Path | None:
        """Return an existing folder, or nothing."""
        return self._remember(QFileDialog.getExistingDirectory(self.parent, title, self._folder()))

    def save_file(self, title: str, suggestion: str, filters: str) -> Path | None:
        """Return where to write, with a suffix of `filters`, or nothing; it is asked before a file is replaced."""
        start = str(Path(self._folder()) / suggestion)
        while chosen := QFileDialog.getSaveFileName(self.parent, title, start, filters)[0]:
            path = with_suffix(Path(chosen), suggestion, filters)
            # The dialog has asked about the name that was typed. Its own default suffix would leave out names that
            # have a dot.
            if path == Path(chosen) or not path.exists() or self._may_replace(path):
                return self._remember(str(path))
            start = chosen
        return None

    def _may_replace(self, path: Path) -> bool:
        buttons = QMessageBox.StandardButton
        question = literal(f"{path.name} is already in {path.parent}. Replace it?")
        return QMessageBox.warning(self.parent, "Replace the file", question, buttons.Yes | buttons.No,
                                   buttons.No) == buttons.Yes

    def pick_colour(self, title: str, present: str) -> str | None:
        """Return another colour as ``#rrggbb``, or nothing."""
        found = QColorDialog.getColor(QColor(present), self.parent, title)
        return found.name() if found.isValid() else None

    def _folder(self) -> str:
        return str(QSettings().value("files/folder", str(Path.home())))

    def _remember(self, chosen: str) -> Path | None:
        if not chosen:
            return None
        QSettings().setValue("files/folder", str(Path(chosen).parent))
        return Path(chosen)


def with_suffix(path: Path, suggestion: str, filters: str) -> Path:
    """Return `path`, with the suffix of `suggestion` behind its name where it has none of those in `filters`."""
    known = re.findall(r"\*(\.\w+)", filters)
    return path if path.suffix.lower() in known else path.with_name(path.name + Path(suggestion).suffix)
