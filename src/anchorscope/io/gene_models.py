"""Gene models that users bring: GTF, GFF3 and BED, compressed or not, as a gene table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.files import check_file
from anchorscope.io.gene_lines import PARTS, Gene, from_bed, from_gff, is_gene_line
from anchorscope.io.names import without_version
from anchorscope.io.peaks import STANDARD_CHROMOSOMES, prefixed
from anchorscope.io.text import read_lines
from anchorscope.parameters import AS_IS, AUTOMATIC
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import GeneTable, Names

SUFFIXES = (".gtf", ".gff", ".gff3", ".bed", ".gtf.gz", ".gff.gz", ".gff3.gz", ".bed.gz")
"""Suffixes of the gene models that can be read."""

CODING = "protein_coding"
"""The biotype that is kept, where the file has biotypes."""

SHAPE = "give a GTF or GFF3 file, or a BED file with at least six columns"


def read_gene_model(path: Path | str, progress: Progress = SILENT, chromosomes: str = AUTOMATIC) -> GeneTable:
    """Read a gene model as a gene table.

    Parameters
    ----------
    path
        A GTF, GFF3 or BED file, compressed by gzip or not. Of a file without genes, as some write GTF, and of BED
        files of transcripts, genes are put together from their parts.
    progress
        Hears the fraction read.
    chromosomes
        `AUTOMATIC` adds the prefix ``chr`` and keeps the standard chromosomes of human and mouse; `AS_IS` keeps all
        chromosomes, as they are named.

    Returns
    -------
    GeneTable
        One row per gene id, in the order of the file; protein-coding genes where the file tells biotypes. Ensembl ids
        lose their version. `GeneTable.assembly` is the name of the file without suffix.

    Raises
    ------
    InputError
        If the file is no gene model, or holds no protein-coding gene on a standard chromosome.
    """
    path = check_file(path, SUFFIXES, SHAPE)
    genes = _merged(_genes(path, progress))
    if not genes:
        raise InputError(f"No gene could be read from {path.name}", "no line that describes a gene with its strand",
                         SHAPE)
    coding = [gene for gene in genes if gene.biotype == CODING] if any(gene.biotype for gene in genes) else genes
    if not coding:
        raise InputError(f"The gene model {path.name} has no protein-coding gene", f"{len(genes):,} other genes",
                         "give a gene model with protein-coding genes")
    return _table(path, _placed(coding, path, chromosomes))


def _genes(path: Path, progress: Progress) -> list[Gene]:
    if path.name.lower().endswith((".bed", ".bed.gz")):
        return [gene for gene in map(from_bed, _columns(path, progress)) if gene is not None]
    found = list(_of_kind(path, Part(progress, 0.0, 0.5)))
    # Two passes, because most files have lines for genes and need no more than the first.
    return found or list(_of_parts(path, Part(progress, 0.5, 1.0)))


def _columns(path: Path, progress: Progress) -> Iterator[list[str]]:
    skipped = ("#", "track", "browser")
    return (line.split("\t") for line in read_lines(path, progress) if line and not line.startswith(skipped))


def _of_kind(path: Path, progress: Progress) -> Iterator[Gene]:
    for columns in _columns(path, progress):
        if len(columns) > 2 and is_gene_line(columns[2]) and (gene := from_gff(columns)) is not None:
            yield gene


def _of_parts(path: Path, progress: Progress) -> Iterable[Gene]:
    found: dict[str, list[Gene]] = {kind: [] for kind in PARTS}
    for columns in _columns(path, progress):
        if len(columns) > 2 and columns[2] in found and (part := from_gff(columns)) is not None:
            found[columns[2]].append(part)
    return next((parts for parts in found.values() if parts), ())


def _merged(genes: Iterable[Gene]) -> list[Gene]:
    """One row per gene id: from the first start to the last end of its parts on the chromosome of the first."""
    merged: dict[str, Gene] = {}
    for gene in genes:
        first = merged.setdefault(gene.gene_id, gene)
        if first is not gene and (first.chrom, first.strand) == (gene.chrom, gene.strand):
            merged[gene.gene_id] = replace(first, start=min(first.start, gene.start), end=max(first.end, gene.end))
    return [gene for gene in merged.values() if gene.strand in ("+", "-") and 1 <= gene.start <= gene.end]


def _placed(genes: list[Gene], path: Path, chromosomes: str) -> list[Gene]:
    if chromosomes == AS_IS:
        return genes
    named = [replace(gene, chrom=prefixed(gene.chrom)) for gene in genes]
    kept = [gene for gene in named if gene.chrom in STANDARD_CHROMOSOMES]
    if not kept:
        shown = ", ".join(f"“{name}”" for name in dict.fromkeys(gene.chrom for gene in genes[:100]))
        raise InputError(f"No gene of {path.name} lies on a known chromosome", f"chromosomes such as {shown[:80]}",
                         "give genes on chromosomes named like chr1 or 1, or keep the names as they are")
    return kept


def _table(path: Path, genes: list[Gene]) -> GeneTable:
    name = next(path.name[: -len(suffix)] for suffix in reversed(SUFFIXES) if path.name.lower().endswith(suffix))
    return GeneTable(name, _texts(without_version(gene.gene_id) for gene in genes),
                     _texts(gene.symbol for gene in genes), _texts(gene.chrom for gene in genes),
                     np.array([gene.start for gene in genes], dtype=np.int64),
                     np.array([gene.end for gene in genes], dtype=np.int64), _texts(gene.strand for gene in genes))


def _texts(values: Iterable[str]) -> Names:
    return np.array(list(values), dtype=object)


