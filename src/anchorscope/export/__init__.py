"""Writing what was found; every file appears complete or not at all."""

from anchorscope.export.h5ad import labelled_query, write_h5ad
from anchorscope.export.labels import write_key, write_labels_csv
from anchorscope.export.matrices import (
    activity_anndata,
    coembedding_anndata,
    query_anndata,
    reference_anndata,
    write_anndata,
)
from anchorscope.export.report import write_report
from anchorscope.export.summary import summary, write_plan, write_summary
from anchorscope.export.write_back import check_write_back, write_back

__all__ = [
    "activity_anndata",
    "check_write_back",
    "coembedding_anndata",
    "labelled_query",
    "query_anndata",
    "reference_anndata",
    "summary",
    "write_anndata",
    "write_back",
    "write_h5ad",
    "write_key",
    "write_labels_csv",
    "write_plan",
    "write_report",
    "write_summary",
]
