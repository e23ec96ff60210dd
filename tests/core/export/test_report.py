"""The report: complete, self-contained, and safe whatever the user's types are called."""

from __future__ import annotations

import dataclasses
import html
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from anchorscope.errors import Cancelled, OutputError
from anchorscope.evaluation.bridge import bridge_of_run
from anchorscope.evaluation.clusters import cluster_lines
from anchorscope.evaluation.grade import grade
from anchorscope.evaluation.threshold import coverage_accuracy, reliability
from anchorscope.export import write_report
from anchorscope.export.report import report_html
from anchorscope.export.report_sections import colours_of
from anchorscope.export.report_warnings import anchors_of_types, reading_notes, warnings_of
from anchorscope.io.recipe import recipe_of
from anchorscope.palette import UNASSIGNED, type_colours
from anchorscope.parameters import REFINED, SEURAT, MarkerPanel, Repairs
from anchorscope.progress import CancelToken, Reporting
from anchorscope.results import Job, Labels, Outcome, Prediction, QueryClusters, Repair

EVIL = '<script>alert("1")</script><b>&\'x'
VOID = {"meta", "br"}
SECTIONS = ["Warnings", "Maps", "Scores", "Grade", "Cells of each type", "Marker check", "Labels of the reference",
            "Accessibility space", "Files", "Settings", "Times and versions"]


