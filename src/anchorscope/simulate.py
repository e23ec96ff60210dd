"""A seeded pair of data sets like blood, on real gene coordinates, with known truth.

The model
---------
*Types* hang on a tree: T and NK cells share a lymphoid programme, B and plasma cells another, monocytes and dendritic
cells a third. Each programme raises or lowers a random tenth of the genes; each type adds a small programme of its own,
in which every cell takes part to its own degree, so that relatives such as CD4 T and CD8 T overlap. Two activity
programmes that have nothing to do with type run through all cells. The markers of the blood panel are set to mark
their types. The sum of all this is a cell's log expression over genes.

*RNA*: counts are negative binomial around depth x share of expression; depth is lognormal.

*Peaks*: every gene has a promoter, a peak in its body and enhancers up to 100 kb away. A peak's log accessibility is
its own level, plus its gene's log expression (relative to the mean over types) times a coupling that is weak at
promoters and stronger at enhancers, plus noise by type; a third of the distal peaks follow no gene at all. Counts are
Poisson around depth x share of accessibility; depth is lognormal. With about 7 % non-zero entries, nearly all of them
1 or 2, they are as sparse as real ones.

Reference and query are different cells of the same population.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.counts import in_memory
from anchorscope.io import atomic_path, label_columns, read_gene_table
from anchorscope.parameters import BLOOD_PANEL
from anchorscope.results import Floats, Ints, Names, Peaks, Query, Recognised, Reference

if TYPE_CHECKING:
    import pandas as pd

ASSEMBLY = "GRCh38"

SHARES = {"CD4 T": 0.28, "CD8 T": 0.16, "NK": 0.12, "B": 0.14, "Plasma": 0.015, "Mono": 0.20, "DC": 0.05,
          "Platelet": 0.035}
"""Share of the cells of each type; plasma cells are the rare one, and no marker of the panel names them."""

PROGRAMMES = {"CD4 T": ("lymphoid", "T"), "CD8 T": ("lymphoid", "T"), "NK": ("lymphoid", "killer"),
              "B": ("B lineage",), "Plasma": ("B lineage",), "Mono": ("myeloid",), "DC": ("myeloid",),
              "Platelet": ("megakaryocyte",)}
"""Programmes that each type shares with its relatives."""

_LINEAGE_GENES, _LINEAGE_EFFECT = 0.10, 1.1
_OWN_GENES, _OWN_EFFECT = 0.08, 1.9
_MARKERS = [gene for _, gene in BLOOD_PANEL.entries]
_MARKER_LEVEL, _MARKER_EFFECT, _MARKER_COUPLING = -1.0, 4.0, 0.5
_ALSO = (("CD8 T", "IL7R", 1.5), ("CD8 T", "GNLY", 1.0), ("DC", "LYZ", 1.5))
"""Types in which a marker of another type is seen, though less."""

_PROMOTER, _BODY, _DISTAL, _FREE = range(4)
_COUPLING = np.array([0.35, 0.6, 0.7, 0.0])
_LEVEL = np.array([1.0, 0.0, -0.3, -0.3])
_PEAK_CHANCE = 0.79
_CHROMATIN = 0.45
"""Chromatin tells relatives apart less sharply than RNA."""
_NOISE = 0.35
_MOST = 2.0
_RNA_DEPTH, _ATAC_DEPTH, _DEPTH_SPREAD = 1000.0, 900.0, 0.45
_DISPERSION = 0.5
_BLOCK = 500
_SPARE = 1.55


@dataclass(frozen=True)
class _World:
    """What all cells share; logarithms are natural."""

    genes: Names
    base: Floats
    """(n_genes,) log expression common to all types."""
    lineage: Floats
    """(n_types, n_genes) what the shared programmes add."""
    own: Floats
    """(n_types, n_genes) what the type's own programme adds in a cell that takes part in full."""
    activity: Floats
    """(2, n_genes) what the activity programmes add per standard deviation."""
    peaks: Peaks
    peak_gene: Ints
    """(n_peaks,) gene that each peak may follow."""
    peak_level: Floats
    peak_coupling: Floats
    """(n_peaks,) share of its gene's log expression that a peak follows."""
    peak_noise: Floats
    """(n_types, n_peaks)"""


