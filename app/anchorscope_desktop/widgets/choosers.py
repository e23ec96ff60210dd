"""Asking for files with the system's own dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

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
        """Return where to write, or nothing; the dialog asks before it replaces a file."""
        start = str(Path(self._folder()) / suggestion)
        chosen, _ = QFileDialog.getSaveFileName(self.parent, title, start, filters)
        return self._remember(chosen)

    def _folder(self) -> str:
        return str(QSettings().value("files/folder", str(Path.home())))

    def _remember(self, chosen: str) -> Path | None:
        if not chosen:
            return None
        QSettings().setValue("files/folder", str(Path(chosen).parent))
        return Path(chosen)
