"""Text files, compressed or not: lines, bytes, and one sentence if they cannot be read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from anchorscope.errors import InputError
from anchorscope.progress import Progress

_GZIP = b"\x1f\x8b"

_LINES = 20_000


@contextmanager
def opened_text(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open a text file whatever it is called, compressed by gzip or not.

    Yields
    ------
    content
        The text as bytes.
    raw
        The file on the disk; how far it was read tells the progress.

    Raises
    ------
    InputError
        If it cannot be read, or breaks off.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            yield (cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw), raw
    except PermissionError:
        raise InputError(f"Cannot read {path.name}", "no permission to open it", "change that") from None
    except (EOFError, zlib.error, gzip.BadGzipFile, OSError) as error:
        raise damaged(path) from error


def read_lines(path: Path, progress: Progress) -> Iterator[str]:
    """Yield the lines of a text file, without their ends.

    Parameters
    ----------
    path
        A text file, compressed by gzip or not.
    progress
        Hears the fraction of the file read, every some thousand lines.

    Raises
    ------
    InputError
        If it is no text, or breaks off.
    """
    size = max(path.stat().st_size, 1)
    with opened_text(path) as (content, raw):
        for number, line in enumerate(content):
            if number % _LINES == 0:
                progress.update(min(raw.tell() / size, 1.0))
            yield _decoded(line, path).rstrip("\r\n")


def _decoded(line: bytes, path: Path) -> str:
    if b"\0" in line:
        raise InputError(f"Cannot read {path.name}", "something that is not text", "export it again as text")
    return line.decode("utf-8-sig", errors="replace")


def damaged(path: Path) -> InputError:
    """Return the refusal of a file that breaks off."""
    return InputError(f"Cannot read {path.name}", "a file that is damaged or incomplete",
                      "download or export it again")
