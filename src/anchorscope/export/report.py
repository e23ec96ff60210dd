"""The run as one self-contained HTML page."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from anchorscope.declared import Parameters
from anchorscope.evaluation.abstain import abstaining
from anchorscope.export.destination import result_path
from anchorscope.export.report_markers import markers_section
from anchorscope.export.report_page import heading, listed, page, ratio, said, table
from anchorscope.export.report_plots import depth_plot
from anchorscope.export.report_sections import grade_section, maps_section, scores_section
from anchorscope.export.report_types import clusters_section, naming_section, types_section
from anchorscope.export.report_warnings import reading_notes, warnings_of
from anchorscope.export.summary import summary
from anchorscope.io.recipe import recipe_text
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Job, Outcome


def write_report(path: Path, job: Job, outcome: Outcome, progress: Progress = SILENT) -> None:
    """Write the report: warnings, pictures, grades, settings, times and versions. All user text is escaped.

    Parameters
    ----------
    path
        Where to; an existing file is replaced once the new one is complete.
    job, outcome
        The run.
    progress
        Told as the markers are looked up in both data sets.

    Raises
    ------
    OutputError
        If the file cannot be written, or is one that was read; nothing is left behind.
    """
    with result_path(path, job, progress) as temporary:
        temporary.write_text(report_html(job, outcome, progress), encoding="utf-8")


def report_html(job: Job, outcome: Outcome, progress: Progress = SILENT) -> str:
    """Return the report as HTML text; it needs no script and nothing from elsewhere."""
    numbers, whole = summary(job, outcome), outcome
    outcome = abstaining(whole, job.recipe.transfer.min_score)
    reference, query = job.reference.recognised.path.name, job.query.recognised.path.name
    return page("Anchorscope report", [
        "<h1>Anchorscope report</h1>",
        f'<p class="sub">Cell types of {escape(reference)} carried over to {escape(query)}</p>',
        _facts(numbers, outcome), _warnings(job, outcome), maps_section(outcome, job.colours, job.left_out),
        scores_section(outcome, whole, job.recipe.transfer),
        grade_section(outcome.grade), types_section(outcome), clusters_section(outcome),
        markers_section(job, outcome, progress), naming_section(outcome),
        heading("Accessibility space"), depth_plot(outcome.lsi), _files(job, outcome),
        _settings(job, numbers), _times(numbers)])


def _facts(numbers: dict[str, Any], outcome: Outcome) -> str:
    grade = outcome.grade
    facts = [("reference cells", f"{numbers['reference_cells']:,}"), ("query cells", f"{numbers['query_cells']:,}"),
             ("genes compared", f"{numbers['features']:,}"), ("anchors", f"{numbers['anchors']:,}")]
    if numbers["query_clusters"] is not None:
        facts += [("own clusters of the query", f"{numbers['query_clusters']:,}")]
    if grade is not None:
        facts += [("accuracy", ratio(grade.accuracy)), ("mean recall", ratio(grade.balanced_accuracy)),
                  ("macro-F1", ratio(grade.macro_f1)), ("kappa", ratio(grade.kappa))]
    return '<div class="facts">' + "".join(
        f"<div><strong>{value}</strong><span>{name}</span></div>" for name, value in facts) + "</div>"


def _warnings(job: Job, outcome: Outcome) -> str:
    found, notes = warnings_of(job, outcome), reading_notes(job)
    return ('<section class="warnings"><h2>Warnings</h2>' + (listed(found) if found else said("None."))
            + ("<h3>Noticed while reading the files</h3>" + listed(notes) if notes else "") + "</section>")


def _files(job: Job, outcome: Outcome) -> str:
    sides = (("reference", job.reference.recognised), ("query", job.query.recognised))
    head = ("side", "file", "format", "cells", "features", "values", "species", "SHA-256 begins")
    rows = [(side, source.path.name, source.format, f"{source.n_cells:,}", f"{source.n_features:,}", source.values,
             source.species or "unknown", source.sha256[:16]) for side, source in sides]
    activity = outcome.gene_activity
    return heading("Files") + table(head, rows, (0, 1, 2, 5, 6, 7)) + said(
        f"Assembly recognised from the peaks: {job.query.recognised.assembly or 'none'}. Genes of {activity.assembly}; "
        f"gene activity by the model “{activity.model}”.")


def _settings(job: Job, numbers: dict[str, Any]) -> str:
    rows = [row for group in job.recipe.groups() for row in _rows(group)]
    changed = [place for place, row in enumerate(rows) if row[-1]]
    return (heading("Settings") + said(f"Seed {job.recipe.seed}. Settings in bold differ from their default.")
            + table(("stage", "setting", "value", "unit", "default"), rows, (0, 1, 2, 3, 4), changed)
            + _panel(job) + _recipe(job, numbers["versions"]["anchorscope"]))


def _rows(group: Parameters) -> list[tuple[str, ...]]:
    """Return the settings of a group that the chosen model reads; the last column is empty for a default."""
    rows: list[tuple[str, ...]] = []
    for name, declaration, default in group.declarations():
        value = getattr(group, name)
        if not declaration.applies or getattr(group, "model", "") in declaration.applies:
            usual = "" if value == default else _in_words(default)
            rows.append((group.title, declaration.title, _in_words(value), declaration.unit, usual))
    return rows


def _in_words(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value) or "(empty)"


def _panel(job: Job) -> str:
    recipe, sources = job.recipe, job.recipe.panel.sources
    names = "".join(f" Cluster {cluster} is called “{name}” by hand." for cluster, name in recipe.names)
    mapping = "; ".join(f"“{old}” counts as “{new}”" for old, new in recipe.mapping)
    return (said(f"Panel “{recipe.panel.name}”: {', '.join(f'{kind}: {gene}' for kind, gene in recipe.panel.entries)}."
                 f"{names}") + (said(f"Sources of the panel: {'; '.join(sources)}.") if sources else "")
            + (said(f"Mapping of names: {mapping}.") if mapping else ""))


def _recipe(job: Job, version: str) -> str:
    reading = {"reading_reference": job.reference.recognised.settings, "reading_query": job.query.recognised.settings}
    text = escape(recipe_text(job.recipe, reading, version))
    return ("<details><summary>All settings as a recipe (TOML)</summary>" + said(
        "Saved as a file, with the reference and the query added under [inputs] and a result under [outputs], it "
        "repeats this run: anchorscope run RECIPE.toml.") + f"<pre>{text}</pre></details>")


def _times(numbers: dict[str, Any]) -> str:
    rows = [(name.replace("_", " "), f"{seconds:.2f} s") for name, seconds in numbers["seconds"].items()]
    memory = numbers["peak_memory_mib"]
    return (heading("Times and versions") + table(("stage", "time"), rows)
            + (said(f"Peak memory {memory:,.0f} MiB.") if memory is not None else "")
            + said(f"Made with {', '.join(f'{name} {value}' for name, value in numbers['versions'].items())}."))