def simulate_pair(
    n_reference: int = 1500, n_query: int = 1500, seed: int = 0, n_genes: int = 3000, n_peaks: int = 0
) -> tuple[Reference, Query]:
    """Make an annotated reference and a query with known truth, as the module's description says.

    Parameters
    ----------
    n_reference, n_query
        Number of cells; every type has at least one.
    seed
        The same seed gives the same data.
    n_genes
        Number of genes. Those beyond Ensembl's protein-coding ones have no place on the genome, as the non-coding
        genes of a real reference.
    n_peaks
        Peaks wanted, at least: the genes bring about four each, further ones follow no gene.

    Returns
    -------
    Reference, Query
        Counts csr float32; `cell_type` in both cell tables is the truth. Both hold different cells.
    """
    rng = np.random.default_rng(seed)
    world = _world(rng, n_genes, n_peaks)
    rna_types, atac_types = _types(rng, n_reference), _types(rng, n_query)
    expression, accessibility = _rna(rng, world, rna_types), _atac(rng, world, atac_types)
    cells, nuclei = _cells("rna", rna_types), _cells("atac", atac_types)
    reference = Reference(expression, world.genes, cells, _recognised("RNA", expression, cells, None))
    return reference, Query(accessibility, world.peaks, nuclei,
                            _recognised("ATAC", accessibility, nuclei, ASSEMBLY))


def write_example(
    folder: Path | str, seed: int = 0, n_reference: int = 1500, n_query: int = 1500, n_genes: int = 3000,
    n_peaks: int = 0,
) -> tuple[Path, Path]:
    """Write a simulated pair as ``rna.h5ad`` and ``atac.h5ad``, both with the truth in `cell_type`.

    Parameters
    ----------
    folder
        Where to write; it must exist.
    seed, n_reference, n_query, n_genes, n_peaks
        As for `simulate_pair`.

    Returns
    -------
    Path, Path
        Reference and query.

    Raises
    ------
    OutputError
        If the folder is not there or cannot be written.
    """
    folder = Path(folder)
    reference, query = simulate_pair(n_reference, n_query, seed, n_genes, n_peaks)
    _write(folder / "rna.h5ad", in_memory(reference.counts), reference.cells, reference.genes)
    _write(folder / "atac.h5ad", in_memory(query.counts), query.cells, query.peaks.names)
    return folder / "rna.h5ad", folder / "atac.h5ad"


# ---- what all cells share -----------------------------------------------------------------------------------------


def _world(rng: np.random.Generator, n_genes: int, n_peaks: int) -> _World:
    rows = _choose_genes(rng, n_genes)
    genes = _named(rows, n_genes)
    lineage, own = _programmes(rng, n_genes)
    base = rng.normal(0.0, 1.6, n_genes)
    _set_markers(genes, base, lineage, own)
    peaks, peak_gene, kind = _place_peaks(rng, rows, n_peaks)
    coupling = _COUPLING[kind] * rng.uniform(0.5, 1.5, len(kind))
    coupling[np.isin(genes[peak_gene], _MARKERS) & (kind != _FREE)] = _MARKER_COUPLING
    return _World(
        genes, base, lineage, own, _sparse_effects(rng, (2, n_genes), 0.1, 0.4), peaks, peak_gene,
        _LEVEL[kind] + rng.normal(0.0, 0.7, len(kind)), coupling,
        rng.normal(0.0, _NOISE, (len(SHARES), len(kind))))


def _choose_genes(rng: np.random.Generator, n_genes: int) -> Ints:
    """Rows of the gene table: the markers, and others with a start of their own and a symbol seen once."""
    table = read_gene_table(ASSEMBLY)
    first = np.zeros(len(table), dtype=np.bool_)
    first[np.unique(table.symbol.astype(str), return_index=True)[1]] = True
    first &= ~np.isin(table.chrom, ["chrM", "chrY"])
    marker = np.isin(table.symbol, _MARKERS)
    others = rng.permutation(np.flatnonzero(first & ~marker))[: n_genes - np.count_nonzero(first & marker)]
    return np.sort(np.r_[np.flatnonzero(first & marker), others])


