"""Two files of the same nuclei become reference, query and answer key; species that differ are told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.io import read_gene_table, read_query, read_reference, recognise_species, species_conflict, unpair
from anchorscope.io.barcodes import match_barcodes
from anchorscope.parameters import Recipe
from anchorscope.results import Job
from anchorscope.stages import check_settings


def names(*texts) -> np.ndarray:
    return np.array(texts, dtype=object)


@pytest.mark.parametrize(("ours", "theirs", "rows"), [
    (("A", "B"), ("B", "A"), [1, 0]),
    (("A-1", "B-1"), ("B", "A"), [1, 0]),
    (("A", "B"), ("B-1", "A-1"), [1, 0]),
    (("A-1", "B-1"), ("A-2", "B-1"), [-1, 1]),
    (("A",), ("A-1", "A-2"), [-1]),
    (("A-1", "A-2"), ("A",), [-1, -1]),
    (("A", "C"), ("A", "A", "B"), [0, -1]),
    ((), ("A",), []),
])
def test_barcodes_match(ours, theirs, rows) -> None:
    assert list(match_barcodes(names(*ours), names(*theirs))) == rows


@pytest.fixture
def files(write_h5ad, counts, gene_names, peak_names):
    def write(rna_cells, atac_cells):
        rna = write_h5ad(counts[: len(rna_cells)], gene_names, name="rna.h5ad", barcodes=rna_cells)
        return rna, write_h5ad(counts[: len(atac_cells)], peak_names, name="atac.h5ad", barcodes=atac_cells)
    return write


def test_two_files_in_either_order(files, counts) -> None:
    rna, atac = files(["A-1", "B-1", "C-1"], ["C", "D", "A", "B"])
    for paths in ((rna, atac), (atac, rna)):
        reference, query = unpair(*paths)
        assert list(query.pairing) == [2, -1, 0, 1]
        assert query.pairing.dtype == np.int64
        assert np.array_equal(reference.counts.toarray(), counts[:3])
        assert query.recognised.notes == ("1 cells are not in the reference and have no answer there.",)


def test_files_of_other_cells_are_refused(files) -> None:
    with pytest.raises(InputError, match=r"atac\.h5ad and rna\.h5ad share no cell barcode: found “C-2” in atac\.h5ad "
                                         r"and “A-1” in rna\.h5ad"):
        unpair(*files(["A-1", "B-1"], ["C-2", "A-2"]))


def test_two_files_of_one_kind_are_refused(files) -> None:
    rna, atac = files(["A"], ["A"])
    with pytest.raises(InputError, match="is no ATAC query"):
        unpair(rna, rna)
    with pytest.raises(InputError, match="is no RNA reference"):
        unpair(atac, atac)
    with pytest.raises(InputError, match=r"A multiome is one file or two: found 3 files"):
        unpair(rna, atac, atac)


@pytest.mark.parametrize(("assembly", "species"), [("GRCh38", "human"), ("GRCh37", "human"), ("GRCm38", "mouse")])
def test_species_by_symbols_and_by_ids(assembly, species) -> None:
    genes = read_gene_table(assembly)
    assert recognise_species(genes.symbol[:2000]) == species
    assert recognise_species(genes.gene_id[:2000]) == species
    assert recognise_species(names("a", "b", "c", "d"), genes.gene_id[:4]) == species


def test_too_few_known_genes_settle_nothing() -> None:
    assert recognise_species(names("MS4A1", "LYZ", "x")) is None
    assert recognise_species(names("MS4A1", "LYZ", "CD8A", "Ms4a1", "Cd8a", "Cd4")) is None


def test_mouse_reference_for_a_human_query(files) -> None:
    rna, atac = files(["A"], ["A"])
    reference, query = read_reference(rna), read_query(atac, "GRCh38")
    assert species_conflict(reference, query) is None
    mouse = replace(reference, recognised=replace(reference.recognised, species="mouse"))
    assert species_conflict(mouse, query) == (
        "The reference is mouse, the query human: found rna.h5ad and atac.h5ad, which hardly share a gene; "
        "give two files of one species.")
    with pytest.raises(InputError, match="The reference is mouse, the query human"):
        check_settings(Job(mouse, query, Recipe()))
    own_genes = replace(query, annotation=read_gene_table("GRCm38"))  # who brings genes answers for their names
    assert species_conflict(mouse, own_genes) is None
    assert species_conflict(replace(reference, recognised=replace(reference.recognised, species=None)), query) is None
