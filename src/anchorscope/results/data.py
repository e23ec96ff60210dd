"""What was read: both data sets, and what their files were taken for.

`n1` stands for reference cells, `n2` for query cells. All indices count from zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from anchorscope.declared import names_in
from anchorscope.parameters import Recipe, Repairs
from anchorscope.results.arrays import Floats, Ints, Names, require

if TYPE_CHECKING:
    import pandas as pd

    from anchorscope.counts import Counts


@dataclass(frozen=True)
class LabelColumn:
    """A column of the cell table that can serve as labels: how many types it names, how many cells it leaves out."""

    name: str
    n_types: int
    n_missing: int
    kind: str = "text"
    """``category``, ``text``, ``whole numbers`` or ``yes/no``."""

    types: tuple[str, ...] = ()
    """The types in order of first appearance."""


@dataclass(frozen=True)
class Repair:
    """One thing that was mended while reading, or could be.

    Parameters
    ----------
    name
        The setting of `anchorscope.parameters.Repairs` that decides it.
    found
        What the file has.
    done
        What was made of it; ``""`` if the repair is offered and nothing was done.
    choices
        Other values of the setting, each of which changes or undoes it.
    """

    name: str
    found: str
    done: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """What a file was taken for, in words that can be shown to the user.

    Parameters
    ----------
    path
        The file.
    format
        For example ``h5ad``, ``h5mu``, ``10x h5``, ``10x multiome h5``, ``10x MTX``.
    kind
        ``RNA``, ``ATAC`` or ``multiome``.
    n_cells, n_features
        Size; for a multiome, the features of both assays.
    values
        ``counts`` or ``log``.
    assembly
        The assembly whose genes and chromosome lengths fit the peaks; ``None`` without peaks.
    label_columns
        Columns of the cell table that can serve as labels.
    notes
        One sentence for everything inferred or left out.
    sha256
        Checksum of the file; of a folder, of the files read from it, one after the other.
    species
        ``human``, ``mouse`` or ``None``.
    modalities
        Names of the modalities in the file; one, ``RNA`` or ``ATAC``, where the file does not name them.
    repairs
        What was mended, or could be.
    settings
        The repairs that were asked for; reading the file with them gives the same data.
    """

    path: Path
    format: str
    kind: str
    n_cells: int
    n_features: int
    values: str
    assembly: str | None
    label_columns: tuple[LabelColumn, ...]
    notes: tuple[str, ...]
    sha256: str
    species: str | None = None
    modalities: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    settings: Repairs = field(default_factory=Repairs)


@dataclass(frozen=True)
class Peaks:
    """Accessible regions as closed, 1-based intervals, as their names say them.

    Parameters
    ----------
    names
        (n_peaks,) as written in the file.
    chrom
        (n_peaks,) chromosome with the ``chr`` prefix.
    start, end
        (n_peaks,) int64, both inclusive.
    """

    names: Names
    chrom: Names
    start: Ints
    end: Ints

    def __post_init__(self) -> None:
        n = len(self.names)
        require(len(self.chrom) == len(self.start) == len(self.end) == n, "peak columns differ in length")

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class GeneTable:
    """Protein-coding genes of one assembly (Ensembl release 90), in Ensembl's order.

    Several rows may share a symbol; the first of them is the gene's.

    Parameters
    ----------
    assembly
        ``GRCh38``, ``GRCh37`` or ``GRCm38``.
    gene_id, symbol
        (n_genes,) Ensembl id and gene symbol.
    chrom
        (n_genes,) chromosome with the ``chr`` prefix.
    start, end
        (n_genes,) int64, closed interval counted from 1.
    strand
        (n_genes,) ``+`` or ``-``.
    """

    assembly: str
    gene_id: Names
    symbol: Names
    chrom: Names
    start: Ints
    end: Ints
    strand: Names

    def __len__(self) -> int:
        return len(self.symbol)

    @property
    def tss(self) -> Ints:
        """(n_genes,) int64 position at which transcription starts."""
        return np.where(self.strand == "-", self.end, self.start)


@dataclass(frozen=True)
class Reference:
    """An scRNA-seq reference: one row of counts (n1, n_genes) and of `cells` (index: barcode) per cell.

    Counts are csr float32, or blocks that are read from disk.
    `colours` are those that the file has for types, as pairs of type and ``#rrggbb``, by the column of the types.
    """

    counts: Counts
    genes: Names
    cells: pd.DataFrame
    recognised: Recognised
    colours: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(self.counts.shape == (len(self.cells), len(self.genes)), "counts do not fit cells and genes")


@dataclass(frozen=True)
class Query:
    """An scATAC-seq query: one row of counts (n2, n_peaks) and of `cells` (index: barcode) per cell.

    Counts are csr float32, or blocks that are read from disk.
    `pairing` is the answer key of an un-paired multiome: (n2,) the reference row measured in the same nucleus, or -1.
    `fragments` is the fragments file of the same cells, if there is one.
    `annotation` holds the user's own genes, if there are any.
    `obsm` holds further coordinates of the cells by name, (n2, d) float64 each, that may stand in for the LSI.
    """

    counts: Counts
    peaks: Peaks
    cells: pd.DataFrame
    recognised: Recognised
    pairing: Ints | None = None
    fragments: Path | None = None
    obsm: Mapping[str, Floats] = field(default_factory=dict)
    annotation: GeneTable | None = None

    def __post_init__(self) -> None:
        require(self.counts.shape == (len(self.cells), len(self.peaks)), "counts do not fit cells and peaks")
        require(self.pairing is None or len(self.pairing) == len(self.cells), "pairing does not fit the cells")
        require(all(len(space) == len(self.cells) for space in self.obsm.values()), "coordinates do not fit the cells")


@dataclass(frozen=True)
class Job:
    """What one run works on: the two data sets and all settings."""

    reference: Reference
    query: Query
    recipe: Recipe = field(default_factory=Recipe)

    @property
    def colours(self) -> tuple[tuple[str, str], ...]:
        """Colours of types that are not left to the program; see `colours_of`."""
        return colours_of(self.reference, self.recipe)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Types that the labels do not have because the user left them out; they keep their colours from others."""
        return names_in(self.recipe.reference.left_out)


def colours_of(reference: Reference | None, recipe: Recipe) -> tuple[tuple[str, str], ...]:
    """Return pairs of type and colour: those of the reference's file first, then the user's own, which win."""
    kept = reference.colours.get(recipe.reference.labels, ()) if reference is not None else ()
    return (*kept, *recipe.colours)


@dataclass(frozen=True)
class ReferenceJob:
    """The reference alone, for what can be computed before there is a query."""

    reference: Reference
    recipe: Recipe = field(default_factory=Recipe)


@dataclass(frozen=True)
class QueryJob:
    """The query alone, for what can be computed before there is a reference."""

    query: Query
    recipe: Recipe = field(default_factory=Recipe)


AnyJob: TypeAlias = Job | ReferenceJob | QueryJob
"""Both data sets or one of them, and all settings."""
