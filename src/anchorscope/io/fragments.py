"""Fragments as Cell Ranger, ArchR and others write them, read in chunks: memory does not grow with the file."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.files import check_file
from anchorscope.io.peaks import prefixed
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Ints, Names

CHUNK_BYTES = 1 << 23
"""Text parsed at once: some 150,000 lines, a fraction of a second."""

_COLUMNS = ["chrom", "start", "end", "barcode"]
_GZIP = b"\x1f\x8b"
_REMEDY = "give a fragments file: chromosome, start, end and barcode, separated by tabs"
_SHOWN = 60


@dataclass(frozen=True)
class FragmentChunk:
    """Some lines of a fragments file, in its order.

    Parameters
    ----------
    chroms
        Chromosomes that occur, with the ``chr`` prefix.
    chrom
        (n,) place of each fragment's chromosome in `chroms`.
    start, end
        (n,) int64, counted from zero, `end` exclusive, as in the file.
    barcodes
        Barcodes that occur.
    barcode
        (n,) place of each fragment's barcode in `barcodes`.
    """

    chroms: Names
    chrom: Ints
    start: Ints
    end: Ints
    barcodes: Names
    barcode: Ints

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class FragmentBarcodes:
    """Barcodes of a fragments file and the fragments each has: both (n,), most fragments first."""

    names: Names
    counts: Ints

    def __len__(self) -> int:
        return len(self.names)


def fragment_chunks(
    path: Path | str, progress: Progress = SILENT, chunk_bytes: int = CHUNK_BYTES
) -> Iterator[FragmentChunk]:
    """Read a fragments file from beginning to end, a few megabytes at a time.

    Lines that begin with ``#``, empty lines and a header line are skipped; columns after the fourth are not read. The
    order of lines does not matter and no index is needed.

    Parameters
    ----------
    path
        Text, plain or compressed by gzip or bgzip, with 4, 5 or 6 columns: chromosome, start, end, barcode, and
        perhaps count and strand.
    progress
        Hears the fraction of the (compressed) file that was read.
    chunk_bytes
        Text per chunk.

    Raises
    ------
    InputError
        If the file cannot be read, breaks off, or is no fragments file.
    """
    path = check_file(path)
    found = False
    for text in _texts(path, progress, chunk_bytes):
        lines = _without_comments(text)
        if not found:
            lines = _without_header(lines, path)
        if lines.strip():
            found = True
            yield _parsed(lines, path)
    if not found:
        raise InputError(f"The file {path.name} holds no fragments", "no line that is one", _REMEDY)
    progress.update(1.0)


def fragment_barcodes(
    path: Path | str, min_fragments: int = 1, progress: Progress = SILENT
) -> FragmentBarcodes:
    """Count the fragments of each barcode.

    Parameters
    ----------
    path
        As in `fragment_chunks`.
    min_fragments
        Barcodes with fewer are left out.
    progress
        Hears the fraction of the file that was read.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    totals: dict[str, int] = {}
    for chunk in fragment_chunks(path, progress):
        for name, count in zip(chunk.barcodes, np.bincount(chunk.barcode), strict=True):
            totals[name] = totals.get(name, 0) + int(count)
    kept = sorted((-count, name) for name, count in totals.items() if count >= min_fragments)
    names = np.array([name for _, name in kept], dtype=object)
    return FragmentBarcodes(names, np.array([-count for count, _ in kept], dtype=np.int64))


def _texts(path: Path, progress: Progress, chunk_bytes: int) -> Iterator[bytes]:
    """Whole lines, about `chunk_bytes` at a time."""
    size = path.stat().st_size
    rest = b""
    with path.open("rb") as file:
        read = _reader(file, path)
        while text := read(chunk_bytes):
            progress.update(file.tell() / size)
            lines, newline, rest = (rest + text).rpartition(b"\n")
            if newline:
                yield lines
            elif len(rest) > 2 * chunk_bytes:
                raise _no_fragments(path, rest)
    if rest:
        yield rest


def _reader(file: IO[bytes], path: Path) -> Callable[[int], bytes]:
    compressed = file.read(2) == _GZIP
    file.seek(0)
    if not compressed:
        return file.read
    unpacked = gzip.GzipFile(fileobj=file)

    def read(size: int) -> bytes:
        try:
            return unpacked.read(size)
        except (EOFError, zlib.error, OSError) as error:
            raise InputError(f"Cannot read {path.name}", "a compressed file that is damaged or incomplete",
                             "download or export it again") from error

    return read


def _without_comments(text: bytes) -> bytes:
    # Barcodes may hold "#" themselves, so only the beginning of a line tells.
    if not text.startswith(b"#") and b"\n#" not in text:
        return text
    return b"\n".join(line for line in text.split(b"\n") if not line.startswith(b"#"))


def _without_header(lines: bytes, path: Path) -> bytes:
    first, _, others = lines.lstrip().partition(b"\n")
    fields = first.split(b"\t")
    if len(fields) < len(_COLUMNS) and first:
        raise _no_fragments(path, first)
    is_header = len(fields) > 1 and not any(field.strip().isdigit() for field in fields[1:3])
    return others if is_header else lines


def _parsed(lines: bytes, path: Path) -> FragmentChunk:
    import csv

    import pandas as pd

    kinds: dict[str, Any] = {"chrom": "category", "start": np.int64, "end": np.int64, "barcode": "category"}
    try:
        table = pd.read_csv(BytesIO(lines), sep="\t", header=None, names=_COLUMNS, usecols=range(4), dtype=kinds,
                            na_filter=False, quoting=csv.QUOTE_NONE, engine="c")
    except (ValueError, pd.errors.ParserError) as error:
        raise _no_fragments(path, _odd_line(lines)) from error
    start, end = table["start"].to_numpy(), table["end"].to_numpy()
    if np.any((start < 0) | (end < start)) or "" in table["barcode"].cat.categories:
        raise _no_fragments(path, _odd_line(lines))
    chrom, barcode = table["chrom"].cat, table["barcode"].cat
    chroms, place = np.unique([prefixed(name) for name in chrom.categories], return_inverse=True)
    return FragmentChunk(chroms.astype(object), place[chrom.codes], start, end,
                         barcode.categories.to_numpy(dtype=object), barcode.codes.to_numpy().astype(np.int64))


def _odd_line(lines: bytes) -> bytes:
    return next((line for line in lines.split(b"\n") if line.strip() and not _is_fragment(line)), lines)


def _is_fragment(line: bytes) -> bool:
    fields = [field.strip() for field in line.split(b"\t")]
    if len(fields) < len(_COLUMNS) or not (fields[1].isdigit() and fields[2].isdigit() and fields[3]):
        return False
    return int(fields[1]) <= int(fields[2])


def _no_fragments(path: Path, line: bytes) -> InputError:
    text = line[:_SHOWN].decode(errors="replace").strip().replace("\t", " ")
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)
    return InputError(f"The file {path.name} is no fragments file", f"the line “{shown}”", _REMEDY)
