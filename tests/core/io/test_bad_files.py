"""What is no data at all is refused in one sentence, by every reader alike."""

from __future__ import annotations

import os

import h5py
import numpy as np
import pytest
from scipy import sparse

from anchorscope.errors import Cancelled, InputError
from anchorscope.io import inspect, read_multiome, read_query, read_reference
from anchorscope.io.files import opened
from anchorscope.progress import CancelToken, Reporting

READERS = pytest.mark.parametrize("read", [inspect, read_reference, read_query, read_multiome])


def refused(read, path) -> str:
    """Return the one sentence of a refusal."""
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert message.count(": found ") == 1
    assert message.endswith(".")
    assert "\n" not in message
    assert not any(word in message.lower() for word in ("errno", "traceback", "h5py", "keyerror", "object at"))
    return message


@READERS
def test_missing_file(tmp_path, read) -> None:
    assert "found no such file" in refused(read, tmp_path / "none.h5ad")


@READERS
def test_folder(tmp_path, read) -> None:
    assert "found a folder" in refused(read, tmp_path)


@READERS
def test_empty_file(tmp_path, read) -> None:
    (tmp_path / "a.h5ad").touch()
    assert "found an empty file" in refused(read, tmp_path / "a.h5ad")


@READERS
@pytest.mark.parametrize("name", ["data.rds", "data", "data.h5ad.zip", "data.gz"])
def test_unknown_suffix(tmp_path, read, name) -> None:
    (tmp_path / name).write_text("text")
    wanted = "give an .h5ad, .h5mu or 10x .h5 file, a Zarr store, or a folder with matrix.mtx"
    assert wanted in refused(read, tmp_path / name)


@READERS
@pytest.mark.parametrize("name", ["data.h5", "data.h5ad", "data.h5mu"])
def test_renamed_text(tmp_path, read, name) -> None:
    (tmp_path / name).write_text("gene\tcell\n" * 1000)
    assert "found something that is not an HDF5 file" in refused(read, tmp_path / name)


@READERS
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_file(write_h5ad, read, share) -> None:
    rng = np.random.default_rng(0)
    path = write_h5ad(sparse.csr_matrix(rng.poisson(0.5, (300, 400))), [f"gene{number}" for number in range(400)])
    os.truncate(path, int(path.stat().st_size * share))
    assert "found a file that is damaged or incomplete" in refused(read, path)


@READERS
def test_damaged_inside(write_h5ad, read, gene_names) -> None:
    values = np.random.default_rng(0).poisson(1.0, (2000, 9)).astype(np.float32)
    path = write_h5ad(values, gene_names)
    with h5py.File(path, "a") as file:
        del file["X"]
        file.create_dataset("X", data=values, compression="gzip", chunks=values.shape)
        place = file["X"].id.get_chunk_info(0)
    content = bytearray(path.read_bytes())
    content[place.byte_offset + 50 : place.byte_offset + place.size] = b"\0" * (place.size - 50)
    path.write_bytes(content)
    assert "damaged or incomplete" in refused(read, path)


@READERS
def test_other_hdf5(tmp_path, read) -> None:
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"] = np.arange(3)
    assert "found an HDF5 file that is neither h5ad nor a 10x matrix" in refused(read, tmp_path / "data.h5")


@READERS
def test_h5ad_without_its_parts(write_h5ad, read, counts, gene_names) -> None:
    path = write_h5ad(sparse.csr_matrix(counts), gene_names)
    with h5py.File(path, "a") as file:
        del file["X/indptr"]
    assert "damaged or incomplete" in refused(read, path)


def test_h5ad_under_the_name_h5(write_h5ad, counts, gene_names) -> None:
    assert read_reference(write_h5ad(counts, gene_names, name="DATA.H5")).recognised.format == "h5ad"


def test_path_may_be_text(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(counts, gene_names)
    assert inspect(str(path)).path == path


def test_checksum_is_that_of_the_file(write_h5ad, counts, gene_names) -> None:
    import hashlib

    path = write_h5ad(counts, gene_names)
    assert inspect(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_progress_rises_to_one(write_h5ad, counts, gene_names) -> None:
    heard: list[float] = []
    read_reference(write_h5ad(counts, gene_names), Reporting(heard.append, CancelToken()))
    assert heard == sorted(heard)
    assert (heard[0], heard[-1]) == (0.0, 1.0)
    assert len(heard) > 3


@pytest.mark.parametrize("after", [0.0, 0.5, 0.8])
def test_cancel_stops_at_once(write_h5ad, counts, gene_names, monkeypatch, after) -> None:
    monkeypatch.setattr("anchorscope.io.matrix._VALUES", 10)
    token, heard = CancelToken(), []

    def hear(fraction: float) -> None:
        heard.append(fraction)
        if fraction >= after:
            token.cancel()

    path = write_h5ad(sparse.csr_matrix(counts), gene_names)
    with pytest.raises(Cancelled):
        read_reference(path, Reporting(hear, token))
    assert len([fraction for fraction in heard if fraction >= after]) == 1


@pytest.mark.parametrize(("folder", "shapes", "assembly", "types"), [
    ("pbmc_multiome", ((996, 2500), (996, 5000)), "GRCh38", 14),
    ("cortex_snareseq", ((5232, 1677), (5232, 25734)), "GRCm38", 15)])
def test_real_pairs(shared_data, folder, shapes, assembly, types) -> None:
    reference = read_reference(shared_data / folder / "rna.h5ad")
    query = read_query(shared_data / folder / "atac.h5ad", assembly)
    assert (reference.counts.shape, query.counts.shape) == shapes
    assert list(reference.cells.index) == list(query.cells.index)
    assert {column.name: column.n_types for column in reference.recognised.label_columns}["cell_type"] == types
    assert query.recognised.assembly == assembly
    assert query.recognised.notes == ()


def test_real_log_normalised_reference_is_refused(shared_data) -> None:
    message = refused(read_reference, shared_data / "pbmc3k_reference_lognorm.h5ad")
    assert "found log-normalised values such as 1.636 in X; give the file with raw counts" in message


def test_real_10x_peaks(shared_data) -> None:
    query = read_query(shared_data / "fragments" / "chr22_GRCh38" / "peak_count.h5")
    assert query.counts.shape == (100, 4283)
    assert query.cells.index[0] == "0w#AAACGAAAGACTCGGA"
    assert query.recognised.assembly == "GRCh38"


def test_names_in_the_file_that_are_no_text(write_h5ad, counts, gene_names) -> None:
    with pytest.raises(InputError, match="damaged or incomplete"), opened(write_h5ad(counts, gene_names)):
        b"\xff".decode()  # as h5py does with the names of groups


@READERS
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_h5mu(tmp_path, counts, gene_names, read, share) -> None:
    import anndata as ad
    from anndata.io import write_elem

    with h5py.File(tmp_path / "data.h5mu", "w") as file:
        data = ad.AnnData(sparse.csr_matrix(counts))
        data.var_names = gene_names
        write_elem(file, "mod/rna", data)
        write_elem(file, "obs", data.obs)
    os.truncate(tmp_path / "data.h5mu", int((tmp_path / "data.h5mu").stat().st_size * share))
    assert "damaged or incomplete" in refused(read, tmp_path / "data.h5mu")
