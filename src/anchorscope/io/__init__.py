"""Files to `Reference` and `Query`: what was recognised, or one sentence that says why not."""

# ruff: noqa: I001, RUF022 - in the order of use
from anchorscope.io.load import inspect, read_reference, read_query, read_multiome, is_multiome
from anchorscope.io.unpair import paired, unpair
from anchorscope.io.fragment_query import read_fragments_query, with_fragments
from anchorscope.io.fragments import FragmentBarcodes, fragment_barcodes
from anchorscope.io.fragment_counts import count_in_regions
from anchorscope.io.labels_file import LabelTable, read_labels, with_labels
from anchorscope.io.panel import builtin_panels, read_panel, write_panel
from anchorscope.io.mapping import read_mapping, write_mapping
from anchorscope.io.gene_table import ASSEMBLIES, read_gene_table
from anchorscope.results import GeneTable
from anchorscope.io.gene_models import read_gene_model
from anchorscope.io.species import recognise_species, species_conflict
from anchorscope.io.peaks import parse_peaks
from anchorscope.io.assembly import check_assembly, recognise_assembly
from anchorscope.io.labels import label_columns, labels_from_column
from anchorscope.io.atomic import atomic_path, check_destination

__all__ = [
    "inspect",
    "read_reference",
    "read_query",
    "read_multiome",
    "unpair",
    "paired",
    "read_fragments_query",
    "with_fragments",
    "FragmentBarcodes",
    "fragment_barcodes",
    "count_in_regions",
    "LabelTable",
    "read_labels",
    "with_labels",
    "read_panel",
    "write_panel",
    "builtin_panels",
    "read_mapping",
    "write_mapping",
    "is_multiome",
    "atomic_path",
    "check_destination",
    "ASSEMBLIES",
    "GeneTable",
    "read_gene_table",
    "read_gene_model",
    "recognise_species",
    "species_conflict",
    "parse_peaks",
    "recognise_assembly",
    "check_assembly",
    "label_columns",
    "labels_from_column",
]
