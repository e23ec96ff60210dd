"""The classifier that knows the answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.errors import Cancelled, InputError
from anchorscope.evaluation.ceiling import FOLDS, Seen, _folds, ceiling
from anchorscope.progress import CancelToken, Reporting
from anchorscope.results import Labels
from core.samples import groups


def named(sizes: tuple[int, ...], apart: float = 10.0) -> tuple[Seen, Labels]:
    """Cells whose types lie apart in their own space; the shared axes and the peaks say nothing."""
    points, group = groups(sizes, apart=apart)
    rng = np.random.default_rng(1)
    return _seen(points, rng.poisson(2.0, (len(points), 12))), Labels(tuple("abcdefgh"[: len(sizes)]), group)


def _seen(space: np.ndarray, counts: np.ndarray) -> Seen:
    genes = np.random.default_rng(2).standard_normal((len(space), 3))
    return Seen(space, genes, InMemory(sparse.csr_matrix(counts.astype(np.float64))))


def test_types_far_apart_are_all_found() -> None:
    seen, truth = named((40, 30, 20))
    assert ceiling(seen, truth, seed=0).codes.tolist() == truth.codes.tolist()


def test_types_that_only_their_peaks_tell_apart_are_found() -> None:
    _, truth = named((60, 50))
    rng = np.random.default_rng(4)
    rates = np.where(np.arange(40) % 2 == truth.codes[:, None], 3.0, 1.0)
    noise = _seen(rng.standard_normal((110, 5)), rng.poisson(1.5, (110, 40)))
    assert np.mean(ceiling(noise, truth, seed=0).codes == truth.codes) < 0.7
    told = _seen(noise.space, rng.poisson(rates))
    assert np.mean(ceiling(told, truth, seed=0).codes == truth.codes) > 0.95


def test_labels_without_meaning_are_not_found() -> None:
    seen, truth = named((200, 200), apart=0.0)
    found = ceiling(seen, truth, seed=0)
    assert 0.4 < np.mean(found.codes == truth.codes) < 0.6


def test_no_cell_teaches_its_own_name() -> None:
    """One cell of b among a's: whoever has seen it would call it b."""
    seen, truth = named((40, 30))
    seen.space[3] = 100.0
    codes = truth.codes.copy()
    codes[3] = 2
    found = ceiling(seen, Labels(("a", "b", "c"), codes), seed=0)
    assert found.codes[3] in (0, 1)
    assert 2 not in found.codes


def test_cells_without_an_answer_stay_without() -> None:
    seen, truth = named((40, 30))
    codes = np.where(np.arange(70) % 7 == 0, -1, truth.codes)
    assert np.flatnonzero(ceiling(seen, Labels(truth.types, codes), 0).codes < 0).tolist() == list(range(0, 70, 7))


def test_folds_hold_every_type_in_equal_parts() -> None:
    codes = np.repeat([0, 1, 2, -1], [23, 10, 2, 4])
    fold = _folds(codes, seed=5)
    assert (fold[codes < 0] == -1).all()
    for code, size in ((0, 23), (1, 10), (2, 2)):
        counted = np.bincount(fold[codes == code], minlength=FOLDS)
        assert counted.sum() == size
        assert counted.max() - counted.min() <= 1
    counted = np.bincount(fold[codes >= 0], minlength=FOLDS)
    assert counted.max() - counted.min() <= 1


def test_a_seed_decides_the_folds() -> None:
    codes = np.zeros(50, dtype=int)
    assert _folds(codes, 1).tolist() == _folds(codes, 1).tolist()
    assert _folds(codes, 1).tolist() != _folds(codes, 2).tolist()


@pytest.mark.parametrize("sizes", [(40,), (40, 1), (40, 2)])
def test_one_type_alone_is_no_question(sizes: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="ceiling cannot be measured: found fewer than two true types"):
        ceiling(*named(sizes), 0)


def test_it_stops_when_asked_to() -> None:
    token = CancelToken()

    def stop_half_way(fraction: float) -> None:
        if fraction > 0.3:
            token.cancel()

    with pytest.raises(Cancelled):
        ceiling(*named((40, 30)), 0, Reporting(stop_half_way, token))
