"""A tiny simulated pair and what one run makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from anchorscope import stages
from anchorscope.parameters import GradeParameters, Recipe, ReferenceParameters, TransferParameters, UmapParameters
from anchorscope.pipeline import Pipeline
from anchorscope.progress import Progress
from anchorscope.results import Floats, Job, Outcome, Query, Reference
from anchorscope.simulate import simulate_pair

VOTE = TransferParameters(method="seurat")
"""Most tests are about the vote; the refined labels have their own."""

LABELLED = Recipe(reference=ReferenceParameters(labels="cell_type"), grade=GradeParameters(truth="cell_type"),
                  transfer=VOTE)
"""Labels and truth from the columns that the simulated pair has."""


def two_axes(spaces: Sequence[Floats], _: UmapParameters, seed: int, progress: Progress) -> list[Floats]:
    """Stand in for UMAP: the first two axes."""
    progress.update(0.5)
    return [space[:, :2] + seed for space in spaces]


@pytest.fixture
def fast_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw maps in no time."""
    monkeypatch.setattr(stages, "umaps", two_axes)


@pytest.fixture(scope="session")
def pair() -> tuple[Reference, Query]:
    """200 reference and 180 query cells of eight types, 300 genes."""
    return simulate_pair(200, 180, seed=1, n_genes=300)


@pytest.fixture(scope="session")
def job(pair: tuple[Reference, Query]) -> Job:
    """The pair with labels and truth from columns."""
    return Job(*pair, LABELLED)


@pytest.fixture(scope="session")
def named_job(pair: tuple[Reference, Query]) -> Job:
    """The pair with clusters named by the panel, and no truth."""
    return Job(*pair, Recipe(transfer=VOTE))


def _outcome(job: Job) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "umaps", two_axes)
        return Pipeline().run(job)


@pytest.fixture(scope="session")
def outcome(job: Job) -> Outcome:
    """What a run of `job` found."""
    return _outcome(job)


@pytest.fixture(scope="session")
def named_outcome(named_job: Job) -> Outcome:
    """What a run of `named_job` found."""
    return _outcome(named_job)
