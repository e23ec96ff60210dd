"""The run as one self-contained HTML page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from anchorscope.export.destination import result_path
from anchorscope.export.labels import predicted_names
from anchorscope.export.summary import summary
from anchorscope.export.svg import confusion_html, scatter_svg
from anchorscope.palette import type_colours
from anchorscope.results import ClusterNaming, Grade, Job, Outcome, Recognised

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1a1d21;max-width:1040px;margin:32px auto;padding:0 16px}
h1{font-size:24px}h2{font-size:18px;margin-top:32px}figure{display:inline-block;width:48%;margin:0 1% 8px 0}
figcaption{font-weight:600}svg{width:100%;border:1px solid #d5d9de}.dots circle{r:1.6px;fill-opacity:.75}
figure{vertical-align:top}.legend{font-size:12px}.legend span{display:inline-block;margin-right:12px}
.legend i{display:inline-block;width:10px;height:10px;border-radius:5px;margin-right:4px}
.confusion th span{writing-mode:vertical-rl;transform:rotate(180deg)}.confusion tr:first-child th{vertical-align:bottom}
.confusion{margin-bottom:24px}
table{border-collapse:collapse;font-size:13px}
th,td{padding:4px 8px;text-align:right;border-bottom:1px solid #e4e7ea}th:first-child,td.name{text-align:left}
.confusion td{min-width:36px;text-align:center}.big{font-size:28px;font-weight:600}
.facts div{display:inline-block;margin-right:40px}
"""


def write_report(path: Path, job: Job, outcome: Outcome) -> None:
    """Write the report: what was done, the maps, the grades, settings, times and versions. All user text is escaped.

    Raises
    ------
    OutputError
        If the file cannot be written, or is one that was read; nothing is left behind.
    """
    with result_path(path, job) as temporary:
        temporary.write_text(report_html(job, outcome), encoding="utf-8")


def report_html(job: Job, outcome: Outcome) -> str:
    """Return the report as HTML text."""
    numbers = summary(job, outcome)
    parts = [
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Anchorscope report</title>"
        f"<style>{STYLE}</style></head><body><h1>Anchorscope report</h1>",
        _facts(numbers), _maps(outcome), _grade(outcome.grade), _labels(outcome), _naming(outcome),
        _files(job), _settings(job), _times(numbers), "</body></html>"]
    return "\n".join(parts)


def _facts(numbers: dict[str, Any]) -> str:
    facts = [("reference cells", f"{numbers['reference_cells']:,}"), ("query cells", f"{numbers['query_cells']:,}"),
             ("genes compared", f"{numbers['features']:,}"), ("anchors", f"{numbers['anchors']:,}")]
    if numbers["accuracy"] is not None:
        facts += [("accuracy", f"{numbers['accuracy']:.3f}"), ("mean recall", f"{numbers['balanced_accuracy']:.3f}")]
    return '<div class="facts">' + "".join(
        f'<div><span class="big">{value}</span><br>{name}</div>' for name, value in facts) + "</div>"


def _maps(outcome: Outcome) -> str:
    labels = outcome.reference_labels.labels
    colours = type_colours(labels.types)
    return ("<h2>Maps</h2>" + scatter_svg(outcome.maps.reference, labels.names, colours, "Reference (RNA), by type")
            + scatter_svg(outcome.maps.query, predicted_names(outcome.prediction), colours,
                          "Query (ATAC), by transferred label"))


def _grade(grade: Grade | None) -> str:
    if grade is None:
        return "<h2>Grade</h2><p>No answer key was given, so the labels could not be graded.</p>"
    rows = [(name, f"{int(n):,}", _number(r), _number(p)) for name, n, r, p in zip(
        grade.types, _true_cells(grade), grade.recall, grade.precision, strict=True) if n]
    return (f"<h2>Grade against {escape(grade.source)}</h2><p>{grade.n_graded:,} cells; accuracy "
            f"{grade.accuracy:.3f}, mean recall {grade.balanced_accuracy:.3f}. The share of wrong labels, "
            f"{1 - grade.accuracy:.3f}, is the information lost by going unpaired.</p>{confusion_html(grade)}"
            + _table(("type", "cells", "recall", "precision"), rows))


