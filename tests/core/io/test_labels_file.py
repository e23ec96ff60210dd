"""Labels that come as a table of their own."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest

from anchorscope.errors import InputError
from anchorscope.io import labels_from_column, read_labels, read_query, read_reference, with_labels

TYPES = ["B", "T", "NK"] * 4


@pytest.fixture
def reference(write_h5ad, counts, gene_names):
    index = [f"AAACGGTT{number}-1" for number in range(12)]
    obs = pd.DataFrame({"cell_type": ["own"] * 6 + ["other"] * 6}, index=index)
    return read_reference(write_h5ad(counts, gene_names, obs=obs))


@pytest.fixture
def write(tmp_path):
    def write(text, name="labels.csv"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / name
    return write


def lines(mark=",", suffix="-1", header="barcode,type"):
    rows = [f"AAACGGTT{number}{suffix},{kind}" for number, kind in enumerate(TYPES)]
    return "\n".join([*([header] if header else []), *rows]).replace(",", mark) + "\n"


@pytest.mark.parametrize("text", [
    lines(), lines("\t"), lines(";"), "\ufeff" + lines(), lines().replace("\n", "\r\n"), lines(header=",type"),
    gzip.compress(lines().encode()), lines().replace("B", '"B"'), lines(header="CB,type"), lines(header="type"),
    lines(suffix=""), "\n".join(f"{b},{a}" for a, b in (row.split(",") for row in lines().split())),
])
def test_every_usual_form(reference, write, text) -> None:
    joined = with_labels(reference, read_labels(write(text)))
    assert list(joined.cells["type"]) == TYPES
    assert {column.name: column.n_types for column in joined.recognised.label_columns} == {"cell_type": 2, "type": 3}
    assert joined.recognised.notes == ("labels.csv has a line for 12 of 12 cells.",)
    assert "type" not in reference.cells.columns


def test_no_header(reference, write) -> None:
    assert list(with_labels(reference, read_labels(write(lines(header="")))).cells["label"]) == TYPES


def test_cells_without_a_line_and_lines_without_a_cell(reference, write) -> None:
    text = lines().split("\n")
    joined = with_labels(reference, read_labels(write("\n".join([*text[:9], "X1,B", "X2,B", "AAACGGTT0-1,NK"]))))
    labels = labels_from_column(joined.cells, "type", "reference")
    assert list(labels.names) == [*TYPES[:8], "", "", "", ""]
    assert joined.recognised.notes == ("labels.csv has a line for 8 of 12 cells; 2 of its lines belong to no cell.",)
    assert joined.recognised.label_columns[-1].n_missing == 4


def test_own_columns_stay(reference, write) -> None:
    joined = with_labels(reference, read_labels(write(lines(header="barcode,cell_type"))))
    assert list(joined.cells["cell_type"]) == list(reference.cells["cell_type"])
    assert list(joined.cells["cell_type (labels)"]) == TYPES


def test_missing_values_and_measurements(reference, write) -> None:
    types = [*TYPES[:3], "NA", *TYPES[4:]]
    rows = [f"AAACGGTT{number}-1,{kind},{number / 10},{number % 3}" for number, kind in enumerate(types)]
    joined = with_labels(reference, read_labels(write("\n".join(["barcode,type,score,cluster", *rows]))))
    found = {column.name: (column.n_types, column.n_missing) for column in joined.recognised.label_columns}
    assert found == {"cell_type": (2, 0), "type": (3, 1), "cluster": (3, 0)}
    assert np.allclose(joined.cells["score"], np.arange(12) / 10)


def test_truth_for_a_query(write_h5ad, counts, peak_names, write) -> None:
    query = read_query(write_h5ad(counts, peak_names, barcodes=[f"AAACGGTT{number}" for number in range(12)]))
    assert list(with_labels(query, read_labels(write(lines()))).cells["type"]) == TYPES


def test_files_that_share_no_cell(reference, write) -> None:
    with pytest.raises(InputError, match=r"data\.h5ad and labels\.csv share no cell barcode: found “AAACGGTT0-1” in "
                                         r"data\.h5ad and “AAACGGTT0-2” in labels\.csv; give two files"):
        with_labels(reference, read_labels(write(lines(suffix="-2"))))


@pytest.mark.parametrize(("text", "problem"), [
    ("", "an empty file"), ("\n\n", "is empty: found no lines"), ("barcode,type\n", "holds no labels: found no line"),
    ("barcode\nA\n", "holds no labels: found one column"), ("a,b\nc,d\ne\n", "Line 3 .* does not fit its header"),
    ("a,b,b\n1,2,3\n", "two columns of one name: found “b”"), (b"\0\1\2\0", "something that is not text"),
])
def test_no_table_of_labels(write, text, problem) -> None:
    with pytest.raises(InputError, match=problem):
        read_labels(write(text))


def test_whole_numbers_with_gaps_are_labels(write_h5ad, counts, gene_names) -> None:
    index = [f"cell{number}" for number in range(12)]
    obs = pd.DataFrame({"cluster": [0.0, 1.0, np.nan] * 4, "score": np.linspace(0, 0.4, 12)}, index=index)
    reference = read_reference(write_h5ad(counts, gene_names, obs=obs))
    (column,) = reference.recognised.label_columns
    assert (column.name, column.n_types, column.n_missing, column.kind) == ("cluster", 2, 4, "whole numbers")
    assert labels_from_column(reference.cells, "cluster", "reference").types == ("0", "1")
