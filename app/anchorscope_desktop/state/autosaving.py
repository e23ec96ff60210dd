"""The session kept in the user's data folder while it is worked on, and offered again after a crash."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer

from anchorscope.errors import OutputError
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.notices import SESSION, Action, Notice, Notices, Weight
from anchorscope_desktop.state.session_file import SUFFIX, SessionFile

if TYPE_CHECKING:
    from anchorscope.io.session import SavedSession

DELAY_MS = 25_000
"""From a change to the next writing; a writing that takes up to half a minute ends within a minute of the change."""

WITHIN_MS = 55_000
"""From a change to the end of its writing, as long as that can be: a slow writing begins the earlier."""

LEAST_DELAY_MS = 5_000
"""However slow the writing, this much is gathered before the next one."""

OFFER = Notice("Anchorscope ended on {when} with a session that was not saved.", Weight.WARNING)
DISCARD = "Discard it"

NOT_KEPT = "This session cannot be kept in case of a crash"
NONE_KEPT = "Sessions cannot be kept in case of a crash"
REMEDY = "save the session yourself now and then"


def autosave_folder() -> Path:
    """Return the folder of the user's data for sessions that were not saved."""
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(data) / "autosave"


@dataclass(frozen=True)
class _Place:
    """Where one process keeps its session: the file, the small part beside it, and the lock that says it lives."""

    path: Path
    lock: QLockFile

    @property
    def state(self) -> Path:
        return self.path.with_suffix(".json")

    def remove(self) -> None:
        for path in (self.path, self.state, *self.path.parent.glob(f"{self.path.stem}.*.part")):
            path.unlink(missing_ok=True)
        self.lock.unlock()


