"""The array types that results are made of, and the check of their shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Names = NDArray[np.object_]
"""One-dimensional arrays of Python strings."""


def require(condition: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence at every call
    """Raise ValueError with the message unless the condition holds."""
    if not condition:
        raise ValueError(message)
