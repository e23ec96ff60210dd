"""What Help says of the program: versions and licences of all that is in it."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QWidget

from anchorscope.machine import version_of
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import column

LICENCES = {
    "PySide6-Essentials": "LGPL-3.0", "shiboken6": "LGPL-3.0", "pyqtgraph": "MIT", "QtAwesome": "MIT", "QtPy": "MIT",
    "anndata": "BSD-3-Clause", "h5py": "BSD-3-Clause", "hdf5plugin": "MIT", "numpy": "BSD-3-Clause",
    "scipy": "BSD-3-Clause", "pandas": "BSD-3-Clause", "scikit-learn": "BSD-3-Clause", "scikit-misc": "BSD-3-Clause",
    "numba": "BSD-2-Clause", "llvmlite": "BSD-2-Clause", "pyranges": "MIT", "ncls": "BSD-3-Clause",
    "sorted_nearest": "BSD-3-Clause", "zarr": "MIT", "numcodecs": "MIT", "donfig": "MIT", "google-crc32c": "Apache-2.0",
    "PyYAML": "MIT", "array-api-compat": "MIT", "cloudpickle": "BSD-3-Clause", "colorama": "BSD-3-Clause",
    "joblib": "BSD-3-Clause", "legacy-api-wrap": "MPL-2.0", "narwhals": "MIT", "natsort": "MIT",
    "packaging": "Apache-2.0", "psutil": "BSD-3-Clause", "python-dateutil": "BSD-3-Clause", "pytz": "MIT",
    "scverse-misc": "BSD-3-Clause", "session-info2": "MPL-2.0", "six": "MIT", "tabulate": "MIT",
    "threadpoolctl": "BSD-3-Clause", "tomli_w": "MIT", "typing_extensions": "PSF-2.0", "tzdata": "Apache-2.0"}
"""Every library that a packaged program carries, and the licence under which it does."""


def about_text() -> str:
    """Return what is said of the program and its parts, as HTML."""
    parts = "".join(f"<tr><td>{name}</td><td>{version_of(name)}</td><td>{licence}</td></tr>"
                    for name, licence in LICENCES.items() if version_of(name) != "unknown")
    return (f"<h3>Anchorscope {version_of('anchorscope')}</h3>"
            "<p>Names the cells of a scATAC-seq query from an annotated scRNA-seq reference. "
            "Free software under the BSD 3-Clause licence; nothing you open leaves this computer.</p>"
            "<p>Method: Stuart et al. 2019 (doi 10.1016/j.cell.2019.05.031), Stuart et al. 2021 "
            "(doi 10.1038/s41592-021-01282-5).</p>"
            f"<p>Python {platform.python_version()} (PSF-2.0), Qt {qVersion()} (LGPL-3.0)</p>"
            f"<table cellspacing='4'>{parts}</table>"
            "<p>Icons: Material Design Icons (Apache-2.0). Gene coordinates: Ensembl release 90.</p>")


class AboutDialog(QDialog):
    """Versions and licences, to be read and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Anchorscope")
        self.resize(60 * GRID, 64 * GRID)
        text = QTextBrowser()
        text.setAccessibleName("Versions and licences")
        text.setHtml(about_text())
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        self.setLayout(column(text, close, margin=2 * GRID))
