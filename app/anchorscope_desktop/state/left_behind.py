"""Where sessions are kept that were not saved: claimed by the process that works on one, found again by the next."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from anchorscope.io.session_summary import SessionSummary, summary_of
from anchorscope_desktop.state.example import holds_example
from anchorscope_desktop.state.session_file import SUFFIX

if TYPE_CHECKING:
    from anchorscope.io.session import SavedSession

UNREADABLE = "cannot be read"
EXAMPLE = "the example"


class Reason(StrEnum):
    """Why a session is in no window."""

    NEW = "new"
    """New session took its place."""
    OTHER = "other"
    """Another session took its place."""
    CLOSED = "closed"
    """Its window was closed."""
    LOST = "lost"
    """Nobody put it aside: its process ended without a word."""


@dataclass(frozen=True)
class Place:
    """Where one process keeps its session: the file, the small part beside it, and the lock that says it lives."""

    path: Path
    lock: QLockFile

    @property
    def state(self) -> Path:
        """The small part."""
        return self.path.with_suffix(".json")

    @property
    def note(self) -> Path:
        """Says why the session was put aside; not there while it is in a window."""
        return self.path.with_suffix(".left")

    @property
    def reason(self) -> Reason:
        """Why the session is in no window."""
        try:
            return Reason(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Reason.LOST

    @property
    def written(self) -> datetime:
        """When anything was written here last."""
        times = [one.stat().st_mtime for one in (self.path, self.state) if one.exists()]
        return datetime.fromtimestamp(max(times, default=0.0)).astimezone()

    def forget_reason(self) -> None:
        """Note that the session is in a window again."""
        with suppress(OSError):
            self.note.unlink(missing_ok=True)

    def claim(self) -> bool:
        """Make the place this process's, and return whether it is: another one may have it, or have emptied it."""
        if not (self.lock.isLocked() or self.lock.tryLock(0)):
            return False
        if not self.path.exists():
            self.remove()
        return self.lock.isLocked()

    def remove(self) -> None:
        """Leave nothing behind."""
        for path in (self.path, self.state, self.note, *self.path.parent.glob(f"{self.path.stem}.*.part")):
            path.unlink(missing_ok=True)
        self.lock.unlock()


@dataclass(frozen=True)
class Left:
    """A session that was not saved and is in no window.

    Parameters
    ----------
    place
        Where it is.
    when
        When it was written last.
    summary
        What it holds; nothing where that cannot be read.
    stamp
        Of the session that was put aside in this window; empty for those that an earlier process left.
    reason
        Why it is in no window.
    """

    place: Place
    when: datetime
    summary: SessionSummary | None
    stamp: str = ""
    reason: Reason = Reason.LOST

    @property
    def text(self) -> str:
        """What it holds and of when it is, in one line."""
        return f"{self.when:%d %B at %H:%M}: {self._held}"

    @property
    def _held(self) -> str:
        if self.summary is None:
            return UNREADABLE
        of_example = not self.summary.name and holds_example(Path(self.summary.folder))
        return self.summary.text_of(EXAMPLE) if of_example else self.summary.text


def claimed(path: Path) -> Place | None:
    """Return the place if no living process has it."""
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)  # however old, it counts as long as its process lives
    return Place(path, lock) if lock.tryLock(0) else None


def left_behind(folder: Path) -> tuple[Left, ...]:
    """Return the sessions whose process is gone, the latest first; what was never finished is swept away.

    They are nobody's until one is claimed, so that every window offers them.
    """
    names = {path.name.split(SUFFIX)[0] + SUFFIX for path in folder.glob(f"*{SUFFIX}*")}
    found = []
    for place in filter(None, (claimed(folder / name) for name in sorted(names))):
        if place.path.exists():
            found.append(Left(place, place.written, summary_of(place.path), reason=place.reason))
            place.lock.unlock()
        else:
            place.remove()
    return tuple(sorted(found, key=lambda left: left.when, reverse=True))


def read(place: Place) -> SavedSession:
    """Return the session that is kept at a place."""
    from anchorscope.io.session import read_session, read_state

    saved = read_session(place.path)
    return replace(saved, state=read_state(place.state, saved.stamp) or saved.state)


def write(place: Place, session: SavedSession, before: SavedSession | None = None) -> SavedSession:
    """Write the session, or only its small part where inputs and results are those that were written before."""
    from anchorscope.io.session import write_session, write_state

    place.note.unlink(missing_ok=True)
    if before is not None and _same_results(before, session):
        write_state(place.state, session.state, before.stamp)
        return before
    write_session(place.path, session)
    return session


def put_aside(place: Place, session: SavedSession, reason: Reason, before: SavedSession | None = None) -> None:
    """Write a session that leaves its window, and why it does."""
    write(place, session, before)
    place.note.write_text(reason, encoding="utf-8")


def _same_results(one: SavedSession, other: SavedSession) -> bool:
    return (one.reference is other.reference and one.query is other.query and one.files == other.files
            and one.reading == other.reading and one.checksums == other.checksums and _table(one) == _table(other)
            and _begun(one) == _begun(other) and _runs(one) == _runs(other))


def _runs(session: SavedSession) -> list[tuple[object, ...]]:
    return [(id(run.job), id(run.outcome), id(run.merged), run.number, run.seconds, run.strange_markers)
            for run in session.runs]


def _begun(session: SavedSession) -> list[tuple[str, int]]:
    return [(name, id(found)) for name, found in session.begun.results.items()] if session.begun is not None else []


def _table(session: SavedSession) -> object:
    return session.comparison.table if session.comparison is not None else None
