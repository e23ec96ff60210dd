"""Every setting of the method, declared once: default, range, unit and help.

The form, the check, the error sentence, the recipe and the bad-value tests all derive from these declarations.
Defaults are those of Seurat 4.3/5 and Signac 1.9 as the label-transfer chapter uses them, but for the method of the
transfer, whose reasons `docs/decisions/0013` gives.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from anchorscope.declared import Parameters, declared, is_number
from anchorscope.errors import ParameterError

CLUSTER_AND_NAME = ""
"""Value of `ReferenceParameters.labels` that asks for clustering and marker naming."""

NO_TRUTH = ""
"""Value of `GradeParameters.truth` for a query without an answer key."""

PAIRED_TRUTH = "(same cell in the reference)"
"""Value of `GradeParameters.truth` that grades an un-paired multiome by the label of each cell's own RNA."""

LSI_SPACE = "lsi"
"""Value of `TransferParameters.weight_space` for the space computed here, whatever the query's own obsm holds."""

SEURAT, REFINED = "seurat", "refined"
"""Values of `TransferParameters.method`: the anchors' vote, and the two views that teach each other."""

UNASSIGNED, NAMED = "unassigned", "named"
"""Values of `TransferParameters.unlike`: what becomes of cells like nothing in the reference."""

NO_GROUP = ""
"""Value of `TransferParameters.reference_group` and `query_group` for a transfer without restriction."""

AUTOMATIC = "automatic"
"""Value of `GeneActivityParameters.assembly` that recognises the assembly from the peaks."""

BODY_PROMOTER, ARCHR, MAESTRO = "body-promoter", "archr", "maestro"
"""Values of `GeneActivityParameters.model` that give credit by where peaks lie."""

CO_ACCESSIBILITY, FRAGMENTS = "co-accessibility", "fragments"
"""Values of `GeneActivityParameters.model` that learn from the query, and that count its fragments."""


@dataclass(frozen=True)
class ReferenceParameters(Parameters):
    """How the scRNA-seq reference is prepared and where its labels come from."""

    title: ClassVar[str] = "Reference"

    labels: str = declared(
        CLUSTER_AND_NAME, "Labels from",
        "Column of the reference that holds the cell types. Leave empty to cluster the cells and name the "
        "clusters with the marker panel.", everyday=True)
    left_out: str = declared(
        "", "Types to leave out",
        "Types that no cell of the query is to be given, such as doublets or cells called unknown; names with "
        "semicolons between them, one that holds a semicolon in double quotes. Their cells stay in the reference and "
        "lend no label.", everyday=True, several=True)
    resolution: float = declared(
        0.6, "Clustering resolution",
        "Raise it to split the reference into more, smaller clusters; lower it to merge them.",
        low=0.01, high=10.0, everyday=True)
    naming: str = declared(
        "zscore", "Naming rule",
        "“zscore” compares each marker with its own level in the other clusters, so that a marker that is high "
        "everywhere cannot win; “raw” takes the marker with the highest mean expression.",
        choices=("zscore", "raw"), everyday=True)
    n_variable_genes: int = declared(
        2000, "Variable genes",
        "How many of the most variable genes describe a cell. Raise it for subtle types, lower it for noisy data.",
        low=20, high=20000, unit="genes")
    n_components: int = declared(
        30, "Principal components",
        "Axes used for clustering and for the reference map. Raise it for very diverse tissue.", low=2, high=100)
    n_neighbors: int = declared(
        20, "Neighbours for clustering",
        "Size of each cell's neighbourhood, itself included. Lower it to keep very small clusters apart.",
        low=2, high=200, unit="cells")
    scale_factor: float = declared(
        10000.0, "Normalisation total",
        "Counts of every cell are scaled to this total before the logarithm. There is rarely a reason to change it.",
        low=1.0, high=1e7, unit="counts")


