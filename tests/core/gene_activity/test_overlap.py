"""Overlapping pairs: the sweep, pyranges and a comparison of everything with everything agree."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from anchorscope.gene_activity import overlap
from anchorscope.gene_activity.overlap import overlapping_pairs, pairs_by_sweep
from anchorscope.results import GeneRegions, Peaks

Interval = tuple[str, int, int]
Pairs = set[tuple[int, int]]

MEETINGS = [
    pytest.param((100, 200), (150, 160), True, id="peak inside"),
    pytest.param((150, 160), (100, 200), True, id="region inside"),
    pytest.param((100, 200), (100, 200), True, id="the same"),
    pytest.param((100, 200), (200, 300), True, id="one base shared at the end"),
    pytest.param((100, 200), (50, 100), True, id="one base shared at the start"),
    pytest.param((100, 200), (201, 300), False, id="next to each other, behind"),
    pytest.param((100, 200), (50, 99), False, id="next to each other, before"),
    pytest.param((100, 200), (202, 300), False, id="one base apart"),
    pytest.param((100, 100), (100, 100), True, id="one base each"),
]


def regions(intervals: list[Interval]) -> GeneRegions:
    chrom, start, end = (np.array(column) for column in zip(*intervals, strict=True))
    names = np.array([f"g{place}" for place in range(len(start))], dtype=object)
    strand = np.array(["+"] * len(start), dtype=object)
    return GeneRegions(names, chrom.astype(object), start, end, strand, start, end)


def peaks(intervals: list[Interval]) -> Peaks:
    chrom, start, end = (np.array(column) for column in zip(*intervals, strict=True))
    names = np.array([f"p{place}" for place in range(len(start))], dtype=object)
    return Peaks(names, chrom.astype(object), start, end)


def by_comparing_all(ours: list[Interval], theirs: list[Interval]) -> Pairs:
    return {(i, j) for i, (a, start, end) in enumerate(ours) for j, (b, first, last) in enumerate(theirs)
            if a == b and start <= last and first <= end}


def as_set(found: tuple[np.ndarray, np.ndarray]) -> Pairs:
    pairs = list(zip(found[0].tolist(), found[1].tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    return set(pairs)


def drawn(seed: int, count: int, longest: int) -> list[Interval]:
    """Intervals on three chromosomes, so crowded that many touch, nest or lie side by side."""
    rng = np.random.default_rng(seed)
    start, length = rng.integers(1, 400, count), rng.integers(0, longest, count)
    return [(f"chr{c}", int(s), int(s + n)) for c, s, n in
            zip(rng.integers(1, 4, count), start, length, strict=True)]


@pytest.mark.parametrize(("region", "peak", "meet"), MEETINGS)
def test_how_two_intervals_meet(region: tuple[int, int], peak: tuple[int, int], meet: bool) -> None:
    one, other = regions([("chr1", *region)]), peaks([("chr1", *peak)])
    assert as_set(pairs_by_sweep(one, other)) == as_set(overlapping_pairs(one, other)) == ({(0, 0)} if meet else set())


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("longest", [1, 12, 300])
def test_the_sweep_finds_what_comparing_all_finds(seed: int, longest: int) -> None:
    ours, theirs = drawn(seed, 60, longest), drawn(seed + 100, 80, 40)
    expected = by_comparing_all(ours, theirs)
    assert expected
    assert as_set(pairs_by_sweep(regions(ours), peaks(theirs))) == expected


@pytest.mark.parametrize("seed", range(4))
def test_pyranges_finds_the_same(seed: int) -> None:
    pytest.importorskip("pyranges", reason="pyranges has no wheels for this platform; the sweep stands in for it")
    ours, theirs = drawn(seed, 60, 120), drawn(seed + 100, 80, 40)
    assert as_set(overlap._pairs_by_pyranges(regions(ours), peaks(theirs))) == by_comparing_all(ours, theirs)


def test_a_long_peak_before_many_short_ones_is_not_forgotten() -> None:
    theirs = [("chr1", 1, 1000), *(("chr1", 10 * place, 10 * place + 2) for place in range(1, 50))]
    assert as_set(pairs_by_sweep(regions([("chr1", 505, 507)]), peaks(theirs))) == {(0, 0)}


@pytest.mark.parametrize("installed", [True, False])
def test_pairs_come_sorted_with_or_without_pyranges(monkeypatch: pytest.MonkeyPatch, installed: bool) -> None:
    if installed:
        pytest.importorskip("pyranges", reason="pyranges has no wheels for this platform; the sweep stands in for it")
    else:
        monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    ours, theirs = drawn(1, 60, 120), drawn(2, 80, 40)
    region, peak = overlapping_pairs(regions(ours), peaks(theirs))
    assert list(zip(region.tolist(), peak.tolist(), strict=True)) == sorted(by_comparing_all(ours, theirs))


@pytest.mark.parametrize("find", [overlapping_pairs, pairs_by_sweep])
def test_nothing_in_common_is_no_pair(find) -> None:
    region, peak = find(regions([("chr1", 1, 5)]), peaks([("chr2", 1, 5), ("chr1", 9, 10)]))
    assert (region.tolist(), peak.tolist()) == ([], [])
    assert region.dtype == peak.dtype == np.int64
