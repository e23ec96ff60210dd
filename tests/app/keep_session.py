"""A process of its own that works on a session until it is killed: `python keep_session.py RNA ATAC FOLDER`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from anchorscope import stages
from anchorscope_desktop.main_window import MainWindow, make_application
from anchorscope_desktop.state.selection import Selection

LONGEST = 120.0


def wait(app: QApplication, condition) -> None:
    end = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("waited too long")
        app.processEvents()
        time.sleep(0.01)


def main() -> None:
    rna, atac, folder = (Path(word) for word in sys.argv[1:])
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "settings"))
    app = make_application()
    window = MainWindow()
    work = window.workspace
    work.autosaver.delay = 50
    work.autosaver.begin(folder / "autosave")
    work.loader.open_any([rna, atac])
    wait(app, lambda: work.session.complete and not work.runner.busy)
    stages.umaps = lambda spaces, *_: [np.asarray(space[:, :2]) for space in spaces]
    work.runs.start()
    wait(app, lambda: not work.runner.busy)
    mask = np.arange(len(work.session.query.cells)) % 3 == 0
    work.selection.choose(Selection("every third", None, mask))
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=7))
    wait(app, lambda: not work.autosaver.waiting)
    sys.stdout.write(f"kept {work.session.shown.outcome.prediction.best.sum():.6f}\n")
    sys.stdout.flush()
    wait(app, lambda: False)


if __name__ == "__main__":
    main()
