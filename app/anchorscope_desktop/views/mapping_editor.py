"""Two vocabularies made one for grading: which names each side uses, and what each is graded as."""

from __future__ import annotations

from dataclasses import replace

from anchorscope.errors import InputError, OutputError
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import RUN, Notice, Weight
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, button, column, label
from anchorscope_desktop.widgets.choosers import MAPPING_FILES
from anchorscope_desktop.widgets.mapping_table import MappingTable

SAVED = Notice("The table of names was saved to {path}.", Weight.SUCCESS)
ALL_SHARED = "Both sides use the same {n} names. Give some of them one name below to grade them as one."
SOME = ("{n} of {total} names are used on one side only, so that their cells count as wrong. Type beside each the name "
        "of the other side that means the same.")
MAPPED = "{n} of {total} names are graded under another name."


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
        matching, mapping = self._workspace.matching, dict(self._workspace.session.recipe.mapping)
        if matching.obstacle:
            self.show_empty(matching.obstacle)
            return
        self.show_content()
        single = [use for use in matching.uses if not use.shared]
        told = [use for use in matching.uses if use.name in mapping]
        words = MAPPED.format(n=len(told), total=len(matching.uses)) if told else (
            SOME.format(n=len(single), total=len(matching.uses)) if single else ALL_SHARED.format(n=len(matching.uses)))
        self._words.setText(words)
        for made in (self.save_button, self.reset_button):
            made.setEnabled(bool(mapping))
        self.table.show_uses(matching.uses, mapping, self._workspace.appearance.theme.color("muted"))
