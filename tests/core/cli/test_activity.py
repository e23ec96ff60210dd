"""`anchorscope activity`."""

from __future__ import annotations

from typing import Any

import anndata as ad
import numpy as np
import pytest

from anchorscope.results import Outcome
from core.cli.calls import Call, in_one_sentence


def activity(call: Call, *words: object, **changes: Any) -> tuple[int, str, str]:
    options: dict[str, Any] = {"query": call.files / "atac.h5ad", "out": call.out / "activity.h5ad"}
    return call.run("activity", *words, **options | changes)


def test_it_is_the_activity_that_a_transfer_uses(call: Call, outcome: Outcome) -> None:
    code, out, err = activity(call)
    assert code == 0, err
    data = ad.read_h5ad(call.out / "activity.h5ad")
    assert (outcome.gene_activity.counts.astype(np.float32) != data.X).nnz == 0
    assert data.var_names.tolist() == outcome.gene_activity.regions.symbols.tolist()
    assert f"180 cells x {data.n_vars:,} genes of GRCh38, model body-promoter." in out
    assert call.written() == ["activity.h5ad"]


def test_the_model_and_its_settings_count(call: Call) -> None:
    assert activity(call, "--set", "gene_activity.maestro_half_decay=1000", model="maestro")[0] == 0
    near = ad.read_h5ad(call.out / "activity.h5ad")
    assert near.uns["anchorscope"]["model"] == "maestro"
    assert activity(call, model="maestro")[0] == 0
    assert ad.read_h5ad(call.out / "activity.h5ad").X.sum() > near.X.sum()


@pytest.mark.parametrize(("changes", "part"), [
    ({"query": "none.h5ad"}, "none.h5ad: found no such file"),
    ({"out": "none/activity.h5ad"}, "no folder"),
    ({"model": "fragments"}, "fragments"),
    ({"annotation": "none.gtf"}, "none.gtf: found no such file"),
    ({"peaks": "peaks.bed"}, "Peaks can be given only where the query is a fragments file"),
])
def test_what_is_wrong_is_told_in_one_sentence(call: Call, changes: dict[str, Any], part: str) -> None:
    code, out, err = activity(call, **changes)
    assert code == 2
    assert part in in_one_sentence(err)
    assert (out, call.written()) == ("", [])


def test_a_reference_is_no_query(call: Call) -> None:
    code, _, err = activity(call, query=call.files / "rna.h5ad")
    assert code == 2
    assert "is no ATAC query" in in_one_sentence(err)
