"""The same files through Anchorscope and through Seurat, on the same machine in the same run."""

from __future__ import annotations

import argparse
import json
import shutil
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
    with tempfile.TemporaryDirectory() as folder:
        peer = seurat(options, Path(folder))
        ours = measured(["--reference", str(options.reference), "--query", str(options.query), "--labels",
                         options.labels, "--truth", options.labels, "--method", "seurat"], Path(folder))
    seconds = ours["seconds"]
    stage = {row["stage"]: row["wall_s"] for row in peer["stages"]}
    rows = [
        ("anchors + transfer, s", sum(seconds[name] for name in ANCHORS),
         stage["FindTransferAnchors"] + stage["TransferData"]),
        ("core without maps, s", sum(seconds[name] for name in CORE), peer["core_wall_s"] - stage.get("RunUMAP", 0.0)),
        ("maps, s", seconds["maps"], stage.get("RunUMAP", float("nan"))),
        ("peak memory, MiB", ours["peak_memory_mib"], peer["peak_rss_mib"]),
    ]
    print(f"{'':<24}{'Anchorscope':>14}{'Seurat':>14}{'ratio':>10}{'asked':>8}")
    for name, mine, theirs in rows:
        asked = ASKED.get(name)
        verdict = "" if asked is None else f"{asked:>8.0f} {'met' if theirs / mine >= asked else 'NOT MET'}"
        print(f"{name:<24}{mine:>14.2f}{theirs:>14.2f}{theirs / mine:>10.1f}{verdict}")
    print(f"{'accuracy':<24}{ours['accuracy']:>14.4f}{peer['eval']['accuracy']:>14.4f}")
    print(f"{'anchors':<24}{ours['anchors']:>14,}{peer['n']['anchors']:>14,}")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("reference", "query", "genes", "peer"):
        options.add_argument(f"--{name}", type=Path, required=True)
    options.add_argument("--labels", required=True)
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
