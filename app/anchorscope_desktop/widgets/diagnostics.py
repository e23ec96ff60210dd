"""What a report of a problem needs, as text that can be pasted."""

from __future__ import annotations

import json
import platform

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from anchorscope.machine import peak_memory_mib, version_of
from anchorscope.results import Query, Reference
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.about import LICENCES

_LOG_LINES = 200


def diagnostics(workspace: Workspace, log: str) -> str:
    """Return versions, system, sizes, states, settings and the end of the log; no barcodes and no folders."""
    session = workspace.session
    states = ", ".join(f"{name} {status.value}" for name, status in session.statuses().items())
    lines = [
        f"Anchorscope {version_of('anchorscope')}, Python {platform.python_version()}, Qt {qVersion()}",
        f"System: {platform.platform()}, {platform.machine()}; most memory used {peak_memory_mib():,.0f} MiB",
        f"Screen: {_screen()}; appearance {workspace.appearance.scheme.value}",
        "Libraries: " + ", ".join(f"{name} {version_of(name)}" for name in LICENCES if version_of(name) != "unknown"),
        f"Reference: {_side(session.reference)}", f"Query: {_side(session.query)}",
        f"Stages: {states}; runs: {len(session.findings)}",
        f"Settings: {json.dumps(session.recipe.as_dict(), ensure_ascii=False)}",
        "Log:", *log.splitlines()[-_LOG_LINES:]]
    return "\n".join(lines)


def _side(side: Reference | Query | None) -> str:
    if side is None:
        return "none"
    found = side.recognised
    return (f"{found.format}, {found.kind}, {found.n_cells:,} cells, {found.n_features:,} features, {found.values}, "
            f"assembly {found.assembly or 'none'}, species {found.species or 'not recognised'}")


def _screen() -> str:
    screen = QGuiApplication.primaryScreen()
    size = screen.size()
    return f"{size.width()} x {size.height()} at {screen.devicePixelRatio():g} ({QGuiApplication.platformName()})"
