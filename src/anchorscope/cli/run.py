"""`anchorscope run`: what a recipe says."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from anchorscope.cli.options import check_outputs
from anchorscope.cli.transfer import follow

SHORT = "do again what a recipe says"

LONG = ("Reads a recipe (TOML) that “anchorscope transfer --recipe” or the window wrote: the files, every setting and "
        "where the results go. The same recipe on the same files gives the same labels.")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    more = command.add_argument
    more("recipe", type=Path, metavar="RECIPE.toml", help="the recipe; paths in it are relative to its folder")
    more("--out", type=Path, dest="h5ad", metavar="OUT.h5ad", help="the labelled query, in place of the recipe's")
    more("--csv", type=Path, metavar="LABELS.csv", help="the labels as a table, in place of the recipe's")
    more("--json", type=Path, metavar="SUMMARY.json", help="sizes, grades and times, in place of the recipe's")
    more("--scheduler", metavar="ADDRESS",
         help="work on the workers of this Dask scheduler, such as tcp://host:8786, which must see the folder for "
              "scratch files (ANCHORSCOPE_SCRATCH)")
    more("--report", type=Path, metavar="OUT.html", help="the report, in place of the recipe's")


def execute(options: argparse.Namespace) -> None:
    """Read the recipe and follow it."""
    from anchorscope.cluster import working_at
    from anchorscope.errors import InputError
    from anchorscope.io.recipe import read_recipe

    plan = read_recipe(options.recipe)
    given = {name: getattr(options, name) for name in ("h5ad", "csv", "json", "report") if getattr(options, name)}
    plan = dataclasses.replace(plan, outputs=dataclasses.replace(plan.outputs, **given))
    if not plan.outputs.paths():
        raise InputError(f"The recipe {options.recipe.name} writes nothing", "no path under [outputs]",
                         "add one there, or give --out")
    check_outputs(plan.outputs.paths(), [options.recipe, *plan.inputs.paths()])
    with working_at(options.scheduler):
        follow(plan)
