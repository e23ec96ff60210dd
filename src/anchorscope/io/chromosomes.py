"""How long the chromosomes of each assembly are: peaks past the end were called on another one."""

from __future__ import annotations

import numpy as np

from anchorscope.results import Peaks

_LENGTHS = {
    "GRCh38": (248_956_422, 242_193_529, 198_295_559, 190_214_555, 181_538_259, 170_805_979, 159_345_973, 145_138_636,
               138_394_717, 133_797_422, 135_086_622, 133_275_309, 114_364_328, 107_043_718,
               101_991_189, 90_338_345, 83_257_441, 80_373_285, 58_617_616, 64_444_167, 46_709_983,
               50_818_468, 156_040_895, 57_227_415, 16_569),
    "GRCh37": (249_250_621, 243_199_373, 198_022_430, 191_154_276, 180_915_260, 171_115_067, 159_138_663, 146_364_022,
               141_213_431, 135_534_747, 135_006_516, 133_851_895, 115_169_878, 107_349_540,
               102_531_392, 90_354_753, 81_195_210, 78_077_248, 59_128_983, 63_025_520, 48_129_895,
               51_304_566, 155_270_560, 59_373_566, 16_571),
    "GRCm38": (195_471_971, 182_113_224, 160_039_680, 156_508_116, 151_834_684, 149_736_546, 145_441_459, 129_401_213,
               124_595_110, 130_694_993, 122_082_543, 120_129_022, 120_421_639, 124_902_244,
               104_043_685, 98_207_768, 94_987_271, 90_702_639, 61_431_566, 171_031_299, 91_744_698,
               16_299),
}

MOST_OUTSIDE = 0.001
"""Share of peaks outside of their chromosome that may be mistakes."""


def chromosome_lengths(assembly: str) -> dict[str, int]:
    """Length of every standard chromosome of an assembly in base pairs, by name with the ``chr`` prefix.

    Parameters
    ----------
    assembly
        ``GRCh38``, ``GRCh37`` or ``GRCm38``; lengths are those that the assemblies' own reports give, and for the
        mitochondrion of GRCh37 that of hg19, which is two longer.
    """
    lengths = _LENGTHS[assembly]
    names = [*range(1, len(lengths) - 2), "X", "Y", "M"]
    return {f"chr{name}": length for name, length in zip(names, lengths, strict=True)}


def outside(peaks: Peaks, assembly: str) -> float:
    """Share (0 to 1) of the peaks on numbered chromosomes, X and Y that end past the end of theirs, or lack theirs."""
    known = chromosome_lengths(assembly)
    names, inverse = np.unique(peaks.chrom.astype(str), return_inverse=True)
    anywhere = {name for each in _LENGTHS for name in chromosome_lengths(each)} - {"chrM"}
    longest = np.array([known.get(name, 0) if name in anywhere else np.iinfo(np.int64).max for name in names])
    return float(np.mean(peaks.end > longest[inverse])) if len(peaks) else 0.0


def on_chromosomes(peaks: Peaks, assembly: str) -> bool:
    """Whether the peaks lie on the chromosomes of the assembly, but for some mistakes."""
    return outside(peaks, assembly) <= MOST_OUTSIDE
