"""Names from files in texts in which Qt would guess markup."""

from __future__ import annotations

from PySide6.QtGui import Qt


def literal(text: str) -> str:
    """Return a text for a tooltip or a message that is shown letter by letter, whatever Qt would take for markup."""
    if not Qt.mightBeRichText(text):
        return text
    return Qt.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpaceNormal)


def on_button(text: str) -> str:
    """Return a text for a button or a menu, in which a single & would underline the next letter."""
    return text.replace("&", "&&")
