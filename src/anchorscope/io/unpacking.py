"""Plain values and arrays of a zip file turned back into the results that they were packed from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
from scipy import sparse

from anchorscope.io.packing import TAG, Plain, kinds


class Unpacker:
    """Turns plain values back into what they were packed from.

    Parameters
    ----------
    archive
        Open for reading.
    """

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._kinds = kinds()
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
        kind = plain[TAG]
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
