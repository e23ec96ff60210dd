"""What several tests of the first three pages do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import anndata
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from anchorscope import stages
from anchorscope_desktop.main_window import MainWindow
from app.helpers import RUN_MS

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data are not beside the project")


def quiet(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing is under way, in the background either."""
    work = window.workspace
    runners = (work.runner, work.writer, work.sketch.runner, work.bridge.runner, work.naming.runner,
               work.matching.runner, work.autosaver.runner, work.own_reference.runner, work.own_query.runner,
               work.own_gene.runner, work.levels.runner, work.desk.previewer)
    qtbot.waitUntil(lambda: not any(runner.busy for runner in runners), timeout=RUN_MS)


def without_umap(spaces: Sequence[np.ndarray], *_: object) -> list[np.ndarray]:
    """Take the first two axes of each space for its map, which is drawn in no time."""
    return [np.asarray(space[:, :2]) for space in spaces]


def run_fast(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run with maps that are drawn in no time."""
    monkeypatch.setattr(stages, "umaps", without_umap)
    window.workspace.runs.start()
    quiet(qtbot, window)
    assert window.workspace.session.shown is not None, window.transfer_page.messages.text


def choose(window: MainWindow, box: object, value: str) -> None:
    """Choose a value in a combo box by its data."""
    place = box.findData(value)
    assert place >= 0, value
    box.setCurrentIndex(place)


def one_nucleus(example: tuple[Path, Path], folder: Path) -> tuple[Path, Path]:
    """Copies of the example whose cells have the same barcodes on both sides."""
    paths = folder / "multi_rna.h5ad", folder / "multi_atac.h5ad"
    for source, path in zip(example, paths, strict=True):
        data = anndata.read_h5ad(source)
        data.obs_names = [f"{''.join('ACGT'[(n >> s) & 3] for s in range(0, 32, 2))}-1" for n in range(data.n_obs)]
        data.write_h5ad(path)
    return paths


def fragments_of(path: Path, query: Path, cells: int) -> Path:
    """Write a fragments file with one fragment on every hundredth peak for the first cells of a query."""
    data = anndata.read_h5ad(query, backed="r")
    with path.open("w") as file:
        for place in data.var_names[::100]:
            chrom, span = place.split(":")
            start = int(span.split("-")[0])
            for cell in data.obs_names[:cells]:
                file.write(f"{chrom}\t{start}\t{start + 90}\t{cell}\t1\n")
    data.file.close()
    return path
