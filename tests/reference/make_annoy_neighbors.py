"""Make annoy_neighbors.npz: the approximate neighbours that Seurat's own search (annoy, 50 trees) finds.

The product searches exactly. To hold its formulas alone against Seurat's numbers, the tests need the neighbours that
Seurat had; annoy gives the same as R's copy of it for the same coordinates.

usage: python make_annoy_neighbors.py SEURAT_EXPECTED_FOLDER   (needs the package annoy)
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from annoy import AnnoyIndex


def neighbors(points, queries, count):
    """Return (len(queries), count) indices of the nearest `points` as annoy finds them."""
    index = AnnoyIndex(points.shape[1], "euclidean")
    for place, point in enumerate(points):
        index.add_item(place, point)
    index.build(50, n_jobs=1)
    return np.array([index.get_nns_by_vector(query, count) for query in queries])


def main(folder):
    """Write the neighbours used for clustering (20 in PCA) and for the weights (50 anchor cells in LSI 2:30)."""
    def coordinates(name):
        return pd.read_csv(folder / name, sep="\t").set_index("cell").to_numpy()

    pca, lsi = coordinates("pca_embeddings.tsv.gz"), coordinates("lsi_embeddings.tsv.gz")[:, 1:30]
    anchors = pd.read_csv(folder / "anchors.tsv.gz", sep="\t")
    carriers = anchors["cell2"].drop_duplicates().to_numpy() - 1
    np.savez_compressed(
        Path(__file__).with_name("annoy_neighbors.npz"), pca=neighbors(pca, pca, 20).astype(np.int16),
        weights=carriers[neighbors(lsi[carriers], lsi, 50)].astype(np.int16))


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "pbmc_multiome_cca")
