"""Progress on a terminal and in a log."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from anchorscope.cli.progress_line import _ProgressLine, reading, telling, told
from anchorscope.io.inputs import Inputs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_that_is_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    line = _ProgressLine()
    for fraction in (0.0, 0.101, 0.102, 0.5):
        line.show("Finding anchors", fraction, 83.0 if fraction else None)
    line.end()
    text = terminal.getvalue()
    assert text.count("\r") == 3
    assert text.count("\n") == 1
    assert "Finding anchors" in text
    assert " 50 %  1:23 left" in text


def test_a_shorter_line_covers_the_longer_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    line = _ProgressLine()
    line.show("co-accessibility, pcaproject: Accessibility space of the query (LSI)", 0.1, 5000.0)
    line.show("Ceiling", 0.2, None)
    first, second = terminal.getvalue().split("\r")[1:]
    assert len(second) == len(first)


def test_where_nothing_was_shown_no_line_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with telling("Reading"):
        pass
    with pytest.raises(KeyError), told():
        raise KeyError
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(("query", "fragments", "shown"), [
    ("atac.h5ad", None, False), ("fragments.tsv.gz", None, True), ("atac.h5ad", "fragments.tsv.gz", True)])
def test_reading_is_told_where_it_takes_long(
    capsys: pytest.CaptureFixture[str], query: str, fragments: str | None, shown: bool
) -> None:
    with reading(Inputs(Path("rna.h5ad"), Path(query), fragments=fragments and Path(fragments))) as progress:
        progress.update(0.5)
    assert capsys.readouterr().err.split() == (["Reading", "fragments", "50", "%"] if shown else [])
