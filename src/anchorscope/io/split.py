"""Split what was read into a reference and a query, and refuse what neither can use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anchorscope.counts import Counts, counts_per_cell, with_features
from anchorscope.errors import InputError
from anchorscope.io.assembly import check_assembly, recognise_assembly
from anchorscope.io.content import Content, Mask
from anchorscope.io.genes import GeneNames, name_genes
from anchorscope.io.labels import label_columns
from anchorscope.io.names import renamed_note, unique
from anchorscope.io.peaks import examples, parse_peaks
from anchorscope.io.recognise import Loaded, Side
from anchorscope.io.species import species_of_assembly
from anchorscope.parameters import AS_IS, AUTOMATIC, HOW_INVERTED, INVERT_LOG
from anchorscope.results import Names, Peaks, Query, Recognised, Reference, Repair


def reference_side(loaded: Loaded) -> Reference:
    """Genes and their counts as a reference, or the reason why they cannot be one."""
    side = loaded.rna
    if side is None:
        raise InputError(f"The file {loaded.recognised.path.name} is no RNA reference",
                         f"peaks only, {examples(loaded.content.names)}",
                         "give this file as the query, and an scRNA-seq file as the reference")
    counts = _counts(side, "reference")
    named = genes_of(loaded)
    genes, renamed = unique(named.names)
    notes = renamed_note("gene symbols", genes, renamed, named.ids) + _empty_cells(counts)
    recognised = _own(with_genes(loaded.recognised, named), side.content)
    return Reference(counts, genes, side.content.cells, _noted(recognised, notes), side.content.colours)


def query_side(loaded: Loaded, assembly: str) -> Query:
    """Peaks and their counts as a query, or the reason why they cannot be one."""
    side = loaded.atac
    if side is None:
        raise InputError(f"The file {loaded.recognised.path.name} is no ATAC query",
                         f"no peaks but {examples(loaded.content.names)}",
                         "give a file whose features are peaks, named like chr1:1000-1500")
    counts = _counts(side, "query")
    peaks, understood = peaks_of(loaded)
    counts = with_features(counts, understood)
    recognised = _own(with_assembly(with_chromosomes(loaded.recognised, peaks), peaks, assembly), side.content)
    notes = _nowhere(side.content.names[side.features][~understood]) + _empty_cells(counts)
    return Query(counts, peaks, side.content.cells, _noted(recognised, notes), obsm=side.content.obsm)


def _counts(side: Side, name_of_side: str) -> Counts:
    """Return the counts of one assay, or say why they cannot be used."""
    name, counts = side.content.path.name, side.content.counts
    if counts is None:
        raise InputError(f"The values in {name} are not counts", side.content.instead, _remedy(side.content))
    counts = with_features(counts, side.features)
    if not counts.shape[0]:
        raise InputError(f"The {name_of_side} {name} is empty", "no cells", "give a file with data")
    if not counts_per_cell(counts).any():
        raise InputError(f"The {name_of_side} {name} is empty", "no counts other than zero", "give a file with data")
    return counts


def _remedy(content: Content) -> str:
    raw = "give the file with raw counts, in X or in layers['counts']"
    exact = any(repair.name == "values" and INVERT_LOG in repair.choices for repair in content.repairs)
    return f"{raw}, or let the values be turned back into counts {HOW_INVERTED}" if exact else raw


def genes_of(loaded: Loaded) -> GeneNames:
    """Genes of the RNA side, named as the settings of the reading ask."""
    side = loaded.rna
    assert side is not None, "a file without genes is refused before"
    content, features = side.content, side.features
    table = {name: column[features] for name, column in content.table.items()}
    ids = None if content.ids is None else content.ids[features]
    return name_genes(content.names[features], ids, table, loaded.recognised.settings)


def peaks_of(loaded: Loaded) -> tuple[Peaks, Mask]:
    """Peaks of the file, and which of its peak features were understood."""
    content = loaded.content
    features = loaded.atac.features if loaded.atac else np.ones(len(content.names), dtype=np.bool_)
    table = {name: column[features] for name, column in content.table.items()}
    return parse_peaks(content.names[features], table, loaded.recognised.settings.chromosomes)


def with_genes(recognised: Recognised, named: GeneNames) -> Recognised:
    """Add what became of the gene names."""
    repairs = recognised.repairs + named.repairs
    return _noted(replace(recognised, species=named.species, repairs=repairs), named.notes)


def with_chromosomes(recognised: Recognised, peaks: Peaks) -> Recognised:
    """Add what became of the names of chromosomes, where the file has other names."""
    as_is = recognised.settings.chromosomes == AS_IS
    bare = [chrom if as_is else chrom.removeprefix("chr") for chrom in peaks.chrom]
    other = [(name, chrom) for name, chrom, own in zip(peaks.names, peaks.chrom, bare, strict=True)
             if str(name).startswith(own) and not own.startswith("chr")]
    if not other:
        return recognised
    found = f"{len(other):,} peaks named like “{other[0][0]}”"
    done = "" if as_is else f"read as on {other[0][1]}"
    repair = Repair("chromosomes", found, done, (AUTOMATIC if as_is else AS_IS,))
    return replace(recognised, repairs=(*recognised.repairs, repair))


def with_assembly(recognised: Recognised, peaks: Peaks, assembly: str) -> Recognised:
    """Add the assembly that was asked for, once checked, or the one recognised."""
    if assembly != AUTOMATIC:
        check_assembly(peaks, assembly)
        return _of_assembly(recognised, assembly)
    found = recognise_assembly(peaks)
    note = () if found else ("The assembly could not be told from the peaks; choose it.",)
    return _noted(_of_assembly(recognised, found), note)


def _of_assembly(recognised: Recognised, assembly: str | None) -> Recognised:
    asked = None if recognised.settings.species == AUTOMATIC else recognised.settings.species
    species = asked or recognised.species or species_of_assembly(assembly)
    return replace(recognised, assembly=assembly, species=species)


def _own(recognised: Recognised, content: Content) -> Recognised:
    """Keep to one side that has counts; the other one of an h5mu file may have other cells, or none that count."""
    columns = label_columns(content.cells)
    return replace(recognised, n_cells=len(content.cells), label_columns=columns, values="counts")


def _nowhere(names: Names) -> tuple[str, ...]:
    if not len(names):
        return ()
    return (f"{len(names):,} peaks whose names give no place were left out, such as “{names[0]}”.",)


def _empty_cells(counts: Counts) -> tuple[str, ...]:
    empty = int(np.count_nonzero(counts_per_cell(counts) == 0))
    return (f"{empty:,} cells have no counts at all; they were kept.",) if empty else ()


def _noted(recognised: Recognised, notes: tuple[str, ...]) -> Recognised:
    return replace(recognised, notes=recognised.notes + notes)
