"""What is mended while reading is named, can be chosen otherwise, and can be switched off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope.errors import InputError, ParameterError
from anchorscope.io import inspect, read_query, read_reference
from anchorscope.parameters import AS_IS, COUNTS, FROM_FILE, FROM_IDS, INVERT_LOG, Repairs


def repairs(recognised) -> dict:
    return {repair.name: repair for repair in recognised.repairs}


@pytest.fixture
def log_file(write_h5ad, counts, gene_names):
    values = np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)
    return write_h5ad(sparse.csr_matrix(values.astype(np.float32)), gene_names)


def test_log_values_are_offered_not_inverted(log_file) -> None:
    found = inspect(log_file)
    assert found.values == "log"  # noqa: PD011
    assert repairs(found)["values"].done == ""
    assert repairs(found)["values"].choices == (INVERT_LOG, COUNTS)
    with pytest.raises(InputError, match="or let the values be turned back into counts"):
        read_reference(log_file)


def test_log_values_turn_back_when_asked(log_file, counts) -> None:
    reference = read_reference(log_file, repairs=Repairs(values=INVERT_LOG))
    assert np.array_equal(reference.counts.toarray(), counts)
    assert reference.recognised.values == "counts"  # noqa: PD011
    assert reference.recognised.settings == Repairs(values=INVERT_LOG)
    assert repairs(reference.recognised)["values"].choices == ("automatic",)
    assert "turned back into counts, which is exact" in reference.recognised.notes[0]


def test_log_values_that_are_not_exact_are_refused_even_when_asked(write_h5ad, counts, gene_names) -> None:
    values = np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)
    values[-1, 0] += 0.05
    path = write_h5ad(sparse.csr_matrix(values), gene_names)
    assert repairs(inspect(path))["values"].choices == (COUNTS,)
    with pytest.raises(InputError, match="which do not turn back into whole numbers; give the file with raw counts"):
        read_reference(path, repairs=Repairs(values=INVERT_LOG))


def test_counts_of_the_file_come_before_inverted_ones(write_h5ad, log_file, counts, gene_names) -> None:
    values = np.log1p(counts.astype(np.float64))
    path = write_h5ad(values, gene_names, layers={"counts": counts + 1})
    assert np.array_equal(read_reference(path, repairs=Repairs(values=INVERT_LOG)).counts.toarray(), counts + 1)


def test_amounts_that_are_not_whole_can_be_taken(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(counts * 0.9, gene_names)
    with pytest.raises(InputError, match="are not counts"):
        read_reference(path)
    reference = read_reference(path, repairs=Repairs(values=COUNTS))
    assert np.allclose(reference.counts.toarray(), counts * 0.9)
    assert "taken as counts, as they are, as asked" in reference.recognised.notes[0]
    with pytest.raises(InputError, match="negative values"):
        read_reference(write_h5ad(counts - 3.0, gene_names), repairs=Repairs(values=COUNTS))


def test_any_matrix_of_the_file(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(counts, gene_names, layers={"spliced": counts + 1})
    assert repairs(inspect(path))["matrix"].choices == ("layers/spliced",)
    chosen = read_reference(path, repairs=Repairs(matrix="layers/spliced"))
    assert np.array_equal(chosen.counts.toarray(), counts + 1)
    assert repairs(chosen.recognised)["matrix"].choices == ("X",)
    with pytest.raises(InputError, match="has no matrix “raw”: found X, layers/spliced; choose one that is there"):
        read_reference(path, repairs=Repairs(matrix="raw"))


def test_file_without_x_names_its_layers(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(None, gene_names, layers={"spliced": counts})
    with pytest.raises(InputError, match="or choose one of layers/spliced"):
        read_reference(path)
    assert np.array_equal(read_reference(path, repairs=Repairs(matrix="layers/spliced")).counts.toarray(), counts)


def test_capitals_become_what_ensembl_writes(write_h5ad, counts) -> None:
    names = ["IL7R", "CD8A", "MS4A1", "C1ORF159", "C10ORF10", "ms4a1", "LYZ", "GNLY", "PPBP"]
    path = write_h5ad(counts, names)
    reference = read_reference(path)
    assert list(reference.genes) == [*names[:3], "C1orf159", "C10orf10", *names[5:]]
    assert reference.recognised.notes == (
        "2 gene symbols were written as in Ensembl: C1ORF159 → C1orf159, C10ORF10 → C10orf10.",)
    assert repairs(reference.recognised)["case"].choices == (AS_IS,)
    left = read_reference(path, repairs=Repairs(case=AS_IS))
    assert list(left.genes) == names
    assert left.recognised.notes == ()
    assert (repairs(left.recognised)["case"].done, repairs(left.recognised)["case"].choices) == ("", ("automatic",))


def test_species_decides_how_symbols_are_written(write_h5ad, counts) -> None:
    names = ["GAPDH", "ACTB", "IL7R", "CD8A", "MS4A1", "LYZ2", "CD3E", "CD4", "CD19"]
    path = write_h5ad(counts, names)
    assert inspect(path).species == "human"
    assert repairs(read_reference(path).recognised)["species"].choices == ("human", "mouse")
    mouse = read_reference(path, repairs=Repairs(species="mouse"))
    assert list(mouse.genes[:4]) == ["Gapdh", "Actb", "Il7r", "Cd8a"]
    assert (mouse.recognised.species, repairs(mouse.recognised)["species"].choices) == ("mouse", ("automatic", "human"))


def test_ids_become_symbols_from_file_or_from_ensembl(write_h5ad, counts) -> None:
    ids = ["ENSG00000156738.18", "ENSG00000153563.15", *(f"ENSG9999{number}.2" for number in range(7))]
    path = write_h5ad(counts, None, var=pd.DataFrame({"gene_symbols": [f"own{n}" for n in range(9)]}, index=ids))
    assert list(read_reference(path).genes[:2]) == ["own0", "own1"]
    assert repairs(inspect(path))["genes"].choices == (FROM_IDS, AS_IS)
    assert list(read_reference(path, repairs=Repairs(genes=FROM_IDS)).genes[:3]) == ["MS4A1", "CD8A", "ENSG99990"]
    left = read_reference(path, repairs=Repairs(genes=AS_IS))
    assert list(left.genes) == ids
    assert repairs(left.recognised)["genes"].choices == ("automatic",)


def test_symbols_that_the_file_does_not_have(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(counts, gene_names)
    with pytest.raises(InputError, match="The file keeps no symbols: found no column such as feature_name"):
        read_reference(path, repairs=Repairs(genes=FROM_FILE))
    with pytest.raises(InputError, match="no Ensembl ids that are known: found names such as “IL7R”"):
        read_reference(path, repairs=Repairs(genes=FROM_IDS))


def test_numbers_are_ids(write_h5ad, counts, gene_names) -> None:
    var = pd.DataFrame({"gene_name": gene_names}, index=[str(number) for number in range(100, 109)])
    assert list(read_reference(write_h5ad(counts, None, var=var)).genes) == gene_names


def test_chromosomes_get_their_prefix(write_h5ad, counts, peak_names) -> None:
    bare = [name.removeprefix("chr") for name in peak_names]
    query = read_query(write_h5ad(counts, bare))
    assert set(query.peaks.chrom) == {name.split(":")[0] for name in peak_names}
    assert list(query.peaks.names) == bare
    assert repairs(query.recognised)["chromosomes"].choices == (AS_IS,)
    assert "chromosomes" not in repairs(read_query(write_h5ad(counts, peak_names)).recognised)


def test_chromosomes_of_another_species_are_left_as_they_are(write_h5ad, counts) -> None:
    path = write_h5ad(counts, [f"2L:{start}-{start + 9}" for start in range(9)])
    with pytest.raises(InputError, match="No peak lies on a known chromosome"):
        read_query(path)
    query = read_query(path, repairs=Repairs(chromosomes=AS_IS))
    assert set(query.peaks.chrom) == {"2L"}
    assert repairs(query.recognised)["chromosomes"].choices == ("automatic",)


def test_genome_of_an_old_file(write_tenx_v2, counts, gene_names) -> None:
    write_tenx_v2(counts, [f"mouse{number}" for number in range(9)], genome="mm10")
    path = write_tenx_v2(counts + 1, gene_names, genome="hg19")
    assert repairs(inspect(path))["genome"].choices == ("mm10",)
    assert list(read_reference(path, repairs=Repairs(genome="mm10")).genes[:1]) == ["mouse0"]
    with pytest.raises(InputError, match="has no genome “rn6”: found hg19, mm10"):
        inspect(path, repairs=Repairs(genome="rn6"))


def test_embeddings_come_along(write_h5ad, counts, peak_names) -> None:
    wide, text = np.zeros((12, 201)), pd.DataFrame({"a": [1.0] * 12}, index=[f"cell{n}" for n in range(12)])
    wrong = np.zeros((12, 2))
    wrong[0, 0] = np.nan
    obsm = {"X_lsi": np.arange(36.0).reshape(12, 3), "wide": wide, "table": text, "wrong": wrong,
            "whole": np.zeros((12, 2), dtype=int), "sparse": sparse.csr_matrix(np.eye(12))}
    query = read_query(write_h5ad(counts, peak_names, obsm=obsm))
    assert list(query.obsm) == ["X_lsi"]
    assert query.obsm["X_lsi"].dtype == np.float64
    assert np.array_equal(query.obsm["X_lsi"], obsm["X_lsi"])


def test_unknown_choice_is_refused_by_name() -> None:
    with pytest.raises(ParameterError, match="“Values” must be one of automatic, counts, invert-log"):
        Repairs(values="log")


def test_scaled_x_with_logarithms_in_raw(tmp_path, counts, gene_names) -> None:
    import anndata as ad

    log = np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)
    whole = ad.AnnData(log, pd.DataFrame(index=[f"c{i}" for i in range(12)]), pd.DataFrame(index=gene_names))
    part = whole[:, :4].copy()
    part.raw, part.X = whole, log[:, :4] - log[:, :4].mean(axis=0)
    part.write_h5ad(tmp_path / "raw.h5ad")
    assert repairs(inspect(tmp_path / "raw.h5ad"))["values"].choices == (INVERT_LOG, COUNTS)
    with pytest.raises(InputError, match=r"negative values such as .* in X; .* or let the values be turned back"):
        read_reference(tmp_path / "raw.h5ad")
    reference = read_reference(tmp_path / "raw.h5ad", repairs=Repairs(values=INVERT_LOG))
    assert np.array_equal(reference.counts.toarray(), counts)
    assert list(reference.genes) == gene_names


def test_counts_elsewhere_come_before_amounts(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(counts * 0.9, gene_names, layers={"counts": counts})
    assert np.array_equal(read_reference(path, repairs=Repairs(values=COUNTS)).counts.toarray(), counts)


def test_progress_never_goes_back(log_file) -> None:
    from anchorscope.progress import CancelToken, Reporting

    heard: list[float] = []
    read_reference(log_file, Reporting(heard.append, CancelToken()), Repairs(values=INVERT_LOG))
    assert heard == sorted(heard)


def test_genes_without_a_symbol_keep_their_id(write_h5ad, counts, gene_names) -> None:
    symbols = pd.Series([*gene_names[:-2], None, ""], index=[f"ENSG{number}.4" for number in range(9)])
    reference = read_reference(write_h5ad(counts, None, var=symbols.to_frame("feature_name")))
    assert list(reference.genes) == [*gene_names[:-2], "ENSG7", "ENSG8"]
