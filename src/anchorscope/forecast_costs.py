"""Costs of each kind of work, as `benchmarks/forecast.py` measured and wrote them: seconds per billion, and MiB."""

STANDARD_SECONDS = 0.01828
"""Seconds of `anchorscope.forecast.standard_seconds` on the machine of the costs."""

COSTS: dict[str, dict[str, float]] = {
    "variable_genes": {"start": 0.02185, "counts": 33.18, "streamed": 18.58},
    "pca": {"squares": 0.01419, "cube": 0.07469, "streamed": 18.57},
    "labels": {"start": 0.023},
    "lsi": {"start": 0.808, "cells": 6112, "passes": 2.885},
    "gene_activity": {"start": 0.1434, "counts": 47.99, "streamed": 3.192},
    "shared_space": {"cube": 0.1655, "counts": 52.45, "streamed": 100.1},
    "anchors": {"start": 0.09772, "pairs": 0.8407, "chosen": 5487},
    "transfer": {"start": 0.0233, "pairs": 1.588, "chosen": 1.45e+04, "listed": 5.513},
    "refine": {"start": 0.06355, "cells": 1543},
    "grade": {"start": 0.01804, "cells": 289.6},
    "maps": {"start": 0.05302, "moves": 1292, "pairs": 4.089, "chosen": 1.289e+04},
}

MEMORY: dict[str, float] = {"program": 580.6, "counts": 2.969, "lsi": 0.8231, "cells": 2.837, "blocks": 75.41}
