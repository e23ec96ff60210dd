"""Counts that are too many for memory, in plain files of our own that any block can be read from at once."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from mmap import ACCESS_COPY, mmap
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.blocks import EvenBlocks
from anchorscope.errors import InputError

VARIABLE = "ANCHORSCOPE_SCRATCH"
"""Environment variable that names the folder for such files; by default the user's folder for caches."""

_ELSEWHERE = f"free some space, or name a folder on another disk in the environment variable {VARIABLE}"

BLOCK_CELLS = 2048
"""Cells in a block from disk: some ten megabytes of counts."""

MOST_IN_MEMORY = 50_000_000
"""Counts that are not zero up to which a matrix is held in memory: 400 MB."""

_limits: list[int] = [MOST_IN_MEMORY]


def most_in_memory() -> int:
    """Return the number of counts up to which a matrix that is read is held in memory."""
    return _limits[-1]


@contextmanager
def holding_at_most(n_counts: int) -> Iterator[None]:
    """Change, in the whole process and until this ends, how many counts a matrix in memory may have."""
    _limits.append(n_counts)
    try:
        yield
    finally:
        _limits.pop()


@dataclass(frozen=True, eq=False)
class OnDisk(EvenBlocks[sparse.csr_matrix]):
    """Blocks of counts in scratch files, as csr float64.

    Parameters
    ----------
    folder
        Holds ``values`` (float32) and ``places`` (int32), one cell after the other.
    ends
        (n_cells + 1,) int64 where each cell begins, and the end.
    n_features
        Features in the files.
    chosen
        The features that are there for others, or all.
    block_cells
        Cells in a block.
    """

    folder: Path
    ends: NDArray[np.int64]
    n_features: int
    chosen: NDArray[np.int64] | None = None
    block_cells: int = BLOCK_CELLS

    @property
    def shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Number of cells and of features."""
        return len(self.ends) - 1, self.n_features if self.chosen is None else len(self.chosen)

    def block(self, number: int) -> sparse.csr_matrix:
        """Read one block."""
        rows = self.rows(number)
        first, last = int(self.ends[rows.start]), int(self.ends[rows.stop])
        values = np.fromfile(self.folder / "values", np.float32, last - first, offset=4 * first)
        places = np.fromfile(self.folder / "places", np.int32, last - first, offset=4 * first)
        ends = (self.ends[rows.start : rows.stop + 1] - first).astype(np.int32)
        whole = sparse.csr_matrix((values.astype(np.float64), places, ends),
                                  shape=(rows.stop - rows.start, self.n_features))
        return whole if self.chosen is None else whole[:, self.chosen]

    def taking(self, features: NDArray[np.bool_]) -> OnDisk:
        """Return the same cells with some of the features: (n_features,) which."""
        there = np.arange(self.n_features) if self.chosen is None else self.chosen
        return self if features.all() else replace(self, chosen=there[features])


class Scratch:
    """Files that are written cell by cell and vanish with the last that reads them.

    Raises
    ------
    InputError
        If the disk has no room for `n_counts` counts.
    """

    def __init__(self, n_counts: int) -> None:
        self.folder = _folder(8 * n_counts)
        self._values, self._places = (self.folder / "values").open("wb"), (self.folder / "places").open("wb")
        self._ends = [np.zeros(1, dtype=np.int64)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._values.close()
        self._places.close()
        if kind is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def append(self, cells: sparse.csr_matrix) -> None:
        """Write further cells: csr, tidy.

        Raises
        ------
        InputError
            If the disk is full after all.
        """
        _write(self._values, cells.data, np.float32)
        _write(self._places, cells.indices, np.int32)
        self._ends.append(self._ends[-1][-1] + cells.indptr[1:].astype(np.int64))

    def finished(self, n_features: int) -> OnDisk:
        """Return what was written; the files are deleted when nothing refers to it any more."""
        self._values.flush()
        self._places.flush()
        ends = np.concatenate(self._ends)
        # Everything that is made of these counts keeps `ends`, or a copy of the object that does.
        weakref.finalize(ends, shutil.rmtree, self.folder, ignore_errors=True)
        return OnDisk(self.folder, ends, n_features)


MOST_ON_SHELF = 5_000_000
"""Numbers up to which an array that is rarely looked at stays in memory: 40 MB."""


class ShelfInMemory:
    """An array that is filled from its beginning."""

    def __init__(self, kind: type[np.generic], most: int) -> None:
        self._values, self._filled = np.empty(most, dtype=kind), 0

    def append(self, values: NDArray[Any]) -> None:
        """Add further numbers."""
        self._values[self._filled : self._filled + len(values)] = values
        self._filled += len(values)

    def finished(self) -> NDArray[Any]:
        """Return all of them."""
        return self._values[: self._filled]


class ShelfInFile:
    """The same in a scratch file, from which the system reads what is looked at.

    Raises
    ------
    InputError
        If the disk has no room for it.
    """

    def __init__(self, kind: type[np.generic], most: int) -> None:
        self._kind, self._filled = np.dtype(kind), 0
        self._folder = _folder(self._kind.itemsize * most)
        self._file = (self._folder / "numbers").open("wb")
        self._end = weakref.finalize(self, _given_up, self._file, self._folder)

    def append(self, values: NDArray[Any]) -> None:
        """Add further numbers."""
        _write(self._file, values, self._kind)
        self._filled += len(values)

    def finished(self) -> NDArray[Any]:
        """Return all of them; the file goes with the last array that looks at them."""
        self._file.close()
        if not self._filled:
            return np.empty(0, dtype=self._kind)
        with (self._folder / "numbers").open("rb") as file:
            # What is changed stays in memory, as some of scipy's methods need it.
            mapped = mmap(file.fileno(), 0, access=ACCESS_COPY)
        self._end.detach()
        weakref.finalize(mapped, shutil.rmtree, self._folder, ignore_errors=True)
        return np.frombuffer(mapped, dtype=self._kind)


def _write(file: BinaryIO, values: NDArray[Any], kind: type[np.generic] | np.dtype[Any]) -> None:
    try:
        values.astype(kind, copy=False).tofile(file)
    except OSError as error:
        raise InputError("The disk for scratch files took no more", str(error), _ELSEWHERE) from error


def _given_up(file: BinaryIO, folder: Path) -> None:
    file.close()
    shutil.rmtree(folder, ignore_errors=True)


def shelf(kind: type[np.generic], most: int) -> ShelfInMemory | ShelfInFile:
    """Return a place for up to so many numbers that are written once and rarely looked at: a file, if they are many."""
    return ShelfInMemory(kind, most) if most <= MOST_ON_SHELF else ShelfInFile(kind, most)


def scratch_home() -> Path:
    """Return the folder in which scratch files are made."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "anchorscope"


def _folder(n_bytes: int) -> Path:
    """Make a folder of this process that has room for so much; what a program that was killed has left goes first."""
    home = scratch_home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        _check_room(home, n_bytes)
        return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-{_machine()}-", dir=home))
    except OSError as error:
        raise InputError(f"No scratch file can be made in {home}", str(error), _ELSEWHERE) from error


def _machine() -> str:
    """Return a short name of this machine: a folder may be shared by several, and none knows the others' processes."""
    return sha256(platform.node().encode()).hexdigest()[:8]


def _check_room(home: Path, n_bytes: int) -> None:
    free = shutil.disk_usage(home).free
    if free < 1.05 * n_bytes:
        raise InputError(
            f"The data need {n_bytes / 1e9:,.1f} GB of disk while they are worked on",
            f"{free / 1e9:,.1f} GB free in {home}",
            _ELSEWHERE)


def _sweep(home: Path) -> None:
    """Delete what a program that was killed has left."""
    import psutil

    for folder in home.glob(f"*-{_machine()}-*"):
        number = folder.name.partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            shutil.rmtree(folder, ignore_errors=True)