def _named(rows: Ints, n_genes: int) -> Names:
    elsewhere = [f"NONCODING{number:05d}" for number in range(n_genes - len(rows))]
    return np.array([*read_gene_table(ASSEMBLY).symbol[rows], *elsewhere], dtype=object)


def _programmes(rng: np.random.Generator, n_genes: int) -> tuple[Floats, Floats]:
    names = list(dict.fromkeys(name for programmes in PROGRAMMES.values() for name in programmes))
    effects = _sparse_effects(rng, (len(names), n_genes), _LINEAGE_GENES, _LINEAGE_EFFECT)
    takes_part = np.array([[name in programmes for name in names] for programmes in PROGRAMMES.values()])
    lineage = takes_part @ effects
    return lineage, _sparse_effects(rng, lineage.shape, _OWN_GENES, _OWN_EFFECT)


def _sparse_effects(rng: np.random.Generator, shape: tuple[int, ...], share: float, size: float) -> Floats:
    return rng.normal(0.0, size, shape) * (rng.random(shape) < share)


def _set_markers(genes: Names, base: Floats, lineage: Floats, own: Floats) -> None:
    column = {gene: place for place, gene in enumerate(genes)}
    row = {kind: place for place, kind in enumerate(SHARES)}
    for kind, gene in BLOOD_PANEL.entries:
        base[column[gene]] = _MARKER_LEVEL
        own[:, column[gene]] = lineage[:, column[gene]] = 0.0
        lineage[row[kind], column[gene]] = _MARKER_EFFECT
    for kind, gene, effect in _ALSO:
        lineage[row[kind], column[gene]] = effect


