"""Progress on a terminal and in a log."""

from __future__ import annotations

import io
import sys

import pytest

from anchorscope.cli.progress_line import _ProgressLine


def test_a_terminal_gets_one_line_that_is_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

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
