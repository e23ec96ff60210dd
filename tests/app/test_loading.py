"""Files find their places; each part and repair can be changed and taken back; refusals offer the way out."""

from __future__ import annotations

import gzip
from dataclasses import replace

import anndata
import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from anchorscope.export.h5ad import write_h5ad
from anchorscope.io.inputs import Inputs
from anchorscope.parameters import INVERT_LOG, NO_TRUTH, PAIRED_TRUTH, REFINED, SEURAT, Repairs
from anchorscope_desktop.state import session_inputs
from anchorscope_desktop.state.files import UNOPENED, FileUse, QueryFiles, ReferenceFiles, in_order, inputs_of, use_of
from anchorscope_desktop.state.loading import STILL_OFFERED
from anchorscope_desktop.state.session_file import NOT_WRITTEN
from anchorscope_desktop.widgets.job_bar import READY
from app.first_pages import SHARED, choose, fragments_of, needs_data, one_nucleus, quiet
from app.helpers import load, settle

FRAGMENT = "chr1\t100\t200\tAACCGGTTAACCGGTT-1\t2\n"


@pytest.mark.parametrize(("name", "text", "use"), [
    ("fragments.tsv", "# made by a program\n" + FRAGMENT, FileUse.FRAGMENTS),
    ("sample.fragments.bed", FRAGMENT, FileUse.FRAGMENTS),
    ("four_columns.bed", "chr1\t100\t200\tAACCGGTTAACCGGTT\n", FileUse.FRAGMENTS),
    ("peaks.bed", "track name=x\nchr1\t100\t200\n", FileUse.PEAKS),
    ("macs.bed", "chr1\t100\t200\tpeak_1\t55\t.\n", FileUse.PEAKS),
    ("genes.bed", "chr1\t100\t200\tGENE1\t0\t+\n", FileUse.GENES),
    ("empty.bed", "", FileUse.PEAKS),
    ("genes.gtf", "chr1\tx\tgene\t1\t2\t.\t+\t.\t.\n", FileUse.GENES),
    ("genes.gff3", "", FileUse.GENES),
    ("labels.tsv", "barcode\tcell_type\nA-1\tB\n", FileUse.LABELS),
    ("labels.txt", "barcode;cell_type\n", FileUse.LABELS),
    ("labels.csv", "barcode,cell_type\n", FileUse.LABELS),
    ("counts.h5mu", "", FileUse.MATRIX),
    ("matrix.mtx", "", FileUse.MATRIX),
])
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_known_by_its_name_or_first_line(tmp_path, name, text, use, packed):
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert use_of(path) is use


def test_a_folder_is_a_matrix_and_a_file_that_is_not_there_no_traceback(tmp_path):
    assert use_of(tmp_path) is FileUse.MATRIX
    assert use_of(tmp_path / "absent.tsv.gz") is FileUse.LABELS


def test_what_others_belong_to_is_read_first(tmp_path):
    names = ["labels.csv", "genes.gtf", "peaks.bed", "fragments.tsv", "atac.h5ad"]
    for name in names:
        (tmp_path / name).write_text(FRAGMENT if name.startswith("frag") else "chr1\t1\t2\n")
    assert [path.name for _, path in in_order([tmp_path / name for name in names])] == list(reversed(names))


def test_sides_go_to_inputs_and_back(tmp_path):
    reference = ReferenceFiles(tmp_path / "r", tmp_path / "l", Repairs(values=INVERT_LOG))
    query = QueryFiles(tmp_path / "q", tmp_path / "p", tmp_path / "f", tmp_path / "a", tmp_path / "m")
    inputs = inputs_of(reference, query)
    assert isinstance(inputs, Inputs)
    assert (inputs.reference_labels, inputs.query_labels, inputs.annotation) == (
        tmp_path / "l", tmp_path / "m", tmp_path / "a")
    assert session_inputs.sides_of(*session_inputs.files_of(reference, query)) == (reference, query)


@pytest.fixture
def logarithms(example, tmp_path):
    data = anndata.read_h5ad(example[0])
    counts = data.X.toarray().astype(np.float64)
    data.X = np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4).astype(np.float32)
    data.layers.clear()
    path = tmp_path / "lognorm.h5ad"
    data.write_h5ad(path)
    return path


