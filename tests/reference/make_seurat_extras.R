# What Seurat makes of the blood data beyond ../shared/seurat/expected: imputed expression and the joint PCA.
# Sources the peer, so it takes its arguments, and writes beside the peer's own output; make_seurat_extras.py packs it.
#
#   PEER=../shared/seurat/seurat_peer.R Rscript make_seurat_extras.R --in IN --out OUT --reduction cca --k_filter NA
source(Sys.getenv("PEER"))
expression <- GetAssayData(ref, assay = "RNA", slot = "data")[feats, ]
lent <- TransferData(anchorset = anchors, refdata = expression, weight.reduction = qry[["lsi"]], dims = lsi.dims)
values <- as.matrix(GetAssayData(lent, slot = "data"))
both <- cbind(expression, values)
colnames(both) <- make.unique(colnames(both))
joint <- CreateSeuratObject(counts = both)
joint <- SetAssayData(joint, slot = "data", new.data = both)
joint <- ScaleData(joint, features = feats, do.scale = FALSE)
joint <- RunPCA(joint, features = feats, npcs = 30)
fwrite(data.frame(gene = rownames(values), mean = rowMeans(values), sd = apply(values, 1, sd)), wr("imputed_genes.tsv"))
fwrite(as.data.frame(t(values[1:12, ])), wr("imputed.tsv"))
fwrite(as.data.frame(Embeddings(joint, "pca")), wr("joint_pca.tsv"))
fwrite(data.frame(sdev = Stdev(joint, "pca")), wr("joint_sdev.tsv"))
