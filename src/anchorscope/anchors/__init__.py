"""Pairs of cells that stand for each other across the data sets."""