def test_logarithms_are_refused_and_turned_back_by_one_click(qtbot, window, example, logarithms):
    window.workspace.loader.open_reference(logarithms)
    settle(qtbot, window)
    bar, session = window.reference_page.messages, window.workspace.session
    assert "are not counts" in bar.text
    assert bar.action.text() == "Turn back into counts"
    assert session.reference is None
    bar.action.click()
    settle(qtbot, window)
    assert not bar.text
    assert window.workspace.loader.reference_files.repairs == Repairs(values=INVERT_LOG)
    assert window.reference_page.facts.repairs.box("values").currentData() == INVERT_LOG
    truth = anndata.read_h5ad(example[0]).X
    assert (session.reference.counts != truth).nnz == 0


def test_a_repair_is_one_click_and_goes_back(qtbot, window, example):
    load(qtbot, window, example[0])
    page, session = window.reference_page, window.workspace.session
    assert "Genes of human; taken for human." in page.facts.text
    first = session.reference
    choose(window, page.facts.repairs.box("species"), "mouse")
    settle(qtbot, window)
    assert session.reference.recognised.species == "mouse"
    assert "Species: mouse" in page.facts.text
    assert window.page is page
    choose(window, page.facts.repairs.box("species"), "automatic")
    settle(qtbot, window)
    np.testing.assert_array_equal(session.reference.genes, first.genes)
    assert session.reference.recognised.settings == Repairs()


def test_a_repair_that_fails_changes_nothing_and_the_chooser_goes_back(qtbot, window, logarithms):
    window.workspace.loader.open_reference(logarithms)
    settle(qtbot, window)
    window.reference_page.messages.action.click()
    settle(qtbot, window)
    reference = window.workspace.session.reference
    choose(window, window.reference_page.facts.repairs.box("values"), "automatic")
    settle(qtbot, window)
    assert "are not counts" in window.reference_page.messages.text
    assert window.workspace.session.reference is reference
    assert window.reference_page.facts.repairs.box("values").currentData() == INVERT_LOG


def test_two_files_of_the_same_cells_are_offered_to_be_unpaired(qtbot, window, example, tmp_path):
    load(qtbot, window, *one_nucleus(example, tmp_path))
    page, session = window.query_page, window.workspace.session
    assert session.query.pairing is None
    assert "have the barcode of a reference cell" in page.messages.text
    assert not page.unpair.isHidden()
    page.messages.action.click()
    settle(qtbot, window)
    np.testing.assert_array_equal(session.query.pairing, np.arange(len(session.query.cells)))
    assert session.recipe.grade.truth == PAIRED_TRUTH
    assert page.unpair.isChecked()
    page.unpair.click()
    settle(qtbot, window)
    assert session.query.pairing is None
    assert session.recipe.grade.truth == NO_TRUTH


def test_dismissing_something_else_does_not_decline_the_offer(qtbot, window, example, tmp_path):
    load(qtbot, window, *one_nucleus(example, tmp_path))
    page, work = window.query_page, window.workspace
    work.notices.error("query", "Something else.")
    assert page.messages.text == "Something else."
    page.messages.dismissed.emit()
    assert "have the barcode of a reference cell" in page.messages.text
    page.messages.action.click()
    settle(qtbot, window)
    assert "taken apart" in page.messages.text
    page.messages.dismissed.emit()
    page.unpair.click()
    settle(qtbot, window)
    assert "have the barcode of a reference cell" in page.messages.text


def test_un_pairing_is_taken_back_where_it_is_told(qtbot, window, example, tmp_path):
    load(qtbot, window, *one_nucleus(example, tmp_path))
    page, session = window.query_page, window.workspace.session
    page.messages.action.click()
    settle(qtbot, window)
    assert session.query.pairing is not None
    assert page.messages.action.text() == "Take it back"
    page.messages.action.click()
    settle(qtbot, window)
    assert session.query.pairing is None
    assert not page.unpair.isChecked()
    assert page.messages.action.text() == "Un-pair"


def test_a_query_that_is_read_again_keeps_its_answer_key(qtbot, window, example, tmp_path):
    load(qtbot, window, *one_nucleus(example, tmp_path))
    window.workspace.loader.unpair()
    settle(qtbot, window)
    window.workspace.loader.repair("reference", "species", "human")
    settle(qtbot, window)
    window.workspace.loader.repair("query", "chromosomes", "as-is")
    settle(qtbot, window)
    session = window.workspace.session
    assert session.query.recognised.settings.chromosomes == "as-is"
    np.testing.assert_array_equal(session.query.pairing, np.arange(len(session.query.cells)))


def test_unrelated_files_are_not_taken_for_one_multiome(qtbot, window, example):
    load(qtbot, window, *example)
    assert window.query_page.unpair.isHidden()
    assert not window.query_page.messages.text


