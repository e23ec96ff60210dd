"""Where peaks lie, however they are named."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.io import parse_peaks
from anchorscope.io.peaks import are_peaks


def names(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


@pytest.mark.parametrize(("name", "place"), [
    ("chr1:100-200", ("chr1", 100, 200)),
    ("chr1_100_200", ("chr1", 100, 200)),
    ("chr1-100-200", ("chr1", 100, 200)),
    ("chr1:100_200", ("chr1", 100, 200)),
    ("1:100-200", ("chr1", 100, 200)),
    ("X_100_200", ("chrX", 100, 200)),
    ("MT:1-16000", ("chrM", 1, 16000)),
    ("chrMT-1-16000", ("chrM", 1, 16000)),
    ("Chr2:5-5", ("chr2", 5, 5)),
    ("chr1:0-100", ("chr1", 0, 100)),
    ("chr1:1,000-2,000", ("chr1", 1000, 2000)),
    ("chr1:100-200-1", ("chr1", 100, 200)),
    ("chrUn-GL456394-17505-17793", ("chrUn-GL456394", 17505, 17793)),
    ("chrUn_GL456394_17505_17793", ("chrUn_GL456394", 17505, 17793)),
    ("chr4_GL456216_random:10-20", ("chr4_GL456216_random", 10, 20)),
    ("GL000194.1:1-100", ("chrGL000194.1", 1, 100)),
])
def test_every_way_of_naming_a_peak(name: str, place: tuple[str, int, int]) -> None:
    peaks, understood = parse_peaks(names("chr7:1-2", name))
    assert (peaks.chrom[1], peaks.start[1], peaks.end[1]) == place
    assert peaks.names[1] == name
    assert understood.all()
    assert peaks.start.dtype == peaks.end.dtype == np.int64


@pytest.mark.parametrize("name", ["LYZ", "HLA-A", "MT-ND1", "RP11-34P13.7", "chr1", "chr1:100", "chr1:200-100", "",
                                  "chr1:1-99999999999999999999", "ERCC-00002", ":1-2", "chr1:,-,"])
def test_other_names_are_no_peaks(name: str) -> None:
    assert not are_peaks(names(name)).any()
    peaks, understood = parse_peaks(names(name, "chr1:1-2"))
    assert list(understood) == [False, True]
    assert list(peaks.names) == ["chr1:1-2"]


@pytest.mark.parametrize("columns", [("chrom", "start", "end"), ("seqnames", "start", "end"), ("chr", "start", "stop"),
                                     ("Chromosome", "Start", "End"), ("chrom", "chromStart", "chromEnd")])
@pytest.mark.parametrize("kind", [int, float, str])
def test_columns_serve_where_names_do_not(columns: tuple[str, str, str], kind: type) -> None:
    values = ["chr1", "2"], [10, 30], [20, 40]
    table = {name: np.array([kind(value) if place else value for value in column])
             for place, (name, column) in enumerate(zip(columns, values, strict=True))}
    peaks, understood = parse_peaks(names("peak_1", "peak_2"), table)
    assert list(peaks.chrom) == ["chr1", "chr2"]
    assert list(peaks.start) == [10, 30]
    assert list(peaks.end) == [20, 40]
    assert understood.all()


def test_columns_with_gaps_give_the_rows_without() -> None:
    table = {"chrom": np.array(["chr1", "chr1"]), "start": np.array([5.0, np.nan]), "end": np.array([9.0, 9.0])}
    assert list(parse_peaks(names("p1", "p2"), table)[1]) == [True, False]


def test_coordinates_of_genes_are_no_peaks() -> None:
    table = {"chrom": np.array(["chr1"] * 3), "start": np.arange(3), "end": np.arange(3) + 9}
    assert are_peaks(names("p1", "p2", "p3"), table).all()
    assert not are_peaks(names("LYZ", "CD8A", "MS4A1"), table).any()
    assert not are_peaks(names("ENSG00000156738", "p2", "p3"), table).any()


def test_names_win_over_columns() -> None:
    table = {"chrom": np.array(["chr9"]), "start": np.array([1]), "end": np.array([2])}
    assert parse_peaks(names("chr1:3-4"), table)[0].chrom[0] == "chr1"


def test_no_peaks_gives_an_example_of_what_was_found() -> None:
    with pytest.raises(InputError, match=r"not peaks: found names such as “LYZ”, “CD8A”; give .* chr1:1000-1500"):
        parse_peaks(names("LYZ", "CD8A"))


def test_no_known_chromosome() -> None:
    with pytest.raises(InputError, match="No peak lies on a known chromosome: found names such as “scaffold_12:1-9”"):
        parse_peaks(names("scaffold_12:1-9", "GL000194.1:1-100"))


def test_one_known_chromosome_is_enough() -> None:
    assert len(parse_peaks(names("scaffold_12:1-9", "22:1-100"))[0]) == 2
