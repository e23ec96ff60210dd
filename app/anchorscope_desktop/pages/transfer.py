"""Page 4: anchors, transfer, the answer key, and Run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtWidgets import QGridLayout, QWidget

from anchorscope.parameters import LARGEST_SEED, LSI_SPACE, NO_GROUP, NO_TRUTH, PAIRED_TRUTH
from anchorscope.results import Query, Reference
from anchorscope_desktop.pages.frame import Page, section
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.fitting import truth_choices
from anchorscope_desktop.state.foresight import foreign, foreseen_of
from anchorscope_desktop.state.notices import RUN, Notice, Weight
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.steps import TRANSFER_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.mapping_editor import MappingEditor
from anchorscope_desktop.views.result_facts import ResultFacts
from anchorscope_desktop.views.stage_table import StageTable
from anchorscope_desktop.widgets.basics import boxed, column, label, row
from anchorscope_desktop.widgets.form import FIELD_HEIGHT, FIELD_WIDTH
from anchorscope_desktop.widgets.number_field import WholeField
from anchorscope_desktop.widgets.settings import bound_form

PURPOSE = "Pairs of cells that are each other's nearest across the two assays carry the labels over."
NO_INPUTS = Notice("{lacking}; then Run names every cell of the query.")
OUTDATED = Notice("Settings or files have changed since the last run; Run computes only what depends on them.")
GRADING = Notice("What grades the labels has changed since the last run; labels and maps stay.")
HALF_GROUPED = Notice("Groups restrict the transfer only if both sides have them: choose a column of the other side as "
                      "well, or none.", Weight.WARNING)
ALL_NAMED = Notice("All {n:,} cells of the query have a label. Look at them on Explore, save them on Export.",
                   Weight.SUCCESS)
SOME_NAMED = Notice("{named:,} of {n:,} cells have a label, {rest:,} {are} left Unassigned. Look at them on Explore, "
                    "save them on Export.", Weight.SUCCESS)
NO_KEY, NO_COLUMN, OWN_LSI = "none", "none", "LSI, made here"
PAIRED = "same cell's RNA"
SEED_TIP = ("The same seed, files and settings give the same labels. Change it to see which labels hang on chance: "
            "those that another seed names otherwise.")


class TransferPage(Page):
    """Asks for the settings of anchors, transfer and maps, and runs."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, TRANSFER_STEP, PURPOSE, (RUN,))
        session = workspace.session
        self.truth_form = bound_form(session, "grade")
        self.anchor_form, self.transfer_form = bound_form(session, "anchors"), bound_form(session, "transfer")
        self.map_form = bound_form(session, "umap")
        self.seed = _seed_field()
        self.run_button = self.add_run()
        self.stages, self.names = StageTable(workspace), MappingEditor(workspace)
        self.result = ResultFacts(workspace)
        self.set_body(self._controls(), _pictures(self.stages, self.result, self.names))
        self._connect()
        self._show_state()

    def standing_notice(self) -> Notice | None:
        """Return what is missing, stale or done, or that no run can succeed."""
        session = self.workspace.session
        if session.reference is None or session.query is None or not session.complete:
            return self.lacking(NO_INPUTS.filled(lacking=session.lacking))
        conflict = foreign(session.reference, session.query)
        if conflict is not None:
            return conflict
        transfer = session.recipe.transfer
        if (transfer.reference_group == NO_GROUP) != (transfer.query_group == NO_GROUP):
            return HALF_GROUPED
        if self.workspace.runs.running:
            return None
        finding = self.workspace.threshold.finding
        if finding is not None and not session.outdated:
            return done(finding)
        foreseen = foreseen_of(session)
        if finding is None or foreseen is None or foreseen.weight is Weight.WARNING:
            return foreseen
        said = OUTDATED if session.old_labels else GRADING
        return replace(said, text=f"{said.text} {foreseen.text}")

    def _controls(self) -> QWidget:
        return boxed(column(section("Grading", self.truth_form), section("Anchors", self.anchor_form),
                            section("Transfer", self.transfer_form), section("Maps", self.map_form),
                            section("Chance", _seed_line(self.seed)), None, spacing=2 * GRID))

    def _connect(self) -> None:
        self.workspace.session.inputs_changed.connect(self._show_state)
        self.workspace.session.recipe_changed.connect(self._show_seed)
        self.workspace.steps.changed.connect(self.refresh_notice)
        self.workspace.threshold.changed.connect(self.refresh_notice)
        self.seed.valueChanged.connect(self._change_seed)

    def _show_state(self) -> None:
        session = self.workspace.session
        words = {NO_TRUTH: NO_KEY, PAIRED_TRUTH: PAIRED}
        self.truth_form.set_choices("truth", [(one, words.get(one, one)) for one in truth_choices(session.query)])
        spaces = [LSI_SPACE, *(session.query.obsm if session.query is not None else ())]
        self.transfer_form.set_choices("weight_space", _named(spaces, LSI_SPACE, OWN_LSI))
        for name, side in (("reference_group", session.reference), ("query_group", session.query)):
            self.transfer_form.set_choices(name, _named(_columns(side), NO_GROUP, NO_COLUMN))
        self._show_seed()
        self.refresh_notice()

    def _show_seed(self) -> None:
        self.seed.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.seed.setValue(self.workspace.session.recipe.seed)
        self.seed.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def _change_seed(self, seed: int) -> None:
        self.workspace.session.set_recipe(replace(self.workspace.session.recipe, seed=seed))


def done(finding: Finding) -> Notice:
    """Return how many cells have a label, and how many were left without."""
    codes = finding.outcome.prediction.labels.codes
    n, rest = len(codes), int((codes < 0).sum())
    if not rest:
        return ALL_NAMED.filled(n=n)
    return SOME_NAMED.filled(named=n - rest, n=n, rest=rest, are="is" if rest == 1 else "are")


def _columns(side: Reference | Query | None) -> list[str]:
    return [NO_GROUP, *(column.name for column in (side.recognised.label_columns if side is not None else ()))]


def _named(values: Iterable[str], special: str, words: str) -> list[tuple[str, str]]:
    return [(value, words if value == special else value) for value in values]


def _seed_field() -> WholeField:
    field = WholeField()
    field.setRange(0, LARGEST_SEED)
    field.setFixedSize(FIELD_WIDTH, FIELD_HEIGHT)
    field.setAccessibleName("Seed")
    field.setToolTip(SEED_TIP)
    return field


def _seed_line(field: WholeField) -> QWidget:
    line = row(label("Seed"), field)
    line.setStretch(0, 1)
    return boxed(line)


def _pictures(stages: QWidget, result: QWidget, names: QWidget) -> QWidget:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(2 * GRID)
    grid.addWidget(stages, 0, 0)
    grid.addWidget(result, 0, 1)
    grid.addWidget(names, 1, 0, 1, 2)
    grid.setRowMinimumHeight(0, 44 * GRID)
    grid.setRowStretch(1, 1)
    grid.setColumnStretch(0, 1)
    grid.setColumnMinimumWidth(1, 27 * GRID)
    made = QWidget()
    made.setLayout(grid)
    return made
