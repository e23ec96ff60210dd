"""The process that draws maps: reads the work from stdin, answers on stdout.

A process of its own and not a worker of `multiprocessing`, which would run the caller's main script again.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import warnings
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import numpy as np

from anchorscope.results import Floats, Ints


@dataclass(frozen=True)
class Space:
    """One data set: coordinates (n, d), and the indices and cosine distances of its neighbours, (n, k) each."""

    coordinates: Floats
    indices: Ints
    distances: Floats


@dataclass(frozen=True)
class Work:
    """What the process is asked to draw."""

    spaces: list[Space]
    min_distance: float
    seed: int


Message: TypeAlias = "float | str | Floats"
"""What comes back: how much is done, what went wrong, or a finished map (n, 2)."""


def main() -> int:
    """Draw what stdin asks for; return the exit code."""
    # Whatever a library prints must not end up among the answers.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            _draw(pickle.load(sys.stdin.buffer), answers)  # noqa: S301 - from our own parent
        except Exception as error:  # noqa: BLE001 - the parent raises it again
            _send(answers, f"{type(error).__name__}: {error}")
    return 0


def _draw(work: Work, answers: BinaryIO) -> None:
    for place, space in enumerate(work.spaces):
        epochs = _Epochs(answers, place / len(work.spaces), 1.0 / len(work.spaces))
        _send(answers, _layout(space, work, epochs))


def _send(answers: BinaryIO, message: Message) -> None:
    pickle.dump(message, answers)
    answers.flush()


def _layout(space: Space, work: Work, epochs: _Epochs) -> Floats:
    count = space.indices.shape[1]
    if len(space.coordinates) < max(count + 1, 5):
        return np.ascontiguousarray(space.coordinates[:, :2], dtype=np.float64)
    warnings.simplefilter("ignore")
    import tqdm
    import umap

    # A lock shared between processes would be left behind when a cancel ends this one.
    tqdm.tqdm.set_lock(threading.RLock())
    method = umap.UMAP(
        n_neighbors=count, min_dist=work.min_distance, metric="cosine", random_state=work.seed, n_jobs=1,
        precomputed_knn=(space.indices, space.distances.astype(np.float32)), verbose=False,
        tqdm_kwds={"file": epochs, "bar_format": "{n_fmt}/{total_fmt};", "mininterval": 0.0, "disable": False})
    return np.asarray(method.fit_transform(space.coordinates), dtype=np.float64)


class _Epochs:
    """Reads the epoch out of the progress bar's text and sends it on as a fraction."""

    def __init__(self, answers: BinaryIO, start: float, share: float) -> None:
        self._answers, self._start, self._share = answers, start, share

    def write(self, text: str) -> int:
        done, slash, rest = text.strip().partition("/")
        if slash and done.isdigit() and rest.rstrip("; ").isdigit():
            _send(self._answers, self._start + self._share * int(done) / max(int(rest.rstrip("; ")), 1))
        return len(text)

    def flush(self) -> None:
        """Do nothing: every write is sent at once."""
