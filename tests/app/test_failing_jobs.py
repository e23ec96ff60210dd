"""Every kind of job that fails in every way ends once, says so on its page, and leaves the result alone."""

from __future__ import annotations

import time

import pytest

import anchorscope.coembedding
import anchorscope.compare
import anchorscope.io.recognise
from anchorscope import export
from anchorscope.errors import InputError
from anchorscope.pipeline import Pipeline
from anchorscope_desktop.jobs.report import Ending
from anchorscope_desktop.state.exporting import EXPORT_KINDS
from anchorscope_desktop.state.notices import COMPARE, EXPORT, QUERY, RUN
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
}
"""What does the work, where its end is told of, and how it is started."""

WAYS = {
    "bad input": (InputError("It is odd", "a poem", "give data"), Ending.FAILED, "It is odd: found a poem; give data."),
    "bad value": (ValueError("no"), Ending.FAILED, "ValueError (no)"),
    "error": (RuntimeError("no"), Ending.FAILED, "RuntimeError (no)"),
    "no memory": (MemoryError(), Ending.FAILED, "memory of this computer"),
    "cancel": (None, Ending.CANCELLED, ""),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_fails_ends_once(qtbot, window, finished_run, tmp_path, monkeypatch, kind, way):
    finding, work = finished(window, finished_run), window.workspace
    home, name, topic, start = KINDS[kind]
    error, ending, words = WAYS[way]
    (tmp_path / "x.h5ad").write_bytes(b"")
    ends, began = [], []
    for runner in (work.runner, work.writer):
        runner.finished.connect(ends.append)

    def fails(*arguments, **others):
        began.append(name)
        if error is not None:
            raise error
        for _ in range(5_000):  # until it is cancelled
            for one in (*arguments, *others.values()):
                getattr(one, "raise_if_cancelled", lambda: None)()
                getattr(one, "update", lambda _: None)(0.5)
            time.sleep(0.001)

    monkeypatch.setattr(home, name, fails)
    start(work, tmp_path)
    if error is None:
        qtbot.waitUntil(lambda: bool(began))
        window.job_bar.cancel_requested.emit()
    settle(qtbot, window)
    qtbot.wait(20)
    assert began == [name]
    assert [end.ending for end in ends] == [ending]
    notice = work.notices.of(topic)
    assert words in (notice.text if notice is not None else "")
    assert work.session.shown is finding
    assert not work.busy
    assert not any((work.runs.running, work.comparer.running, work.merger.running))
