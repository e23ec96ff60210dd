"""Read an h5ad file, or one modality of an h5mu file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from anchorscope.counts import Counts
from anchorscope.errors import InputError
from anchorscope.io.colours import read_colours
from anchorscope.io.content import Content
from anchorscope.io.counts import Source, Taken, matrix_choice, take_counts
from anchorscope.io.files import Hdf5
from anchorscope.io.frames import read_frame
from anchorscope.io.matrix import read_counts
from anchorscope.io.obsm import read_obsm
from anchorscope.io.own_labels import are_ours, without_unassigned
from anchorscope.io.values import Check
from anchorscope.parameters import AUTOMATIC, Repairs
from anchorscope.progress import Progress
from anchorscope.results import Names

if TYPE_CHECKING:
    import pandas as pd

RAW_LAYERS = ("counts", "raw_counts", "raw", "umi", "umis")
"""Layers in which programs keep counts, most usual first."""


def read_h5ad(file: Hdf5, path: Path, progress: Progress, settings: Repairs) -> Content:
    """Read cells, features, counts, embeddings and colours of an open h5ad file, and nothing else of it.

    Parameters
    ----------
    file
        Open h5py file, or the group of one modality.
    path
        Where it lies, for messages.
    progress
        Hears the fraction read.
    settings
        Which repairs are wanted.

    Raises
    ------
    InputError
        If the file holds no matrix, or not the one asked for.
    """
    cells, places = read_frame(file, "obs"), matrices(file)
    there = [_source(file, choice, matrix) for choice, (matrix, _) in places.items()]
    wanted = _wanted(there, path, settings)
    taken = take_counts(wanted, settings, progress)
    chosen = wanted[taken.source]
    features = read_frame(file, places[chosen.choice][1])
    content = _content(path, cells, features, taken)
    labelled, said, unassigned = without_unassigned(cells, settings) if are_ours(file) else (cells, (), ())
    return replace(content, repairs=taken.repairs + matrix_choice(there, chosen) + unassigned, cells=labelled,
                   notes=content.notes + said, obsm=read_obsm(file, len(cells)), colours=read_colours(file, cells))


def matrices(file: Hdf5) -> dict[str, tuple[str, str]]:
    """Return matrix and feature table of everything that may hold counts, by the name to choose it."""
    places = {"X": ("X", "var")} | {f"layers/{name}": (f"layers/{name}", "var") for name in file.get("layers", {})}
    # The last is how anndata 0.6 wrote it.
    places["raw"] = ("raw/X", "raw/var") if "raw" in file else ("raw.X", "raw.var")
    return {choice: place for choice, place in places.items() if place[0] in file and place[1] in file}


def _source(file: Hdf5, choice: str, matrix: str) -> Source:
    layer = choice.removeprefix("layers/")
    shown = f"layers['{layer}']" if layer != choice else {"raw": "raw.X"}.get(choice, choice)

    def read(check: Check, progress: Progress) -> Counts:
        return read_counts(file[matrix], progress, check)

    return Source(shown, choice, read)


def _wanted(there: list[Source], path: Path, settings: Repairs) -> list[Source]:
    if settings.matrix != AUTOMATIC:
        return [_named(there, path, settings.matrix)]
    order = ["X", *(f"layers/{name}" for name in RAW_LAYERS), "raw"]
    found = sorted((source for source in there if source.choice in order), key=lambda one: order.index(one.choice))
    if not found:
        others = ", ".join(source.choice for source in there)
        raise InputError(f"The file {path.name} holds no data", "neither X nor layers['counts'] nor raw.X",
                         "give a file with raw counts in X" + (f", or choose one of {others}" if others else ""))
    return found


def _named(there: list[Source], path: Path, wanted: str) -> Source:
    for source in there:
        if source.choice == wanted:
            return source
    raise InputError(f"The file {path.name} has no matrix “{wanted}”",
                     ", ".join(source.choice for source in there) or "no matrix at all", "choose one that is there")


def _content(path: Path, cells: pd.DataFrame, features: pd.DataFrame, taken: Taken) -> Content:
    names: Names = features.index.to_numpy(dtype=object)
    counts = taken.counts
    if counts is not None and counts.shape != (len(cells), len(names)):
        raise InputError(f"The file {path.name} contradicts itself",
                         f"a matrix of {counts.shape[0]} x {counts.shape[1]} for {len(cells)} cells and "
                         f"{len(names)} features", "export the file again")
    table = {name: np.asarray(features[name]) for name in features.columns}
    return Content(path, "h5ad", counts, taken.instead, names, None, table, cells, taken.notes)
