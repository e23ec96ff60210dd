"""The look of standard widgets, made from the theme."""

from __future__ import annotations

from anchorscope_desktop.plotting.theme import BODY, SMALL, TITLE, Theme


def stylesheet(theme: Theme) -> str:
    """Return the application's style sheet for `theme`."""
    return "\n".join((_text(theme), _buttons(theme), _fields(theme), _tables(theme), _frames(theme)))


def _text(t: Theme) -> str:
    return f"""
    QWidget {{ font-size: {BODY}px; color: {t.text}; }}
    QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border}; padding: 4px; }}
    QLabel[role="title"] {{ font-size: {TITLE}px; font-weight: 600; }}
    QLabel[role="heading"] {{ font-weight: 600; }}
    QLabel[role="muted"], ElidedLabel[role="muted"] {{ font-size: {SMALL}px; color: {t.muted}; }}
    QLabel[role="stale"] {{ font-weight: 600; color: {t.warning}; }}
    QLabel[role="problem"] {{ font-size: {SMALL}px; color: {t.error}; }}
    """


def _buttons(t: Theme) -> str:
    return f"""
    QPushButton {{ background: {t.raised}; border: 1px solid {t.border}; border-radius: 4px; padding: 5px 12px; }}
    QPushButton:hover {{ border-color: {t.muted}; }}
    QPushButton:focus, QToolButton:focus {{ border: 1px solid {t.accent}; }}
    QPushButton:disabled {{ color: {t.muted}; background: {t.window}; }}
    QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent};
        font-weight: 600; padding: 6px 18px; }}
    QPushButton[role="primary"]:hover {{ background: {t.accent_hover}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {t.text}; padding: 5px 17px; }}
    QPushButton[role="primary"]:disabled {{ background: {t.raised}; color: {t.muted}; border-color: {t.border}; }}
    QPushButton[role="link"] {{ background: transparent; border: 1px solid transparent; color: {t.accent};
        padding: 4px 0; text-align: left; }}
    QPushButton[role="link"]:hover {{ text-decoration: underline; }}
    QPushButton[role="link"]:focus {{ border: 1px solid {t.accent}; }}
    QPushButton[role="field"] {{ background: {t.surface}; padding: 4px 8px; text-align: left; }}
    QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 3px; }}
    QToolButton:hover {{ background: {t.raised}; }}
    QPushButton[role="segment"] {{ padding: 3px 5px; border-radius: 0; }}
    QPushButton[role="segment"]:focus {{ border: 2px solid {t.accent}; padding: 2px 4px; }}
    QPushButton[role="segment"]:checked {{ background: {t.accent_soft}; border-color: {t.accent}; color: {t.text}; }}
    QPushButton[role="segment"]:checked:focus {{ border: 2px solid {t.accent}; }}
    QPushButton[role="segment"]:checked:disabled {{ background: {t.raised}; border-color: {t.border};
        color: {t.muted}; }}
    """


def _fields(t: Theme) -> str:
    return f"""
    QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ background: {t.surface}; border: 1px solid {t.border};
        border-radius: 4px; padding: 4px 6px; min-height: 18px; selection-background-color: {t.accent};
        selection-color: {t.on_accent}; }}
    QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {{ border: 1px solid {t.accent}; }}
    QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0 2px; min-height: 0;
        background: transparent; }}
    QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button
        {{ width: 0; height: 0; border: none; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {t.muted}; border-radius: 3px;
        background: {t.surface}; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; }}
    QCheckBox::indicator:focus {{ border: 2px solid {t.accent}; width: 12px; height: 12px; }}
    QSpinBox[problem="true"], QDoubleSpinBox[problem="true"] {{ border: 1px solid {t.error}; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox {{ combobox-popup: 0; }}
    QComboBox QAbstractItemView {{ background: {t.surface}; border: 1px solid {t.border};
        selection-background-color: {t.accent_soft}; selection-color: {t.text}; }}
    """


def _tables(t: Theme) -> str:
    return f"""
    QTableView, QPlainTextEdit {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 4px;
        gridline-color: {t.raised}; selection-background-color: {t.accent_soft}; selection-color: {t.text};
        alternate-background-color: {t.window}; }}
    QTableView:focus {{ border: 1px solid {t.accent}; }}
    QHeaderView {{ background: {t.surface}; }}
    QHeaderView::section {{ background: {t.surface}; color: {t.muted}; border: none;
        border-bottom: 1px solid {t.border}; padding: 4px 3px; font-size: {SMALL}px; }}
    QTableView::corner {{ background: transparent; border: none; }}
    QTableCornerButton::section {{ background: {t.surface}; border: none; }}
    """


def _frames(t: Theme) -> str:
    return f"""
    QWidget[role="ticks"] {{ background: {t.surface}; border: 1px solid {t.border}; }}
    QMainWindow, QWidget[role="page"] {{ background: {t.window}; }}
    QWidget[role="card"] {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 6px; }}
    Canvas {{ border: 1px solid transparent; }}
    Canvas:focus {{ border: 1px solid {t.accent}; }}
    QWidget[role="paper"] {{ background: {t.surface}; }}
    QWidget[role="rail"] {{ background: {t.raised}; border-right: 1px solid {t.border}; }}
    QWidget[role="jobbar"] {{ background: {t.raised}; border-top: 1px solid {t.border}; }}
    QWidget[role="drop"] {{ border: 2px dashed {t.border}; border-radius: 8px; background: {t.surface}; }}
    QWidget[role="drop"][over="true"] {{ border-color: {t.accent}; background: {t.accent_soft}; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QSplitter::handle {{ background: transparent; }}
    QSplitter::handle:hover {{ background: {t.border}; border-radius: 4px; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; border: none; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; border: none; }}
    QScrollBar::handle {{ background: {t.border}; border-radius: 4px; margin: 1px; }}
    QScrollBar::handle:vertical {{ min-height: 24px; }}
    QScrollBar::handle:horizontal {{ min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 4px; height: 8px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QSlider {{ min-height: 20px; }}
    QSlider::groove:horizontal {{ background: {t.border}; height: 4px; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
    QSlider::handle:horizontal {{ background: {t.surface}; border: 2px solid {t.accent}; border-radius: 8px;
        width: 12px; margin: -6px 0; }}
    QSlider::handle:horizontal:disabled {{ border-color: {t.border}; }}
    QSlider::handle:horizontal:focus {{ background: {t.accent}; }}
    QMenuBar {{ background: {t.window}; }}
    QMenuBar::item:selected, QMenu::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
    QMenu {{ background: {t.surface}; border: 1px solid {t.border}; }}
    QMenu::item:disabled {{ color: {t.muted}; }}
    """