@dataclass(frozen=True)
class GeneActivityParameters(Parameters):
    """How accessibility is cast into gene space."""

    title: ClassVar[str] = "Gene activity"

    assembly: str = declared(
        AUTOMATIC, "Genome assembly",
        "Must be the assembly the peaks were called on. “automatic” recognises it from the peak coordinates.",
        choices=(AUTOMATIC, "GRCh38", "GRCh37", "GRCm38"), everyday=True)
    model: str = declared(
        BODY_PROMOTER, "Model",
        "“body-promoter” adds up the peaks in and before a gene. “archr” and “maestro” also credit peaks further away, "
        "the less the further. “co-accessibility” adds the peaks that open together with the promoter; it takes "
        "longer. “fragments” counts from the fragments file instead of the peaks.",
        choices=(BODY_PROMOTER, ARCHR, MAESTRO, CO_ACCESSIBILITY, FRAGMENTS), everyday=True)
    upstream: int = declared(
        2000, "Upstream of the gene",
        "How far the region reaches before the gene's start, to catch its promoter. Raise it to credit nearby "
        "enhancers, at the price of noise from neighbouring genes.",
        low=0, high=500_000, unit="bp", everyday=True, applies=(BODY_PROMOTER, FRAGMENTS))
    downstream: int = declared(
        0, "Downstream of the gene",
        "How far the region reaches past the gene's end. Raise it only if elements behind a gene are known to rule it: "
        "mostly it adds peaks of the neighbour.",
        low=0, high=500_000, unit="bp", everyday=True, applies=(BODY_PROMOTER, FRAGMENTS))
    archr_decay: int = declared(
        5000, "Decay of credit",
        "Distance over which a peak's credit falls to about a third. Lower it to trust promoters only.",
        low=100, high=1_000_000, unit="bp", everyday=True, applies=(ARCHR,))
    archr_reach: int = declared(
        100_000, "Reach of a gene",
        "Peaks further from the gene than this have no credit. Lower it where genes lie densely.",
        low=1000, high=1_000_000, unit="bp", everyday=True, applies=(ARCHR,))
    archr_boundaries: str = declared(
        "on", "Stop at the next gene",
        "Whether peaks behind a neighbouring gene are that gene's. Turn it off to let distant enhancers count.",
        choices=("on", "off"), applies=(ARCHR,))
    archr_upstream: int = declared(
        5000, "Upstream with full credit",
        "How far before its start a gene has full credit. Lower it where genes lie densely.",
        low=0, high=100_000, unit="bp", applies=(ARCHR,))
    archr_length: float = declared(
        5.0, "Weight of short genes",
        "How many times as much as the longest genes the shortest weigh, because long genes collect more by chance. "
        "Lower it if short genes look too active in every type; at 1 all weigh the same.",
        low=1.0, high=20.0, applies=(ARCHR,))
    maestro_half_decay: int = declared(
        10_000, "Half-decay",
        "Distance from the gene's start over which a peak's credit halves. MAESTRO advises 1,000 for genes ruled by "
        "their promoter, 10,000 for those ruled by enhancers.",
        low=100, high=200_000, unit="bp", everyday=True, applies=(MAESTRO,))
    links_cutoff: float = declared(
        0.25, "Weakest link",
        "Distal peaks whose co-accessibility with the promoter is lower do not count. Raise it for fewer, surer links.",
        low=0.0, high=1.0, everyday=True, applies=(CO_ACCESSIBILITY,))
    links_cells: int = declared(
        50, "Cells in a group",
        "Cells are added up in groups of this many similar ones before peaks are correlated. Lower it for small data.",
        low=2, high=1000, unit="cells", everyday=True, applies=(CO_ACCESSIBILITY,))
    links_window: int = declared(
        500_000, "Window of links",
        "Peaks are linked within windows this wide, up to half of it apart. Lower it for small genomes.",
        low=20_000, high=5_000_000, unit="bp", applies=(CO_ACCESSIBILITY,))
    links_promoter: int = declared(
        1000, "Promoter",
        "Peaks this near to the gene's start are its promoter. Raise it if many genes have no peak in their promoter, "
        "and so no activity.", low=0, high=20_000, unit="bp", applies=(CO_ACCESSIBILITY,))
    scale_factor: float = declared(
        10000.0, "Normalisation total",
        "Gene activity of every cell is scaled to this total before the logarithm. There is rarely a reason to change "
        "it.", low=1.0, high=1e7, unit="counts")


