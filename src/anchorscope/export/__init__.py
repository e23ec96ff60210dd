"""Writing what was found; every file appears complete or not at all."""

from anchorscope.export.h5ad import labelled_query, write_h5ad
from anchorscope.export.labels import write_labels_csv
from anchorscope.export.report import write_report
from anchorscope.export.summary import summary, write_summary

__all__ = ["labelled_query", "summary", "write_h5ad", "write_labels_csv", "write_report", "write_summary"]
