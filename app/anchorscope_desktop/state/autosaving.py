"""The session kept in the user's data folder while it is worked on, and offered again after a crash."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal

from anchorscope.errors import OutputError
from anchorscope.io.session_summary import SessionSummary
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state import left_behind
from anchorscope_desktop.state.files import UNOPENED
from anchorscope_desktop.state.left_behind import Left, Place, Reason, claimed
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

OFFERS = {
    Reason.LOST: Notice("A session was not saved: Anchorscope ended unexpectedly. It was kept on {session}.{others}",
                        Weight.WARNING),
    Reason.CLOSED: Notice("A session was not saved when its window was closed on {session}.{others}"),
    Reason.NEW: Notice("A session was not saved when New session took its place on {session}.{others}"),
    Reason.OTHER: Notice("A session was not saved when another one took its place on {session}.{others}")}
"""What is said of the latest session that was left, by the reason."""

OTHERS = " There are {count} more: File > {menu}."
ONE_OTHER = " There is one more: File > {menu}."
MENU = "Unsaved sessions"
"""The menu that lists all of them."""

DISCARD = "Discard it"
ELSEWHERE = Notice("That session is open in another window by now, or was discarded there.")

NOT_KEPT = "This session cannot be kept in case of a crash"
ASIDE_NOT_KEPT = "The session before this one cannot be kept in case of a crash"
NONE_KEPT = "Sessions cannot be kept in case of a crash"
REMEDY = "save the session yourself now and then"
ASIDE_REMEDY = f"restore it from File > {MENU} and save it"


def autosave_folder() -> Path:
    """Return the folder of the user's data for sessions that were not saved."""
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(data) / "autosave"


