"""Read a table that maps names of types to others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from anchorscope.errors import InputError
from anchorscope.io.atomic import atomic_path
from anchorscope.io.pairs import Pair, pairs, read_lines, write_pairs

SHAPE = "give a CSV file with the columns from and to, one line per name, for example “CD14 Mono,Mono”"

HEADERS = (("from", "to"), ("truth", "reference"), ("fine", "coarse"))
"""First lines that are no names, in lower case."""


def read_mapping(path: Path | str) -> tuple[Pair, ...]:
    """Read a mapping of type names: columns from and to, separated by comma, semicolon or tab; a header may lead.

    Parameters
    ----------
    path
        The file; lines that begin with ``#`` are comments.

    Returns
    -------
    tuple of (from, to)
        In the order of the file; several names may lead to one.

    Raises
    ------
    InputError
        If the file is no such table, or maps one name to two.
    """
    name = Path(path).name
    lines = read_lines(path, "a mapping table", SHAPE)
    found = tuple(dict.fromkeys(pairs(lines, HEADERS, f"mapping table {name}", "two names", SHAPE)))
    if not found:
        raise InputError(f"The mapping table {name} maps no name", "no lines", SHAPE)
    table: dict[str, str] = {}
    for source, target in found:
        if table.setdefault(source, target) != target:
            raise InputError(f"The mapping table {name} maps “{source}” to two names",
                             f"“{table[source]}” and “{target}”", "keep one of the two lines")
    return found


def write_mapping(path: Path | str, mapping: Iterable[Pair]) -> None:
    """Write a mapping as CSV with the columns from and to; `read_mapping` gives the same.

    Raises
    ------
    OutputError
        If the file cannot be written; nothing is left behind.
    """
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        write_pairs(file, HEADERS[0], mapping)
