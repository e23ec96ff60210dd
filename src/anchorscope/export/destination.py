"""Where results may be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anchorscope.errors import OutputError
from anchorscope.io.atomic import atomic_path
from anchorscope.results import Job


@contextmanager
def result_path(path: Path, job: Job) -> Iterator[Path]:
    """Yield a temporary path that becomes `path` on success, unless a file of the run's own lies there.

    Raises
    ------
    OutputError
        If `path` is the reference or the query that `job` was read from, or cannot be written.
    """
    for source in (job.reference.recognised.path, job.query.recognised.path):
        if Path(path).exists() and source.exists() and Path(path).samefile(source):
            raise OutputError(f"Cannot write {path}", "the file that was read", "give another name")
    with atomic_path(path) as temporary:
        yield temporary
