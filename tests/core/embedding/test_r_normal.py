"""The normal numbers that R draws, as R prints them."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.embedding.r_normal import r_normal

PRINTED = {
    42: (1.37095845, -0.56469817, 0.36312841, 0.63286260, 0.40426832),
    1: (-0.6264538, 0.1836433, -0.8356286, 1.5952808, 0.3295078),
    123: (-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774),
}


@pytest.mark.parametrize("seed", PRINTED)
def test_the_first_numbers_after_set_seed(seed: int) -> None:
    np.testing.assert_allclose(r_normal(5, seed), PRINTED[seed], atol=5e-8)


def test_more_numbers_continue_the_same_stream() -> None:
    np.testing.assert_array_equal(r_normal(2000, 7)[:10], r_normal(10, 7))


def test_only_the_lowest_32_bits_of_the_seed_count() -> None:
    np.testing.assert_array_equal(r_normal(3, 42 + 2**32), r_normal(3, 42))
    assert np.isfinite(r_normal(3, -1)).all()


def test_they_are_standard_normal() -> None:
    values = r_normal(20_000, 5)
    assert abs(values.mean()) < 0.03
    assert values.std() == pytest.approx(1.0, abs=0.02)
    # Beyond the state of the generator, 624 numbers, nothing repeats.
    assert len(np.unique(values)) == 20_000
