"""A run on a real Dask scheduler with two workers, one of them killed in mid-run, gives the labels of a local run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from anchorscope import scratch
from anchorscope.cli import main
from anchorscope.cluster import Cluster
from anchorscope.io.inputs import Inputs
from anchorscope.io.recipe import Outputs, Plan, write_recipe
from anchorscope.parameters import Recipe, ReferenceParameters
from anchorscope.results import Job

SOURCES = Path(__file__).parents[2] / "src"
LONGEST = 60.0
pytestmark = [pytest.mark.usefixtures("fast_maps"), pytest.mark.filterwarnings("ignore::DeprecationWarning"),
              pytest.mark.filterwarnings("ignore::ResourceWarning"), pytest.mark.filterwarnings("ignore::UserWarning")]


def started(*arguments: str) -> subprocess.Popen[bytes]:
    """Start a program of Dask that finds the core and no other file."""
    paths = os.pathsep.join([str(SOURCES), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen([sys.executable, "-m", *arguments], env={**os.environ, "PYTHONPATH": paths},
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler on this machine alone, and its two workers."""
    from distributed import Client

    place = tmp_path / "scheduler.json"
    programs = [started("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                        "--no-show", "--scheduler-file", str(place))]
    wait_for(place.exists)
    worker = ["distributed.cli.dask_worker", "--scheduler-file", str(place), "--nthreads", "1", "--no-nanny",
              "--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(tmp_path)]
    programs += [started(*worker) for _ in range(2)]
    with Client(scheduler_file=str(place), set_as_default=False) as client:
        client.wait_for_workers(2, timeout=LONGEST)
        where = client.scheduler.address
    yield where, programs[1:]
    for program in programs:
        program.kill()
        program.wait()


def wait_for(condition) -> None:
    ends = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.fixture
def recipe(tmp_path: Path, job: Job) -> Path:
    """A recipe on the simulated pair: the reference as Zarr, the query as h5ad."""
    sides = (job.reference, job.reference.genes), (job.query, job.query.peaks.names)
    rna, atac = (ad.AnnData(side.counts, obs=side.cells, var=pd.DataFrame(index=names.astype(str)))
                 for side, names in sides)
    rna.write_zarr(tmp_path / "rna.zarr")
    atac.write_h5ad(tmp_path / "atac.h5ad")
    plan = Plan(Inputs(tmp_path / "rna.zarr", tmp_path / "atac.h5ad"),
                Recipe(reference=ReferenceParameters(labels="cell_type")), Outputs(csv=tmp_path / "labels.csv"))
    write_recipe(tmp_path / "recipe.toml", plan, "test")
    return tmp_path / "recipe.toml"


def test_labels_are_those_of_a_local_run_though_a_worker_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recipe: Path, address: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    monkeypatch.setenv(scratch.VARIABLE, str(tmp_path / "scratch"))
    monkeypatch.setattr(scratch.OnDisk, "__init__", smaller_blocks(scratch.OnDisk.__init__))
    where, workers = address
    assert main(["run", str(recipe)]) == 0
    local = (tmp_path / "labels.csv").read_bytes()
    tasks = 0
    submit = Cluster._ahead

    def ahead(self: Cluster) -> int:
        nonlocal tasks
        tasks += 1
        if tasks == 40:
            workers[0].send_signal(signal.SIGKILL)
        return submit(self)

    monkeypatch.setattr(Cluster, "_ahead", ahead)
    assert main(["run", str(recipe), "--csv", str(tmp_path / "far.csv"), "--scheduler", where]) == 0
    assert tasks > 60
    assert workers[0].wait(LONGEST) == -signal.SIGKILL
    assert workers[1].poll() is None
    assert (tmp_path / "far.csv").read_bytes() == local
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == []


def smaller_blocks(make):
    """Cut counts on disk into blocks of forty cells, so that a small pair is many tasks."""
    def init(self, *arguments, **named) -> None:
        make(self, *arguments, **{**named, "block_cells": 40})

    return init


def test_no_scheduler_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str], recipe: Path) -> None:
    assert main(["run", str(recipe), "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in capsys.readouterr().err


def test_an_installation_without_dask_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], recipe: Path
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["run", str(recipe), "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "install anchorscope[cluster]" in capsys.readouterr().err


def test_results_of_a_cluster_come_in_order() -> None:
    class Future:
        def __init__(self, value: object) -> None:
            self.result = lambda: value

    class Client:
        def submit(self, function, *arguments, **_):
            return Future(function(*arguments))

        def nthreads(self):
            return {"a": 2}

        def cancel(self, waiting) -> None:
            assert waiting == []

    offset = np.arange(3)
    found = list(Cluster(Client()).map(lambda number: number + offset, 9))
    assert [values.tolist() for values in found] == [[n, n + 1, n + 2] for n in range(9)]
