"""`anchorscope transfer`: the labels of a reference carried over to the cells of a query."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope.cli.options import (
    add_grading,
    add_query,
    add_reference,
    add_transfer,
    check_outputs,
    files_of,
    inputs_of,
    job_of,
    recipe_of,
)
from anchorscope.cli.progress_line import told
from anchorscope.cli.settings import add_settings

if TYPE_CHECKING:
    from anchorscope.io.recipe import Outputs, Plan
    from anchorscope.results import Job, Outcome

SHORT = "label the ATAC cells of a file"

LONG = ("Carries the cell types of an scRNA-seq reference over to the cells of a scATAC-seq query and writes the query "
        "with its labels. Both need raw counts. Give the same multiome file for both to un-pair it.")

NAMES = {"h5ad": "labelled file", "csv": "labels", "json": "summary", "report": "report"}
"""What the fields of `Outputs` are called when the paths are told."""


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_reference(command)
    add_query(command)
    add_transfer(command)
    add_grading(command)
    add_settings(command)
    more = command.add_argument
    more("--out", type=Path, required=True, metavar="OUT.h5ad", help="the labelled query")
    more("--csv", type=Path, metavar="LABELS.csv", help="also write the labels as a table")
    more("--json", type=Path, metavar="SUMMARY.json", help="also write sizes, grades and times")
    more("--report", type=Path, metavar="OUT.html", help="also write a report to read")
    more("--recipe", type=Path, metavar="RECIPE.toml", help="also write a recipe that repeats this run")
    more("--write-back", action="store_true",
         help="also write the labels into the query's own h5ad file; the rest of it stays")


def execute(options: argparse.Namespace) -> None:
    """Run the pipeline and write what was asked for."""
    from anchorscope.io.recipe import Outputs, Plan

    outputs = Outputs(options.out, options.csv, options.json, options.report)
    check_outputs([*outputs.paths(), options.recipe], files_of(options))
    plan = Plan(inputs_of(options), recipe_of(options), outputs)
    follow(plan, options.recipe, back=options.write_back)


def follow(plan: Plan, recipe: Path | None = None, *, back: bool = False) -> None:
    """Do what a plan says: read, run, write, and say what came of it.

    Parameters
    ----------
    plan
        Files and settings; the answer key may be in the words of `--truth`.
    recipe
        Where the plan itself is written.
    back
        Whether the labels are also written into the query's own file.
    """
    from anchorscope import export
    from anchorscope.evaluation.abstain import abstaining
    from anchorscope.io.files import checksum
    from anchorscope.io.recipe import checksums_of
    from anchorscope.pipeline import Pipeline

    job = job_of(plan.inputs, plan.recipe)
    for name in plan.changed(job.reference, job.query):
        print(f"anchorscope: {name} changed since the recipe was saved, so its labels may differ.", file=sys.stderr)
    if back:
        export.check_write_back(job)
    with told() as listener:
        outcome = Pipeline().run(job, listener)
    _write(plan.outputs, job, outcome)
    known = checksums_of(job.reference, job.query)
    if back:
        known["query"] = checksum(export.write_back(job, outcome))
    if recipe is not None:
        export.write_plan(recipe, dataclasses.replace(plan, recipe=job.recipe, checksums=known))
    print(_in_words(job, abstaining(outcome, job.recipe.transfer.min_score)))
    rows = [(name, getattr(plan.outputs, kind)) for kind, name in NAMES.items()]
    rows += [("recipe", recipe), ("written back", job.query.recognised.path if back else None)]
    print("\n".join(f"{name + ':':<14} {path}" for name, path in rows if path is not None))


def _write(outputs: Outputs, job: Job, outcome: Outcome) -> None:
    from anchorscope import export

    writers = {"h5ad": export.write_h5ad, "csv": export.write_labels_csv, "json": export.write_summary,
               "report": export.write_report}
    for kind, write in writers.items():
        path = getattr(outputs, kind)
        if path is not None:
            write(path, job, outcome)


def _in_words(job: Job, outcome: Outcome) -> str:
    rows = [f"{job.query.counts.shape[0]:,} query cells labelled from {job.reference.counts.shape[0]:,} reference "
            f"cells along {len(outcome.anchors):,} anchors over {len(outcome.shared.genes):,} genes."]
    if outcome.grade is not None:
        rows.append(f"Against the answer key: accuracy {outcome.grade.accuracy:.3f}, mean recall "
                    f"{outcome.grade.balanced_accuracy:.3f} ({outcome.grade.n_graded:,} cells graded).")
    return "\n".join(rows)