class Autosaver(QObject):
    """Writes what changed, in a worker of its own; does nothing until `begin`."""

    def __init__(self, file: SessionFile, reader: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file, self._reader, self._notices = file, reader, notices
        self.runner = JobRunner(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.write)
        self._own: _Place | None = None
        self._left: _Place | None = None
        self._written: SavedSession | None = None
        self._began = self._seconds = 0.0
        self._due = False
        self._warned: Notice | None = None
        self.delay = DELAY_MS

    @property
    def waiting(self) -> bool:
        """Whether something is still to be written, or being written."""
        return self._timer.isActive() or self.runner.busy

    @property
    def next_delay(self) -> int:
        """Milliseconds from a change to the next writing, now that the last whole one took as long as it did."""
        return min(self.delay, max(LEAST_DELAY_MS, WITHIN_MS - round(1000 * self._seconds)))

    def begin(self, folder: Path) -> None:
        """Keep the session in `folder` from now on, and offer what an earlier process left there."""
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self._left = _left_behind(folder)
            self._own = _claimed(folder / f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{SUFFIX}")
        if self._own is not None:
            self._file.touched.connect(self._wait)
        else:
            self._warn(str(OutputError(NONE_KEPT, f"no way to write into {folder}", REMEDY)))
        if self._left is not None:
            self._offer(self._left)

    def write(self) -> None:
        """Write what there is; while an earlier state is being written, once that is done."""
        self._due = self.runner.busy
        if self._own is None or self._file.empty or self._due:
            return
        self._began = time.monotonic()
        snapshot, place, before = self._file.snapshot(secrets.token_hex(8)), self._own, self._written
        self.runner.start("Keeping the session", lambda context: _write(place, snapshot, before, context), self._take)

    def close(self) -> None:
        """Keep what was not saved for the next start, or leave nothing behind; waits for the writing."""
        self._timer.stop()
        self.runner.close()
        if self._own is not None:
            # A full disk must not keep the window from closing: there, what was kept before is what stays.
            with suppress(OSError, MemoryError):
                self._leave(self._own)
            self._own.lock.unlock()
            self._own = None
        if self._left is not None:
            self._left.lock.unlock()

    def _leave(self, own: _Place) -> None:
        if self._file.modified and not self._file.empty:
            _keep(own, self._file.snapshot(secrets.token_hex(8)), self._written)
        else:
            own.remove()

    def _offer(self, left: _Place) -> None:
        when = datetime.fromtimestamp(left.path.stat().st_mtime).astimezone()
        self._notices.post(SESSION, replace(OFFER.filled(when=f"{when:%d %B at %H:%M}"), action=Action(
            "Restore it", self._restore), other=Action(DISCARD, self._discard)))

    def _warn(self, sentence: str, action: Action | None = None) -> None:
        """Say once that nothing is kept, unless something else is being said: then after the next failure."""
        if self._warned is None and self._notices.of(SESSION) is None:
            self._warned = Notice(sentence, Weight.WARNING, action)
            self._notices.post(SESSION, self._warned)

    def _wait(self) -> None:
        if not self._timer.isActive():
            self._timer.start(self.next_delay)

    def _take(self, end: JobEnd) -> None:
        if not end.succeeded:
            if end.ending is Ending.FAILED:
                self._warn(end.sentence, Action("Save the session…", self._file.ask_save))
            self._wait()
            return
        if self._warned is not None and self._notices.of(SESSION) is self._warned:
            self._notices.clear(SESSION)
        self._warned = None
        if end.value is not self._written:  # the whole session, not only its small part
            self._written, self._seconds = end.value, time.monotonic() - self._began
        if self._due:
            self.write()

    def _restore(self) -> None:
        left = self._left
        if left is None:
            return
        self._notices.clear(SESSION)
        self._reader.start("Restoring the session", lambda _: _read(left), self._take_left)

    def _take_left(self, end: JobEnd) -> None:
        if end.ending is Ending.CANCELLED and self._left is not None:
            self._offer(self._left)
            return
        if not end.succeeded:
            self._notices.post(SESSION, Notice(end.sentence, Weight.ERROR, Action("Try again", self._restore),
                                               Action(DISCARD, self._discard)))
            return
        saved: SavedSession = end.value
        path, unsaved = saved.state.view.get("path"), self._file.modified and not self._file.empty
        self._file.take_over(saved, Path(path) if path else None, unsaved=True)
        if self._left is not None and self._own is not None:
            # It is this process's now: what follows is written to the same place. What was kept of unsaved work before
            # it stays where it is, for the next start.
            self._own.lock.unlock() if unsaved else self._own.remove()
            self._own, self._left = self._left, None

    def _discard(self) -> None:
        self._notices.clear(SESSION)
        if self._left is not None:
            self._left.remove()
            self._left = None


def _claimed(path: Path) -> _Place | None:
    """Return the place if no living process has it."""
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)  # however old, it counts as long as its process lives
    return _Place(path, lock) if lock.tryLock(0) else None


def _left_behind(folder: Path) -> _Place | None:
    """Return the latest session whose process is gone; what such processes did not finish is swept away."""
    found = None
    for path in sorted(folder.glob(f"*{SUFFIX}*"), reverse=True):
        name = path.name.split(SUFFIX)[0] + SUFFIX
        place = _claimed(folder / name) if found is None or name != found.path.name else None
        if place is None:
            continue
        if not place.path.exists():
            place.remove()
        elif found is None:
            found = place
        else:
            place.lock.unlock()
    return found


def _write(place: _Place, session: SavedSession, before: SavedSession | None, context: JobContext) -> SavedSession:
    context.token.raise_if_cancelled()
    try:
        return _keep(place, session, before)
    except OutputError as error:
        raise OutputError(NOT_KEPT, error.found, REMEDY) from error


def _keep(place: _Place, session: SavedSession, before: SavedSession | None) -> SavedSession:
    """Write the session, or only its small part where inputs and results are those that were written before."""
    from anchorscope.io.session import write_session, write_state

    if before is not None and _same_results(before, session):
        write_state(place.state, session.state, before.stamp)
        return before
    write_session(place.path, session)
    return session


def _same_results(one: SavedSession, other: SavedSession) -> bool:
    return (one.reference is other.reference and one.query is other.query and one.files == other.files
            and one.reading == other.reading and _table(one) == _table(other) and _begun(one) == _begun(other)
            and [id(run.outcome) for run in one.runs] == [id(run.outcome) for run in other.runs])


def _begun(session: SavedSession) -> list[tuple[str, int]]:
    return [(name, id(found)) for name, found in session.begun.results.items()] if session.begun is not None else []


def _table(session: SavedSession) -> object:
    return session.comparison.table if session.comparison is not None else None


def _read(place: _Place) -> SavedSession:
    from anchorscope.io.session import read_session, read_state

    saved = read_session(place.path)
    return replace(saved, state=read_state(place.state, saved.stamp) or saved.state)
