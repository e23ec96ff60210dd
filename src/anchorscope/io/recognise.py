"""Recognise what a file is: open it, read it once, describe it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.content import MULTIOME, Content, Mask, feature_kinds, kind_of
from anchorscope.io.files import SUFFIXES, check_file, checksum, opened
from anchorscope.io.h5ad import read_h5ad
from anchorscope.io.labels import label_columns
from anchorscope.io.names import renamed_note, unique
from anchorscope.io.tenx_h5 import is_tenx, read_tenx
from anchorscope.progress import Part, Progress
from anchorscope.results import Recognised


@dataclass(frozen=True)
class Loaded:
    """One file, read and described; `genes` and `peaks` (n_features,) say which features are which."""

    content: Content
    genes: Mask
    peaks: Mask
    recognised: Recognised


def load(path: Path | str, progress: Progress) -> Loaded:
    """Read a file once.

    Raises
    ------
    InputError
        If it cannot be read; that it may hold no counts is told by the result.
    """
    path = check_file(path, SUFFIXES)
    progress.update(0.0)
    content = _content(path, Part(progress, 0.0, 0.7))
    digest = checksum(path, Part(progress, 0.7, 0.9))
    content, notes = _with_unique_barcodes(content)
    genes, peaks = feature_kinds(content)
    recognised = _recognised(content, kind_of(genes, peaks), digest, notes + _other_features(genes | peaks))
    progress.update(1.0)
    return Loaded(content, genes, peaks, recognised)


def _content(path: Path, progress: Progress) -> Content:
    with opened(path) as file:
        if "obs" in file and "var" in file:
            return read_h5ad(file, path, progress)
        if is_tenx(file):
            return read_tenx(file, path, progress)
    raise InputError(f"Cannot read {path.name}", "an HDF5 file that is neither h5ad nor a 10x matrix",
                     "give an .h5ad file or a 10x .h5 file")


def _with_unique_barcodes(content: Content) -> tuple[Content, tuple[str, ...]]:
    names, renamed = unique(content.cells.index.to_numpy(dtype=object))
    if not len(renamed):
        return content, ()
    cells = content.cells.set_axis(names, axis=0)
    return replace(content, cells=cells), renamed_note("cell barcodes", names, renamed)


def _other_features(known: Mask) -> tuple[str, ...]:
    left_out = int(np.count_nonzero(~known))
    return (f"{left_out:,} features that are neither genes nor peaks were left out.",) if left_out else ()


def _recognised(content: Content, kind: str, digest: str, notes: tuple[str, ...]) -> Recognised:
    values = "log" if content.counts is None else "counts"
    no_counts = (f"These are not counts: {content.instead}.",) if content.counts is None else ()
    name = "10x multiome h5" if content.format == "10x h5" and kind == MULTIOME else content.format
    return Recognised(content.path, name, kind, len(content.cells), len(content.names), values, None,
                      label_columns(content.cells), (*content.notes, *notes, *no_counts), digest)


