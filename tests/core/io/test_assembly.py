"""The assembly, told from the peaks."""

from __future__ import annotations

import gzip
from pathlib import Path

import h5py
import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.io import ASSEMBLIES, check_assembly, parse_peaks, read_gene_table, read_query, recognise_assembly
from anchorscope.io.assembly import _fits
from anchorscope.io.chromosomes import chromosome_lengths, on_chromosomes, outside
from anchorscope.results import Peaks


def promoter_share(peaks: Peaks, assembly: str) -> float:
    return _fits(peaks, (assembly,))[0].share


def at(chrom: np.ndarray, start: np.ndarray, width: int = 400) -> Peaks:
    names = np.array([f"{a}:{b}-{b + width}" for a, b in zip(chrom, start, strict=True)], dtype=object)
    return Peaks(names, chrom.astype(object), start.astype(np.int64), start.astype(np.int64) + width)


def peaks_on(assembly: str, n: int = 2000, at_promoters: float = 0.15, seed: int = 0) -> Peaks:
    """Peaks of which some lie at gene starts, the others anywhere on the same chromosomes."""
    rng, genes = np.random.default_rng(seed), read_gene_table(assembly)
    rows = rng.integers(0, len(genes), n)
    offset = np.where(rng.random(n) < at_promoters, rng.integers(-800, 400, n), rng.integers(-10**7, 10**7, n))
    lengths = chromosome_lengths(assembly)
    last = np.array([lengths[chrom] for chrom in genes.chrom[rows]]) - 500_000
    # A chromosome without room for the distance, the mitochondrion, has its peaks at its genes.
    place = np.where(last > 0, np.minimum(genes.tss[rows] + offset, last), genes.tss[rows] - 500)
    return at(genes.chrom[rows], np.maximum(place, 1))


@pytest.mark.parametrize("assembly", ASSEMBLIES)
def test_recognised_from_a_few_promoters(assembly: str) -> None:
    peaks = peaks_on(assembly)
    assert recognise_assembly(peaks) == assembly
    check_assembly(peaks, assembly)


def test_share_is_that_of_peaks_within_a_thousand_bases_of_a_start() -> None:
    genes = read_gene_table("GRCh38")
    lonely = int(np.flatnonzero(genes.symbol == "MS4A1")[0])
    chrom, tss = genes.chrom[[lonely] * 4], np.array([genes.tss[lonely]] * 4)
    touching = at(chrom, tss + np.array([1000, 1001, -1000 - 50, -1000 - 51]), width=50)
    others = genes.tss[(genes.chrom == chrom[0]) & (genes.symbol != "MS4A1")]
    assert np.abs(others - tss[0]).min() > 3000
    assert promoter_share(touching, "GRCh38") == 0.5


def test_nothing_fits_displaced_peaks() -> None:
    peaks = peaks_on("GRCh38")
    moved = Peaks(peaks.names, peaks.chrom, peaks.start + 300_000, peaks.end + 300_000)
    assert recognise_assembly(moved) is None
    check_assembly(moved, "GRCh38")


def test_few_peaks_decide_nothing() -> None:
    peaks = peaks_on("GRCh38", n=8, at_promoters=1.0)
    assert recognise_assembly(peaks) is None


def test_unknown_chromosomes_fit_nothing() -> None:
    assert recognise_assembly(at(np.array(["chrUn"] * 500), np.arange(500) * 1000)) is None


def test_human_peaks_cannot_pass_for_mouse() -> None:
    with pytest.raises(InputError, match=r"do not lie on GRCm38: found .*% .* GRCh38; choose GRCh38"):
        check_assembly(peaks_on("GRCh38"), "GRCm38")


@pytest.mark.parametrize("assembly", ASSEMBLIES)
def test_every_gene_lies_on_its_chromosome(assembly: str) -> None:
    genes, lengths = read_gene_table(assembly), chromosome_lengths(assembly)
    assert all(end <= lengths[chrom] for chrom, end in zip(genes.chrom, genes.end, strict=True))
    assert list(lengths)[-3:] == ["chrX", "chrY", "chrM"]


def test_peaks_past_the_end_rule_an_assembly_out() -> None:
    # Chromosome 17 is longer in GRCh38 (83,257,441) than in GRCh37 (81,195,210) and has no such length in GRCm38.
    peaks = at(np.array(["chr17"] * 4), np.array([100, 1000, 82_000_000, 83_257_041]))
    assert [outside(peaks, assembly) for assembly in ASSEMBLIES] == [0.0, 0.5, 0.0]
    assert not on_chromosomes(peaks, "GRCh37")
    with pytest.raises(InputError, match=r"do not lie on GRCh37: found 50\.0% of them outside of its chromosomes"):
        check_assembly(peaks, "GRCh37")
    assert outside(at(np.array(["chr20", "chrUn", "chr1"]), np.array([5, 5, 5])), "GRCm38") == pytest.approx(1 / 3)


@pytest.mark.parametrize(("file", "assembly"), [("pbmc_multiome", "GRCh38"), ("cortex_snareseq", "GRCm38")])
def test_real_peaks(shared_data: Path, file: str, assembly: str) -> None:
    query = read_query(shared_data / file / "atac.h5ad")
    assert query.recognised.assembly == assembly
    assert promoter_share(query.peaks, assembly) > 2.5 * max(
        promoter_share(query.peaks, other) for other in ASSEMBLIES if other != assembly)


def test_a_small_lead_of_many_displaced_peaks_decides_nothing(shared_data: Path) -> None:
    peaks = read_query(shared_data / "cortex_snareseq" / "atac.h5ad").peaks
    moved = Peaks(peaks.names, peaks.chrom, peaks.start + 1_000_000, peaks.end + 1_000_000)
    # Beyond chance, but only because human genes are not where mouse genes are.
    assert promoter_share(moved, "GRCm38") > 1.2 * promoter_share(moved, "GRCh37")
    assert recognise_assembly(moved) is None


def test_one_chromosome_is_enough(shared_data: Path) -> None:
    with h5py.File(shared_data / "fragments" / "chr22_GRCh38" / "peak_count.h5") as file:
        names = file["matrix/features/name"].asstr()[:].astype(object)
    assert recognise_assembly(parse_peaks(names)[0]) == "GRCh38"


def test_old_assembly_is_not_taken_for_the_new(shared_data: Path) -> None:
    with gzip.open(shared_data / "fragments" / "pbsmall_hg19" / "fragments.tsv.gz", "rt") as lines:
        fragments = np.array([line.split()[:3] for line in lines if not line.startswith("#")])
    peaks = at(fragments[:, 0], fragments[:, 1].astype(np.int64), width=200)
    assert recognise_assembly(peaks) == "GRCh37"
    check_assembly(peaks, "GRCh37")
    with pytest.raises(InputError, match=r"do not lie on GRCh38: found \d+\.\d% .* GRCh38 but \d+\.\d% .* GRCh37"):
        check_assembly(peaks, "GRCh38")
