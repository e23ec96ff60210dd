"""The icons, by what they mean."""

from __future__ import annotations

from enum import Enum

import qtawesome
from PySide6.QtGui import QColor, QIcon

from anchorscope_desktop.state.steps import StepState


class Symbol(Enum):
    """Names of the icons in the Material Design set."""

    EMPTY = "mdi6.circle-outline"
    READY = "mdi6.circle-slice-8"
    RUNNING = "mdi6.progress-clock"
    DONE = "mdi6.check-circle"
    STALE = "mdi6.update"
    INFO = "mdi6.information-outline"
    SUCCESS = "mdi6.check-circle-outline"
    WARNING = "mdi6.alert-outline"
    ERROR = "mdi6.alert-circle-outline"
    CLOSE = "mdi6.close"
    OPEN = "mdi6.folder-open-outline"
    RUN = "mdi6.play"
    SAVE = "mdi6.content-save-outline"
    NEXT = "mdi6.arrow-right"
    ADD = "mdi6.plus"
    REMOVE = "mdi6.minus"
    RESET = "mdi6.restore"
    DROP = "mdi6.tray-arrow-down"
    LASSO = "mdi6.lasso"
    LINES = "mdi6.vector-line"
    COPY = "mdi6.content-copy"
    FIT = "mdi6.fit-to-page-outline"
    EXPAND = "mdi6.chevron-right"
    COLLAPSE = "mdi6.chevron-down"
    UP = "mdi6.chevron-up"
    DOWN = COLLAPSE
    LOG = "mdi6.text-box-outline"


STATE_SYMBOLS = {state: Symbol[state.name] for state in StepState}
STATE_COLOURS = {StepState.EMPTY: "muted", StepState.READY: "text", StepState.RUNNING: "accent",
                 StepState.DONE: "success", StepState.STALE: "warning"}
"""Icon and theme colour of a step or a stage in each state."""


def icon(symbol: Symbol, color: QColor | str, disabled: QColor | str | None = None) -> QIcon:
    """Return an icon in one colour, and in another where its button is disabled."""
    return QIcon(qtawesome.icon(symbol.value, color=QColor(color), color_disabled=QColor(disabled or color)))