@dataclass(frozen=True)
class LsiParameters(Parameters):
    """How the query's own accessibility space (LSI) is built."""

    title: ClassVar[str] = "LSI"

    n_components: int = declared(
        50, "LSI components", "Axes kept of the accessibility space. Raise it for very diverse tissue.",
        low=3, high=200)
    first_component: int = declared(
        2, "First component used",
        "The first component usually follows sequencing depth; starting at 2 leaves it out. Look at the depth plot.",
        low=1, high=20)
    last_component: int = declared(
        30, "Last component used",
        "Later components carry ever finer detail and ever more noise. Raise it for many close types, lower it for few "
        "cells.", low=2, high=200)
    min_peak_count: int = declared(
        5, "Peaks need more counts than",
        "Peaks with this total count or less, over all cells, are left out of the LSI. Raise it for very many "
        "cells, where rare peaks are mostly noise.", low=0, high=10_000, unit="counts")
    scale_factor: float = declared(
        10000.0, "TF-IDF factor",
        "Multiplies TF-IDF before the logarithm. There is rarely a reason to change it; Signac's LSI has the same "
        "10,000.", low=1.0, high=1e7)


@dataclass(frozen=True)
class AnchorParameters(Parameters):
    """How anchors between reference and query are found."""

    title: ClassVar[str] = "Anchors"

    reduction: str = declared(
        "cca", "Shared space",
        "“cca” finds the axes that RNA and gene activity have in common, the right default across assays. “rpca” lays "
        "each side onto the other's principal components and is stricter: far fewer anchors. “pcaproject” lays the "
        "query onto the reference's components; it is meant for queries of the same assay.",
        choices=("cca", "rpca", "pcaproject"), everyday=True)
    n_components: int = declared(
        30, "Shared axes", "Number of shared axes in which cells are compared. Lower it for few, distinct types.",
        low=2, high=100, everyday=True)
    k_anchor: int = declared(
        5, "k.anchor",
        "Two cells become an anchor when each is among the other's this many nearest. Raise it for more anchors of "
        "lower quality.", low=1, high=100, unit="cells", everyday=True)
    k_score: int = declared(
        30, "k.score",
        "Neighbourhood size in which an anchor's support is counted. Lower it if the rarest type has fewer cells than "
        "this.", low=2, high=500, unit="cells", everyday=True)
    k_filter: int = declared(
        0, "k.filter",
        "Keeps an anchor only if its query cell is among this many nearest to its reference cell by the genes "
        "themselves; 0 keeps all. Try 200 when anchors join cells of different types.",
        low=0, high=10_000, unit="cells")


