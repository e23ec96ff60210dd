"""The simulated pair: the same every time, like blood, with a truth that can be found but not without error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anchorscope import stages
from anchorscope.io import check_assembly, read_gene_table, read_query, read_reference, recognise_assembly
from anchorscope.parameters import BLOOD_PANEL, Recipe
from anchorscope.pipeline import Pipeline
from anchorscope.results import Job, Maps
from anchorscope.simulate import SHARES, simulate_pair, write_example

RARE, RELATIVES = "Plasma", [{"CD4 T", "CD8 T"}, {"B", "Plasma"}, {"Mono", "DC"}]


@pytest.fixture(scope="module")
def pair():
    return simulate_pair(seed=0)


@pytest.fixture(scope="module")
def small():
    return simulate_pair(300, 200, seed=3, n_genes=400)


def by_type(counts, cells) -> dict[str, np.ndarray]:
    """Mean share of each feature among the counts of a cell, by type."""
    share = counts.multiply(1 / np.maximum(counts.sum(axis=1), 1)).tocsr()
    return {kind: np.asarray(share[(cells["cell_type"] == kind).to_numpy()].mean(axis=0)).ravel() for kind in SHARES}


def test_same_seed_same_data(small) -> None:
    again = simulate_pair(300, 200, seed=3, n_genes=400)
    for one, other in zip(small, again, strict=True):
        assert (one.counts != other.counts).nnz == 0
        assert one.cells.equals(other.cells)
    assert list(small[0].genes) == list(again[0].genes)
    assert list(small[1].peaks.names) == list(again[1].peaks.names)


def test_other_seed_other_data(small) -> None:
    other = simulate_pair(300, 200, seed=4, n_genes=400)
    assert list(other[0].genes) != list(small[0].genes)
    assert other[0].counts.sum() != small[0].counts.sum()


def test_size_and_sparsity_are_those_of_real_data(pair) -> None:
    reference, query = pair
    assert reference.counts.shape == (1500, 3000)
    assert query.counts.shape[0] == 1500
    assert 11_000 < query.counts.shape[1] < 13_000
    assert 0.05 < query.counts.nnz / np.prod(query.counts.shape) < 0.08
    assert np.mean(query.counts.data <= 2) > 0.97
    assert 0.08 < reference.counts.nnz / np.prod(reference.counts.shape) < 0.25
    for side in pair:
        assert side.counts.dtype == np.float32
        assert np.array_equal(side.counts.data, np.rint(side.counts.data))
        depth = np.asarray(side.counts.sum(axis=1)).ravel()
        assert 0.35 < np.log(depth).std() < 0.6


def test_rna_is_more_dispersed_than_poisson(pair) -> None:
    reference = pair[0]
    cells = (reference.cells["cell_type"] == "Mono").to_numpy()
    counts = reference.counts[cells].toarray()
    scaled = counts / counts.sum(axis=1, keepdims=True) * np.median(counts.sum(axis=1))
    high = scaled.mean(axis=0) > 2
    assert np.median(scaled[:, high].var(axis=0) / scaled[:, high].mean(axis=0)) > 1.8


def test_every_type_is_there_in_its_share(pair) -> None:
    for side in pair:
        share = side.cells["cell_type"].value_counts(normalize=True)
        assert set(share.index) == set(SHARES)
        assert all(abs(share[kind] - expected) < 0.01 for kind, expected in SHARES.items())
        assert share.idxmin() == RARE


def test_few_cells_still_have_every_type() -> None:
    for side in simulate_pair(20, 8, seed=1, n_genes=100):
        assert set(side.cells["cell_type"]) == set(SHARES)


def test_both_sides_share_no_cell(pair) -> None:
    reference, query = pair
    assert not set(reference.cells.index) & set(query.cells.index)
    assert reference.cells.index.is_unique
    assert query.pairing is None


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_markers_mark_their_types(seed) -> None:
    reference, query = simulate_pair(600, 600, seed, n_genes=800)
    genes, rna, atac = read_gene_table("GRCh38"), by_type(reference.counts, reference.cells), \
        by_type(query.counts, query.cells)
    for kind, marker in BLOOD_PANEL.entries:
        column = list(reference.genes).index(marker)
        levels = {other: rna[other][column] for other in SHARES}
        others = sorted((level for other, level in levels.items() if other != kind), reverse=True)
        assert levels[kind] > 2 * others[0], (kind, marker)
        row = list(genes.symbol).index(marker)
        peaks = query.peaks
        near = (peaks.chrom == genes.chrom[row]) & (peaks.end > genes.start[row] - 2000) & \
            (peaks.start < genes.end[row] + 2000)
        access = {other: atac[other][near].sum() for other in SHARES}
        rest = np.mean([access[other] for other in SHARES if other != kind])
        assert access[kind] > 1.4 * rest, (kind, marker)
        assert access[kind] / rest < levels[kind] / np.mean(others), "chromatin should mark more weakly than RNA"


def test_peaks_lie_on_the_real_genome(pair) -> None:
    peaks = pair[1].peaks
    assert recognise_assembly(peaks) == "GRCh38"
    check_assembly(peaks, "GRCh38")
    genes = read_gene_table("GRCh38")
    for chrom in set(peaks.chrom):
        here = peaks.chrom == chrom
        start, end = peaks.start[here], peaks.end[here]
        assert np.all(start[1:] > end[:-1]), "peaks overlap or are out of order"
        assert end.max() < genes.end[genes.chrom == chrom].max() + 200_000
    assert np.all((peaks.end - peaks.start >= 300) & (peaks.end - peaks.start < 1100))


def test_most_genes_have_a_peak_at_their_start(pair) -> None:
    reference, query = pair
    genes = read_gene_table("GRCh38")
    first = {symbol: row for row, symbol in reversed(list(enumerate(genes.symbol)))}
    rows = [first[symbol] for symbol in reference.genes]
    places = set(zip(query.peaks.chrom, query.peaks.start // 1000, strict=True))
    near = [any((genes.chrom[row], genes.tss[row] // 1000 + step) in places for step in (-1, 0)) for row in rows]
    assert np.mean(near) > 0.95
    assert len(set(reference.genes)) == len(reference.genes)


def test_written_files_are_read_back_unchanged(tmp_path) -> None:
    rna, atac = write_example(tmp_path, seed=5, n_reference=120, n_query=100)
    assert sorted(path.name for path in rna.parent.iterdir()) == ["atac.h5ad", "rna.h5ad"]
    reference, query = simulate_pair(120, 100, seed=5)
    read = read_reference(rna), read_query(atac)
    assert list(read[0].genes) == list(reference.genes)
    assert list(read[1].peaks.names) == list(query.peaks.names)
    for field in ("chrom", "start", "end"):
        assert np.array_equal(getattr(read[1].peaks, field), getattr(query.peaks, field))
    for made, found in zip((reference, query), read, strict=True):
        assert (made.counts != found.counts).nnz == 0
        assert list(made.cells["cell_type"]) == list(found.cells["cell_type"])
        assert list(made.cells.index) == list(found.cells.index)
        assert made.recognised.label_columns == found.recognised.label_columns
        assert made.recognised.assembly == found.recognised.assembly
        assert found.recognised.notes == ()


def test_transfer_is_good_but_not_perfect(pair, monkeypatch) -> None:
    monkeypatch.setattr(stages, "umaps", lambda spaces, *_: [np.zeros((len(space), 2)) for space in spaces])
    recipe = Recipe()
    recipe = replace(recipe, reference=recipe.reference.replaced(labels="cell_type"),
                     grade=recipe.grade.replaced(truth="cell_type"),
                     transfer=recipe.transfer.replaced(method="seurat"))
    outcome = Pipeline().run(Job(*pair, recipe))
    assert isinstance(outcome.maps, Maps)
    grade = outcome.grade
    assert 0.85 < grade.accuracy < 0.96
    recall = dict(zip(grade.types, grade.recall, strict=True))
    assert recall[RARE] < grade.accuracy
    wrong = {(one, other): count for one, row in zip(grade.types, grade.counts, strict=True)
             for other, count in zip(grade.types, row, strict=True) if one != other}
    related = sum(count for types, count in wrong.items() if set(types) in RELATIVES)
    assert related > 0.5 * sum(wrong.values())


def test_clusters_can_be_named_by_the_panel(pair, monkeypatch) -> None:
    reference, query = pair
    monkeypatch.setattr(stages, "umaps", lambda spaces, *_: [np.zeros((len(space), 2)) for space in spaces])
    outcome = Pipeline().run(Job(reference, query, Recipe()))
    named = outcome.reference_labels.labels.names
    truth = reference.cells["cell_type"].to_numpy()
    known = truth != RARE
    assert np.mean(named[known] == truth[known]) > 0.95
    assert outcome.reference_labels.naming.unused == ()
