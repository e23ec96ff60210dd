"""Where passes over blocks of cells are worked: by threads here, or by other computers.

Every pass of the core is one of two: a result for each block (`each_block`), or the sum of such results (`sum_over`).
Results come and are added in the order of the blocks, so that they depend neither on who was faster nor on how many
work.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from anchorscope.blocks import Block, Blocks, Kept
from anchorscope.errors import Cancelled
from anchorscope.progress import POLL_SECONDS, SILENT, Progress

Result = TypeVar("Result")

MOST_THREADS = 8
"""Blocks worked on at once, at most: sums are added up in order, so more would wait for one another."""

PARTIAL_SUMS = 64
"""Sums that are handed over, at most: beyond it neighbouring blocks are added up where they are worked on."""


Idle = Callable[[], object]
"""Called again and again while a result is awaited; what it raises ends the work."""


def _nothing() -> None:
    """Wait."""


class Engine(Protocol):
    """Works on many tasks at once."""

    @property
    def elsewhere(self) -> bool:
        """Whether other processes work, so that tasks gain that use all cores of this one by themselves."""

    def map(self, task: Callable[[int], Result], count: int, idle: Idle = _nothing) -> Iterator[Result]:
        """Yield the results of the tasks 0 to ``count - 1`` in this order; `idle` is called while one is awaited."""


_here = threading.local()
"""In a thread of `Threads`: the event that says that nobody waits for its results any more."""


def stop_if_unwanted() -> None:
    """Stop a task of several pieces between two of them, where its result is not wanted any more.

    Raises
    ------
    Cancelled
        Which nobody hears.
    """
    unwanted: threading.Event | None = getattr(_here, "unwanted", None)
    if unwanted is not None and unwanted.is_set():
        raise Cancelled


class Threads:
    """The threads of this process; they gain where numpy and scipy leave the interpreter's lock."""

    elsewhere = False

    def map(self, task: Callable[[int], Result], count: int, idle: Idle = _nothing) -> Iterator[Result]:
        """Yield the results in order; never more than a few are held, and none is begun once nobody wants it."""
        workers = max(1, min(os.cpu_count() or 1, MOST_THREADS, count))
        waiting: deque[Future[Result]] = deque()
        unwanted = threading.Event()

        def work(number: int) -> Result:
            _here.unwanted = unwanted
            stop_if_unwanted()
            return task(number)

        with ThreadPoolExecutor(workers) as threads:
            try:
                for number in range(count):
                    waiting.append(threads.submit(work, number))
                    if len(waiting) > workers:
                        yield _awaited(waiting.popleft(), idle)
                while waiting:
                    yield _awaited(waiting.popleft(), idle)
            finally:
                unwanted.set()


def _awaited(future: Future[Result], idle: Idle) -> Result:
    while not wait([future], POLL_SECONDS).done:
        idle()
    return future.result()


_engines: list[Engine] = [Threads()]


def engine() -> Engine:
    """Return the engine that works on all passes of this process."""
    return _engines[-1]


@contextmanager
def working_on(other: Engine) -> Iterator[None]:
    """Let another engine work, in the whole process, until this ends."""
    _engines.append(other)
    try:
        yield
    finally:
        _engines.pop()


def each_block(
    blocks: Blocks[Block], function: Callable[[slice, Block], Result], progress: Progress = SILENT
) -> Iterator[tuple[slice, Result]]:
    """Apply a function to each block, several at once, and yield the results in the order of the blocks.

    Parameters
    ----------
    blocks
        Each is made where it is worked on.
    function
        Of (rows, block).
    progress
        Told, in the calling thread, after each block and while one is awaited.
    """
    def task(number: int) -> Result:
        return function(blocks.rows(number), blocks.block(number))

    done = _Done(progress, len(blocks))
    for number, result in enumerate(engine().map(task, len(blocks), done.tell)):
        done.count()
        yield blocks.rows(number), result


class _Done:
    """How many of the tasks are done; telling it again while one is awaited lets a cancel through."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._number = progress, total, 0

    def tell(self) -> None:
        self._progress.update(self._number / self._total)

    def count(self) -> None:
        self._number += 1
        self.tell()


def kept(blocks: Blocks[Block], progress: Progress = SILENT) -> Kept[Block]:
    """Make all blocks, several at once, and keep them in memory."""
    places, parts = zip(*each_block(blocks, lambda _, block: block, progress), strict=True)
    return Kept(blocks.shape, places, parts)


def sum_over(
    blocks: Blocks[Block], function: Callable[[slice, Block], Any], progress: Progress = SILENT
) -> Any:
    """Return the sum over the blocks of what a function makes of each.

    Parameters
    ----------
    blocks
        At least one.
    function
        Of (rows, block); returns a new array, or another thing that ``+=`` adds up.
    progress
        Told, in the calling thread, after each partial sum and while one is awaited.

    Notes
    -----
    Neighbouring blocks are added up first where there are many. How many depends on the number of blocks alone, so the
    rounding of the sum does, too.
    """
    together = -(-len(blocks) // PARTIAL_SUMS)
    count = -(-len(blocks) // together)

    def task(number: int) -> Any:
        first = number * together
        total = function(blocks.rows(first), blocks.block(first))
        for more in range(first + 1, min(first + together, len(blocks))):
            stop_if_unwanted()
            total += function(blocks.rows(more), blocks.block(more))
        return total

    total, done = None, _Done(progress, count)
    for partial in engine().map(task, count, done.tell):
        if total is None:
            total = partial
        else:
            total += partial
        done.count()
    return total
