"""Passes over blocks: results in order, sums that depend on nothing but the blocks, failures that are heard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from anchorscope import engine
from anchorscope.block_forms import Matrix
from anchorscope.blocks import InMemory
from anchorscope.engine import Threads, each_block, sum_over, working_on
from anchorscope.errors import Cancelled
from anchorscope.progress import CancelToken, Reporting

BLOCKS = InMemory(np.arange(40.0).reshape(20, 2), 3)


class Backwards:
    """An engine that works on the last task first, and notes how many tasks it had."""

    def __init__(self) -> None:
        self.counts: list[int] = []

    def map(self, task: Callable[[int], object], count: int, idle: object = None) -> Iterator[object]:
        self.counts.append(count)
        return iter([task(number) for number in reversed(range(count))][::-1])


def slow_first(rows: slice, block: Matrix) -> float:
    time.sleep(0.02 if rows.start == 0 else 0.0)
    return float(np.asarray(block).sum())


def test_results_come_in_the_order_of_the_blocks() -> None:
    found = list(each_block(BLOCKS, slow_first))
    assert [rows.start for rows, _ in found] == list(range(0, 20, 3))
    assert [value for _, value in found] == [float(np.asarray(block).sum()) for _, block in BLOCKS]


def test_each_block_is_reported() -> None:
    heard: list[float] = []
    list(each_block(BLOCKS, slow_first, Reporting(heard.append, CancelToken())))
    assert heard == pytest.approx([number / 7 for number in range(1, 8)])


def test_a_failure_is_raised() -> None:
    def fail(rows: slice, _: Matrix) -> None:
        if rows.start == 6:
            raise ValueError("the third")

    with pytest.raises(ValueError, match="the third"):
        list(each_block(BLOCKS, fail))


@pytest.mark.parametrize("partial_sums", [1, 2, 3, 64])
def test_a_sum_is_that_of_all_blocks(monkeypatch: pytest.MonkeyPatch, partial_sums: int) -> None:
    monkeypatch.setattr(engine, "PARTIAL_SUMS", partial_sums)
    total = sum_over(BLOCKS, lambda _, block: np.asarray(block).sum(axis=0))
    np.testing.assert_array_equal(total, BLOCKS.matrix.sum(axis=0))


def test_a_sum_does_not_depend_on_who_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PARTIAL_SUMS", 4)
    blocks = InMemory(np.random.default_rng(0).standard_normal((1000, 3)) * 10.0 ** np.arange(3), 7)

    def total() -> np.ndarray:
        return np.asarray(sum_over(blocks, lambda _, block: np.asarray(block).sum(axis=0)))

    expected, other = total(), Backwards()
    with working_on(other):
        np.testing.assert_array_equal(total(), expected)
    assert other.counts == [4]
    for cores in (1, 3):
        monkeypatch.setattr("anchorscope.engine.os.cpu_count", lambda cores=cores: cores)
        np.testing.assert_array_equal(total(), expected)


@pytest.mark.parametrize("partial_sums", [1, 64])
def test_a_cancel_is_obeyed_after_the_block_in_work_however_many_are_added_up_together(
        monkeypatch: pytest.MonkeyPatch, partial_sums: int) -> None:
    monkeypatch.setattr(engine, "PARTIAL_SUMS", partial_sums)
    monkeypatch.setattr("anchorscope.engine.os.cpu_count", lambda: 2)
    blocks, token, worked = InMemory(np.zeros((40, 1)), 1), CancelToken(), []

    def slow(rows: slice, _: Matrix) -> float:
        worked.append(rows.start)
        if len(worked) == 2:
            token.cancel()
        time.sleep(0.2)
        return 1.0

    with pytest.raises(Cancelled):
        sum_over(blocks, slow, Reporting(lambda _: None, token))
    assert len(worked) <= 4


def test_another_engine_works_only_until_told() -> None:
    before = engine.engine()
    assert isinstance(before, Threads)

    def fail() -> None:
        with working_on(Backwards()):
            assert isinstance(engine.engine(), Backwards)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert engine.engine() is before


def test_no_block_is_made_before_it_is_needed() -> None:
    made: list[int] = []

    class Watched(InMemory):
        def block(self, number: int) -> Matrix:
            made.append(number)
            return super().block(number)

    results = each_block(Watched(np.zeros((4000, 2)), 2), lambda rows, _: rows.start)
    next(results)
    assert len(made) < 30
    results.close()
