"""PNG written as it is drawn, so that no picture need be held as a whole."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DEPTH, _RGB, _UP, _METRE = 8, 2, 2, 1
_LEVEL = 6


class PngWriter:
    """Writes rows of pixels from the top down.

    Parameters
    ----------
    file
        Open for writing.
    width, height
        In pixels.
    per_metre
        Pixels in a metre of paper.

    Notes
    -----
    Every row is written as its difference from the one above (filter 2 of the PNG specification): areas of one colour
    become zeros.
    """

    def __init__(self, file: BinaryIO, width: int, height: int, per_metre: int) -> None:
        self._file, self._packer = file, zlib.compressobj(_LEVEL)
        self._above = np.zeros((1, 3 * width), dtype=np.uint8)
        file.write(_SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, _DEPTH, _RGB, 0, 0, 0))
        self._chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, _METRE))

    def add(self, rows: NDArray[np.uint8]) -> None:
        """Write (n, width, 3) pixels, red, green and blue."""
        flat = rows.reshape(len(rows), -1)
        lines = np.empty((len(rows), 1 + flat.shape[1]), dtype=np.uint8)
        lines[:, 0] = _UP
        np.subtract(flat, np.concatenate([self._above, flat[:-1]]), out=lines[:, 1:])
        self._above = flat[-1:].copy()
        self._chunk(b"IDAT", self._packer.compress(lines.data))

    def finish(self) -> None:
        """Write what is still held back, and the end."""
        self._chunk(b"IDAT", self._packer.flush())
        self._chunk(b"IEND", b"")

    def _chunk(self, name: bytes, content: bytes) -> None:
        if name == b"IDAT" and not content:
            return
        self._file.write(struct.pack(">I", len(content)) + name)
        self._file.write(content)
        self._file.write(struct.pack(">I", zlib.crc32(content, zlib.crc32(name))))
