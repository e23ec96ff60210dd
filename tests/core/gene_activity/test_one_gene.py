"""One gene's credit is the row of the whole matrix, found without it."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.gene_activity.models import activity_by_model
from anchorscope.gene_activity.one_gene import credit_in, credit_of_gene
from anchorscope.io.gene_table import read_gene_table
from anchorscope.parameters import GeneActivityParameters


@pytest.mark.parametrize("model", ["body-promoter", "archr", "maestro"])
def test_one_gene_alone_has_the_credit_it_has_among_all(pair, model):
    _, query = pair
    table, settings = read_gene_table("GRCh38"), GeneActivityParameters(model=model)
    activity = activity_by_model(query, table, settings)
    for gene in activity.regions.symbols[::40]:
        alone, among = credit_of_gene(gene, table, query.peaks, settings), credit_in(activity, gene)
        assert (alone.model, alone.chrom, alone.strand) == (model, among.chrom, among.strand)
        assert (alone.body, alone.region) == (among.body, among.region)
        np.testing.assert_array_equal(alone.peaks, among.peaks)
        np.testing.assert_allclose(alone.credit, among.credit)


def test_fragments_are_looked_for_where_body_and_promoter_are(pair):
    _, query = pair
    table = read_gene_table("GRCh38")
    gene = activity_by_model(query, table, GeneActivityParameters()).regions.symbols[0]
    counted = credit_of_gene(gene, table, query.peaks, GeneActivityParameters(model="fragments"))
    summed = credit_of_gene(gene, table, query.peaks, GeneActivityParameters())
    assert counted.region == summed.region
    np.testing.assert_array_equal(counted.peaks, summed.peaks)


def test_a_gene_that_the_model_leaves_out_has_none(pair):
    _, query = pair
    table = read_gene_table("GRCh38")
    longest = table.symbol[np.argmax(table.end - table.start)]
    assert credit_of_gene("no such gene", table, query.peaks, GeneActivityParameters()) is None
    assert credit_of_gene(longest, table, query.peaks, GeneActivityParameters(model="fragments")) is None
    assert credit_in(activity_by_model(query, table, GeneActivityParameters()), "no such gene") is None


def test_links_are_not_guessed(pair):
    _, query = pair
    with pytest.raises(InputError, match="compute gene activity first"):
        credit_of_gene("CD4", read_gene_table("GRCh38"), query.peaks, GeneActivityParameters(model="co-accessibility"))
