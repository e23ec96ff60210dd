"""The stages of a run: what each is called, what it needs, which settings it reads, and what it computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anchorscope.anchors.filter import anchors_to_keep
from anchorscope.anchors.find import Keep, find_anchors
from anchorscope.blocks import CellBlocks
from anchorscope.counts import Counts, are_in_memory, blocks_of
from anchorscope.embedding.shared import REDUCTIONS, directions, gene_loadings
from anchorscope.embedding.shared_genes import places, shared_genes
from anchorscope.embedding.umap import fitted_cells, umaps
from anchorscope.engine import kept
from anchorscope.errors import InputError
from anchorscope.evaluation.grade import check_names, grade
from anchorscope.evaluation.vocabulary import mapped_names
from anchorscope.gene_activity.models import activity_by_model
from anchorscope.io.assembly import check_assembly
from anchorscope.io.gene_table import read_gene_table
from anchorscope.io.labels import labels_from_column
from anchorscope.lsi.lsi import lsi
from anchorscope.parameters import (
    AUTOMATIC,
    CLUSTER_AND_NAME,
    CO_ACCESSIBILITY,
    NO_TRUTH,
    PAIRED_TRUTH,
    GeneActivityParameters,
    Recipe,
)
from anchorscope.preprocess.cluster import clusters
from anchorscope.preprocess.normalize import log_normalize
from anchorscope.preprocess.panel import labels_of, name_clusters, renamed
from anchorscope.preprocess.pca import pca
from anchorscope.preprocess.scale import gene_scale, scaled, select_genes
from anchorscope.preprocess.variable_genes import variable_genes
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.refine.methods import prediction_of, refinement_of
from anchorscope.refine.refine import Evidence
from anchorscope.refine.views import aligned
from anchorscope.results import (
    Anchors,
    Floats,
    GeneActivity,
    GeneTable,
    Grade,
    Ints,
    Job,
    Labels,
    Lsi,
    Maps,
    Names,
    Pca,
    Prediction,
    Query,
    ReferenceLabels,
    Refinement,
    SharedSpace,
    VariableGenes,
)
from anchorscope.transfer.choices import chosen_groups, chosen_space
from anchorscope.transfer.groups import grouped_weights
from anchorscope.transfer.labels import transfer_labels, voted

Done = Mapping[str, Any]
"""Results of the stages before, by name."""


@dataclass(frozen=True)
class Stage:
    """One step of a run.

    Parameters
    ----------
    name
        Key of its result.
    title
        What the window and the log call it.
    inputs
        ``reference`` and/or ``query``: the data it reads itself.
    needs
        Stages whose results it always reads.
    settings
        The part of the recipe it reads; when this changes, it and all that follow are stale.
    compute
        The work.
    needs_too
        Further stages whose results it reads under some settings.
    check
        Refuses settings that would fail only after minutes of work.
    """

    name: str
    title: str
    inputs: tuple[str, ...]
    needs: tuple[str, ...]
    settings: Callable[[Recipe], Any]
    compute: Callable[[Job, Done, Progress], Any]
    needs_too: Callable[[Recipe], tuple[str, ...]] = lambda _: ()
    check: Callable[[Job], object] = lambda _: None

    def needed(self, recipe: Recipe) -> tuple[str, ...]:
        """Return the stages whose results it reads under this recipe."""
        return (*self.needs, *self.needs_too(recipe))


def _expression(job: Job) -> CellBlocks:
    return log_normalize(blocks_of(job.reference.counts), job.recipe.reference.scale_factor)


def _activity(job: Job, done: Done) -> CellBlocks:
    activity: GeneActivity = done["gene_activity"]
    return log_normalize(blocks_of(activity.counts), job.recipe.gene_activity.scale_factor)


def _of_genes(counts: Counts, values: CellBlocks, genes: Ints) -> CellBlocks:
    """Return the values made of some counts, cut to some genes; kept for all passes where the counts are in memory."""
    chosen = select_genes(values, genes)
    return kept(chosen) if are_in_memory(counts) else chosen


def _variable_genes(job: Job, done: Done, progress: Progress) -> VariableGenes:  # noqa: ARG001 - a stage's signature
    return variable_genes(blocks_of(job.reference.counts), progress)


def _pca(job: Job, done: Done, progress: Progress) -> Pca:
    genes = done["variable_genes"].order[: job.recipe.reference.n_variable_genes]
    expression = _of_genes(job.reference.counts, _expression(job), genes)
    scale = gene_scale(expression, Part(progress, 0.0, 0.2))
    return pca(scaled(expression, scale), job.recipe.reference.n_components, Part(progress, 0.2, 1.0))


def _label_settings(recipe: Recipe) -> Any:
    if recipe.reference.labels != CLUSTER_AND_NAME:
        return recipe.reference.labels
    return recipe.reference, recipe.panel, recipe.names, recipe.seed


def _labels(job: Job, done: Done, progress: Progress) -> ReferenceLabels:
    settings = job.recipe.reference
    if settings.labels != CLUSTER_AND_NAME:
        labels = labels_from_column(job.reference.cells, settings.labels, "reference")
        return ReferenceLabels(labels, f"column “{settings.labels}”", None)
    found = clusters(done["pca"].embeddings, settings.n_neighbors, settings.resolution, job.recipe.seed,
                     Part(progress, 0.0, 0.9))
    naming = name_clusters(_expression(job), job.reference.genes, found, job.recipe.panel, settings.naming,
                           Part(progress, 0.9, 1.0))
    naming = renamed(naming, job.recipe.names)
    return ReferenceLabels(labels_of(naming), f"clusters named by the panel “{job.recipe.panel.name}”", naming)


def _gene_activity(job: Job, done: Done, progress: Progress) -> GeneActivity:
    settings = job.recipe.gene_activity
    table = genes_of(job.query, settings)
    if settings.model != CO_ACCESSIBILITY:
        return activity_by_model(job.query, table, settings, progress=progress)
    return activity_by_model(job.query, table, settings, done["lsi"].space, job.recipe.seed, progress)


def activity_of(query: Query, recipe: Recipe, progress: Progress = SILENT) -> GeneActivity:
    """Compute gene activity alone, as the stage does: by the model, genes and seed of the recipe.

    Raises
    ------
    InputError
        If the assembly is unknown, or the model lacks what it needs.
    """
    settings, space = recipe.gene_activity, None
    if settings.model == CO_ACCESSIBILITY:
        space = lsi(blocks_of(query.counts), recipe.lsi, recipe.seed, Part(progress, 0.0, 0.4)).space
    table = genes_of(query, settings)
    return activity_by_model(query, table, settings, space, recipe.seed, Part(progress, 0.4, 1.0))


def genes_of(query: Query, settings: GeneActivityParameters) -> GeneTable:
    """Return the genes that the query's peaks are held against: the user's own, or those of the assembly.

    Raises
    ------
    InputError
        If the assembly was neither chosen nor recognised, or is not the peaks' own.
    """
    if query.annotation is not None:
        return query.annotation
    assembly = query.recognised.assembly if settings.assembly == AUTOMATIC else settings.assembly
    if assembly is None:
        raise InputError("The genome assembly of the peaks was not recognised",
                         f"peaks such as {', '.join(query.peaks.names[:2])}",
                         "choose the assembly the peaks were called on (in the window: page Query, Genome), or give "
                         "the genes as GTF, GFF3 or BED")
    if settings.assembly != AUTOMATIC:
        check_assembly(query.peaks, assembly)
    return read_gene_table(assembly)


def _activity_needs(recipe: Recipe) -> tuple[str, ...]:
    return ("lsi",) if recipe.gene_activity.model == CO_ACCESSIBILITY else ()


def _activity_settings(recipe: Recipe) -> Any:
    # The scale factor is read where activity is normalised.
    settings = recipe.gene_activity.replaced(scale_factor=GeneActivityParameters.scale_factor)
    return settings, recipe.seed if settings.model == CO_ACCESSIBILITY else None


def _lsi(job: Job, done: Done, progress: Progress) -> Lsi:  # noqa: ARG001 - a stage's signature
    return lsi(blocks_of(job.query.counts), job.recipe.lsi, job.recipe.seed, progress)


def _shared_space(job: Job, done: Done, progress: Progress) -> SharedSpace:
    settings, n_genes = job.recipe.anchors, job.recipe.reference.n_variable_genes
    names = shared_genes(job.reference.genes[done["variable_genes"].order[:n_genes]],
                         done["gene_activity"].regions.symbols)
    return REDUCTIONS[settings.reduction](
        *_both_assays(job, done, names), names, settings.n_components, job.recipe.seed, progress)


def _both_assays(job: Job, done: Done, names: Names) -> tuple[CellBlocks, CellBlocks]:
    """Return expression and activity of the genes `names`."""
    symbols = done["gene_activity"].regions.symbols
    return (_of_genes(job.reference.counts, _expression(job), places(job.reference.genes, names)),
            _of_genes(done["gene_activity"].counts, _activity(job, done), places(symbols, names)))


def _anchors(job: Job, done: Done, progress: Progress) -> Anchors:
    settings, shared = job.recipe.anchors, done["shared_space"]
    there, back = directions(shared)
    return find_anchors(there.reference, there.query, settings, progress, reciprocal=back,
                        keep=_filter(job, done, shared) if settings.k_filter else None)


def _filter(job: Job, done: Done, shared: SharedSpace) -> Keep:
    reference, query = _both_assays(job, done, shared.genes)

    def keep(pairs: tuple[Ints, Ints], progress: Progress) -> NDArray[np.bool_]:
        loadings = gene_loadings(reference, query, shared, Part(progress, 0.0, 0.5))
        return anchors_to_keep(reference, query, loadings, pairs, job.recipe.anchors.k_filter, Part(progress, 0.5, 1.0))

    return keep


def _transfer(job: Job, done: Done, progress: Progress) -> Prediction:
    anchors, settings, groups = done["anchors"], job.recipe.transfer, chosen_groups(job)
    space = _own_space(job, done)
    labels: Labels = done["labels"].labels
    if groups is None:
        return voted(anchors, space, labels, settings, progress)
    return transfer_labels(anchors, grouped_weights(anchors, space, groups, settings, progress), labels)


def _own_space(job: Job, done: Done) -> Floats:
    space = chosen_space(job)
    lsi_space: Floats = done["lsi"].space
    return lsi_space if space is None else space


def _refine(job: Job, done: Done, progress: Progress) -> Refinement:
    sides, _ = directions(done["shared_space"])
    # In the memory of the coordinates, which are a copy: of a million cells each has 240 MB.
    genes = aligned(sides, done["anchors"], out=sides.query)
    evidence = Evidence(sides.reference, genes, _own_space(job, done), done["anchors"], done["labels"].labels)
    return refinement_of(evidence, chosen_groups(job), job.recipe.seed, progress)


def _grade(job: Job, done: Done, progress: Progress) -> Grade | None:  # noqa: ARG001 - a stage's signature
    source = job.recipe.grade.truth
    if source == NO_TRUTH:
        return None
    truth = (paired_truth(job.query, done["labels"].labels) if source == PAIRED_TRUTH
             else labels_from_column(job.query.cells, source, "query"))
    called = prediction_of(done["transfer"], done["refine"], job.recipe.transfer)
    return grade(called.labels, truth, source, job.recipe.mapping)


def paired_truth(query: Query, labels: Labels) -> Labels:
    """Return for each cell of the query the reference's label of the same cell; none where it has no such cell."""
    pairing = _pairing(query)
    return Labels(labels.types, np.where(pairing >= 0, labels.codes[pairing], -1))