def test_one_multiome_fills_both_sides_and_can_be_told_apart_again(qtbot, window, example, tmp_path):
    rna, atac = (anndata.read_h5ad(path) for path in one_nucleus(example, tmp_path))
    both = anndata.concat([rna, atac], axis=1)
    both.var["feature_types"] = ["Gene Expression"] * rna.n_vars + ["Peaks"] * atac.n_vars
    both.write_h5ad(tmp_path / "both.h5ad")
    load(qtbot, window, tmp_path / "both.h5ad")
    session, loader = window.workspace.session, window.workspace.loader
    assert session.complete
    assert loader.inputs.reference == loader.inputs.query == tmp_path / "both.h5ad"
    assert session.query.pairing is not None
    assert "taken apart" in window.query_page.messages.text
    assert "Assembly" not in window.reference_page.facts.text  # of genes there is none to recognise
    assert "Assembly: GRCh38" in window.query_page.facts.text
    window.query_page.unpair.click()
    settle(qtbot, window)
    assert session.query.pairing is None


def labels_table(path, cells, word):
    pd.DataFrame({"barcode": cells, word: [f"type {n % 3}" for n in range(len(cells))]}).to_csv(path, index=False)
    return path


def test_labels_from_a_table_name_the_reference_until_it_is_left_out(qtbot, window, answers, example, tmp_path):
    load(qtbot, window, example[0])
    session, page = window.workspace.session, window.reference_page
    answers.opens = [labels_table(tmp_path / "mine.csv", session.reference.cells.index, "cluster")]
    page.labels.choose.click()
    settle(qtbot, window)
    assert session.recipe.reference.labels == "cluster"
    assert "cluster (3 types)" in page.facts.text
    assert page.labels.path == tmp_path / "mine.csv"
    page.labels.clear.click()
    settle(qtbot, window)
    assert page.labels.path is None
    assert session.recipe.reference.labels == "cell_type"


def test_dropped_labels_find_the_cells_they_name(qtbot, window, example, tmp_path):
    load(qtbot, window, *example)
    session = window.workspace.session
    load(qtbot, window, labels_table(tmp_path / "truth.csv", session.query.cells.index, "true type"))
    assert window.workspace.loader.query_files.labels == tmp_path / "truth.csv"
    assert session.recipe.grade.truth == "true type"
    assert window.query_page.columns.table.rows_model.rows[1][:2] == ("true type", 3)


def test_labels_of_other_cells_are_refused_in_one_sentence(qtbot, window, example, tmp_path):
    load(qtbot, window, *example)
    reference = window.workspace.session.reference
    load(qtbot, window, labels_table(tmp_path / "other.csv", ["AAAACCCCGGGG-1", "AAAACCCCTTTT-1"], "x"))
    assert "other.csv" in window.reference_page.messages.text
    assert "\n" not in window.reference_page.messages.text
    assert window.workspace.session.reference is reference


def test_fragments_go_with_the_query_they_belong_to(qtbot, window, answers, example, tmp_path):
    load(qtbot, window, *example)
    path = fragments_of(tmp_path / "fragments.tsv", example[1], 20)
    load(qtbot, window, path)
    session, page = window.workspace.session, window.query_page
    assert session.query.fragments == path
    assert session.query.recognised.path == example[1]
    assert page.slots["fragments"].path == path
    page.slots["fragments"].clear.click()
    settle(qtbot, window)
    assert session.query.fragments is None
    answers.opens = [path]
    page.slots["fragments"].choose.click()
    settle(qtbot, window)
    assert session.query.fragments == path


def test_peaks_without_fragments_are_refused(qtbot, window, example, tmp_path):
    load(qtbot, window, example[1])
    peaks = tmp_path / "peaks.bed"
    peaks.write_text("chr1\t100\t200\n")
    load(qtbot, window, peaks)
    assert "only where the query is a fragments file" in window.query_page.messages.text


def test_parts_without_a_query_say_what_to_do(qtbot, window, tmp_path):
    path = tmp_path / "genes.gtf"
    path.write_text("chr1\tx\tgene\t1\t2\t.\t+\t.\tgene_id \"G\"\n")
    load(qtbot, window, path)
    assert "open the query first" in window.activity_page.messages.text


