"""A job ends exactly once, whatever happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from anchorscope.errors import Cancelled, InputError
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd, JobReport
from anchorscope_desktop.jobs.runner import JobRunner


class Ends:
    """Counts what the runner says."""

    def __init__(self, runner: JobRunner) -> None:
        self.finished: list[JobEnd] = []
        self.told: list[JobEnd] = []
        runner.finished.connect(self.finished.append)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    made.close()


def raising(error: BaseException) -> Callable[[JobContext], None]:
    def work(context: JobContext) -> None:
        raise error

    return work


def patient(context: JobContext) -> None:
    while True:
        context.token.raise_if_cancelled()
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("error", "ending", "words"),
    [
        (InputError("It is odd", "a poem", "give data"), Ending.FAILED, "It is odd: found a poem; give data."),
        (ValueError("no"), Ending.FAILED, "ValueError (no)"),
        (RuntimeError("no"), Ending.FAILED, "RuntimeError (no)"),
        (MemoryError(), Ending.FAILED, "memory of this computer"),
        (SystemExit(3), Ending.FAILED, "SystemExit"),
        (Cancelled(), Ending.CANCELLED, ""),
    ],
)
def test_every_failure_ends_once(qtbot, runner, error, ending, words):
    ends = Ends(runner)
    runner.start("work", raising(error), ends.told.append)
    qtbot.waitUntil(lambda: bool(ends.finished), timeout=5000)
    qtbot.wait(50)
    assert [end.ending for end in ends.finished] == [ending]
    assert ends.told == ends.finished
    assert words in ends.finished[0].sentence
    assert not runner.busy


def test_success_brings_the_value(qtbot, runner):
    ends = Ends(runner)
    runner.start("work", lambda context: threading.current_thread().name, ends.told.append)
    qtbot.waitUntil(lambda: bool(ends.finished), timeout=5000)
    assert ends.told[0].succeeded
    assert ends.told[0].value.startswith("anchorscope-job")


def test_cancel_ends_once_and_soon(qtbot, runner):
    ends = Ends(runner)
    runner.start("work", patient, ends.told.append)
    qtbot.wait(50)
    started = time.monotonic()
    runner.cancel()
    runner.cancel()
    qtbot.waitUntil(lambda: bool(ends.finished), timeout=5000)
    qtbot.wait(50)
    assert time.monotonic() - started < 1.0
    assert [end.ending for end in ends.finished] == [Ending.CANCELLED]


def test_a_result_after_the_cancel_is_not_taken(qtbot, runner):
    ends, going = Ends(runner), threading.Event()

    def deaf(context: JobContext) -> int:
        going.wait(5)
        return 1

    runner.start("work", deaf, ends.told.append)
    runner.cancel()
    going.set()
    qtbot.waitUntil(lambda: bool(ends.finished), timeout=5000)
    assert ends.finished[0].ending is Ending.CANCELLED
    assert ends.finished[0].value is None


def test_who_began_a_job_that_is_ended_is_told_at_once_and_once(qtbot, runner):
    ends, begun, parts = Ends(runner), threading.Event(), []

    def work(context: JobContext) -> str:
        context.hand("a part")
        begun.set()
        while not context.token.cancelled:
            time.sleep(0.01)
        return "too late"

    runner.start("work", work, ends.told.append, parts.append)
    assert begun.wait(5)
    runner.end()
    assert ends.told == [JobEnd("work", Ending.CANCELLED)]
    assert ends.finished == []
    assert runner.busy
    qtbot.waitUntil(lambda: bool(ends.finished), timeout=5000)
    qtbot.wait(50)
    assert ends.finished == ends.told == [JobEnd("work", Ending.CANCELLED)]
    assert parts == []
    assert not runner.busy


@pytest.mark.parametrize("stop", [JobRunner.cancel, JobRunner.end])
def test_a_result_that_is_on_its_way_at_a_cancel_is_not_taken(qtbot, runner, stop):
    ends = Ends(runner)
    runner.start("work", lambda _: "just done", ends.told.append)
    time.sleep(0.2)  # it is done, and the window's thread has not heard of it
    stop(runner)
    qtbot.waitUntil(lambda: bool(ends.finished), timeout=5000)
    assert ends.finished == ends.told == [JobEnd("work", Ending.CANCELLED)]


def test_a_new_job_cancels_the_old(qtbot, runner):
    ends = Ends(runner)
    runner.start("old", patient, ends.told.append)
    runner.start("waiting", patient, ends.told.append)
    runner.start("new", lambda context: 2, ends.told.append)
    qtbot.waitUntil(lambda: len(ends.finished) == 3, timeout=5000)
    assert [(end.title, end.ending) for end in ends.finished] == [
        ("old", Ending.CANCELLED), ("waiting", Ending.CANCELLED), ("new", Ending.DONE)]


def test_jobs_in_turn_wait_for_each_other(qtbot):
    runner, order = JobRunner(in_turn=True), []
    ends = Ends(runner)

    def work(context: JobContext, name: str) -> str:
        time.sleep(0.02)
        context.report(JobReport(name, 1.0))
        order.append(name)
        return name

    reports: list[str] = []
    runner.progressed.connect(lambda report: reports.append(report.title))
    for name in ("first", "second"):
        runner.start(name, partial(work, name=name), ends.told.append)
    qtbot.waitUntil(lambda: len(ends.finished) == 2, timeout=5000)
    assert order == reports == [end.value for end in ends.told] == ["first", "second"]
    runner.start("first", patient, ends.told.append)
    runner.start("second", patient, ends.told.append)
    runner.cancel()
    qtbot.waitUntil(lambda: len(ends.finished) == 4, timeout=5000)
    assert [end.ending for end in ends.finished[2:]] == [Ending.CANCELLED] * 2
    runner.close()


def test_only_what_was_not_foreseen_has_details(qtbot, runner):
    ends = Ends(runner)
    for error in (InputError("It is odd", "a poem", "give data"), ValueError("no")):
        runner.start("work", raising(error), ends.told.append)
        qtbot.waitUntil(lambda: not runner.busy, timeout=5000)
    assert ends.told[0].details == ""
    assert "Traceback" in ends.told[1].details


def test_progress_is_thinned_and_arrives_in_the_windows_thread(qtbot, runner):
    heard: list[tuple[str, float]] = []
    runner.progressed.connect(lambda report: heard.append((threading.current_thread().name, report.fraction)))

    def work(context: JobContext) -> None:
        progress = context.progress("counting")
        for step in range(5001):
            progress.update(step / 5000)

    ends = Ends(runner)
    runner.start("work", work, ends.told.append)
    qtbot.waitUntil(lambda: bool(ends.finished), timeout=5000)
    assert heard[-1] == ("MainThread", 1.0)
    assert 1 <= len(heard) < 100


def test_close_waits_for_the_worker_and_tells_nobody(qtbot):
    runner = JobRunner()
    ends = Ends(runner)
    runner.start("work", patient, ends.told.append)
    runner.close()
    qtbot.wait(20)
    assert ends.finished == []
    assert not runner.busy
