"""The least score of each method: what is sure by one is not by the other, whose scores have another scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anchorscope.parameters import REFINED, SEURAT, TransferParameters

_METHODS = REFINED, SEURAT


class LeastScores:
    """Remembers with which least score the labels of each method were looked at last."""

    def __init__(self) -> None:
        self._kept: dict[str, float] = {}

    def note(self, transfer: TransferParameters) -> None:
        """Take note of the settings as they are now."""
        self._kept[transfer.method] = transfer.min_score

    def forget(self) -> None:
        """Keep all labels of every method again: a least score is chosen by looking at the scores of one query."""
        self._kept = {}

    def fitting(self, before: TransferParameters, after: TransferParameters) -> TransferParameters:
        """Return settings that were edited; where the method is another one now, with the least score it had."""
        if after.method == before.method or after.min_score != before.min_score:
            return after
        return after.replaced(min_score=self._kept.get(after.method, TransferParameters.min_score))

    def plain(self) -> dict[str, float]:
        """Return the least scores for a session file."""
        return dict(self._kept)

    def show(self, plain: Mapping[str, Any] | None, now: TransferParameters) -> None:
        """Take what `plain` told; a session that told nothing had one least score for all methods."""
        kept = dict.fromkeys(_METHODS, now.min_score) if plain is None else plain
        self._kept = {method: float(kept[method]) for method in _METHODS if method in kept}
        self.note(now)
