"""Fragments counted by cell and region, and which barcode is which cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anchorscope.errors import Cancelled, InputError
from anchorscope.io import fragment_counts
from anchorscope.io.fragment_cells import find_cells
from anchorscope.io.fragment_counts import count_in_regions
from anchorscope.progress import CancelToken, Reporting

Fragment = tuple[str, int, int, str]
Region = tuple[str, int, int]


@pytest.fixture
def write(tmp_path: Path):
    def written(fragments: list[Fragment]) -> Path:
        path = tmp_path / "fragments.tsv"
        path.write_text("".join("\t".join(map(str, row)) + "\t9\n" for row in fragments))
        return path

    return written


def count(path: Path, regions: list[Region], barcodes: list[str], **more) -> np.ndarray:
    chrom, start, end = (np.array(column, dtype=object) for column in zip(*regions, strict=True))
    names = np.array(barcodes, dtype=object)
    return count_in_regions(path, chrom, start.astype(np.int64), end.astype(np.int64), names, **more).toarray()


def by_comparing_all(fragments: list[Fragment], regions: list[Region], barcodes: list[str]) -> list[list[int]]:
    return [[sum(name == cell and c == chrom and s < last and e > first - 1 for c, s, e, name in fragments)
             for chrom, first, last in regions] for cell in barcodes]


@pytest.mark.parametrize(("fragment", "touches"), [
    ((50, 99), False), ((50, 100), True), ((99, 100), True), ((120, 130), True), ((50, 500), True),
    ((199, 300), True), ((200, 300), False), ((99, 200), True),
])
def test_a_half_open_fragment_and_a_closed_region(write, fragment: tuple[int, int], touches: bool) -> None:
    # The region 100..200 counted from 1 is [99, 200) counted from zero.
    path = write([("chr1", *fragment, "a")])
    assert count(path, [("chr1", 100, 200)], ["a"]).tolist() == [[touches]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("longest", [2, 40, 600])
def test_counts_are_those_of_comparing_all(write, monkeypatch: pytest.MonkeyPatch, seed: int, longest: int) -> None:
    rng = np.random.default_rng(seed)
    fragments = [(f"chr{c}", int(s), int(s + n), f"cell{b}") for c, s, n, b in zip(
        rng.integers(1, 5, 300), rng.integers(0, 900, 300), rng.integers(1, 60, 300), rng.integers(0, 7, 300),
        strict=True)]
    regions = [(f"chr{c}", int(s), int(s + n)) for c, s, n in zip(
        rng.integers(1, 4, 50), rng.integers(1, 900, 50), rng.integers(0, longest, 50), strict=True)]
    barcodes = ["cell4", "cell0", "nobody", "cell6"]
    monkeypatch.setattr(fragment_counts, "_PENDING", 40)
    found = count(write(fragments), regions, barcodes)
    assert found.sum() > 0
    assert found.tolist() == by_comparing_all(fragments, regions, barcodes)
    assert found.dtype == np.float32


def test_every_line_counts_one_and_the_same_line_twice(write) -> None:
    path = write([("chr1", 10, 20, "a")] * 3 + [("chr1", 10, 20, "b")])
    assert count(path, [("chr1", 1, 100), ("chr1", 15, 16), ("chr2", 1, 100)], ["a", "b"]).tolist() == [
        [3, 3, 0], [1, 1, 0]]


def test_a_file_without_chr_fits_regions_with_it(write) -> None:
    assert count(write([("1", 10, 20, "a"), ("MT", 10, 20, "a")]), [("chr1", 1, 99), ("chrM", 1, 99)],
                 ["a"]).tolist() == [[1, 1]]


def test_counting_can_be_stopped_and_says_how_far_it_is(write) -> None:
    path, heard = write([("chr1", 10, 20, "a")] * 50), []
    count(path, [("chr1", 1, 100)], ["a"], progress=Reporting(heard.append, CancelToken()))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        count(path, [("chr1", 1, 100)], ["a"], progress=Reporting(lambda _: None, token))


# ---- which cell is which ----------------------------------------------------------------------------------------


def cells(write, theirs: list[str], ours: list[str]) -> list[int]:
    path = write([("chr1", 1, 9, name) for name in theirs])
    return find_cells(path, np.array(ours, dtype=object))(np.array(theirs, dtype=object)).tolist()


@pytest.mark.parametrize(("theirs", "ours", "expected"), [
    (["AC-1", "GT-1", "TT-1"], ["GT-1", "AC-1"], [1, 0, -1]),
    (["AC-1", "GT-1", "TT-1"], ["GT", "AC"], [1, 0, -1]),
    (["AC", "GT", "TT"], ["GT-1", "AC-1"], [1, 0, -1]),
    (["s#AC-1", "s#GT-1"], ["AC-1"], [0, -1]),
    (["AC-1", "GT-1"], ["s#AC-1"], [0, -1]),
    (["s#AC", "s#GT"], ["GT-1", "AC-1"], [1, 0]),
    (["AC-1", "AC-2"], ["AC-2"], [-1, 0]),
    (["AC-1", "GT-2"], ["AC", "GT"], [0, 1]),
    # As soon as one barcode is the same to the letter, only such ones count.
    (["AC-1", "GT"], ["AC-1", "GT-1"], [0, -1]),
])
def test_barcodes_are_matched_to_cells(write, theirs: list[str], ours: list[str], expected: list[int]) -> None:
    assert cells(write, theirs, ours) == expected


@pytest.mark.parametrize(("theirs", "ours"), [(["AC-1", "AC-2"], ["AC"]), (["AC"], ["AC-1", "AC-2"]),
                                              (["s1#AC", "s2#AC", "s1#GT"], ["AC-1", "GT-1"])])
def test_barcodes_that_could_be_several_cells_are_refused(write, theirs: list[str], ours: list[str]) -> None:
    with pytest.raises(InputError, match=r"match the cells only ambiguously: found cells such as .* and fragm"):
        cells(write, theirs, ours)


@pytest.mark.parametrize(("theirs", "ours"), [(["AC-1", "GT-1"], ["TT-1", "CC-1"]), (["AC-1"], ["AC-2"]),
                                              (["s1#AC"], ["s2#AC"])])
def test_files_of_other_cells_are_refused_with_examples_of_both(write, theirs: list[str], ours: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        cells(write, theirs, ours)
    sentence = str(caught.value)
    assert sentence.startswith("No barcode in fragments.tsv is that of a cell: found cells such as ")
    assert f"“{min(ours)}”" in sentence
    assert f"“{min(theirs)}”" in sentence


def test_what_was_left_out_of_barcodes_is_noted(write) -> None:
    same, other = (find_cells(write([("chr1", 1, 9, "AC-1")]), np.array([name], dtype=object))
                   for name in ("AC-1", "AC"))
    assert same.note == ""
    assert "cells such as “AC” and fragments of “AC-1”" in other.note
