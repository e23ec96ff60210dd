"""Grades as Seurat's script counted them, and how well the panel names Seurat's clusters."""

from __future__ import annotations

import json

import anndata as ad
import numpy as np
import pytest

from anchorscope.evaluation.grade import grade
from anchorscope.evaluation.naming import naming_quality
from anchorscope.evaluation.threshold import coverage_accuracy, reliability
from anchorscope.io import builtin_panels
from anchorscope.parameters import BLOOD_PANEL, Recipe
from anchorscope.pipeline import Pipeline
from anchorscope.preprocess.normalize import log_normalize
from anchorscope.preprocess.panel import labels_from_names, name_clusters
from anchorscope.results import Job
from reference.conftest import Expected

RUNS = [f"{data}_{reduction}" for data in ("pbmc_multiome", "cortex_snareseq")
        for reduction in ("cca", "rpca", "pcaproject")]


@pytest.fixture(scope="module")
def truths(shared_data):
    """True types of the cells of a data set, by column, as a table."""
    def load(name):
        return ad.read_h5ad(shared_data / name / "atac.h5ad", backed="r").obs.astype(str)
    return {name: load(name) for name in ("pbmc_multiome", "cortex_snareseq")}


@pytest.fixture(scope="module")
def graded(seurat_expected, truths):
    """Our grade of Seurat's predictions, the score of each, and Seurat's own numbers."""
    def of(run):
        expected = Expected(seurat_expected / run)
        table = expected.table("predictions").set_index("cell")
        truth = truths[run.rsplit("_", 1)[0]].loc[table.index, "cell_type"]
        found = grade(_labels(table["predicted.id"]), _labels(truth), "cell_type")
        result = json.loads((expected.folder / "result.json").read_text(encoding="utf-8"))
        return found, table["prediction.score.max"].to_numpy(), result
    return of


def _labels(column):
    return labels_from_names(column.to_numpy(dtype=object))


@pytest.mark.parametrize("run", RUNS)
def test_accuracies_and_kappa_are_seurats(graded, run):
    """Seurat's numbers are written with six digits."""
    found, _, result = graded(run)
    theirs = result["eval"]
    assert found.n_graded == theirs["n"]
    assert found.accuracy == pytest.approx(theirs["accuracy"], abs=1e-6)
    assert found.balanced_accuracy == pytest.approx(theirs["balanced_accuracy"], abs=1e-6)
    assert found.kappa == pytest.approx(theirs["kappa"], abs=1e-6)
    assert found.n.max() / found.n_graded == pytest.approx(theirs["majority_baseline"], abs=1e-6)


@pytest.mark.parametrize("run", RUNS)
def test_recalls_are_seurats(graded, run):
    """Seurat's recalls are written with four digits."""
    found, _, result = graded(run)
    recall = dict(zip(found.types, found.recall, strict=True))
    theirs = result["eval"]["recall"]
    assert {name for name, value in recall.items() if not np.isnan(value)} == set(theirs)
    for name, value in theirs.items():
        assert recall[name] == pytest.approx(value, abs=5.1e-5)


@pytest.mark.parametrize("run", RUNS)
def test_scores_above_one_half_are_as_right_as_seurat_says(graded, run):
    found, best, result = graded(run)
    theirs, above_half = result["eval"], np.nextafter(0.5, 1)
    curve = coverage_accuracy(best, found.right, np.array([above_half]))
    assert curve.coverage[0] == pytest.approx(theirs["frac_score_gt_0.5"], abs=1e-6)
    assert curve.accuracy[0] == pytest.approx(theirs["accuracy_score_gt_0.5"], abs=1e-6)


@pytest.mark.parametrize("run", RUNS)
def test_bins_of_scores_add_up_to_seurats_mean_scores(graded, run):
    found, best, result = graded(run)
    bins = reliability(best, found.right)
    theirs, filled = result["eval"], bins.n > 0
    share = bins.n[filled] / bins.n.sum()
    right = theirs["accuracy"]
    mean = right * theirs["mean_score_right"] + (1 - right) * theirs["mean_score_wrong"]
    assert share @ bins.mean_score[filled] == pytest.approx(mean, abs=2e-6)
    assert share @ bins.accuracy[filled] == pytest.approx(right, abs=1e-6)
    # A mean of distances is at least the distance of the means.
    assert bins.ece >= abs(mean - right) - 2e-6


# ---- names of clusters ------------------------------------------------------------------------------------------