@dataclass(frozen=True)
class TransferParameters(Parameters):
    """How labels travel along the anchors."""

    title: ClassVar[str] = "Transfer"

    method: str = declared(
        REFINED, "Method",
        "“seurat” lets the anchors vote, exactly as Seurat does. “refined” lets genes and anchors teach the query's "
        "own accessibility, weighs both views and gives probabilities. Both are always computed.",
        choices=(SEURAT, REFINED), everyday=True)
    unlike: str = declared(
        UNASSIGNED, "Cells unlike the reference",
        "What the refined method does when the query holds a population like nothing in the reference: leaves its "
        "cells “unassigned”, or gives them the least unlikely type (“named”).", choices=(UNASSIGNED, NAMED))
    k_weight: int = declared(
        50, "k.weight",
        "How many anchors vote on each query cell. Lower it to keep rare types from being outvoted.",
        low=2, high=1000, unit="anchors", everyday=True)
    sd_weight: float = declared(
        1.0, "sd.weight", "Width of the weighting kernel. There is rarely a reason to change it.", low=0.01, high=100.0)
    weight_space: str = declared(
        LSI_SPACE, "Distances in",
        "The space in which a query cell's nearest anchors are sought: “lsi”, made here, or the name of a matrix in "
        "the query's obsm, for example one in which the batches of many samples are already joined.")
    reference_group: str = declared(
        NO_GROUP, "Reference groups",
        "Column of the reference with broad groups (tissue, lineage, donor). With “Query groups” filled as well, "
        "labels travel only between cells of the same group. Leave both empty for no restriction.")
    query_group: str = declared(
        NO_GROUP, "Query groups",
        "Column of the query with the same groups, by the same names.")
    min_score: float = declared(
        0.0, "Unassigned below",
        "Query cells whose best score is lower are marked Unassigned in every result. Raise it to keep only sure "
        "labels; 0 keeps all. No stage runs anew.", low=0.0, high=1.0)


@dataclass(frozen=True)
class GradeParameters(Parameters):
    """What the transferred labels are held against."""

    title: ClassVar[str] = "Grading"

    truth: str = declared(
        NO_TRUTH, "Answer key",
        "Column of the query that holds the true cell types, if they are known. It is used for grading only.",
        everyday=True)


@dataclass(frozen=True)
class UmapParameters(Parameters):
    """How the maps are drawn; they never influence a label."""

    title: ClassVar[str] = "Maps"

    n_neighbors: int = declared(
        30, "UMAP neighbours", "Lower it to see finer islands, raise it for the broad picture.", low=2, high=200,
        unit="cells")
    min_distance: float = declared(
        0.3, "UMAP minimum distance", "Lower it to pack islands more tightly.", low=0.0, high=1.0)


ON_DEMAND, WITH_RUN = "on-demand", "with-run"
"""Values of `ClusterParameters.when`: cluster when asked to; with every run."""


@dataclass(frozen=True)
class ClusterParameters(Parameters):
    """How the query's cells are clustered by themselves, in their own space; this never influences a label."""

    title: ClassVar[str] = "Query clusters"

    resolution: float = declared(
        0.8, "Resolution",
        "Raise it to split the query into more, smaller clusters; lower it to merge them.", low=0.01, high=10.0,
        everyday=True)
    n_neighbors: int = declared(
        20, "Neighbours",
        "Size of each cell's neighbourhood, itself included. Lower it to keep very small clusters apart.",
        low=2, high=200, unit="cells")
    when: str = declared(
        ON_DEMAND, "Cluster the query",
        "“with-run” clusters the query's cells in every run, also in one that is repeated from its recipe. Labels do "
        "not need it, and with very many cells it takes a while.", choices=(ON_DEMAND, WITH_RUN))


AS_IS = "as-is"
"""Value of a repair that leaves everything as the file has it."""

COUNTS, INVERT_LOG = "counts", "invert-log"
HOW_INVERTED = f"(repair “{INVERT_LOG}”)"
"""How a sentence says that it is asked for, where there is no button for it."""
"""Values of `Repairs.values`: take the values as they are; turn log-normalised values back into counts."""

FROM_FILE, FROM_IDS = "from-file", "from-ids"
"""Values of `Repairs.genes`: symbols from a column of the file; symbols from Ensembl's ids."""


