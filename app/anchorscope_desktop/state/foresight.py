"""What a run would take, in words, before it starts."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from anchorscope.errors import InputError
from anchorscope_desktop.state.notices import Notice, Weight

if TYPE_CHECKING:
    from anchorscope.results import AnyJob, Job
    from anchorscope_desktop.state.session import Session

FORECAST = Notice("Run will take about {time} and {memory} of memory.")
"""What can be foreseen: the time of what is not up to date, and the memory of a whole run."""


def foreseen_of(session: Session) -> Notice | None:
    """Return the same for the job being edited; nothing where a side is missing or has no counts yet."""
    from anchorscope.results import Job

    if session.reference is None or session.query is None or not session.complete:
        return None
    missing = [name for name, status in session.statuses().items() if status.value != "done"]
    return foreseen(Job(session.reference, session.query, session.recipe), missing)


def too_small(job: AnyJob) -> Notice | None:
    """Return why no run can succeed with so few cells, in the words in which a run would refuse them."""
    from anchorscope.checks import check_size

    try:
        check_size(job)
    except InputError as error:
        return Notice(str(error), Weight.WARNING)
    return None


def foreseen(job: Job, stages: Collection[str]) -> Notice:
    """Return what these stages of the job would take, or why it cannot run and what would help."""
    from anchorscope.forecast import check_fit, forecast, known_factor, sizes_of

    found = forecast(sizes_of(job), job.recipe, known_factor())
    try:
        check_fit(job, found)
    except InputError as error:
        return Notice(str(error), Weight.WARNING)
    seconds = sum(found.seconds.get(name, 0.0) for name in stages)
    return FORECAST.filled(time=in_words(seconds), memory=f"{max(found.memory_mib / 1024, 0.1):.1f} GB")


def in_words(seconds: float) -> str:
    """Return a duration as people say it, no more exact than it is known."""
    if seconds < 55:
        return f"{max(5 * round(seconds / 5), 5)} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}" if minutes < 100 else f"{seconds / 3600:.1f} hours"
