"""Files before anything is understood of them: are they there, are they HDF5, what is their checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from anchorscope.errors import InputError
from anchorscope.progress import SILENT, Progress

Hdf5: TypeAlias = Any
"""An open HDF5 file, group or dataset; h5py declares no types."""

SUFFIXES = (".h5ad", ".h5", ".hdf5", ".h5mu", ".mtx", ".mtx.gz")
"""Suffixes of the files that can be read; folders with a matrix.mtx and Zarr stores can be read too."""

WANTED = "give an .h5ad, .h5mu or 10x .h5 file, a Zarr store, or a folder with matrix.mtx"
QUERY_WANTED = f"{WANTED}, or fragments as .tsv, .tsv.gz or .bed"

_CHUNK = 1 << 24


def check_file(path: Path | str, suffixes: tuple[str, ...] = (), wanted: str = WANTED) -> Path:
    """Return `path` if it is a file that is not empty and has one of the suffixes, if any are given.

    Parameters
    ----------
    path
        The file.
    suffixes
        In lower case, with their dots.
    wanted
        What to give instead, for the message about a suffix.

    Raises
    ------
    InputError
        Otherwise.
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(f"Cannot read {path}", "a folder", wanted if suffixes else "give a file")
    if not path.is_file():
        raise InputError(f"Cannot read {path}", "no such file", "check the path")
    if suffixes and not path.name.lower().endswith(suffixes):
        found = f"a name that ends in “{path.suffix}”" if path.suffix else "a name without suffix"
        raise InputError(f"Cannot read {path.name}", found, wanted)
    if path.stat().st_size == 0:
        raise InputError(f"Cannot read {path.name}", "an empty file", "download or export it again")
    return path


@contextmanager
def opened(path: Path) -> Iterator[Hdf5]:
    """Open an HDF5 file for reading, and turn any failure to read it into one sentence.

    Raises
    ------
    InputError
        If the file is no HDF5 or breaks off.
    """
    import h5py
    import hdf5plugin  # noqa: F401 - registers the compressions that other programs write

    try:
        with h5py.File(path, "r") as file:
            yield file
    except InputError:
        raise
    except PermissionError:
        raise InputError(f"Cannot read {path.name}", "no permission to open it", "change that") from None
    except (OSError, RuntimeError, KeyError, UnicodeDecodeError) as error:
        if not h5py.is_hdf5(path):
            raise _unreadable(path, "something that is not an HDF5 file") from error
        raise _unreadable(path, "a file that is damaged or incomplete") from error


def checksum(path: Path, progress: Progress = SILENT) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    return checksum_of((path,), progress)


def checksum_of(paths: Sequence[Path], progress: Progress) -> str:
    """Return the SHA-256 of several files, one after the other, as hexadecimal digits."""
    digest, done = hashlib.sha256(), 0
    size = max(sum(each.stat().st_size for each in paths), 1)
    for each in paths:
        with each.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                progress.update(done / size)
    return digest.hexdigest()


def _unreadable(path: Path, found: str) -> InputError:
    return InputError(f"Cannot read {path.name}", found, "download or export it again")
