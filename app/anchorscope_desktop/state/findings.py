"""What can be said of finished runs, and made of them without computing them anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anchorscope.parameters import BLOOD_PANEL, CLUSTER_AND_NAME, ClusterParameters, Recipe, ReferenceParameters

if TYPE_CHECKING:
    from anchorscope.io.session import SavedStages
    from anchorscope.pipeline import Pipeline
    from anchorscope.results import AnyJob
    from anchorscope_desktop.state.session import Finding


def begun_stages(pipeline: Pipeline, job: AnyJob, findings: Sequence[Finding]) -> SavedStages | None:
    """Return the stages that are finished for a job and belong to no finding; nothing where there is none."""
    from anchorscope.io.session import SavedStages

    held = {id(value) for one in findings
            for value in (*vars(one.outcome).values(), one.outcome.maps.reference, one.outcome.maps.query)}
    # One side's own map is a finding's where its places are: what holds them is made anew for each stage.
    results = {name: found for name, found in pipeline.finished(job).items()
               if found is not None and id(getattr(found, "places", found)) not in held}
    return SavedStages(job, results) if results else None


def switched(finding: Finding, recipe: Recipe) -> Finding | None:
    """Return a finding by the method and the panel of a recipe, where nothing else differs; nothing if these do not.

    Every run has both methods, and a panel that names no clusters is only looked at.
    """
    before, wanted = finding.job.recipe, recipe.transfer
    looked_at = with_panel(finding, recipe).job.recipe
    found = replace(looked_at, transfer=before.transfer.replaced(method=wanted.method, unlike=wanted.unlike))
    if found == before or not same_labels(found, recipe):
        return None
    # Only now, so that a setting changed before any run loads nothing that computes.
    from anchorscope.evaluation.methods import by_method

    return replace(finding, job=replace(finding.job, recipe=found), outcome=by_method(finding.outcome, found))


def with_panel(finding: Finding, recipe: Recipe) -> Finding:
    """Return a finding with the marker panel of a recipe, unless its own panel named the clusters."""
    before = finding.job.recipe
    if before.reference.labels == CLUSTER_AND_NAME or before.panel == recipe.panel:
        return finding
    return replace(finding, job=replace(finding.job, recipe=replace(before, panel=recipe.panel)))


def clustered(finding: Finding, pipeline: Pipeline, wanted: ClusterParameters) -> Finding:
    """Return a finding with its query's own clusters, where they were computed since as they are `wanted`."""
    # The recipe of what was found tells how to find it again.
    job = replace(finding.job, recipe=replace(finding.job.recipe, clusters=wanted))
    found = pipeline.fresh(job, "query_clusters")
    if found is None or found is finding.outcome.query_clusters:
        return finding
    return replace(finding, job=job, outcome=replace(finding.outcome, query_clusters=found))


def same_labels(one: Recipe, other: Recipe) -> bool:
    """Whether two recipes need the same computing: least score and colours are applied to what was found.

    The query's own clusters are no part of a run, unless it is asked to compute them as well.
    """
    return _of_labels(one) == _of_labels(other)


def same_before_grading(one: Recipe, other: Recipe) -> bool:
    """Whether two recipes give every cell the same label and place, however the labels are graded."""
    return same_labels(one, replace(other, grade=one.grade, mapping=one.mapping))


def _of_labels(recipe: Recipe) -> Recipe:
    found = replace(recipe, transfer=recipe.transfer.replaced(min_score=0.0), colours=(), clusters=ClusterParameters())
    if recipe.reference.labels == CLUSTER_AND_NAME:
        return found
    # How clusters are found and named is read where there is no column of labels.
    usual = ReferenceParameters()
    reference = recipe.reference.replaced(n_neighbors=usual.n_neighbors, resolution=usual.resolution,
                                          naming=usual.naming)
    return replace(found, reference=reference, names=(), panel=BLOOD_PANEL)


def describe(finding: Finding) -> dict[str, Any]:
    """Return the settings of a finding by their titles, with the names of its files.

    The threshold is not among them: it is moved within a run.
    """
    recipe = finding.job.recipe
    flat: dict[str, Any] = {
        "Reference file": finding.job.reference.recognised.path.name,
        "Query file": finding.job.query.recognised.path.name,
    }
    for group in recipe.groups():
        for name, declaration, _ in group.declarations():
            if name != "min_score":
                flat[f"{group.title}: {declaration.title}"] = _said(name, getattr(group, name))
    return flat | {"Marker panel": recipe.panel.name, "Seed": recipe.seed}


def _said(name: str, value: Any) -> Any:
    if value == "":
        return "cluster and name" if name == "labels" else "none"
    return value
