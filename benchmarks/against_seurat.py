"""The same files through Anchorscope and through Seurat, on the same machine in the same run."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measured import CORE, measured

ANCHORS = ("shared_space", "anchors", "transfer")
ASKED = {"anchors + transfer, s": 15.0, "core without maps, s": 8.0, "peak memory, MiB": 3.0}
"""How many times less of each is asked for."""


def main() -> None:
    """Print times, memory and accuracy of both, and their ratios."""
    options = _options()
    if shutil.which("Rscript") is None:
        sys.exit("Rscript was not found; install R with Seurat first.")
    runs = [_both(options) for _ in range(options.repeats)]
    title = f"median of {len(runs)}"
    print(f"{title:<24}{'Anchorscope':>14}{'Seurat':>14}{'ratio':>10}{'from':>8}{'to':>8}{'asked':>8}")
    for name in runs[0][0]:
        mine, theirs = (statistics.median(run[side][name] for run in runs) for side in (0, 1))
        ratios = [run[1][name] / run[0][name] for run in runs]
        asked = ASKED.get(name)
        verdict = "" if asked is None else f"{asked:>8.0f} {'met' if theirs / mine >= asked else 'NOT MET'}"
        print(f"{name:<24}{mine:>14.2f}{theirs:>14.2f}{theirs / mine:>10.1f}{min(ratios):>8.1f}{max(ratios):>8.1f}"
              f"{verdict}")
    print(f"{'accuracy':<24}{runs[-1][2]['accuracy']:>14.4f}{runs[-1][3]['eval']['accuracy']:>14.4f}")
    print(f"{'anchors':<24}{runs[-1][2]['anchors']:>14,}{runs[-1][3]['n']['anchors']:>14,}")


def _both(options: argparse.Namespace) -> tuple[dict[str, float], dict[str, float], dict, dict]:
    """Run both once, one after the other; return the numbers of each by name, and all that each told."""
    with tempfile.TemporaryDirectory() as folder:
        peer = seurat(options, Path(folder))
        ours = measured(["--reference", str(options.reference), "--query", str(options.query), "--labels",
                         options.labels, "--truth", options.labels, "--method", "seurat"], Path(folder))
    seconds = ours["seconds"]
    stage = {row["stage"]: row["wall_s"] for row in peer["stages"]}
    mine = {"anchors + transfer, s": sum(seconds[name] for name in ANCHORS),
            "core without maps, s": sum(seconds[name] for name in CORE), "maps, s": seconds["maps"],
            "peak memory, MiB": ours["peak_memory_mib"]}
    maps = stage.get("RunUMAP", float("nan"))
    theirs = {"anchors + transfer, s": stage["FindTransferAnchors"] + stage["TransferData"],
              "core without maps, s": peer["core_wall_s"] - stage.get("RunUMAP", 0.0), "maps, s": maps,
              "peak memory, MiB": peer["peak_rss_mib"]}
    return mine, theirs, ours, peer


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("reference", "query", "genes", "peer"):
        options.add_argument(f"--{name}", type=Path, required=True)
    options.add_argument("--labels", required=True)
    options.add_argument("--repeats", type=int, default=3, help="runs of each, in turn (default: %(default)s)")
    return options.parse_args()


def seurat(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Run Seurat on the same files; what it writes lies in the folder `seurat` of `folder`."""
    subprocess.run([sys.executable, str(options.peer / "h5ad_to_r.py"), str(options.reference), str(options.query),
                    str(options.genes), str(folder / "in"), "--label", options.labels], check=True)
    done = subprocess.run(["Rscript", str(options.peer / "seurat_peer.R"), "--in", str(folder / "in"), "--out",
                           str(folder / "seurat"), "--reduction", "cca", "--k_filter", "NA", "--write_activity", "0"],
                          check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads((folder / "seurat" / "result.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
