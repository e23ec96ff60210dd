"""What a file was recognised as, in words."""

from __future__ import annotations

from anchorscope.results import LabelColumn, Recognised
from anchorscope_desktop.state.example import NAME as EXAMPLE
from anchorscope_desktop.state.example import of_example

FILE = "File"
_VALUES = {"counts": "raw counts", "log": "log-normalised values"}
_FEATURES = {"RNA": "Genes", "ATAC": "Peaks"}
_MOST = 6


def facts_of(recognised: Recognised, *, peaks: bool) -> tuple[list[tuple[str, str]], list[str]]:
    """Return names and values, and the remarks; an assembly is of peaks only, also where the file has genes as well."""
    name = recognised.path.name
    facts = [(FILE, f"{name} ({EXAMPLE})" if of_example(recognised.path) else name),
             ("Format", f"{recognised.format}, {recognised.kind}"),
             ("Cells", f"{recognised.n_cells:,}"),
             (_FEATURES.get(recognised.kind, "Features"), f"{recognised.n_features:,}"),
             ("Values", _VALUES.get(recognised.values, recognised.values)),
             ("Species", recognised.species or "not recognised")]
    if peaks:
        facts.append(("Assembly", recognised.assembly or "not recognised"))
    if len(recognised.modalities) > 1:
        facts.append(("Modalities", ", ".join(recognised.modalities)))
    columns = [_column(column) for column in recognised.label_columns]
    facts.append(("Labels", "\n".join([*columns[:_MOST], *_more(len(columns) - _MOST)]) or "no column"))
    return facts, [note for note in recognised.notes if not _told(note, recognised)]


def _told(note: str, recognised: Recognised) -> bool:
    """Whether a repair says the same, and more can be done about it there."""
    return any(repair.done and repair.done in note for repair in recognised.repairs)


def _more(n: int) -> list[str]:
    return [f"and {n} more"] if n > 0 else []


def _column(column: LabelColumn) -> str:
    missing = f", {column.n_missing:,} cells without" if column.n_missing else ""
    return f"{column.name} ({column.n_types} types{missing})"
