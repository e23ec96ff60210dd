"""Forms say what the declarations say, and refuse what they refuse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate

from anchorscope.parameters import AnchorParameters, GeneActivityParameters, LsiParameters, Recipe
from anchorscope_desktop.widgets.combo import TypedCombo
from anchorscope_desktop.widgets.form import ParameterForm
from anchorscope_desktop.widgets.number_field import DecimalField, WholeField
from anchorscope_desktop.widgets.type_picker import TypePicker

GROUPS = Recipe().groups()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_every_setting_has_a_field_made_from_its_declaration(qtbot, group):
    form = ParameterForm(group)
    qtbot.addWidget(form)
    for name, declaration, default in group.declarations():
        field = form.field(name)
        assert field.accessibleName() == declaration.title
        assert declaration.help in field.toolTip()
        if declaration.several:
            assert isinstance(field, TypePicker)
            assert field.ticked == ()
        elif isinstance(default, str):
            assert isinstance(field, QComboBox)
            assert tuple(field.itemData(i) for i in range(field.count())) == declaration.choices
        else:
            assert isinstance(field, WholeField if isinstance(default, int) else DecimalField)
            assert (field.minimum(), field.maximum()) == (declaration.low, declaration.high)
            assert field.value() == pytest.approx(default)
            assert field.suffix().strip() == declaration.unit


@pytest.mark.parametrize("kind", [WholeField, DecimalField])
def test_thousands_stand_apart_and_are_read_again(qtbot, kind):
    field = kind()
    qtbot.addWidget(field)
    field.setRange(0, 10_000_000)
    field.setSuffix(" counts")
    field.setValue(1_234_500)
    assert field.text() == "1,234,500 counts"
    assert field.valueFromText(field.text()) == 1_234_500
    field.selectAll()
    qtbot.keyClicks(field, "20,000")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (field.value(), field.text()) == (20_000, "20,000 counts")


def test_a_decimal_has_no_zeros_that_say_nothing(qtbot):
    field = DecimalField()
    qtbot.addWidget(field)
    field.setDecimals(4)
    field.setRange(0, 10_000)
    for value, text in ((0.5, "0.5"), (1000.25, "1,000.25"), (100, "100"), (0, "0")):
        field.setValue(value)
        assert field.text() == text
        assert field.valueFromText(text) == value


def test_a_list_of_choices_opens_below_its_field_in_one_frame(qtbot, window):
    window.go_to("transfer")
    box = window.transfer_page.anchor_form.field("reduction")
    box.showPopup()
    around = box.view().parentWidget()
    assert around.isVisible()
    assert around.frameWidth() == 0
    assert around.geometry().top() >= box.mapToGlobal(box.rect().bottomLeft()).y()
    assert around.height() - box.view().height() == 0
    box.hidePopup()


def test_a_good_value_is_announced_once_and_taken(qtbot):
    form = ParameterForm(AnchorParameters())
    qtbot.addWidget(form)
    with qtbot.waitSignal(form.changed) as heard:
        form.field("k_anchor").setValue(7)
    assert heard.args == [AnchorParameters(k_anchor=7)]


def test_a_bad_value_is_explained_while_typed_and_never_taken(qtbot):
    form = ParameterForm(AnchorParameters())
    qtbot.addWidget(form)
    form.show()
    taken = []
    form.changed.connect(taken.append)
    field = form.field("k_anchor")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "5000")
    assert form.problem.startswith("The setting “k.anchor” must be a whole number between 1 and 100 cells: found 5000")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert taken == []
    assert field.value() == 5
    assert form.problem.endswith("for example 5. k.anchor stays at 5 cells.")
    assert not field.property("problem")
    field.selectAll()
    qtbot.keyClicks(field, "12")
    assert form.problem == ""
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert taken == [AnchorParameters(k_anchor=12)]


def test_showing_values_announces_nothing(qtbot):
    form = ParameterForm(LsiParameters())
    qtbot.addWidget(form)
    with qtbot.assertNotEmitted(form.changed):
        form.show_parameters(LsiParameters(n_components=20))
    assert form.field("n_components").value() == 20


def shown(form):
    return {name for name, _, _ in GeneActivityParameters().declarations() if not form.field(name).isHidden()}


def test_only_settings_of_the_chosen_model_are_shown(qtbot):
    form = ParameterForm(GeneActivityParameters())
    qtbot.addWidget(form)
    always = {"assembly", "model", "scale_factor"}
    assert shown(form) == always | {"upstream", "downstream"}
    model = form.field("model")
    model.setCurrentIndex(model.findData("maestro"))
    assert shown(form) == always | {"maestro_half_decay"}
    form.show_parameters(GeneActivityParameters(model="co-accessibility"))
    assert shown(form) == always | {"links_cutoff", "links_cells", "links_window", "links_promoter"}


def test_the_wheel_changes_no_setting(qtbot, window):
    for form in (window.transfer_page.anchor_form, window.query_page.lsi_form):
        for field in form.findChildren(WholeField):
            assert field.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_a_list_of_thousands_is_not_measured_entry_by_entry(qtbot):
    class Counting(QStyledItemDelegate):
        asked = 0

        def sizeHint(self, option, index):  # noqa: N802 - Qt's name
            Counting.asked += 1
            return super().sizeHint(option, index)

    box = TypedCombo()
    qtbot.addWidget(box)
    box.addItems([f"gene {number}" for number in range(3000)])
    box.view().setItemDelegate(Counting(box))
    box.show()
    larger = box.font()
    larger.setPointSize(larger.pointSize() + 3)
    box.setFont(larger)
    assert Counting.asked < 100
