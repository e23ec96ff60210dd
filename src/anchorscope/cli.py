"""The command line: the same pipeline without a window."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from anchorscope.embedding import DRAW_COMMAND
from anchorscope.errors import AnchorscopeError, Cancelled, InputError
from anchorscope.parameters import AUTOMATIC, CLUSTER_AND_NAME, NO_TRUTH, PAIRED_TRUTH, GeneActivityParameters, Recipe

if TYPE_CHECKING:
    from anchorscope.results import Job, Outcome, Query, Recognised, Reference

PAIRED = "paired"
"""What `--truth` is called for a multiome file graded by its own RNA."""

WindowOpener = Callable[[bool], int]
"""Opens the window (on the example, if true) and returns the exit code when it closes."""

DESCRIPTION = """\
Anchorscope names the cells of a scATAC-seq query from an annotated scRNA-seq reference.
Without a command it opens the window."""

EXAMPLES = """\
examples:
  anchorscope                      open the window
  anchorscope demo                 try it on the built-in example
  anchorscope inspect atac.h5ad    what is in this file?
  anchorscope transfer --reference rna.h5ad --query atac.h5ad --labels cell_type --out labelled.h5ad
                                   carry the reference's cell types over to the ATAC cells"""


def main(arguments: Sequence[str] | None = None, open_window: WindowOpener | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        What was typed after ``anchorscope``; by default the process's own.
    open_window
        Opens the window; ``None`` where it is not installed.

    Returns
    -------
    int
        Exit code: 0, 2 for bad input (one sentence on stderr), 130 when interrupted, 1 for a failure of our own.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words == [DRAW_COMMAND]:
        from anchorscope.embedding.umap_child import main as draw_maps

        return draw_maps()
    options = parser().parse_args(words)
    try:
        return _run(options, open_window)
    except AnchorscopeError as error:
        print(f"anchorscope: {error}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, Cancelled):
        print("anchorscope: stopped; nothing was written.", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - the user gets a sentence, never a traceback
        print(f"anchorscope: an unexpected failure of the program itself ({type(error).__name__}: {error}); "
              "please report it with the command you typed.", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the command-line parser."""
    top = argparse.ArgumentParser(
        "anchorscope", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    _add_demo(commands.add_parser("demo", help="run the built-in example", description=(
        "Makes a small reference and query with known truth and carries the labels over: in the window, or with "
        "--headless into files.")))
    _add_inspect(commands.add_parser("inspect", help="say what a file was recognised as", description=(
        "Says what a file holds: format, cells, genes or peaks, genome assembly, columns that can serve as labels.")))
    _add_transfer(commands.add_parser("transfer", help="label the ATAC cells of a file", description=(
        "Carries the cell types of an scRNA-seq reference over to the cells of a scATAC-seq query and writes the "
        "query with its labels. Both files need raw counts (h5ad or 10x h5). Give the same 10x multiome file for both "
        "to un-pair it.")))
    return top


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--headless", action="store_true", help="no window: write the results to files")
    demo.add_argument("--out", type=Path, default=Path("anchorscope-demo"), metavar="DIR",
                      help="folder for the files (default: %(default)s)")


def _add_inspect(inspect: argparse.ArgumentParser) -> None:
    inspect.add_argument("file", type=Path, metavar="FILE", help="h5ad or 10x h5 file")
    inspect.add_argument("--json", action="store_true", help="answer in JSON, for scripts")


def _add_transfer(transfer: argparse.ArgumentParser) -> None:
    add = transfer.add_argument
    add("--reference", type=Path, required=True, metavar="RNA", help="scRNA-seq counts with known cell types")
    add("--query", type=Path, required=True, metavar="ATAC", help="scATAC-seq peak counts to be labelled")
    source = transfer.add_mutually_exclusive_group()
    source.add_argument("--labels", metavar="COLUMN", default=CLUSTER_AND_NAME,
                        help="column of the reference that holds its cell types")
    source.add_argument("--panel", type=Path, metavar="FILE",
                        help="CSV with the columns type,gene: cluster the reference and name its clusters by these "
                             "markers (default: a built-in panel for blood)")
    assemblies = {name: one for name, one, _ in GeneActivityParameters.declarations()}["assembly"].choices
    add("--assembly", choices=assemblies, default=AUTOMATIC, help="genome assembly of the peaks (default: %(default)s)")
    add("--reduction", choices=("cca",), default="cca", help="shared space for finding anchors (default: %(default)s)")
    add("--truth", metavar="COLUMN", default=NO_TRUTH,
        help="column of the query with the true types, to grade the result; “paired” grades an un-paired multiome by "
             "its own RNA")
    add("--seed", type=int, default=Recipe.seed, metavar="N", help="same seed, same labels (default: %(default)s)")
    add("--out", type=Path, required=True, metavar="OUT.h5ad", help="the labelled query")
    add("--json", type=Path, metavar="SUMMARY.json", help="also write sizes, grades and times")
    add("--report", type=Path, metavar="OUT.html", help="also write a report to read")


def _run(options: argparse.Namespace, open_window: WindowOpener | None) -> int:
    if options.command == "inspect":
        _inspect(options)
    elif options.command == "transfer":
        _transfer(options)
    elif options.command == "demo" and options.headless:
        _demo(options.out)
    elif open_window is None:
        raise InputError("The window cannot open", "an installation without it",
                         "install anchorscope[desktop], or use “anchorscope demo --headless”")
    else:
        return open_window(options.command == "demo")
    return 0


# ---- inspect ----------------------------------------------------------------------------------------------------


def _inspect(options: argparse.Namespace) -> None:
    from anchorscope import io

    found = io.inspect(options.file)
    print(json.dumps(_as_dict(found), indent=2, ensure_ascii=False) if options.json else _in_words(found))


def _as_dict(found: Recognised) -> dict[str, object]:
    import dataclasses

    return dataclasses.asdict(found) | {"path": str(found.path)}


def _in_words(found: Recognised) -> str:
    rows = [("file", str(found.path)), ("format", found.format), ("holds", found.kind), ("cells", f"{found.n_cells:,}"),
            ("features", f"{found.n_features:,}"), ("values", found.values)]
    rows += [("assembly", found.assembly)] if found.assembly else []
    rows += [("label column", f"{column.name} ({column.n_types} types"
              + (f", {column.n_missing:,} cells without)" if column.n_missing else ")"))
             for column in found.label_columns]
    rows += [("note", note) for note in found.notes]
    return "\n".join(f"{name + ':':<14} {text}" for name, text in rows)


# ---- transfer ---------------------------------------------------------------------------------------------------


def _transfer(options: argparse.Namespace) -> None:
    from anchorscope import export

    _check_destinations(options)
    job = _job(options)
    outcome = _compute(job)
    export.write_h5ad(options.out, job, outcome)
    if options.json:
        export.write_summary(options.json, job, outcome)
    if options.report:
        export.write_report(options.report, job, outcome)
    print(_result_in_words(job, outcome))
    for name, path in (("labelled file", options.out), ("summary", options.json), ("report", options.report)):
        if path is not None:
            print(f"{name + ':':<14} {path}")


def _check_destinations(options: argparse.Namespace) -> None:
    """Refuse files that cannot be written, or that would take the place of another file of this run."""
    from anchorscope.errors import OutputError
    from anchorscope.io.atomic import check_destination

    taken = {path.resolve() for path in (options.reference, options.query, options.panel) if path is not None}
    for path in (options.out, options.json, options.report):
        if path is not None:
            check_destination(path)
            if path.resolve() in taken:
                raise OutputError(f"Cannot write {path}", "a file of that name among the other files of this run",
                                  "give another name")
            taken.add(path.resolve())


def _job(options: argparse.Namespace) -> Job:
    from anchorscope.io import read_panel
    from anchorscope.results import Job

    reference, query = _read(options.reference, options.query, options.assembly)
    recipe = Recipe(seed=options.seed, panel=read_panel(options.panel) if options.panel else Recipe.panel)
    truth = options.truth
    if truth == PAIRED and PAIRED not in query.cells.columns:
        truth = PAIRED_TRUTH
    return Job(reference, query, _with(recipe, options, truth))


def _with(recipe: Recipe, options: argparse.Namespace, truth: str) -> Recipe:
    import dataclasses

    return dataclasses.replace(
        recipe, reference=recipe.reference.replaced(labels=options.labels),
        gene_activity=recipe.gene_activity.replaced(assembly=options.assembly),
        anchors=recipe.anchors.replaced(reduction=options.reduction), grade=recipe.grade.replaced(truth=truth))


def _read(reference: Path, query: Path, assembly: str) -> tuple[Reference, Query]:
    from anchorscope import io

    if reference.exists() and query.exists() and reference.samefile(query):
        return io.read_multiome(reference, assembly)
    return io.read_reference(reference), io.read_query(query, assembly)


def _compute(job: Job) -> Outcome:
    from anchorscope.pipeline import Pipeline, RunReport

    line = _ProgressLine()

    def listen(report: RunReport) -> None:
        line.show(report.title, report.fraction, report.seconds_left)

    try:
        return Pipeline().run(job, listen)
    finally:
        line.end()


class _ProgressLine:
    """Stage, fraction and time left on stderr: one line rewritten on a terminal, few lines in a log."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._last: tuple[str, int] = ("", -1)

    def show(self, title: str, fraction: float, seconds_left: float | None) -> None:
        percent = int(100 * fraction)
        now = (title, percent if self._live else percent // 10)
        if now == self._last:
            return
        self._last = now
        left = "" if seconds_left is None else f"  {int(seconds_left) // 60}:{int(seconds_left) % 60:02} left"
        text = f"{title:<40} {percent:3d} %{left}"
        sys.stderr.write(f"\r{text:<64}" if self._live else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        if self._live:
            sys.stderr.write("\n")


def _result_in_words(job: Job, outcome: Outcome) -> str:
    rows = [f"{job.query.counts.shape[0]:,} query cells labelled from {job.reference.counts.shape[0]:,} reference "
            f"cells along {len(outcome.anchors):,} anchors over {len(outcome.shared.genes):,} genes."]
    if outcome.grade is not None:
        rows.append(f"Against the answer key: accuracy {outcome.grade.accuracy:.3f}, mean recall "
                    f"{outcome.grade.balanced_accuracy:.3f} ({outcome.grade.n_graded:,} cells graded).")
    return "\n".join(rows)


# ---- demo -------------------------------------------------------------------------------------------------------


def _demo(folder: Path) -> None:
    from anchorscope import simulate
    from anchorscope.errors import OutputError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot make the folder {folder}", error.strerror or "a refusal of the system",
                          "choose another with --out") from error
    rna, atac = simulate.write_example(folder)
    _transfer(parser().parse_args([
        "transfer", "--reference", str(rna), "--query", str(atac), "--labels", "cell_type", "--truth", "cell_type",
        "--out", str(folder / "labelled.h5ad"), "--json", str(folder / "summary.json"),
        "--report", str(folder / "report.html")]))
