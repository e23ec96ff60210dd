"""Colours of types that a reference brings along, in scanpy's way."""

from __future__ import annotations

import dataclasses

import h5py
import numpy as np
import pandas as pd
import pytest

from anchorscope.export import labelled_query
from anchorscope.io import read_reference
from anchorscope.io.from_anndata import reference_from_anndata
from anchorscope.io.session import without_counts
from anchorscope.parameters import CLUSTER_AND_NAME, Recipe, ReferenceParameters
from anchorscope.results import Job, Outcome, colours_of

KINDS = ["T", "B", "Mono"] * 4
"""In another order than their categories, which are sorted."""


@pytest.fixture
def coloured(write_h5ad, counts, gene_names):
    """Write a reference with a categorical column, and the colours of its categories B, Mono and T."""
    def write(colours, **columns):
        obs = pd.DataFrame({"kind": pd.Categorical(KINDS), **columns}, index=[f"cell{n}" for n in range(12)])
        return write_h5ad(counts, gene_names, obs=obs, uns={"kind_colors": np.array(colours)})
    return write


def test_colours_follow_the_order_of_the_categories(coloured) -> None:
    found = read_reference(coloured(["#1f77b4", "#FF7F0E", "#2ca02c"]))
    assert found.colours == {"kind": (("B", "#1f77b4"), ("Mono", "#FF7F0E"), ("T", "#2ca02c"))}


@pytest.mark.parametrize(("written", "read"), [
    (["#1f77b4ff", "#ff7f0e80", "#2ca02c00"], {"B": "#1f77b4", "Mono": "#ff7f0e", "T": "#2ca02c"}),
    (["#1f77b4", "reddish", "#12"], {"B": "#1f77b4"}),
    (["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728"], {"B": "#1f77b4", "Mono": "#ff7f0e", "T": "#2ca02c"}),
    (["#1f77b4", "#ff7f0e"], {}), ([1.0, 2.0, 3.0], {}), ([["#1f77b4"], ["#ff7f0e"], ["#2ca02c"]], {})])
def test_what_is_no_colour_is_left_out(coloured, written, read) -> None:
    assert dict(read_reference(coloured(written)).colours.get("kind", ())) == read


def test_a_list_of_something_that_is_no_column_or_has_no_order_is_not_read(write_h5ad, counts, gene_names) -> None:
    obs = pd.DataFrame({"kind": KINDS, "batch": np.arange(12)}, index=[f"cell{n}" for n in range(12)])
    path = write_h5ad(counts, gene_names, obs=obs, uns={"other_colors": np.array(["#1f77b4"])})
    with h5py.File(path, "r+") as file:
        file.create_group("uns/batch_colors")
    assert dict(read_reference(path).colours) == {}


def test_an_object_in_memory_brings_them_too(coloured) -> None:
    import anndata

    data = anndata.read_h5ad(coloured(["#1f77b4", "#ff7f0e", "#2ca02c"]))
    assert dict(reference_from_anndata(data).colours["kind"])["Mono"] == "#ff7f0e"


def test_they_are_those_of_the_column_in_use_and_the_users_own_win(coloured) -> None:
    found = read_reference(coloured(["#1f77b4", "#ff7f0e", "#2ca02c"]))
    used = Recipe(reference=ReferenceParameters(labels="kind"), colours=(("B", "#000001"),))
    assert dict(colours_of(found, used)) == {"B": "#000001", "Mono": "#ff7f0e", "T": "#2ca02c"}
    named = dataclasses.replace(used, reference=ReferenceParameters(labels=CLUSTER_AND_NAME))
    assert colours_of(found, named) == colours_of(None, used) == (("B", "#000001"),)
    assert without_counts(found).colours == found.colours


def test_what_is_written_has_them(job: Job, outcome: Outcome) -> None:
    types = outcome.prediction.labels.types
    kept = ((types[0], "#123456"), (types[1], "#234567"))
    reference = dataclasses.replace(job.reference, colours={"cell_type": kept})
    own = dataclasses.replace(job.recipe, colours=((types[1], "#00ff00"),))
    written = labelled_query(Job(reference, job.query, own), outcome)
    names = list(written.obs["predicted.id"].cat.categories)
    table = dict(zip(names, written.uns["predicted.id_colors"], strict=True))
    assert {name: table[name] for name in types[:2] if name in table} == {
        name: colour for name, colour in ((types[0], "#123456"), (types[1], "#00ff00")) if name in table}
    assert types[0] in table or types[1] in table
