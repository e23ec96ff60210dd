"""What is approximate beyond a stated size, graded against the exact way on the same cells.

    python benchmarks/approximations.py --reference RNA --query ATAC --labels COLUMN

Two things are: neighbours by inverted lists and LSI by passes over the cells. Streaming counts from disk has to change
nothing at all, which is shown as well.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import numpy as np

from anchorscope import neighbors
from anchorscope.io import read_query, read_reference
from anchorscope.lsi import lsi
from anchorscope.neighbors import nearest
from anchorscope.parameters import GradeParameters, Recipe, ReferenceParameters, TransferParameters
from anchorscope.pipeline import Job, Pipeline
from anchorscope.results import Outcome
from anchorscope.scratch import holding_at_most

K = 30
"""Neighbours whose recall is counted."""

FORCED = {"neighbours by lists": [(neighbors, "MOST_DISTANCES", 0)], "LSI by passes": [(lsi, "MOST_HELD", 0)],
          "both": [(neighbors, "MOST_DISTANCES", 0), (lsi, "MOST_HELD", 0)]}
"""What each line turns on that would otherwise begin beyond some size only."""


def main() -> None:
    """Print recall, agreement of labels and accuracy of each approximation, beside the exact run."""
    options = _options()
    exact, seconds = _outcome(options)
    print(f"{'':<24}{'recall of neighbours':>22}{'same label':>12}{'accuracy':>10}{'core, s':>9}")
    _print("exact, in memory", 1.0, exact, exact, seconds)
    with holding_at_most(0):
        found, seconds = _outcome(options)
    _print("exact, from disk", 1.0, found, exact, seconds)
    for name, changes in FORCED.items():
        with _with(changes):
            found, seconds = _outcome(options)
            recall = _recall(exact) if changes[0][0] is neighbors else 1.0
        _print(name, recall, found, exact, seconds)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reference", type=Path, required=True)
    options.add_argument("--query", type=Path, required=True)
    options.add_argument("--labels", required=True)
    return options.parse_args()


@contextmanager
def _with(changes: list[tuple[object, str, int]]) -> Iterator[None]:
    with ExitStack() as stack:
        for module, name, value in changes:
            stack.enter_context(mock.patch.object(module, name, value))
        yield


def _outcome(options: argparse.Namespace) -> tuple[Outcome, float]:
    recipe = Recipe(reference=ReferenceParameters(labels=options.labels), grade=GradeParameters(truth=options.labels),
                    transfer=TransferParameters(method="seurat"))
    job = Job(read_reference(options.reference), read_query(options.query), recipe)
    started = time.perf_counter()
    found = Pipeline().run(job)
    return found, time.perf_counter() - started - found.seconds["maps"]


def _recall(exact: Outcome) -> float:
    """Return the share of the exact nearest neighbours in LSI space, the one in which lists are used, found here."""
    space = exact.lsi.space
    found, wanted = nearest(space, space, K)[0], nearest(space, space, K, exact=True)[0]
    return float(np.mean([len(np.intersect1d(a, b)) / K for a, b in zip(found, wanted, strict=True)]))


def _print(name: str, recall: float, found: Outcome, exact: Outcome, seconds: float) -> None:
    same = float(np.mean(found.prediction.labels.codes == exact.prediction.labels.codes))
    accuracy = found.grade.accuracy if found.grade is not None else float("nan")
    print(f"{name:<24}{recall:>22.4f}{same:>12.4f}{accuracy:>10.4f}{seconds:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
