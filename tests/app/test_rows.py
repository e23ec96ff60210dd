"""Tables of rows: columns that can be spared give way where names would be cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from anchorscope_desktop.widgets.rows_model import Column, RowsTable

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


def test_the_keys_go_on_from_a_column_that_can_be_seen(table: RowsTable) -> None:
    table.setCurrentIndex(table.model().index(1, 3))
    table.resize(150, 200)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, 0)
