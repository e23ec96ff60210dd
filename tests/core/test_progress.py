"""Progress reaches the listener in order and in bounds, and a cancel stops the work at its next report."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from anchorscope.errors import Cancelled
from anchorscope.progress import SILENT, CancelToken, Part, Progress, Reporting, apart, side_by_side


class Heard:
    """A progress that remembers what it heard."""

    def __init__(self) -> None:
        self.fractions: list[float] = []

    def update(self, fraction: float) -> None:
        self.fractions.append(fraction)


def test_parts_nest() -> None:
    heard = Heard()
    inner = Part(Part(heard, 0.5, 1.0), 0.0, 0.5)
    for fraction in (0.0, 0.5, 1.0):
        inner.update(fraction)
    assert heard.fractions == pytest.approx([0.5, 0.625, 0.75])


def test_reporting_keeps_fractions_within_bounds() -> None:
    fractions: list[float] = []
    reporting = Reporting(fractions.append, CancelToken())
    for fraction in (-0.1, 0.3, 1.0000001):
        reporting.update(fraction)
    assert fractions == [0.0, 0.3, 1.0]


def test_a_cancelled_token_stops_the_work_before_it_is_reported() -> None:
    fractions: list[float] = []
    token = CancelToken()
    reporting = Reporting(fractions.append, token)
    seen = []

    def work() -> None:
        for item in range(10):
            seen.append(item)
            if item == 3:
                token.cancel()
            reporting.update((item + 1) / 10)

    with pytest.raises(Cancelled):
        work()
    assert seen == [0, 1, 2, 3]
    assert fractions == pytest.approx([0.1, 0.2, 0.3])


def test_a_token_says_whether_it_was_raised_also_from_another_thread() -> None:
    token = CancelToken()
    token.raise_if_cancelled()
    assert not token.cancelled
    thread = threading.Thread(target=token.cancel)
    thread.start()
    thread.join()
    assert token.cancelled
    with pytest.raises(Cancelled):
        token.raise_if_cancelled()


def test_work_side_by_side_keeps_its_order_and_reports_the_mean() -> None:
    heard: list[float] = []

    def work(number: int) -> Callable[[Progress], int]:
        def do(progress: Progress) -> int:
            progress.update(0.5)
            time.sleep(0.12)
            return number

        return do

    assert side_by_side([work(3), work(1), work(2)], Reporting(heard.append, CancelToken())) == [3, 1, 2]
    assert 0.5 in heard
    assert side_by_side([], SILENT) == []


def test_a_failure_of_one_stops_the_others_and_is_raised() -> None:
    stopped = threading.Event()

    def fail(_: Progress) -> None:
        raise ValueError("one of them")

    def go_on(progress: Progress) -> None:
        try:
            while True:
                progress.update(0.1)
                time.sleep(0.01)
        except Cancelled:
            stopped.set()
            raise

    with pytest.raises(ValueError, match="one of them"):
        side_by_side([fail, go_on], SILENT)
    assert stopped.is_set()


def test_a_cancel_stops_all_that_is_side_by_side() -> None:
    token = CancelToken()
    threading.Timer(0.1, token.cancel).start()

    def go_on(progress: Progress) -> None:
        while True:
            progress.update(0.1)
            time.sleep(0.01)

    with pytest.raises(Cancelled):
        side_by_side([go_on, go_on], Reporting(lambda _: None, token))


def test_what_cannot_be_interrupted_is_left_to_itself() -> None:
    token, going, ended = CancelToken(), threading.Event(), threading.Event()

    def work() -> None:
        going.wait(10)
        ended.set()

    token.cancel()
    with pytest.raises(Cancelled):
        apart(work, Reporting(lambda _: None, token))
    assert not ended.is_set()
    going.set()
    assert ended.wait(10)
    apart(ended.clear, SILENT)
    assert not ended.is_set()


def test_what_fails_apart_is_raised() -> None:
    def work() -> None:
        raise ImportError("no such library")

    with pytest.raises(ImportError, match="no such library"):
        apart(work, SILENT)
