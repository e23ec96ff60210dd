"""The picture of a gene among its peaks, whatever the model of gene activity."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from anchorscope import io
from anchorscope.gene_activity.models import activity_by_model
from anchorscope.parameters import GeneActivityParameters
from anchorscope_desktop.plotting.theme import DARK, LIGHT
from anchorscope_desktop.state.genes import neighbourhood
from anchorscope_desktop.views.gene_track import shades


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_more_a_peak_counts_the_more_it_is_accented(theme):
    credit = np.array([0.0, 2.0, 0.5, 0.001])
    grey, full, half, least = shades(theme, credit, np.ones(4, dtype=bool))
    assert grey == theme.color("unassigned")
    assert full == theme.color("accent")
    assert len({color.name() for color in (grey, full, half, least)}) == 4
    assert shades(theme, credit, credit > 1) == [full]
    assert shades(theme, np.zeros(2), np.ones(2, dtype=bool)) == [grey, grey]


@pytest.mark.parametrize("model", ["body-promoter", "archr", "maestro"])
def test_all_peaks_that_count_for_a_gene_are_around_it(example, model):
    query = io.read_query(example[1])
    activity = activity_by_model(query, io.read_gene_table("GRCh38"), GeneActivityParameters(model=model))
    finding = SimpleNamespace(job=SimpleNamespace(query=query), outcome=SimpleNamespace(gene_activity=activity))
    most = int(np.argmax(np.diff(activity.membership.indptr)))
    place = neighbourhood(finding, activity.regions.symbols[most])
    np.testing.assert_allclose(np.sort(place.credit[place.credit > 0]), np.sort(activity.membership[[most]].data))
