"""Marker panels: those that travel with the program, and tables of two columns."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from anchorscope.errors import InputError
from anchorscope.io.atomic import atomic_path
from anchorscope.io.pairs import COMMENT, pairs, read_lines, write_pairs
from anchorscope.parameters import MarkerPanel
from anchorscope.resources import resource

SHAPE = "give a CSV file with the columns type and gene, one line per marker, for example “B,MS4A1”"

HEADERS = (("type", "gene"), ("cell_type", "gene"), ("cell type", "gene"))
"""First lines that are no marker, in lower case."""

NAME, SOURCE = f"{COMMENT} name:", f"{COMMENT} source:"
"""How the comments begin that hold a built-in panel's name and any panel's sources."""


def read_panel(path: Path | str) -> MarkerPanel:
    """Read a marker panel: columns type and gene, separated by comma, semicolon or tab; a header may lead.

    Parameters
    ----------
    path
        The file; its name without suffix becomes the panel's. Lines that begin with ``#`` are comments; what follows
        ``# source:`` is kept as a source.

    Returns
    -------
    MarkerPanel
        Entries in the order of the file, each once; a type may have several genes.

    Raises
    ------
    InputError
        If the file is no such table.
    """
    lines = read_lines(path, "a marker panel", SHAPE)
    name = Path(path).name
    entries = tuple(dict.fromkeys(pairs(lines, HEADERS, f"marker panel {name}", "a type and a gene", SHAPE)))
    if not entries:
        raise InputError(f"The marker panel {name} names no marker", "no lines", SHAPE)
    return MarkerPanel(Path(path).stem, entries, _after(SOURCE, lines))


def write_panel(path: Path | str, panel: MarkerPanel) -> None:
    """Write a marker panel as CSV, sources first; the file is there in full or not at all.

    Parameters
    ----------
    path
        The file; an existing one is replaced. The panel's name is not written: the file's name takes its place.
    panel
        What to write; `read_panel` gives the same entries.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{SOURCE} {source}\n" for source in panel.sources)
        write_pairs(file, HEADERS[0], panel.entries)


@cache
def builtin_panels() -> dict[str, MarkerPanel]:
    """Return the panels that travel with the program, by name, blood first.

    Notes
    -----
    Each file in ``resources/panels`` cites the work its markers come from. Human symbols stand for both species, since
    `name_clusters` finds a gene under another case; where the mouse gene has another name, both are listed.
    """
    found = [_builtin(path) for path in sorted(resource("panels").glob("*.csv"))]
    found.sort(key=lambda panel: not panel.name.startswith("Blood (seven"))
    return {panel.name: panel for panel in found}


def _builtin(path: Path) -> MarkerPanel:
    panel = read_panel(path)
    (name,) = _after(NAME, read_lines(path, "a marker panel", SHAPE))
    return MarkerPanel(name, panel.entries, panel.sources)


def _after(mark: str, lines: list[str]) -> tuple[str, ...]:
    return tuple(line.removeprefix(mark).strip() for line in lines if line.startswith(mark))
