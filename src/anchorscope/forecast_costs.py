"""Costs of each kind of work, as `benchmarks/forecast.py` measured and wrote them: seconds per billion, and MiB."""

STANDARD_SECONDS = 0.02
"""Seconds of `anchorscope.forecast.standard_seconds` on the machine of the costs."""

COSTS: dict[str, dict[str, float]] = {}

MEMORY: dict[str, float] = {"program": 300.0}
