"""Tell human from mouse by gene symbols, Ensembl ids or the assembly, and say when two files differ."""

from __future__ import annotations

from functools import cache

from anchorscope.errors import InputError
from anchorscope.io.gene_table import read_gene_table
from anchorscope.results import Names, Query, Recognised, Reference

ASSEMBLIES_OF = {"human": ("GRCh38", "GRCh37"), "mouse": ("GRCm38",)}
"""Gene tables of each species, newest first."""

PREFIXES = {"human": "ENSG", "mouse": "ENSMUSG"}
"""How Ensembl ids of genes begin."""

LEAD, FEWEST = 2, 3
"""How many times as many genes as for the other species must be known, and how many at least."""


@cache
def symbols_of(species: str) -> frozenset[str]:
    """Symbols of the protein-coding genes of a species, under all its assemblies."""
    return frozenset().union(*(read_gene_table(assembly).symbol for assembly in ASSEMBLIES_OF[species]))


@cache
def spelling_of(species: str) -> dict[str, str]:
    """Symbol as Ensembl writes it, by the symbol in capitals; the newest assembly decides."""
    tables = [read_gene_table(assembly) for assembly in reversed(ASSEMBLIES_OF[species])]
    return {symbol.upper(): symbol for table in tables for symbol in reversed(table.symbol)}


def recognise_species(names: Names, ids: Names | None = None) -> str | None:
    """Return ``human``, ``mouse``, or ``None`` where symbols and ids do not settle it.

    Parameters
    ----------
    names
        (n_genes,) symbols or ids.
    ids
        (n_genes,) ids beside the symbols, if there are any.

    Notes
    -----
    Symbols of the two species differ in case only, for most genes: GAPDH and Gapdh. Capitals therefore read as human.
    """
    by_id = {species: _beginning(names if ids is None else ids, prefix) for species, prefix in PREFIXES.items()}
    by_symbol = {species: sum(name in symbols_of(species) for name in names) for species in PREFIXES}
    return _leading(by_id) or _leading(by_symbol)


def species_of_assembly(assembly: str | None) -> str | None:
    """Return the species of an assembly whose genes are known."""
    return next((species for species, known in ASSEMBLIES_OF.items() if assembly in known), None)


def species_conflict(reference: Reference, query: Query) -> str | None:
    """Say in a sentence that reference and query are of two species; ``None`` if they are not, or it is not known."""
    try:
        check_species(reference, query)
    except InputError as error:
        return str(error)
    return None


def check_species(reference: Reference, query: Query) -> None:
    """Refuse a reference and a query of two species; genes that the user brought may be named like the other's.

    Raises
    ------
    InputError
        With both species.
    """
    first, second = _species(reference.recognised), _species(query.recognised)
    if first is None or second is None or first == second or query.annotation is not None:
        return
    raise InputError(f"The reference is {first}, the query {second}",
                     f"{reference.recognised.path.name} and {query.recognised.path.name}, which hardly share a gene",
                     "give two files of one species")


def _species(recognised: Recognised) -> str | None:
    return recognised.species or species_of_assembly(recognised.assembly)


def _beginning(names: Names, prefix: str) -> int:
    return sum(str(name).startswith(prefix) for name in names)


def _leading(known: dict[str, int]) -> str | None:
    best, other = sorted(known, key=lambda species: known[species], reverse=True)
    return best if known[best] >= max(FEWEST, LEAD * known[other]) else None
