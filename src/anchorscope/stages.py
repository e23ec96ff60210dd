"""The stages of a run: what each is called, what it needs, which settings it reads, and what it computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anchorscope.anchors.filter import anchors_to_keep
from anchorscope.anchors.find import Keep, find_anchors
from anchorscope.blocks import CellBlocks
from anchorscope.checks import (
    SIDES,
    check_anchors,
    check_genes,
    check_key,
    check_places,
    check_transfer,
    paired_truth,
    possible_types,
)
from anchorscope.counts import Counts, are_in_memory, blocks_of
from anchorscope.declared import names_in
from anchorscope.embedding.shared import REDUCTIONS, directions, gene_loadings
from anchorscope.embedding.shared_genes import places, shared_genes
from anchorscope.embedding.umap import fitted_cells, umaps
from anchorscope.engine import kept
from anchorscope.errors import InputError
from anchorscope.evaluation.grade import grade
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
    WITH_RUN,
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
from anchorscope.refine.views import alignment, moved
from anchorscope.results import (
    Anchors,
    AnyJob,
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
    QueryClusters,
    QueryJob,
    ReferenceJob,
    ReferenceLabels,
    Refinement,
    SharedSpace,
    SideMap,
    VariableGenes,
)
from anchorscope.transfer.choices import chosen_groups, chosen_space
from anchorscope.transfer.groups import grouped_weights
from anchorscope.transfer.labels import transfer_labels, voted

Done = Mapping[str, Any]
"""Results of the stages before, by name."""

REFERENCE_MAP, QUERY_MAP, QUERY_CLUSTERS = "reference_map", "query_map", "query_clusters"


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
        ``reference``, ``query`` and ``pairing``: the data it reads itself; the first two without their pairing. One
        that reads a single side can be computed where the other is not there.
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
    parts
        Stages of which its result is made: taken over where they are at hand, computed with it where they are not.
    idle
        Whether there is nothing to do for it under some settings: nobody is told of it then.
    """

    name: str
    title: str
    inputs: tuple[str, ...]
    needs: tuple[str, ...]
    settings: Callable[[Recipe], Any]
    compute: Callable[[Any, Done, Progress], Any]
    needs_too: Callable[[Recipe], tuple[str, ...]] = lambda _: ()
    check: Callable[[Any], object] = lambda _: None
    parts: tuple[str, ...] = ()
    idle: Callable[[Recipe], bool] = lambda _: False

    def needed(self, recipe: Recipe) -> tuple[str, ...]:
        """Return the stages whose results it reads under this recipe."""
        return (*self.needs, *self.needs_too(recipe))


def _expression(job: Job | ReferenceJob) -> CellBlocks:
    return log_normalize(blocks_of(job.reference.counts), job.recipe.reference.scale_factor)


def _activity(job: Job, done: Done) -> CellBlocks:
    activity: GeneActivity = done["gene_activity"]
    return log_normalize(blocks_of(activity.counts), job.recipe.gene_activity.scale_factor)


def _of_genes(counts: Counts, values: CellBlocks, genes: Ints, progress: Progress) -> CellBlocks:
    """Return the values made of some counts, cut to some genes; kept for all passes where the counts are in memory."""
    chosen = select_genes(values, genes)
    return kept(chosen, progress) if are_in_memory(counts) else chosen


def _variable_genes(
    job: Job | ReferenceJob, done: Done, progress: Progress  # noqa: ARG001 - a stage's signature
) -> VariableGenes:
    return variable_genes(blocks_of(job.reference.counts), progress)


def _pca(job: Job | ReferenceJob, done: Done, progress: Progress) -> Pca:
    genes = done["variable_genes"].order[: job.recipe.reference.n_variable_genes]
    expression = _of_genes(job.reference.counts, _expression(job), genes, Part(progress, 0.0, 0.1))
    scale = gene_scale(expression, Part(progress, 0.1, 0.2))
    return pca(scaled(expression, scale), job.recipe.reference.n_components, Part(progress, 0.2, 1.0))


def _label_settings(recipe: Recipe) -> Any:
    if recipe.reference.labels != CLUSTER_AND_NAME:
        return recipe.reference.labels, recipe.reference.left_out
    return recipe.reference, recipe.panel, recipe.names, recipe.seed


def _labels(job: Job | ReferenceJob, done: Done, progress: Progress) -> ReferenceLabels:
    settings = job.recipe.reference
    if settings.labels != CLUSTER_AND_NAME:
        labels = labels_from_column(job.reference.cells, settings.labels, "reference")
        return ReferenceLabels(labels.without(names_in(settings.left_out)), f"column “{settings.labels}”", None)
    found = clusters(done["pca"].embeddings, settings.n_neighbors, settings.resolution, job.recipe.seed,
                     Part(progress, 0.0, 0.9))
    naming = name_clusters(_expression(job), job.reference.genes, found, job.recipe.panel, settings.naming,
                           Part(progress, 0.9, 1.0))
    naming = renamed(naming, job.recipe.names)
    labels = labels_of(naming).without(names_in(settings.left_out))
    return ReferenceLabels(labels, f"clusters named by the panel “{job.recipe.panel.name}”", naming)


