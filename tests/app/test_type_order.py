"""Types stand in one order: in legends, in the table of types, and in the confusion matrix."""

from __future__ import annotations

from dataclasses import replace

from anchorscope.evaluation.grade import grade
from anchorscope.results import Labels
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from app.helpers import finished


def renamed(run):
    """The run with types called T11, T10, … in the order in which they came first, one of them in small letters."""
    names = {name: f"T{11 - place}" for place, name in enumerate(run.outcome.reference_labels.labels.types)}
    names[run.outcome.reference_labels.labels.types[0]] = "b"

    def of(labels):
        return Labels(tuple(names[name] for name in labels.types), labels.codes)

    outcome = run.outcome
    labels, prediction = outcome.reference_labels, outcome.prediction
    truth = of(outcome.grade.truth)
    return replace(run, outcome=replace(
        outcome, reference_labels=replace(labels, labels=of(labels.labels)),
        prediction=replace(prediction, labels=of(prediction.labels)),
        grade=grade(of(prediction.labels), truth, "cell_type")))


def test_legends_table_and_matrix_agree(window, finished_run):
    finding = finished(window, renamed(finished_run))
    window.go_to("explore")
    page, work = window.explore_page, window.workspace
    expected = ["b", *sorted((name for name in finding.outcome.grade.types if name != "b"), key=lambda t: int(t[1:]))]
    assert list(finding.outcome.grade.types) == expected
    assert list(page.confusion.heatmap.data.row_names) == expected
    assert [row[0] for row in page.types.table.rows_model.rows] == expected
    assert [page.types.table.model().index(row, 0).data() for row in range(len(expected))] == expected
    for meaning in (ColourBy.LABEL, ColourBy.TRUTH):
        work.colours.choose("query", Meaning(meaning))
        shown = [name for name in expected if name in legend_of(page.query_map)]
        assert legend_of(page.query_map) == shown
        assert len(shown) > 2
    assert legend_of(page.reference_map) == expected


def legend_of(view):
    return view.map.legend.toolTip().split("\n")
