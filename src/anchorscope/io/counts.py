"""Find the matrix of a file that holds counts, and mend what can be mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from anchorscope.counts import Counts, in_memory
from anchorscope.io.invert_log import Inverted, invert_log
from anchorscope.io.values import Check, NotCounts, as_amounts, as_counts
from anchorscope.parameters import AUTOMATIC, COUNTS, INVERT_LOG, Repairs
from anchorscope.progress import Part, Progress
from anchorscope.results import Repair

Read: TypeAlias = "Callable[[Check, Progress], Counts]"


@dataclass(frozen=True)
class Source:
    """A matrix of a file: `place` names it in sentences, `choice` as a value of `Repairs.matrix`."""

    place: str
    choice: str
    read: Read


@dataclass(frozen=True)
class Taken:
    """What was taken from which source.

    Parameters
    ----------
    source
        Place in the list of sources; the first if none holds counts.
    counts
        (n_cells, n_features) csr float32, or ``None``.
    instead
        What was found in place of counts; ``""`` if there are counts.
    notes, repairs
        What was done or could be.
    """

    source: int
    counts: Counts | None
    instead: str
    notes: tuple[str, ...]
    repairs: tuple[Repair, ...]


def take_counts(sources: Sequence[Source], settings: Repairs, progress: Progress) -> Taken:
    """Return the first source that holds counts; failing that, what could be made of the first.

    Parameters
    ----------
    sources
        At least one, in the order of preference.
    settings
        Which repairs are wanted.
    progress
        Hears the fraction read.
    """
    rising, rejected = _Rising(progress), list[NotCounts]()
    for number, source in enumerate(sources):
        try:
            counts = source.read(as_counts, rising)
        except NotCounts as found:
            rejected.append(found)
        else:
            return Taken(number, counts, "", _because(source, sources, rejected), ())
    if settings.values == COUNTS:
        return _amounts(sources[0], rejected[0], rising)
    return _without_counts(sources, rejected, settings, rising)


class _Rising:
    """Reads over and over report fractions that never go back."""

    def __init__(self, whole: Progress) -> None:
        self._whole, self._reached = whole, 0.0

    def update(self, fraction: float) -> None:
        """Report the largest fraction so far."""
        self._reached = max(self._reached, fraction)
        self._whole.update(self._reached)


def matrix_choice(sources: Sequence[Source], taken: Source) -> tuple[Repair, ...]:
    """Offer the other matrices of the file."""
    others = tuple(source.choice for source in sources if source is not taken)
    found = "the matrices " + ", ".join(source.choice for source in sources)
    return (Repair("matrix", found, f"{taken.choice} was read", others),) if others else ()


def _because(source: Source, sources: Sequence[Source], rejected: list[NotCounts]) -> tuple[str, ...]:
    reasons = " and ".join(f"{other.place} holds {found}" for other, found in zip(sources, rejected, strict=False))
    return (f"Counts were taken from {source.place}, because {reasons}.",) if rejected else ()


def _amounts(source: Source, found: NotCounts, progress: Progress) -> Taken:
    """Take values that are not whole as they are, because the user asks for it."""
    done = "taken as counts, as they are, as asked"
    try:
        values = source.read(as_amounts, progress)
    except NotCounts as worse:
        return Taken(0, None, f"{worse} in {source.place}", (), ())
    note = f"{source.place} holds {found}; they were {done}."
    return Taken(0, values, "", (note,), (Repair("values", f"{found} in {source.place}", done, (AUTOMATIC,)),))


def _without_counts(
    sources: Sequence[Source], rejected: Sequence[NotCounts], settings: Repairs, progress: Progress
) -> Taken:
    # X is often scaled while raw still holds the logarithms.
    number = next((number for number, found in enumerate(rejected) if found.log), 0)
    instead = f"{rejected[0]} in {sources[0].place}"
    logarithms = f"{rejected[number]} in {sources[number].place}"
    inverted = _inverted(sources[number], progress) if rejected[number].log else None
    if inverted is None:
        inexact = rejected[number].log and settings.values == INVERT_LOG
        told = f"{logarithms}, which do not turn back into whole numbers" if inexact else instead
        return Taken(0, None, told, (), (Repair("values", told, "", (COUNTS,)),))
    if settings.values != INVERT_LOG:
        offer = f"{logarithms}; every cell turns back into whole numbers"
        return Taken(0, None, instead, (), (Repair("values", offer, "", (INVERT_LOG, COUNTS)),))
    done = _in_words(inverted)
    note = f"The file holds {logarithms}; {done}."
    return Taken(number, inverted.counts, "", (note,), (Repair("values", logarithms, done, (AUTOMATIC,)),))


def _inverted(source: Source, progress: Progress) -> Inverted | None:
    try:
        values = source.read(as_amounts, Part(progress, 0.0, 0.5))
    except NotCounts:
        return None
    return invert_log(in_memory(values), Part(progress, 0.5, 1.0))


def _in_words(inverted: Inverted) -> str:
    scaled = f" (every cell had been scaled to {inverted.constant:,.0f})" if inverted.constant else ""
    return f"they were turned back into counts, which is exact: each cell gives whole numbers{scaled}"
