"""Help: the method explained on one page, without a network."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.appearance import Appearance
from anchorscope_desktop.widgets.basics import column
from anchorscope_desktop.widgets.method_drawing import MethodDrawing

METHOD = """
<h3>What happens when you press Run</h3>
<p>An ATAC cell has no expression, only open chromatin. To compare it with RNA cells, Anchorscope first guesses
which genes are active, then looks for RNA and ATAC cells that resemble each other, and lets these pairs carry the
names over.</p>
<ol>
<li><b>Reference.</b> Counts are scaled to the same depth and logged; the genes that vary more than their mean
explains are kept. Types come from a column of yours, or from clusters that a panel of marker genes names.</li>
<li><b>Query.</b> Rare peaks weigh more than those open everywhere (TF-IDF); a decomposition (LSI) gives each cell a
place. The first component mostly says how deeply a cell was sequenced and is left out.</li>
<li><b>Gene activity.</b> Peaks in and before a gene count for it. This is the bridge between the assays. If markers
are not active in their own types, no later step can mend it: look at <i>does the bridge carry signal</i>.</li>
<li><b>Shared axes.</b> CCA finds combinations of genes along which both assays vary together; every cell gets a
place on these axes.</li>
<li><b>Anchors.</b> An RNA cell and an ATAC cell that are among each other's nearest neighbours form an anchor. Each
anchor is scored by how many of their neighbours agree.</li>
<li><b>Votes</b> (method <i>Seurat</i>). Every ATAC cell asks the anchors near it in its own accessibility space. The
share of the vote for the winning type is the <b>score</b>; 1 means that all agree.</li>
<li><b>Refinement</b> (method <i>Refined</i>, the default). Views of every cell teach each other: its genes, through
the shared axes, learn from the reference; its place in LSI learns from the genes and the anchors' labels; and then
every single peak learns how much it is one of each type's. All are weighed together, and the score is a
<b>probability</b>: of the cells with a score near 0.8, about 80 % should be right. <i>Why</i> tells of a cell what each
view says alone.</li>
</ol>
<p>Every run computes both. The switch <i>Refined | Seurat</i> above the maps changes from one to the other at once.</p>
<h3>When to doubt a label</h3>
<ul>
<li>The score is low, or the runner-up is close: raise the threshold, and these cells become <i>Unassigned</i>.</li>
<li>The query has cells that the reference does not know. <i>Refined</i> looks for such populations, leaves them
unassigned and says so above the maps; colour the query by <i>unlikeness to the reference</i> to see how near the others
come. <i>Seurat</i> calls every cell something that has votes; one whose anchors are all of types that are left out has
none, and is unassigned.</li>
<li>A message above the maps says that genes and accessibility do not agree: the files are of different tissues or
species, the assembly is wrong, or the query is too sparse.</li>
<li>Two types that differ little in RNA (subsets of T cells, for example) differ less in gene activity. See whether
the confusion is between neighbours in the lineage.</li>
<li>A rare type is outvoted easily. Look at its own recall, not at the accuracy of all.</li>
<li>The votes of <i>Seurat</i> are no probabilities. With an answer key, the calibration plot tells what a score of 0.8
was worth here, by either method.</li>
</ul>
<h3>What the maps are not</h3>
<p>Distances on a map are for the eye only. No label is decided there; all decisions are taken in the shared space
and the accessibility space.</p>
<p>Stuart et al. 2019, doi 10.1016/j.cell.2019.05.031. Stuart et al. 2021, doi 10.1038/s41592-021-01282-5.</p>
"""

KEYS = (
    ("New session", "Ctrl+N"),
    ("Open reference, query, multiome, folder", "Ctrl+O, Ctrl+Shift+O, Ctrl+M, Ctrl+Shift+F"),
    ("Open the example, a session, a recipe", "Ctrl+Shift+E, Ctrl+Alt+O, Ctrl+Shift+R"),
    ("Save the session, save it as", "Ctrl+S, Ctrl+Shift+S"),
    ("Run, cancel", "Ctrl+R, Ctrl+."),
    ("Pages", "Ctrl+1 to Ctrl+7"),
    ("Undo and redo a selection", "Ctrl+Z, Ctrl+Shift+Z or Ctrl+Y"),
    ("Clear the selection", "Esc"),
    ("Undo and redo a setting", "Ctrl+Alt+Z, Ctrl+Alt+Shift+Z"),
    ("A click or Enter on cells", "Shift adds, Ctrl or Alt takes away, with Shift it keeps what is in both"),
    ("In a legend, matrix, histogram or violin plot", "Arrows, then Enter"),
    ("In a map or track", "Arrows, + and -, Home"),
    ("In why: the cell before, the next cell", "Alt+Up, Alt+Down"),
    ("Copy the picture used last, save it as a figure", "Ctrl+Shift+C, Ctrl+Shift+P"),
    ("In a table: copy the marked lines, or all", "Ctrl+C"),
    ("How it works", "F1"))
"""What the keys do; the table of the user guide has the same."""


def keys_text() -> str:
    """Return the keys as a table."""
    lines = "".join(f"<tr><td>{what}</td><td>&nbsp;&nbsp;&nbsp;</td><td>{keys}</td></tr>" for what, keys in KEYS)
    return f"<h3>Keys</h3><table>{lines}</table><p>On macOS, Ctrl is Command and Alt is Option.</p>"


class MethodHelp(QDialog):
    """A window beside the main one; both can be used at the same time."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setWindowTitle("How it works")
        self.resize(100 * GRID, 94 * GRID)
        self.drawing = MethodDrawing(appearance.theme)
        self.text = QTextBrowser()
        self.text.setAccessibleName("The method explained")
        self.text.setHtml(METHOD + keys_text())
        self.setLayout(column(self.drawing, self.text, margin=2 * GRID))
        appearance.changed.connect(lambda: self.drawing.set_theme(appearance.theme))
