"""The neutral greys and the one accent of the light and of the dark window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette

SMALL, BODY, TITLE = 12, 13, 20
"""The three text sizes, in pixels."""

GRID = 8
"""The grid on which everything is spaced, in pixels."""


@dataclass(frozen=True)
class Theme:
    """Colours as hexadecimal text; every text colour keeps at least 4.5:1 on window, surface and raised."""

    name: str
    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_hover: str
    accent_soft: str
    error: str
    warning: str
    success: str
    unassigned: str
    eighth: str
    """The eighth Okabe-Ito colour: black on light, white on dark."""
    own: tuple[tuple[str, str], ...] = ()
    """Colours that the user gave to types."""

    def color(self, name: str) -> QColor:
        """Return one of the colours by its name."""
        return QColor(getattr(self, name))


LIGHT = Theme(
    name="light", window="#F4F5F6", surface="#FFFFFF", raised="#E9EBEE", border="#CDD2D8", text="#1C2024",
    muted="#555E68", accent="#3457C8", on_accent="#FFFFFF", accent_hover="#2946A8", accent_soft="#E1E7FA",
    error="#A8201A", warning="#7A4B00", success="#1E6B3A", unassigned="#9AA0A6", eighth="#000000",
)

DARK = Theme(
    name="dark", window="#1B1D20", surface="#232629", raised="#2E3236", border="#43484E", text="#E7E9EC",
    muted="#A9B0B8", accent="#93A9FF", on_accent="#14182B", accent_hover="#B0C0FF", accent_soft="#2C3556",
    error="#FFB0A8", warning="#F2C879", success="#8FD6A6", unassigned="#9AA0A6", eighth="#FFFFFF",
)


def palette_of(theme: Theme) -> QPalette:
    """Return the palette that gives standard widgets the theme's colours."""
    palette = QPalette()
    role = QPalette.ColorRole
    for target, name in (
        (role.Window, "window"), (role.WindowText, "text"), (role.Base, "surface"), (role.AlternateBase, "raised"),
        (role.Text, "text"), (role.Button, "raised"), (role.ButtonText, "text"), (role.ToolTipBase, "surface"),
        (role.ToolTipText, "text"), (role.Highlight, "accent"), (role.HighlightedText, "on_accent"),
        (role.PlaceholderText, "muted"), (role.Link, "accent"), (role.Mid, "border"), (role.Accent, "accent"),
    ):
        palette.setColor(target, theme.color(name))
    return palette
