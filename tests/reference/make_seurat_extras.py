"""Make seurat_extras.npz: filtered anchors, imputed expression, the joint PCA, and annoy's neighbours in rpca.

The first three are Seurat's own, from make_seurat_extras.R (reduction cca, k_filter NA) and from three runs of the peer
with k_filter 200; the neighbours are what annoy finds in the embeddings that Seurat wrote.

usage: python make_seurat_extras.py EXPECTED CCA_EXTRAS CCA_200 RPCA_200 PCAPROJECT_200   (needs the package annoy)
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_annoy_neighbors import neighbors

N_REFERENCE = 996


def filtered(folder):
    """Return (2, n_anchors) reference and query cell of each anchor left by k.filter."""
    table = pd.read_csv(folder / "anchors.tsv", sep="\t")
    return np.stack([table["cell1"] - 1, table["cell2"] - 1]).astype(np.int16)


def imputation(expected, folder):
    """Return mean and deviation of every gene, twelve genes whole, and the joint PCA."""
    genes = pd.read_csv(folder / "imputed_genes.tsv").set_index("gene")
    order = pd.read_csv(expected / "pbmc_multiome_cca" / "transfer_features.txt.gz", header=None)[0]
    return {"imputed_mean": genes.loc[order, "mean"].to_numpy(), "imputed_sd": genes.loc[order, "sd"].to_numpy(),
            "imputed": pd.read_csv(folder / "imputed.tsv")[list(order[:12])].to_numpy().astype(np.float32),
            "joint_pca": pd.read_csv(folder / "joint_pca.tsv").to_numpy()[:, :10].astype(np.float32),
            "joint_sdev": pd.read_csv(folder / "joint_sdev.tsv")["sdev"].to_numpy()}


def neighborhoods(folder):
    """Return (4, 996, 30): within reference, within query, reference to query, query to reference."""
    one, other = (pd.read_csv(folder / f"rpca.{side}.l2_embeddings.tsv.gz", sep="\t").set_index("cell").to_numpy()
                  for side in ("ref", "query"))
    reference, query = one[:N_REFERENCE], one[N_REFERENCE:]
    return np.stack([neighbors(reference, reference, 31)[:, :30], neighbors(query, query, 31)[:, :30],
                     neighbors(other[N_REFERENCE:], other[:N_REFERENCE], 30),
                     neighbors(reference, query, 30)]).astype(np.int16)


def main(expected, extras, *folders):
    """Pack everything beside this file."""
    np.savez_compressed(
        Path(__file__).with_name("seurat_extras.npz"), near_rpca=neighborhoods(expected / "pbmc_multiome_rpca"),
        **imputation(expected, extras),
        **{f"filtered_{name}": filtered(folder)
           for name, folder in zip(("cca", "rpca", "pcaproject"), folders, strict=True)})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
