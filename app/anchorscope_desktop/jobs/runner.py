"""The one job runner: an executor works, queued signals bring the news to the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from anchorscope.errors import Cancelled
from anchorscope.progress import CancelToken
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd, JobReport, failed

Work = Callable[[JobContext], Any]
"""A function that does the work; it runs in the worker thread and touches nothing of the window."""

OnEnd = Callable[[JobEnd], None]
"""What to do in the window's thread when the job has ended, however it ended."""


OnPart = Callable[[Any], None]
"""What to do in the window's thread with a part of the result."""


def _no_parts(_: Any) -> None:
    raise AssertionError("the job hands over parts that nobody takes")


def _told_already(_: JobEnd) -> None:
    """Take no notice: who began the job was told of its end."""


@dataclass(frozen=True)
class _Job:
    title: str
    token: CancelToken
    on_end: OnEnd
    on_part: OnPart
    failing: str


class JobRunner(QObject):
    """Runs one job at a time; a new job cancels the old one or, where they take turns, waits for it.

    `finished` is emitted exactly once for every job: done, failed or cancelled. A job whose cancel was asked for ends
    as cancelled, even where the work happened to get through.
    """

    started = Signal(str)
    progressed = Signal(object)
    cancelling = Signal()
    finished = Signal(object)
    _reported = Signal(int, object)
    _handed = Signal(int, object)
    _ended = Signal(int, object)

    def __init__(self, parent: QObject | None = None, *, in_turn: bool = False) -> None:
        super().__init__(parent)
        self._in_turn = in_turn
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="anchorscope-job")
        self._jobs: dict[int, _Job] = {}
        self._latest = 0
        self._closed = False
        self._preparation: Callable[[], object] | None = None
        self._reported.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._handed.connect(self._pass_part, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a job has not ended yet."""
        return bool(self._jobs)

    def start(self, title: str, work: Work, on_end: OnEnd, on_part: OnPart = _no_parts, *, failing: str = "") -> None:
        """Run `work` once what is running has stopped.

        Parameters
        ----------
        title
            What is being done.
        work
            Runs in the worker.
        on_end, on_part
            Take how it ended, and what it hands over early.
        failing
            What is said of it in a word or two if it fails.
        """
        self.begin()
        if not self._in_turn:
            self.cancel()
        self._latest += 1
        key, token = self._latest, CancelToken()
        self._jobs[key] = _Job(title, token, on_end, on_part, failing)
        self.started.emit(title)
        context = JobContext(token, partial(self._reported.emit, key), partial(self._handed.emit, key))
        future = self._executor.submit(_obey, work, context)
        future.add_done_callback(partial(self._hand_over, key, title, token))

    def prepare(self, work: Callable[[], object]) -> None:
        """Do `work`, silently, before the first job or when `begin` is called: it loads libraries."""
        self._preparation = work

    def begin(self) -> None:
        """Do now what was prepared: the window is there, and until it was it had the processor to itself."""
        work, self._preparation = self._preparation, None
        if work is not None and not self._closed:
            self._executor.submit(work)

    def cancel(self) -> None:
        """Ask every job to stop; returns at once."""
        for job in self._jobs.values():
            job.token.cancel()
        if self._jobs:
            self.cancelling.emit()

    def end(self) -> None:
        """Cancel, and tell those who began the jobs now that they were, not once the worker has stopped.

        What they do about it is then done with the session that the jobs were of; `finished` comes in its time.
        """
        self.cancel()
        for key, job in list(self._jobs.items()):
            self._jobs[key] = replace(job, on_end=_told_already)
            job.on_end(JobEnd(job.title, Ending.CANCELLED))

    def close(self) -> None:
        """Cancel, wait for the worker to stop, and accept no more work; nobody is told any more."""
        self._closed = True
        self.cancel()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._jobs.clear()

    def _hand_over(self, key: int, title: str, token: CancelToken, future: Future[Any]) -> None:
        # In the worker's thread: nothing but an emission, which Qt queues.
        if not self._closed:
            self._ended.emit(key, _end_of(title, token, future))

    def _pass_on(self, key: int, report: JobReport) -> None:
        job = self._jobs.get(key)
        if job is not None and not job.token.cancelled:
            self.progressed.emit(report)

    def _pass_part(self, key: int, part: Any) -> None:
        job = self._jobs.get(key)
        if job is not None and not job.token.cancelled:
            job.on_part(part)

    def _finish(self, key: int, end: JobEnd) -> None:
        job = self._jobs.pop(key, None)
        if job is None:
            return
        if job.token.cancelled:  # it may have got through before, with nobody told yet
            end = JobEnd(job.title, Ending.CANCELLED)
        elif end.ending is Ending.FAILED:
            end = replace(end, words=job.failing)
        try:
            job.on_end(end)
        finally:
            self.finished.emit(end)


def _obey(work: Work, context: JobContext) -> Any:
    context.token.raise_if_cancelled()
    return work(context)


def _end_of(title: str, token: CancelToken, future: Future[Any]) -> JobEnd:
    error = None if future.cancelled() else future.exception()
    if future.cancelled() or token.cancelled or isinstance(error, Cancelled):
        return JobEnd(title, Ending.CANCELLED)
    if error is not None:
        return failed(title, error)
    return JobEnd(title, Ending.DONE, value=future.result())
