"""What the report says of the types: how many cells, which anchors, how the clusters got their names."""

from __future__ import annotations

import numpy as np

from anchorscope.evaluation.clusters import cluster_lines
from anchorscope.export.figures import GOOD, NEUTRAL, TRUE
from anchorscope.export.labels import predicted_names
from anchorscope.export.report_page import said, signed, table
from anchorscope.export.report_plots import size_plot
from anchorscope.export.report_warnings import anchors_of_types
from anchorscope.export.svg import Matrix, matrix_svg, purple_to_green
from anchorscope.palette import UNASSIGNED
from anchorscope.results import ClusterNaming, Floats, Outcome


def types_section(outcome: Outcome) -> str:
    """Return, for each type, cells of the reference, anchors, cells that got the label, their mean score."""
    labels, prediction, grade = outcome.reference_labels.labels, outcome.prediction, outcome.grade
    names, anchors = predicted_names(prediction), anchors_of_types(outcome)
    given = {name: names == name for name in {*labels.types, UNASSIGNED}}
    own = [int((labels.codes == code).sum()) for code in range(len(labels.types))]
    order = sorted(range(len(labels.types)), key=lambda code: -own[code])
    rows = [(labels.types[k], f"{own[k]:,}", f"{anchors[k]:,}", f"{given[labels.types[k]].sum():,}",
             _mean(prediction.best[given[labels.types[k]]])) for k in order]
    if UNASSIGNED not in labels.types and given[UNASSIGNED].any():
        rows.append((UNASSIGNED, "", "", f"{given[UNASSIGNED].sum():,}", "–"))
    types = [labels.types[k] for k in order]
    groups = [("reference", np.array([own[k] for k in order], dtype=np.float64), NEUTRAL),
              ("query, transferred", np.array([given[name].sum() for name in types], dtype=np.float64), GOOD)]
    if grade is not None:
        true = dict(zip(grade.types, grade.n, strict=True))
        groups.append(("query, true", np.array([true.get(name, 0) for name in types], dtype=np.float64), TRUE))
    return ("<h2>Cells of each type</h2>" + size_plot(types, groups)
            + table(("type", "reference cells", "their anchors", "query cells labelled so", "mean score"), rows)
            + said("An anchor joins a reference cell with a query cell that takes it for its counterpart; only types "
                   "with anchors can be given. Shares may differ because the samples do."))


def _mean(values: Floats) -> str:
    return f"{values.mean():.2f}" if len(values) else "–"


def clusters_section(outcome: Outcome) -> str:
    """Return how many own clusters the query has and what most cells of each were labelled, where they are known."""
    found = outcome.query_clusters
    if found is None:
        return ""
    rows = [(one.name, f"{one.n_cells:,}", one.label, f"{one.share:.0%}", f"{one.mean_score:.2f}")
            for one in cluster_lines(found, outcome.prediction)]
    return ("<h2>Own clusters of the query</h2>" + said(
        f"{len(rows):,} clusters by accessibility alone, without any label (Louvain, resolution {found.resolution:g}). "
        "A cluster with a low share was named mixed.")
        + table(("cluster", "cells", "label of most", "share", "mean score"), rows, (0, 2)))


def naming_section(outcome: Outcome) -> str:
    """Return where the reference's labels come from and, if clusters were named, how clear each name was."""
    naming = outcome.reference_labels.naming
    return ("<h2>Labels of the reference</h2>" + said(f"From {outcome.reference_labels.source}.")
            + ("" if naming is None else _naming(naming)))


def _naming(naming: ClusterNaming) -> str:
    before = {cluster: name for cluster, name, _ in naming.overridden}
    rows = [(f"{k}", f"{size:,}", name, signed(naming.margin[k]), naming.runner_up[k] or "–",
             f"named by hand; the panel says {before[k]}" if k in before else "")
            for k, (size, name) in enumerate(zip(naming.sizes, naming.names, strict=True))]
    reach, place = float(np.abs(naming.scores).max(initial=0)), {kind: k for k, kind in enumerate(naming.types)}
    ringed = np.array([place.get(before.get(k, name), -1) for k, name in enumerate(naming.names)], dtype=np.int64)

    def tip(row: int, column: int) -> str:
        return f"cluster {row}, {naming.types[column]}: {signed(naming.scores[column, row])}"

    matrix = Matrix([f"{k}: {name}" for k, name in enumerate(naming.names)], naming.types, naming.scores.T, tip,
                    "cluster", "type of the panel", ringed)
    picture = matrix_svg(matrix, lambda value: purple_to_green(value, reach), lambda value: signed(value, 1),
                         "Scores of the panel's types in each cluster")
    return (table(("cluster", "cells", "name", "margin", "runner-up", ""), rows, (0, 2, 4, 5))
            + "<figure><figcaption>How high each type's markers are in each cluster</figcaption>" + picture
            + '<p class="note">The outlined field is the highest and gives the name. The margin is how far it '
              "lies above the second; a small margin is a close call.</p></figure>"
            + _unused(naming))


def _unused(naming: ClusterNaming) -> str:
    told = (("Markers that are not in the data", [f"{gene} ({kind})" for kind, gene in naming.missing]),
            ("Types that are highest in no cluster", naming.unused),
            ("Markers found under another spelling", [f"{gene} as {found}" for gene, found in naming.matched]))
    return "".join(said(f"{title}: {', '.join(names)}.") for title, names in told if names)
