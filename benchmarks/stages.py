"""Seconds by stage and peak memory for growing simulated pairs."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from measured import CORE, measured

from anchorscope.simulate import write_example


def main() -> None:
    """Print one row per size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cells", type=int, nargs="+", default=[1000, 2000, 4000, 8000],
                         help="cells on each side (default: %(default)s)")
    names = (*CORE, "maps")
    columns = "".join(f"{name:>16}" for name in names)
    print(f"{'cells':>12}{columns}{'core s':>10}{'peak MiB':>10}{'accuracy':>10}")
    for cells in options.parse_args().cells:
        with tempfile.TemporaryDirectory() as folder:
            rna, atac = write_example(Path(folder), n_reference=cells, n_query=cells)
            found = measured(["--reference", str(rna), "--query", str(atac), "--labels", "cell_type",
                              "--truth", "cell_type"], Path(folder))
        seconds = found["seconds"]
        print(f"{f'2 x {cells:,}':>12}" + "".join(f"{seconds[name]:>16.2f}" for name in names)
              + f"{sum(seconds[name] for name in CORE):>10.2f}{found['peak_memory_mib']:>10.0f}"
              + f"{found['accuracy']:>10.3f}", flush=True)


if __name__ == "__main__":
    main()
