"""Fragments files of every shape are read alike, in chunks; anything else is refused in one sentence."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from anchorscope.errors import Cancelled, InputError
from anchorscope.io.fragments import fragment_barcodes, fragment_chunks
from anchorscope.progress import CancelToken, Reporting

LINES = ["chr1\t100\t250\tAAAC-1", "chr1\t180\t300\tCCCC-1", "chr10\t5\t9\tAAAC-1", "chrX\t7\t50\tGGGG-1"]
EXPECTED = [("chr1", 100, 250, "AAAC-1"), ("chr1", 180, 300, "CCCC-1"), ("chr10", 5, 9, "AAAC-1"),
            ("chrX", 7, 50, "GGGG-1")]
HEADER = "chrom\tstart\tend\tbarcode\tcount"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str | bytes, name: str = "fragments.tsv.gz", *, blocks: int = 0) -> Path:
        data = text.encode() if isinstance(text, str) else text
        if blocks:  # as bgzip does: many small gzip members, an empty one last
            data = b"".join(gzip.compress(data[at:at + blocks]) for at in range(0, len(data) + blocks, blocks))
        elif name.endswith(".gz"):
            data = gzip.compress(data)
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return written


def read(path: Path, **more) -> list[tuple[str, int, int, str]]:
    return [(str(chunk.chroms[c]), int(s), int(e), str(chunk.barcodes[b]))
            for chunk in fragment_chunks(path, **more)
            for c, s, e, b in zip(chunk.chrom, chunk.start, chunk.end, chunk.barcode, strict=True)]


def with_more(columns: list[str]) -> str:
    return "".join("\t".join([line, *columns]) + "\n" for line in LINES)


@pytest.mark.parametrize("text", [
    pytest.param(with_more([]), id="4 columns"),
    pytest.param(with_more(["3"]), id="5 columns"),
    pytest.param(with_more(["3", "+"]), id="6 columns"),
    pytest.param(with_more([])[:-1], id="no newline at the end"),
    pytest.param(with_more([]).replace("\n", "\r\n"), id="lines of Windows"),
    pytest.param("\n\n" + with_more(["1"]) + "\n\n", id="empty lines"),
    pytest.param(HEADER + "\n" + with_more(["1"]), id="header"),
    pytest.param("# id=sample\n# assembly=x\n" + with_more(["1"]), id="comments first"),
    pytest.param("# id=x\n" + HEADER + "\n" + with_more(["1"]), id="comments and header"),
    pytest.param(with_more(["1"]).replace("chrX", "# merged\nchrX"), id="comment in the middle"),
    pytest.param(with_more(["1"]).replace("chr", ""), id="no chr"),
    pytest.param(with_more(["1"]).replace("chr1\t180", "Chr1\t180"), id="chr of another case"),
    pytest.param("\n".join([LINES[0] + "\t1", LINES[1] + "\t1\t+", *LINES[2:]]), id="lines of different length"),
])
def test_shapes_that_mean_the_same(write: Write, text: str) -> None:
    assert read(write(text)) == EXPECTED


@pytest.mark.parametrize("chunk_bytes", [30, 37, 64, 1 << 20])
@pytest.mark.parametrize("blocks", [0, 11, 50])
def test_chunks_and_blocks_do_not_matter(write: Write, chunk_bytes: int, blocks: int) -> None:
    path = write("# x\n" + HEADER + "\n" + with_more(["1"]), blocks=blocks)
    assert read(path, chunk_bytes=chunk_bytes) == EXPECTED


@pytest.mark.parametrize("name", ["fragments.tsv", "fragments.bed", "anything"])
def test_files_that_are_not_compressed(write: Write, name: str) -> None:
    assert read(write(with_more(["1"]), name)) == EXPECTED


def test_a_compressed_file_is_known_by_its_content(write: Write) -> None:
    assert read(write(gzip.compress(with_more(["1"]).encode()), "fragments.tsv")) == EXPECTED


def test_the_order_of_lines_is_kept_sorted_or_not(write: Write) -> None:
    assert read(write("\n".join(reversed(LINES)))) == EXPECTED[::-1]


def test_barcodes_may_hold_a_hash_and_names_of_missing_values(write: Write) -> None:
    path = write("chr1\t1\t2\ts1#AAAC-1\nchr1\t1\t2\tNA\nchr1\t1\t2\tnull\nchr1\t1\t2\t007\nchr1\t1\t2\t\"q\n")
    assert [row[3] for row in read(path)] == ["s1#AAAC-1", "NA", "null", "007", '"q']


def test_mitochondrial_names_are_one(write: Write) -> None:
    assert {row[0] for row in read(write("MT\t1\t2\ta\nchrM\t1\t2\ta\nM\t1\t2\ta\nchrMT\t1\t2\ta"))} == {"chrM"}


def test_memory_does_not_grow_with_the_file(write: Write) -> None:
    path = write(with_more(["1"]) * 5000)
    sizes = [len(chunk) for chunk in fragment_chunks(path, chunk_bytes=10_000)]
    assert sum(sizes) == 20_000
    assert max(sizes) < 700


def test_progress_counts_compressed_bytes(write: Write) -> None:
    letters = np.random.default_rng(0).integers(97, 123, (20_000, 30)).astype(np.uint8)
    path = write("".join(f"chr1\t1\t2\t{row.tobytes().decode()}\n" for row in letters))
    heard: list[float] = []
    assert len(read(path, progress=Reporting(heard.append, CancelToken()), chunk_bytes=50_000)) == 20_000
    assert heard == sorted(heard)
    assert heard[0] < 0.5
    assert heard[-1] == 1.0
    assert len(heard) >= 10


def test_a_cancel_is_obeyed_at_the_next_chunk(write: Write) -> None:
    token = CancelToken()
    chunks = fragment_chunks(write(with_more(["1"]) * 100), Reporting(lambda _: None, token), chunk_bytes=100)
    next(chunks)
    token.cancel()
    with pytest.raises(Cancelled):
        list(chunks)


def test_barcodes_come_with_their_fragments_most_first(write: Write) -> None:
    path = write("".join(f"chr1\t1\t9\t{name}\t7\n" for name in "abbbccdbb"))
    found = fragment_barcodes(path)
    assert found.names.tolist() == ["b", "c", "a", "d"]
    assert found.counts.tolist() == [5, 2, 1, 1]
    assert found.counts.dtype == np.int64
    assert fragment_barcodes(path, min_fragments=2).names.tolist() == ["b", "c"]
    assert len(fragment_barcodes(path, min_fragments=6)) == 0


# ---- bad files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "line"), [
    ("gene,cell,count\nA,b,3\n", "gene,cell,count"),
    ("chr1\t100\t200\n", "chr1 100 200"),
    ("chr1\t100\t200\tAAAC\nchr1\t300\n", "chr1 300"),
    ("chr1\t100\t200\tAAAC\nchr1\tx\t400\tAAAC\n", "chr1 x 400 AAAC"),
    ("chr1\t100\t200\tAAAC\nchr1\t3.5\t400\tAAAC\n", "chr1 3.5 400 AAAC"),
    ("chr1\t100\t200\tAAAC\nchr1\t400\t300\tAAAC\n", "chr1 400 300 AAAC"),
    ("chr1\t-5\t300\tAAAC\nchr1\t1\t3\tA\n", "chr1 -5 300 AAAC"),
    ("chr1\t100\t200\tAAAC\nchr1\t300\t400\t\n", "chr1 300 400"),
    (HEADER + "\n" + HEADER + "\n", "chrom start end barcode count"),
    ("chr1 100 200 AAAC\n", "chr1 100 200 AAAC"),
])
def test_text_that_is_no_fragments_file_is_refused_with_the_line(write: Write, text: str, line: str) -> None:
    with pytest.raises(InputError) as caught:
        read(write(text))
    assert f"fragments.tsv.gz is no fragments file: found the line “{line}”; give a frag" in str(caught.value)


@pytest.mark.parametrize("text", ["# only\n# comments\n", "\n\n\n", HEADER + "\n"])
def test_files_without_a_fragment_are_refused(write: Write, text: str) -> None:
    with pytest.raises(InputError, match=r"fragments\.tsv\.gz holds no fragments: found no line that is one"):
        read(write(text))


def test_a_file_that_breaks_off_is_refused(write: Write) -> None:
    path = write("".join(f"chr1\t{at}\t{at + 50}\tcell{at % 97}\n" for at in range(9999)))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(InputError, match=r"Cannot read fragments\.tsv\.gz: found a compressed file that is damaged"):
        read(path)


def test_a_damaged_file_is_refused(write: Write) -> None:
    path = write("".join(f"chr1\t{at}\t{at + 50}\tcell{at % 97}\n" for at in range(9999)))
    data = bytearray(path.read_bytes())
    data[2000:2100] = bytes(100)
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"damaged or incomplete|is no fragments file"):
        read(path)


@pytest.mark.parametrize("data", [b"\x89HDF\r\n\x1a\n" + bytes(500), bytes(range(256)) * 40, b"\x00" * 5000])
def test_binary_files_are_refused_in_letters_that_can_be_shown(write: Write, data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(write(data, "matrix.bin"), chunk_bytes=1000)
    assert str(caught.value).isprintable()
    assert "matrix.bin" in str(caught.value)


def test_missing_and_empty_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.tsv.gz").touch()
    with pytest.raises(InputError, match="an empty file"):
        read(tmp_path / "empty.tsv.gz")
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "none.tsv.gz")