def _place_peaks(rng: np.random.Generator, rows: Ints, n_peaks: int) -> tuple[Peaks, Ints, Ints]:
    """Peaks in genome order, the gene each belongs to and its kind; where two meet, the nearer to a promoter stays."""
    table = read_gene_table(ASSEMBLY)
    # Each gene has its promoter and, by chance, up to four more.
    kinds = np.repeat([_PROMOTER, _BODY, _DISTAL, _DISTAL, _FREE], len(rows))
    there = (kinds == _PROMOTER) | (rng.random(len(kinds)) < _PEAK_CHANCE)
    kind, gene = kinds[there], np.tile(np.arange(len(rows)), 5)[there]
    # Some of the further ones meet others and go.
    more = int(_SPARE * max(n_peaks - len(kind), 0))
    kind, gene = np.r_[kind, np.full(more, _FREE)], np.r_[gene, rng.integers(0, len(rows), more)]
    row, tss = rows[gene], table.tss[rows[gene]]
    side = rng.choice([-1, 1], len(row))
    inside = table.start[row] + (rng.uniform(0.1, 1.0, len(row)) * (table.end - table.start)[row]).astype(np.int64)
    away = tss + side * rng.integers(3_000, 100_000, len(row))
    centre = np.choose(kind, [tss + rng.integers(-200, 200, len(row)), inside, away, away])
    width = rng.integers(300, 1100, len(row))
    start = np.maximum(centre - width // 2, 1)
    kept = _apart(table.chrom[row], start, start + width, kind)
    chrom, start, end = table.chrom[row][kept], start[kept], (start + width)[kept]
    names = np.array([f"{a}:{b}-{c}" for a, b, c in zip(chrom, start, end, strict=True)], dtype=object)
    return Peaks(names, chrom, start, end), gene[kept], kind[kept]


def _apart(chrom: Names, start: Ints, end: Ints, kind: Ints) -> Ints:
    code = np.unique(chrom.astype(str), return_inverse=True)[1]
    order = np.lexsort((kind, start, code))
    while True:
        before, after = order[:-1], order[1:]
        meet = np.flatnonzero((code[before] == code[after]) & (start[after] <= end[before] + 100))
        if not len(meet):
            return order
        # Promoters have the lowest kind and stay.
        losing = np.where(kind[before[meet]] > kind[after[meet]], meet, meet + 1)
        order = np.delete(order, np.unique(losing))


# ---- the cells ----------------------------------------------------------------------------------------------------


def _types(rng: np.random.Generator, n_cells: int) -> Ints:
    """(n_cells,) type of each cell: in the given shares, every type at least once if there are enough cells."""
    share = np.array(list(SHARES.values()))
    edges = np.rint(np.cumsum(share / share.sum()) * max(n_cells - len(share), 0)).astype(np.int64)
    sizes = np.diff(edges, prepend=0) + 1
    return rng.permutation(np.repeat(np.arange(len(share)), sizes))[:n_cells]


def _log_expression(rng: np.random.Generator, world: _World, types: Ints, own: float = 1.0) -> Floats:
    """(n_cells, n_genes) relative to `base`; `own` weighs what tells a type from its relatives."""
    taking_part = own * rng.beta(3.0, 1.5, (len(types), 1))
    activity = rng.normal(size=(len(types), 2)) @ world.activity
    return world.lineage[types] + taking_part * world.own[types] + activity


def _depth(rng: np.random.Generator, median: float, n_cells: int) -> Floats:
    return median * rng.lognormal(0.0, _DEPTH_SPREAD, (n_cells, 1))


def _rna(rng: np.random.Generator, world: _World, types: Ints) -> sparse.csr_matrix:
    def counts(block: Ints) -> NDArray[np.int64]:
        rate = np.exp(world.base + _log_expression(rng, world, block))
        mean = _depth(rng, _RNA_DEPTH, len(block)) * rate / rate.sum(axis=1, keepdims=True)
        drawn: NDArray[np.int64] = rng.poisson(mean * rng.gamma(1 / _DISPERSION, _DISPERSION, mean.shape))
        return drawn

    return _by_blocks(counts, types)


def _atac(rng: np.random.Generator, world: _World, types: Ints) -> sparse.csr_matrix:
    average = world.lineage.mean(axis=0)

    def counts(block: Ints) -> NDArray[np.int64]:
        relative = _log_expression(rng, world, block, _CHROMATIN) - average
        followed = np.clip(relative[:, world.peak_gene] * world.peak_coupling, -_MOST, _MOST)
        rate = np.exp(followed + world.peak_level + world.peak_noise[block])
        mean = _depth(rng, _ATAC_DEPTH, len(block)) * rate / rate.sum(axis=1, keepdims=True)
        drawn: NDArray[np.int64] = rng.poisson(mean)
        return drawn

    return _by_blocks(counts, types)


def _by_blocks(counts: Callable[[Ints], NDArray[np.int64]], types: Ints) -> sparse.csr_matrix:
    """Draw some cells at a time, so that no dense matrix of all cells exists."""
    blocks = [types[start : start + _BLOCK] for start in range(0, len(types), _BLOCK)]
    drawn = [sparse.csr_matrix(counts(block).astype(np.float32)) for block in blocks]
    return sparse.csr_matrix(sparse.vstack(drawn, format="csr"))


# ---- as if read from files ----------------------------------------------------------------------------------------


def _cells(assay: str, types: Ints) -> pd.DataFrame:
    import pandas as pd

    names = np.array(list(SHARES), dtype=object)[types]
    barcodes = [f"{assay}_{number:06d}" for number in range(len(types))]
    return pd.DataFrame({"cell_type": pd.Categorical(names)}, index=pd.Index(barcodes, dtype=object))


def _recognised(kind: str, counts: sparse.csr_matrix, cells: pd.DataFrame, assembly: str | None) -> Recognised:
    n_cells, n_features = counts.shape
    return Recognised(Path("simulated"), "simulated", kind, n_cells, n_features, "counts", assembly,
                      label_columns(cells), (), "")


def _write(path: Path, counts: sparse.csr_matrix, cells: pd.DataFrame, features: Names) -> None:
    import anndata as ad
    import pandas as pd

    data = ad.AnnData(X=counts, obs=cells, var=pd.DataFrame(index=pd.Index(features, dtype=object)))
    with atomic_path(path) as temporary:
        data.write_h5ad(temporary, compression="gzip")
