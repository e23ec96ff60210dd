"""What a file was recognised as, in words."""

from __future__ import annotations

from anchorscope.results import LabelColumn, Recognised

_VALUES = {"counts": "raw counts", "log": "log-normalised values"}


def facts_of(recognised: Recognised) -> tuple[list[tuple[str, str]], list[str]]:
    """Return names and values, and the remarks."""
    features = "Genes" if recognised.kind == "RNA" else "Peaks" if recognised.kind == "ATAC" else "Features"
    facts = [("File", recognised.path.name), ("Format", f"{recognised.format}, {recognised.kind}"),
             ("Cells", f"{recognised.n_cells:,}"), (features, f"{recognised.n_features:,}"),
             ("Values", _VALUES.get(recognised.values, recognised.values))]
    if recognised.assembly is not None:
        facts.append(("Assembly", recognised.assembly))
    if recognised.label_columns:
        facts.append(("Labels", "\n".join(map(_column, recognised.label_columns))))
    return facts, list(recognised.notes)


def _column(column: LabelColumn) -> str:
    missing = f", {column.n_missing:,} cells without" if column.n_missing else ""
    return f"{column.name} ({column.n_types} types{missing})"
