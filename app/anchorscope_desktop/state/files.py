"""Which files make up each side, and what a dropped file is good for."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope.parameters import Repairs

if TYPE_CHECKING:
    from anchorscope.io.inputs import Inputs

UNOPENED = "Could not be opened"
"""What the job bar says of a file that was refused."""

_GENE_MODELS = (".gtf", ".gff", ".gff3")
_TEXTS = (".tsv", ".txt", ".csv", ".bed")
_BARCODE = re.compile(r"[ACGTN]{8,}", re.IGNORECASE)
_LOOKED_AT = 200


@dataclass(frozen=True)
class ReferenceFiles:
    """The reference's file, a table of labels to go with it, and what is mended while it is read."""

    path: Path
    labels: Path | None = None
    repairs: Repairs = field(default_factory=Repairs)


@dataclass(frozen=True)
class QueryFiles:
    """The query's file, what goes with it, and what is mended while it is read."""

    path: Path
    peaks: Path | None = None
    fragments: Path | None = None
    annotation: Path | None = None
    labels: Path | None = None
    repairs: Repairs = field(default_factory=Repairs)


class FileUse(IntEnum):
    """What a file can be, in the order in which several are to be read."""

    MATRIX = 0
    FRAGMENTS = 1
    PEAKS = 2
    GENES = 3
    LABELS = 4


def inputs_of(reference: ReferenceFiles | None, query: QueryFiles | None) -> Inputs:
    """Return both sides as the core takes them; a side that is not there borrows the other's file."""
    from anchorscope.io.inputs import Inputs

    first = reference or ReferenceFiles(query.path if query is not None else Path())
    second = query or QueryFiles(first.path)
    return Inputs(first.path, second.path, second.peaks, second.fragments, second.annotation, first.labels,
                  second.labels, first.repairs, second.repairs)


def use_of(path: Path) -> FileUse:
    """Tell by the name and, for text, by the first line what a file can be."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(_GENE_MODELS):
        return FileUse.GENES
    if name.endswith(".csv") or not name.endswith(_TEXTS):
        return FileUse.LABELS if name.endswith(".csv") else FileUse.MATRIX
    return _use_of_text(name, _first_line(path).split("\t"))


def in_order(paths: Sequence[Path]) -> list[tuple[FileUse, Path]]:
    """Return each file with its use, those first that others belong to."""
    return sorted(((use_of(path), path) for path in paths), key=lambda item: item[0])


def _use_of_text(name: str, cells: list[str]) -> FileUse:
    interval = len(cells) >= 3 and cells[1].isdigit() and cells[2].isdigit()
    if not interval:
        return FileUse.PEAKS if name.endswith(".bed") else FileUse.LABELS
    if name.endswith(".bed"):
        if len(cells) >= 6 and cells[5] in ("+", "-"):
            return FileUse.GENES
        barcoded = len(cells) in (4, 5) and bool(_BARCODE.search(cells[3]))
        return FileUse.FRAGMENTS if barcoded or "fragment" in name else FileUse.PEAKS
    return FileUse.FRAGMENTS if len(cells) >= 4 else FileUse.PEAKS


def _first_line(path: Path) -> str:
    """Return the first line that is no comment, or nothing where there is none that could be read."""
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8", errors="replace") as file:
            for _, line in zip(range(_LOOKED_AT), file, strict=False):
                if line.strip() and not line.startswith(("#", "track", "browser")):
                    return line.rstrip("\n")
    except (OSError, EOFError):
        return ""
    return ""
