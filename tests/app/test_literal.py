"""Names of files, types and barcodes are shown letter by letter, also where Qt would take them for markup."""

from __future__ import annotations

import anndata
import pytest
from PySide6.QtCore import QModelIndex, QPoint, QStringListModel, Qt
from PySide6.QtGui import QHelpEvent, QTextDocumentFragment
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QToolTip, QWidget

from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.literal import literal, on_button
from anchorscope_desktop.plotting.theme import LIGHT
from anchorscope_desktop.state.choosing import of_type
from app.first_pages import quiet, run_fast
from app.helpers import load

TYPE, FILE = "<b>bold</b> & <i>", "<b>x & co.h5ad"
TOP = QModelIndex()
HINTS = ("bold", ">x", "co.h5ad", "&lt;b")
"""Parts of these names, however they are written."""


def seen(text: str, *, markup: bool = True) -> str:
    """What Qt shows of a text."""
    guessed = markup and Qt.mightBeRichText(text)
    return QTextDocumentFragment.fromHtml(text).toPlainText() if guessed else text


def wrong(text: str, *, markup: bool = True) -> bool:
    """Whether a text has one of the names in it and does not show it as it is."""
    shown = seen(text, markup=markup)
    return any(hint in text for hint in HINTS) and not any(name in shown for name in (TYPE, FILE, FILE[:-5]))


def texts_of(widget: QWidget) -> list[tuple[str, bool]]:
    """All texts of a widget, and whether Qt looks for markup in them."""
    found = [(widget.toolTip(), True)]
    if isinstance(widget, QLabel):
        found.append((widget.text(), widget.textFormat() is not Qt.TextFormat.PlainText))
    if isinstance(widget, QAbstractButton):
        found.append((widget.text().replace("&&", "\0").replace("&", "").replace("\0", "&"), False))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model, tip = widget.model(), Qt.ItemDataRole.ToolTipRole
        columns = 1 if isinstance(model, QStringListModel) else model.columnCount(TOP)  # which hides how many it has
        places = [model.index(row, column) for row in range(model.rowCount(TOP)) for column in range(columns)]
        found += [(str(place.data(tip) or ""), True) for place in places]
        found += [(str(model.headerData(column, Qt.Orientation.Horizontal, tip) or ""), True)
                  for column in range(columns)]
    return found


@pytest.fixture
def files(example, tmp_path):
    """The example, where one type and the query's file have names like markup."""
    paths = tmp_path / "rna.h5ad", tmp_path / FILE
    for source, path in zip(example, paths, strict=True):
        data = anndata.read_h5ad(source)
        first = sorted(data.obs["cell_type"].astype(str).unique())[0]
        data.obs["cell_type"] = data.obs["cell_type"].astype(str).replace(first, TYPE).astype("category")
        data.write_h5ad(path)
    return paths


def test_no_page_takes_a_name_for_markup(qtbot, window, files, monkeypatch):
    load(qtbot, window, *files)
    work = window.workspace
    work.session.change("reference", work.session.recipe.reference.replaced(labels="cell_type"))
    work.session.change("grade", work.session.recipe.grade.replaced(truth="cell_type"))
    run_fast(qtbot, window, monkeypatch)
    heads = 0
    for key in ("reference", "query", "gene_activity", "transfer", "explore", "compare", "export"):
        window.go_to(key)
        if key == "explore":
            work.selection.choose(of_type(work.session.shown, TYPE), 0)
            window.explore_page.selected.switch.button("why").click()
        quiet(qtbot, window)
        found = [(f"{type(one).__name__} {one.accessibleName()}", text, markup)
                 for one in window.findChildren(QWidget) for text, markup in texts_of(one)]
        faults = [f"{key}: {name}: {text!r}" for name, text, markup in found if wrong(text, markup=markup)]
        assert not faults, "\n".join(sorted(set(faults)))
        heads += sum(any(name in seen(text, markup=markup) for name in (TYPE, FILE)) for _, text, markup in found)
    assert heads > 10  # the names are there to be seen
    window.menus.fill_recent()
    tips = [action.toolTip() for action in window.menus.recent.actions()]
    assert any(FILE in seen(tip) for tip in tips)
    assert on_button(FILE) in "\n".join(action.text() for action in window.menus.recent.actions())
    told = explained(window.explore_page.confusion.heatmap)
    assert TYPE in seen(told)


def explained(heatmap: Heatmap) -> str:
    """What the tooltip of a heatmap says of the first row."""
    where = heatmap.geometry_now().row_name(0).center().toPoint()
    QApplication.sendEvent(heatmap, QHelpEvent(QHelpEvent.Type.ToolTip, where, heatmap.mapToGlobal(QPoint(where))))
    said = QToolTip.text()
    QToolTip.hideText()
    return said


def test_the_name_of_an_axis_is_no_markup(qtbot):
    canvas = Canvas(LIGHT, "A gene")
    qtbot.addWidget(canvas)
    canvas.label_axes(f"position on {TYPE}", TYPE)
    assert canvas.getAxis("bottom").label.toPlainText().strip() == f"position on {TYPE}"
    assert canvas.getAxis("left").label.toPlainText().strip() == TYPE


@pytest.mark.parametrize("text", ["plain", "two\nlines", "1 < 2 & 3 > 2"])
def test_what_is_no_markup_is_left_as_it_is(text):
    assert literal(text) == text
