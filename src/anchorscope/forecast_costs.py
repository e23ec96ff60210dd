"""Costs of each kind of work, as `benchmarks/forecast.py` measured and wrote them: seconds per billion, and MiB."""

STANDARD_SECONDS = 0.02075
"""Seconds of `anchorscope.forecast.standard_seconds` on the machine of the costs."""

COSTS: dict[str, dict[str, float]] = {
    "variable_genes": {"start": 0.04414, "counts": 17.26},
    "pca": {"squares": 0.0279, "cube": 0.07369},
    "labels": {"start": 0.02},
    "lsi": {"start": 0.8163, "held": 15.48},
    "gene_activity": {"start": 0.1791, "counts": 14.93},
    "shared_space": {"squares": 0.0251, "cube": 0.1786},
    "anchors": {"start": 0.08481, "pairs": 5.825},
    "transfer": {"start": 0.005813, "cells": 2.929e+04, "pairs": 1.782},
    "refine": {"start": 0.0573, "cells": 1987},
    "grade": {"start": 0.02, "cells": 2.51e-12},
    "maps": {"start": 0.1651, "moves": 1309, "pairs": 5.578},
}

MEMORY: dict[str, float] = {"program": 754.7, "counts": 12.56}