@dataclass(frozen=True)
class Repairs(Parameters):
    """What may be mended while a file is read; the defaults do what is safe and say so."""

    title: ClassVar[str] = "Reading"

    values: str = declared(
        AUTOMATIC, "Values",
        "“automatic” takes whole numbers only. “invert-log” turns log-normalised values back into counts, if that is "
        "exact. “counts” takes values that are not whole as they are, for example after removal of ambient RNA.",
        choices=(AUTOMATIC, COUNTS, INVERT_LOG), everyday=True)
    matrix: str = declared(
        AUTOMATIC, "Counts from",
        "Where the file holds its counts: X, raw, or a layer such as layers/counts. “automatic” takes the first of "
        "these that holds counts.")
    genes: str = declared(
        AUTOMATIC, "Gene names",
        "Genes named by Ensembl id get their symbol: “from-file” from a column of the file, “from-ids” from Ensembl "
        "release 90, “automatic” from whichever there is. “as-is” keeps the ids.",
        choices=(AUTOMATIC, FROM_FILE, FROM_IDS, AS_IS))
    case: str = declared(
        AUTOMATIC, "Upper and lower case",
        "Writes symbols as Ensembl does, for example C1orf159 for C1ORF159. “as-is” keeps them as written.",
        choices=(AUTOMATIC, AS_IS))
    chromosomes: str = declared(
        AUTOMATIC, "Chromosome names",
        "Adds the prefix chr, so that 1 and chr1 are the same. Choose “as-is” for a species whose genes you bring.",
        choices=(AUTOMATIC, AS_IS))
    species: str = declared(
        AUTOMATIC, "Species", "“automatic” recognises it from symbols, ids or the assembly. It decides how symbols are "
        "written.", choices=(AUTOMATIC, "human", "mouse"))
    genome: str = declared(
        AUTOMATIC, "Genome of an old 10x file",
        "Which genome to read of a file that holds several. “automatic” takes the one with most counts.")
    unassigned: str = declared(
        AUTOMATIC, "Cells left unassigned",
        "Cells that Anchorscope had called “Unassigned” in a file of its own have no label. “as-is” takes "
        "“Unassigned” for a type like any other.", choices=(AUTOMATIC, AS_IS))
    min_fragments: int = declared(
        1000, "Fragments of a cell",
        "In a fragments file that comes without a list of cells, barcodes with fewer fragments are no cells. Lower it "
        "for shallow sequencing.", low=1, high=1_000_000, unit="fragments")


@dataclass(frozen=True)
class MarkerPanel:
    """Marker genes by cell type; a type may have several.

    Parameters
    ----------
    name
        What the panel is called in the window and in the recipe.
    entries
        Pairs of cell type and gene symbol, in order; the order decides ties.
    sources
        Where the markers come from; two panels with the same markers are the same panel.
    """

    name: str
    entries: tuple[tuple[str, str], ...]
    sources: tuple[str, ...] = field(default=(), compare=False)

    @property
    def types(self) -> tuple[str, ...]:
        """The distinct cell types, in order of first appearance."""
        return tuple(dict.fromkeys(kind for kind, _ in self.entries))


BLOOD_PANEL = MarkerPanel(
    "Blood (seven types)",
    (("CD4 T", "IL7R"), ("CD8 T", "CD8A"), ("B", "MS4A1"), ("NK", "GNLY"), ("Mono", "LYZ"), ("DC", "FCER1A"),
     ("Platelet", "PPBP")),
)
"""The chapter's panel: one canonical marker for each type expected in blood."""


def _check_pairs(what: str, pairs: Any, kinds: tuple[type, type], example: tuple[Any, str]) -> None:
    fits = isinstance(pairs, tuple) and all(
        isinstance(pair, tuple) and tuple(type(item) for item in pair) == kinds for pair in pairs)
    if not fits:
        raise ParameterError(f"{what} must be pairs", f"{pairs!r}", f"give pairs, for example {example!r}")


_OF_THE_DATA = {
    "reference": ("labels",), "gene_activity": ("assembly",), "grade": ("truth",),
    "transfer": ("reference_group", "query_group", "weight_space")}
"""Settings of each group that name parts of the files."""

_COLOUR = re.compile("#[0-9A-Fa-f]{6}")

