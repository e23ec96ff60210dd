"""Growing queries against one large reference, streamed from h5ad on disk: time, memory and their growth.

    python benchmarks/scale.py [--cells 10000 30000 100000 300000 1000000] [--reference 100000] [--folder DIR]
                               [--plot docs/images/scale.svg]

Cells are mixtures of simulated ones: each is half of the counts of one cell and half of those of another of the same
type, so that a million differ and cost no hour to make. The files are kept in the folder and used again, and so are the
figures of sizes that are not asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from forecast import sizes_of_files
from measured import CORE, measured
from scipy import sparse

from anchorscope.blocks import EvenBlocks
from anchorscope.export.h5ad import write_blocks
from anchorscope.io.atomic import atomic_path
from anchorscope.simulate import simulate_pair

BASE, GENES, PEAKS = 6_000, 20_000, 108_000
AT_A_TIME = 20_000
LIMITS = {"slope of time from 30,000 on": 1.1, "slope of memory from 100,000 on": 0.35, "memory of 1,000,000, GB": 6.0,
          "core of 100,000 + 100,000, min": 10.0, "core of 1,000,000 + 100,000, min": 60.0}
"""Largest slope on logarithmic axes, memory and time that are asked for."""


def main() -> None:
    """Make the files, run each size in a process of its own, print the table and draw the plot."""
    options = _options()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    reference = _provided(folder, "rna", options.reference)
    kept = folder / "scale.json"
    rows = _measured_before(kept, options)
    print(f"{'query cells':>12}" + "".join(f"{name:>16}" for name in (*CORE, "maps"))
          + f"{'core s':>9}{'whole s':>9}{'peak MiB':>10}{'accuracy':>10}", flush=True)
    for cells in options.cells:
        query = _provided(folder, "atac", cells)
        with tempfile.TemporaryDirectory(dir=folder) as results:
            found = measured(["--reference", str(reference), "--query", str(query), "--labels", "cell_type",
                              "--truth", "cell_type"], Path(results))
        rows[cells] = _row(cells, found) | {"sizes": asdict(sizes_of_files(reference, query))}
        _print_row(rows[cells], found["seconds"])
    ordered = [rows[cells] for cells in sorted(rows)]
    met = _limits(ordered, options.reference)
    kept.write_text(json.dumps(ordered), encoding="utf-8")
    if options.plot:
        _draw(ordered, options.plot)
    sys.exit(0 if met else 1)


def _measured_before(kept: Path, options: argparse.Namespace) -> dict[int, dict[str, float]]:
    """Return the rows of sizes that are not measured now, against the same reference; and say that they are old."""
    every = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    rows = {row["cells"]: row for row in every if row["cells"] not in options.cells
            and row["sizes"]["reference_cells"] == options.reference}
    if rows:
        print(f"from earlier runs, and counted below: {', '.join(f'{cells:,}' for cells in sorted(rows))} cells")
    return rows


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cells", type=int, nargs="+", default=[10_000, 30_000, 100_000, 300_000, 1_000_000])
    options.add_argument("--reference", type=int, default=100_000)
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "anchorscope-scale")
    options.add_argument("--plot", type=Path)
    return options.parse_args()


def _row(cells: int, found: dict[str, object]) -> dict[str, object]:
    seconds = found["seconds"]
    return {"cells": cells, "core": sum(seconds[name] for name in CORE), "whole": found["wall"],
            "memory": found["peak_memory_mib"], "accuracy": found["accuracy"], "seconds": seconds}


def _print_row(row: dict[str, float], seconds: dict[str, float]) -> None:
    print(f"{row['cells']:>12,}" + "".join(f"{seconds[name]:>16.1f}" for name in (*CORE, "maps"))
          + f"{row['core']:>9.0f}{row['whole']:>9.0f}{row['memory']:>10.0f}{row['accuracy']:>10.3f}", flush=True)


# ---- what is asked --------------------------------------------------------------------------------------------------


def _limits(rows: list[dict[str, float]], n_reference: int) -> bool:
    """Print every line that is asked for beside what was measured; return whether all are met."""
    by_cells = {int(row["cells"]): row for row in rows}
    found = {
        "slope of time from 30,000 on": _slope(rows, "core", 30_000),
        "slope of memory from 100,000 on": _slope(rows, "memory", 100_000),
        "memory of 1,000,000, GB": by_cells[1_000_000]["memory"] / 1024 if 1_000_000 in by_cells else None,
        "core of 100,000 + 100,000, min": by_cells[100_000]["core"] / 60 if 100_000 in by_cells else None,
        "core of 1,000,000 + 100,000, min": by_cells[1_000_000]["core"] / 60 if 1_000_000 in by_cells else None,
    }
    print(f"\nagainst a reference of {n_reference:,} cells, {os.cpu_count()} cores")
    for name, value in found.items():
        verdict = "not measured" if value is None else "met" if value <= LIMITS[name] else "NOT MET"
        shown = "-" if value is None else f"{value:.2f}"
        print(f"{name:<36}{shown:>8}   asked: at most {LIMITS[name]:<6} {verdict}")
    return all(value is None or value <= LIMITS[name] for name, value in found.items())


def _slope(rows: list[dict[str, float]], what: str, first: int) -> float | None:
    """Return the slope on logarithmic axes over all sizes from `first` on."""
    chosen = [(row["cells"], row[what]) for row in rows if row["cells"] >= first]
    if len(chosen) < 2:
        return None
    cells, values = np.log(np.array(chosen)).T
    return float(np.polyfit(cells, values, 1)[0])


# ---- the files ------------------------------------------------------------------------------------------------------


def _provided(folder: Path, assay: str, n_cells: int) -> Path:
    """Return the file of one assay with so many cells, made if it is not there; in a process of its own."""
    path = folder / f"{assay}_{n_cells}.h5ad"
    if not path.exists():
        started = time.perf_counter()
        code = f"import scale, pathlib; scale.make(pathlib.Path({str(path)!r}), {assay!r}, {n_cells})"
        subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent)
        size, seconds = path.stat().st_size / 1e9, time.perf_counter() - started
        print(f"made {path.name}: {size:.2f} GB, {seconds:.0f} s", flush=True)
    return path


def make(path: Path, assay: str, n_cells: int) -> None:
    """Write one assay of a mixture of simulated cells as h5ad: csr float32, gzip."""
    counts, types, features = _base(path.parent, assay)
    rng = np.random.default_rng([n_cells, assay == "atac"])
    drawn = rng.integers(0, len(types), n_cells)
    cells = pd.DataFrame({"cell_type": pd.Categorical(types[drawn])},
                         index=[f"{assay}_{number}" for number in range(n_cells)])
    members = {kind: np.flatnonzero(types == kind) for kind in np.unique(types)}
    with atomic_path(path) as temporary:
        anndata.AnnData(obs=cells, var=pd.DataFrame(index=features.astype(str))).write_h5ad(temporary)
        write_blocks(temporary, Mixed(counts, drawn, [members[kind] for kind in types]))


def _base(folder: Path, assay: str) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Return the simulated cells that all others are mixed from, their types and features."""
    place = folder / "base.npz"
    if not place.exists():
        reference, query = simulate_pair(BASE, BASE, 1, GENES, PEAKS)
        parts = {}
        for name, side, features in (("rna", reference, reference.genes), ("atac", query, query.peaks.names)):
            matrix = side.counts
            parts |= {f"{name}_data": matrix.data, f"{name}_indices": matrix.indices, f"{name}_indptr": matrix.indptr,
                      f"{name}_types": side.cells["cell_type"].astype(str).to_numpy(dtype="U"),
                      f"{name}_features": features.astype("U")}
        np.savez(place, **parts)
    with np.load(place) as kept:
        features = kept[f"{assay}_features"]
        types = kept[f"{assay}_types"]
        matrix = tuple(kept[f"{assay}_{part}"] for part in ("data", "indices", "indptr"))
    return sparse.csr_matrix(matrix, shape=(len(types), len(features))), types, features


