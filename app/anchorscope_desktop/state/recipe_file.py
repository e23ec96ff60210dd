"""A recipe opened: the files it names are read, and its settings are those being edited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from anchorscope_desktop.jobs.report import Ending, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state import recent, session_inputs
from anchorscope_desktop.state.files import UNOPENED, QueryFiles, ReferenceFiles
from anchorscope_desktop.state.notices import SESSION, Action, Notice, Notices, Weight
from anchorscope_desktop.state.session_file import SessionFile
from anchorscope_desktop.state.session_inputs import Asking, Attached, Wanted
from anchorscope_desktop.state.steps import TRANSFER_STEP

if TYPE_CHECKING:
    from anchorscope.parameters import Recipe
    from anchorscope.progress import Progress

SUFFIX = ".toml"
FILES = f"Anchorscope recipe (*{SUFFIX});;All files (*)"
CHANGED = Notice("{names} changed since the recipe was saved, so that Run may give other labels.", Weight.WARNING)
MISSING = Notice("The recipe {recipe} needs {name}, which is not in {folder}.", Weight.WARNING)


@dataclass(frozen=True)
class _Opening:
    """A recipe on its way into the window: where it was, what it says, the files that it needs."""

    path: Path
    recipe: Recipe
    wanted: Wanted


class RecipeFile(QObject):
    """Opens recipes; what is in the window is replaced once all files of the recipe were read."""

    def __init__(self, runner: JobRunner, notices: Notices, file: SessionFile, asking: Asking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner, self._notices, self._file, self._asking = runner, notices, file, asking

    def ask_open(self) -> None:
        """Ask for a recipe and open it."""
        path = self._asking.open_file("Open a recipe", FILES)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a recipe and the files that it names, in the worker."""
        self._notices.clear(SESSION)
        self._runner.start(f"Opening {path.name}", lambda _: _opening(path), self._take_plan, failing=UNOPENED)

    def _take_plan(self, end: JobEnd) -> None:
        if end.succeeded:
            self._read(end.value)
        else:
            self._tell(end)

    def _read(self, opening: _Opening) -> None:
        """Read the files, or ask for the first that is not there."""
        missing = opening.wanted.missing
        if missing:
            path = opening.wanted.files[missing[0]]
            said = MISSING.filled(recipe=opening.path.name, name=path.name, folder=path.parent)
            self._notices.post(SESSION, replace(said, action=Action(
                f"Find {path.name}…", partial(self._find, opening, missing[0]))))
            return
        title = f"Reading the files of {opening.path.name}"
        self._runner.start(title, lambda context: _read(opening, context.progress(title)),
                           partial(self._take_files, opening), failing=UNOPENED)

    def _find(self, opening: _Opening, name: str) -> None:
        wanted = session_inputs.found_again(self._asking, opening.wanted, name)
        if wanted is not None:
            self._notices.clear(SESSION)
            self._read(replace(opening, wanted=wanted))

    def _take_files(self, opening: _Opening, end: JobEnd) -> None:
        if not end.succeeded:
            self._tell(end)
            return
        from anchorscope.io.session import SavedSession, SessionState

        recipe, found = end.value
        state = SessionState(recipe, 0, {"page": TRANSFER_STEP.key, "least_scores": {}})
        self._file.take_over(SavedSession(state, opening.wanted.files, opening.wanted.reading, {}, found.reference,
                                          found.query), None, unsaved=True, shared=found.shared)
        self._file.recent.add(opening.path, recent.RECIPE)
        if found.changed:
            self._tell_changed(found.changed)

    def _tell_changed(self, names: tuple[str, ...]) -> None:
        self._file.say(CHANGED.filled(names=" and ".join(names)))

    def _tell(self, end: JobEnd) -> None:
        if end.ending is Ending.FAILED:
            self._notices.error(SESSION, end.sentence)


def _opening(path: Path) -> _Opening:
    from anchorscope.io.recipe import read_recipe

    plan = read_recipe(path)
    inputs = plan.inputs
    files, reading = session_inputs.files_of(
        ReferenceFiles(inputs.reference, inputs.reference_labels, inputs.reference_repairs),
        QueryFiles(inputs.query, inputs.peaks, inputs.fragments, inputs.annotation, inputs.query_labels,
                   inputs.query_repairs))
    wanted = Wanted(files, reading, plan.checksums, plan.recipe.gene_activity.assembly, paired=False)
    return _Opening(path, plan.recipe, wanted)


def _read(opening: _Opening, progress: Progress) -> tuple[Recipe, Attached]:
    """Read the files; what the recipe asks of them and they do not have is refused before anything is replaced."""
    from anchorscope.io.inputs import same_file
    from anchorscope.io.multiome import truth_of
    from anchorscope.parameters import PAIRED_TRUTH
    from anchorscope.results import Job
    from anchorscope.stages import check_settings

    recipe, files = opening.recipe, opening.wanted.files
    # Two files of the same cells may have been un-paired in the window, so that the answer key says it as well.
    paired = recipe.grade.truth == PAIRED_TRUTH or same_file(files["reference"], files["query"])
    found = session_inputs.read(replace(opening.wanted, paired=paired), progress)
    assert found.reference is not None and found.query is not None  # noqa: PT018 - narrows the types
    recipe = replace(recipe, grade=recipe.grade.replaced(truth=truth_of(recipe.grade.truth, found.query)))
    check_settings(Job(found.reference, found.query, recipe))
    return recipe, found
