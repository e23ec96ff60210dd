"""Labels as a table, and who came second."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope.errors import OutputError
from anchorscope.export import write_labels_csv
from anchorscope.export.labels import predicted_names, runner_up
from anchorscope.io.labels_file import read_labels, with_labels
from anchorscope.results import Job, Labels, Outcome, Prediction, QueryClusters

SCORES = np.array([[0.7, 0.2, 0.1], [0.0, 0.0, 1.0], [0.5, 0.5, 0.0], [0.0, 0.0, 0.0]])


def prediction(scores: np.ndarray = SCORES, types: tuple[str, ...] = ("B", "T", "NK")) -> Prediction:
    best = scores.max(axis=1)
    codes = np.where(best > 0, scores.argmax(axis=1), -1)
    return Prediction(Labels(types, codes), scores, best, sparse.csr_matrix((len(scores), 1)))


def test_cells_without_a_label_are_called_unassigned() -> None:
    assert predicted_names(prediction()).tolist() == ["B", "NK", "B", "Unassigned"]


def test_runner_up_is_the_second_largest_score() -> None:
    names, values = runner_up(prediction())
    assert names.tolist() == ["T", "", "T", ""]
    np.testing.assert_allclose(values, [0.2, 0.0, 0.5, 0.0])


def test_a_single_type_has_no_runner_up() -> None:
    names, values = runner_up(prediction(np.array([[1.0], [0.0]]), ("B",)))
    assert names.tolist() == ["", ""]
    assert values.tolist() == [0.0, 0.0]


def test_every_cell_has_a_row_with_its_numbers(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    write_labels_csv(tmp_path / "labels.csv", job, outcome)
    with (tmp_path / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["barcode", "predicted.id", "prediction.score.max", "runner_up", "runner_up_score",
                             "novelty", "predicted.unassigned", "best_guess", "best_guess_score", "truth"]
    np.testing.assert_allclose([float(row["novelty"]) for row in rows], outcome.refinement.novelty, atol=5e-4)
    assert [row["barcode"] for row in rows] == list(job.query.cells.index)
    assert [row["predicted.id"] for row in rows] == list(outcome.prediction.labels.names)
    np.testing.assert_allclose([float(row["prediction.score.max"]) for row in rows], outcome.prediction.best, atol=5e-7)
    for row, scores in zip(rows, outcome.prediction.scores, strict=True):
        assert float(row["runner_up_score"]) == pytest.approx(np.sort(scores)[-2], abs=5e-7)


def test_unassigned_cells_have_their_best_guess_and_all_cells_the_truth(
        tmp_path: Path, job: Job, outcome: Outcome) -> None:
    prediction, least = outcome.prediction, float(np.median(outcome.prediction.best))
    doubting = dataclasses.replace(job, recipe=dataclasses.replace(
        job.recipe, transfer=job.recipe.transfer.replaced(min_score=least)))
    write_labels_csv(tmp_path / "labels.csv", doubting, outcome)
    table = pd.read_csv(tmp_path / "labels.csv", index_col=0, keep_default_na=False)
    below = (prediction.best < least) | (prediction.labels.codes < 0)
    assert below.any()
    assert not below.all()
    assert table["predicted.unassigned"].to_numpy().tolist() == below.tolist()
    assert ((table["predicted.id"] == "Unassigned") == below).all()
    guesses = np.array(prediction.labels.types, dtype=object)[prediction.scores.argmax(axis=1)]
    assert table["best_guess"].tolist() == np.where(below & (prediction.best > 0), guesses, "").tolist()
    scores = table["best_guess_score"].to_numpy()
    assert (scores[~below] == "").all()
    np.testing.assert_allclose(scores[below].astype(float), prediction.best[below], atol=5e-7)
    assert outcome.grade is not None
    assert table["truth"].tolist() == outcome.grade.truth.names.tolist()


def test_the_querys_own_clusters_are_a_column_where_they_were_made(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    clusters = QueryClusters(np.arange(len(job.query.cells)) % 3, 0.8, 20)
    write_labels_csv(tmp_path / "labels.csv", job, dataclasses.replace(outcome, query_clusters=clusters))
    table = pd.read_csv(tmp_path / "labels.csv", index_col=0)
    assert table["query.cluster"].tolist() == clusters.clusters.tolist()


def test_without_an_answer_key_there_is_no_truth(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    write_labels_csv(tmp_path / "labels.csv", job, dataclasses.replace(outcome, grade=None))
    assert "truth" not in pd.read_csv(tmp_path / "labels.csv").columns


def test_the_file_can_be_read_as_labels_and_leads_with_the_label(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    write_labels_csv(tmp_path / "labels.csv", job, outcome)
    read = with_labels(job.query, read_labels(tmp_path / "labels.csv"))
    added = [one.name for one in read.recognised.label_columns if one.name not in job.query.cells.columns]
    assert added[0] == "predicted.id"
    assert list(read.cells["predicted.id"].astype(str)) == list(predicted_names(outcome.prediction))
    assert read.cells["prediction.score.max"].dtype.kind == "f"


def test_names_with_commas_quotes_and_umlauts_survive(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    types = ('T, "helper"', "Größe", *outcome.prediction.labels.types[2:])
    labels = Labels(types, outcome.prediction.labels.codes)
    renamed = dataclasses.replace(outcome, prediction=dataclasses.replace(outcome.prediction, labels=labels))
    write_labels_csv(tmp_path / "labels.csv", job, renamed)
    with (tmp_path / "labels.csv").open(newline="", encoding="utf-8") as file:
        assert [row["predicted.id"] for row in csv.DictReader(file)] == list(labels.names)


def test_a_missing_folder_is_refused(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    with pytest.raises(OutputError, match="no folder"):
        write_labels_csv(tmp_path / "none" / "labels.csv", job, outcome)


def test_a_name_that_ends_in_tsv_gets_tabs(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    found = []
    for name, mark in (("labels.tsv", "\t"), ("labels.csv", ",")):
        write_labels_csv(tmp_path / name, job, outcome)
        with (tmp_path / name).open(newline="", encoding="utf-8") as file:
            found.append(list(csv.reader(file, delimiter=mark)))
    assert found[0] == found[1]
    assert len(found[0][0]) == 10
