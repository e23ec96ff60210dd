"""Progress on stderr, and nothing else there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anchorscope.io.inputs import Inputs
    from anchorscope.pipeline import Listener, RunReport
    from anchorscope.progress import Progress


@contextmanager
def told() -> Iterator[Listener]:
    """Yield a listener that shows the progress of a run."""
    line = _ProgressLine()

    def listen(report: RunReport) -> None:
        line.show(report.title, report.fraction, report.seconds_left)

    try:
        yield listen
    finally:
        line.end()


LARGE = 100_000_000
"""Bytes of files that take more than a few seconds to read."""


@contextmanager
def telling(title: str) -> Iterator[Progress]:
    """Yield a progress of one step, shown under `title`."""
    from anchorscope.progress import CancelToken, Reporting

    line = _ProgressLine()
    try:
        yield Reporting(lambda fraction: line.show(title, fraction, None), CancelToken())
    finally:
        line.end()


@contextmanager
def reading(inputs: Inputs) -> Iterator[Progress]:
    """Yield a progress for reading the files, shown only where it takes more than seconds."""
    from anchorscope.io.inputs import is_fragments
    from anchorscope.progress import SILENT

    fragments = inputs.fragments is not None or is_fragments(inputs.query)
    if not fragments and sum(path.stat().st_size for path in inputs.paths() if path.is_file()) < LARGE:
        yield SILENT
        return
    with telling("Reading fragments" if fragments else "Reading the files") as progress:
        yield progress


class _ProgressLine:
    """Stage, fraction and time left: one line rewritten on a terminal, few lines in a log."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._last: tuple[str, int] = ("", -1)
        self._width = 0

    def show(self, title: str, fraction: float, seconds_left: float | None) -> None:
        percent = int(100 * fraction)
        now = (title, percent if self._live else percent // 10)
        if now == self._last:
            return
        self._last = now
        left = "" if seconds_left is None else f"  {int(seconds_left) // 60}:{int(seconds_left) % 60:02} left"
        text = f"{title:<40} {percent:3d} %{left}"
        sys.stderr.write(f"\r{text:<{self._width}}" if self._live else f"{text}\n")
        self._width = len(text)
        sys.stderr.flush()

    def end(self) -> None:
        if self._live and self._width:
            sys.stderr.write("\n")
