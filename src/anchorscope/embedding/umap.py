"""UMAP pictures, for drawing only: no label depends on them.

The optimiser is compiled code that cannot be interrupted, so it works in a child process that a cancel ends at once.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence

import numpy as np

from anchorscope.embedding import DRAW_COMMAND
from anchorscope.embedding.umap_child import Message, Space, Work
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
        jobs.append(Space(space, *_cosine_neighbors(space, parameters.n_neighbors, part)))
    return _in_child(Work(jobs, parameters.min_distance, seed), Part(progress, 0.1, 1.0))


def _cosine_neighbors(space: Floats, count: int, progress: Progress) -> tuple[Ints, Floats]:
    length = np.linalg.norm(space, axis=1, keepdims=True)
    unit = space / np.where(length > 0, length, 1.0)
    indices, distances = nearest(unit, unit, min(count, len(unit)), progress)
    # Half the squared distance of unit vectors is one minus their cosine.
    return indices, distances**2 / 2


def _in_child(work: Work, progress: Progress) -> list[Floats]:
    child = subprocess.Popen(  # noqa: S603 - our own program
        child_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))
    messages: queue.Queue[Message] = queue.Queue()
    talk = threading.Thread(target=_talk, args=(child, work, messages), daemon=True)
    talk.start()
    try:
        return _collected(messages, len(work.spaces), progress)
    finally:
        child.kill()
        child.wait()
        talk.join()


def _collected(messages: queue.Queue[Message], count: int, progress: Progress) -> list[Floats]:
    fraction = 0.0
    found: list[Floats] = []
    while len(found) < count:
        progress.update(fraction)
        try:
            message = messages.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        if isinstance(message, str):
            raise RuntimeError(f"The maps could not be drawn: {message}")
        if isinstance(message, float):
            fraction = message
        else:
            found.append(message)
    return found


def _talk(child: subprocess.Popen[bytes], work: Work, messages: queue.Queue[Message]) -> None:
    """Hand the work over and pass on all that comes back; a child that is gone says so too."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError), child.stdout as answers:
        with child.stdin as order:
            pickle.dump(work, order)
        while True:
            messages.put(pickle.load(answers))  # noqa: S301 - from our own child
    messages.put("the process that draws them ended without an answer")


def child_command() -> list[str]:
    """Return the command that starts the drawing process, from source and from a packaged program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, DRAW_COMMAND]
    return [sys.executable, "-m", "anchorscope", DRAW_COMMAND]
