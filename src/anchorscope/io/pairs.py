"""Read and write tables of two columns, as spreadsheets and people make them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from anchorscope.errors import InputError
from anchorscope.io.files import check_file

COMMENT = "#"
"""A line that begins with this is for people; in quotation marks it is a value like any other."""

Pair = tuple[str, str]


def read_lines(path: Path | str, what: str, shape: str) -> list[str]:
    """Read the lines of a text file.

    Parameters
    ----------
    path
        The file; a byte order mark at its beginning is no part of it.
    what
        What the file should be, with its article, for the message.
    shape
        What it should look like, as an imperative.

    Raises
    ------
    InputError
        If it is not there, empty or no text.
    """
    path = check_file(path)
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"Cannot read {path.name} as {what}", "no text in it", shape) from None


def pairs(lines: Iterable[str], headers: Iterable[Pair], table: str, row: str, shape: str) -> Iterator[Pair]:
    """Yield the two cells of every line that is neither empty nor a comment nor a leading header.

    Parameters
    ----------
    lines
        Lines of the table; comma, semicolon or tab separates, whichever the first line of the table has.
    headers
        First lines that are no values, in lower case.
    table, row
        What the whole and a line should be, for the message, for example ``marker panel blood.csv``.
    shape
        What the table should look like, as an imperative.

    Raises
    ------
    InputError
        At the first line that has not two cells.
    """
    numbered = [(number, line) for number, line in enumerate(lines, start=1)
                if line.strip() and not line.lstrip().startswith(COMMENT)]
    separator = next((mark for mark in "\t;" if numbered and mark in numbered[0][1]), ",")
    skipped = set(headers)
    for place, (number, line) in enumerate(numbered):
        cells = _cells(line, separator)
        if not cells or (place == 0 and tuple(cell.lower() for cell in cells) in skipped):
            continue
        if len(cells) != 2 or not all(cells):
            raise InputError(f"Line {number} of the {table} is not {row}", f"“{', '.join(cells)}”", shape)
        yield cells[0], cells[1]


def write_pairs(file: TextIO, header: Pair, rows: Iterable[Pair]) -> None:
    """Write a header and rows of two cells, so that `pairs` reads the same rows."""
    plain = csv.writer(file, lineterminator="\n")
    quoted = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow(header)
    for row in rows:
        (quoted if row[0].startswith(COMMENT) else plain).writerow(row)


def _cells(line: str, separator: str) -> list[str]:
    cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
    # Spreadsheets pad lines with empty cells.
    while cells and not cells[-1] and (len(cells) > 2 or not any(cells)):
        cells.pop()
    return cells
