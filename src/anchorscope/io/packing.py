"""Results as plain values and arrays in a zip file: nothing in it can run, and any zip program can open it."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Mapping
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

_TAG = "is"
_TABLE_KINDS = "biuf"


def _kinds() -> dict[str, type]:
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
        self._kinds = _kinds()
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
            return {_TAG: type(value).__name__, "of": [self.pack(item) for item in value]}
        if isinstance(value, Mapping):
            return {_TAG: "dict", "of": {str(key): self.pack(item) for key, item in value.items()}}
        return self._rare(value)

    def _rare(self, value: Any) -> Plain:
        import pandas as pd

        if isinstance(value, pd.DataFrame):
            columns = [[str(name), self._column(value.iloc[:, place])] for place, name in enumerate(value.columns)]
            return {_TAG: "table", "index": self._words(value.index.astype(str).tolist()), "columns": columns}
        if isinstance(value, slice):
            return {_TAG: "slice", "of": [value.start, value.stop, value.step]}
        if isinstance(value, Mapped):
            return {_TAG: "left out", "shape": list(value.shape)}
        if isinstance(value, Path):
            return {_TAG: "path", "of": os.fspath(value)}
        raise TypeError(f"{type(value).__name__} cannot be packed")

    def _result(self, value: Any) -> Plain:
        fields = {item.name: self.pack(getattr(value, item.name)) for item in dataclasses.fields(value)}
        return {_TAG: type(value).__name__, "number": len(self._packed), "fields": fields}

    def _sparse(self, value: Any) -> Plain:
        matrix = value.tocsr()
        parts = {name: self._array(getattr(matrix, name)) for name in ("data", "indices", "indptr")}
        return {_TAG: "sparse", "shape": list(matrix.shape), **parts}

    def _array(self, value: np.ndarray[Any, Any]) -> Plain:
        if value.dtype.kind not in _TABLE_KINDS:
            return self._words(value.tolist())
        name = self._name("npy")
        with self._archive.open(name, "w", force_zip64=True) as file:
            np.lib.format.write_array(file, value, allow_pickle=False)
        return {_TAG: "array", "in": name}

    def _words(self, words: list[Any]) -> Plain:
        name = self._name("json")
        self._archive.writestr(name, json.dumps(words, ensure_ascii=False, default=str))
        return {_TAG: "words", "in": name}

    def _column(self, column: pd.Series[Any]) -> Plain:
        import pandas as pd

        if isinstance(column.dtype, pd.CategoricalDtype):
            return {_TAG: "categories", "codes": self._array(column.cat.codes.to_numpy()),
                    "names": self._words(column.cat.categories.tolist())}
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in _TABLE_KINDS:
            return self._array(column.to_numpy())
        values = column.astype(object)
        return self._words(values.where(values.notna(), None).tolist())

    def _name(self, kind: str) -> str:
        return f"values/{len(self._archive.namelist())}.{kind}"


class Unpacker:
    """Turns plain values back into what they were packed from.

    Parameters
    ----------
    archive
        Open for reading.
    """

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._kinds = _kinds()
        self._made: dict[str, Any] = {}

    def unpack(self, plain: Plain) -> Any:
        """Return what `plain` was packed from; what was one object is one object again.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it was not packed by `Packer`, or the file is damaged.
        """
        if not isinstance(plain, dict):
            return plain
        kind = plain[_TAG]
        if kind in self._kinds:
            return self._result(kind, plain)
        return self._readers[kind](self, plain)

    def _result(self, kind: str, plain: Plain) -> Any:
        key = f"{kind} {plain['number']}"
        if key not in self._made:
            fields = {name: self.unpack(value) for name, value in plain["fields"].items()}
            self._made[key] = self._kinds[kind](**fields)
        return self._made[key]

    def _array(self, plain: Plain) -> Any:
        if plain["in"] not in self._made:
            with self._archive.open(plain["in"]) as file:
                self._made[plain["in"]] = np.lib.format.read_array(file, allow_pickle=False)
        return self._made[plain["in"]]

    def _words(self, plain: Plain) -> Any:
        words = json.loads(self._archive.read(plain["in"]))
        made = np.empty(len(words), dtype=object)
        made[:] = words
        return made

    def _sparse(self, plain: Plain) -> Any:
        parts = tuple(self._array(plain[name]) for name in ("data", "indices", "indptr"))
        return sparse.csr_matrix(parts, shape=tuple(plain["shape"]))

    def _left_out(self, plain: Plain) -> Any:
        """Return no counts in the place of those that are made from the query's in every pass."""
        return sparse.csr_matrix((np.zeros(0), ([], [])), shape=tuple(plain["shape"]))

    def _table(self, plain: Plain) -> Any:
        import pandas as pd

        table = pd.DataFrame(index=pd.Index(self._words(plain["index"]), dtype=object))
        columns = {name: self.unpack(column) for name, column in plain["columns"]}
        return table.assign(**columns)

    def _categories(self, plain: Plain) -> Any:
        import pandas as pd

        names = pd.Index(self._words(plain["names"]))
        return pd.Categorical.from_codes(self._array(plain["codes"]), names)

    _readers: Mapping[str, Callable[[Unpacker, Plain], Any]] = {
        "array": _array, "words": _words, "sparse": _sparse, "left out": _left_out,
        "table": _table, "categories": _categories,
        "tuple": lambda self, plain: tuple(self.unpack(item) for item in plain["of"]),
        "list": lambda self, plain: [self.unpack(item) for item in plain["of"]],
        "dict": lambda self, plain: {name: self.unpack(item) for name, item in plain["of"].items()},
        "slice": lambda _, plain: slice(*plain["of"]), "path": lambda _, plain: Path(plain["of"])}
