"""Anchorscope names scATAC-seq cells from an scRNA-seq reference; this package is its headless core."""
