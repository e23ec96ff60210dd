"""Real fragments files, counted, against an independent pass in plain Python and against Signac's total."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from anchorscope.gene_activity.models import activity_by_model
from anchorscope.gene_activity.regions import gene_regions
from anchorscope.io import read_gene_table, read_query
from anchorscope.io.fragment_counts import count_in_regions
from anchorscope.io.fragment_query import read_fragments_query, with_fragments
from anchorscope.io.fragments import fragment_barcodes
from anchorscope.parameters import GeneActivityParameters

FILES = [pytest.param("pbsmall_hg19", "GRCh37", 29_399, 150, id="pbsmall"),
         pytest.param("chr22_GRCh38", "GRCh38", 57_115, 100, id="chr22")]

BIN = 10_000
"""No fragment is longer, so that the plain pass need not hold each against all regions."""


def plain_counts(path, regions):
    """Count per (barcode, region), line by line; regions as (chrom, start, end), closed and counted from 1."""
    near, counts, lines = {}, {}, 0
    for place, (chrom, start, end) in enumerate(regions):
        for bin_ in range(start // BIN, end // BIN + 1):
            near.setdefault((chrom, bin_), set()).add((start, end, place))
    with gzip.open(path, "rt") as file:
        for line in file:
            lines += 1
            chrom, first, last, barcode = line.rstrip("\n").split("\t")[:4]
            bins = {int(first) // BIN, int(last) // BIN}
            for start, end, place in set().union(*(near.get((chrom, bin_), ()) for bin_ in bins)):
                if int(first) < end and int(last) > start - 1:
                    counts[barcode, place] = counts.get((barcode, place), 0) + 1
    return counts, lines


def as_dict(counts, barcodes):
    found = counts.tocoo()
    return {(barcodes[row], int(column)): int(value)
            for row, column, value in zip(found.row, found.col, found.data, strict=True)}


def listed(places):
    return list(zip(places.chrom.tolist(), places.start.tolist(), places.end.tolist(), strict=True))


@pytest.mark.parametrize(("name", "assembly", "n_fragments", "n_cells"), FILES)
def test_genes_are_counted_as_in_plain_python(shared_data, name, assembly, n_fragments, n_cells):
    path = shared_data / "fragments" / name / "fragments.tsv.gz"
    barcodes = fragment_barcodes(path)
    assert (barcodes.counts.sum(), len(barcodes)) == (n_fragments, n_cells)
    regions = gene_regions(read_gene_table(assembly), 2000, 0)
    theirs, lines = plain_counts(path, listed(regions))
    assert lines == n_fragments
    ours = count_in_regions(path, regions.chrom, regions.start, regions.end, barcodes.names)
    assert len(theirs) > 3000
    assert as_dict(ours, barcodes.names) == theirs


@pytest.mark.parametrize(("name", "assembly", "n_fragments", "n_cells"), FILES)
def test_tiles_are_counted_as_in_plain_python(shared_data, name, assembly, n_fragments, n_cells):
    path = shared_data / "fragments" / name / "fragments.tsv.gz"
    query = read_fragments_query(path, assembly=assembly, min_fragments=1)
    assert len(query.cells) == n_cells
    # Every fragment lies in one tile, or in two that follow each other.
    assert n_fragments < query.counts.sum() < 1.2 * n_fragments
    assert as_dict(query.counts, query.cells.index) == plain_counts(path, listed(query.peaks))[0]


def test_peaks_are_counted_as_in_plain_python(shared_data):
    folder = shared_data / "fragments" / "chr22_GRCh38"
    query = read_fragments_query(folder / "fragments.tsv.gz", folder / "peak_count.h5")
    matrix = read_query(folder / "peak_count.h5")
    assert query.cells.index.tolist() == matrix.cells.index.tolist()
    assert query.peaks.names.tolist() == matrix.peaks.names.tolist()
    assert (query.recognised.format, query.recognised.assembly) == ("fragments", "GRCh38")
    assert as_dict(query.counts, query.cells.index) == plain_counts(query.fragments, listed(query.peaks))[0]


def test_assembly_of_tiles_is_recognised(shared_data):
    path = shared_data / "fragments" / "pbsmall_hg19" / "fragments.tsv.gz"
    assert read_fragments_query(path, min_fragments=1).recognised.assembly == "GRCh37"


def test_the_total_is_signacs(shared_data):
    """Signac 1.9 counts 39,782: all gene ids, those that share a symbol included (SCO2 and SCO2.1).

    The model keeps one gene of each symbol, because a reference has no gene called SCO2.1: 69 counts less.
    """
    folder = shared_data / "fragments" / "chr22_GRCh38"
    query = with_fragments(read_query(folder / "peak_count.h5"), folder / "fragments.tsv.gz")
    table = read_gene_table("GRCh38")
    here = (table.chrom == "chr22") & (table.end - table.start + 1 < 500_000)
    before = np.where(table.strand == "-", 0, 2000)
    counts = count_in_regions(query.fragments, table.chrom[here], (table.start - before)[here],
                              (table.end + 2000 - before)[here], query.cells.index.to_numpy())
    assert counts.sum() == 39_782
    activity = activity_by_model(query, table, GeneActivityParameters(model="fragments"))
    twice = np.flatnonzero(table.symbol[here] == "SCO2")
    assert len(twice) == 2
    assert counts[:, twice[1]].sum() == 69
    assert activity.counts.sum() == 39_782 - 69


def test_types_of_blood_show_in_the_activity_of_their_markers(shared_data):
    """The barcodes of pbsmall begin with the type of the cell."""
    path = shared_data / "fragments" / "pbsmall_hg19" / "fragments.tsv.gz"
    query = read_fragments_query(path, assembly="GRCh37", min_fragments=1)
    activity = activity_by_model(query, read_gene_table("GRCh37"), GeneActivityParameters(model="fragments"))
    kind = query.cells.index.str[0].to_numpy()
    place = {symbol: row for row, symbol in enumerate(activity.regions.symbols)}
    for symbol, best in (("MS4A1", "B"), ("CD3D", "T"), ("CD5", "T"), ("CD14", "M")):
        values = activity.counts[:, [place[symbol]]].toarray().ravel()
        means = {name: values[kind == name].mean() for name in "BMT"}
        assert max(means, key=means.get) == best
