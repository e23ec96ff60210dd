"""A form made from the declarations of a parameter group: nothing about a setting is written twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from anchorscope.declared import Declaration, Parameters, joined, names_in
from anchorscope.errors import ParameterError
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import button, column, label, restyle
from anchorscope_desktop.widgets.combo import Combo
from anchorscope_desktop.widgets.number_field import DecimalField, WholeField
from anchorscope_desktop.widgets.type_picker import TypePicker

Field = WholeField | DecimalField | QComboBox | TypePicker
FIELD_WIDTH, FIELD_HEIGHT = 19 * GRID, 30


class ParameterForm(QWidget):
    """Shows one group of settings; everyday ones first, the others on demand.

    Parameters
    ----------
    parameters
        What is shown at first.
    leave_out
        Settings that are asked for elsewhere on the page.
    """

    changed = Signal(object)

    def __init__(self, parameters: Parameters, leave_out: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameters = parameters
        self._fields: dict[str, Field] = {}
        self._titles: dict[str, QLabel] = {}
        self._problem = label("", "problem")
        self._problem.hide()
        listed = [item for item in parameters.declarations() if item[0] not in leave_out]
        everyday = [item for item in listed if item[1].everyday]
        further = [item for item in listed if not item[1].everyday]
        self._further = self._grid(further)
        self._toggle = button("More settings", self._show_further, "link",
                              "Settings that seldom need a change; each says when")
        usual = self._grid(everyday)
        # Shown before it has its place, each would flash up as a window of its own.
        self.setLayout(column(usual, self._toggle, self._further, self._problem))
        self._further.setVisible(not everyday)
        self._toggle.setVisible(bool(everyday and further))
        usual.setVisible(bool(everyday))
        self.show_parameters(parameters)

    @property
    def problem(self) -> str:
        """The sentence about the value being typed, or nothing."""
        return self._problem.text()

    def field(self, name: str) -> Field:
        """Return the field of a setting."""
        return self._fields[name]

    def set_choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """Fill the combo of a setting without fixed choices: pairs of value and text."""
        box = self._fields[name]
        assert isinstance(box, QComboBox)
        box.blockSignals(True)  # noqa: FBT003 - Qt's signature
        box.clear()
        for value, text in choices:
            box.addItem(text, value)
        box.setCurrentIndex(max(box.findData(getattr(self._parameters, name)), 0))
        box.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def offer(self, name: str, names: Sequence[str]) -> None:
        """List what can be ticked for a setting that takes several names."""
        picker = self._fields[name]
        assert isinstance(picker, TypePicker)
        picker.offer(names, names_in(getattr(self._parameters, name)))

    def set_used(self, names: Sequence[str], *, used: bool) -> None:
        """Show settings that matter at present; leave out those that do not."""
        for name in names:
            self._fields[name].setVisible(used)
            self._titles[name].setVisible(used)

    def show_parameters(self, parameters: Parameters) -> None:
        """Show other values, without saying that something changed."""
        self._parameters = parameters
        for name, field in self._fields.items():
            field.blockSignals(True)  # noqa: FBT003 - Qt's signature
            _put(field, getattr(parameters, name))
            field.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self._show_applying()
        self._explain("")

    def _show_applying(self) -> None:
        """Leave out the settings of models that are not chosen."""
        for name, declaration, _ in self._parameters.declarations():
            if declaration.applies and name in self._fields:
                self.set_used([name], used=getattr(self._parameters, "model", "") in declaration.applies)

    def _grid(self, listed: Sequence[tuple[str, Declaration, Any]]) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID)
        for line, (name, declaration, default) in enumerate(listed):
            field = self._make_field(name, declaration, default)
            title = label(declaration.title)
            title.setToolTip(field.toolTip())
            title.setBuddy(field)
            self._titles[name] = title
            grid.addWidget(title, line, 0)
            grid.addWidget(field, line, 1)
        grid.setColumnStretch(0, 1)
        made = QWidget()
        made.setLayout(grid)
        return made

    def _make_field(self, name: str, declaration: Declaration, default: Any) -> Field:
        field = _field(declaration, default)
        field.setFixedSize(FIELD_WIDTH, FIELD_HEIGHT)
        field.setAccessibleName(declaration.title)
        field.setAccessibleDescription(declaration.help)
        field.setToolTip(_tip(declaration, default))
        self._fields[name] = field
        if isinstance(field, TypePicker):
            field.changed.connect(lambda names: self._take(name, joined(names)))
        elif isinstance(field, QComboBox):
            field.currentIndexChanged.connect(lambda _: self._take(name, field.currentData()))
        else:
            field.valueChanged.connect(lambda value: self._take(name, value))
            field.typed.connect(lambda text: self._try(name, text))
            field.editingFinished.connect(lambda: self._settle(name))
        return field

    def _take(self, name: str, value: Any) -> None:
        self._parameters = self._parameters.replaced(**{name: value})
        self._show_applying()
        self._explain("")
        self.changed.emit(self._parameters)

    def _try(self, name: str, text: str) -> None:
        whole = isinstance(self._fields[name], WholeField)
        try:
            self._parameters.replaced(**{name: int(text) if whole else float(text)})
        except ParameterError as error:
            self._explain(str(error), name)
        except ValueError:
            return  # not a number yet
        else:
            self._explain("")

    def _settle(self, name: str) -> None:
        """Say which value counts where what was typed does not; the field shows it again."""
        field = self._fields[name]
        if field.property("problem") and isinstance(field, WholeField | DecimalField):
            self._explain(f"{self._problem.text().rstrip('.')}. {self._titles[name].text()} stays at {field.text()}.")

    def _explain(self, problem: str, name: str = "") -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        for key, field in self._fields.items():
            field.setProperty("problem", bool(problem) and key == name)
            restyle(field)

    def _show_further(self) -> None:
        hidden = self._further.isHidden()
        self._further.setVisible(hidden)
        self._toggle.setText("Fewer settings" if hidden else "More settings")


def _field(declaration: Declaration, default: Any) -> Field:
    if declaration.several:
        return TypePicker()
    return _combo(declaration) if isinstance(default, str) else _number(declaration, default)


def _combo(declaration: Declaration) -> QComboBox:
    box = Combo()
    for choice in declaration.choices:
        box.addItem(choice, choice)
    return box


def _number(declaration: Declaration, default: float) -> WholeField | DecimalField:
    field = WholeField() if isinstance(default, int) else DecimalField()
    if isinstance(field, DecimalField):
        field.setDecimals(4)
        field.setSingleStep(0.1 if default < 100 else 1000.0)
    if declaration.low is not None and declaration.high is not None:
        field.setRange(int(declaration.low) if isinstance(default, int) else declaration.low,  # type: ignore[arg-type]
                       int(declaration.high) if isinstance(default, int) else declaration.high)  # type: ignore[arg-type]
    field.setSuffix(f" {declaration.unit}" if declaration.unit else "")
    return field


def _put(field: Field, value: Any) -> None:
    if isinstance(field, TypePicker):
        field.show_ticked(names_in(value))
    elif isinstance(field, QComboBox):
        field.setCurrentIndex(max(field.findData(value), 0))
    else:
        field.setValue(value)


def _tip(declaration: Declaration, default: Any) -> str:
    allowed = "" if isinstance(default, str) else f"<br><br>Allowed: {declaration.range_text}. Default: {default:,g}."
    return f"<p>{declaration.help}{allowed}</p>"