def _pairing(query: Query) -> Ints:
    if query.pairing is None:
        raise InputError("The query cannot be graded by the reference's own cells", "two unrelated files",
                         "load a multiome file or choose a column of the query")
    return query.pairing


def _places_of(recipe: Recipe) -> tuple[str, str, str]:
    settings = recipe.transfer
    return settings.weight_space, settings.reference_group, settings.query_group


def _maps(job: Job, done: Done, progress: Progress) -> Maps:
    spaces = [done["pca"].embeddings, done["lsi"].space]
    reference, query = umaps(spaces, job.recipe.umap, job.recipe.seed, progress)
    fewer = [fitted_cells(len(space)) for space in spaces]
    sampled = [few if few < len(space) else None for few, space in zip(fewer, spaces, strict=True)]
    return Maps(reference, query, (sampled[0], sampled[1]))


def check_settings(job: Job, stages: Iterable[Stage] | None = None) -> None:
    """Refuse what would fail only after minutes: columns that do not exist, an answer key that cannot be there.

    Parameters
    ----------
    job
        The data and the settings.
    stages
        Those to be computed; all of a run if none are given. Settings that only others read may be as they like.

    Raises
    ------
    InputError
        With the columns, or the type names, that do exist.
    """
    for stage in STAGES if stages is None else stages:
        stage.check(job)


