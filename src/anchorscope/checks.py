"""What is looked at before a run begins: what would fail only after minutes is refused at once."""

from __future__ import annotations

import numpy as np

from anchorscope.anchors.find import check_enough
from anchorscope.declared import names_in
from anchorscope.errors import InputError
from anchorscope.evaluation.grade import check_names
from anchorscope.evaluation.vocabulary import mapped_names
from anchorscope.io.labels import labels_from_column
from anchorscope.io.species import check_species
from anchorscope.parameters import CLUSTER_AND_NAME, NO_TRUTH, PAIRED_TRUTH
from anchorscope.results import AnyJob, Ints, Job, Labels, Query, Reference, ReferenceJob
from anchorscope.transfer.choices import chosen_groups, chosen_space
from anchorscope.transfer.weights import check_voters

SIDES = ("reference", "query")
"""Both sides of a job by name."""


def possible_types(job: Job | ReferenceJob) -> tuple[str, ...]:
    """Return all names that the reference's cells can lend; clusters get none but the panel's and those by hand.

    Raises
    ------
    InputError
        If a type that is to be left out is not there, or no other is.
    """
    names, left_out = all_types(job), names_in(job.recipe.reference.left_out)
    absent = [name for name in left_out if name not in names]
    if absent:
        raise InputError(f"The reference has no type “{absent[0]}” to be left out",
                         ", ".join(f"“{name}”" for name in names[:8]), "choose among its types")
    kept = tuple(name for name in names if name not in left_out)
    if not kept:
        raise InputError("Every type of the reference is left out", f"{len(names)} types", "leave out fewer")
    return kept


def all_types(job: Job | ReferenceJob) -> tuple[str, ...]:
    """Return the names that the reference's cells can have, with those that are left out."""
    column = job.recipe.reference.labels
    if column == CLUSTER_AND_NAME:
        return job.recipe.cluster_names
    return labels_from_column(job.reference.cells, column, "reference").types


def check_size(job: AnyJob) -> None:
    """Refuse a side of so few cells that no run can succeed; one side can be asked about before the other is there.

    Raises
    ------
    InputError
        With the cells that there are and those that the settings need.
    """
    check_anchors(job)
    if not isinstance(job, ReferenceJob):
        check_voters(len(job.query.cells), job.recipe.transfer.k_weight)


def check_anchors(job: AnyJob) -> None:
    """Refuse a side that has no more cells than anchors look at neighbours."""
    for side in SIDES:
        data: Reference | Query | None = getattr(job, side, None)
        if data is not None:
            check_enough(len(data.cells), job.recipe.anchors, side)


def check_genes(job: Job) -> None:
    """Refuse two sides that are known to be of two species."""
    check_species(job.reference, job.query)


def check_transfer(job: Job) -> None:
    """Refuse a query too small to vote, and what `check_places` refuses."""
    check_voters(len(job.query.cells), job.recipe.transfer.k_weight)
    check_places(job)


def check_places(job: Job) -> None:
    """Refuse groups and coordinates that do not exist."""
    chosen_groups(job)
    chosen_space(job)


def check_key(job: Job) -> None:
    """Refuse an answer key that is not there, or that has no name in common with the labels."""
    truth = job.recipe.grade.truth
    if truth == PAIRED_TRUTH:
        pairing_of(job.query)
    elif truth != NO_TRUTH:
        known, types = labels_from_column(job.query.cells, truth, "query").types, possible_types(job)
        giver = "the marker panel" if job.recipe.reference.labels == CLUSTER_AND_NAME else "the reference"
        check_names(mapped_names(known, job.recipe.mapping), mapped_names(types, job.recipe.mapping), truth, giver)


def paired_truth(query: Query, labels: Labels) -> Labels:
    """Return for each cell of the query the reference's label of the same cell; none where it has no such cell."""
    pairing = pairing_of(query)
    return Labels(labels.types, np.where(pairing >= 0, labels.codes[pairing], -1))


def pairing_of(query: Query) -> Ints:
    """Return the reference row of each cell, (n2,), or -1; a query without pairing is refused."""
    if query.pairing is None:
        raise InputError("The query cannot be graded by the reference's own cells", "two unrelated files",
                         "load a multiome file or choose a column of the query")
    return query.pairing
