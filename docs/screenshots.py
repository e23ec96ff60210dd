"""Open every page of the window on real files, light and dark, and save what it looks like to docs/images.

    xvfb-run -s "-screen 0 1280x800x24" python docs/screenshots.py [--rna FILE --atac FILE --labels COLUMN]

Without files it uses the simulated example. With --all FOLDER it saves every page in every state, also those that no
page of the documentation shows, for looking at; on a screen of high resolution:

    QT_SCALE_FACTOR=2 xvfb-run -s "-screen 0 2560x1440x24" python docs/screenshots.py --size 1280x720 --all FOLDER
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from anchorscope_desktop.main_window import MainWindow, make_application
from anchorscope_desktop.state.appearance import Scheme
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.widgets.method_help import MethodHelp

IMAGES = Path(__file__).parent / "images"
KEPT = {*(f"window-{step.key.replace('_', '-')}-light" for step in STEPS if step.key != "transfer"),
        "window-explore-dark", "window-transfer-mapping-light",
        "window-transfer-running-light", "window-reference-clusters-light", "window-method-light",
        "window-reference-empty-light", "window-explore-threshold-light", "window-query-alone-light"}
SCHEMES = (Scheme.LIGHT, Scheme.DARK)
LONGEST_WAIT = 600.0


def main() -> None:
    """Take all pictures."""
    options = _options()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        app = make_application()
        window = MainWindow()
        window.resize(*options.size)
        window.show()
        if options.all:
            KEPT.clear()
        global IMAGES
        IMAGES = options.all or IMAGES
        IMAGES.mkdir(exist_ok=True)
        _take_all(app, window, options)
        window.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rna", type=Path, help="reference file (default: the example)")
    parser.add_argument("--atac", type=Path, help="query file (default: the example)")
    parser.add_argument("--labels", default="cell_type", help="column of both files with the types")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="save every page in every state, light and dark")
    parser.add_argument("--size", type=_size, default=(1280, 800), help="of the window (default: 1280x800)")
    return parser.parse_args()


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


def _take_all(app: QApplication, window: MainWindow, options: argparse.Namespace) -> None:
    _take(app, window, "empty", [step.key for step in STEPS])
    window.workspace.loader.open_reference(_bad_file())
    _wait(app, lambda: not window.workspace.runner.busy)
    _take(app, window, "error", ["reference"])
    window.workspace.notices.clear("reference")
    if options.atac is not None:
        _take_alone(app, window, options.atac)
    _load(app, window, options)
    _take_running(app, window)
    _choose_most_mistaken(window)
    _compare(app, window)
    _take(app, window, "", [step.key for step in STEPS])
    _take_method(app, window)
    window.workspace.threshold.move(0.55)
    _take(app, window, "threshold", ["explore", "export"])
    window.workspace.threshold.move(0.0)
    _take_mapped(app, window)
    _show_agreement(window)
    _take(app, window, "agreement", ["explore"])
    _run_clustered(app, window)
    _take(app, window, "clusters", ["reference", "explore", "compare"])


def _take_alone(app: QApplication, window: MainWindow, query: Path) -> None:
    """Show what can be seen of the query before there is a reference."""
    work = window.workspace
    work.loader.open_query(query)
    _wait(app, lambda: not work.runner.busy and work.session.query is not None)
    window.query_page.map_button.click()
    _wait(app, lambda: not work.runner.busy and not work.own_query.reading)
    _take(app, window, "alone", ["query", "gene_activity"])


def _take_method(app: QApplication, window: MainWindow) -> None:
    window.workspace.appearance.choose(Scheme.LIGHT)
    window.menus.show_method()
    for scheme in SCHEMES:
        window.workspace.appearance.choose(scheme)
        help_page = window.findChild(MethodHelp)
        assert help_page is not None
        _keep(app, help_page, f"window-method-{scheme.value}")
    help_page.close()


def _take_mapped(app: QApplication, window: MainWindow) -> None:
    """Show an answer key whose names are others than the reference's, where the file has one."""
    session = window.workspace.session
    others = [column.name for column in session.query.recognised.label_columns if column.name.endswith("_coarse")]
    if others:
        before = session.recipe
        session.change("grade", before.grade.replaced(truth=others[0]))
        _wait(app, lambda: not window.workspace.matching.runner.busy)
        _take(app, window, "mapping", ["transfer"])
        session.set_recipe(before)


def _bad_file() -> Path:
    path = Path(tempfile.mkdtemp()) / "my_notes.h5ad"
    path.write_text("not a table of counts\n")
    return path