LARGEST_SEED = 2**31 - 1
"""What R, numpy and the libraries all take."""


@dataclass(frozen=True)
class Recipe:
    """All settings of one run; the same recipe on the same files gives the same labels.

    Parameters
    ----------
    reference, gene_activity, lsi, anchors, transfer, grade, umap, clusters
        The declared settings of each stage.
    panel
        Markers that name clusters.
    names
        Names given to clusters by hand, as (cluster, name); they replace what the panel says.
    mapping
        Names of types, as (from, to), that are made equal before the labels are graded, on both sides.
    colours
        Colours of types, as (type, ``#RRGGBB``), in pictures and files; the other types keep those of the palette.
    seed
        Decides every random choice.

    Raises
    ------
    ParameterError
        If the seed is not a whole number between 0 and `LARGEST_SEED`, or names, mapping or colours are not such pairs.
    """

    reference: ReferenceParameters = ReferenceParameters()
    gene_activity: GeneActivityParameters = GeneActivityParameters()
    lsi: LsiParameters = LsiParameters()
    anchors: AnchorParameters = AnchorParameters()
    transfer: TransferParameters = TransferParameters()
    grade: GradeParameters = GradeParameters()
    umap: UmapParameters = UmapParameters()
    clusters: ClusterParameters = ClusterParameters()
    panel: MarkerPanel = BLOOD_PANEL
    names: tuple[tuple[int, str], ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()
    colours: tuple[tuple[str, str], ...] = ()
    seed: int = 42

    def __post_init__(self) -> None:
        if not is_number(self.seed, whole=True) or not 0 <= self.seed <= LARGEST_SEED:
            raise ParameterError(f"The seed must be a whole number between 0 and {LARGEST_SEED:,}", f"{self.seed!r}",
                                 "choose another, for example 42")
        _check_pairs("Names given to clusters", self.names, (int, str), (2, "CD8 T"))
        _check_pairs("The mapping of type names", self.mapping, (str, str), ("CD14 Mono", "Mono"))
        _check_pairs("Colours of types", self.colours, (str, str), ("CD14 Mono", "#0072B2"))
        odd = [colour for _, colour in self.colours if not _COLOUR.fullmatch(colour)]
        if odd:
            raise ParameterError("A colour must be # and six hexadecimal digits", f"“{odd[0]}”", "write it as #0072B2")

    @property
    def cluster_names(self) -> tuple[str, ...]:
        """The names that clusters can get, each once: the panel's types, then those given by hand."""
        return tuple(dict.fromkeys((*self.panel.types, *(name for _, name in self.names))))

    def groups(self) -> tuple[Parameters, ...]:
        """Return the parameter groups in pipeline order."""
        return (self.reference, self.gene_activity, self.lsi, self.anchors, self.transfer, self.grade, self.umap,
                self.clusters)

    def reset(self, method: str) -> Recipe:
        """Return the recipe with every setting at its default, but for the method and for what belongs to the data.

        Parameters
        ----------
        method
            `TransferParameters.method`; ``"seurat"`` makes all settings those of Stuart et al. 2021 (doi
            10.1038/s41592-021-01282-5).
        """
        kept: dict[str, Any] = {
            name: type(group)(**{item: getattr(group, item) for item in _OF_THE_DATA.get(name, ())})
            for name, group in vars(self).items() if isinstance(group, Parameters)}
        kept["transfer"] = kept["transfer"].replaced(method=method)
        return dataclasses.replace(self, **kept)

    def as_dict(self) -> dict[str, Any]:
        """Return the recipe as plain nested values, fit for JSON, TOML and `uns`."""
        values = dataclasses.asdict(self)
        values["panel"] = {"name": self.panel.name, "entries": [list(entry) for entry in self.panel.entries]}
        for pairs in ("names", "mapping", "colours"):
            values[pairs] = [list(pair) for pair in getattr(self, pairs)]
        return values
