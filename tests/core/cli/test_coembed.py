"""`anchorscope coembed`."""

from __future__ import annotations

from typing import Any

import anndata as ad
import numpy as np
import pytest

from core.cli.calls import Call, in_one_sentence

pytestmark = pytest.mark.usefixtures("fast_joint_maps")


def coembed(call: Call, *words: object, **changes: Any) -> tuple[int, str, str]:
    options: dict[str, Any] = {"reference": call.files / "rna.h5ad", "query": call.files / "atac.h5ad",
                               "labels": "cell_type", "out": call.out / "both.h5ad"}
    return call.run("coembed", *words, **options | changes)


def test_all_cells_are_in_one_map(call: Call) -> None:
    code, out, err = coembed(call)
    assert code == 0, err
    data = ad.read_h5ad(call.out / "both.h5ad")
    n_atac = int((data.obs["assay"] == "ATAC").sum())
    assert f"200 RNA and {n_atac} ATAC cells in one map" in out
    assert str(call.out / "both.h5ad") in out
    assert data.n_obs == 200 + n_atac
    assert np.isfinite(data.obsm["X_umap"]).all()
    assert "Both assays in one map" in err
    assert call.written() == ["both.h5ad"]


def test_like_lies_with_like(call: Call) -> None:
    """An ATAC cell's nearest RNA cell in the joint components is mostly of its true type."""
    assert coembed(call)[0] == 0
    data = ad.read_h5ad(call.out / "both.h5ad")
    rna = (data.obs["assay"] == "RNA").to_numpy()
    pca, types = data.obsm["X_pca"], data.obs["joint.label"].astype(str).to_numpy()
    truth = ad.read_h5ad(call.files / "atac.h5ad").obs["cell_type"].astype(str)
    truth = truth.set_axis([f"ATAC_{name}" for name in truth.index]).loc[data.obs_names[~rna]].to_numpy()
    nearest = np.square(pca[~rna][:, None] - pca[rna][None]).sum(axis=2).argmin(axis=1)
    assert (types[rna][nearest] == truth).mean() > 0.6


@pytest.mark.parametrize(("changes", "part"), [
    ({"query": "none.h5ad"}, "none.h5ad: found no such file"),
    ({"labels": "kind"}, "The reference has no column “kind”"),
    ({"out": "none/both.h5ad"}, "no folder"),
])
def test_what_is_wrong_is_told_before_the_work(call: Call, changes: dict[str, Any], part: str) -> None:
    code, out, err = coembed(call, **changes)
    assert code == 2
    assert part in in_one_sentence(err)
    assert "%" not in err
    assert (out, call.written()) == ("", [])
