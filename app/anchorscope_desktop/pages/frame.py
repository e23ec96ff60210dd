"""What all pages have in common: primary action, message bar, controls in a column, pictures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QWidget

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import SESSION, Notice
from anchorscope_desktop.state.steps import Step
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row, with_role
from anchorscope_desktop.widgets.icons import Symbol, icon
from anchorscope_desktop.widgets.message_bar import MessageBar
from anchorscope_desktop.widgets.message_room import MessageRoom

EXAMPLE_TIP = "Simulated cells with known types, to try everything at once (Ctrl+Shift+E)"
RUN_TIP = "Compute what is not up to date (Ctrl+R)"
NO_RUN_TIP = "There is nothing to compute: a run is under way, or all is up to date"
_ACTION_HEIGHT = 4 * GRID
COLUMN_WIDTH = 40 * GRID
READING = Notice("The files of the session are being read; what was found in them can be looked at meanwhile.")


class Page(QWidget):
    """Base of all pages.

    Parameters
    ----------
    workspace
        The state.
    step
        The step of the rail that this page is.
    purpose
        Stands below the title while no message does, and in its tooltip.
    topics
        Notices that this page shows, the one of them that matters most, and of those the latest; those of the session
        have a bar of their own on every page, and one click leads from one bar to the other.
    """

    def __init__(self, workspace: Workspace, step: Step, purpose: str, topics: tuple[str, ...]) -> None:
        super().__init__()
        with_role(self, "page")
        self.workspace, self.step, self._topics = workspace, step, topics
        self._standing: Notice | None = None
        """What stood in the bar last while no topic had anything to say."""
        self._looked = False
        self._icons: list[tuple[QPushButton, Symbol, str]] = []
        self.session_messages, self.messages = (MessageBar(workspace.appearance.theme) for _ in range(2))
        self.session_messages.dismissed.connect(lambda: workspace.notices.clear(SESSION))
        self.messages.dismissed.connect(self.dismiss)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(GRID)
        title = label(step.title, "title", wraps=False)
        title.setToolTip(purpose)
        header = row(title)
        header.setStretch(0, 1)
        header.addLayout(self._actions)
        self._room = MessageRoom(purpose, (self.session_messages, self.messages), self)
        self._layout = column(boxed(header), self._room, spacing=GRID, margin=2 * GRID)
        self.setLayout(self._layout)
        self.session_messages.show_notice(workspace.notices.of(SESSION))
        workspace.notices.changed.connect(self._show_notice)
        workspace.file.changed.connect(self.refresh_notice)
        workspace.file.opened.connect(self.begin)
        workspace.choices.shown.connect(self.refresh_notice)
        workspace.navigation.field_wanted.connect(self._focus)
        workspace.appearance.changed.connect(self._recolour)

    def standing_notice(self) -> Notice | None:
        """Return what the bar says while no topic has anything to say."""
        return None

    def begin(self) -> None:
        """Begin at the top, and with the first of what can be switched: another session is in the window."""
        for area in self.findChildren(QScrollArea):
            area.verticalScrollBar().setValue(0)

    def set_body(self, controls: QWidget | None, content: QWidget) -> None:
        """Put controls into the column on the left and give the rest to the pictures."""
        self.controls = _scrolling(controls) if controls is not None else QWidget()
        body = row(self.controls, content, spacing=2 * GRID)
        body.setStretch(1, 1)
        self._layout.addLayout(body, 1)
        self.controls.setVisible(controls is not None)

    def add_action(self, text: str, symbol: Symbol, on_click: Callable[[], object], *, primary: bool = False,
                   tip: str = "") -> QPushButton:
        """Put a button at the top right, where every page has its primary action."""
        made = button(text, on_click, "primary" if primary else "", tip)
        made.setFixedHeight(_ACTION_HEIGHT)
        self._actions.addWidget(made, alignment=Qt.AlignmentFlag.AlignTop)
        self._icons.append((made, symbol, "on_accent" if primary else "text"))
        self._recolour_icons()
        return made

    def add_control(self, control: QWidget) -> None:
        """Put something to set for the whole page beside its buttons."""
        control.setFixedHeight(4 * GRID)
        self._actions.addWidget(control, alignment=Qt.AlignmentFlag.AlignTop)

    def add_run(self, *, primary: bool = True) -> QPushButton:
        """Add the button that runs what is stale."""
        run = self.add_action("Run", Symbol.RUN, self.workspace.runs.start, primary=primary)

        def look() -> None:
            run.setEnabled(self.workspace.runs.possible)
            run.setToolTip(RUN_TIP if self.workspace.runs.possible else self.workspace.session.lacking or NO_RUN_TIP)
            run.setText("Running…" if self.workspace.runs.running else "Run")

        self.workspace.runs.running_changed.connect(look)
        self.workspace.steps.changed.connect(look)
        look()
        return run

    def refresh_notice(self) -> None:
        """Look again at what there is to say."""
        notices = self.workspace.notices
        topic = notices.first(self._topics)
        if topic is not None:
            self.messages.show_notice(notices.of(topic))
            return
        before, told_now = self._standing, notices.now() if self._looked else 0  # what stands from the start is old
        self._looked = True
        self._standing = self.workspace.dismissals.left(self.step.key, self.standing_notice())
        self.messages.show_notice(self._standing)
        if self._standing is not None and (before is None or before.text != self._standing.text):
            self._room.hear(self.messages, told_now)

    def lacking(self, notice: Notice) -> Notice:
        """Return `notice`, which says that files are missing, or that they are being read."""
        return READING if self.workspace.file.reading else notice

    def _show_notice(self, topic: str) -> None:
        notices = self.workspace.notices
        if topic == SESSION:
            self.session_messages.show_notice(notices.of(SESSION))
        elif topic in self._topics:
            self.refresh_notice()
        else:
            return
        if notices.of(topic) is not None:
            bar = self.session_messages if topic == SESSION else self.messages
            self._room.hear(bar, notices.told(topic), passing=notices.passing(topic))

    def _focus(self, page: str, field: str) -> None:
        """Put the keyboard on a field of this page, and bring it into sight."""
        found = [one for one in self.findChildren(QWidget) if one.accessibleName() == field]
        if page == self.step.key and found:
            found[0].setFocus(Qt.FocusReason.OtherFocusReason)
            if isinstance(self.controls, QScrollArea):
                self.controls.ensureWidgetVisible(found[0])

    def dismiss(self) -> None:
        """Do away with what this page says; what is left to say is shown again once it is something else."""
        topic = self.workspace.notices.first(self._topics)
        standing = self.standing_notice() if topic is None else None
        if topic is not None:
            self.workspace.notices.clear(topic)
        elif standing is not None:
            self.workspace.dismissals.note(self.step.key, standing)
            self.refresh_notice()

    def _recolour(self) -> None:
        for bar in (self.session_messages, self.messages):
            bar.set_theme(self.workspace.appearance.theme)
        self._recolour_icons()

    def _recolour_icons(self) -> None:
        theme = self.workspace.appearance.theme
        for made, symbol, color in self._icons:
            made.setIcon(icon(symbol, theme.color(color), theme.color("muted")))


def section(title: str, *widgets: QWidget) -> QWidget:
    """Return controls under a heading."""
    return boxed(column(label(title, "heading"), *widgets))


def stacked(*views: QWidget) -> QStackedWidget:
    """Return views of which one is seen."""
    stack = QStackedWidget()
    for view in views:
        stack.addWidget(view)
    return stack


def scrolled(content: QWidget, least: int) -> QScrollArea:
    """Return pictures that keep a `least` height in pixels; where there is less room, one scrolls to see them all."""
    content.setMinimumHeight(least)
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _scrolling(controls: QWidget) -> QScrollArea:
    area = scrolled(controls, 0)
    area.setFixedWidth(COLUMN_WIDTH)
    area.setViewportMargins(0, 0, GRID // 2, 0)  # between the fields and the bar
    return area
