"""What a run would take, in words, before it starts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from anchorscope.errors import InputError
from anchorscope_desktop.state.notices import Notice, Weight

if TYPE_CHECKING:
    from anchorscope.forecast import Forecast
    from anchorscope.results import AnyJob, Job, Query, Reference
    from anchorscope_desktop.state.session import Session

FORECAST = Notice("Run will take about {time} and {memory} of memory.")
"""What can be foreseen: the time of what is not up to date, and the memory of a whole run."""

GRADE = "grade"
ONLY_GRADING = Notice("Run will only grade them, which takes a moment.")
"""Instead, where all but the grading is up to date."""

COMPARISON = Notice("Compare will take about {time} and {memory} of memory for {n} combinations.")
ALONE = "It will take about {time}."
MAPS = ("maps", "reference_map", "query_map")
EACH = ("shared_space", "anchors", "transfer", "refine", "grade")
"""Stages that every line of a comparison has for itself; gene activity is shared by those of one model."""


def foreseen_of(session: Session) -> Notice | None:
    """Return the same for the job being edited; nothing where a side is missing or has no counts yet."""
    from anchorscope.results import Job

    if session.reference is None or session.query is None or not session.complete:
        return None
    missing = _missing(session)
    said = foreseen(Job(session.reference, session.query, session.recipe), missing)
    return ONLY_GRADING if missing == [GRADE] and said.weight is not Weight.WARNING else said


def foreseen_comparison(session: Session, models: Collection[str], reductions: Collection[str]) -> Notice | None:
    """Return the same for every model with every reduction, after the settings' own; maps are not drawn."""
    if session.reference is None or session.query is None or not session.complete:
        return None
    from anchorscope.forecast import check_fit, forecast, known_factor, sizes_of
    from anchorscope.results import Job

    job, activity = Job(session.reference, session.query, session.recipe), session.recipe.gene_activity
    sizes, factor = sizes_of(job), known_factor()
    found = forecast(sizes, job.recipe, factor)
    recipes = [replace(job.recipe, gene_activity=activity.replaced(model=model)) for model in models]
    by_model = [forecast(sizes, recipe, factor) for recipe in recipes]
    dearest, recipe = max([(found, job.recipe), *zip(by_model, recipes, strict=True)],
                          key=lambda one: one[0].memory_mib)
    try:
        check_fit(replace(job, recipe=recipe), dearest)
    except InputError as error:
        return Notice(str(error), Weight.WARNING)
    own = sum(found.seconds.get(name, 0.0) for name in _missing(session) if name not in MAPS)
    each = sum(found.seconds.get(name, 0.0) for name in EACH)
    lines = sum(one.seconds.get("gene_activity", 0.0) for one in by_model) + len(models) * len(reductions) * each
    return COMPARISON.filled(n=len(models) * len(reductions), time=in_words(own + lines), memory=_gigabytes(dearest))


def foreseen_merged(session: Session) -> str:
    """Return how long the merged map of what is shown would take; nothing where that is not known."""
    from anchorscope.forecast import known_factor, sizes_of
    from anchorscope.forecast_alone import MERGED, seconds_alone

    shown = session.shown
    if shown is None or not shown.whole:
        return ""
    seconds = seconds_alone(sizes_of(shown.job), shown.job.recipe, known_factor())
    return ALONE.format(time=in_words(seconds[MERGED]))


def foreseen_alone(session: Session, stages: Collection[str]) -> str:
    """Return how long stages of what is open would take, with those they need; nothing where that is not known."""
    job = session.job_at_hand
    if job is None:
        return ""
    from anchorscope.forecast import known_factor, sizes_of
    from anchorscope.forecast_alone import seconds_alone
    from anchorscope.stages import needed_stages

    names = [stage.name for stage in needed_stages(stages, session.recipe)]
    missing = {name for name in names if (status := session.status_of(name)) is None or status.value != "done"}
    seconds = seconds_alone(sizes_of(job), job.recipe, known_factor())
    total = sum(seconds[name] for name in missing)
    return ALONE.format(time=in_words(total)) if missing else ""


def _missing(session: Session) -> list[str]:
    return [name for name, status in session.statuses().items() if status.value != "done"]


def too_small(job: AnyJob) -> Notice | None:
    """Return why no run can succeed with so few cells, in the words in which a run would refuse them."""
    from anchorscope.checks import check_size

    try:
        check_size(job)
    except InputError as error:
        return Notice(str(error), Weight.WARNING)
    return None


def foreign(reference: Reference | None, query: Query | None) -> Notice | None:
    """Return that the sides are of two species, in the words in which a run would refuse them."""
    from anchorscope.io.species import species_conflict

    said = species_conflict(reference, query) if reference is not None and query is not None else None
    return Notice(said, Weight.WARNING) if said is not None else None


def foreseen(job: Job, stages: Collection[str]) -> Notice:
    """Return what these stages of the job would take, or why it cannot run and what would help."""
    from anchorscope.forecast import check_fit, forecast, known_factor, sizes_of

    found = forecast(sizes_of(job), job.recipe, known_factor())
    try:
        check_fit(job, found)
    except InputError as error:
        return Notice(str(error), Weight.WARNING)
    seconds = sum(found.seconds.get(name, 0.0) for name in stages)
    return FORECAST.filled(time=in_words(seconds), memory=_gigabytes(found))


def _gigabytes(found: Forecast) -> str:
    return f"{max(found.memory_mib / 1024, 0.1):.1f} GB"


def in_words(seconds: float) -> str:
    """Return a duration as people say it, no more exact than it is known."""
    if seconds < 55:
        return f"{max(5 * round(seconds / 5), 5)} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}" if minutes < 100 else f"{seconds / 3600:.1f} hours"
