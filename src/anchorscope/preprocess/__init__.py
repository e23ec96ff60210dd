"""The reference, prepared: normalise, variable genes, scale, PCA, clusters, names."""
