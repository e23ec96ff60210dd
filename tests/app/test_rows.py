"""Tables of rows: columns that can be spared give way where names would be cut."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView
from pytestqt.qtbot import QtBot

from anchorscope.parameters import BLOOD_PANEL
from anchorscope_desktop.plotting.theme import LIGHT
from anchorscope_desktop.widgets.cluster_table import ClusterLine, ClusterTable
from anchorscope_desktop.widgets.facts import Facts
from anchorscope_desktop.widgets.panel_table import PanelTable
from anchorscope_desktop.widgets.rows_model import Column, RowsTable
from anchorscope_desktop.widgets.sort_header import ARROW
from anchorscope_desktop.widgets.stylesheet import stylesheet

NO_KEYS = Qt.KeyboardModifier.NoModifier
COLUMNS = (Column("Type"), Column("Recall"), Column("True", spared=True), Column("F1", spared=True))
ROWS = [("non-classical monocytes", 0.93, 42, 0.97), ("naive CD8 T cells", 0.91, 56, 0.94)]


@pytest.fixture
def table(qtbot: QtBot) -> RowsTable:
    made = RowsTable("Types")
    qtbot.addWidget(made)
    made.resize(600, 200)
    made.show()
    made.show_rows(COLUMNS, ROWS)
    return made


def hidden(table: RowsTable) -> list[int]:
    return [place for place in range(len(COLUMNS)) if table.isColumnHidden(place)]


def test_columns_go_one_after_the_other_and_come_back(table: RowsTable) -> None:
    wanted = sum(table._wanted(place) for place in range(len(COLUMNS)))
    found = []
    for width in (wanted + 20, wanted - 5, 150, wanted + 20):
        table.resize(width, 200)
        found.append(hidden(table))
    assert found == [[], [3], [2, 3], []]


def test_the_column_that_sorts_stays(table: RowsTable) -> None:
    table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    table.resize(150, 200)
    assert hidden(table) == [2]


def test_marked_lines_are_copied_as_they_are_sorted_and_without_a_mark_all(qtbot: QtBot, table: RowsTable) -> None:
    table.show_rows(COLUMNS, [("B cells", 0.123456, 1042, math.nan), *ROWS])
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    head, last = "Type\tRecall\tTrue\tF1\n", "B cells\t0.123456\t1042\t\n"
    first, second = "non-classical monocytes\t0.93\t42\t0.97\n", "naive CD8 T cells\t0.91\t56\t0.94\n"
    for marked, lines in (([], [first, second, last]), ([0], [last]), ([0, 1], [first, last])):
        table.mark_all(marked)
        qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text() == head + "".join(lines)


def test_the_keys_go_on_from_a_column_that_can_be_seen(table: RowsTable) -> None:
    table.setCurrentIndex(table.model().index(1, 3))
    table.resize(150, 200)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, 0)


def test_texts_that_yield_are_cut_before_names(qtbot: QtBot) -> None:
    made = RowsTable("Cells")
    qtbot.addWidget(made)
    made.show()
    columns = (Column("Barcode", yields=2), Column("Label"), Column("Score", "{:.2f}"), Column("Truth", yields=1))
    rows = [("AAACGAAAGAAACGCC-1", "non-classical monocytes", 0.93, "non-classical monocytes")]
    made.resize(900, 200)
    made.show_rows(columns, rows, stretch=-1)
    wanted = [made._wanted(place) for place in range(4)]

    def widths(less: int) -> list[int]:
        made.resize(sum(wanted) - less + made.width() - made.viewport().width(), 200)
        return [made.columnWidth(place) - wanted[place] for place in range(4)]

    assert widths(30) == [-30, 0, 0, 0]
    barcode = wanted[0] - 72
    assert widths(barcode + 20) == [-barcode, 0, 0, -20]
    assert made.model().index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == "non-classical monocytes"


def test_a_text_that_is_whole_is_never_cut_and_the_rest_is_reached_by_scrolling(qtbot: QtBot) -> None:
    made = RowsTable("Cells")
    qtbot.addWidget(made)
    made.resize(250, 200)
    made.show()
    made.show_rows((Column("Barcode", whole=True), Column("Label"), Column("Truth", yields=1)),
                   [("AAACGAAAGAAACGCC-1", "non-classical monocytes", "non-classical monocytes")], stretch=-1)
    assert [made.columnWidth(place) for place in range(3)] == [made._wanted(0), 72, 72]
    qtbot.waitUntil(lambda: made.horizontalScrollBar().maximum() > 0)


def test_texts_that_begin_alike_are_cut_in_the_middle(qtbot: QtBot) -> None:
    made = RowsTable("Cells")
    qtbot.addWidget(made)
    made.resize(250, 200)
    made.show()
    made.show_rows((Column("Barcode", yields=2, middle=True), Column("Label")),
                   [("AAACGAAAGAAACGCC-1", "non-classical monocytes")], stretch=-1)
    modes = []
    for place in range(2):
        option = QStyleOptionViewItem()
        option.textElideMode = Qt.TextElideMode.ElideRight
        made.itemDelegate().initStyleOption(option, made.model().index(0, place))
        modes.append(option.textElideMode)
    assert modes == [Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight]
    assert made.columnWidth(0) < made._wanted(0)
    assert made.columnWidth(1) >= made._wanted(1)


def test_other_texts_in_the_same_lines_get_fitting_columns(table: RowsTable) -> None:
    columns = (Column("Barcode"), Column("Label"))
    table.show_rows(columns, [("AAAC-1", "NK")], stretch=-1)
    before = table.columnWidth(1)
    table.show_rows(columns, [("AAAC-1", "intermediate monocytes")], stretch=-1)
    assert table.columnWidth(1) >= table._wanted(1) > before


def many(table: RowsTable) -> None:
    table.show_rows(COLUMNS, [(f"type {place}", place / 50, place, 0.5) for place in range(50)])


def test_sorting_shows_the_first_lines(table: RowsTable) -> None:
    many(table)
    table.scrollToBottom()
    assert table.verticalScrollBar().value() > 0
    header = table.horizontalHeader()
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, NO_KEYS,
                     QPoint(header.sectionViewportPosition(1) + 5, header.height() // 2))
    assert header.sortIndicatorSection() == 1
    assert table.verticalScrollBar().value() == 0


def inked(table: RowsTable, *, upper: bool) -> list[int]:
    """Return how many pixels of each line of the heading, above the title or over its whole height, are not ground."""
    header = table.horizontalHeader()
    seen = header.viewport().grab().toImage()
    left, width = header.sectionViewportPosition(1), header.sectionSize(1)
    ground = seen.pixelColor(left + 1, 1)
    lines = range(1, ARROW[1] + 3) if upper else range(ARROW[1] + 3, seen.height() - 2)
    return [sum(seen.pixelColor(x, y) != ground for x in range(left, left + width)) for y in lines]


def test_the_arrow_stands_above_the_title_and_points_down_for_the_largest_on_top(table: RowsTable) -> None:
    table.setStyleSheet(stylesheet(LIGHT))
    title = inked(table, upper=False)
    assert not any(inked(table, upper=True))
    for order, wider_below in ((Qt.SortOrder.AscendingOrder, True), (Qt.SortOrder.DescendingOrder, False)):
        table.sortByColumn(1, order)
        assert inked(table, upper=False) == title  # nothing is drawn over it
        arrow = [n for n in inked(table, upper=True) if n]
        assert (arrow[-1] > arrow[0]) == wider_below


def cluster_table() -> ClusterTable:
    made = ClusterTable()
    made.show_lines([ClusterLine("NK", "NK", 12, 0.4, "T")])
    return made


@pytest.mark.parametrize("make", [cluster_table, lambda: PanelTable(BLOOD_PANEL)], ids=["clusters", "panel"])
def test_titles_stay_as_they_are_where_a_line_is_marked(qtbot: QtBot, make: Callable[[], QTableView]) -> None:
    made = make()
    qtbot.addWidget(made)
    made.setStyleSheet(stylesheet(LIGHT))
    made.resize(500, 200)
    made.show()
    before = made.horizontalHeader().grab().toImage()
    made.selectAll()
    assert made.horizontalHeader().grab().toImage() == before


@pytest.mark.parametrize(("value", "side"), [("text", Qt.AlignmentFlag.AlignLeft), (3, Qt.AlignmentFlag.AlignRight),
                                             (0.5, Qt.AlignmentFlag.AlignRight), (None, Qt.AlignmentFlag.AlignRight),
                                             (float("nan"), Qt.AlignmentFlag.AlignRight)])
def test_numbers_and_their_title_stand_to_the_right(table: RowsTable, value: object, side: Qt.AlignmentFlag) -> None:
    table.show_rows((Column("Name"), Column("Value")), [("a", value)])
    model = table.rows_model
    for found in (model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole),
                  model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)):
        assert found & Qt.AlignmentFlag.AlignHorizontal_Mask == side


def test_facts_that_are_numbers_end_at_the_right(qtbot: QtBot) -> None:
    found = []
    for numbers in (True, False):
        facts = Facts(numbers=numbers)
        qtbot.addWidget(facts)
        facts.show_facts([("Anchors", "1,234")])
        facts.resize(300, 40)
        facts.show()
        picture = facts.grab().toImage()
        ground = picture.pixelColor(0, 0)
        found.append(any(picture.pixelColor(x, y) != ground for x in range(picture.width() - 12, picture.width())
                         for y in range(picture.height())))
    assert found == [True, False]


def test_other_numbers_in_the_same_lines_are_shown_sorted_and_keep_the_mark(table: RowsTable) -> None:
    model, resets = table.model(), []
    table.rows_model.modelReset.connect(lambda: resets.append(True))
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    table.mark(0)
    table.show_rows(COLUMNS, [(ROWS[0][0], 0.11, 42, 0.97), ROWS[1]])
    assert not resets
    assert [model.index(line, 1).data() for line in range(2)] == ["0.11", "0.91"]
    assert [table.row_at(index) for index in table.selectionModel().selectedRows()] == [0]
    table.show_rows(COLUMNS, ROWS[1:])
    assert resets
    assert model.rowCount() == 1


def test_the_colour_of_a_type_is_the_same_in_a_line_that_is_marked(table: RowsTable) -> None:
    orange = QColor("#d55e00")
    table.show_rows(COLUMNS, ROWS, {str(row[0]): orange for row in ROWS})
    table.mark(0)
    seen = table.viewport().grab().toImage()
    for row in range(2):
        middle = table.visualRect(table.model().index(row, 0)).center().y()
        colours = {seen.pixelColor(x, middle).name() for x in range(20)}
        assert orange.name() in colours, row


def test_what_stays_is_hidden_last_and_a_mark_says_what_is_hidden(table: RowsTable) -> None:
    columns = (Column("Type"), Column("RNA", spared=True), Column("ATAC"), Column("Unlike", spared=True, stays=1))
    table.show_rows(columns, [("non-classical monocytes", 42, 51, 3)])
    assert table.more.isHidden()
    wanted = sum(table._wanted(place) for place in range(4))
    table.resize(wanted + 10, 200)
    assert hidden(table) == []
    table.resize(wanted - 5, 200)
    assert hidden(table) == [1]
    assert table.more.isVisible()
    assert (table.more.text(), "RNA" in table.more.toolTip(), "Unlike" in table.more.toolTip()) == ("+1", True, False)
    header = table.horizontalHeader()
    assert header.length() <= table.more.x()  # on no title
    table.resize(150, 200)
    assert hidden(table) == [1, 3]
    assert table.more.text() == "+2"
    table.resize(600, 200)
    assert table.more.isHidden()


def test_texts_that_yield_are_cut_before_a_column_is_hidden(qtbot: QtBot) -> None:
    made = RowsTable("Cells")
    qtbot.addWidget(made)
    made.show()
    columns = (Column("Barcode", yields=2), Column("Label", yields=1), Column("Runner-up", spared=True, yields=1))
    made.resize(900, 200)
    made.show_rows(columns, [("AAACGAAAGAAACGCC-1", "non-classical monocytes", "intermediate monocytes")], stretch=-1)
    made.resize(260, 200)
    assert not made.isColumnHidden(2)
    assert made.columnWidth(0) == min(made.columnWidth(place) for place in range(3))
    made.resize(180, 200)
    assert made.isColumnHidden(2)


@pytest.mark.parametrize("largest_first", [True, False])
def test_the_first_click_sorts_what_needs_a_look_to_the_top(table: RowsTable, *, largest_first: bool) -> None:
    table.show_rows((Column("Type"), Column("Doubtful", largest_first=largest_first)),
                    [("B", 0.1), ("NK", 0.4), ("T", 0.2)])
    header = table.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(1) + 5, header.height() // 2)
    expected = ["NK", "T", "B"] if largest_first else ["B", "T", "NK"]
    for order in (expected, expected[::-1]):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, NO_KEYS, where)
        assert [table.model().index(line, 0).data() for line in range(3)] == order
