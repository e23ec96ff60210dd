"""Two vocabularies made one for grading: which names each side uses, and what each is graded as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from anchorscope.errors import InputError, OutputError
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import RUN, Notice, Weight
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, button, column, label
from anchorscope_desktop.widgets.choosers import MAPPING_FILES
from anchorscope_desktop.widgets.mapping_table import MappingTable, problem_of

if TYPE_CHECKING:
    from anchorscope.evaluation.vocabulary import NameUse

SAVED = Notice("The table of names was saved to {path}.", Weight.SUCCESS)
ALL_SHARED = "Both sides use the same {n} names. Give some of them one name below to grade them as one."
ALL_PAIRED = "Each of the {n} names has a partner on the other side; {mapped} graded under another name."
TYPE_BESIDE = "Type beside each the name of the other side that means the same."
SOME = "{n} of {total} names have no partner on the other side, so that their cells count as wrong. " + TYPE_BESIDE
NONE = "None of the {total} names has a partner on the other side; Run is refused until one has. " + TYPE_BESIDE
IDLE = "The last {n} lines are of names that neither side uses; they change no grade."
ONE_IDLE = "The last line is of a name that neither side uses; it changes no grade."
_MOST = 3


class MappingEditor(ViewFrame):
    """Keeps the recipe's mapping and the table in step."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table, self._words = MappingTable(), label("", "muted")
        self.load_button = button("Load…", self.load, tip="Read a CSV with the columns from and to")
        self.save_button = button("Save…", self.save, tip="Write the table as CSV, for other runs and for the recipe")
        self.reset_button = button("Reset", self.reset, tip="Grade every name as it is")
        content = column(self._words, self.table)
        content.setStretch(1, 1)
        super().__init__("Names that mean the same", boxed(content), self.load_button, self.save_button,
                         self.reset_button)
        self.setMinimumHeight(22 * GRID)
        self._connect()
        self._show_names()

    def load(self) -> None:
        """Read a mapping from a CSV file."""
        from anchorscope import io

        path = self._workspace.chooser.open_file("Load a table of names", MAPPING_FILES)
        if path is not None:
            try:
                self._take(io.read_mapping(path))
            except InputError as error:
                self._workspace.notices.error(RUN, str(error))

    def save(self) -> None:
        """Write the mapping to a CSV file."""
        from anchorscope import io

        path = self._workspace.chooser.save_file("Save the table of names", "names.csv", MAPPING_FILES)
        if path is None:
            return
        try:
            io.write_mapping(path, self._workspace.session.recipe.mapping)
        except OutputError as error:
            self._workspace.notices.error(RUN, str(error))
        else:
            self._workspace.notices.post(RUN, SAVED.filled(path=path))

    def reset(self) -> None:
        """Make no names equal."""
        self._take(())

    @property
    def words(self) -> str:
        """What is said above the table."""
        return self._words.text()

    def _connect(self) -> None:
        work = self._workspace
        work.matching.changed.connect(self._show_names)
        work.appearance.changed.connect(self._show_names)
        self.table.target_changed.connect(work.matching.change)

    def _take(self, mapping: tuple[tuple[str, str], ...]) -> None:
        self._workspace.session.set_recipe(replace(self._workspace.session.recipe, mapping=mapping))

    def _show_names(self) -> None:
        from anchorscope.evaluation.vocabulary import without_partner

        matching = self._workspace.matching
        if matching.obstacle:
            self.show_empty(matching.obstacle)
            return
        self.show_content()
        uses = matching.uses
        lone = without_partner(uses)
        self._words.setText(said_of(uses, lone))
        for made in (self.save_button, self.reset_button):
            made.setEnabled(bool(self._workspace.session.recipe.mapping))
        theme = self._workspace.appearance.theme
        self.table.show_uses(uses, lone, theme.color("muted"), theme.color("error"))


def said_of(uses: Sequence[NameUse], lone: Sequence[NameUse]) -> str:
    """Return how many names have no partner and what that means, which targets are no names, which lines are idle."""
    present = [use for use in uses if use.present]
    mapped = sum(bool(use.target) for use in present)
    if lone:
        said = [(NONE if len(lone) == len(present) else SOME).format(n=len(lone), total=len(present))]
    elif mapped:
        said = [ALL_PAIRED.format(n=len(present), mapped="1 is" if mapped == 1 else f"{mapped} are")]
    else:
        said = [ALL_SHARED.format(n=len(present))]
    said += list(dict.fromkeys(problem_of(use) for use in lone if use.target))[:_MOST]
    idle = len(uses) - len(present)
    if idle:
        said.append(ONE_IDLE if idle == 1 else IDLE.format(n=idle))
    return " ".join(said)
