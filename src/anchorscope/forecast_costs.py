"""Costs of each kind of work, as `benchmarks/forecast.py` measured and wrote them: seconds per billion, and MiB."""

STANDARD_SECONDS = 0.02508
"""Seconds of `anchorscope.forecast.standard_seconds` on the machine of the costs."""

COSTS: dict[str, dict[str, float]] = {
    "variable_genes": {"start": 0.039, "counts": 22.06},
    "pca": {"squares": 0.02011, "cube": 0.07707},
    "labels": {"start": 0.02072},
    "lsi": {"start": 0.7138, "held": 16.13, "passes": 42.65},
    "gene_activity": {"start": 0.1691, "counts": 19.51, "streamed": 3.619},
    "shared_space": {"squares": 0.03288, "cube": 0.1551},
    "anchors": {"start": 0.09736, "pairs": 4.798, "listed": 21.32},
    "transfer": {"start": 0.0048, "cells": 2.92e+04, "pairs": 2.399, "listed": 31.01},
    "refine": {"start": 0.03761, "cells": 2285},
    "grade": {"start": 0.01968, "cells": 162.5},
    "maps": {"start": 0.03664, "moves": 1360, "pairs": 6.474},
}

MEMORY: dict[str, float] = {"program": 625.4, "counts": 3.132, "blocks": 505.3}
