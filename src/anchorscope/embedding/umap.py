"""UMAP pictures, for drawing only: no label depends on them.

The optimiser is compiled code that cannot be interrupted, so it works in a child process that a cancel ends at once.
"""

from __future__ import annotations

import multiprocessing
import threading
import warnings
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from anchorscope.neighbors import nearest
from anchorscope.parameters import UmapParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints

POLL_SECONDS = 0.1
"""How long a cancel may wait for the parent to look."""


def umaps(spaces: Sequence[Floats], parameters: UmapParameters, seed: int, progress: Progress = SILENT) -> list[Floats]:
    """Draw each space as a map.

    Parameters
    ----------
    spaces
        Coordinates (n_cells, d) of each data set, compared by the cosine of their rows.
    parameters
        Neighbours and minimum distance.
    seed
        Seed of the layout; the same seed gives the same map.
    progress
        Told as neighbours are found and as the layout's epochs go by.

    Returns
    -------
    list of numpy.ndarray
        (n_cells, 2) float64 for each space.

    Raises
    ------
    RuntimeError
        If the child process ends without an answer.

    Notes
    -----
    McInnes et al. 2018 (arXiv 1802.03426), by umap-learn with exact cosine neighbours; settings of Seurat's
    ``RunUMAP``.
    """
    jobs = []
    for place, space in enumerate(spaces):
        part = Part(progress, 0.1 * place / len(spaces), 0.1 * (place + 1) / len(spaces))
        jobs.append((space, *_cosine_neighbors(space, parameters.n_neighbors, part)))
    return _in_child(jobs, parameters, seed, Part(progress, 0.1, 1.0))


def _cosine_neighbors(space: Floats, count: int, progress: Progress) -> tuple[Ints, Floats]:
    length = np.linalg.norm(space, axis=1, keepdims=True)
    unit = space / np.where(length > 0, length, 1.0)
    indices, distances = nearest(unit, unit, min(count, len(unit)), progress)
    # Half the squared distance of unit vectors is one minus their cosine.
    return indices, distances**2 / 2


def _in_child(jobs: list[tuple[Floats, Ints, Floats]], parameters: UmapParameters, seed: int,
              progress: Progress) -> list[Floats]:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(sender, jobs, parameters, seed), daemon=True)
    child.start()
    sender.close()
    fraction = 0.0
    found: list[Floats] = []
    try:
        while len(found) < len(jobs):
            progress.update(fraction)
            if receiver.poll(POLL_SECONDS):
                message = _received(receiver)
                if isinstance(message, float):
                    fraction = message
                else:
                    found.append(message)
        child.join(POLL_SECONDS)
    finally:
        child.kill()
        child.join()
        receiver.close()
    return found


def _received(receiver: Connection) -> Any:
    try:
        message = receiver.recv()
    except EOFError:
        raise RuntimeError("The process that draws the maps ended without an answer") from None
    if isinstance(message, str):
        raise RuntimeError(f"The maps could not be drawn: {message}")
    return message


def _work(sender: Connection, jobs: list[tuple[Floats, Ints, Floats]], parameters: UmapParameters, seed: int) -> None:
    """Run in the child: sends fractions (float), maps (arrays), or what went wrong (str)."""
    try:
        for place, (space, indices, distances) in enumerate(jobs):
            reporter = _Epochs(sender, place / len(jobs), 1.0 / len(jobs))
            sender.send(_layout(space, indices, distances, parameters, seed, reporter))
    except Exception as error:  # noqa: BLE001 - the parent raises it again
        sender.send(f"{type(error).__name__}: {error}")


def _layout(space: Floats, indices: Ints, distances: Floats, parameters: UmapParameters, seed: int,
            reporter: _Epochs) -> Floats:
    warnings.simplefilter("ignore")
    if len(space) <= indices.shape[1] or len(space) < 5:
        return np.ascontiguousarray(space[:, :2], dtype=np.float64)
    import tqdm
    import umap

    # A lock shared between processes would be left behind when a cancel ends this one.
    tqdm.tqdm.set_lock(threading.RLock())
    method = umap.UMAP(
        n_neighbors=indices.shape[1], min_dist=parameters.min_distance, metric="cosine", random_state=seed, n_jobs=1,
        precomputed_knn=(indices, distances.astype(np.float32)), verbose=False,
        tqdm_kwds={"file": reporter, "bar_format": "{n_fmt}/{total_fmt};", "mininterval": 0.0, "disable": False})
    return np.asarray(method.fit_transform(space), dtype=np.float64)


class _Epochs:
    """Reads the epoch out of the progress bar's text and sends it on as a fraction."""

    def __init__(self, sender: Connection, start: float, share: float) -> None:
        self._sender, self._start, self._share = sender, start, share

    def write(self, text: str) -> int:
        done, slash, rest = text.strip().partition("/")
        if slash and done.isdigit() and rest.rstrip("; ").isdigit():
            self._sender.send(self._start + self._share * int(done) / max(int(rest.rstrip("; ")), 1))
        return len(text)

    def flush(self) -> None:
        """Do nothing: every write is sent at once."""
