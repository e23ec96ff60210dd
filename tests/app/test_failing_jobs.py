"""Every kind of job that fails in every way ends once, says so on its page, and leaves the result alone."""

from __future__ import annotations

import time

import pytest

import anchorscope.coembedding
import anchorscope.compare
import anchorscope.io.recipe
import anchorscope.io.recognise
from anchorscope import export
from anchorscope.errors import InputError
from anchorscope.pipeline import Pipeline
from anchorscope_desktop.jobs.report import Ending
from anchorscope_desktop.state import bridge, genes, own_map
from anchorscope_desktop.state.exporting import EXPORT_KINDS
from anchorscope_desktop.state.notices import COMPARE, EXPORT, QUERY, REFERENCE, RUN, SESSION
from anchorscope_desktop.widgets import figure_writer
from app.first_pages import quiet
from app.helpers import finished, settle

REPORT = next(kind for kind in EXPORT_KINDS if kind.key == "report")


def change_and(start):
    def begin(work, folder):
        work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=6))
        start(work, folder)

    return begin


def compare(work, folder):
    work.comparer.choose(("body-promoter",), ("cca",))
    work.comparer.start()


def write_figure(work, folder):
    path, size = folder / "x.svg", figure_writer.remembered_size()
    work.desk.write(path, lambda progress: figure_writer.write_figure(None, path, figure_writer.SVG, size, progress))


def copy_figure(work, _):
    work.desk.place(lambda progress: figure_writer.picture_of(None, figure_writer.remembered_size(), progress))


KINDS = {
    "run": (Pipeline, "run", RUN, change_and(lambda work, _: work.runs.start())),
    "preview": (Pipeline, "compute_some", QUERY,
                change_and(lambda work, _: work.previews.compute(("anchors",), QUERY))),
    "comparison": (anchorscope.compare, "compare", COMPARE, compare),
    "merged map": (anchorscope.coembedding, "coembed", RUN, lambda work, _: work.merger.start()),
    "reading": (anchorscope.io.recognise, "load", QUERY, lambda work, folder:
                work.loader.open_query(folder / "x.h5ad")),
    "export": (export, "write_report", EXPORT, lambda work, folder: work.exporter.write(REPORT, folder / "x.html")),
    "write back": (export, "write_back", EXPORT, lambda work, _: work.exporter.write_back()),
    "figure": (figure_writer, "write_figure", REFERENCE, write_figure),
    "copy": (figure_writer, "picture_of", REFERENCE, copy_figure),
    "recipe": (anchorscope.io.recipe, "read_recipe", SESSION, lambda work, folder:
               work.recipes.open(folder / "x.toml")),
}
"""What does the work, where its end is told of, and how it is started."""

BACKGROUND = {
    "own map": (own_map, "_read", "own_reference", lambda work: work.own_reference.choose(own_map.DEPTH)),
    "gene sketch": (genes._Drafter, "sketch", "sketch", lambda work: work.sketch.compare(genes.ALL_MODELS)),
    "bridge": (bridge, "check", "bridge", lambda work: work.genes.choose(str(
        work.session.shown.outcome.gene_activity.regions.symbols[3]))),
}
"""What works without being asked: where, who starts it and says what went wrong, and how it is brought about."""

WAYS = {
    "bad input": (InputError("It is odd", "a poem", "give data"), Ending.FAILED, "It is odd: found a poem; give data."),
    "bad value": (ValueError("no"), Ending.FAILED, "ValueError (no)"),
    "error": (RuntimeError("no"), Ending.FAILED, "RuntimeError (no)"),
    "no memory": (MemoryError(), Ending.FAILED, "memory of this computer"),
    "cancel": (None, Ending.CANCELLED, ""),
}


class Failing:
    """Work that raises an error or, without one, goes on until it is cancelled."""

    def __init__(self, error):
        self.error, self.begun, self.cancelled = error, 0, False

    def __call__(self, *arguments, **others):
        self.begun += 1
        if self.error is not None:
            raise self.error
        for _ in range(5_000):
            if self.cancelled:  # reading a small file asks for nothing meanwhile
                return
            for one in (*arguments, *others.values()):
                getattr(one, "raise_if_cancelled", lambda: None)()
                getattr(one, "update", lambda _: None)(0.5)
            time.sleep(0.001)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", BACKGROUND)
def test_what_fails_in_the_background_says_so_in_its_place(qtbot, window, finished_run, monkeypatch, kind, way):
    finding, work = finished(window, finished_run), window.workspace
    quiet(qtbot, window)
    home, name, holder, start = BACKGROUND[kind]
    error, ending, words = WAYS[way]
    ends, failing, holder = [], Failing(error), getattr(work, holder)
    holder.runner.finished.connect(ends.append)
    monkeypatch.setattr(home, name, failing)
    start(work)
    if error is None:
        qtbot.waitUntil(lambda: bool(failing.begun))
        holder.runner.cancel()
        failing.cancelled = True
    quiet(qtbot, window)
    qtbot.wait(20)
    assert failing.begun == 1
    assert [end.ending for end in ends] == [ending]
    assert words in holder.problem
    assert bool(holder.problem) == (error is not None)
    assert work.session.shown is finding


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_fails_ends_once(qtbot, window, finished_run, tmp_path, monkeypatch, kind, way):
    finding, work = finished(window, finished_run), window.workspace
    home, name, topic, start = KINDS[kind]
    error, ending, words = WAYS[way]
    (tmp_path / "x.h5ad").write_bytes(b"")
    ends, failing = [], Failing(error)
    for runner in (work.runner, work.writer):
        runner.finished.connect(ends.append)
    monkeypatch.setattr(home, name, failing)
    start(work, tmp_path)
    if error is None:
        qtbot.waitUntil(lambda: bool(failing.begun))
        window.job_bar.cancel_requested.emit()
        failing.cancelled = True
    settle(qtbot, window)
    qtbot.wait(20)
    assert failing.begun == 1
    assert [end.ending for end in ends] == [ending]
    notice = work.notices.of(topic)
    assert words in (notice.text if notice is not None else "")
    assert work.session.shown is finding
    assert not work.busy
    assert not any((work.runs.running, work.comparer.running, work.merger.running))
