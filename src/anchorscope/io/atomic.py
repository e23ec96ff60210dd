"""Write a file so that it is either there in full or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anchorscope.errors import OutputError
from anchorscope.progress import SILENT, Progress

_REASONS = {
    errno.ENOSPC: "a full disk",
    errno.EDQUOT: "a used-up quota",
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
    errno.EROFS: "a read-only disk",
    errno.ENAMETOOLONG: "a file name that is too long",
}


@contextmanager
def atomic_path(path: Path | str, progress: Progress = SILENT) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it takes that name, on any failure it is removed.

    Parameters
    ----------
    path
        The file to write; an existing one is replaced at the very end, in one step.
    progress
        Told that all is done just before that: the last moment at which a cancel leaves everything as it was.

    Raises
    ------
    OutputError
        If the folder is missing or read-only, `path` is a folder, or the disk is full.
    Cancelled
        If the work has been asked to stop.
    """
    path = Path(path)
    check_destination(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with _explained(path):
            temporary.touch()
            yield temporary
            _flush(temporary)
            progress.update(1.0)
            temporary.replace(path)
    except BaseException:
        # Cancel and Ctrl-C too: nothing may stay behind.
        temporary.unlink(missing_ok=True)
        raise


def check_destination(path: Path | str) -> None:
    """Refuse a path that cannot be written, before any work is done for it.

    Raises
    ------
    OutputError
        If the folder is missing or not writable, or `path` is itself a folder.
    """
    path = Path(path)
    if path.is_dir():
        raise OutputError(f"Cannot write {path}", "a folder of that name", "give the name of a file")
    if not path.parent.is_dir():
        raise OutputError(f"Cannot write {path}", f"no folder {path.parent}", "create it or choose another")
    if not os.access(path.parent, os.W_OK):
        raise _refused(path, _REASONS[errno.EACCES])


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        raise _refused(path, _REASONS.get(error.errno or 0, "a failure of the disk")) from error


def _refused(path: Path, reason: str) -> OutputError:
    full = reason in (_REASONS[errno.ENOSPC], _REASONS[errno.EDQUOT])
    remedy = "free some space or choose another folder" if full else "choose another folder or name"
    return OutputError(f"Cannot write {path}", reason, remedy)


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
