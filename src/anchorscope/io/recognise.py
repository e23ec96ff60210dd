"""Recognise what a file is: open it, read it once, describe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.content import ATAC, MULTIOME, RNA, Content, Mask, feature_kinds
from anchorscope.io.files import SUFFIXES, WANTED, check_file, checksum_of, opened
from anchorscope.io.h5ad import read_h5ad
from anchorscope.io.h5mu import is_h5mu, read_h5mu
from anchorscope.io.labels import label_columns
from anchorscope.io.mtx import read_mtx
from anchorscope.io.mtx_files import inner_matrices, is_mtx
from anchorscope.io.names import renamed_note, unique
from anchorscope.io.tenx_h5 import is_tenx, read_tenx
from anchorscope.io.zarr_store import is_zarr, read_zarr
from anchorscope.parameters import Repairs
from anchorscope.progress import Part, Progress
from anchorscope.results import Recognised


@dataclass(frozen=True)
class Side:
    """One assay of a file: `features` (n_features,) says which features of the content are its own."""

    content: Content
    features: Mask


@dataclass(frozen=True)
class Loaded:
    """One file, read and described; an assay that it does not hold is ``None``."""

    rna: Side | None
    atac: Side | None
    recognised: Recognised

    @property
    def content(self) -> Content:
        """What holds the peaks or, without peaks, the genes."""
        side = self.atac or self.rna
        assert side is not None, "a file without features is refused before"
        return side.content


def load(path: Path | str, progress: Progress, settings: Repairs | None = None, wanted: str = WANTED) -> Loaded:
    """Read a file once.

    Parameters
    ----------
    path
        A file of any kind that can be read, or a folder with a matrix.
    progress
        Hears the fraction done.
    settings
        Which repairs are wanted; by default what is safe.
    wanted
        What to give instead of a file of another kind, for the message.

    Raises
    ------
    InputError
        If it cannot be read; that it may hold no counts is told by the result.
    """
    settings = settings or Repairs()
    path = _checked(Path(path), wanted)
    progress.update(0.0)
    contents = _contents(path, Part(progress, 0.0, 0.7), settings, wanted)
    digest = checksum_of(contents[0].files or (path,), Part(progress, 0.7, 0.9))
    loaded = describe(contents, settings, digest)
    progress.update(1.0)
    return loaded


def describe(contents: Sequence[Content], settings: Repairs, digest: str) -> Loaded:
    """Tell genes from peaks in what was read, and say what it is; `digest` is its checksum."""
    contents = [_with_unique_barcodes(each) for each in contents]
    rna, atac, notes = _sides(contents)
    return Loaded(rna, atac, replace(_recognised(contents, rna, atac, notes), sha256=digest, settings=settings))


def _checked(path: Path, wanted: str) -> Path:
    if not path.is_dir():
        return check_file(path, SUFFIXES, wanted)
    if is_zarr(path):
        return path
    if not is_mtx(path):
        inner = ", ".join(inner_matrices(path)[:4])
        more, remedy = (f" but with {inner} in it", "give the folder in it") if inner else ("", wanted)
        raise InputError(f"Cannot read {path}", f"a folder without a matrix.mtx{more}", remedy)
    return path


def _contents(path: Path, progress: Progress, settings: Repairs, wanted: str) -> tuple[Content, ...]:
    if is_mtx(path):
        return (read_mtx(path, progress, settings),)
    if is_zarr(path):
        return (read_zarr(path, progress, settings),)
    with opened(path) as file:
        if is_h5mu(file):
            return read_h5mu(file, path, progress, settings)
        if "obs" in file and "var" in file:
            return (read_h5ad(file, path, progress, settings),)
        if is_tenx(file):
            return (read_tenx(file, path, progress, settings),)
    raise InputError(f"Cannot read {path.name}", "an HDF5 file that is neither h5ad nor a 10x matrix", wanted)


def _with_unique_barcodes(content: Content) -> Content:
    names, renamed = unique(content.cells.index.to_numpy(dtype=object))
    if not len(renamed):
        return content
    notes = content.notes + renamed_note("cell barcodes", names, renamed)
    return replace(content, cells=content.cells.set_axis(names, axis=0), notes=notes)


def _sides(contents: Sequence[Content]) -> tuple[Side | None, Side | None, tuple[str, ...]]:
    """Find the first content with genes, the first with peaks, and what belongs to neither."""
    kinds = [(content, *feature_kinds(content)) for content in contents]
    rna = next((Side(content, genes) for content, genes, _ in kinds if genes.any()), None)
    atac = next((Side(content, peaks) for content, _, peaks in kinds if peaks.any()), None)
    left_out = sum(int(np.count_nonzero(~(genes | peaks))) for _, genes, peaks in kinds)
    note = (f"{left_out:,} features that are neither genes nor peaks were left out.",) if left_out else ()
    return rna, atac, note


def _recognised(contents: Sequence[Content], rna: Side | None, atac: Side | None, notes: tuple[str, ...]) -> Recognised:
    first = contents[0]
    kind = MULTIOME if rna and atac else RNA if rna else ATAC
    without = [content for content in contents if content.counts is None]
    no_counts = tuple(f"These are not counts: {content.instead}." for content in without)
    told = tuple(dict.fromkeys(note for content in contents for note in content.notes))
    named = tuple(content.modality for content in contents if content.modality)
    modalities = named or tuple(name for name, side in ((RNA, rna), (ATAC, atac)) if side)
    n_features = sum(len(content.names) for content in contents)
    repairs = tuple(dict.fromkeys(repair for content in contents for repair in content.repairs))
    return Recognised(first.path, _format(first, kind), kind, len(first.cells), n_features,
                      "log" if without else "counts", None, label_columns(first.cells), told + notes + no_counts, "",
                      modalities=modalities, repairs=repairs)


def _format(content: Content, kind: str) -> str:
    maker, _, form = content.format.rpartition(" ")
    return f"{maker} multiome {form}" if maker and kind == MULTIOME else content.format