COARSE = {"CD14 Mono": "Mono", "CD16 Mono": "Mono", "CD4 TCM": "CD4 T", "CD4 Naive": "CD4 T", "CD4 TEM": "CD4 T",
          "CD4 CTL": "CD4 T", "Treg": "CD4 T", "CD8 Naive": "CD8 T", "CD8 TEM": "CD8 T", "CD8 TCM": "CD8 T",
          "B naive": "B", "B intermediate": "B", "B memory": "B", "cDC2": "DC", "NK": "NK"}
"""From Azimuth's names to the panel's; MAIT and gamma-delta T cells have none, pDC keep their own."""

WITHOUT_COUNTERPART = {"MAIT", "gdT"}


@pytest.fixture(scope="module")
def naming(pbmc, seurat_expected):
    """Seurat's clusters as our panel names them under a rule."""
    clusters = Expected(seurat_expected / "pbmc_multiome_cca_panel_labels").table("clusters").set_index("cell")
    expression, genes = log_normalize(pbmc.rna, 10000.0), pbmc.genes.to_numpy(dtype=object)

    def named(rule):
        return name_clusters(expression, genes, clusters.loc[pbmc.cells, "cluster"].to_numpy(), BLOOD_PANEL, rule)
    return named


def test_raw_names_and_means_are_seurats(naming, seurat_expected):
    """Seurat's means are written with four digits."""
    theirs = Expected(seurat_expected / "pbmc_multiome_cca_panel_labels").table("cluster_names")
    found = naming("raw")
    assert list(found.names) == theirs["celltype"].tolist()
    assert found.sizes.tolist() == theirs["n"].tolist()
    np.testing.assert_allclose(found.means.T, theirs[list(found.types)].to_numpy(), atol=5.1e-5)
    assert found.missing == (("Platelet", "PPBP"),)


@pytest.mark.parametrize(("rule", "fraction", "with_pdc_as_dc"), [("raw", 0.7685, 0.7685), ("zscore", 0.9043, 0.9136)])
def test_cells_named_rightly(naming, truths, rule, fraction, with_pdc_as_dc):
    """Raw means name 77 % of the cells rightly, standardised ones 90 %.

    Against Azimuth's labels of the same cells; the 24 that no type of the panel stands for are left out.
    """
    azimuth = truths["pbmc_multiome"]["cell_type_azimuth"]
    known = _labels(azimuth.where(~azimuth.isin(WITHOUT_COUNTERPART), ""))
    table = tuple(COARSE.items())
    assert naming_quality(naming(rule), known, table) == pytest.approx(fraction, abs=1e-4)
    assert naming_quality(naming(rule), known, (*table, ("pDC", "DC"))) == pytest.approx(with_pdc_as_dc, abs=1e-4)


@pytest.mark.parametrize(("rule", "fraction"), [("raw", 0.75), ("zscore", 0.8825)])
def test_cells_without_counterpart_count_as_wrong_if_not_left_out(naming, truths, rule, fraction):
    known = _labels(truths["pbmc_multiome"]["cell_type_coarse"])
    assert naming_quality(naming(rule), known) == pytest.approx(fraction, abs=1e-4)


def test_the_mapping_gives_the_coarse_labels_that_came_with_the_data(truths):
    """All but the 24 cells that are “other T” there."""
    cells = truths["pbmc_multiome"]
    same = cells["cell_type_azimuth"].replace(COARSE) == cells["cell_type_coarse"]
    assert set(cells.loc[~same, "cell_type_azimuth"]) == WITHOUT_COUNTERPART
    assert set(cells.loc[~same, "cell_type_coarse"]) == {"other T"}


def test_the_human_brain_panel_names_clusters_of_mouse_cortex(files, truths):
    """Measured: 86.4 % of the cells rightly, at the level of the panel; cells labelled “Mis” have no type."""
    reference, query, _ = files("cortex_snareseq")
    panel = builtin_panels()["Brain cortex"]
    found = Pipeline().compute(Job(reference, query, Recipe(panel=panel)), "labels").naming
    assert {"Slc17a7", "Gad1", "Mbp"} <= {gene for _, gene in found.matched}
    cells = truths["cortex_snareseq"].loc[reference.cells.index, "cell_type"]
    table = {"L2/3": "Excitatory", "L4/5": "Excitatory", "L6": "Excitatory", "Clau": "Excitatory",
             "Pvalb": "Inhibitory Pvalb", "Sst": "Inhibitory Sst", "CGE": "Inhibitory Vip", "Npy": "Inhibitory Lamp5",
             "MGC": "Micro", "Peri": "Pericyte"}
    assert naming_quality(found, _labels(cells.where(cells != "Mis", "")), tuple(table.items())) > 0.82
