"""Principal components of the reference."""

from __future__ import annotations

import numpy as np

from anchorscope.blocks import ScaledBlocks
from anchorscope.linalg import fix_signs, gram, leading_eigenvectors, project
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Pca


def pca(scaled: ScaledBlocks, n_components: int, progress: Progress = SILENT) -> Pca:
    """Return the principal components of scaled expression.

    Parameters
    ----------
    scaled
        Scaled values, (n_cells, n_genes), dense blocks; they are not centred again.
    n_components
        Number of components; lowered where cells or genes do not allow as many.
    progress
        Told as the two passes over the cells go on.

    Returns
    -------
    Pca
        embeddings (n_cells, d), loadings (n_genes, d) with orthonormal columns, sdev (d,). The largest loading of
        each component is positive.

    Notes
    -----
    Seurat's ``RunPCA``; the same numbers from the eigenvectors of one genes x genes sum instead of a Lanczos SVD.
    """
    n_cells, n_genes = scaled.shape
    count = max(1, min(n_components, n_genes - 1, n_cells - 1))
    values, loadings = leading_eigenvectors(gram(scaled, Part(progress, 0.0, 0.5)), count, Part(progress, 0.5, 0.7))
    progress.update(0.7)
    loadings *= fix_signs(loadings)
    embeddings = project(scaled, loadings, Part(progress, 0.7, 1.0))
    return Pca(embeddings, loadings, np.sqrt(np.maximum(values, 0.0) / max(n_cells - 1, 1)))
