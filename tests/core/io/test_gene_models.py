"""GTF, GFF3 and BED become gene tables, as the sources write them."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from anchorscope.errors import Cancelled, InputError
from anchorscope.io import read_gene_model
from anchorscope.parameters import AS_IS
from anchorscope.progress import CancelToken, Reporting

ENSEMBL_GTF = """#!genome-build GRCh38
1\thavana\tgene\t101\t200\t.\t+\t.\tgene_id "ENSG01"; gene_version "5"; gene_name "AAA"; gene_biotype "protein_coding";
1\thavana\ttranscript\t101\t200\t.\t+\t.\tgene_id "ENSG01"; transcript_id "T1"; gene_biotype "protein_coding";
1\thavana\tgene\t301\t400\t.\t-\t.\tgene_id "ENSG02"; gene_name "BBB"; gene_biotype "lncRNA";
X\thavana\tgene\t5\t50\t.\t-\t.\tgene_id "ENSG03"; gene_biotype "protein_coding";
MT\thavana\tgene\t7\t9\t.\t+\t.\tgene_id "ENSG04"; gene_name "MT-A"; gene_biotype "protein_coding";
KI270728.1\thavana\tgene\t7\t9\t.\t+\t.\tgene_id "ENSG05"; gene_name "CCC"; gene_biotype "protein_coding";
"""
GENCODE_GTF = """##description: evidence
chr1\tHAVANA\tgene\t101\t200\t.\t+\t.\tgene_id "ENSG01.5"; gene_type "protein_coding"; gene_name "AAA"; level 2;
chr1\tHAVANA\tgene\t301\t400\t.\t-\t.\tgene_id "ENSG02.1"; gene_type "lncRNA"; gene_name "BBB"; level 2;
chrX\tHAVANA\tgene\t5\t50\t.\t-\t.\tgene_id "ENSG03.2"; gene_type "protein_coding"; gene_name "ENSG03"; level 2;
chrM\tENSEMBL\tgene\t7\t9\t.\t+\t.\tgene_id "ENSG04.2"; gene_type "protein_coding"; gene_name "MT-A"; level 3;
"""
ENSEMBL_GFF = """##gff-version 3
1\tens\tgene\t101\t200\t.\t+\t.\tID=gene:ENSG01;Name=AAA;biotype=protein_coding;gene_id=ENSG01;version=5
1\tens\tmRNA\t101\t200\t.\t+\t.\tID=transcript:T1;Parent=gene:ENSG01;biotype=protein_coding
1\tens\tncRNA_gene\t301\t400\t.\t-\t.\tID=gene:ENSG02;Name=BBB;biotype=lncRNA;gene_id=ENSG02
X\tens\tgene\t5\t50\t.\t-\t.\tID=gene:ENSG03;biotype=protein_coding
MT\tens\tgene\t7\t9\t.\t+\t.\tID=gene:ENSG04;Name=MT%2DA;biotype=protein_coding
"""
UCSC_GTF = """chr1\tucsc\ttranscript\t101\t180\t.\t+\t.\tgene_id "ENSG01"; transcript_id "T1"; gene_name "AAA";
chr1\tucsc\texton\t101\t900\t.\t+\t.\tgene_id "ENSG01"; transcript_id "T1"; gene_name "AAA";
chr1\tucsc\ttranscript\t120\t200\t.\t+\t.\tgene_id "ENSG01"; transcript_id "T2"; gene_name "AAA";
chr7\tucsc\ttranscript\t120\t999\t.\t+\t.\tgene_id "ENSG01"; transcript_id "T3"; gene_name "AAA";
chrX\tucsc\ttranscript\t5\t50\t.\t-\t.\tgene_id "ENSG03"; transcript_id "T4";
chrM\tucsc\ttranscript\t7\t9\t.\t+\t.\tgene_id "ENSG04"; transcript_id "T5"; gene_name "MT-A";
"""
BED12 = """track name=genes
chr1\t100\t180\tENSG01\t0\t+\t100\t180\t0\t1\t80,\t0,
chr1\t119\t200\tENSG01\t0\t+\t119\t200\t0\t1\t81,\t0,
chrX\t4\t50\tENSG03\t0\t-\t4\t50\t0\t1\t46,\t0,
chrM\t6\t9\tENSG04\t0\t+\t6\t9\t0\t1\t3,\t0,
chr3\t6\t9\tnone\t0\t.\t6\t9\t0\t1\t3,\t0,
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name):
        content = text.encode()
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return tmp_path / name
    return write


@pytest.mark.parametrize(("text", "name"), [
    (ENSEMBL_GTF, "mine.gtf"), (ENSEMBL_GTF, "mine.gtf.gz"), (GENCODE_GTF, "mine.GTF"), (ENSEMBL_GFF, "mine.gff3"),
    (ENSEMBL_GFF, "mine.gff.gz"), (UCSC_GTF, "mine.gtf"), (BED12, "mine.bed"), (BED12, "mine.bed.gz")])
def test_all_forms_give_the_same_genes(write, text, name) -> None:
    table = read_gene_model(write(text, name))
    assert list(table.gene_id) == ["ENSG01", "ENSG03", "ENSG04"]
    assert list(table.symbol) == (list(table.gene_id) if "bed" in name else ["AAA", "ENSG03", "MT-A"])
    assert list(table.chrom) == ["chr1", "chrX", "chrM"]
    assert list(table.start) == [101, 5, 7]
    assert list(table.end) == [200, 50, 9]
    assert list(table.strand) == ["+", "-", "+"]
    assert list(table.tss) == [101, 50, 7]
    assert table.start.dtype == np.int64
    assert table.assembly == "mine"


def test_chromosomes_of_another_species(write) -> None:
    path = write("2L\t10\t20\tvg\t0\t+\n", "fly.bed")
    with pytest.raises(InputError, match=r"of fly\.bed lies on a known chromosome: found chromosomes such as “2L”"):
        read_gene_model(path)
    assert list(read_gene_model(path, chromosomes=AS_IS).chrom) == ["2L"]


@pytest.mark.parametrize(("text", "name", "problem"), [
    ("chr1\t10\t20\n", "a.bed", "be read from a.bed: found no line that describes a gene with its strand"),
    ("chr1\t10\t20\tg\t0\t.\n", "a.bed", "No gene could be read"),
    ("hello\n", "a.gtf", "No gene could be read"),
    (ENSEMBL_GTF.replace("protein_coding", "lncRNA"), "a.gtf", "has no protein-coding gene: found 5 other genes"),
    ("x", "a.txt", "a name that ends in “.txt”; give a GTF or GFF3 file, or a BED"),
    ("\0\0\0", "a.gtf", "something that is not text"),
])
def test_no_gene_model(write, text, name, problem) -> None:
    with pytest.raises(InputError, match=problem):
        read_gene_model(write(text, name))


def test_gzip_that_breaks_off(write) -> None:
    path = write(ENSEMBL_GTF, "a.gtf.gz")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="damaged or incomplete"):
        read_gene_model(path)


def test_cancel(write) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        read_gene_model(write(ENSEMBL_GTF, "a.gtf"), Reporting(lambda _: None, token))
