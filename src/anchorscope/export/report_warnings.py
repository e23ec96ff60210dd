"""What a reader of the results should know, one plain sentence each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anchorscope.evaluation.doubts import doubts_of, markers_of_strangers
from anchorscope.evaluation.naming import panel_doubt
from anchorscope.io.species import species_conflict
from anchorscope.parameters import SEURAT
from anchorscope.results import ClusterNaming, Grade, Ints, Job, Outcome, Recognised

DEPTH = 0.5
"""A used LSI component whose correlation with depth is larger, in size, is worth a look."""

MOST_NAMES = 10
"""Names listed in one sentence; the tables of the report have all."""

MAJORITY = 0.5
"""A label with a smaller share of the vote has no majority."""


def warnings_of(job: Job, outcome: Outcome) -> list[str]:
    """Return what may be wrong with a result, the gravest first; empty if nothing was noticed."""
    conflict = species_conflict(job.reference, job.query)
    found = [] if conflict is None else [conflict]
    found += doubts_of(outcome, job.recipe.transfer, markers_of_strangers(job, outcome))
    found += [*_without_label(job, outcome), *_anchors(job, outcome), *_never_given(outcome)]
    found += [*_naming(job, outcome), *_depth(outcome)]
    return found + ([] if outcome.grade is None else _grading(outcome.grade, outcome))


def reading_notes(job: Job) -> list[str]:
    """Return what was inferred, left out or mended while the two files were read."""
    return [*_notes("Reference", job.reference.recognised), *_notes("Query", job.query.recognised)]


def _notes(side: str, source: Recognised) -> list[str]:
    # Most repairs are told by a note as well.
    untold = [repair for repair in source.repairs
              if not repair.done or not any(repair.done in note for note in source.notes)]
    return [f"{side}: {note}" for note in source.notes] + [
        f"{side}: found {repair.found}; "
        + (f"{repair.done}." if repair.done else f"left as it is, though the setting “{repair.name}” can mend it.")
        for repair in untold]


def anchors_of_types(outcome: Outcome) -> Ints:
    """Return the number of anchors at reference cells of each type, (n_types,)."""
    labels = outcome.reference_labels.labels
    codes = labels.codes[outcome.anchors.reference_cell]
    return np.bincount(codes[codes >= 0], minlength=len(labels.types)).astype(np.int64)


def _without_label(job: Job, outcome: Outcome) -> list[str]:
    voted = job.recipe.transfer.method == SEURAT
    prediction, labels = outcome.prediction, outcome.reference_labels.labels
    unsure = (prediction.best < MAJORITY) & (prediction.labels.codes >= 0)
    missing, n = labels.codes < 0, len(unsure)
    said = [f"{_cells(unsure.sum())} of {n:,} ({unsure.mean():.0%}) have a label with "
             + ("less than half of the vote." if voted else "a probability below one half.")] * bool(unsure.any())
    return said + [f"{_cells(missing.sum())} of the reference have no label; "
                   + ("their anchors vote for nothing." if voted else "they teach nothing.")] * bool(missing.any())


def _anchors(job: Job, outcome: Outcome) -> list[str]:
    types, n, few = outcome.reference_labels.labels.types, anchors_of_types(outcome), job.recipe.transfer.k_weight / 2
    there = np.bincount(outcome.reference_labels.labels.codes.clip(0), minlength=len(types)) > 0
    rare = [f"{name} ({count})" for name, count, any_ in zip(types, n, there, strict=True) if any_ and count < few]
    return [f"Few anchors for {_listed(rare)}: with fewer than {few:g}, half of k.weight, a type is easily outvoted."
            ] * bool(rare)


def _never_given(outcome: Outcome) -> list[str]:
    labels = outcome.prediction.labels
    absent = [name for code, name in enumerate(labels.types) if not (labels.codes == code).any()]
    return [f"No query cell was labelled {_listed(absent, 'or')}, which the reference has."] * bool(absent)


def _naming(job: Job, outcome: Outcome) -> list[str]:
    naming = outcome.reference_labels.naming
    if naming is None:
        return []
    doubt = panel_doubt(naming, job.recipe.panel)
    return [*[doubt] * bool(doubt), *_panel(naming), *(
        f"Cluster {cluster} was named {now} by hand; the panel says {before}."
        for cluster, before, now in naming.overridden)]


def _panel(naming: ClusterNaming) -> list[str]:
    lost = [f"{gene} ({kind})" for kind, gene in naming.missing]
    other = [f"{gene} as {found}" for gene, found in naming.matched]
    said = [f"Markers of the panel that are not in the reference, and so were not used: {_listed(lost)}."] * bool(lost)
    nowhere = [kind for kind in naming.types if kind not in naming.names]
    said += [f"No cluster was named {_listed(nowhere, 'or')}, which the panel knows."] * bool(nowhere)
    return said + [f"Markers found under another spelling: {_listed(other)}."] * bool(other)


def _depth(outcome: Outcome) -> list[str]:
    r = outcome.lsi.depth_correlation
    high = [f"{k + 1} (r = {r[k]:.2f})" for k in range(len(r))[outcome.lsi.used] if abs(r[k]) > DEPTH]
    return [f"LSI component {_listed(high)} is used although it follows sequencing depth."] * bool(high)


def _grading(grade: Grade, outcome: Outcome) -> list[str]:
    known = {grade.types[code] for code in np.unique(grade.predicted.codes[grade.predicted.codes >= 0])}
    known |= set(outcome.prediction.labels.types)
    strange = [f"{name} ({n:,} cells)" for name, n in zip(grade.types, grade.n, strict=True) if n and name not in known]
    ungraded = int((~grade.graded).sum())
    said = [f"The answer key has types that the reference lacks and that can never be right: {_listed(strange)}."
            ] * bool(strange)
    said += [f"{_cells(ungraded)} of the query have no answer and were not graded."] * bool(ungraded)
    return said + [f"The mapping table does not mention {_listed(grade.kept)}; kept as they are."] * bool(grade.kept)


def _cells(n: int) -> str:
    return f"{n:,} cell" if n == 1 else f"{n:,} cells"


def _listed(names: Sequence[str], last: str = "and") -> str:
    if len(names) > MOST_NAMES:
        names = [*names[:MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more"]
        last = "and"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""
