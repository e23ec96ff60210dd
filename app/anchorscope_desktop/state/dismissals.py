"""Standing notices that were dismissed stay away until they say something else."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anchorscope_desktop.state.choices import Choices
    from anchorscope_desktop.state.notices import Notice
    from anchorscope_desktop.state.session import Session

DISMISSED = "dismissed on {page}"
"""The name of the choice that keeps what was dismissed on a page."""


class Dismissals:
    """Remembers, with the session, which standing notice was dismissed on each page.

    It comes back once the page had something else to say, or nothing, and where it is said of other files.
    """

    def __init__(self, session: Session, choices: Choices) -> None:
        self._session, self._choices = session, choices

    def note(self, page: str, notice: Notice) -> None:
        """Take note that a notice was dismissed."""
        self._choices.choose(DISMISSED.format(page=page), self._mark(notice))

    def left(self, page: str, notice: Notice | None) -> Notice | None:
        """Return what a page is still to say of what there is to say now."""
        name = DISMISSED.format(page=page)
        dismissed = self._choices.of(name)
        if notice is not None and dismissed == self._mark(notice):
            return None
        # What there is to say is not known before the files of a session that was opened have been read.
        if dismissed and self._session.at_hand:
            self._choices.choose(name, "")
        return notice

    def _mark(self, notice: Notice) -> str:
        sides = self._session.reference, self._session.query
        files = [side.recognised.sha256 if side is not None else "" for side in sides]
        return sha256("\n".join((notice.text, notice.about, *files)).encode()).hexdigest()[:16]