def _gene_activity(job: Job | QueryJob, done: Done, progress: Progress) -> GeneActivity:
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


def _lsi(job: Job | QueryJob, done: Done, progress: Progress) -> Lsi:  # noqa: ARG001 - a stage's signature
    return lsi(blocks_of(job.query.counts), job.recipe.lsi, job.recipe.seed, progress)


def _shared_space(job: Job, done: Done, progress: Progress) -> SharedSpace:
    settings, n_genes = job.recipe.anchors, job.recipe.reference.n_variable_genes
    names = shared_genes(job.reference.genes[done["variable_genes"].order[:n_genes]],
                         done["gene_activity"].regions.symbols)
    assays = _both_assays(job, done, names, Part(progress, 0.0, 0.1))
    return REDUCTIONS[settings.reduction](
        *assays, names, settings.n_components, job.recipe.seed, Part(progress, 0.1, 1.0))


def _both_assays(job: Job, done: Done, names: Names, progress: Progress) -> tuple[CellBlocks, CellBlocks]:
    """Return expression and activity of the genes `names`."""
    symbols = done["gene_activity"].regions.symbols
    expression, activity = job.reference.counts, done["gene_activity"].counts
    return (_of_genes(expression, _expression(job), places(job.reference.genes, names), Part(progress, 0.0, 0.5)),
            _of_genes(activity, _activity(job, done), places(symbols, names), Part(progress, 0.5, 1.0)))


def _anchors(job: Job, done: Done, progress: Progress) -> Anchors:
    settings, shared = job.recipe.anchors, done["shared_space"]
    there, back = directions(shared)
    keep = _filter(job, done, shared, Part(progress, 0.0, 0.1)) if settings.k_filter else None
    return find_anchors(there.reference, there.query, settings, Part(progress, 0.1 if keep else 0.0, 1.0),
                        reciprocal=back, keep=keep)


def _filter(job: Job, done: Done, shared: SharedSpace, progress: Progress) -> Keep:
    reference, query = _both_assays(job, done, shared.genes, progress)

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
    found = alignment(sides, done["anchors"])
    # In the memory of the coordinates, which are a copy: of a million cells each has 240 MB.
    genes = moved(sides.query, found, out=sides.query)
    evidence = Evidence(sides.reference, genes, _own_space(job, done), done["anchors"], done["labels"].labels, found)
    return refinement_of(evidence, blocks_of(job.query.counts), chosen_groups(job), job.recipe.seed, progress)


def _grade(job: Job, done: Done, progress: Progress) -> Grade | None:  # noqa: ARG001 - a stage's signature
    source = job.recipe.grade.truth
    if source == NO_TRUTH:
        return None
    truth = (paired_truth(job.query, done["labels"].labels) if source == PAIRED_TRUTH
             else labels_from_column(job.query.cells, source, "query"))
    called = prediction_of(done["transfer"], done["refine"], job.recipe.transfer)
    return grade(called.labels, truth, source, job.recipe.mapping)


def _places_of(recipe: Recipe) -> tuple[str, str, str]:
    settings = recipe.transfer
    return settings.weight_space, settings.reference_group, settings.query_group


def _maps(job: Job, done: Done, progress: Progress) -> Maps:
    """Draw both sides at once; one that was drawn by itself is taken as it is."""
    spaces = {REFERENCE_MAP: done["pca"].embeddings, QUERY_MAP: done["lsi"].space}
    missing = [name for name in spaces if name not in done]
    drawn = _drawn([spaces[name] for name in missing], job.recipe, progress) if missing else []
    of = {**done, **dict(zip(missing, drawn, strict=True))}
    return Maps.of(of[REFERENCE_MAP], of[QUERY_MAP])


def _reference_map(job: Job | ReferenceJob, done: Done, progress: Progress) -> SideMap:
    return _drawn([done["pca"].embeddings], job.recipe, progress)[0]


def _query_map(job: Job | QueryJob, done: Done, progress: Progress) -> SideMap:
    return _drawn([done["lsi"].space], job.recipe, progress)[0]


def _query_clusters(job: Job | QueryJob, done: Done, progress: Progress) -> QueryClusters:
    settings = job.recipe.clusters
    found = clusters(done["lsi"].space, settings.n_neighbors, settings.resolution, job.recipe.seed, progress)
    return QueryClusters(found, settings.resolution, settings.n_neighbors)


def _drawn(spaces: Sequence[Floats], recipe: Recipe, progress: Progress) -> list[SideMap]:
    places = umaps(spaces, recipe.umap, recipe.seed, progress)
    return [SideMap(one, few if few < len(one) else None) for one, few in
            zip(places, (fitted_cells(len(space)) for space in spaces), strict=True)]