def test_two_species_are_a_warning_on_both_pages(qtbot, window, example):
    load(qtbot, window, *example)
    session = window.workspace.session
    mouse = replace(session.query, recognised=replace(session.query.recognised, species="mouse"))
    session.set_inputs(query=mouse)
    said = "The reference is human, the query mouse: "
    for page in (window.reference_page, window.query_page, window.transfer_page):
        assert page.messages.text.startswith(said)
    told = window.transfer_page.messages.text
    window.workspace.runs.start()
    settle(qtbot, window)
    assert window.workspace.notices.of("run").text == told
    assert session.shown is None


def test_a_drop_knows_the_page_it_fell_on(qtbot, window, example, tmp_path):
    load(qtbot, window, *one_nucleus(example, tmp_path))
    path = labels_table(tmp_path / "both.csv", window.workspace.session.query.cells.index, "mine")
    window.go_to("query")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))
    settle(qtbot, window)
    assert window.workspace.loader.query_files.labels == path
    assert window.workspace.loader.reference_files.labels is None


@needs_data
def test_real_logarithms_turn_back(qtbot, window):
    window.workspace.loader.open_reference(SHARED / "pbmc3k_reference_lognorm.h5ad")
    settle(qtbot, window)
    window.reference_page.messages.action.click()
    settle(qtbot, window)
    assert window.workspace.session.reference.counts.shape == (2638, 2000)


@needs_data
def test_real_fragments_are_a_query_in_tiles_or_in_peaks(qtbot, window):
    folder = SHARED / "fragments" / "chr22_GRCh38"
    load(qtbot, window, folder / "peak_count.h5", folder / "fragments.tsv.gz")
    session = window.workspace.session
    assert session.query.fragments == folder / "fragments.tsv.gz"
    window.workspace.loader.change_query(QueryFiles(folder / "fragments.tsv.gz", peaks=folder / "peak_count.h5"))
    quiet(qtbot, window)
    assert session.query.counts.shape == (100, 4283)
    assert not window.query_page.slots["peaks"].isHidden()
    assert window.query_page.slots["fragments"].isHidden()


@needs_data
@pytest.mark.parametrize("name", ["10x_h5_v3.h5", "mtx_v3", "mtx_v2", "10x_h5_v2_multiple_genomes.h5"])
def test_odd_files_open_or_say_why_not(qtbot, window, name):
    load(qtbot, window, SHARED / "odd_inputs" / name)
    reference = window.workspace.session.reference
    assert reference is not None or window.reference_page.messages.text.endswith(".")


def test_another_query_has_a_threshold_of_its_own(qtbot, window, example, tmp_path):
    work, again = window.workspace, tmp_path / "again.h5ad"
    again.write_bytes(example[1].read_bytes())
    load(qtbot, window, *example)
    work.session.change("transfer", work.session.recipe.transfer.replaced(min_score=0.4))
    work.session.change("transfer", work.session.recipe.transfer.replaced(method=SEURAT, min_score=0.3))
    work.session.change("transfer", work.session.recipe.transfer.replaced(method=REFINED))
    work.loader.repair("query", "case", "as-is")
    quiet(qtbot, window)
    assert work.session.query.recognised.settings.case == "as-is"
    load(qtbot, window, example[0])
    assert work.threshold.value == work.session.recipe.transfer.min_score == 0.4
    load(qtbot, window, again)
    assert work.threshold.value == work.session.recipe.transfer.min_score == 0.0
    while work.history.can_undo:  # the settings are kept, but for the score that belongs to the query before
        work.history.undo()
        assert work.threshold.value == work.session.recipe.transfer.min_score == 0.0
    for method in (SEURAT, REFINED):
        work.session.change("transfer", work.session.recipe.transfer.replaced(method=method))
        assert work.threshold.value == 0.0


def swapped(qtbot, window, example):
    """Open each file as what the other one is."""
    window.workspace.loader.open_reference(example[1])
    settle(qtbot, window)
    window.workspace.loader.open_query(example[0])
    settle(qtbot, window)


@pytest.mark.parametrize("first", ["reference", "query"])
def test_swapped_files_find_their_sides_by_a_click_each(qtbot, window, example, first):
    swapped(qtbot, window, example)
    bars = {"reference": window.reference_page.messages, "query": window.query_page.messages}
    assert "is no RNA reference" in bars["reference"].text
    assert "is no ATAC query" in bars["query"].text
    assert (bars["reference"].action.text(), bars["query"].action.text()) == ("Open as query", "Open as reference")
    assert window.workspace.session.reference is window.workspace.session.query is None
    second = "query" if first == "reference" else "reference"
    left, offered = example[0 if first == "reference" else 1].name, bars[second].action.text()
    bars[first].action.click()
    settle(qtbot, window)
    assert window.page.step.key == second  # where what was read is shown
    assert left not in bars[second].text  # no error stands over the right file
    assert window.job_bar.title != UNOPENED
    assert bars[first].text == STILL_OFFERED.format(name=left)
    assert bars[first].action.text() == offered
    bars[first].action.click()
    settle(qtbot, window)
    assert window.workspace.session.complete
    assert (window.workspace.loader.reference_files.path, window.workspace.loader.query_files.path) == example
    assert {bar.text for bar in bars.values()} == {""}


