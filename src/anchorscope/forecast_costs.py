"""Costs of each kind of work, as `benchmarks/forecast.py` measured and wrote them: seconds per billion, and MiB."""

STANDARD_SECONDS = 0.0195
"""Seconds of `anchorscope.forecast.standard_seconds` on the machine of the costs."""

COSTS: dict[str, dict[str, float]] = {
    "variable_genes": {"start": 0.0218, "counts": 30.95, "streamed": 19.73},
    "pca": {"squares": 0.01603, "cube": 0.07798, "counts": 2.705},
    "labels": {"start": 0.02331, "pairs": 0.6983, "chosen": 2.55e+04, "listed": 4.418, "graph": 8900},
    "lsi": {"start": 0.8082, "cells": 6346, "passes": 2.884},
    "gene_activity": {"start": 0.1401, "counts": 83.13, "streamed": 3.342, "pairs": 0.6983, "chosen": 2.55e+04,
                      "listed": 4.418, "sampled": 9.98e+07, "cubes": 4969, "summed": 57.15},
    "shared_space": {"cube": 0.1751, "counts": 36.48, "streamed": 88.41},
    "anchors": {"start": 0.06936, "pairs": 0.8142, "chosen": 1.077e+04},
    "transfer": {"start": 0.01492, "pairs": 0.6983, "chosen": 2.55e+04, "listed": 4.418},
    "refine": {"start": 0.06107, "cells": 1425, "counts": 66, "streamed": 58},
    "grade": {"start": 0.01769, "cells": 336.5},
    "maps": {"start": 0.0177, "moves": 1430, "pairs": 3.449, "chosen": 1.401e+04},
    "merged": {"squares": 0.04426, "cube": 0.05734, "counts": 38.21},
    "map": {"moves": 3521, "pairs": 2.616, "chosen": 5.094e+04},
}

MEMORY: dict[str, float] = {"program": 582.7, "counts": 2.643, "lsi": 0.859, "cells": 3.005}