class Autosaver(QObject):
    """Writes what changed, in a worker of its own; does nothing until `begin`."""

    left_changed = Signal()

    def __init__(self, file: SessionFile, reader: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file, self._reader, self._notices = file, reader, notices
        self.runner = JobRunner(self, in_turn=True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.write)
        self._folder: Path | None = None
        self._own: Place | None = None
        self.left: tuple[Left, ...] = ()
        """Sessions that were not saved and are in no window, the latest first."""
        self._unwritten: dict[str, tuple[Place, SavedSession, Reason]] = {}
        """What was put aside and is still to be written, by its stamp."""
        self._dropped: list[Place] = []
        """What is to be removed once nothing is being written."""
        self._written: SavedSession | None = None
        self._began = self._seconds = 0.0
        self._due = False
        self._warned: Notice | None = None
        self._save = Action("Save the session…", file.ask_save)
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
        """Keep the session in `folder` from now on, and offer what earlier processes left there."""
        self._folder = folder
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self._set_left(left_behind.left_behind(folder))
        if self._find_place() is not None:
            self._file.touched.connect(self._wait)
            self._file.changed.connect(self._forget)
            self._file.put_aside.connect(lambda session, new: self._put_aside(session, new=new))
            self._file.opened.connect(self._begin_anew)
            self._file.taken_back.connect(self._take_back)
        else:
            self._warn(str(OutputError(NONE_KEPT, f"no way to write into {folder}", REMEDY)))
        self._offer()

    def write(self) -> None:
        """Write what there is; while an earlier state is being written, once that is done."""
        self._due = self.runner.busy
        if self._file.empty or not self._file.modified or self._due:
            return
        place = self._find_place()
        if place is None:
            self._warn(str(OutputError(NOT_KEPT, f"no way to write into {self._folder}", REMEDY)), self._save)
            self._wait()
            return
        self._began = time.monotonic()
        snapshot, before = self._file.snapshot(secrets.token_hex(8)), self._written
        self.runner.start("Keeping the session", lambda context: _write(place, snapshot, before, context),
                          partial(self._take, place))

    def close(self) -> None:
        """Keep what was not saved for the next start, or leave nothing behind; waits for the writing."""
        self._timer.stop()
        self.runner.close()
        # A full disk must not keep the window from closing: there, what was kept before is what stays.
        self._sweep()
        for place, session, reason in self._unwritten.values():
            with suppress(OSError, MemoryError):
                left_behind.put_aside(place, session, reason)
        own = self._find_place()
        if own is not None:
            with suppress(OSError, MemoryError):
                self._leave(own)
            own.lock.unlock()
        self._own = self._folder = None
        for left in self.left:
            left.place.lock.unlock()

    def restore(self, left: Left) -> None:
        """Show a session that was left; it is read in the worker, unless it is still at hand."""
        self._notices.clear(SESSION)
        if left.stamp in self._unwritten:
            self._show(left, self._unwritten[left.stamp][1])
            return
        if not self._claim(left):
            return
        self._reader.start("Restoring the session", lambda _: left_behind.read(left.place),
                           partial(self._take_left, left), failing=UNOPENED)

    def discard(self, left: Left) -> None:
        """Forget a session that was left, and its file."""
        if left in self.left and (left.stamp in self._unwritten or self._claim(left)):
            self._unwritten.pop(left.stamp, None)
            self._drop(left.place)
            self._set_left(tuple(one for one in self.left if one is not left))

    def _claim(self, left: Left) -> bool:
        """Make a session that was left this window's; where another one was faster, say so and list it no longer."""
        mine = left.place.claim()
        if not mine:
            self._set_left(tuple(one for one in self.left if one is not left))
            self._notices.post(SESSION, ELSEWHERE)
        return mine

    def _new_place(self) -> Place | None:
        """Return a place of its own; nothing before the beginning, and where the disk has no room even for its lock."""
        name = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{SUFFIX}"
        return claimed(self._folder / name) if self._folder is not None else None

    def _find_place(self) -> Place | None:
        """Return where to write to; where there was no room for one, there may be now."""
        self._own = self._own or self._new_place()
        return self._own

    def _leave(self, own: Place) -> None:
        if self._file.modified and not self._file.empty:
            left_behind.put_aside(own, self._file.snapshot(secrets.token_hex(8)), Reason.CLOSED, self._written)
        else:
            own.remove()

    def _set_left(self, left: tuple[Left, ...]) -> None:
        self.left = left
        self.left_changed.emit()

    def _offer(self) -> None:
        """Offer the latest of what earlier processes left, and say where the others are.

        What was in a window that was lost comes first: of all others the user knew that they left the window.
        """
        offered = [one for one in self.left if not one.stamp]
        if not offered:
            return
        first = next((one for one in offered if one.reason is Reason.LOST), offered[0])
        count = len(offered) - 1
        others = "" if not count else (ONE_OTHER if count == 1 else OTHERS).format(count=count, menu=MENU)
        said = OFFERS[first.reason].filled(session=first.text, others=others)
        self._notices.post(SESSION, replace(
            said, action=Action("Restore it", partial(self.restore, first)),
            other=Action(DISCARD, partial(self._discard_offered, first))))

    def _discard_offered(self, left: Left) -> None:
        self._notices.clear(SESSION)
        self.discard(left)
        self._offer()

    def _put_aside(self, session: SavedSession, *, new: bool) -> None:
        """Keep a session that another one takes the place of, until it is saved or discarded."""
        place = self._find_place()
        self._own, self._written = self._new_place(), None
        self._timer.stop()
        if place is None:  # which was told when it was to be written
            return
        reason = Reason.NEW if new else Reason.OTHER
        self._unwritten[session.stamp] = place, session, reason
        self.runner.start("Keeping the session", lambda context: _write_aside(place, session, reason, context),
                          partial(self._take_aside, session.stamp, place))
        now = datetime.now().astimezone()
        self._set_left((Left(place, now, _summary(session), session.stamp, reason), *self.left))

    def _forget(self) -> None:
        """Leave nothing of a session in which nothing was done since it was saved or opened."""
        if not self._file.modified:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """Leave nothing of the session of before, which was saved or put aside: another one is in the window."""
        if self._own is not None and (self.runner.busy or self._own.path.exists()):
            self._timer.stop()
            self._drop(self._own)
            self._own, self._written = self._new_place(), None

    def _take_aside(self, stamp: str, place: Place, end: JobEnd) -> None:
        self._sweep()
        if place is self._own:  # taken back meanwhile: it is the one in the window, whatever was noted since
            place.forget_reason()
        if end.succeeded:
            self._unwritten.pop(stamp, None)
        elif end.ending is Ending.FAILED and stamp in self._unwritten:  # tried once more when the window closes
            self._warn_beside(end.sentence)
        if self._due:
            self.write()

    def _take_back(self, stamp: str) -> None:
        """Go on where the session was kept that had been put aside."""
        for left in [one for one in self.left if one.stamp == stamp]:
            self._go_on(left)

    def _go_on(self, left: Left) -> None:
        """Write to the place of a session that was left from now on: it is the one in the window."""
        if left in self.left:
            self._unwritten.pop(left.stamp, None)
            if self._own is not None:
                self._drop(self._own)
            self._own, self._written = left.place, None
            left.place.forget_reason()
            self._set_left(tuple(one for one in self.left if one is not left))

    def _drop(self, place: Place) -> None:
        """Remove a place that is no session's any more; not before what is being written, maybe there, is written."""
        self._dropped.append(place)
        self._sweep()

    def _sweep(self) -> None:
        while self._dropped and not self.runner.busy:
            with suppress(OSError):
                self._dropped.pop().remove()

    def _warn_beside(self, sentence: str) -> None:
        """Say that something is not kept, without hiding what is being said and its way back."""
        said = self._notices.of(SESSION)
        notice = Notice(sentence, Weight.WARNING)
        if said is not None:
            weight = Weight.ERROR if said.weight is Weight.ERROR else Weight.WARNING
            notice = replace(said, text=f"{said.text} {sentence}", weight=weight)
        self._notices.post(SESSION, notice)

    def _warn(self, sentence: str, action: Action | None = None) -> None:
        """Say once that nothing is kept, unless something else is being said: then after the next failure."""
        if self._warned is None and self._notices.of(SESSION) is None:
            self._warned = Notice(sentence, Weight.WARNING, action)
            self._notices.post(SESSION, self._warned)

    def _wait(self) -> None:
        if not self._timer.isActive():
            self._timer.start(self.next_delay)

    def _take(self, place: Place, end: JobEnd) -> None:
        self._sweep()
        if place is not self._own:  # another session has taken the place of what was written
            if self._due:
                self.write()
            return
        if not end.succeeded:
            if end.ending is Ending.FAILED:
                self._warn(end.sentence, self._save)
            self._wait()
            return
        if self._warned is not None and self._notices.of(SESSION) is self._warned:
            self._notices.clear(SESSION)
        self._warned = None
        if end.value is not self._written:  # the whole session, not only its small part
            self._written, self._seconds = end.value, time.monotonic() - self._began
        if self._due:
            self.write()

    def _take_left(self, left: Left, end: JobEnd) -> None:
        if not end.succeeded:
            left.place.lock.unlock()
        if end.ending is Ending.CANCELLED:
            self._offer()
            return
        if not end.succeeded:
            self._notices.post(SESSION, Notice(
                end.sentence, Weight.ERROR, Action("Try again", partial(self.restore, left)),
                Action(DISCARD, partial(self._discard_offered, left))))
            return
        self._show(left, end.value)

    def _show(self, left: Left, saved: SavedSession) -> None:
        path = saved.state.view.get("path")
        self._file.take_over(saved, Path(path) if path else None, unsaved=True)
        self._go_on(left)


def _write(place: Place, session: SavedSession, before: SavedSession | None, context: JobContext) -> SavedSession:
    context.token.raise_if_cancelled()
    try:
        return left_behind.write(place, session, before)
    except OutputError as error:
        raise OutputError(NOT_KEPT, error.found, REMEDY) from error


def _write_aside(place: Place, session: SavedSession, reason: Reason, context: JobContext) -> None:
    context.token.raise_if_cancelled()
    try:
        left_behind.put_aside(place, session, reason)
    except (OutputError, MemoryError) as error:
        found = error.found if isinstance(error, OutputError) else "too little memory"
        raise OutputError(ASIDE_NOT_KEPT, found, ASIDE_REMEDY) from error


def _summary(session: SavedSession) -> SessionSummary:
    sides = {"reference": session.reference, "query": session.query}
    names = tuple(dict.fromkeys(session.files[side].name for side in sides if side in session.files))
    first = next((session.files[side] for side in sides if side in session.files), None)
    return SessionSummary(names, tuple(len(side.cells) for side in sides.values() if side is not None),
                          len(session.runs), folder=str(first.resolve().parent) if first is not None else "",
                          name=Path(str(session.state.view.get("path", ""))).stem)
