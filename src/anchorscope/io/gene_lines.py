"""Single lines of GTF, GFF3 and BED files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_GTF = re.compile(r'(\w+) "([^"]*)"|(\w+) ([^";]+)')

_BIOTYPES = ("gene_biotype", "gene_type", "biotype")

_GENE_KINDS = ("gene", "protein_coding_gene", "pseudogene", "ncrna_gene")
"""Third column of a line that describes a gene; GFF3 files of some sources write what kind."""

PARTS = ("transcript", "mRNA", "exon", "CDS")
"""Third column of lines from which genes can be put together, best first."""


@dataclass(frozen=True)
class Gene:
    """One gene or part of one: a closed interval counted from 1; `biotype` is ``""`` where the file has none."""

    gene_id: str
    symbol: str
    chrom: str
    start: int
    end: int
    strand: str
    biotype: str


def is_gene_line(kind: str) -> bool:
    """Whether the third column of a GTF or GFF3 line says that the line is a gene."""
    return kind.lower() in _GENE_KINDS


def from_gff(columns: list[str]) -> Gene | None:
    """Read the nine columns of a GTF or GFF3 line; ``None`` if they are not nine, or name no gene."""
    if len(columns) < 9 or not (columns[3].isdecimal() and columns[4].isdecimal()):
        return None
    given = _attributes(columns[8])
    gene_id = given.get("gene_id") or _identifier(given.get("ID", "")) or _identifier(given.get("Parent", ""))
    if not gene_id:
        return None
    symbol = given.get("gene_name") or given.get("gene") or given.get("Name") or gene_id
    biotype = next((given[name] for name in _BIOTYPES if name in given), "")
    return Gene(gene_id, symbol, columns[0], int(columns[3]), int(columns[4]), columns[6], biotype)


def from_bed(columns: list[str]) -> Gene | None:
    """Read six or more columns of a BED line; ``None`` if they are fewer or no interval."""
    if len(columns) < 6 or not (columns[1].isdecimal() and columns[2].isdecimal()) or columns[5] not in ("+", "-", "."):
        return None
    # BED counts from zero and leaves the end out.
    return Gene(columns[3], columns[3], columns[0], int(columns[1]) + 1, int(columns[2]), columns[5], "")


def _attributes(text: str) -> dict[str, str]:
    """Attributes of GTF (``name "value";``) or GFF3 (``name=value;``)."""
    first = text.split(";", 1)[0]
    if "=" in first and '"' not in first:
        pairs = (part.split("=", 1) for part in text.split(";") if "=" in part)
        return {name.strip(): unquote(value.strip()) for name, value in pairs}
    return {quoted or bare: value or plain.strip() for quoted, value, bare, plain in _GTF.findall(text)}


def _identifier(text: str) -> str:
    """Return an id without the word that Ensembl and NCBI put before it."""
    return text.removeprefix("gene:").removeprefix("gene-")