def test_one_misplaced_file_is_opened_beside_the_other(qtbot, window, example):
    load(qtbot, window, example[0])
    window.workspace.loader.open_reference(example[1])
    settle(qtbot, window)
    assert window.job_bar.title == UNOPENED
    window.reference_page.messages.action.click()
    settle(qtbot, window)
    assert window.workspace.session.complete
    assert window.workspace.loader.reference_files.path == example[0]
    assert window.reference_page.messages.text == ""
    window.workspace.loader.open_reference(example[1])
    settle(qtbot, window)
    window.workspace.loader.open_reference(example[0])
    settle(qtbot, window)
    assert window.reference_page.messages.text == ""  # the right one: what was offered of the other is over


def test_misplaced_fragments_are_opened_as_the_query(qtbot, window, example, tmp_path):
    window.workspace.loader.open_reference(fragments_of(tmp_path / "fragments.tsv", example[1], 20))
    settle(qtbot, window)
    bar = window.reference_page.messages
    assert bar.action.text() == "Open as query"
    bar.action.click()
    settle(qtbot, window)
    assert bar.text == ""
    assert "fragments.tsv" in window.query_page.messages.text or window.workspace.session.query is not None


def test_logarithms_as_a_query_are_a_reference_that_is_turned_back(qtbot, window, logarithms):
    window.workspace.loader.open_query(logarithms)
    settle(qtbot, window)
    bar = window.query_page.messages
    for text in ("Open as reference", "Turn back into counts"):
        assert bar.action.text() == text
        assert "invert-log" not in bar.text
        bar.action.click()
        settle(qtbot, window)
    assert window.workspace.session.reference is not None
    assert bar.text == ""


def test_the_job_bar_says_what_could_not_be_done(qtbot, window, example, logarithms, tmp_path):
    bad = tmp_path / "notes.h5ad"
    bad.write_text("these are notes\n")
    work = window.workspace
    for begin in (work.loader.open_query, work.loader.open_reference, work.file.open, work.recipes.open):
        begin(logarithms if begin == work.loader.open_reference else bad)
        settle(qtbot, window)
        assert window.job_bar.title == UNOPENED
        window.go_to("explore")
        assert window.job_bar.title == READY  # the page with the error says it
        assert f"{UNOPENED}. " in window.job_bar.log.toPlainText().splitlines()[-1]
    load(qtbot, window, example[0])
    assert window.job_bar.title == "Done"
    work.file.save(tmp_path / "absent" / "x.anchorscope")
    settle(qtbot, window)
    assert window.job_bar.title == NOT_WRITTEN


def test_cells_that_we_left_unassigned_have_no_label_until_undone(qtbot, window, example, finished_run, tmp_path):
    least = float(np.quantile(finished_run.outcome.prediction.best, 0.3)) + 0.001
    transfer = finished_run.job.recipe.transfer.replaced(min_score=least)
    job = replace(finished_run.job, recipe=replace(finished_run.job.recipe, transfer=transfer))
    write_h5ad(tmp_path / "ours.h5ad", job, finished_run.outcome)
    load(qtbot, window, example[0], tmp_path / "ours.h5ad")
    page, session = window.query_page, window.workspace.session

    def types():
        return next(one.types for one in session.query.recognised.label_columns if one.name == "predicted.id")

    assert "Unassigned" not in types()
    assert "by Anchorscope in “predicted.id”; read as cells without a label." in page.facts.text
    box = page.facts.repairs.box("unassigned")
    assert [box.itemText(place) for place in range(box.count())] == ["automatic", "as in the file"]
    box.setCurrentIndex(1)
    settle(qtbot, window)
    assert "Unassigned" in types()
    assert "in “predicted.id”; left as it is." in page.facts.text
    page.facts.repairs.box("unassigned").setCurrentIndex(1)
    settle(qtbot, window)
    assert "Unassigned" not in types()
