"""The files of a session: which they are, whether they are there and unchanged, read in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from anchorscope.parameters import Repairs
from anchorscope.progress import Part
from anchorscope_desktop.state import reading
from anchorscope_desktop.state.files import QueryFiles, ReferenceFiles
from anchorscope_desktop.state.reading import Present

if TYPE_CHECKING:
    from anchorscope.io.session import SavedSession
    from anchorscope.progress import Progress
    from anchorscope.results import Query, Reference

_SIDES = ("reference", "query")


class Asking(Protocol):
    """Asks the user for files."""

    def open_file(self, title: str, filters: str) -> Path | None:
        """Return an existing file, or nothing."""

    def save_file(self, title: str, suggestion: str, filters: str) -> Path | None:
        """Return where to write, with a suffix of `filters`, or nothing."""


@dataclass(frozen=True)
class Wanted:
    """The files that a session needs back, and how they are read."""

    files: Mapping[str, Path]
    reading: Mapping[str, Repairs]
    checksums: Mapping[str, str]
    assembly: str
    paired: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the files that are not where they were."""
        return tuple(name for name, path in self.files.items() if not path.exists())


@dataclass(frozen=True)
class Attached:
    """What was read: one side or both, and the names of files that have another content than they had."""

    reference: Reference | None
    query: Query | None
    changed: tuple[str, ...]
    shared: int


def found_again(asking: Asking, wanted: Wanted, name: str) -> Wanted | None:
    """Ask where one of the missing files is now; whatever else was that file moves with it."""
    lost = wanted.files[name]
    path = asking.open_file(f"Find {lost.name}", "All files (*)")
    if path is None:
        return None
    return replace(wanted, files={key: path if one == lost else one for key, one in wanted.files.items()})


def files_of(reference: ReferenceFiles | None, query: QueryFiles | None,
             ) -> tuple[dict[str, Path], dict[str, Repairs]]:
    """Return all files by the names that a session has for them, and how each side is read."""
    files: dict[str, Path | None] = {}
    if reference is not None:
        files |= {"reference": reference.path, "reference_labels": reference.labels}
    if query is not None:
        files |= {"query": query.path, "peaks": query.peaks, "fragments": query.fragments,
                  "annotation": query.annotation, "query_labels": query.labels}
    repairs = {name: side.repairs for name, side in zip(_SIDES, (reference, query), strict=True) if side is not None}
    return {name: path for name, path in files.items() if path is not None}, repairs


def sides_of(files: Mapping[str, Path], repairs: Mapping[str, Repairs],
             ) -> tuple[ReferenceFiles | None, QueryFiles | None]:
    """Return what `files_of` was made of."""
    reference, query = files.get("reference"), files.get("query")
    return (
        None if reference is None else ReferenceFiles(
            reference, files.get("reference_labels"), repairs.get("reference", Repairs())),
        None if query is None else QueryFiles(
            query, files.get("peaks"), files.get("fragments"), files.get("annotation"), files.get("query_labels"),
            repairs.get("query", Repairs())))


def save(path: Path, session: SavedSession, progress: Progress) -> None:
    """Write a session with the checksums of all its files."""
    from anchorscope.io.session import checksums_of, write_session

    checksums = checksums_of(session.files, session.checksums, Part(progress, 0.0, 0.3))
    write_session(path, replace(session, checksums=checksums), Part(progress, 0.3, 1.0))


def read(wanted: Wanted, progress: Progress) -> Attached:
    """Read the files of a session and hold them against their checksums."""
    from anchorscope.io.session import checksums_of

    reference, query = sides_of(wanted.files, wanted.reading)
    brought, part = None, Part(progress, 0.0, 0.8)
    if reference is not None and query is not None:
        brought = reading.read_both(reference, query, wanted.assembly, part, paired=wanted.paired)
    elif reference is not None:
        brought = reading.read_reference(reference, Present(), part)
    elif query is not None:
        brought = reading.read_query(query, wanted.assembly, Present(), part, fresh=True)
    assert brought is not None
    sides = {"reference": brought.reference, "query": brought.query}
    known = {name: side.recognised.sha256 for name, side in sides.items() if side is not None}
    found = checksums_of({name: wanted.files[name] for name in wanted.checksums if name in wanted.files}, known,
                         Part(progress, 0.8, 1.0))
    changed = tuple(wanted.files[name].name for name, value in found.items() if wanted.checksums[name] != value)
    return Attached(brought.reference, brought.query, tuple(dict.fromkeys(changed)), brought.shared)
