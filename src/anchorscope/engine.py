"""Where passes over blocks of cells are worked: by threads here, or by other computers.

Every pass of the core is one of two: a result for each block (`each_block`), or the sum of such results (`sum_over`).
Results come and are added in the order of the blocks, so that they depend neither on who was faster nor on how many
work.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from anchorscope.blocks import Block, Blocks, Kept
from anchorscope.progress import SILENT, Progress

Result = TypeVar("Result")

MOST_THREADS = 8
"""Blocks worked on at once, at most: sums are added up in order, so more would wait for one another."""

PARTIAL_SUMS = 64
"""Sums that are handed over, at most: beyond it neighbouring blocks are added up where they are worked on."""


class Engine(Protocol):
    """Works on many tasks at once."""

    @property
    def elsewhere(self) -> bool:
        """Whether other processes work, so that tasks gain that use all cores of this one by themselves."""

    def map(self, task: Callable[[int], Result], count: int) -> Iterator[Result]:
        """Yield the results of the tasks 0 to ``count - 1`` in this order."""


class Threads:
    """The threads of this process; they gain where numpy and scipy leave the interpreter's lock."""

    elsewhere = False

    def map(self, task: Callable[[int], Result], count: int) -> Iterator[Result]:
        """Yield the results in order; never more than a few are held."""
        workers = max(1, min(os.cpu_count() or 1, MOST_THREADS, count))
        waiting: deque[Future[Result]] = deque()
        with ThreadPoolExecutor(workers) as threads:
            for number in range(count):
                waiting.append(threads.submit(task, number))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


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
        Told, in the calling thread, after each block.
    """
    def task(number: int) -> Result:
        return function(blocks.rows(number), blocks.block(number))

    for number, result in enumerate(engine().map(task, len(blocks))):
        progress.update((number + 1) / len(blocks))
        yield blocks.rows(number), result


def kept(blocks: Blocks[Block]) -> Kept[Block]:
    """Make all blocks, several at once, and keep them in memory."""
    places, parts = zip(*each_block(blocks, lambda _, block: block), strict=True)
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
        Told, in the calling thread, after each partial sum.

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
            total += function(blocks.rows(more), blocks.block(more))
        return total

    total = None
    for number, partial in enumerate(engine().map(task, count)):
        if total is None:
            total = partial
        else:
            total += partial
        progress.update((number + 1) / count)
    return total
