"""The program's entry: a window where there is a screen, a sentence where there is none, no Qt before it is wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from anchorscope_desktop import command, main_window

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_no_screen_is_one_sentence(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "argv", ["anchorscope"])
    assert command.main() == 2
    assert "The window cannot open: found no screen;" in capsys.readouterr().err


def test_qt_is_not_loaded_before_a_window_is_wanted():
    code = "import sys; import anchorscope_desktop.command; sys.exit('PySide6' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "app")])}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_a_window_that_works_passes_its_own_test(qtbot, example):
    from anchorscope_desktop.main_window import window_pass

    assert window_pass(*example) == [
        ("window reads both files", True), ("window runs them", True), ("a click selects the right cells", True)]


def test_a_session_is_opened_by_its_name(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(main_window, "open_window", lambda **wanted: asked.append(wanted) or 0)
    monkeypatch.setattr(sys, "argv", ["anchorscope", str(tmp_path / "blood.anchorscope")])
    assert command.main() == 0
    assert asked == [{"example": False, "work": tmp_path / "blood.anchorscope"}]
