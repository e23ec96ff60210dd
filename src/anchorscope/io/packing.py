"""Results as plain values and arrays in a zip file: nothing in it can run, and any zip program can open it."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from zipfile import ZipFile

import numpy as np
from scipy import sparse

from anchorscope import results
from anchorscope.blocks import Mapped
from anchorscope.parameters import Repairs

if TYPE_CHECKING:
    import pandas as pd

Plain: TypeAlias = Any
"""What JSON can hold."""

TAG = "is"
"""Key under which a plain value tells what it was."""
_TABLE_KINDS = "biuf"


def kinds() -> dict[str, type]:
    """Return the classes that may be made from a file, by name."""
    named = {name: getattr(results, name) for name in results.__all__}
    return {"Repairs": Repairs} | {name: kind for name, kind in named.items()
                                   if isinstance(kind, type) and dataclasses.is_dataclass(kind)}


class Packer:
    """Turns values into plain ones; arrays go into the zip file, each object once.

    Parameters
    ----------
    archive
        Open for writing.
    """

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._kinds = kinds()
        self._packed: dict[int, tuple[Any, Plain]] = {}
        """What was packed before, by identity; the object is kept so that no other takes its place in memory."""

    def pack(self, value: Any) -> Plain:
        """Return `value` as plain values.

        Parameters
        ----------
        value
            A result, an array, a sparse matrix, a table, or tuples, lists and dictionaries of these.

        Raises
        ------
        TypeError
            If there is anything else in it.
        """
        if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, np.generic)):
            return value
        if isinstance(value, np.generic):
            return value.item()
        known = self._packed.get(id(value))
        if known is None:
            known = self._packed[id(value)] = (value, self._packed_anew(value))
        return known[1]

    def _packed_anew(self, value: Any) -> Plain:
        if dataclasses.is_dataclass(value) and type(value).__name__ in self._kinds:
            return self._result(value)
        if isinstance(value, np.ndarray):
            return self._array(value)
        if sparse.issparse(value):
            return self._sparse(value)
        if isinstance(value, tuple | list):
            return {TAG: type(value).__name__, "of": [self.pack(item) for item in value]}
        if isinstance(value, Mapping):
            return {TAG: "dict", "of": {str(key): self.pack(item) for key, item in value.items()}}
        return self._rare(value)

    def _rare(self, value: Any) -> Plain:
        import pandas as pd

        if isinstance(value, pd.DataFrame):
            columns = [[str(name), self._column(value.iloc[:, place])] for place, name in enumerate(value.columns)]
            return {TAG: "table", "index": self._words(value.index.astype(str).tolist()), "columns": columns}
        if isinstance(value, slice):
            return {TAG: "slice", "of": [value.start, value.stop, value.step]}
        if isinstance(value, Mapped):
            return {TAG: "left out", "shape": list(value.shape)}
        if isinstance(value, Path):
            return {TAG: "path", "of": os.fspath(value)}
        raise TypeError(f"{type(value).__name__} cannot be packed")

    def _result(self, value: Any) -> Plain:
        fields = {item.name: self.pack(getattr(value, item.name)) for item in dataclasses.fields(value)}
        return {TAG: type(value).__name__, "number": len(self._packed), "fields": fields}

    def _sparse(self, value: Any) -> Plain:
        matrix = value.tocsr()
        parts = {name: self._array(getattr(matrix, name)) for name in ("data", "indices", "indptr")}
        return {TAG: "sparse", "shape": list(matrix.shape), **parts}

    def _array(self, value: np.ndarray[Any, Any]) -> Plain:
        if value.dtype.kind not in _TABLE_KINDS:
            return self._words(value.tolist())
        name = self._name("npy")
        with self._archive.open(name, "w", force_zip64=True) as file:
            np.lib.format.write_array(file, value, allow_pickle=False)
        return {TAG: "array", "in": name}

    def _words(self, words: list[Any]) -> Plain:
        name = self._name("json")
        self._archive.writestr(name, json.dumps(words, ensure_ascii=False, default=str))
        return {TAG: "words", "in": name}

    def _column(self, column: pd.Series[Any]) -> Plain:
        import pandas as pd

        if isinstance(column.dtype, pd.CategoricalDtype):
            return {TAG: "categories", "codes": self._array(column.cat.codes.to_numpy()),
                    "names": self._words(column.cat.categories.tolist())}
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in _TABLE_KINDS:
            return self._array(column.to_numpy())
        values = column.astype(object)
        return self._words(values.where(values.notna(), None).tolist())

    def _name(self, kind: str) -> str:
        return f"values/{len(self._archive.namelist())}.{kind}"
