"""Sentences for the user, one per topic; the page of that topic shows it in its bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, QTimerEvent, Signal

REFERENCE, QUERY, ACTIVITY, RUN, COMPARE, EXPORT = "reference", "query", "gene_activity", "run", "compare", "export"
SESSION = "session"
"""Topic of a bar of its own on all pages."""

_MOMENT_MS = 5_000


class Weight(Enum):
    """How much a notice matters."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """What is to be seen before what: the higher the earlier; what went well matters no more than what is told."""
        return {Weight.ERROR: 2, Weight.WARNING: 1}.get(self, 0)


@dataclass(frozen=True)
class Action:
    """What one click does about a notice."""

    text: str
    do: Callable[[], object]


@dataclass(frozen=True)
class Notice:
    """One sentence, its weight, and one or two things to do by a click; `{}` places are filled by `filled`."""

    text: str
    weight: Weight = Weight.INFO
    action: Action | None = None
    other: Action | None = None
    about: str = ""
    """What it is said of, where the text does not tell: said of something else, it is another notice."""

    def filled(self, **values: object) -> Notice:
        """Return the notice with its places filled."""
        return replace(self, text=self.text.format(**values))


COPIED = Notice("Copied to the clipboard.", Weight.SUCCESS)


def topic_of(page: str) -> str:
    """Return the topic that the page of a step shows first."""
    return page if page in (REFERENCE, QUERY, ACTIVITY, COMPARE, EXPORT) else RUN


class Notices(QObject):
    """The notice of each topic, if there is one."""

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices: dict[str, Notice] = {}
        self._told: dict[str, int] = {}
        """When something was last said of each topic: a number that grows."""
        self._count = 0
        self._mentioned: tuple[int, str, Notice, Notice | None, int] | None = None

    def of(self, topic: str) -> Notice | None:
        """Return the notice of `topic`."""
        return self._notices.get(topic)

    @property
    def wrong(self) -> bool:
        """Whether something is said to be wrong, of any topic."""
        return any(notice.weight is Weight.ERROR for notice in self._notices.values())

    def first(self, topics: Iterable[str]) -> str | None:
        """Return the topic whose notice matters most, the latest of several; nothing if there is no notice of any."""
        there = [topic for topic in self._notices if topic in set(topics)]
        return max(there, default=None, key=lambda topic: (
            self.passing(topic), self._notices[topic].weight.rank, self._told[topic]))

    def told(self, topic: str) -> int:
        """Return when something was last said of a topic, see `now`."""
        return self._told.get(topic, 0)

    def now(self) -> int:
        """Return the time as notices have it: a number that grows with all that is said."""
        self._count += 1
        return self._count

    def passing(self, topic: str) -> bool:
        """Whether the notice of a topic goes by itself in a moment."""
        return self._mentioned is not None and self._mentioned[2] is self.of(topic)

    def post(self, topic: str, notice: Notice) -> None:
        """Replace the notice of `topic`."""
        self._notices[topic], self._told[topic] = notice, self.now()
        self.changed.emit(topic)

    def error(self, topic: str, sentence: str) -> None:
        """Post what went wrong."""
        self.post(topic, Notice(sentence, Weight.ERROR))

    def mention(self, topic: str, notice: Notice) -> None:
        """Say something for a moment; afterwards the bar shows again what it did before."""
        self._end_mention()
        self._mentioned = self.startTimer(_MOMENT_MS), topic, notice, self.of(topic), self.told(topic)
        self.post(topic, notice)

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Take back what was only mentioned."""
        self._end_mention()

    def close(self) -> None:
        """Say nothing more: the window closes."""
        if self._mentioned is not None:
            self.killTimer(self._mentioned[0])
            self._mentioned = None

    def _end_mention(self) -> None:
        if self._mentioned is None:
            return
        timer, topic, notice, before, told = self._mentioned
        self._mentioned = None
        self.killTimer(timer)
        if self.of(topic) is not notice:
            return
        if before is not None:  # said when it was: what was said since stays in front of it
            self._notices[topic], self._told[topic] = before, told
            self.changed.emit(topic)
        else:
            self.clear(topic)

    def withdraw(self, topic: str, notice: Notice | None) -> None:
        """Take a notice away, if it is still the one of its topic."""
        if notice is not None and self.of(topic) is notice:
            self.clear(topic)

    def clear(self, topic: str) -> None:
        """Take the notice of `topic` away."""
        if self._notices.pop(topic, None) is not None:
            self.changed.emit(topic)

    def clear_all_but(self, kept: str) -> None:
        """Take the notices of all other topics away."""
        for topic in [one for one in self._notices if one != kept]:
            self.clear(topic)
