"""What the stages hand to each other: small frozen results, shapes checked on creation.

`n1` stands for reference cells, `n2` for query cells. All indices count from zero.
"""

from anchorscope.results.arrays import Floats, Ints, Names
from anchorscope.results.data import (
    GeneTable,
    Job,
    LabelColumn,
    Peaks,
    Query,
    Recognised,
    Reference,
    Repair,
)
from anchorscope.results.prepared import (
    ClusterNaming,
    GeneActivity,
    GeneRegions,
    Labels,
    Lsi,
    Pca,
    ReferenceLabels,
    VariableGenes,
)
from anchorscope.results.transferred import (
    Anchors,
    Grade,
    Maps,
    Outcome,
    Prediction,
    Refinement,
    SharedSpace,
    Sides,
)

__all__ = [
    "Anchors",
    "ClusterNaming",
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
    "Recognised",
    "Reference",
    "ReferenceLabels",
    "Refinement",
    "Repair",
    "SharedSpace",
    "Sides",
    "VariableGenes",
]
