"""Costs of each kind of work, as `benchmarks/forecast.py` measured and wrote them: seconds per billion, and MiB."""

STANDARD_SECONDS = 0.01868
"""Seconds of `anchorscope.forecast.standard_seconds` on the machine of the costs."""

COSTS: dict[str, dict[str, float]] = {
    "variable_genes": {"start": 0.03499, "counts": 19.85, "streamed": 21.49},
    "pca": {"squares": 0.01518, "cube": 0.07173, "streamed": 17.92},
    "labels": {"start": 0.0232},
    "lsi": {"start": 0.7785, "cells": 6326, "passes": 2.694},
    "gene_activity": {"start": 0.1371, "counts": 69.29, "streamed": 4.039},
    "shared_space": {"cube": 0.1525, "counts": 106.1, "streamed": 109.7},
    "anchors": {"start": 0.0531, "pairs": 1.231, "chosen": 1.144e+04},
    "transfer": {"start": 0.01326, "pairs": 1.884, "chosen": 2.284e+04, "listed": 3.967},
    "refine": {"start": 0.04529, "cells": 2034},
    "grade": {"start": 0.01835, "cells": 407.3},
    "maps": {"start": 0.0391, "moves": 1350, "pairs": 5.812, "chosen": 7383},
}

MEMORY: dict[str, float] = {"program": 599, "counts": 2.276, "lsi": 0.1716, "cells": 4.146, "blocks": 80.79}
