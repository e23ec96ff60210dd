"""Which types to doubt without an answer key."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.evaluation.threshold import with_threshold
from anchorscope.evaluation.type_doubts import LOW_SCORE, type_doubts
from anchorscope.parameters import REFINED, SEURAT
from anchorscope.results import Labels, Prediction

TYPES = ("B", "NK", "T")


def prediction(scores, codes):
    scores = np.array(scores, dtype=np.float64)
    return Prediction(Labels(TYPES, np.array(codes)), scores, scores.max(axis=1), sparse.csr_matrix((len(scores), 1)))


FOUND = prediction([[0.9, 0.1, 0.0], [0.7, 0.3, 0.0], [0.2, 0.0, 0.8], [0.0, 0.45, 0.4], [0.0, 0.0, 0.0]],
                   [0, 0, 2, -1, -1])
NOBODY = np.zeros(5, dtype=bool)


def test_scores_of_each_type_and_of_cells_without_one():
    told = type_doubts(FOUND, NOBODY, REFINED)
    np.testing.assert_allclose(told.mean_score, [0.8, np.nan, 0.8, 0.225])
    np.testing.assert_allclose(told.doubtful, [0.5, np.nan, 0.0, 1.0])
    assert told.unlike.tolist() == [0, 0, 0, 0]


def test_the_share_expected_to_be_wrong_is_what_lacks_to_one():
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.full(3, 0.5), 4_000)
    codes = scores.argmax(axis=1)
    truth = np.array([rng.choice(3, p=row) for row in scores])
    told = type_doubts(prediction(scores, codes), np.zeros(4_000, dtype=bool), REFINED)
    for code in range(3):
        wrong = (truth[codes == code] != code).mean()
        assert 1 - told.mean_score[code] == pytest.approx(wrong, abs=0.05)


@pytest.mark.parametrize("method", [REFINED, SEURAT])
def test_what_is_low_depends_on_the_method(method):
    told = type_doubts(FOUND, NOBODY, method)
    assert told.low == LOW_SCORE[method]
    assert told.doubtful[0] == np.mean(np.array([0.9, 0.7]) < LOW_SCORE[method])


def test_strangers_are_counted_by_their_best_guess_whatever_they_are_called():
    told = type_doubts(FOUND, np.array([False, True, False, True, True]), REFINED)
    assert told.unlike.tolist() == [1, 1, 0, 1]


def test_under_a_threshold_doubtful_cells_are_no_longer_of_the_type():
    labels = with_threshold(FOUND, 0.8)
    told = type_doubts(Prediction(labels, FOUND.scores, FOUND.best, FOUND.weights), NOBODY, REFINED)
    assert told.doubtful[0] == 0.0
    assert told.mean_score[0] == 0.9