def _possible_types(job: Job) -> tuple[str, ...]:
    """Return all names that the reference's cells can have; clusters get none but the panel's and those by hand."""
    column = job.recipe.reference.labels
    if column == CLUSTER_AND_NAME:
        return (*job.recipe.panel.types, *(name for _, name in job.recipe.names))
    return labels_from_column(job.reference.cells, column, "reference").types


def _check_places(job: Job) -> None:
    chosen_groups(job)
    chosen_space(job)


def _check_key(job: Job) -> None:
    truth = job.recipe.grade.truth
    if truth == PAIRED_TRUTH:
        _pairing(job.query)
    elif truth != NO_TRUTH:
        known, types = labels_from_column(job.query.cells, truth, "query").types, _possible_types(job)
        giver = "the marker panel" if job.recipe.reference.labels == CLUSTER_AND_NAME else "the reference"
        check_names(mapped_names(known, job.recipe.mapping), mapped_names(types, job.recipe.mapping), truth, giver)


STAGES: tuple[Stage, ...] = (
    Stage("variable_genes", "Choosing variable genes", ("reference",), (), lambda _: (), _variable_genes),
    Stage("pca", "Principal components of the reference", ("reference",), ("variable_genes",),
          lambda r: (r.reference.n_variable_genes, r.reference.n_components, r.reference.scale_factor), _pca),
    Stage("labels", "Labels of the reference", ("reference",), ("pca",),
          _label_settings, _labels, check=_possible_types),
    Stage("lsi", "Accessibility space of the query (LSI)", ("query",), (), lambda r: (r.lsi, r.seed), _lsi),
    Stage("gene_activity", "Gene activity of the query", ("query",), (), _activity_settings, _gene_activity,
          _activity_needs),
    Stage("shared_space", "Axes that both share", ("reference", "query"), ("variable_genes", "gene_activity"),
          lambda r: (r.reference.n_variable_genes, r.reference.scale_factor, r.gene_activity.scale_factor,
                     r.anchors.reduction, r.anchors.n_components, r.seed), _shared_space),
    Stage("anchors", "Finding anchors", ("reference", "query"), ("gene_activity", "shared_space"),
          lambda r: (r.anchors.k_anchor, r.anchors.k_score, r.anchors.k_filter), _anchors),
    Stage("transfer", "Transferring labels", ("reference", "query"), ("labels", "lsi", "anchors"),
          lambda r: (r.transfer.k_weight, r.transfer.sd_weight, *_places_of(r)), _transfer, check=_check_places),
    Stage("refine", "Refining labels", ("reference", "query"), ("labels", "lsi", "shared_space", "anchors"),
          lambda r: (r.seed, *_places_of(r)), _refine, check=_check_places),
    Stage("grade", "Grading against the answer key", ("query",), ("labels", "transfer", "refine"),
          lambda r: (r.grade, r.mapping, r.transfer.method, r.transfer.unlike), _grade, check=_check_key),
    Stage("maps", "Drawing the maps (UMAP)", (), ("pca", "lsi"), lambda r: (r.umap, r.seed), _maps),
)
"""In the order in which they run."""
