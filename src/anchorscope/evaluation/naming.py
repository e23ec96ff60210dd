"""How many cells got the right name from the marker panel."""

from __future__ import annotations

from anchorscope.evaluation.grade import grade
from anchorscope.evaluation.vocabulary import Mapping
from anchorscope.preprocess.panel import labels_of
from anchorscope.results import ClusterNaming, Labels


def naming_quality(naming: ClusterNaming, truth: Labels, mapping: Mapping = ()) -> float:
    """Return the fraction of the cells with an answer that carry the right name.

    Parameters
    ----------
    naming
        The named clusters; names given by hand count.
    truth
        (n_cells,) true type of each cell.
    mapping
        Pairs (from, to) that bring the panel's and the truth's names together; see `vocabulary.mapped`.

    Raises
    ------
    InputError
        If no cell has an answer, or panel and truth share no name after mapping.
    """
    return grade(labels_of(naming), truth, "true types of the reference", mapping).accuracy
