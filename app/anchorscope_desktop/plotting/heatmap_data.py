"""What a heatmap shows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from anchorscope.results import Floats
from anchorscope_desktop.plotting.heatmap_layout import Hit


@dataclass(frozen=True, eq=False)
class HeatmapData:
    """What a heatmap shows: `shades` (rows, columns) from 0 to 1, a text for every cell, and the names."""

    shades: Floats
    texts: tuple[tuple[str, ...], ...]
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    row_title: str
    column_title: str
    colours: dict[str, QColor]
    outlined: frozenset[tuple[int, int]] = frozenset()
    """Cells drawn with a frame."""
    short: tuple[tuple[str, ...], ...] = ()
    """Shorter texts, where there are any, for cells in which there is no room for `texts`."""

    words: tuple[tuple[str, ...], ...] = ()
    """What is told of every cell, where names and text alone do not say it."""

    def told(self, hit: Hit | None) -> str:
        """Return what there is to say of a cell or a name."""
        if hit is None:
            return ""
        row, column = hit
        if self.words and row is not None and column is not None:
            return self.words[row][column]
        parts = [f"{self.row_title} {self.row_names[row]}".strip()] if row is not None else []
        parts += [f"{self.column_title} {self.column_names[column]}".strip()] if column is not None else []
        parts += [self.texts[row][column]] if row is not None and column is not None else []
        return "\n".join(parts)

    def alike(self, other: HeatmapData) -> bool:
        """Return whether both have the same rows and columns, though one may have more columns at the end."""
        columns = zip(self.column_names, other.column_names, strict=False)
        return self.row_names == other.row_names and all(name == same for name, same in columns)
