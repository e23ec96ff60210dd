"""`anchorscope transfer --write-back`: the labels in the user's own file, only when asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import anndata as ad
import numpy as np
import pytest

from core.cli.calls import Call, in_one_sentence

pytestmark = pytest.mark.usefixtures("fast_maps")


@pytest.fixture
def mine(files: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(files / "atac.h5ad", tmp_path / "mine.h5ad"))


def test_the_labels_are_in_both_files_and_the_path_is_told(call: Call, mine: Path) -> None:
    code, out, err = call("--write-back", query=mine)
    assert code == 0, err
    assert f"written back:  {mine}" in out
    labels = [ad.read_h5ad(path).obs["predicted.id"].tolist() for path in (mine, call.out / "labelled.h5ad")]
    assert labels[0] == labels[1]


def test_without_being_asked_the_file_stays(call: Call, mine: Path) -> None:
    before = mine.read_bytes()
    assert call(query=mine)[0] == 0
    assert mine.read_bytes() == before


def test_a_column_of_the_users_own_is_told_before_the_work(call: Call, mine: Path) -> None:
    data = ad.read_h5ad(mine)
    data.obs["predicted.id"] = np.array(["mine"] * data.n_obs, dtype=object)
    data.write_h5ad(mine)
    before = mine.read_bytes()
    code, out, err = call("--write-back", query=mine)
    assert code == 2
    assert "“predicted.id” of your own" in in_one_sentence(err)
    assert "%" not in err
    assert out == ""
    assert call.written() == []
    assert mine.read_bytes() == before