def _load(app: QApplication, window: MainWindow, options: argparse.Namespace) -> None:
    work = window.workspace
    if options.rna is None or options.atac is None:
        window.open_example()
    else:
        work.loader.open_any([options.rna, options.atac])
    _wait(app, lambda: not work.runner.busy and work.session.complete)
    work.session.change("reference", work.session.recipe.reference.replaced(labels=options.labels))
    work.session.change("grade", work.session.recipe.grade.replaced(truth=options.labels))


def _take_running(app: QApplication, window: MainWindow) -> None:
    work = window.workspace
    work.runs.start()
    _wait(app, lambda: work.steps.stage("maps").value == "running")
    _take(app, window, "running", ["transfer"])
    _wait(app, lambda: not work.runner.busy)


def _choose_most_mistaken(window: MainWindow) -> None:
    finding = window.workspace.session.shown
    if finding is None or finding.outcome.grade is None:
        raise SystemExit("the run found nothing to show: " + window.transfer_page.messages.text)
    counts = finding.outcome.grade.counts.copy()
    for place in range(len(counts)):
        counts[place, place] = 0
    row, column = divmod(int(counts.argmax()), len(counts))
    window.explore_page.confusion.heatmap.clicked.emit(row, column, False)  # noqa: FBT003 - a signal's signature


def _compare(app: QApplication, window: MainWindow) -> None:
    page = window.compare_page
    for box in (*page.models, *page.reductions):
        box.setChecked(box.text() in ("body-promoter", "archr", "maestro", "cca", "rpca"))
    page.compare_button.click()
    _wait(app, lambda: not window.workspace.runner.busy)


def _show_agreement(window: MainWindow) -> None:
    window.workspace.selection.clear()
    window.explore_page.query_map.colour_by.pick(Meaning(ColourBy.AGREEMENT))


def _run_clustered(app: QApplication, window: MainWindow) -> None:
    work = window.workspace
    work.session.change("grade", work.session.recipe.grade.replaced(truth=""))
    work.session.change("reference", work.session.recipe.reference.replaced(labels=""))
    work.runs.start()
    _wait(app, lambda: not work.runner.busy)


def _take(app: QApplication, window: MainWindow, kind: str, keys: list[str]) -> None:
    for scheme in SCHEMES:
        window.workspace.appearance.choose(scheme)
        for key in keys:
            window.go_to(key)
            _keep(app, window, "-".join(filter(None, ("window", key.replace("_", "-"), kind, scheme.value))))


def _keep(app: QApplication, widget: QWidget, name: str) -> None:
    for _ in range(5):
        app.processEvents()
    if name in KEPT or not KEPT:
        _save(widget.grab().toImage(), IMAGES / f"{name}.png")


def _save(image: QImage, path: Path) -> None:
    """Save with the 256 colours that the picture has most of: a quarter of the size, and no difference to see."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1)
    colours, where, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    kept = _choose_colours(colours, counts)
    small = _nearest(colours, colours[kept])[where].astype(np.uint8).reshape(pixels.shape)
    small = np.ascontiguousarray(np.pad(small, ((0, 0), (0, -small.shape[1] % 4))))
    indexed = QImage(small.data, image.width(), image.height(), small.shape[1], QImage.Format.Format_Indexed8)
    indexed.setColorTable([int(color) for color in colours[kept]])
    indexed.save(str(path), "PNG", 0)
    print(f"{path.name}: {path.stat().st_size // 1024} kB")


def _choose_colours(colours: NDArray[np.uint32], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Take the most frequent half, then one by one whatever is farthest from all taken so far."""
    taken = list(np.argsort(-counts)[:128])
    values = _channels(colours)
    distance = np.min([np.abs(values - values[one]).sum(axis=1) for one in taken], axis=0)
    while len(taken) < min(256, len(colours)):
        taken.append(int(distance.argmax()))
        distance = np.minimum(distance, np.abs(values - values[taken[-1]]).sum(axis=1))
    return np.array(taken)


def _nearest(colours: NDArray[np.uint32], kept: NDArray[np.uint32]) -> NDArray[np.int64]:
    there = _channels(kept)
    return np.array([np.abs(there - color).sum(axis=1).argmin() for color in _channels(colours)])


def _channels(values: NDArray[np.uint32]) -> NDArray[np.int64]:
    return np.stack([(values >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(np.int64)


def _wait(app: QApplication, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("waited too long")
        app.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
