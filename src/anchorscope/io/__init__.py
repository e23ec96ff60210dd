"""Files to `Reference` and `Query`: what was recognised, or one sentence that says why not.

Nothing is imported before it is asked for: the window opens before the libraries that read files are there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anchorscope.io.assembly import check_assembly, recognise_assembly
    from anchorscope.io.atomic import atomic_path, check_destination
    from anchorscope.io.fragment_counts import count_in_regions
    from anchorscope.io.fragment_query import read_fragments_query, with_fragments
    from anchorscope.io.fragments import FragmentBarcodes, fragment_barcodes
    from anchorscope.io.gene_models import read_gene_model
    from anchorscope.io.gene_table import ASSEMBLIES, read_gene_table
    from anchorscope.io.labels import label_columns, labels_from_column
    from anchorscope.io.labels_file import LabelTable, read_labels, with_labels
    from anchorscope.io.load import inspect, is_multiome, read_multiome, read_query, read_reference
    from anchorscope.io.mapping import read_mapping, write_mapping
    from anchorscope.io.multiome import paired, unpair
    from anchorscope.io.panel import builtin_panels, read_panel, write_panel
    from anchorscope.io.peaks import parse_peaks
    from anchorscope.io.species import recognise_species, species_conflict
    from anchorscope.results import GeneTable

_HOMES = {
    "io.load": ("inspect", "read_reference", "read_query", "read_multiome", "is_multiome"),
    "io.multiome": ("paired", "unpair"),
    "io.fragment_query": ("read_fragments_query", "with_fragments"),
    "io.fragments": ("FragmentBarcodes", "fragment_barcodes"),
    "io.fragment_counts": ("count_in_regions",),
    "io.labels_file": ("LabelTable", "read_labels", "with_labels"),
    "io.panel": ("builtin_panels", "read_panel", "write_panel"),
    "io.mapping": ("read_mapping", "write_mapping"),
    "io.gene_table": ("ASSEMBLIES", "read_gene_table"),
    "results": ("GeneTable",),
    "io.gene_models": ("read_gene_model",),
    "io.species": ("recognise_species", "species_conflict"),
    "io.peaks": ("parse_peaks",),
    "io.assembly": ("recognise_assembly", "check_assembly"),
    "io.labels": ("label_columns", "labels_from_column"),
    "io.atomic": ("atomic_path", "check_destination"),
}
"""Module of each name."""

__all__ = [  # noqa: RUF022 - in the order of use
    "inspect",
    "read_reference",
    "read_query",
    "read_multiome",
    "is_multiome",
    "paired",
    "unpair",
    "read_fragments_query",
    "with_fragments",
    "FragmentBarcodes",
    "fragment_barcodes",
    "count_in_regions",
    "LabelTable",
    "read_labels",
    "with_labels",
    "builtin_panels",
    "read_panel",
    "write_panel",
    "read_mapping",
    "write_mapping",
    "ASSEMBLIES",
    "read_gene_table",
    "GeneTable",
    "read_gene_model",
    "recognise_species",
    "species_conflict",
    "parse_peaks",
    "recognise_assembly",
    "check_assembly",
    "label_columns",
    "labels_from_column",
    "atomic_path",
    "check_destination",
]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"anchorscope.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