@dataclass(frozen=True)
class Mixed(EvenBlocks[sparse.csr_matrix]):
    """Blocks of mixtures: each cell is half of one of `drawn`, and half of another of the same type."""

    counts: sparse.csr_matrix
    drawn: np.ndarray
    kin: list[np.ndarray]
    """For each cell of `counts`, the cells of its type."""
    block_cells: int = AT_A_TIME

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        return len(self.drawn), self.counts.shape[1]

    def block(self, number: int) -> sparse.csr_matrix:
        """Mix the cells of one block."""
        rng, first = np.random.default_rng([len(self.drawn), self.shape[1], number]), self.drawn[self.rows(number)]
        second = np.array([rng.choice(self.kin[cell]) for cell in first])
        halves = _thinned(rng, self.counts[first]) + _thinned(rng, self.counts[second])
        halves.eliminate_zeros()
        return sparse.csr_matrix(halves)


def _thinned(rng: np.random.Generator, counts: sparse.csr_matrix) -> sparse.csr_matrix:
    kept = rng.binomial(counts.data.astype(np.int64), 0.5).astype(np.float32)
    return sparse.csr_matrix((kept, counts.indices, counts.indptr), shape=counts.shape)


# ---- the plot -------------------------------------------------------------------------------------------------------


def _draw(rows: list[dict[str, float]], path: Path) -> None:
    """Draw time and memory over query cells, both axes logarithmic, as SVG."""
    panels = [("core without maps, seconds", "core"), ("peak memory, MiB", "memory")]
    body = "".join(_panel(60 + 360 * place, title, [(row["cells"], row[what]) for row in rows])
                   for place, (title, what) in enumerate(panels))
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="740" height="330" font-family="sans-serif" '
                    f'font-size="12"><rect width="740" height="330" fill="white"/>{body}</svg>\n', encoding="utf-8")


def _panel(left: float, title: str, points: list[tuple[float, float]]) -> str:
    cells, values = np.log10(np.array(points, dtype=float)).T
    low, high = np.floor(values.min()), np.ceil(values.max())
    x = left + 270 * (cells - cells.min()) / np.ptp(cells)
    y = 270 - 220 * (values - low) / max(high - low, 1)
    parts = [f'<text x="{left}" y="30" font-size="14">{title}</text>',
             f'<path d="M{left} 50V270H{left + 280}" fill="none" stroke="#888"/>']
    for power in range(int(low), int(high) + 1):
        place = 270 - 220 * (power - low) / max(high - low, 1)
        parts.append(f'<text x="{left - 6}" y="{place + 4:.0f}" text-anchor="end">{10**power:,}</text>'
                     f'<path d="M{left} {place:.0f}H{left + 280}" stroke="#ddd"/>')
    for place, (n, _) in zip(x, points, strict=True):
        parts.append(f'<text x="{place:.0f}" y="288" text-anchor="middle">{n // 1000:,.0f} k</text>')
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    parts.append(f'<polyline points="{line}" fill="none" stroke="#0072B2" stroke-width="2"/>')
    parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="#0072B2"/><text x="{a + 6:.1f}" y="{b + 14:.1f}">'
              f"{value:,.0f}</text>" for a, b, (_, value) in zip(x, y, points, strict=True)]
    parts.append(f'<text x="{left + 140}" y="312" text-anchor="middle">query cells</text>')
    return "".join(parts)


if __name__ == "__main__":
    main()
