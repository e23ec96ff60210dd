"""Parse where each peak lies, from its name or from columns of the feature table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anchorscope.errors import InputError
from anchorscope.io.gene_table import ASSEMBLIES, read_gene_table
from anchorscope.parameters import AUTOMATIC
from anchorscope.results import Ints, Names, Peaks

Table: TypeAlias = "Mapping[str, ArrayLike]"
"""Columns of a feature table, each (n_features,)."""

Coordinates: TypeAlias = "tuple[Names, Ints, Ints, NDArray[np.bool_]]"
"""Chromosome, start, end and whether these are a peak, each (n_features,)."""

STANDARD_CHROMOSOMES = frozenset(f"chr{name}" for name in [*range(1, 23), "X", "Y", "M"])
"""Chromosomes on which the gene tables have genes."""

COORDINATE_COLUMNS = (
    ("chrom", "chr", "seqnames", "chromosome", "seqname"),
    ("start", "chromstart"),
    ("end", "chromend", "stop"),
)
"""Column names, in lower case, under which chromosome, start and end are looked for."""

# A colon settles where the chromosome ends, so a suffix that made the name unique can be told from the end;
# without one the last two numbers are the interval, because chromosome names may hold "-" and "_" themselves.
_PEAK_NAME = re.compile(r"([^:]+):([\d,]+)[-_]([\d,]+)(?:-\d+)?|([^:]+)[-_](\d+)[-_](\d+)", re.ASCII)

_MOST_DIGITS = 12
"""No chromosome is that long; longer numbers would not fit an integer either."""


def parse_peaks(
    names: Names, table: Table | None = None, chromosomes: str = AUTOMATIC
) -> tuple[Peaks, NDArray[np.bool_]]:
    """Read the coordinates of peaks as they are given, as closed intervals.

    Understood are ``chr1:100-200``, ``chr1_100_200`` and ``chr1-100-200``, with or without ``chr``. If the
    names are no peaks, columns of the feature table such as chrom, start and end are taken instead.

    Parameters
    ----------
    names
        (n_features,) feature names.
    table
        Columns of the feature table, each (n_features,).
    chromosomes
        `AUTOMATIC` adds the prefix ``chr`` and expects human or mouse; `AS_IS` takes any chromosome as it is named.

    Returns
    -------
    peaks
        The features that are peaks, in their order.
    is_peak
        (n_features,) which features these are.

    Raises
    ------
    InputError
        If no feature is a peak, or no peak lies on a standard chromosome.
    """
    chrom, start, end, is_peak = _coordinates(names, table or {})
    if not is_peak.any():
        raise InputError("The features are not peaks", examples(names),
                         "give a file whose features are named like chr1:1000-1500")
    peaks = Peaks(names[is_peak], chrom[is_peak], start[is_peak], end[is_peak])
    if chromosomes == AUTOMATIC:
        peaks = replace(peaks, chrom=_with_prefix(peaks.chrom))
        _check_chromosomes(peaks)
    return peaks, is_peak


def are_peaks(names: Names, table: Table | None = None) -> NDArray[np.bool_]:
    """(n_features,) which features are peaks, by the same rules as `parse_peaks`."""
    return _coordinates(names, table or {})[3]


def _coordinates(names: Names, table: Table) -> Coordinates:
    named = _from_names(names)
    # Tables of genes have coordinate columns too; those are not peaks.
    if 2 * named[3].sum() >= len(names) or look_like_genes(names):
        return named
    listed = _from_columns(table)
    return named if listed is None or named[3].sum() >= listed[3].sum() else listed


def look_like_genes(names: Names, share: float = 0.05) -> bool:
    """Whether at least this share of the names are Ensembl ids or symbols of protein-coding genes."""
    symbols = _symbols()
    known = sum(str(name).startswith("ENS") or name in symbols for name in names)
    return bool(known >= share * max(len(names), 1))


@cache
def _symbols() -> frozenset[str]:
    return frozenset().union(*(read_gene_table(assembly).symbol for assembly in ASSEMBLIES))


def _from_names(names: Names) -> Coordinates:
    parts = [_split(name) for name in names]
    chrom = np.array([part[0] for part in parts], dtype=object)
    start = np.array([part[1] for part in parts], dtype=np.int64)
    end = np.array([part[2] for part in parts], dtype=np.int64)
    return chrom, start, end, (start >= 0) & (start <= end)


def _split(name: str) -> tuple[str, int, int]:
    match = _PEAK_NAME.fullmatch(name)
    if match is None:
        return "", -1, -1
    chrom, start, end = match.group(1, 2, 3) if match.group(1) else match.group(4, 5, 6)
    digits = start.replace(",", ""), end.replace(",", "")
    if not all(0 < len(number) <= _MOST_DIGITS for number in digits):
        return "", -1, -1
    return chrom, int(digits[0]), int(digits[1])


def _from_columns(table: Table) -> Coordinates | None:
    by_name = {str(name).lower(): name for name in reversed(list(table))}
    chosen = [next((by_name[name] for name in some if name in by_name), None) for some in COORDINATE_COLUMNS]
    if None in chosen:
        return None
    chrom, *limits = (np.asarray(table[name]) for name in chosen if name is not None)
    start, end = (_numbers(column) for column in limits)
    return chrom.astype(str).astype(object), start, end, (start >= 0) & (start <= end)


def _numbers(column: NDArray[np.generic]) -> Ints:
    """Whole numbers, whatever the column stores them as; -1 where there is none."""
    texts = [str(value).removesuffix(".0") for value in column]
    whole = [text if text.isdecimal() and len(text) <= _MOST_DIGITS else "-1" for text in texts]
    return np.array(whole, dtype=object).astype(np.int64)


def _with_prefix(chrom: Names) -> Names:
    unique, inverse = np.unique(chrom.astype(str), return_inverse=True)
    return np.array([prefixed(name) for name in unique], dtype=object)[inverse]


def prefixed(name: str) -> str:
    """Return the name of a chromosome with the ``chr`` prefix; the mitochondrion is ``chrM``."""
    bare = name[3:] if name[:3].lower() == "chr" else name
    return "chrM" if bare in {"MT", "M"} else f"chr{bare}"


def _check_chromosomes(peaks: Peaks) -> None:
    if not STANDARD_CHROMOSOMES.intersection(peaks.chrom):
        raise InputError("No peak lies on a known chromosome", examples(peaks.names),
                         "give peaks on chromosomes named like chr1 or 1, chrX or X")


def examples(names: Names, most: int = 3) -> str:
    """Name the first few features in words, for a message."""
    return "names such as " + ", ".join(f"“{name}”" for name in names[:most]) if len(names) else "no features"
