"""Imputed expression and the joint PCA against Seurat's TransferData, ScaleData and RunPCA (blood data, CCA)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from anchorscope.coembedding import imputed, joint_pca
from anchorscope.parameters import TransferParameters
from anchorscope.preprocess.normalize import log_normalize
from anchorscope.preprocess.scale import select_genes
from anchorscope.transfer.weights import weights_among
from reference.agreement import correlations


@pytest.fixture(scope="module")
def extras():
    with np.load(Path(__file__).with_name("seurat_extras.npz")) as stored:
        return dict(stored)


@pytest.fixture(scope="module")
def expression(pbmc, expected):
    place = pbmc.genes.get_indexer(expected.lines("transfer_features.txt.gz"))
    return sparse.vstack([block for _, block in select_genes(log_normalize(pbmc.rna), place)], format="csr")


@pytest.fixture(scope="module")
def lent(expected, annoy, expression):
    """Along Seurat's anchors, with the neighbours it found."""
    space, anchors = expected.embeddings("lsi_embeddings")[:, 1:30], expected.anchors()
    distances = np.linalg.norm(space[annoy["weights"]] - space[:, None], axis=2)
    return imputed(weights_among(anchors, annoy["weights"], distances, TransferParameters()), anchors, expression)


def test_imputed_expression(lent, extras):
    values = np.vstack([block.toarray() for _, block in lent])
    # Measured: 2e-6, the single precision of Seurat's distances.
    np.testing.assert_allclose(values[:, :12], extras["imputed"], atol=1e-5)
    np.testing.assert_allclose(values.mean(axis=0), extras["imputed_mean"], atol=1e-6)
    np.testing.assert_allclose(values.std(axis=0, ddof=1), extras["imputed_sd"], atol=1e-6)


def test_joint_pca(lent, expression, extras):
    found = joint_pca(expression, lent, 30)
    # Measured: 1 - 2e-8 or better, 1e-8 relative, 8e-6 of 19.
    np.testing.assert_allclose(found.sdev, extras["joint_sdev"], rtol=1e-6)
    assert correlations(found.embeddings[:, :10], extras["joint_pca"]).min() > 0.9999999
    np.testing.assert_allclose(np.abs(found.embeddings[:, :10]), np.abs(extras["joint_pca"]), atol=1e-4)
