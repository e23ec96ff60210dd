"""Read AnnData from a Zarr store in a folder, which has the layout of an h5ad file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from anchorscope.errors import InputError
from anchorscope.io.content import Content
from anchorscope.io.h5ad import read_h5ad
from anchorscope.parameters import Repairs
from anchorscope.progress import Progress

_MARKS = (".zgroup", "zarr.json")
"""Files in the folder of a Zarr group, of format 2 and 3."""


def is_zarr(path: Path) -> bool:
    """Whether a folder is a Zarr group."""
    return path.is_dir() and any((path / mark).is_file() for mark in _MARKS)


def read_zarr(path: Path, progress: Progress, settings: Repairs) -> Content:
    """Read cells, features, counts and embeddings of AnnData in a Zarr store; see `read_h5ad`.

    Raises
    ------
    InputError
        If the store cannot be read or holds no AnnData with counts.
    """
    import zarr

    try:
        store = zarr.open_group(path, mode="r")
        if "obs" not in store or "var" not in store:
            raise InputError(f"Cannot read {path.name}", "a Zarr store without cells and features",
                             "give one that AnnData wrote (adata.write_zarr)")
        content = read_h5ad(store, path, progress, settings)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise InputError(f"Cannot read {path.name}", f"a Zarr store that is damaged or incomplete ({error})",
                         "write it again") from error
    return replace(content, format="Zarr", files=tuple(sorted(each for each in path.rglob("*") if each.is_file())))
