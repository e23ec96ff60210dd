"""Spin boxes that let a wrong number be typed, so that it can be explained rather than swallowed."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget


def _prepare(box: QAbstractSpinBox) -> None:
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setKeyboardTracking(False)
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setGroupSeparatorShown(True)


def _plain(box: QSpinBox | QDoubleSpinBox, text: str) -> str:
    bare = text.removesuffix(box.suffix()).strip()
    return bare.replace(box.locale().groupSeparator(), "").replace(box.locale().decimalPoint(), ".")


def _readable(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in ("", "-", ".")
    return True


def _softened(verdict: object, plain: str) -> tuple[QValidator.State, str, int]:
    state, text, position = cast("tuple[QValidator.State, str, int]", verdict)
    if state is QValidator.State.Invalid and _readable(plain):
        state = QValidator.State.Intermediate
    return state, text, position


class WholeField(QSpinBox):
    """A whole number; `typed` tells the text while it is being written."""

    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _prepare(self)
        self.lineEdit().textEdited.connect(lambda text: self.typed.emit(_plain(self, text)))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let numbers outside the range be typed; they are not taken."""
        return _softened(super().validate(text, position), _plain(self, text))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Let the page scroll: a setting must not change on the way past it."""
        event.ignore()


class DecimalField(QDoubleSpinBox):
    """A number; `typed` tells the text while it is being written."""

    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _prepare(self)
        self.lineEdit().textEdited.connect(lambda text: self.typed.emit(_plain(self, text)))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let numbers outside the range be typed; they are not taken."""
        return _softened(super().validate(text, position), _plain(self, text))

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """Write thousands apart, and no zeros that say nothing."""
        whole, _, rest = f"{value:,.4f}".partition(".")
        rest, locale = rest.rstrip("0"), self.locale()
        return whole.replace(",", locale.groupSeparator()) + (f"{locale.decimalPoint()}{rest}" if rest else "")

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Let the page scroll: a setting must not change on the way past it."""
        event.ignore()
