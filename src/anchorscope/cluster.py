"""Passes over blocks of cells on the workers of a Dask scheduler: one large machine, or many.

Workers read the blocks themselves, so the folder for scratch files (`anchorscope.scratch.scratch_home`) must be one
that all of them see. Only sums and coordinates travel.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from anchorscope.engine import Idle, working_on
from anchorscope.errors import InputError
from anchorscope.scratch import holding_at_most, scratch_home

Result = TypeVar("Result")

AHEAD = 3
"""Tasks handed over for each thread of the workers: enough that none waits, few enough that results fit here."""

RETRIES = 5
"""How often a task is tried anew when its worker is lost."""


class Cluster:
    """Works on tasks with the workers of a scheduler; a task whose worker is lost is done by another.

    Parameters
    ----------
    client
        An open ``distributed.Client``.
    """

    elsewhere = True

    def __init__(self, client: Any) -> None:
        self._client = client

    def map(self, task: Callable[[int], Result], count: int, idle: Idle = lambda: None) -> Iterator[Result]:
        """Yield the results of the tasks 0 to ``count - 1`` in this order; `idle` is called before each."""
        import cloudpickle

        home = scratch_home()
        home.mkdir(parents=True, exist_ok=True)
        waiting: deque[Any] = deque()
        # What all tasks share, such as the axes to project on, is read from a file: through the scheduler it would
        # travel once a task, and be lost with the worker that holds it.
        with tempfile.NamedTemporaryFile(dir=home, prefix="task-", suffix=".pkl", delete=False) as file:
            cloudpickle.dump(task, file)
        try:
            for number in range(count):
                waiting.append(self._client.submit(_work, file.name, number, pure=False, retries=RETRIES))
                if len(waiting) >= self._ahead():
                    idle()
                    yield waiting.popleft().result()
            while waiting:
                idle()
                yield waiting.popleft().result()
        finally:
            with suppress(Exception):
                self._client.cancel(list(waiting))
            Path(file.name).unlink(missing_ok=True)

    def _ahead(self) -> int:
        return AHEAD * max(int(sum(self._client.nthreads().values())), 1)


@contextmanager
def working_at(address: str | None) -> Iterator[None]:
    """Work on the workers of the scheduler at `address`, such as ``tcp://host:8786``; ``None`` is this machine.

    Counts are then read from disk whatever their number, because the workers read them, too.

    Raises
    ------
    InputError
        If Dask is not installed, or no scheduler with workers answers.
    """
    if address is None:
        yield
        return
    client = _client(address)
    try:
        with working_on(Cluster(client)), holding_at_most(0):
            yield
    finally:
        client.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise InputError("Working on a cluster needs Dask", "an installation without it",
                         "install anchorscope[cluster]") from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"No Dask scheduler answers at {address}", type(error).__name__,
                         "start one with “dask scheduler”, and give the address that it prints") from None
    if not client.nthreads():
        client.close()
        raise InputError(f"The Dask scheduler at {address} has no workers", "none",
                         "start some with “dask worker ADDRESS”, on machines that see the same files")
    return client


def _work(path: str, number: int) -> Any:
    return _task(path)(number)


@lru_cache(maxsize=2)
def _task(path: str) -> Callable[[int], Any]:
    import pickle

    # Written a moment ago by the program that this worker works for.
    with Path(path).open("rb") as file:
        return pickle.load(file)  # type: ignore[no-any-return]  # noqa: S301
