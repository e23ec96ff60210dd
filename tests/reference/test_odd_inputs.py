"""Every file of the collection of odd inputs opens as what it is, or is refused in one sentence."""

from __future__ import annotations

import pytest

from anchorscope.errors import InputError
from anchorscope.io import inspect, read_query, read_reference
from anchorscope.io.invert_log import CONSTANTS
from anchorscope.parameters import FROM_IDS, INVERT_LOG, Repairs

OPENS = {
    "10x_h5_v2_cellranger1.2.h5": ("10x h5", 12, 343, 12, "human"),
    "10x_h5_v2_multiple_genomes.h5": ("10x h5", 12, 343, 13, None),
    "10x_h5_v3.h5": ("10x h5", 1107, 507, 41549, "human"),
    "anndata_v0.7.0.h5ad": ("h5ad", 30, 20, 285, None),
    "anndata_v0.7.8.h5ad": ("h5ad", 30, 20, 302, None),
    "bpcells_mini_mat.anndata-v0.6.22.h5ad": ("h5ad", 3, 5, 15, None),
    "bpcells_mini_mat.anndata-v0.7.h5ad": ("h5ad", 3, 5, 15, None),
    "bpcells_mini_mat_uint_16.anndata-v0.10.9.h5ad": ("h5ad", 3, 5, 15, None),
    "mtx_intids": ("10x MTX", 5, 6, 8, "mouse"),
    "mtx_v2": ("10x MTX", 12, 343, 12, "human"),
    "mtx_v3": ("10x MTX", 1107, 507, 41549, "human"),
}
"""Format, cells, genes, sum of counts (by awk and h5py) and species."""

REFUSED = {
    "anndata_v0.11.4.h5ad": "The file anndata_v0.11.4.h5ad holds no data: found neither X nor layers['counts'] nor "
                            "raw.X; give a file with raw counts in X.",
    "mudata_v0.2.4.h5mu": "No modality of mudata_v0.2.4.h5mu is RNA or ATAC: found “mod1”, “mod2”, with neither genes "
                          "nor peaks in them; call them rna and atac, or name their features by gene symbol and by "
                          "place.",
    "mudata_v0.4.1.h5mu": "No modality of mudata_v0.4.1.h5mu is RNA or ATAC: found “mod1”, “mod2”, with neither genes "
                          "nor peaks in them; call them rna and atac, or name their features by gene symbol and by "
                          "place.",
}


@pytest.fixture(scope="module")
def odd(shared_data):
    return shared_data / "odd_inputs"


def test_no_file_is_forgotten(odd) -> None:
    assert {path.name for path in odd.iterdir()} == {*OPENS, *REFUSED}


@pytest.mark.parametrize("name", OPENS)
def test_opens(odd, name) -> None:
    form, n_cells, n_genes, total, species = OPENS[name]
    recognised, reference = inspect(odd / name), read_reference(odd / name)
    assert (recognised.format, recognised.kind, recognised.values) == (form, "RNA", "counts")
    assert (recognised.n_cells, recognised.n_features, recognised.species) == (n_cells, n_genes, species)
    assert reference.counts.shape == (n_cells, n_genes)
    assert int(reference.counts.sum()) == total
    with pytest.raises(InputError, match="is no ATAC query"):
        read_query(odd / name)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("read", [inspect, read_reference, read_query])
def test_refused_in_one_sentence(odd, name, read) -> None:
    with pytest.raises(InputError) as caught:
        read(odd / name)
    assert str(caught.value) == REFUSED[name]


def test_one_matrix_in_two_formats(odd) -> None:
    folder, file = read_reference(odd / "mtx_v3"), read_reference(odd / "10x_h5_v3.h5")
    assert (folder.counts != file.counts).nnz == 0
    assert list(folder.genes) == list(file.genes)
    assert list(folder.cells.index) == list(file.cells.index)


def test_oldest_layout_has_the_values_of_the_newer(odd) -> None:
    first, *others = (read_reference(odd / name).counts.toarray().tolist() for name in OPENS if "bpcells" in name)
    assert all(other == first for other in others)


def test_other_genome_and_layer_can_be_chosen(odd) -> None:
    genes = read_reference(odd / "10x_h5_v2_multiple_genomes.h5", repairs=Repairs(genome="hg19_chr21")).genes
    assert list(genes) == list(read_reference(odd / "10x_h5_v2_cellranger1.2.h5").genes)
    with pytest.raises(InputError, match="has no genome “mm10”: found another_genome, hg19_chr21"):
        inspect(odd / "10x_h5_v2_multiple_genomes.h5", repairs=Repairs(genome="mm10"))
    raw = read_reference(odd / "anndata_v0.7.0.h5ad", repairs=Repairs(matrix="raw"))
    assert raw.counts.shape == (30, 40)


def test_integer_ids_stay_beside_the_symbols(odd) -> None:
    assert list(read_reference(odd / "mtx_intids").genes[:2]) == ["Pwwp4b", "Pwwp4a"]


def test_symbols_from_ids(odd) -> None:
    reference = read_reference(odd / "mtx_v3", repairs=Repairs(genes=FROM_IDS))
    assert "genes" in {repair.name for repair in reference.recognised.repairs}
    assert len(set(reference.genes)) == 507


def test_careless_reference_turns_back_into_counts(shared_data) -> None:
    path = shared_data / "pbmc3k_reference_lognorm.h5ad"
    with pytest.raises(InputError, match=r"log-normalised values such as 1\.636 in X; give the file with raw counts.*"
                                         "turned back into counts"):
        read_reference(path)
    offered = next(repair for repair in inspect(path).repairs if repair.name == "values")
    assert (offered.done, offered.choices[0]) == ("", INVERT_LOG)
    reference = read_reference(path, repairs=Repairs(values=INVERT_LOG))
    assert reference.counts.shape == (2638, 2000)
    assert (reference.counts.data.min(), int(reference.counts.sum())) == (1.0, 1582886)
    assert reference.recognised.values == "counts"
    assert reference.recognised.notes == (
        "The file holds log-normalised values such as 1.636 in X; they were turned back into counts, which is exact: "
        f"each cell gives whole numbers (every cell had been scaled to {CONSTANTS[1]:,.0f}).",)
