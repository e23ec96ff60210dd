"""Where results may be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from anchorscope.errors import OutputError
from anchorscope.io.atomic import atomic_path
from anchorscope.io.inputs import same_file
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Job


@contextmanager
def result_path(path: Path, job: Job, progress: Progress = SILENT) -> Iterator[Path]:
    """Yield a temporary path that becomes `path` on success, unless a file of the run's own lies there.

    `progress` is told as by `atomic_path`.

    Raises
    ------
    OutputError
        If `path` is the reference or the query that `job` was read from, or cannot be written.
    """
    refuse_inputs(path, (job.reference.recognised.path, job.query.recognised.path))
    with atomic_path(path, progress) as temporary:
        yield temporary


def refuse_inputs(path: Path, sources: Iterable[Path]) -> None:
    """Refuse to write over a file that was read.

    Raises
    ------
    OutputError
        If `path` is one of the sources.
    """
    if any(same_file(Path(path), source) for source in sources):
        raise OutputError(f"Cannot write {path}", "the file that was read", "give another name")
