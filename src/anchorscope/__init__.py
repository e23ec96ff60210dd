"""Anchorscope names scATAC-seq cells from an scRNA-seq reference; this package is its headless core.

The names below are the whole public interface, in the order in which a run uses them. Nothing is imported before it is
asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anchorscope.coembedding import coembed
    from anchorscope.compare import compare as compare_models
    from anchorscope.errors import AnchorscopeError, Cancelled, InputError, OutputError, ParameterError
    from anchorscope.evaluation.bridge import bridge_of_run
    from anchorscope.evaluation.threshold import coverage_accuracy, reliability, with_threshold
    from anchorscope.export import (
        activity_anndata,
        coembedding_anndata,
        labelled_query,
        write_back,
        write_h5ad,
        write_labels_csv,
        write_report,
    )
    from anchorscope.io import inspect, read_query, read_reference
    from anchorscope.io.from_anndata import query_from_anndata, reference_from_anndata
    from anchorscope.io.multiome import unpair
    from anchorscope.io.recipe import read_recipe
    from anchorscope.parameters import (
        PAIRED_TRUTH,
        AnchorParameters,
        GeneActivityParameters,
        GradeParameters,
        LsiParameters,
        MarkerPanel,
        Recipe,
        ReferenceParameters,
        Repairs,
        TransferParameters,
        UmapParameters,
    )
    from anchorscope.pipeline import Pipeline, run
    from anchorscope.progress import CancelToken
    from anchorscope.results import Job, Outcome, Query, Reference
    from anchorscope.simulate import simulate_pair
    from anchorscope.stages import activity_of
    from anchorscope.transfer.explain import explain

_HOMES = {
    "io": ("inspect", "read_reference", "read_query"),
    "io.multiome": ("unpair",),
    "io.from_anndata": ("reference_from_anndata", "query_from_anndata"),
    "io.recipe": ("read_recipe",),
    "simulate": ("simulate_pair",),
    "parameters": ("Repairs", "Recipe", "ReferenceParameters", "GeneActivityParameters", "LsiParameters",
                   "AnchorParameters", "TransferParameters", "GradeParameters", "UmapParameters", "MarkerPanel",
                   "PAIRED_TRUTH"),
    "results": ("Reference", "Query", "Job", "Outcome"),
    "pipeline": ("run", "Pipeline"),
    "progress": ("CancelToken",),
    "stages": ("activity_of",),
    "evaluation.bridge": ("bridge_of_run",),
    "transfer.explain": ("explain",),
    "evaluation.threshold": ("with_threshold", "coverage_accuracy", "reliability"),
    "compare": ("compare_models",),
    "coembedding": ("coembed",),
    "export": ("labelled_query", "activity_anndata", "coembedding_anndata", "write_h5ad", "write_labels_csv",
               "write_back", "write_report"),
    "errors": ("AnchorscopeError", "InputError", "ParameterError", "OutputError", "Cancelled"),
}
"""Module of each public name."""

_ALIASES = {"compare_models": "compare"}
"""Public names that would hide a module under their own."""

__all__ = [
    *(name for names in _HOMES.values() for name in names),
]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), _ALIASES.get(name, name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
