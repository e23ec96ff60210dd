"""`anchorscope transfer` from files to files, when all is well."""

from __future__ import annotations

import json
import re
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope.cli import main
from anchorscope.pipeline import PREPARING, STAGES
from anchorscope.results import Query, Reference
from core.cli.calls import Call

KEYS = {"reference_cells", "query_cells", "features", "anchors", "unassigned", "query_clusters", "accuracy",
        "balanced_accuracy", "recall", "ece", "agreement", "warnings", "seconds", "peak_memory_mib", "versions", "seed"}


def test_transfer_end_to_end_with_real_maps(call: Call, pair: tuple[Reference, Query]) -> None:
    code, out, err = call(truth="cell_type")
    assert code == 0, err
    assert call.written() == ["labelled.h5ad", "report.html", "summary.json"]
    numbers = json.loads((call.out / "summary.json").read_text(encoding="utf-8"))
    assert set(numbers) == KEYS
    assert list(numbers["seconds"]) == [stage.name for stage in STAGES]
    data = ad.read_h5ad(call.out / "labelled.h5ad")
    right = (data.obs["predicted.id"].astype(str) == data.obs["cell_type"].astype(str)).mean()
    assert numbers["accuracy"] == pytest.approx(right)
    assert data.obsm["X_umap"].shape == (180, 2)
    assert np.isfinite(data.obsm["X_umap"]).all()
    assert "information that going unpaired can have lost" in (call.out / "report.html").read_text(encoding="utf-8")
    for words in ("180 query cells", "200 reference cells", f"{numbers['anchors']:,} anchors", "accuracy 0.",
                  str(call.out / "labelled.h5ad"), str(call.out / "summary.json"), str(call.out / "report.html")):
        assert words in out
    _check_progress(err)


def _check_progress(err: str) -> None:
    """Every stage, its percents rising, and the time left as minutes and seconds."""
    shown = [re.fullmatch(r"(.+?) +(\d+) %(?:  (\d+:\d\d) left)?", line) for line in err.splitlines()]
    assert all(shown)
    found = [match.groups() for match in shown if match]
    assert list(dict.fromkeys(title for title, _, _ in found)) == [PREPARING, *(stage.title for stage in STAGES)]
    percents = [int(percent) for _, percent, _ in found]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert any(left for _, _, left in found)
    # A log is no place for a line a percent.
    assert len(found) < 40


@pytest.mark.usefixtures("fast_maps")
def test_only_what_was_asked_for_is_written(call: Call) -> None:
    code, out, _ = call(json=None, report=None)
    assert code == 0
    assert call.written() == ["labelled.h5ad"]
    assert "accuracy" not in out


@pytest.mark.usefixtures("fast_maps")
def test_the_options_reach_the_recipe(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("type,gene\nB cells,MS4A1\nT cells,IL7R\nMono,LYZ\n", encoding="utf-8")
    code, _, err = call(labels=None, panel=tmp_path / "mine.csv", seed=7, assembly="GRCh38")
    assert code == 0, err
    data = ad.read_h5ad(call.out / "labelled.h5ad")
    recipe = json.loads(data.uns["anchorscope"]["recipe"])
    assert recipe["seed"] == 7
    assert recipe["reference"]["labels"] == ""
    assert recipe["gene_activity"]["assembly"] == "GRCh38"
    assert recipe["panel"] == {"name": "mine", "entries": [["B cells", "MS4A1"], ["T cells", "IL7R"], ["Mono", "LYZ"]]}
    assert set(data.obs["predicted.id"]) <= {"B cells", "T cells", "Mono", "Unassigned"}


@pytest.mark.usefixtures("fast_maps")
def test_the_same_seed_gives_the_same_labels(call: Call) -> None:
    labels = []
    for name in ("one.h5ad", "other.h5ad"):
        assert call(out=call.out / name, json=None, report=None)[0] == 0
        labels.append(ad.read_h5ad(call.out / name).obs)
    pd.testing.assert_frame_equal(*labels)


@pytest.mark.usefixtures("fast_maps")
def test_a_multiome_is_unpaired_and_graded_by_its_own_rna(
    tmp_path: Path, pair: tuple[Reference, Query], capsys: pytest.CaptureFixture[str]
) -> None:
    reference, query = pair
    n = query.counts.shape[0]
    both = sparse.hstack([reference.counts[:n], query.counts], format="csr")
    var = pd.DataFrame({"feature_types": ["Gene Expression"] * 300 + ["Peaks"] * query.counts.shape[1]},
                       index=[*reference.genes, *query.peaks.names])
    ad.AnnData(both, reference.cells.iloc[:n], var).write_h5ad(tmp_path / "both.h5ad")
    code = main(["transfer", "--reference", str(tmp_path / "both.h5ad"), "--query", str(tmp_path / "both.h5ad"),
                 "--labels", "cell_type", "--truth", "paired", "--out", str(tmp_path / "out.h5ad")])
    out, err = capsys.readouterr()
    assert code == 0, err
    assert f"({n} cells graded)" in out
