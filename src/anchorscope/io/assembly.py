"""Tell on which assembly peaks were called from how many of them touch a promoter.

Accessible regions gather at promoters, but only if the coordinates are those of the right assembly. Measured
share of peaks within 1 kb of a protein-coding gene's start (in brackets after displacing them by 100 kb):

=======================  ===============  ===============  ===============
peaks                    GRCh38           GRCh37           GRCm38
=======================  ===============  ===============  ===============
human blood, GRCh38      17.3 % (5.6 %)   5.6 % (4.9 %)    2.9 % (2.9 %)
its chromosome 22 only   8.7 % (5.0 %)    4.0 % (4.4 %)    0
human blood, GRCh37      8.4 % (4.1 %)    43.2 % (4.8 %)   2.3 % (2.2 %)
mouse cortex, GRCm38     1.2 % (1.3 %)    1.4 % (1.4 %)    7.5 % (1.4 %)
=======================  ===============  ===============  ===============

The right assembly leads the next by 2.2 to 5.4 times, and its own displaced peaks by 1.7 to 9 times. Peaks
displaced on purpose, which fit nothing, lead by at most 1.3 times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from anchorscope.errors import InputError
from anchorscope.io.chromosomes import on_chromosomes, outside
from anchorscope.io.gene_table import ASSEMBLIES, read_gene_table
from anchorscope.results import Ints, Peaks

PROMOTER = 1000
"""Base pairs on either side of a gene's start."""

DISPLACEMENT = 100_000
"""Base pairs by which peaks are moved to see how many touch a promoter by chance, in the same regions."""

LEAD = 1.5
"""How many times the share of the next assembly, and of displaced peaks, the right one must reach."""

DEVIATIONS = 3.0
"""By how many standard deviations of chance the right one must lead, so that few peaks decide nothing."""

# Chromosomes lie one after the other on one line; none is that long.
_STRIDE = 1 << 40


@dataclass(frozen=True)
class _Fit:
    assembly: str
    touching: NDArray[np.bool_]
    by_chance: float

    @property
    def share(self) -> float:
        return float(self.touching.mean())


def recognise_assembly(peaks: Peaks, assemblies: Iterable[str] = ASSEMBLIES) -> str | None:
    """Return the assembly whose promoters the peaks fit clearly better than any other's, or ``None``.

    Assemblies on whose chromosomes the peaks have no room are out before.

    Parameters
    ----------
    peaks
        Any number of peaks; some hundreds are needed for an answer.
    assemblies
        The candidates.
    """
    possible = [assembly for assembly in assemblies if on_chromosomes(peaks, assembly)]
    if not possible:
        return None
    best, *others = _fits(peaks, possible)
    clear = best.share >= LEAD * best.by_chance and all(_leads(best, other) for other in others)
    return best.assembly if clear and best.touching.any() else None


def check_assembly(peaks: Peaks, wanted: str) -> None:
    """Refuse an assembly when the peaks lie past its chromosomes' ends or fit another one clearly better.

    Raises
    ------
    InputError
        With the share of peaks at promoters under both assemblies, or of those that lie outside.
    """
    recognised = recognise_assembly(peaks)
    if recognised == wanted:
        return
    if recognised is None:
        _check_chromosomes(peaks, wanted)
        return
    better, worse = _fits(peaks, (recognised, wanted))
    raise InputError(
        f"The peaks do not lie on {wanted}",
        f"{worse.share:.1%} of them at a promoter of {wanted} but {better.share:.1%} at one of {recognised}",
        f"choose {recognised}, or give peaks called on {wanted}",
    )


def _check_chromosomes(peaks: Peaks, wanted: str) -> None:
    if not on_chromosomes(peaks, wanted):
        raise InputError(f"The peaks do not lie on {wanted}", f"{outside(peaks, wanted):.1%} of them outside of its "
                         "chromosomes", "give peaks called on it, or choose another assembly")


def _fits(peaks: Peaks, assemblies: Iterable[str]) -> list[_Fit]:
    fits = [_fit(peaks, assembly) for assembly in assemblies]
    return sorted(fits, key=lambda fit: fit.share, reverse=True)


def _fit(peaks: Peaks, assembly: str) -> _Fit:
    codes, starts, ends = _promoters(assembly)
    chroms, inverse = np.unique(peaks.chrom.astype(str), return_inverse=True)
    offset = np.array([codes.get(chrom, -1) for chrom in chroms])[inverse] * _STRIDE

    def touching(shift: int) -> NDArray[np.bool_]:
        first, last = offset + peaks.start + shift, offset + peaks.end + shift
        return (offset >= 0) & (np.searchsorted(starts, last, "right") > np.searchsorted(ends, first, "left"))

    by_chance = np.mean([touching(-DISPLACEMENT), touching(DISPLACEMENT)])
    return _Fit(assembly, touching(0), float(by_chance))


@cache
def _promoters(assembly: str) -> tuple[dict[str, int], Ints, Ints]:
    """Chromosome codes, and the promoters merged where they overlap, sorted along the line."""
    table = read_gene_table(assembly)
    codes = {chrom: code for code, chrom in enumerate(sorted(set(table.chrom)), start=1)}
    tss = np.sort(np.array([codes[chrom] for chrom in table.chrom]) * _STRIDE + table.tss)
    apart = np.flatnonzero(np.diff(tss) > 2 * PROMOTER)
    return codes, tss[np.r_[0, apart + 1]] - PROMOTER, tss[np.r_[apart, len(tss) - 1]] + PROMOTER


def _leads(best: _Fit, other: _Fit) -> bool:
    """Compare the peaks that touch a promoter under one of two assemblies only: a sign test."""
    won = np.count_nonzero(best.touching & ~other.touching)
    lost = np.count_nonzero(other.touching & ~best.touching)
    return best.share >= LEAD * other.share and won - lost >= DEVIATIONS * np.sqrt(won + lost)
