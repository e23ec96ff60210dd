"""The names of clusters as they are to be: the panel's, with those given by hand on top, and how right they are."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from anchorscope.errors import AnchorscopeError, InputError
from anchorscope.parameters import CLUSTER_AND_NAME, Recipe
from anchorscope.results import ClusterNaming, Reference
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.previews import Named, Previews
from anchorscope_desktop.state.session import Session

QUALITY = "{share} of the cells carry the name that the column “{column}” gives them."
OTHER_WORDS = "The column “{column}” uses other names than the panel, so the names cannot be held against it."
AS_WRITTEN = "Names are compared as they are written; those that Transfer's table of names makes equal count as equal."
_CLUSTERING = ("resolution", "n_neighbors", "n_variable_genes", "n_components", "scale_factor")


def by_panel(naming: ClusterNaming) -> tuple[str, ...]:
    """Return what the panel calls each cluster, whatever was given by hand."""
    names = list(naming.names)
    for cluster, was, _ in naming.overridden:
        names[cluster] = was
    return tuple(names)


def present_naming(found: Named | None, recipe: Recipe) -> ClusterNaming | None:
    """Return the latest naming with the names that the recipe gives at present."""
    if found is None:
        return None
    from anchorscope.preprocess.panel import renamed

    naming = found.naming
    try:
        return renamed(replace(naming, names=by_panel(naming), overridden=()), recipe.names)
    except AnchorscopeError:
        return naming  # names of clusters that are not there


def named(recipe: Recipe, naming: ClusterNaming, cluster: int, name: str) -> Recipe:
    """Return the recipe with a cluster called `name`; the panel's own name, or nothing, takes that back."""
    others = tuple(pair for pair in recipe.names if pair[0] != cluster)
    own = not name.strip() or name.strip() == by_panel(naming)[cluster]
    return replace(recipe, names=tuple(sorted(others if own else (*others, (cluster, name.strip())))))


def names_outdated(found: Named | None, recipe: Recipe) -> bool:
    """Whether names given by hand belong to clusters that the next run will not have."""
    if found is None or not recipe.names:
        return False
    before = found.recipe.reference
    return any(getattr(before, name) != getattr(recipe.reference, name) for name in _CLUSTERING)


def naming_outdated(found: Named, recipe: Recipe) -> bool:
    """Whether clusters, or what the panel calls them, may be others under the settings as they are."""
    before = found.recipe
    return (before.reference, before.panel, before.seed) != (recipe.reference, recipe.panel, recipe.seed)


def panel_doubted(found: Named | None, recipe: Recipe) -> str:
    """Return why the panel that named the clusters may not fit, as long as they would be named by it again."""
    if found is None or recipe.reference.labels != CLUSTER_AND_NAME or naming_outdated(found, recipe):
        return ""
    from anchorscope.evaluation.naming import panel_doubt

    naming = present_naming(found, recipe)
    return panel_doubt(naming, recipe.panel) if naming is not None else ""


class NamingQuality(QObject):
    """Holds the names against a label column of the reference, in a worker of its own."""

    changed = Signal()

    def __init__(self, session: Session, previews: Previews, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._previews = session, previews
        self.runner = JobRunner(self)
        self.column = ""
        self.sentence = ""
        self._asked: tuple[object, ...] = ()
        session.recipe_changed.connect(self.refresh)
        previews.changed.connect(self.refresh)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the names can be held against."""
        found = self._previews.named
        return () if found is None else tuple(one.name for one in found.reference.recognised.label_columns)

    def choose(self, column: str) -> None:
        """Hold the names against another column."""
        self.column = column
        self.refresh()

    def refresh(self) -> None:
        """Ask again if names or column have changed."""
        found, recipe, columns = self._previews.named, self._session.recipe, self.columns
        if found is None or not columns:
            self.sentence = ""
            return
        self.column = self.column if self.column in columns else ""
        asked = (found, recipe.names, recipe.mapping, self.column)
        naming = present_naming(found, recipe)
        if naming is None or asked == self._asked:
            return
        self._asked = asked
        reference, tried, mapping = found.reference, (self.column,) if self.column else columns, recipe.mapping
        self.runner.start("Grading the names", lambda context: _graded(
            naming, reference, tried, mapping, context), self._take)

    def _take(self, end: JobEnd) -> None:
        if end.ending is not Ending.CANCELLED:
            self.column, self.sentence = end.value if end.succeeded else (self.column, end.sentence)
            self.changed.emit()


def _graded(naming: ClusterNaming, reference: Reference, columns: tuple[str, ...],
            mapping: tuple[tuple[str, str], ...], context: JobContext) -> tuple[str, str]:
    """Return the column that agrees best, and what is to be said of it."""
    from anchorscope.evaluation.naming import naming_quality
    from anchorscope.io.labels import labels_from_column

    shares: dict[str, float] = {}
    for column in columns:
        context.token.raise_if_cancelled()
        try:
            shares[column] = naming_quality(naming, labels_from_column(reference.cells, column, "reference"), mapping)
        except InputError:
            continue  # other words for the types
    if not shares:
        return columns[0], f"{OTHER_WORDS.format(column=columns[0])} {AS_WRITTEN}"
    best = max(shares, key=lambda column: shares[column])
    said = QUALITY.format(share=f"{shares[best]:.0%}", column=best)
    return best, said if shares[best] == 1 else f"{said} {AS_WRITTEN}"
