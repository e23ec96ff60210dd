"""Name genes by symbol, written as Ensembl writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from anchorscope.errors import InputError
from anchorscope.io.gene_table import ASSEMBLIES, read_gene_table
from anchorscope.io.names import without_version
from anchorscope.io.species import recognise_species, spelling_of, symbols_of
from anchorscope.parameters import AS_IS, AUTOMATIC, FROM_FILE, FROM_IDS, Repairs
from anchorscope.results import Names, Repair

Table: TypeAlias = "Mapping[str, NDArray[np.generic]]"

SYMBOL_COLUMNS = ("feature_name", "gene_symbols", "gene_symbol", "gene_names", "gene_name", "gene_short_name",
                  "symbol", "symbols", "name")
"""Columns in which files whose genes are named by id keep the symbols."""

_SHOWN = 3

_MISSING = {"", "nan", "none", "<na>", "na"}


@dataclass(frozen=True)
class GeneNames:
    """What the genes are called.

    Parameters
    ----------
    names
        (n_genes,) not necessarily unique.
    ids
        (n_genes,) ids, or ``None``.
    species
        ``human``, ``mouse`` or ``None``.
    notes, repairs
        What was done or could be.
    """

    names: Names
    ids: Names | None
    species: str | None
    notes: tuple[str, ...]
    repairs: tuple[Repair, ...]


def name_genes(names: Names, ids: Names | None, table: Table, settings: Repairs) -> GeneNames:
    """Name genes by symbol, as far as the settings allow.

    Parameters
    ----------
    names
        (n_genes,) as in the file.
    ids
        (n_genes,) ids that the file keeps beside the names, or ``None``.
    table
        Columns of the feature table, each (n_genes,).
    settings
        Which repairs are wanted.

    Raises
    ------
    InputError
        If symbols are wanted from a column or from ids that the file does not have.
    """
    named, kept, notes, repairs = _symbols(names, ids, table, settings.genes)
    recognised = recognise_species(named, kept)
    species = recognised if settings.species == AUTOMATIC else settings.species
    spelled, more, spelling = _spelled(named, species, settings.case)
    found = f"genes of {recognised}" if recognised else "genes of neither human nor mouse"
    others = tuple(choice for choice in (AUTOMATIC, "human", "mouse") if choice != settings.species)
    kind = Repair("species", found, f"taken for {species}" if species else "", others)
    return GeneNames(spelled, kept, species, notes + more, (*repairs, *spelling, kind))


def _symbols(
    names: Names, ids: Names | None, table: Table, how: str
) -> tuple[Names, Names | None, tuple[str, ...], tuple[Repair, ...]]:
    by_id = _mostly_ids(names)
    column = next((name for name in SYMBOL_COLUMNS if name in table), None)
    if how == AS_IS or (how == AUTOMATIC and not by_id):
        offer = (Repair("genes", f"names such as “{names[0]}”", "", (AUTOMATIC,)),) if by_id else ()
        return names, ids, (), offer
    kept = names if by_id or ids is None else ids
    if how == FROM_FILE and column is None:
        raise InputError("The file keeps no symbols", f"no column such as {', '.join(SYMBOL_COLUMNS[:3])}",
                         "take them from Ensembl ids, or the names as they are")
    if column is not None and how != FROM_IDS:
        note = f"Genes are named by id; their symbols were taken from the column “{column}”."
        done = f"symbols from the column “{column}”"
        named = _from_column(names, table[column])
        return named, kept, (note,), (Repair("genes", f"ids such as “{names[0]}”", done, (FROM_IDS, AS_IS)),)
    return _from_ids(names, kept, how)


def _from_column(names: Names, column: NDArray[np.generic]) -> Names:
    """(n_genes,) symbols; a gene without one keeps its id."""
    texts = (str(value).strip() for value in column)
    return np.array([without_version(name) if text.lower() in _MISSING else text
                     for text, name in zip(texts, names, strict=True)], dtype=object)


def _from_ids(
    names: Names, ids: Names, how: str
) -> tuple[Names, Names | None, tuple[str, ...], tuple[Repair, ...]]:
    known = _symbol_of_id()
    bare = [without_version(str(name)) for name in ids]
    found = np.array([known.get(one, own) for one, own in zip(bare, names, strict=True)], dtype=object)
    n_known = sum(one in known for one in bare)
    if not n_known:
        if how == FROM_IDS:
            raise InputError("The genes have no Ensembl ids that are known", f"names such as “{ids[0]}”",
                             "take the names as they are")
        return names, ids, (), ()
    found = np.array([without_version(name) for name in found], dtype=object)
    share = f"{n_known:,} of {len(names):,}"
    note = f"Genes have Ensembl ids; {share} got their symbol from Ensembl 90."
    done = f"{share} got their symbol from Ensembl 90"
    return found, ids, (note,), (Repair("genes", f"ids such as “{ids[0]}”", done, (AS_IS,)),)


def _mostly_ids(names: Names) -> bool:
    # Numbers are ids of NCBI; no symbol is a number.
    n_ids = sum(name.startswith("ENS") or name.isdecimal() for name in names)
    return bool(2 * n_ids >= len(names))


@cache
def _symbol_of_id() -> dict[str, str]:
    tables = [read_gene_table(assembly) for assembly in reversed(ASSEMBLIES)]
    return {gene: name for table in tables for gene, name in zip(table.gene_id, table.symbol, strict=True)}


def _spelled(names: Names, species: str | None, how: str) -> tuple[Names, tuple[str, ...], tuple[Repair, ...]]:
    """Write symbols as Ensembl does, but for those that would then occur twice."""
    if species is None:
        return names, (), ()
    known, spelling, taken = symbols_of(species), spelling_of(species), set(names)
    changes = {name: spelling[name.upper()] for name in names if name not in known and name.upper() in spelling}
    changes = {name: new for name, new in changes.items() if new not in taken}
    if not changes:
        return names, (), ()
    shown = ", ".join(f"{old} → {new}" for old, new in list(changes.items())[:_SHOWN])
    shown += ", …" if len(changes) > _SHOWN else ""
    found = f"{len(changes):,} gene symbols that Ensembl writes otherwise ({shown})"
    if how == AS_IS:
        return names, (), (Repair("case", found, "", (AUTOMATIC,)),)
    spelled = np.array([changes.get(name, name) for name in names], dtype=object)
    note = f"{len(changes):,} gene symbols were written as in Ensembl: {shown}."
    return spelled, (note,), (Repair("case", found, "written as in Ensembl", (AS_IS,)),)
