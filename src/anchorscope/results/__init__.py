"""What the stages hand to each other: small frozen results, shapes checked on creation.

`n1` stands for reference cells, `n2` for query cells. All indices count from zero.
"""

from anchorscope.results.arrays import Floats, Ints, Names
from anchorscope.results.data import (
    AnyJob,
    GeneTable,
    Job,
    LabelColumn,
    Peaks,
    Query,
    QueryJob,
    Recognised,
    Reference,
    ReferenceJob,
    Repair,
    colours_of,
)
from anchorscope.results.prepared import (
    ClusterNaming,
    GeneActivity,
    GeneRegions,
    Labels,
    Lsi,
    Pca,
    QueryClusters,
    ReferenceLabels,
    VariableGenes,
)
from anchorscope.results.transferred import (
    Anchors,
    CoEmbedding,
    Grade,
    Maps,
    Outcome,
    Prediction,
    Refinement,
    SharedSpace,
    SideMap,
    Sides,
)
from anchorscope.results.two_views import Alignment, TaughtView, TwoViews

__all__ = [
    "Alignment",
    "Anchors",
    "AnyJob",
    "ClusterNaming",
    "CoEmbedding",
    "Floats",
    "GeneActivity",
    "GeneRegions",
    "GeneTable",
    "Grade",
    "Ints",
    "Job",
    "LabelColumn",
    "Labels",
    "Lsi",
    "Maps",
    "Names",
    "Outcome",
    "Pca",
    "Peaks",
    "Prediction",
    "Query",
    "QueryClusters",
    "QueryJob",
    "Recognised",
    "Reference",
    "ReferenceJob",
    "ReferenceLabels",
    "Refinement",
    "Repair",
    "SharedSpace",
    "SideMap",
    "Sides",
    "TaughtView",
    "TwoViews",
    "VariableGenes",
    "colours_of",
]
