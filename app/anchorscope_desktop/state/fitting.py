"""Settings that name a column or a space of a file, fitted to the files that are open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anchorscope.declared import joined, names_in
from anchorscope.parameters import (
    CLUSTER_AND_NAME,
    LSI_SPACE,
    NO_GROUP,
    NO_TRUTH,
    PAIRED_TRUTH,
    Recipe,
    ReferenceParameters,
    TransferParameters,
)

if TYPE_CHECKING:
    from anchorscope.results import LabelColumn, Query, Reference

_LIKELY_LABELS = ("cell_type", "celltype", "cell type", "label", "labels", "annotation")


def another(before: Query | None, now: Query | None) -> bool:
    """Whether another query took the place of the one before; one that was read again is the same."""
    return before is not None and now is not None and before.recognised.path != now.recognised.path


def carried(recipe: Recipe, reference: Reference | None, query: Query | None, before: Query | None) -> Recipe:
    """Return the recipe for the files that are open now; `before` is the query that it was made for."""
    if another(before, query):
        # A least score is chosen by looking at the scores of one query.
        recipe = replace(recipe, transfer=recipe.transfer.replaced(min_score=TransferParameters.min_score))
    return fitting(recipe, reference, query)


def fitting(recipe: Recipe, reference: Reference | None, query: Query | None) -> Recipe:
    """Return the recipe with what the files have in place of what they have not."""
    if reference is not None:
        labels = _fitting_labels(recipe.reference.labels, reference.recognised.label_columns)
        recipe = replace(recipe, reference=fitting_types(recipe.reference.replaced(labels=labels), recipe, reference))
    if query is not None:
        recipe = replace(recipe, grade=recipe.grade.replaced(truth=_fitting_truth(recipe.grade.truth, query)))
    return replace(recipe, transfer=_fitting_transfer(recipe.transfer, reference, query))


def fitting_types(wanted: ReferenceParameters, recipe: Recipe, reference: Reference | None) -> ReferenceParameters:
    """Return settings of the reference that leave out no type that its labels do not have."""
    there = types_there(wanted.labels, recipe, reference)
    kept = [name for name in names_in(wanted.left_out) if name in there]
    return wanted.replaced(left_out=joined(kept)) if there else wanted


def types_there(labels: str, recipe: Recipe, reference: Reference | None) -> tuple[str, ...]:
    """Return the types of a column of labels, or those that clusters can be named by; nothing where not known."""
    if labels == CLUSTER_AND_NAME:
        return recipe.cluster_names
    columns = reference.recognised.label_columns if reference is not None else ()
    return next((column.types for column in columns if column.name == labels), ())


def _fitting_transfer(
    wanted: TransferParameters, reference: Reference | None, query: Query | None
) -> TransferParameters:
    """Return the settings without columns and spaces that are not there."""
    if reference is not None and wanted.reference_group not in _label_names(reference):
        wanted = wanted.replaced(reference_group=NO_GROUP)
    if query is not None and wanted.query_group not in _label_names(query):
        wanted = wanted.replaced(query_group=NO_GROUP)
    if query is not None and wanted.weight_space not in query.obsm:
        wanted = wanted.replaced(weight_space=LSI_SPACE)
    return wanted


def _label_names(side: Reference | Query) -> tuple[str, ...]:
    return tuple(column.name for column in side.recognised.label_columns)


def _fitting_labels(wanted: str, columns: tuple[LabelColumn, ...]) -> str:
    names = [column.name for column in columns]
    if wanted in names:
        return wanted
    likely = [name for word in _LIKELY_LABELS for name in names if name.lower() == word]
    return likely[0] if likely else CLUSTER_AND_NAME


def _fitting_truth(wanted: str, query: Query) -> str:
    if query.pairing is not None:
        return PAIRED_TRUTH
    return wanted if wanted in truth_choices(query) else NO_TRUTH


def truth_choices(query: Query | None) -> tuple[str, ...]:
    """Return what may serve as the answer key of `query`, beginning with none."""
    if query is None:
        return (NO_TRUTH,)
    paired = (PAIRED_TRUTH,) if query.pairing is not None else ()
    return (NO_TRUTH, *paired, *(column.name for column in query.recognised.label_columns))
