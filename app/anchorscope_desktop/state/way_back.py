"""The way back to the session that another one took the place of, offered in the session's notice."""

from __future__ import annotations

from dataclasses import replace

from anchorscope_desktop.state.notices import SESSION, Action, Notice, Notices

REPLACED = Notice("The session before this one was not saved; it is still at hand.")


class WayBack:
    """Says what there is to say of a session, without hiding the way back to the one before it."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self.action: Action | None = None
        """Leads to the session that this one took the place of, if that one was not saved."""
        self._own: Notice | None = None
        self._posted: Notice | None = None

    def say(self, notice: Notice | None) -> None:
        """Say something of the session, or nothing, and in both cases offer the way back if there is one."""
        self._own = self._posted = notice
        if self.action is not None and notice is None:
            self._posted = replace(REPLACED, action=self.action)
        elif self.action is not None and notice is not None:
            self._posted = replace(
                notice, text=f"{notice.text} {REPLACED.text}", action=notice.action or self.action,
                other=self.action if notice.action is not None else None)
        if self._posted is not None:
            self._notices.post(SESSION, self._posted)

    def says(self, notice: Notice | None) -> bool:
        """Whether this notice is being said, with the way back or without."""
        return notice is not None and self._own is notice and self._notices.of(SESSION) is self._posted

    def close(self) -> None:
        """Offer the way no longer: who goes on with this session has made up their mind."""
        offered, self.action = self.action is not None, None
        if offered and self._posted is not None and self._notices.of(SESSION) is self._posted:
            own = self._own
            self._notices.clear(SESSION)
            self.say(own)