class Page(HTMLParser):
    """Text, tags, headings and tables of a page; closing tags must match, attributes must be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.headings: list[str] = []
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._open += [] if tag in VOID else [tag]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "h2":
            self.headings.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + " "
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data
        if "h2" in self._open:
            self.headings[-1] += data


def pictures(text: str) -> list[ET.Element]:
    """Return every picture of the page, read as XML."""
    return [ET.fromstring(picture) for picture in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]


def picture(text: str, title: str) -> ET.Element:
    (found,) = [one for one in pictures(text) if one.get("aria-label") == title]
    return found


def tips(element: ET.Element) -> list[str]:
    return [title.text or "" for title in element.iter("title")]


def n_dots(element: ET.Element) -> int:
    return sum((path.get("d") or "").count("h0") for path in element.iter("path"))


def renamed(labels: Labels) -> Labels:
    return Labels((EVIL, *labels.types[1:]), labels.codes)


def evil(job: Job, outcome: Outcome) -> tuple[Job, Outcome]:
    """The run in which everything that a user can name is called by a piece of HTML."""
    recognised = dataclasses.replace(
        job.reference.recognised, path=Path(EVIL.replace("/", "")), notes=(EVIL,), format=EVIL,
        repairs=(Repair(EVIL, EVIL, "", ()), Repair("genes", EVIL, EVIL + "2", ())))
    job = dataclasses.replace(
        job, reference=dataclasses.replace(job.reference, recognised=recognised),
        recipe=dataclasses.replace(
            job.recipe, panel=MarkerPanel(EVIL, ((EVIL, EVIL), (EVIL, job.recipe.panel.entries[0][1])), (EVIL,)),
            mapping=((EVIL, EVIL),), names=((0, EVIL),), reference=job.recipe.reference.replaced(labels=EVIL)))
    labels = dataclasses.replace(
        outcome.reference_labels, labels=renamed(outcome.reference_labels.labels), source=EVIL)
    if labels.naming is not None:
        naming = labels.naming
        labels = dataclasses.replace(labels, naming=dataclasses.replace(
            naming, types=(EVIL, *naming.types[1:]), names=(EVIL, *naming.names[1:]), missing=((EVIL, EVIL),),
            unused=(EVIL,), matched=((EVIL, EVIL),), runner_up=(EVIL, *naming.runner_up[1:]),
            overridden=((0, EVIL, EVIL),)))
    prediction = dataclasses.replace(outcome.prediction, labels=renamed(outcome.prediction.labels))
    graded = outcome.grade and dataclasses.replace(
        outcome.grade, types=(EVIL, *outcome.grade.types[1:]), source=EVIL, truth=renamed(outcome.grade.truth),
        predicted=renamed(outcome.grade.predicted), kept=(EVIL,))
    return job, dataclasses.replace(outcome, reference_labels=labels, prediction=prediction, grade=graded)


def with_prediction(outcome: Outcome, labels: Labels, best: np.ndarray) -> Outcome:
    """The run as if these had been its labels and scores."""
    scores = np.zeros((len(best), len(labels.types)))
    given = labels.codes >= 0
    scores[given, labels.codes[given]] = best[given]
    prediction = Prediction(labels, scores, best, outcome.prediction.weights)
    graded = outcome.grade and grade(labels, outcome.grade.truth, outcome.grade.source)
    return dataclasses.replace(outcome, prediction=prediction, grade=graded)


@pytest.mark.parametrize("named", [False, True])
def test_user_text_is_shown_and_never_becomes_markup(
    job: Job, outcome: Outcome, named_job: Job, named_outcome: Outcome, named: bool
) -> None:
    text = report_html(*(evil(named_job, named_outcome) if named else evil(job, outcome)))
    page = Page(text)
    assert not {"script", "b"} & set(page.tags)
    assert page.text.count(EVIL) > 10
    for one in pictures(text):
        assert {part.tag for part in one.iter()} <= {"svg", "g", "text", "title", "rect", "circle", "line", "path"}


def test_pictures_are_sound_xml_with_words_as_words(job: Job, outcome: Outcome) -> None:
    found = pictures(report_html(job, outcome))
    assert len(found) == 11
    for one in found:
        assert one.get("aria-label")
        _, _, width, height = map(float, (one.get("viewBox") or "").split())
        for word in one.iter("text"):
            assert 0 <= float(word.get("x", "")) <= width
            assert 0 <= float(word.get("y", "")) <= height
        assert not [value for element in one.iter() for value in element.attrib.values() if "nan" in value.split()]


@pytest.mark.parametrize("named", [False, True])
def test_every_section_is_there(
    job: Job, outcome: Outcome, named_job: Job, named_outcome: Outcome, named: bool
) -> None:
    page = Page(report_html(*((named_job, named_outcome) if named else (job, outcome))))
    assert [heading.split(" against ")[0] for heading in page.headings] == SECTIONS


@pytest.mark.parametrize(("method", "meaning"), [(SEURAT, "share of the vote"), (REFINED, "probability")])
def test_it_says_what_a_score_is(job: Job, outcome: Outcome, method: str, meaning: str) -> None:
    transfer = job.recipe.transfer.replaced(method=method)
    text = report_html(dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, transfer=transfer)), outcome)
    assert f"score ({meaning})" in text
    assert ("It is not a probability" in text) == (method == SEURAT)


def test_unassigned_cells_are_no_wrong_labels(job: Job, outcome: Outcome) -> None:
    assert outcome.grade is not None
    least = float(np.median(outcome.prediction.best))
    transfer = job.recipe.transfer.replaced(min_score=least)
    text = report_html(dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, transfer=transfer)), outcome)
    kept = outcome.prediction.best >= least
    assert f"unassigned ({(~kept).sum()})" in text
    assert f"wrong ({(kept & ~outcome.grade.right).sum()})" in text
    assert f"below {least:.2f} are unassigned in this report" in text


def test_it_says_what_was_found(job: Job, outcome: Outcome) -> None:
    text = report_html(job, outcome)
    page = Page(text)
    found = outcome.grade
    assert found is not None
    for number in (found.accuracy, found.balanced_accuracy, found.macro_f1, found.kappa):
        assert f"{number:.3f}" in page.text
    for word in (f"{len(outcome.anchors):,}", "k.weight", "column “cell_type”", "GRCh38", "Seed 42", "numpy ",
                 "information that going unpaired can have lost", "It is not a probability"):
        assert word in page.text
    called = np.bincount(found.predicted.codes, minlength=len(found.types))
    for place, name in enumerate(found.types):
        assert [name, f"{found.n[place]}", f"{called[place]}", f"{found.recall[place]:.3f}",
                f"{found.precision[place]:.3f}", f"{found.f1[place]:.3f}"] in page.rows
    right = np.argmax(np.diag(found.counts))
    assert (f"{found.counts[right, right]} of {found.n[right]} cells that are {found.types[right]} were labelled "
            f"{found.types[right]}") in tips(picture(text, "Confusion matrix"))


def test_maps_have_a_dot_for_every_cell(job: Job, outcome: Outcome, named_job: Job, named_outcome: Outcome) -> None:
    text = report_html(job, outcome)
    assert n_dots(picture(text, "Reference (RNA), by type")) == 200
    for what in ("transferred label", "true type", "score of the label"):
        assert n_dots(picture(text, f"Query (ATAC), by {what}")) == 180
    assert "true type" not in report_html(named_job, named_outcome)


def test_of_many_cells_a_sample_is_drawn_and_it_says_so(
    job: Job, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anchorscope.export.svg.MOST_POINTS", 190)
    text = report_html(job, outcome)
    assert n_dots(picture(text, "Reference (RNA), by type")) == 190
    assert n_dots(picture(text, "Query (ATAC), by true type")) == 180
    assert text.count("190 of 200 cells are drawn") == 1
    assert "of 180 cells are drawn" not in text


def test_the_size_stays_small_for_many_cells(job: Job, outcome: Outcome) -> None:
    times = 30
    maps = dataclasses.replace(outcome.maps, reference=np.tile(outcome.maps.reference, (times, 1)))
    labels = outcome.reference_labels.labels
    many = dataclasses.replace(outcome.reference_labels, labels=Labels(labels.types, np.tile(labels.codes, times)))
    one = report_html(job, outcome)
    with pytest.MonkeyPatch.context() as patch:
        # The marker check reads the data, which are as few as before.
        patch.setattr("anchorscope.export.report.markers_section", lambda *_: "")
        more = report_html(job, dataclasses.replace(outcome, maps=maps, reference_labels=many))
    assert len(more.encode()) - len(one.encode()) < 20 * 200 * times


def test_the_histogram_counts_every_cell_once(job: Job, outcome: Outcome) -> None:
    assert outcome.grade is not None
    counted = {"right": 0, "wrong": 0}
    for tip in tips(picture(report_html(job, outcome), "Histogram of scores")):
        number, kind = tip.split(": ")[1].split()
        counted[kind] += int(number)
    right = int(outcome.grade.right.sum())
    assert counted == {"right": right, "wrong": 180 - right}


def test_thresholds_and_calibration(job: Job, outcome: Outcome) -> None:
    assert outcome.grade is not None
    best, right = outcome.prediction.best, outcome.grade.right
    curve, page = coverage_accuracy(best, right, np.array([0.0, 0.5, 0.9])), Page(report_html(job, outcome))
    for at, coverage, accuracy in zip(curve.thresholds, curve.coverage, curve.accuracy, strict=True):
        assert [f"{at:.1f}", f"{coverage:.3f}", "–" if np.isnan(accuracy) else f"{accuracy:.3f}"] in page.rows
    assert f"Expected calibration error {reliability(best, right).ece:.3f}" in page.text


def test_what_a_threshold_would_do_does_not_depend_on_the_one_that_was_used(job: Job, outcome: Outcome) -> None:
    least = float(np.quantile(outcome.prediction.best, 0.3))
    used = dataclasses.replace(job, recipe=dataclasses.replace(
        job.recipe, transfer=job.recipe.transfer.replaced(min_score=least)))
    plain, page = (Page(report_html(one, outcome)) for one in (job, used))
    for row in ("0.0", "0.5", "0.9"):
        assert [line for line in page.rows if line[0] == row] == [line for line in plain.rows if line[0] == row]
    without = (outcome.prediction.best < least) | (outcome.prediction.labels.codes < 0)
    left = int(without[outcome.grade.graded].sum())
    assert left
    assert f"({left} cells have no label), is the most information" in page.text


def test_types_with_their_anchors(job: Job, outcome: Outcome) -> None:
    labels, names = outcome.reference_labels.labels, outcome.prediction.labels.names
    page, anchors = Page(report_html(job, outcome)), anchors_of_types(outcome)
    assert anchors.sum() == len(outcome.anchors)
    for code, name in enumerate(labels.types):
        assert anchors[code] == sum(labels.names[cell] == name for cell in outcome.anchors.reference_cell)
        assert [name, f"{(labels.codes == code).sum()}", f"{anchors[code]}", f"{(names == name).sum()}",
                f"{outcome.prediction.best[names == name].mean():.2f}"] in page.rows


def test_the_querys_own_clusters_are_told_where_they_were_made(job: Job, outcome: Outcome) -> None:
    assert "Own clusters" not in report_html(job, outcome)
    clusters = QueryClusters(np.arange(len(job.query.cells)) % 3, 0.8, 20)
    text = report_html(job, dataclasses.replace(outcome, query_clusters=clusters))
    assert "<strong>3</strong><span>own clusters of the query</span>" in text
    (line,) = [one for one in cluster_lines(clusters, outcome.prediction) if one.name == "2"]
    assert f">{line.label}</td>" in text.split("Own clusters of the query</h2>")[1]


def test_depth_of_every_component(job: Job, outcome: Outcome) -> None:
    shown = tips(picture(report_html(job, outcome), "Correlation with depth"))
    assert shown == [f"component {k + 1}: r = {r:.2f}" for k, r in enumerate(outcome.lsi.depth_correlation)]


def test_the_marker_check_shows_the_bridge(job: Job, outcome: Outcome) -> None:
    assert outcome.grade is not None
    bridge, page = bridge_of_run(job, outcome, truth=outcome.grade.truth), Page(report_html(job, outcome))
    checked = {tuple(row[:2]): row for row in page.rows}
    for check in bridge.markers:
        row = checked[check.type, check.gene]
        assert row[2:4] == [f"{check.n_cells}", "–" if np.isnan(check.auroc) else f"{check.auroc:.3f}"]
    assert f"Activity of {', '.join(bridge.genes[:7])} by type" in {
        one.get("aria-label") for one in pictures(report_html(job, outcome))}


def test_the_marker_check_of_paired_nuclei(job: Job, outcome: Outcome) -> None:
    paired = dataclasses.replace(job, query=dataclasses.replace(job.query, pairing=np.arange(180)))
    over = bridge_of_run(paired, outcome).over_cells
    assert over is not None
    shown = [row[-1].replace("−", "-") for row in Page(report_html(paired, outcome)).rows if len(row) == 7]
    assert shown[0] == "r over nuclei"
    assert set(shown[1:]) == {f"{value:.3f}" for value in over}


def test_a_panel_with_other_names_is_told(job: Job, outcome: Outcome) -> None:
    entries = tuple((f"my {kind}", gene) for kind, gene in job.recipe.panel.entries)
    other = dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, panel=MarkerPanel("Mine", entries)))
    sentence = "The panel and the labels use different names of types"
    assert sentence in Page(report_html(other, outcome)).text
    assert sentence not in Page(report_html(job, outcome)).text


def test_without_any_marker_it_says_so(job: Job, outcome: Outcome) -> None:
    recipe = dataclasses.replace(job.recipe, panel=MarkerPanel("Odd", (("A", "NOSUCH"),)))
    page = Page(report_html(dataclasses.replace(job, recipe=recipe), outcome))
    assert "No marker of the panel “Odd” is among the genes with activity" in page.text
    assert "AUROC" not in page.text


def test_a_run_without_an_answer_key_says_so(named_job: Job, named_outcome: Outcome) -> None:
    page = Page(report_html(named_job, named_outcome))
    assert "No answer key was given" in page.text
    assert "accuracy" not in page.text
    naming = named_outcome.reference_labels.naming
    assert naming is not None
    if naming.unused:
        assert f"Types that are highest in no cluster: {', '.join(naming.unused)}." in page.text
    for cluster, name in enumerate(naming.names):
        assert [f"{cluster}", f"{naming.sizes[cluster]}", name] == next(
            row[:3] for row in page.rows if row[0] == f"{cluster}" and len(row) == 6)


def test_a_panel_that_may_not_fit_is_warned_of(named_job: Job, named_outcome: Outcome) -> None:
    entries = (*named_job.recipe.panel.entries, *((f"T{k}", f"GONE{k}") for k in range(200)))
    naming = named_outcome.reference_labels.naming
    assert naming is not None
    doubted = dataclasses.replace(named_outcome, reference_labels=dataclasses.replace(
        named_outcome.reference_labels, naming=dataclasses.replace(naming, missing=entries[-200:])))
    job = dataclasses.replace(named_job, recipe=dataclasses.replace(
        named_job.recipe, panel=MarkerPanel("Brain", entries)))
    assert "the panel may not fit this tissue" in Page(report_html(job, doubted)).text
    fitting = MarkerPanel("Known", tuple(one for one in named_job.recipe.panel.entries if one not in naming.missing))
    clear = (naming.scores == naming.scores.max(axis=0)).astype(float)
    known = dataclasses.replace(naming, missing=(), means=clear)
    job = dataclasses.replace(named_job, recipe=dataclasses.replace(named_job.recipe, panel=fitting))
    outcome = dataclasses.replace(named_outcome, reference_labels=dataclasses.replace(
        named_outcome.reference_labels, naming=known))
    assert "the panel may not fit this tissue" not in Page(report_html(job, outcome)).text


def test_names_given_by_hand_are_told(named_job: Job, named_outcome: Outcome) -> None:
    naming = named_outcome.reference_labels.naming
    assert naming is not None
    renamed_one = dataclasses.replace(naming, names=("Mine", *naming.names[1:]),
                                      overridden=((0, naming.names[0], "Mine"),))
    labels = dataclasses.replace(named_outcome.reference_labels, naming=renamed_one)
    text = report_html(named_job, dataclasses.replace(named_outcome, reference_labels=labels))
    scores = picture(text, "Scores of the panel's types in each cluster")
    # Every cluster's highest score is outlined, whatever the cluster is called.
    assert len([one for one in scores.iter("rect") if one.get("fill") == "none"]) == len(naming.names)
    page = Page(text)
    margin = f"{naming.margin[0]:.2f}"
    assert ["0", f"{naming.sizes[0]}", "Mine", margin, naming.runner_up[0],
            f"named by hand; the panel says {naming.names[0]}"] in page.rows
    assert f"Cluster 0 was named Mine by hand; the panel says {naming.names[0]}." in page.text


def test_cells_without_a_label(job: Job, outcome: Outcome) -> None:
    codes, best = outcome.prediction.labels.codes.copy(), outcome.prediction.best.copy()
    codes[:9], best[:9] = -1, 0.0
    without = with_prediction(outcome, Labels(outcome.prediction.labels.types, codes), best)
    text = report_html(job, without)
    assert "9 cells have no votes (5.0% of the query), which leaves them unassigned" in Page(text).text
    assert [UNASSIGNED, "", "", "9", "–"] in Page(text).rows
    assert n_dots(picture(text, "Query (ATAC), by transferred label")) == 180


def test_a_single_type(job: Job, outcome: Outcome) -> None:
    def only(n: int) -> Labels:
        return Labels(("All",), np.zeros(n, dtype=np.int64))

    one = dataclasses.replace(
        with_prediction(dataclasses.replace(outcome, grade=None), only(180), np.ones(180)),
        reference_labels=dataclasses.replace(outcome.reference_labels, labels=only(200)),
        grade=grade(only(180), only(180), "key"))
    page = Page(report_html(job, one))
    assert ["All", "180", "180", "1.000", "1.000", "1.000"] in page.rows
    assert "kappa –" in page.text
    assert "No cell" not in page.text


def test_types_that_only_the_answers_have_get_a_colour_of_their_own(job: Job, outcome: Outcome) -> None:
    assert outcome.grade is not None
    truth = Labels(("New", *outcome.prediction.labels.types), np.r_[np.zeros(5, np.int64),
                                                                    outcome.prediction.labels.codes[5:] + 1])
    strange = dataclasses.replace(outcome, grade=grade(outcome.prediction.labels, truth, "key"))
    colours = colours_of(strange)
    assert colours.items() >= type_colours(outcome.reference_labels.labels.types).items()
    assert list(colours.values()).count(colours["New"]) == 1
    assert ("The answer key has types that the reference lacks and that can never be right: New (5 cells)."
            in warnings_of(job, strange))
    assert "New" in Page(report_html(job, strange)).text


def test_cells_without_an_answer_are_told_and_shown_apart(job: Job, outcome: Outcome) -> None:
    codes = outcome.prediction.labels.codes.copy()
    codes[:30] = -1
    partly = dataclasses.replace(outcome, grade=grade(
        outcome.prediction.labels, Labels(outcome.prediction.labels.types, codes), "key"))
    page = Page(report_html(job, partly))
    assert "30 cells of the query have no answer and were not graded." in page.text
    assert "no answer (30)" in page.text
    assert "right (150)" in page.text
    assert "wrong (0)" in page.text


def test_warnings_come_in_plain_sentences(job: Job, outcome: Outcome) -> None:
    labels = outcome.reference_labels.labels
    types = (*labels.types, "Never", "Rare")
    codes = labels.codes.copy()
    anchored = set(outcome.anchors.reference_cell.tolist())
    codes[[cell for cell in range(200) if cell not in anchored][:1] or [0]] = len(types) - 1
    codes[-2:] = -1
    lsi = dataclasses.replace(outcome.lsi, depth_correlation=np.full(len(outcome.lsi.depth_correlation), 0.1))
    lsi.depth_correlation[3] = -0.75
    prediction = dataclasses.replace(
        outcome.prediction, labels=Labels(types, outcome.prediction.labels.codes), best=np.full(180, 0.4))
    said = warnings_of(job, dataclasses.replace(
        outcome, lsi=lsi, prediction=prediction,
        reference_labels=dataclasses.replace(outcome.reference_labels, labels=Labels(types, codes))))
    text = "\n".join(said)
    assert "180 cells of 180 (100%) have a label with less than half of the vote." in said
    assert "2 cells of the reference have no label; their anchors vote for nothing." in said
    assert "LSI component 4 (r = -0.75) is used although it follows sequencing depth." in said
    assert re.search(r"Few anchors for .*Rare \(\d+\): with fewer than 25, half of k.weight", text)
    assert re.search(r"No query cell was labelled .*Never or Rare, which the reference has", text)


def test_what_was_noticed_while_reading_is_told_once(job: Job) -> None:
    recognised = dataclasses.replace(
        job.query.recognised, notes=("The matrix held logs; they were turned back.",),
        repairs=(Repair("values", "logs", "turned back", ()), Repair("case", "names in capitals", "", ()),
                 Repair("chromosomes", "names like “1”", "read as on chr1", ())))
    said = reading_notes(dataclasses.replace(job, query=dataclasses.replace(job.query, recognised=recognised)))
    assert [note for note in said if note.startswith("Query")] == [
        "Query: The matrix held logs; they were turned back.",
        "Query: found names in capitals; left as it is, though the setting “case” can mend it.",
        "Query: found names like “1”; read as on chr1."]


def test_two_species_are_the_first_warning(job: Job, outcome: Outcome) -> None:
    mouse = dataclasses.replace(job.reference.recognised, species="mouse", path=Path("m.h5ad"))
    mixed = dataclasses.replace(job, reference=dataclasses.replace(job.reference, recognised=mouse))
    assert "The reference is mouse, the query human: found m.h5ad" in warnings_of(mixed, outcome)[0]


def test_settings_are_all_there_and_the_recipe_reads_back(job: Job, outcome: Outcome) -> None:
    recognised = dataclasses.replace(job.query.recognised, settings=Repairs(species="human"))
    job = dataclasses.replace(job, query=dataclasses.replace(job.query, recognised=recognised))
    text = report_html(job, outcome)
    page = Page(text)
    assert ["Reference", "Labels from", "cell_type", "", "(empty)"] in page.rows
    assert ["Anchors", "k.anchor", "5", "cells", ""] in page.rows
    assert not [row for row in page.rows if row[:2] == ["Gene activity", "Decay of credit"]]
    (toml,) = re.findall(r"<pre>(.*?)</pre>", text, re.DOTALL)
    values = tomllib.loads(html.unescape(toml))
    assert values.pop("schema") == 1
    assert values.pop("reading_query")["species"] == "human"
    values = {name: value for name, value in values.items() if name not in ("program", "reading_reference")}
    assert recipe_of(values) == job.recipe


def test_it_needs_nothing_from_elsewhere(job: Job, outcome: Outcome) -> None:
    text = report_html(job, outcome)
    page = Page(text)
    assert not {"link", "img", "iframe", "script", "object", "use", "image"} & set(page.tags)
    assert not any(name in ("src", "href") or name.startswith("on") for name, _ in page.attributes)
    for word in ("http", "url(", "@import", "<script", "//"):
        assert word not in text
    assert str(Path.cwd()) not in text


def test_it_can_be_stopped(job: Job, outcome: Outcome, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        write_report(tmp_path / "report.html", job, outcome, Reporting(lambda _: None, token))
    assert list(tmp_path.iterdir()) == []


def test_it_is_written_as_utf8_or_not_at_all(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    write_report(tmp_path / "report.html", job, outcome)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == report_html(job, outcome)
    with pytest.raises(OutputError, match="no folder"):
        write_report(tmp_path / "none" / "report.html", job, outcome)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
