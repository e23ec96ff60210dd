"""A forecast grows with the data, knows every stage, and a job that cannot fit is refused with a way out."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from anchorscope import forecast as module
from anchorscope.errors import InputError
from anchorscope.forecast import Forecast, check_fit, forecast, sizes_of
from anchorscope.forecast_alone import MAP, MERGED
from anchorscope.forecast_costs import COSTS, MEMORY
from anchorscope.forecast_work import Sizes, drawing_work, memory_of, merging_work, work_of
from anchorscope.parameters import (
    CLUSTER_AND_NAME,
    AnchorParameters,
    GeneActivityParameters,
    Recipe,
    ReferenceParameters,
)
from anchorscope.results import Job
from anchorscope.stages import STAGES

SMALL = Sizes(1000, 1000, 2000, 5000, 500_000, 800_000)
LARGE = Sizes(100_000, 1_000_000, 20_000, 108_000, 70_000_000, 980_000_000)


def test_every_stage_is_foreseen_and_every_cost_is_of_a_kind_of_work() -> None:
    names = {stage.name for stage in STAGES}
    assert set(forecast(SMALL, Recipe(), 1.0).seconds) == names
    assert set(COSTS) == {*names, MERGED, MAP}
    dear = Recipe(reference=ReferenceParameters(labels=CLUSTER_AND_NAME),
                  gene_activity=GeneActivityParameters(model="co-accessibility"))
    work = [work_of(sizes, dear) | {
        MERGED: merging_work(sizes, dear), MAP: drawing_work(sizes.query_cells)} for sizes in (SMALL, LARGE)]
    for stage, costs in COSTS.items():
        assert set(costs) <= set().union(*(each[stage] for each in work))
        assert min(costs.values(), default=0.0) >= 0.0
    assert set(MEMORY) <= set(memory_of(LARGE, Recipe()))


@pytest.mark.parametrize("side", ["reference_cells", "query_cells", "query_counts", "reference_counts"])
def test_more_of_anything_takes_no_less(side: str) -> None:
    for sizes in (SMALL, replace(LARGE, query_cells=100_000, query_counts=98_000_000)):
        before, after = (forecast(each, Recipe(), 1.0) for each in
                         (sizes, replace(sizes, **{side: 2 * getattr(sizes, side)})))
        assert after.total >= before.total
        assert after.memory_mib >= before.memory_mib


def test_links_of_co_accessibility_are_foreseen_and_grow_with_the_peaks() -> None:
    linked = Recipe(gene_activity=GeneActivityParameters(model="co-accessibility"))
    plain, few, many = (forecast(replace(SMALL, peaks=peaks), recipe, 1.0).seconds["gene_activity"]
                        for peaks, recipe in ((5_000, Recipe()), (5_000, linked), (80_000, linked)))
    assert plain < few < many / 3


def test_a_slower_machine_takes_longer_in_proportion() -> None:
    assert forecast(SMALL, Recipe(), 3.0).total == pytest.approx(3 * forecast(SMALL, Recipe(), 1.0).total)
    assert forecast(SMALL, Recipe(), 3.0).memory_mib == forecast(SMALL, Recipe(), 1.0).memory_mib


def test_the_standard_task_compares_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_looks", deque(maxlen=module.LOOKS_KEPT))
    monkeypatch.setattr(module, "standard_seconds", lambda: 2 * module.STANDARD_SECONDS)
    assert module.known_factor() == 1.0
    assert module.machine_factor() == pytest.approx(2.0)
    assert forecast(SMALL, Recipe()).total == pytest.approx(forecast(SMALL, Recipe(), 2.0).total)


def test_a_busy_moment_is_taken_back_by_later_looks_and_an_old_look_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([4.0, 1.0, 3.0, 3.0, 3.0, 3.0, 2.0])
    monkeypatch.setattr(module, "_looks", deque(maxlen=module.LOOKS_KEPT))
    monkeypatch.setattr(module, "standard_seconds", lambda: next(seconds) * module.STANDARD_SECONDS)
    found = [module.machine_factor()]
    for _ in range(6):
        module.look_again()
        found.append(module.known_factor())
    assert found == pytest.approx([4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0])


def test_sizes_are_those_of_the_job(job: Job) -> None:
    found = sizes_of(job)
    assert (found.reference_cells, found.query_cells) == (200, 180)
    assert (found.genes, found.peaks) == (job.reference.counts.shape[1], job.query.counts.shape[1])
    assert (found.reference_counts, found.query_counts) == (job.reference.counts.nnz, job.query.counts.nnz)


@pytest.mark.parametrize(("recipe", "words"), [
    (Recipe(), "close other programs"),
    (Recipe(anchors=AnchorParameters(k_filter=200)), "set k.filter to 0"),
    (Recipe(gene_activity=GeneActivityParameters(model="co-accessibility")), "gene-activity model body-promoter"),
])
def test_what_cannot_fit_is_refused_with_what_helps(
    monkeypatch: pytest.MonkeyPatch, job: Job, recipe: Recipe, words: str
) -> None:
    default = forecast(sizes_of(job), Recipe(), 1.0).memory_mib

    def foreseen(sizes: Sizes, of: Recipe, _: float) -> Forecast:
        dear = bool(of.anchors.k_filter) or of.gene_activity.model == "co-accessibility"
        return Forecast({}, default * (9 if dear or recipe == Recipe() else 1))

    monkeypatch.setattr(module, "forecast", foreseen)
    monkeypatch.setattr(module, "free_memory_mib", lambda: 2 * default)
    monkeypatch.setattr(module, "_held_mib", lambda: 0.0)
    with pytest.raises(InputError, match=f"would not fit into memory: found about .* GB needed and .*{words}"):
        check_fit(replace(job, recipe=recipe), Forecast({}, 9 * default))


def test_what_fits_is_not_refused(job: Job) -> None:
    check_fit(job, forecast(sizes_of(job), job.recipe, 1.0))
