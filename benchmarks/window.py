"""How fast the window is: frames of panning and zooming, recolouring, selecting, the threshold, and the first window.

    python benchmarks/window.py [--cells 10000 100000 1000000] [--platforms offscreen xvfb]

Every line shows what is asked beside what was measured. Mouse and keys are simulated; a measurement ends when all the
pictures concerned have been painted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 100_000, 1_000_000)
STARTS = 5
FRAME_MS = 1000 / 30
ASKED = {
    "pan, a frame": FRAME_MS, "zoom, a frame": FRAME_MS, "sharp again after panning": None, "recolour": 150.0,
    "confusion click, all views": 100.0, "undo, all views": 100.0, "lasso, all views": 300.0,
    "threshold move, all views": 100.0, "run shown for the first time": None,
}
"""Milliseconds that each may take; nothing where none are asked."""

FIRST_WINDOW_S = 2.0
COMPILED = tempfile.TemporaryDirectory()


def main() -> None:
    """Measure in processes of their own, and print one table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cells", type=int, nargs="+", default=SIZES,
                         help="cells on each side (default: %(default)s)")
    options.add_argument("--platforms", nargs="+", default=["offscreen", "xvfb"], choices=["offscreen", "xvfb"])
    options.add_argument("--size", default="1280x800", help="of the window in pixels (default: %(default)s)")
    options.add_argument("--child", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child == "start":
        _first_window()
    elif chosen.child:
        from window_gestures import measure

        print(json.dumps(measure(int(chosen.child), *map(int, chosen.size.split("x")))))
    else:
        _print_all(chosen)


def _print_all(chosen: argparse.Namespace) -> None:
    print(f"{'platform':<10}{'cells':>11}  {'measured':<30}{'median':>10}{'95 %':>10}{'a second':>10}{'asked':>10}")
    for platform in chosen.platforms:
        if platform == "xvfb" and shutil.which("xvfb-run") is None:
            print("xvfb      xvfb-run is not installed; left out")
            continue
        _timed_start(platform, chosen.size)  # to be warm from then on
        starts = [_timed_start(platform, chosen.size) for _ in range(STARTS)]
        _print(platform, "", "first window, seconds", median(starts), max(starts), FIRST_WINDOW_S)
        for cells in chosen.cells:
            found = json.loads(_child(platform, str(cells), chosen.size).splitlines()[-1])
            for name, times in found["times"].items():
                _print(platform, f"{cells:,}", name, median(times), sorted(times)[int(0.95 * len(times))], ASKED[name])
            for name, mib in found["memory"].items():
                print(f"{platform:<10}{f'{cells:,}':>11}  {name:<30}{mib:>8,.0f} MiB", flush=True)


def _print(platform: str, cells: str, name: str, value: float, high: float, asked: float | None) -> None:
    unit = " s" if "seconds" in name else " ms"
    frames = f"{1000 / value:.0f}" if "frame" in name else ""
    told = "" if asked is None else f"{asked:.0f}{unit}  {'met' if value <= asked else 'NOT MET'}"
    print(f"{platform:<10}{cells:>11}  {name:<30}{value:>8.1f}{unit:<3}{high:>8.1f}{unit:<3}{frames:>8}    {told}",
          flush=True)


def _child(platform: str, what: str, size: str) -> str:
    command = [sys.executable, __file__, "--child", what, "--size", size]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen" if platform == "offscreen" else "xcb",
                                "PYTHONPYCACHEPREFIX": COMPILED.name}
    # A start is warm if Python has compiled every module before, as it has on a user's machine.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if platform == "xvfb":
        command = ["xvfb-run", "-a", "-s", f"-screen 0 {size}x24", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def _timed_start(platform: str, size: str) -> float:
    """Return seconds from the start of the process to its first painted window."""
    return float(_child(platform, "start", size).splitlines()[-1])


def _first_window() -> None:
    """Do what the program does from its start to the first window, and print how long this process has lived."""
    from anchorscope_desktop import command  # noqa: F401 - the entry point of the installed program
    from anchorscope_desktop.main_window import MainWindow, make_application

    app = make_application()
    window = MainWindow()
    window.show()
    while not window.page.isVisible() or not window.windowHandle().isExposed():
        app.processEvents()
    app.processEvents()
    alive = _seconds_alive()
    window.close()
    print(alive)


def _seconds_alive() -> float:
    """Return how long this process has lived, to a hundredth of a second."""
    status = Path("/proc/self/stat")
    if status.exists():
        # psutil adds this to the time of the boot, which Linux tells in whole seconds.
        ticks = int(status.read_text(encoding="ascii").rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    import psutil

    return time.time() - psutil.Process().create_time()


if __name__ == "__main__":
    main()
