"""Every timer that runs: those of `QTimer`, and those that an object of Python started by itself."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

_start, _kill = QObject.startTimer, QObject.killTimer
_started: dict[int, tuple[str, weakref.ref[QObject]]] = {}
"""By the number of the timer: what started it."""


def watch() -> None:
    """Take note of what objects start and end from now on; Qt itself does not tell."""
    QObject.startTimer, QObject.killTimer = _starting, _killing


def running() -> list[str]:
    """Return what has a timer that runs."""
    own = [name for name, ref in _started.values() if (one := ref()) is not None and isValid(one)]
    return own + [repr(one) for one in gc.get_objects() if isinstance(one, QTimer) and isValid(one) and one.isActive()]


def _starting(self: QObject, *arguments: Any, **named: Any) -> int:
    timer = _start(self, *arguments, **named)
    _started[timer] = type(self).__name__, weakref.ref(self)
    return timer


def _killing(self: QObject, timer: int) -> None:
    _started.pop(timer, None)
    _kill(self, timer)
