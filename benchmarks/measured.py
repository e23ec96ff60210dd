"""One run in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

CORE = ("variable_genes", "pca", "labels", "gene_activity", "lsi", "shared_space", "anchors", "transfer")
"""The stages that labels depend on: all but grading and the maps."""


def measured(arguments: list[str], folder: Path) -> dict[str, object]:
    """Run ``anchorscope transfer`` with these arguments; return its summary and the wall seconds of the process."""
    summary = folder / "summary.json"
    command = [sys.executable, "-m", "anchorscope", "transfer", *arguments, "--out", str(folder / "out.h5ad"),
               "--json", str(summary)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(summary.read_text(encoding="utf-8")) | {"wall": time.perf_counter() - started}
