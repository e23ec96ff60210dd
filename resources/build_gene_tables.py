"""Build the compact gene tables of this folder from complete ones: `python build_gene_tables.py FOLDER`.

FOLDER holds `<assembly>.ensembl90.tsv.gz` with the columns gene_id, symbol, chrom, start, end, strand and
biotype. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ASSEMBLIES = ("GRCh38", "GRCm38", "GRCh37")
COLUMNS = ("gene_id", "symbol", "chrom", "start", "end", "strand")
STANDARD_CHROMOSOMES = {f"chr{name}" for name in [*range(1, 23), "X", "Y", "M"]}
DESTINATION = Path(__file__).parent / "genes"


def kept(genes: Iterable[dict[str, str]]) -> Iterator[list[str]]:
    """Yield protein-coding genes with a symbol on standard chromosomes, in the order of the source.

    The order is part of the result: of several rows with one symbol, the first is the gene's.
    """
    for gene in genes:
        if gene["biotype"] == "protein_coding" and gene["symbol"] and gene["chrom"] in STANDARD_CHROMOSOMES:
            yield [gene[column] for column in COLUMNS]


def build(source: Path, destination: Path) -> int:
    """Write one compact table and return the number of its genes."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as lines:
        rows = list(kept(csv.DictReader(lines, delimiter="\t")))
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows([COLUMNS, *rows])
    destination.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    return len(rows)


def main() -> None:
    """Build all tables from the folder named on the command line."""
    folder = Path(sys.argv[1])
    DESTINATION.mkdir(exist_ok=True)
    for assembly in ASSEMBLIES:
        genes = build(folder / f"{assembly}.ensembl90.tsv.gz", DESTINATION / f"{assembly}.tsv.gz")
        print(f"{assembly}: {genes:,} genes")


if __name__ == "__main__":
    main()
