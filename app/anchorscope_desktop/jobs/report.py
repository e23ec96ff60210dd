"""What a job tells the window while it works and when it ends."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from anchorscope.errors import AnchorscopeError
from anchorscope.progress import CancelToken, Progress, Reporting

REPORTS_PER_SECOND = 20
_SECONDS_BEFORE_FORECAST = 0.5
_FRACTION_BEFORE_FORECAST = 0.02


class Ending(Enum):
    """The three ways a job can end."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class JobReport:
    """How far a job is: `number` of `total` steps, `fraction` of the whole, `seconds_left` if it can be told."""

    title: str
    fraction: float
    number: int = 1
    total: int = 1
    seconds_left: float | None = None
    stage: str = ""
    stage_fraction: float = 0.0


@dataclass(frozen=True)
class JobEnd:
    """How a job ended: the value it returned, or the sentence for the page and the details for the log."""

    title: str
    ending: Ending
    value: Any = None
    sentence: str = ""
    details: str = ""
    error: BaseException | None = None
    words: str = ""
    """What the job bar says of a failure, where that is not that it stopped."""

    @property
    def succeeded(self) -> bool:
        """Whether there is a value."""
        return self.ending is Ending.DONE


def failed(title: str, error: BaseException) -> JobEnd:
    """Return the end of a job that raised `error`; details are for what the program did not foresee."""
    details = "" if isinstance(error, AnchorscopeError) else "".join(traceback.format_exception(error))
    return JobEnd(title, Ending.FAILED, sentence=sentence_for(error), details=details, error=error)


def sentence_for(error: BaseException) -> str:
    """Return the one sentence shown for `error`: what is wrong, what was found, what to do."""
    if isinstance(error, AnchorscopeError):
        return str(error)
    if isinstance(error, MemoryError):
        return "The memory of this computer is used up; close other programs or take fewer cells, then try again."
    text = str(error) or "no further words"
    return f"This step stopped unexpectedly: found {type(error).__name__} ({text}); copy the log and report it."


class JobContext:
    """What the work is handed: a token to obey and a place to report to, thinned to what an eye can follow."""

    def __init__(self, token: CancelToken, emit: Callable[[JobReport], None], hand: Callable[[Any], None]) -> None:
        self.token = token
        self._emit = emit
        self.hand = hand
        """Takes a part of the result that can be shown before the rest."""
        self._started = time.monotonic()
        self._last_time = 0.0
        self._last_stage = ""
        self._lock = threading.Lock()

    def report(self, report: JobReport) -> None:
        """Pass `report` on, unless the last one was a moment ago and told of the same step."""
        with self._lock:
            now = time.monotonic()
            soon = now - self._last_time < 1 / REPORTS_PER_SECOND
            if soon and report.stage + report.title == self._last_stage and report.fraction < 1:
                return
            self._last_time, self._last_stage = now, report.stage + report.title
        self._emit(report)

    def progress(self, title: str) -> Progress:
        """Return a `Progress` for work of one piece, called `title`."""
        return Reporting(lambda fraction: self.report(JobReport(title, fraction, seconds_left=self._left(fraction))),
                         self.token)

    def _left(self, fraction: float) -> float | None:
        elapsed = time.monotonic() - self._started
        if elapsed < _SECONDS_BEFORE_FORECAST or fraction < _FRACTION_BEFORE_FORECAST:
            return None
        return elapsed * (1 - fraction) / fraction
