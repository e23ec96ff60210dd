"""`anchorscope transfer`: the labels of a reference carried over to the cells of a query."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope.cli.options import (
    add_query,
    add_reference,
    add_settings,
    add_transfer,
    check_outputs,
    inputs_of,
    recipe_of,
    truth_of,
)
from anchorscope.cli.progress_line import told

if TYPE_CHECKING:
    from anchorscope.io.recipe import Plan
    from anchorscope.results import Job, Outcome

SHORT = "label the ATAC cells of a file"

LONG = ("Carries the cell types of an scRNA-seq reference over to the cells of a scATAC-seq query and writes the query "
        "with its labels. Both need raw counts. Give the same multiome file for both to un-pair it.")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_reference(command)
    add_query(command)
    add_transfer(command)
    add_settings(command)
    more = command.add_argument
    more("--out", type=Path, required=True, metavar="OUT.h5ad", help="the labelled query")
    more("--csv", type=Path, metavar="LABELS.csv", help="also write the labels as a table")
    more("--json", type=Path, metavar="SUMMARY.json", help="also write sizes, grades and times")
    more("--report", type=Path, metavar="OUT.html", help="also write a report to read")
    more("--recipe", type=Path, metavar="RECIPE.toml", help="also write a recipe that repeats this run")
    more("--write-back", action="store_true", help="also write the labels into the query's own h5ad file")


def execute(options: argparse.Namespace) -> None:
    """Run the pipeline and write what was asked for."""
    from anchorscope.io.recipe import Outputs, Plan

    inputs = inputs_of(options)
    outputs = Outputs(options.out, options.csv, options.json, options.report)
    check_outputs([*outputs.paths(), options.recipe], [*inputs.paths(), _file(options.panel), options.mapping])
    plan = Plan(inputs, recipe_of(options), outputs)
    follow(plan, options.truth, recipe=options.recipe, back=options.write_back)


def follow(plan: Plan, truth: str, recipe: Path | None = None, *, back: bool = False) -> None:
    """Do what a plan says: read, run, write, and say what came of it.

    Parameters
    ----------
    plan
        Files and settings.
    truth
        The answer key in the words of `--truth`.
    recipe
        Where the plan itself is written.
    back
        Whether the labels are also written into the query's own file.
    """
    from anchorscope import export
    from anchorscope.io.inputs import open_inputs
    from anchorscope.pipeline import Pipeline
    from anchorscope.results import Job

    reference, query = open_inputs(plan.inputs, plan.recipe.gene_activity.assembly)
    settings = dataclasses.replace(plan.recipe, grade=plan.recipe.grade.replaced(truth=truth_of(truth, query)))
    job = Job(reference, query, settings)
    with told() as listener:
        outcome = Pipeline().run(job, listener)
    writers = {"h5ad": export.write_h5ad, "csv": export.write_labels_csv, "json": export.write_summary,
               "report": export.write_report}
    for kind, write in writers.items():
        path = getattr(plan.outputs, kind)
        if path is not None:
            write(path, job, outcome)
    if recipe is not None:
        export.write_plan(recipe, dataclasses.replace(plan, recipe=settings))
    if back:
        export.write_back(job, outcome)
    print(_in_words(job, outcome))
    names = {"h5ad": "labelled file", "csv": "labels", "json": "summary", "report": "report"}
    rows = [(names[kind], getattr(plan.outputs, kind)) for kind in writers]
    rows += [("recipe", recipe), ("written back", query.recognised.path if back else None)]
    print("\n".join(f"{name + ':':<14} {path}" for name, path in rows if path is not None))


def _file(word: str | None) -> Path | None:
    return None if word is None else Path(word)


def _in_words(job: Job, outcome: Outcome) -> str:
    rows = [f"{job.query.counts.shape[0]:,} query cells labelled from {job.reference.counts.shape[0]:,} reference "
            f"cells along {len(outcome.anchors):,} anchors over {len(outcome.shared.genes):,} genes."]
    if outcome.grade is not None:
        rows.append(f"Against the answer key: accuracy {outcome.grade.accuracy:.3f}, mean recall "
                    f"{outcome.grade.balanced_accuracy:.3f} ({outcome.grade.n_graded:,} cells graded).")
    return "\n".join(rows)