def _true_cells(grade: Grade) -> list[int]:
    return [int((grade.truth.codes == code).sum()) for code in range(len(grade.types))]


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _labels(outcome: Outcome) -> str:
    names, prediction = predicted_names(outcome.prediction), outcome.prediction
    rows = [(name, f"{(names == name).sum():,}", f"{prediction.best[names == name].mean():.2f}")
            for name in sorted(set(names))]
    return ("<h2>Transferred labels</h2>" + _table(("label", "cells", "mean score"), rows)
            + "<p>A score is the label's share of the anchors' vote, not a probability.</p>")


def _naming(outcome: Outcome) -> str:
    naming = outcome.reference_labels.naming
    source = f"<h2>Labels of the reference</h2><p>From {escape(outcome.reference_labels.source)}.</p>"
    return source if naming is None else source + _naming_table(naming)


def _naming_table(naming: ClusterNaming) -> str:
    rows = [(f"{cluster}", f"{size:,}", escape(name), *(f"{value:.2f}" for value in naming.scores[:, cluster]))
            for cluster, (size, name) in enumerate(zip(naming.sizes, naming.names, strict=True))]
    left = [f"{kind}: {gene} is not in the data" for kind, gene in naming.missing]
    left += [f"{kind}: highest in no cluster" for kind in naming.unused]
    notes = "".join(f"<li>{escape(text)}</li>" for text in left)
    return _table(("cluster", "cells", "name", *naming.types), rows, escaped=True) + (
        f"<p>Unused panel entries:</p><ul>{notes}</ul>" if notes else "")


def _files(job: Job) -> str:
    rows = [(side, source.path.name, source.format, f"{source.n_cells:,}", f"{source.n_features:,}", source.sha256[:16])
            for side, source in (("reference", job.reference.recognised), ("query", job.query.recognised))]
    notes = [note for source in (job.reference.recognised, job.query.recognised) for note in source.notes]
    return ("<h2>Files</h2>" + _table(("side", "file", "format", "cells", "features", "SHA-256 begins"), rows)
            + "<ul>" + "".join(f"<li>{escape(note)}</li>" for note in notes) + "</ul>"
            + _assembly(job.query.recognised))


def _assembly(source: Recognised) -> str:
    return f"<p>Assembly recognised from the peaks: {escape(source.assembly or 'none')}.</p>"


def _settings(job: Job) -> str:
    rows = [(group.title, declaration.title, f"{getattr(group, name)}", declaration.unit)
            for group in job.recipe.groups() for name, declaration, _ in group.declarations()]
    panel = ", ".join(f"{kind}: {gene}" for kind, gene in job.recipe.panel.entries)
    return ("<h2>Settings</h2>" + _table(("stage", "setting", "value", "unit"), rows)
            + f"<p>Panel “{escape(job.recipe.panel.name)}”: {escape(panel)}. Seed {job.recipe.seed}.</p>")


def _times(numbers: dict[str, Any]) -> str:
    rows = [(name.replace("_", " "), f"{seconds:.2f} s") for name, seconds in numbers["seconds"].items()]
    versions = ", ".join(f"{name} {value}" for name, value in numbers["versions"].items())
    return ("<h2>Times and versions</h2>" + _table(("stage", "time"), rows)
            + f"<p>{_memory(numbers['peak_memory_mib'])}{escape(versions)}.</p>")


def _memory(mib: float | None) -> str:
    return "" if mib is None else f"Peak memory {mib:,.0f} MiB. "


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, escaped: bool = False) -> str:
    def cell(text: str) -> str:
        return text if escaped else escape(text)

    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f'<tr><td class="name">{cell(row[0])}</td>' + "".join(f"<td>{cell(text)}</td>" for text in row[1:])
                   + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"
