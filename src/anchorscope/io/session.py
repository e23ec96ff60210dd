"""A session as one file: which inputs, all settings, what was found, and what the window showed."""

from __future__ import annotations

import dataclasses
import json
import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError, ParameterError
from anchorscope.io.atomic import atomic_path
from anchorscope.io.files import check_file, checksum
from anchorscope.io.packing import Packer
from anchorscope.io.recipe import recipe_of
from anchorscope.io.session_summary import MANIFEST
from anchorscope.io.unpacking import Unpacker
from anchorscope.machine import version_of
from anchorscope.parameters import Recipe, Repairs
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import AnyJob, CoEmbedding, Job, Outcome, Peaks, Query, QueryJob, Reference, ReferenceJob

SUFFIX = ".anchorscope"
SCHEMA = 1
"""Raised whenever a file of the program before could no longer be understood; `MIGRATIONS` then gains an entry."""

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""What turns the manifest of one schema into that of the next."""

_FASTEST = 1
_REMEDY = "open another copy, or begin anew from the recipe"


@dataclass(frozen=True)
class SessionState:
    """What changes from one moment to the next, and is small.

    Parameters
    ----------
    recipe
        The settings being edited.
    shown
        Number of the run that is shown; 0 without one.
    view
        What the window shows, in plain values that only the window understands.
    """

    recipe: Recipe = field(default_factory=Recipe)
    shown: int = 0
    view: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SavedRun:
    """A finished run; in a file its job has both sides without their counts."""

    number: int
    job: Job
    outcome: Outcome
    seconds: float
    strange_markers: tuple[str, ...] = ()
    """Markers of the cells unlike the reference."""
    merged: CoEmbedding | None = None
    """The map of both assays, where it was drawn."""


@dataclass(frozen=True)
class SavedComparison:
    """The comparison of models and reductions: of which job, and its table in plain values."""

    job: Job
    table: Mapping[str, Any]


@dataclass(frozen=True)
class SavedStages:
    """What was computed of a job that has not been run as a whole, or of one side: the results by their stages."""

    job: AnyJob
    results: Mapping[str, Any]


@dataclass(frozen=True)
class SavedSession:
    """Everything a session file holds.

    Parameters
    ----------
    state
        Settings and view.
    files
        The inputs by the names of `anchorscope.io.inputs.FILES`; those of a side that is not loaded are absent.
    reading
        How each side, ``reference`` and ``query``, is read.
    checksums
        SHA-256 of each of the files.
    reference, query
        The sides being edited; in a file without their counts, see `without_counts`.
    runs
        All finished runs.
    stamp
        Tells which file a `SessionState` that was written separately belongs to.
    comparison
        The last comparison of models and reductions.
    begun
        Stages that were finished under the settings being edited and belong to none of the runs.
    """

    state: SessionState
    files: Mapping[str, Path]
    reading: Mapping[str, Repairs]
    checksums: Mapping[str, str]
    reference: Reference | None = None
    query: Query | None = None
    runs: tuple[SavedRun, ...] = ()
    stamp: str = ""
    comparison: SavedComparison | None = None
    begun: SavedStages | None = None


def without_counts(side: Reference | Query) -> Reference | Query:
    """Return a side with its cells and all that was recognised, but no counts and no features."""
    nothing = np.empty(0, dtype=object)
    counts = sparse.csr_matrix(np.zeros((len(side.cells), 0), dtype=np.float32))
    if isinstance(side, Reference):
        return dataclasses.replace(side, counts=counts, genes=nothing)
    none = np.empty(0, dtype=np.int64)
    return dataclasses.replace(side, counts=counts, peaks=Peaks(nothing, nothing, none, none), obsm={}, annotation=None)


def checksums_of(files: Mapping[str, Path], known: Mapping[str, str], progress: Progress = SILENT) -> dict[str, str]:
    """Return the SHA-256 of every file by name; those that are `known`, and folders, are not read again."""
    missing = [name for name, path in files.items() if name not in known and path.is_file()]
    found = {name: checksum(files[name], Part(progress, place / len(missing), (place + 1) / len(missing)))
             for place, name in enumerate(missing)}
    return {name: value for name, value in {**known, **found}.items() if name in files}


def write_session(path: Path | str, session: SavedSession, progress: Progress = SILENT) -> None:
    """Write a session; counts are left out, they stay in the files they came from.

    Parameters
    ----------
    path
        Where to; an existing file is replaced once the new one is complete.
    session
        What to keep.
    progress
        Hears the fraction done.

    Raises
    ------
    OutputError
        If the file cannot be written; nothing is left behind.
    Cancelled
        If the work has been asked to stop; what was there is as it was.
    """
    path = Path(path)
    with (atomic_path(path, progress) as temporary,
          ZipFile(temporary, "w", ZIP_DEFLATED, compresslevel=_FASTEST) as archive):
        manifest = _manifest(session, _Sides(Packer(archive)), path.resolve().parent, progress)
        archive.writestr(MANIFEST, json.dumps({"schema": SCHEMA, "program": version_of("anchorscope"), **manifest}))


def read_session(path: Path | str, progress: Progress = SILENT) -> SavedSession:
    """Read a session; an input that is no longer where it was is looked for beside the session file.

    Raises
    ------
    InputError
        If the file is no session, is damaged, or is of a newer program.
    """
    path = check_file(path)
    try:
        with ZipFile(path) as archive:
            manifest = _current(json.loads(archive.read(MANIFEST)), path.name)
            progress.update(0.1)
            return _session(manifest, Unpacker(archive), path.resolve().parent)
    except (InputError, ParameterError):
        raise
    except PermissionError:
        raise InputError(f"Cannot read the session {path.name}", "no permission to open it", "change that") from None
    except (BadZipFile, OSError, zlib.error, KeyError, ValueError, TypeError, AttributeError, EOFError) as error:
        found = "something that is no session" if isinstance(error, BadZipFile) else "a file that is damaged"
        raise InputError(f"Cannot read the session {path.name}", found, _REMEDY) from error


def write_state(path: Path | str, state: SessionState, stamp: str) -> None:
    """Write the small part alone, beside a session file that has the same `stamp`."""
    with atomic_path(Path(path)) as temporary:
        temporary.write_text(json.dumps({"schema": SCHEMA, "stamp": stamp, "state": _plain_state(state)}))


def read_state(path: Path | str, stamp: str) -> SessionState | None:
    """Return what `write_state` wrote for the session file with this `stamp`; ``None`` if there is nothing of use."""
    try:
        content = json.loads(Path(path).read_text())
        fits = content["schema"] == SCHEMA and content["stamp"] == stamp
        return _state(content["state"]) if fits else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


class _Sides:
    """The data sets of a session, each once and without counts."""

    def __init__(self, packer: Packer) -> None:
        self.packer = packer
        self._places: dict[int, int] = {}
        self.packed: list[Any] = []

    def place(self, side: Reference | Query | None) -> int | None:
        if side is None:
            return None
        if id(side) not in self._places:
            self._places[id(side)] = len(self.packed)
            self.packed.append(self.packer.pack(without_counts(side)))
        return self._places[id(side)]


def _manifest(session: SavedSession, sides: _Sides, folder: Path, progress: Progress) -> dict[str, Any]:
    runs = []
    for place, run in enumerate(session.runs):
        progress.update(place / len(session.runs))
        runs.append({"number": run.number, "seconds": run.seconds, **_plain_job(run.job, sides),
                     "outcome": sides.packer.pack(run.outcome), "strange_markers": list(run.strange_markers),
                     "merged": sides.packer.pack(run.merged)})
    compared, begun = session.comparison, session.begun
    return {
        "begun": {**_plain_job(begun.job, sides), "results": sides.packer.pack(dict(begun.results))} if begun else None,
        "stamp": session.stamp, "state": _plain_state(session.state), "runs": runs,
        "comparison": {**_plain_job(compared.job, sides), "table": dict(compared.table)} if compared else None,
        "files": {name: _plain_path(path, folder) for name, path in session.files.items()},
        "reading": {side: dataclasses.asdict(repairs) for side, repairs in session.reading.items()},
        "cells": {name: len(side.cells) for name, side in (("reference", session.reference), ("query", session.query))
                  if side is not None},
        "checksums": dict(session.checksums), "reference": sides.place(session.reference),
        "query": sides.place(session.query), "sides": sides.packed}


def _plain_job(job: AnyJob, sides: _Sides) -> dict[str, Any]:
    return {"recipe": job.recipe.as_dict(), "reference": sides.place(getattr(job, "reference", None)),
            "query": sides.place(getattr(job, "query", None))}


def _job(plain: dict[str, Any], sides: list[Any]) -> Job:
    return Job(sides[plain["reference"]], sides[plain["query"]], recipe_of(plain["recipe"]))


def _any_job(plain: dict[str, Any], sides: list[Any]) -> AnyJob:
    recipe = recipe_of(plain["recipe"])
    if plain["query"] is None:
        return ReferenceJob(sides[plain["reference"]], recipe)
    return QueryJob(sides[plain["query"]], recipe) if plain["reference"] is None else _job(plain, sides)


def _session(manifest: dict[str, Any], unpacker: Unpacker, folder: Path) -> SavedSession:
    sides = [unpacker.unpack(side) for side in manifest["sides"]]
    runs = tuple(SavedRun(
        run["number"], _job(run, sides), unpacker.unpack(run["outcome"]), run["seconds"],
        tuple(run.get("strange_markers", ())), unpacker.unpack(run.get("merged"))) for run in manifest["runs"])
    compared, begun = manifest.get("comparison"), manifest.get("begun")
    return SavedSession(
        _state(manifest["state"]), {name: _path(found, folder) for name, found in manifest["files"].items()},
        {side: Repairs(**values) for side, values in manifest["reading"].items()}, manifest["checksums"],
        _side(manifest["reference"], sides), _side(manifest["query"], sides), runs, manifest["stamp"],
        SavedComparison(_job(compared, sides), compared["table"]) if compared else None,
        SavedStages(_any_job(begun, sides), unpacker.unpack(begun["results"])) if begun else None)


def _side(place: int | None, sides: list[Any]) -> Any:
    return None if place is None else sides[place]


def _current(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the manifest as the present schema has it."""
    schema = manifest["schema"]
    if schema > SCHEMA:
        raise InputError(f"Cannot read the session {name}",
                         f"schema {schema} of Anchorscope {manifest.get('program', '')}",
                         f"open it with a newer Anchorscope; this one reads schemas up to {SCHEMA}")
    for older in range(schema, SCHEMA):
        manifest = MIGRATIONS[older](manifest)
    return manifest


def _plain_state(state: SessionState) -> dict[str, Any]:
    return {"recipe": state.recipe.as_dict(), "shown": state.shown, "view": dict(state.view)}


def _state(plain: dict[str, Any]) -> SessionState:
    return SessionState(recipe_of(plain["recipe"]), plain["shown"], plain["view"])


def _plain_path(path: Path, folder: Path) -> dict[str, str]:
    whole = path.resolve()
    try:
        beside = Path(os.path.relpath(whole, folder)).as_posix()
    except ValueError:  # another drive
        beside = ""
    return {"path": str(whole), "beside": beside}


def _path(plain: dict[str, str], folder: Path) -> Path:
    """Return where the file is: where it was, or at the same place seen from the session file."""
    there, beside = Path(plain["path"]), folder / plain["beside"]
    return beside if not there.exists() and plain["beside"] and beside.exists() else there
