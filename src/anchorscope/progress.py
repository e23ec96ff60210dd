"""Progress and cancel as one argument of every long function: report a fraction, or be told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol, TypeVar

from anchorscope.errors import Cancelled

Item = TypeVar("Item")


class Progress(Protocol):
    """What a long function reports to."""

    def update(self, fraction: float) -> None:
        """Report that `fraction` (0 to 1) of this piece of work is done.

        Raises
        ------
        Cancelled
            If the work has been asked to stop.
        """


class _Silent:
    def update(self, fraction: float) -> None:
        """Ignore the report."""


SILENT: Progress = _Silent()
"""The default: reports go nowhere and nothing cancels."""


class CancelToken:
    """A flag that one thread raises and another obeys."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next report."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work has been asked to stop."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` if the work has been asked to stop."""
        if self.cancelled:
            raise Cancelled


@dataclass(frozen=True)
class Part:
    """The stretch from `start` to `end` of a larger piece of work."""

    whole: Progress
    start: float
    end: float

    def update(self, fraction: float) -> None:
        """Report to the whole, scaled into this stretch."""
        self.whole.update(self.start + (self.end - self.start) * fraction)


Reporter = Callable[[float], None]


@dataclass(frozen=True)
class Reporting:
    """A `Progress` made of a function that hears fractions and a token that stops the work."""

    report: Reporter
    token: CancelToken

    def update(self, fraction: float) -> None:
        """Obey the token, then pass the fraction on."""
        self.token.raise_if_cancelled()
        self.report(min(max(fraction, 0.0), 1.0))


POLL_SECONDS = 0.05
"""How long a cancel may wait before work done side by side hears of it."""


LEFT_TO_ITSELF = "anchorscope-apart"
"""Name of a thread that a cancel does not wait for."""


def apart(work: Callable[[], object], progress: Progress) -> None:
    """Do what nobody can interrupt, such as loading a library, in a thread that a cancel leaves to itself.

    Raises
    ------
    Exception
        What `work` raised.
    """
    done: Future[object] = Future()

    def settle() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            done.set_exception(error)

    threading.Thread(target=settle, name=LEFT_TO_ITSELF, daemon=True).start()
    while not wait([done], POLL_SECONDS).done:
        progress.update(0.0)
    done.result()


def side_by_side(works: Sequence[Callable[[Progress], Item]], progress: Progress) -> list[Item]:
    """Do several pieces of work in threads and return their results in order.

    Parameters
    ----------
    works
        Each is given a progress of its own; it gains from a thread where it leaves the interpreter's lock.
    progress
        Hears the mean fraction, from the calling thread only.

    Raises
    ------
    Cancelled
        If `progress` does; all work stops at its next report.
    """
    token, done = CancelToken(), [0.0] * len(works)

    def hear(place: int) -> Reporter:
        def report(fraction: float) -> None:
            done[place] = fraction

        return report

    with ThreadPoolExecutor(max(len(works), 1)) as threads:
        futures = [threads.submit(work, Reporting(hear(place), token)) for place, work in enumerate(works)]
        try:
            while wait(futures, POLL_SECONDS, FIRST_EXCEPTION).not_done and not _failed(futures):
                progress.update(sum(done) / len(done))
        except BaseException:
            token.cancel()
            raise
        if _failed(futures):
            token.cancel()
    return [future.result() for future in futures]


def _failed(futures: Sequence[Future[Item]]) -> bool:
    return any(future.done() and future.exception() is not None for future in futures)
