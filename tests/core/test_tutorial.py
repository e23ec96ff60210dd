"""The tutorial's code runs as it stands, from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path

import anndata as ad
import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


@pytest.mark.skipif(not TUTORIAL.is_file(), reason="the documentation is not beside the tests")
def test_every_block_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) > 8
    names: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"tutorial block {number}", "exec"), names)
    printed = capsys.readouterr().out
    assert "hardest type:" in printed
    assert float(re.search(r"accuracy (0\.\d+)", printed)[1]) > 0.8  # type: ignore[index]
    assert ad.read_h5ad(tmp_path / "labelled.h5ad").n_obs == 600
