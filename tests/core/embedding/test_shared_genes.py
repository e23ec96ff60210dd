"""Genes by name."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.embedding.shared_genes import places, shared_genes
from anchorscope.errors import InputError


def names(text: str) -> np.ndarray:
    return np.array(text.split(), dtype=object)


def test_shared_genes_keep_the_order_wanted() -> None:
    assert shared_genes(names("CD3E LYZ NOPE MS4A1"), names("MS4A1 X CD3E LYZ")).tolist() == ["CD3E", "LYZ", "MS4A1"]


def test_places_point_at_the_names() -> None:
    genes = names("a b c d")
    assert places(genes, names("d a c")).tolist() == [3, 0, 2]
    assert places(genes, names("")).dtype == np.int64


def test_nothing_in_common_is_refused_with_examples_of_both() -> None:
    with pytest.raises(InputError, match="no gene: found reference genes such as a, b and query genes such as x;"):
        shared_genes(names("a b"), names("x"))
