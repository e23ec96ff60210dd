"""`anchorscope inspect`: what a file was recognised as."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope.cli.progress_line import telling

if TYPE_CHECKING:
    from anchorscope.results import Recognised, Repair

SHORT = "say what a file was recognised as"

LONG = ("Says what a file holds: format, cells, genes or peaks, species, genome assembly, columns that can serve as "
        "labels, and what was or could be mended while reading it (by --set reading_query.NAME=VALUE of the other "
        "commands).")


def add(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("file", type=Path, metavar="FILE", help="h5ad, h5mu or 10x h5 file, MTX folder or fragments")
    command.add_argument("--json", action="store_true", help="answer in JSON, for scripts")


def execute(options: argparse.Namespace) -> None:
    """Print what was recognised."""
    from anchorscope.io import inspect
    from anchorscope.io.inputs import is_fragments

    found = _fragments(options.file) if is_fragments(options.file) else inspect(options.file)
    print(json.dumps(_as_dict(found), indent=2, ensure_ascii=False) if options.json else _in_words(found))


def _fragments(path: Path) -> Recognised:
    from anchorscope.io.fragment_query import MIN_FRAGMENTS, read_fragments_query
    from anchorscope.io.fragments import fragment_barcodes
    from anchorscope.progress import Part

    with telling("Reading fragments") as progress:
        counts = fragment_barcodes(path, progress=Part(progress, 0.0, 0.3)).counts
        # A shallow file is described as it is; whether its barcodes are cells is for the user to say.
        least = MIN_FRAGMENTS if (counts >= MIN_FRAGMENTS).any() else 1
        return read_fragments_query(path, min_fragments=least, progress=Part(progress, 0.3, 1.0)).recognised


def _as_dict(found: Recognised) -> dict[str, object]:
    return dataclasses.asdict(found) | {"path": str(found.path)}


def _in_words(found: Recognised) -> str:
    rows = [("file", str(found.path)), ("format", found.format), ("holds", found.kind), ("cells", f"{found.n_cells:,}"),
            ("features", f"{found.n_features:,}"), ("values", found.values)]
    rows += [("species", found.species)] if found.species else []
    rows += [("assembly", found.assembly)] if found.assembly else []
    rows += [("modalities", ", ".join(found.modalities))] if len(found.modalities) > 1 else []
    rows += [("label column", f"{column.name} ({column.n_types} types"
              + (f", {column.n_missing:,} cells without)" if column.n_missing else ")"))
             for column in found.label_columns]
    rows += [("repair", _repair(repair)) for repair in found.repairs]
    rows += [("note", note) for note in found.notes]
    return "\n".join(f"{name + ':':<14} {text}" for name, text in rows)


def _repair(repair: Repair) -> str:
    others = f" (“{repair.name}” may also be {', '.join(repair.choices)})" if repair.choices else ""
    return f"{repair.found}: {repair.done or 'left as it is'}{others}"
