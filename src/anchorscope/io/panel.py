"""Read a marker panel from a table of two columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from anchorscope.errors import InputError
from anchorscope.io.files import check_file
from anchorscope.parameters import MarkerPanel

SHAPE = "give a CSV file with the columns type and gene, one line per marker, for example “B,MS4A1”"


HEADERS = (["type", "gene"], ["cell_type", "gene"], ["cell type", "gene"])
"""First lines that are no marker, in lower case."""


def read_panel(path: Path | str) -> MarkerPanel:
    """Read a marker panel: columns type and gene, separated by comma, semicolon or tab; a header may lead.

    Parameters
    ----------
    path
        The file; its name without suffix becomes the panel's.

    Returns
    -------
    MarkerPanel
        Entries in the order of the file, each once; a type may have several genes.

    Raises
    ------
    InputError
        If the file is no such table.
    """
    path = check_file(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"Cannot read {path.name} as a marker panel", "no text in it", SHAPE) from None
    entries = tuple(dict.fromkeys(_entries(text.splitlines(), path.name)))
    if not entries:
        raise InputError(f"The marker panel {path.name} names no marker", "no lines", SHAPE)
    return MarkerPanel(path.stem, entries)


def _entries(lines: list[str], name: str) -> Iterable[tuple[str, str]]:
    separator = next((mark for mark in "\t;" if lines and mark in lines[0]), ",")
    for number, row in enumerate(csv.reader(lines, delimiter=separator), start=1):
        cells = [cell.strip() for cell in row]
        # Spreadsheets pad lines with empty cells.
        while len(cells) > 2 and not cells[-1]:
            cells.pop()
        header = number == 1 and [cell.lower() for cell in cells[:2]] in HEADERS
        if not any(cells) or header:
            continue
        if len(cells) != 2 or not all(cells):
            raise InputError(f"Line {number} of the marker panel {name} is not a type and a gene",
                             f"“{', '.join(row)}”", SHAPE)
        yield cells[0], cells[1]
