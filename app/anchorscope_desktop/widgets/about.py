"""What Help says of the program: versions and licences."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion

_PARTS = (("PySide6-Essentials", "LGPL-3.0"), ("pyqtgraph", "MIT"), ("QtAwesome", "MIT"), ("anndata", "BSD-3-Clause"),
          ("numpy", "BSD-3-Clause"), ("scipy", "BSD-3-Clause"), ("scikit-learn", "BSD-3-Clause"),
          ("scikit-misc", "BSD-3-Clause"), ("numba", "BSD-2-Clause"),
          ("pyranges", "MIT"))


def about_text() -> str:
    """Return the text of the About dialog."""
    parts = "".join(f"<tr><td>{name}</td><td>&nbsp;{_version(name)}&nbsp;</td><td>{licence}</td></tr>"
                    for name, licence in _PARTS)
    return (f"<h3>Anchorscope {_version('anchorscope')}</h3>"
            "<p>Names the cells of a scATAC-seq query from an annotated scRNA-seq reference.<br>"
            "Free software under the BSD 3-Clause licence.</p>"
            f"<p>Python {platform.python_version()}, Qt {qVersion()}</p><table>{parts}</table>"
            "<p>Icons: Material Design Icons (Apache-2.0). Gene coordinates: Ensembl 90.</p>")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(from source)"
