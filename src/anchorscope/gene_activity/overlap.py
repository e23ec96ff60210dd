"""Which regions touch which peaks."""

from __future__ import annotations

import importlib.util

import numpy as np

from anchorscope.results import GeneRegions, Ints, Names, Peaks


def overlapping_pairs(regions: GeneRegions, peaks: Peaks) -> tuple[Ints, Ints]:
    """Find all overlaps of gene regions and peaks, strand ignored.

    Parameters
    ----------
    regions, peaks
        Closed intervals; one shared base is an overlap.

    Returns
    -------
    region_index, peak_index
        One entry per overlapping pair, sorted by region, then peak.

    Notes
    -----
    By pyranges where it is installed (it has no wheels for some platforms), otherwise by a numpy sweep that finds the
    same pairs; the tests hold the two against each other.
    """
    find = _pairs_by_pyranges if importlib.util.find_spec("pyranges") else pairs_by_sweep
    region, peak = find(regions, peaks)
    order = np.lexsort((peak, region))
    return region[order], peak[order]


def _pairs_by_pyranges(regions: GeneRegions, peaks: Peaks) -> tuple[Ints, Ints]:
    import pandas as pd
    import pyranges

    def ranges(chrom: Names, start: Ints, end: Ints) -> pyranges.PyRanges:
        # pyranges counts from zero and leaves the end out.
        table = pd.DataFrame({"Chromosome": chrom, "Start": start - 1, "End": end, "row": np.arange(len(start))})
        return pyranges.PyRanges(table)

    theirs = ranges(peaks.chrom, peaks.start, peaks.end)
    # Nothing has a strand here; unless told so, pyranges talks of it on the console where no peak overlaps.
    joined = ranges(regions.chrom, regions.start, regions.end).join(theirs, apply_strand_suffix=False).df
    if len(joined) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return joined["row"].to_numpy(np.int64), joined["row_b"].to_numpy(np.int64)


def pairs_by_sweep(regions: GeneRegions, peaks: Peaks) -> tuple[Ints, Ints]:
    """Find the same pairs as `overlapping_pairs`, unsorted, with numpy alone."""
    found: list[tuple[Ints, Ints]] = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
    for chrom in np.unique(regions.chrom.astype(str)):
        here = np.flatnonzero(peaks.chrom == chrom)
        mine = np.flatnonzero(regions.chrom == chrom)
        if len(here):
            here = here[np.argsort(peaks.start[here], kind="stable")]
            region, peak = _sweep(regions.start[mine], regions.end[mine], peaks.start[here], peaks.end[here])
            found.append((mine[region], here[peak]))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _sweep(region_start: Ints, region_end: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    # Starts ascend; the furthest end so far ascends too, which bounds the candidates from both sides.
    first = np.searchsorted(np.maximum.accumulate(end), region_start, side="left")
    last = np.searchsorted(start, region_end, side="right")
    count = np.maximum(last - first, 0)
    region = np.repeat(np.arange(len(region_start)), count)
    peak = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    touches = end[peak] >= region_start[region]
    return region[touches], peak[touches]