def check_settings(job: AnyJob, stages: Iterable[Stage] | None = None) -> None:
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


STAGES: tuple[Stage, ...] = (
    Stage("variable_genes", "Choosing variable genes", ("reference",), (), lambda _: (), _variable_genes),
    Stage("pca", "Principal components of the reference", ("reference",), ("variable_genes",),
          lambda r: (r.reference.n_variable_genes, r.reference.n_components, r.reference.scale_factor), _pca),
    Stage("labels", "Labels of the reference", ("reference",), ("pca",),
          _label_settings, _labels, check=possible_types),
    Stage("lsi", "Accessibility space of the query (LSI)", ("query",), (), lambda r: (r.lsi, r.seed), _lsi),
    Stage("gene_activity", "Gene activity of the query", ("query",), (), _activity_settings, _gene_activity,
          _activity_needs),
    Stage("shared_space", "Axes that both share", ("reference", "query"), ("variable_genes", "gene_activity"),
          lambda r: (r.reference.n_variable_genes, r.reference.scale_factor, r.gene_activity.scale_factor,
                     r.anchors.reduction, r.anchors.n_components, r.seed), _shared_space, check=check_genes),
    Stage("anchors", "Finding anchors", ("reference", "query"), ("gene_activity", "shared_space"),
          lambda r: (r.anchors.k_anchor, r.anchors.k_score, r.anchors.k_filter), _anchors, check=check_anchors),
    Stage("transfer", "Transferring labels", ("reference", "query"), ("labels", "lsi", "anchors"),
          lambda r: (r.transfer.k_weight, r.transfer.sd_weight, *_places_of(r)), _transfer, check=check_transfer),
    Stage("refine", "Refining labels", ("reference", "query"), ("labels", "lsi", "shared_space", "anchors"),
          lambda r: (r.seed, *_places_of(r)), _refine, check=check_places),
    Stage("grade", "Grading against the answer key", ("query", "pairing"), ("labels", "transfer", "refine"),
          lambda r: (r.grade, r.mapping, r.transfer.method, r.transfer.unlike), _grade, check=check_key,
          idle=lambda r: r.grade.truth == NO_TRUTH),
    Stage("maps", "Drawing the maps (UMAP)", (), ("pca", "lsi"), lambda r: (r.umap, r.seed), _maps,
          parts=(REFERENCE_MAP, QUERY_MAP)),
)
"""In the order in which they run."""

ALONE: tuple[Stage, ...] = (
    Stage(REFERENCE_MAP, "Drawing the map of the reference (UMAP)", (), ("pca",), lambda r: (r.umap, r.seed),
          _reference_map),
    Stage(QUERY_MAP, "Drawing the map of the query (UMAP)", (), ("lsi",), lambda r: (r.umap, r.seed), _query_map),
    Stage(QUERY_CLUSTERS, "Clustering the query", (), ("lsi",),
          lambda r: (r.clusters.n_neighbors, r.clusters.resolution, r.seed), _query_clusters),
)
"""What no run needs: one side's own map, since both are drawn at once, and the query's own clusters."""

EVERY_STAGE: tuple[Stage, ...] = (*STAGES, *ALONE)


def stages_of_run(recipe: Recipe) -> tuple[Stage, ...]:
    """Return what a run computes, in order: the query's own clusters only where that is asked for."""
    with_run = recipe.clusters.when == WITH_RUN
    return (*STAGES, *(stage for stage in ALONE if stage.name == QUERY_CLUSTERS and with_run))


def needed_stages(names: Iterable[str], recipe: Recipe) -> tuple[Stage, ...]:
    """Return some stages and all they build on, in order."""
    wanted = set(names)
    for stage in reversed(EVERY_STAGE):
        wanted |= set(stage.needed(recipe)) if stage.name in wanted else set()
    return tuple(stage for stage in EVERY_STAGE if stage.name in wanted)


def sides_needed(names: Iterable[str], recipe: Recipe) -> tuple[str, ...]:
    """Return which sides, ``reference`` and ``query``, have to be there for some stages."""
    read = {name for stage in needed_stages(names, recipe) for name in stage.inputs}
    return tuple(side for side in SIDES if side in read)


def check_sides(job: AnyJob, names: Iterable[str]) -> None:
    """Refuse to compute stages of a side that is not there.

    Raises
    ------
    InputError
        With the side that is missing.
    """
    stages = needed_stages(names, job.recipe)
    for side in sides_needed(names, job.recipe):
        if not hasattr(job, side):
            title = next(stage.title for stage in stages if side in stage.inputs)
            raise InputError(f"“{title}” needs a {side}", f"a {next(one for one in SIDES if one != side)} alone",
                             f"open the {side} as well")

