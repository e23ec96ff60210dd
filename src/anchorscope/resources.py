"""Where the files that travel with the program lie: a checkout, an installed package or a frozen bundle."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """Return the path of a file or folder under `resources`.

    Parameters
    ----------
    parts
        Path below the resources folder, for example ``"genes", "GRCh38.tsv.gz"``.

    Raises
    ------
    FileNotFoundError
        If the program was installed without it.
    """
    for root in _roots():
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"The installation lacks {'/'.join(parts)}; install Anchorscope again.")


def _roots() -> list[Path]:
    here = Path(__file__).resolve().parent
    # The attribute exists in a frozen program only: the folder into which the bundle was unpacked.
    bundle = getattr(sys, "_MEIPASS", None)
    frozen = [Path(bundle) / "resources"] if bundle else []
    return [*frozen, here / "_resources", here.parents[1] / "resources"]
