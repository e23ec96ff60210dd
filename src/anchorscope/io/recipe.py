"""A run as a file: which inputs, all settings, where the results go. Same recipe, same labels."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anchorscope.declared import Parameters
from anchorscope.errors import InputError, ParameterError
from anchorscope.io.atomic import atomic_path
from anchorscope.io.files import check_file
from anchorscope.io.inputs import FILES, Inputs
from anchorscope.parameters import MarkerPanel, Recipe, Repairs
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Query, Reference

READING = {"reading_reference": "reference_repairs", "reading_query": "query_repairs"}
"""Tables of the file that say how each side is read, and the fields of `Inputs` that hold it."""

SETTINGS = {item.name: item.default for item in dataclasses.fields(Recipe)}
"""Everything in a recipe that decides the labels, with its default."""

SCHEMA = 1
"""Raised when a recipe of an older program could no longer be understood."""


@dataclass(frozen=True)
class Outputs:
    """Where the results of a run go; what is ``None`` is not written."""

    h5ad: Path | None = None
    csv: Path | None = None
    json: Path | None = None
    report: Path | None = None

    def paths(self) -> list[Path]:
        """Return all that will be written."""
        return [path for path in dataclasses.astuple(self) if path is not None]


@dataclass(frozen=True)
class Plan:
    """Inputs, settings and outputs of one run, and the SHA-256 that reference and query had in it, where known."""

    inputs: Inputs
    recipe: Recipe = dataclasses.field(default_factory=Recipe)
    outputs: Outputs = dataclasses.field(default_factory=Outputs)
    checksums: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def changed(self, reference: Reference, query: Query) -> list[str]:
        """Return the names of the files whose content, as it was read now, is not what it was."""
        found = checksums_of(reference, query)
        paths = {"reference": self.inputs.reference, "query": self.inputs.query}
        return list(dict.fromkeys(paths[side].name for side, was in self.checksums.items() if found[side] != was))


def checksums_of(reference: Reference, query: Query) -> dict[str, str]:
    """Return what was found of the two files while they were read, for a recipe to keep."""
    return {"reference": reference.recognised.sha256, "query": query.recognised.sha256}


def read_recipe(path: Path | str) -> Plan:
    """Read a recipe; paths in it start from its own folder, settings that it leaves out have their default.

    Raises
    ------
    InputError
        If the file is no recipe, or of a newer program.
    ParameterError
        If it names a setting that does not exist or a value that is not allowed.
    """
    path = check_file(path)
    content = _content(path)
    _check_names(content, ["inputs", "outputs", "checksums", *READING, *SETTINGS])
    folder = path.resolve().parent
    inputs, outputs = content.pop("inputs", {}), _table("outputs", content.pop("outputs", {}))
    _check_names(outputs, [item.name for item in dataclasses.fields(Outputs)], "outputs")
    checksums = _table("checksums", content.pop("checksums", {}))
    _check_names(checksums, ["reference", "query"], "checksums")
    repairs = {name: _value(table, Repairs(), content.pop(table, {})) for table, name in READING.items()}
    return Plan(_inputs(inputs, folder, repairs), recipe_of(content), Outputs(**_paths("outputs", outputs, folder)),
                checksums)


def write_recipe(path: Path | str, plan: Plan, program: str, progress: Progress = SILENT) -> None:
    """Write a recipe as TOML; `program` is the version that wrote it, `progress` is told once it is complete.

    Raises
    ------
    OutputError
        If the file cannot be written; nothing is left behind.
    """
    import tomli_w

    folder = Path(path).resolve().parent
    content: dict[str, Any] = {"schema": SCHEMA, "program": program, "seed": plan.recipe.seed}
    content["inputs"] = _relative(plan.inputs, FILES, folder)
    content["outputs"] = _relative(plan.outputs, [item.name for item in dataclasses.fields(Outputs)], folder)
    if plan.checksums:
        content["checksums"] = dict(plan.checksums)
    content |= {table: dataclasses.asdict(getattr(plan.inputs, name)) for table, name in READING.items()}
    content |= _settings(plan.recipe)
    with atomic_path(Path(path), progress) as temporary:
        temporary.write_text(tomli_w.dumps(content), encoding="utf-8")


def recipe_text(recipe: Recipe, reading: dict[str, Repairs], program: str) -> str:
    """Return all settings of a run as the TOML of a recipe, without its files.

    Parameters
    ----------
    recipe
        The settings.
    reading
        How each side was read, by the tables of `READING`.
    program
        The version that wrote it.
    """
    import tomli_w

    content: dict[str, Any] = {"schema": SCHEMA, "program": program, "seed": recipe.seed}
    content |= {table: dataclasses.asdict(repairs) for table, repairs in reading.items()}
    return tomli_w.dumps(content | _settings(recipe))


def _settings(recipe: Recipe) -> dict[str, Any]:
    return {name: value for name, value in recipe.as_dict().items() if name != "seed"}


def recipe_of(values: dict[str, Any]) -> Recipe:
    """Return the recipe that `Recipe.as_dict` turned into plain values; what is absent has its default.

    Raises
    ------
    ParameterError
        If there is no such setting, or its value is not allowed.
    """
    _check_names(values, list(SETTINGS))
    return Recipe(**{name: _value(name, SETTINGS[name], value) for name, value in values.items()})


def _content(path: Path) -> dict[str, Any]:
    wanted = "give a file that this version of Anchorscope wrote as a recipe"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except PermissionError:
        raise InputError(f"Cannot read the recipe {path.name}", "no permission to open it", "change that") from None
    except UnicodeDecodeError:
        raise InputError(f"Cannot read the recipe {path.name}", "no text in it", wanted) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"Cannot read the recipe {path.name}", f"something that is no TOML ({error})",
                         "mend it there, or write the recipe anew") from None
    if (schema := content.pop("schema", None)) != SCHEMA:
        found = f"no line “schema = {SCHEMA}”" if schema is None else f"“schema = {schema}” in place of {SCHEMA}"
        raise InputError(f"Cannot read the recipe {path.name}", found, wanted)
    content.pop("program", None)
    return content


def _value(name: str, default: Any, value: Any) -> Any:
    if isinstance(default, Parameters):
        _check_names(_table(name, value), [item for item, *_ in default.declarations()], name)
        return type(default)(**{item: _same_kind(value[item], getattr(default, item)) for item in value})
    if isinstance(default, MarkerPanel):
        return _panel(name, _table(name, value))
    return _pairs(name, value) if isinstance(default, tuple) else value


def _panel(name: str, table: dict[str, Any]) -> MarkerPanel:
    _check_names(table, ["name", "entries"], name)
    entries = _pairs(f"{name}.entries", table.get("entries", []))
    if not entries or not all(type(item) is str for entry in entries for item in entry):
        raise ParameterError(f"“{name}.entries” of the recipe must be pairs of cell type and gene",
                             repr([list(entry) for entry in entries]), 'write [["B", "MS4A1"], …]')
    return MarkerPanel(str(table.get("name", "")), entries)


def _same_kind(value: Any, default: Any) -> Any:
    # TOML tells 1 from 1.0, users do not.
    return float(value) if isinstance(default, float) and type(value) is int else value


def _pairs(name: str, value: Any) -> tuple[tuple[Any, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise ParameterError(f"“{name}” of the recipe must be a list of pairs", repr(value), "write [[…, …], …]")
    return tuple((first, second) for first, second in value)


def _table(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ParameterError(f"“{name}” of the recipe must be a table of settings", repr(value), f"write [{name}]")
    return value


def _check_names(values: dict[str, Any], known: list[str], table: str = "") -> None:
    for name in values:
        if name not in known:
            where = f"under [{table}]" if table else "among the tables and settings"
            raise ParameterError("The recipe has a name that is not known", f"“{name}” {where}",
                                 f"use one of {', '.join(known)}")


def _inputs(values: Any, folder: Path, repairs: dict[str, Any]) -> Inputs:
    _check_names(_table("inputs", values), list(FILES), "inputs")
    if not {"reference", "query"} <= set(values):
        raise InputError("The recipe names no data", "no “reference” or no “query” under [inputs]", "add both")
    return Inputs(**_paths("inputs", values, folder), **repairs)


def _paths(table: str, values: dict[str, Any], folder: Path) -> dict[str, Any]:
    for name, value in values.items():
        if not isinstance(value, str) or not value:
            raise ParameterError(f"“{name}” under [{table}] must be a path", repr(value),
                                 'write it in quotation marks, for example "data/atac.h5ad", or leave the line out')
    return {name: folder / value for name, value in values.items()}


def _relative(paths: Inputs | Outputs, names: Iterable[str], folder: Path) -> dict[str, str]:
    given = {name: getattr(paths, name) for name in names}
    return {name: _relative_path(Path(path).resolve(), folder) for name, path in given.items() if path is not None}


def _relative_path(path: Path, folder: Path) -> str:
    # What lies elsewhere stays where it is when the recipe is moved.
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()
