"""What a session holds, as it is saved, and whether it is still what was saved."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anchorscope_desktop.state import session_inputs
from anchorscope_desktop.state.comparing import Comparer
from anchorscope_desktop.state.loading import Loader
from anchorscope_desktop.state.merging import Merger
from anchorscope_desktop.state.session import Finding, Session

if TYPE_CHECKING:
    from anchorscope.evaluation.comparison import Comparison
    from anchorscope.io.session import SavedComparison, SavedSession, SessionState
    from anchorscope.parameters import Recipe
    from anchorscope.results import CoEmbedding, Job, Query, Reference


@dataclass(frozen=True, eq=False)
class Content:
    """What makes a session another one than the one that was saved."""

    reference: Reference | None
    query: Query | None
    findings: tuple[Finding, ...]
    comparison: Comparison | None
    recipe: Recipe
    merged: CoEmbedding | None = None

    def same_results(self, other: Content) -> bool:
        """Whether files and results are the same."""
        return (self.reference is other.reference and self.query is other.query
                and self.comparison is other.comparison and self.merged is other.merged
                and len(self.findings) == len(other.findings)
                and all(one is two for one, two in zip(self.findings, other.findings, strict=True)))

    def same(self, other: Content) -> bool:
        """Whether the settings are the same as well."""
        return self.same_results(other) and self.recipe == other.recipe


def content_of(session: Session, comparer: Comparer, merger: Merger) -> Content:
    """Return what is in the window now."""
    return Content(session.reference, session.query, session.findings, comparer.comparison, session.recipe,
                   merger.drawn)


def packed(
    session: Session, loader: Loader, comparer: Comparer, merger: Merger, state: SessionState, stamp: str = ""
) -> SavedSession:
    """Return what is in the window as it is saved; cheap, nothing is copied."""
    from anchorscope.io.session import SavedRun, SavedSession

    files, reading = session_inputs.files_of(loader.reference_files, loader.query_files)
    sides = {"reference": session.reference, "query": session.query}
    known = {name: session.checksum(side) for name, side in sides.items() if side is not None}
    runs = tuple(SavedRun(one.number, one.job, one.outcome, one.seconds, one.strange_markers, merger.of(one))
                 for one in session.findings)
    return SavedSession(state, files, reading, known, session.reference, session.query, runs,
                        stamp or secrets.token_hex(8), _compared(comparer), session.begun)


def _compared(comparer: Comparer) -> SavedComparison | None:
    from anchorscope.io.session import SavedComparison

    job, comparison = comparer.job, comparer.comparison
    return SavedComparison(job, comparison.as_dict()) if job is not None and comparison is not None else None


def comparison_of(saved: SavedSession) -> tuple[Job, Comparison] | None:
    """Return the comparison that a session holds, with its job; nothing where there is none that can be read."""
    if saved.comparison is None:
        return None
    from anchorscope.evaluation.comparison import Comparison

    try:
        return saved.comparison.job, Comparison.from_dict(saved.comparison.table)
    except (KeyError, TypeError):
        return None  # a table of another version: one click makes it anew
