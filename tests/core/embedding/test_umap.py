"""The maps: the same seed gives the same map, and a cancel ends the process that draws at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest

from anchorscope.embedding import umap
from anchorscope.embedding.umap import umaps
from anchorscope.errors import Cancelled
from anchorscope.parameters import UmapParameters
from anchorscope.progress import CancelToken, Reporting
from core.samples import groups


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[Any]]:
    """Every process that is started to draw; other libraries start some of their own."""
    started: list[subprocess.Popen[Any]] = []
    start = subprocess.Popen

    def noted(command: Any, *arguments: Any, **options: Any) -> subprocess.Popen[Any]:
        child = start(command, *arguments, **options)
        started.extend([child] if command == umap.child_command() else [])
        return child

    monkeypatch.setattr(umap.subprocess, "Popen", noted)
    return started


def test_maps_keep_groups_apart_repeat_with_the_seed_and_report(children: list[subprocess.Popen[Any]]) -> None:
    space, group = groups((25, 35), n_axes=4)
    heard: list[float] = []
    first, again, other = umaps([space, space, space[::-1]], UmapParameters(n_neighbors=10), 42,
                                Reporting(heard.append, CancelToken()))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (60, 2)
    assert first.dtype == np.float64
    centres = np.array([first[group == name].mean(axis=0) for name in (0, 1)])
    nearest = np.linalg.norm(first[:, None] - centres, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest, group)
    assert np.diff(heard).min() > -1e-12
    assert len(set(heard)) > 10
    assert [child.poll() is not None for child in children] == [True]


def test_a_cancel_while_the_child_works_ends_it_within_a_second(children: list[subprocess.Popen[Any]]) -> None:
    token, working = CancelToken(), threading.Event()

    def hear(fraction: float) -> None:
        if children:
            assert children[0].poll() is None
            working.set()

    def cancel() -> None:
        working.wait(20)
        time.sleep(0.3)
        moments.append(time.perf_counter())
        token.cancel()

    moments: list[float] = []
    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(Cancelled):
        umaps([groups((400, 400))[0]], UmapParameters(), 42, Reporting(hear, token))
    thread.join()
    assert time.perf_counter() - moments[0] < 1.0
    assert children[0].returncode is not None


def test_a_child_that_ends_without_an_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(umap, "child_command", lambda: [sys.executable, "-c", "pass"])
    with pytest.raises(RuntimeError, match=r"The maps could not be drawn: .*ended without an answer"):
        umaps([groups((10, 10))[0]], UmapParameters(n_neighbors=5), 42)


def test_a_handful_of_cells_is_drawn_by_its_first_two_axes() -> None:
    space = groups((4,), n_axes=3)[0]
    np.testing.assert_array_equal(umaps([space], UmapParameters(), 42)[0], space[:, :2])
