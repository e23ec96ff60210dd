"""Every setting refuses what its own declaration forbids, and says so in a sentence that names it."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from typing import Any

import numpy as np
import pytest

from anchorscope.declared import Declaration, Parameters, joined, names_in
from anchorscope.errors import ParameterError
from anchorscope.parameters import (
    BLOOD_PANEL,
    REFINED,
    SEURAT,
    GeneActivityParameters,
    MarkerPanel,
    Recipe,
    ReferenceParameters,
    Repairs,
)

GROUPS = [type(getattr(Recipe(), item.name)) for item in dataclasses.fields(Recipe)
          if isinstance(getattr(Recipe(), item.name), Parameters)] + [Repairs]
SETTINGS = [pytest.param(group, name, declaration, default, id=f"{group.__name__}.{name}")
            for group in GROUPS for name, declaration, default in group.declarations()]


@pytest.mark.parametrize(("group", "name", "declaration", "default"), SETTINGS)
def test_every_number_says_when_to_change_it(group: type[Parameters], name: str, declaration: Declaration,
                                             default: Any) -> None:
    if not isinstance(default, str):
        assert re.search(r"\b(raise|lower|try|rarely|starting at|advises)\b", declaration.help, re.IGNORECASE)


AWKWARD = ["B", "CD4; memory", ";", " led", "trailed ", '"', '""', '"B" cells', 'say "B"', '"; "', 'a"; "b', "é;ü",
           "a\nb", "\n", "\u2003wide"]


def test_names_come_apart_as_they_were_joined() -> None:
    assert names_in(joined(AWKWARD)) == tuple(AWKWARD)
    random = np.random.default_rng(0)
    for _ in range(3000):
        names = tuple("".join(random.choice(list('ab;" \n'), size=random.integers(1, 6)))
                      for _ in range(random.integers(0, 5)))
        assert names_in(joined(names)) == names


@pytest.mark.parametrize(("value", "names"), [
    ("Doublet; Unknown", ("Doublet", "Unknown")), (" a;b ; ;", ("a", "b")), ("", ()), (" ; ", ()),
    ('"B" cells; T', ('"B" cells', "T")), ('5" gel', ('5" gel',)),
    ('"half; T', ('"half', "T")), ('"a; b" ;c', ("a; b", "c"))])
def test_plain_names_are_written_as_before(value: str, names: tuple[str, ...]) -> None:
    assert names_in(value) == names


def test_a_name_is_quoted_only_where_it_must_be() -> None:
    assert joined(["Doublet", 'naive "B"', "CD4; memory"]) == 'Doublet; naive "B"; "CD4; memory"'


def bad_values(declaration: Declaration, default: Any) -> list[Any]:
    """Values that a declaration forbids: of the wrong type, out of range, not among the choices."""
    if isinstance(default, str):
        return [None, 3, *(["no such choice"] if declaration.choices else [])]
    wrong_type = [None, "3", True, *([default + 0.5] if isinstance(default, int) else [])]
    return [*wrong_type, declaration.low - 1, declaration.high + 1, math.nan, math.inf, -math.inf]


def good_values(declaration: Declaration, default: Any) -> list[Any]:
    """The values at the edges of what a declaration allows."""
    if isinstance(default, str):
        return [default, *declaration.choices]
    return [default, type(default)(declaration.low), type(default)(declaration.high)]


def test_every_group_of_the_recipe_is_tested() -> None:
    assert len(GROUPS) == len(Parameters.__subclasses__()) >= 7
    assert ReferenceParameters in GROUPS


@pytest.mark.parametrize(("group", "name", "declaration", "default"), SETTINGS)
def test_forbidden_values_are_refused_by_name(
    group: type[Parameters], name: str, declaration: Declaration, default: Any
) -> None:
    for bad in bad_values(declaration, default):
        with pytest.raises(ParameterError) as caught:
            group(**{name: bad})
        sentence = str(caught.value)
        assert declaration.title in sentence
        assert declaration.range_text in sentence
        assert f"found {bad!r}; " in sentence
        assert repr(default) in sentence


@pytest.mark.parametrize(("group", "name", "declaration", "default"), SETTINGS)
def test_the_edges_of_the_range_are_allowed(
    group: type[Parameters], name: str, declaration: Declaration, default: Any
) -> None:
    for good in good_values(declaration, default):
        assert getattr(group(**{name: good}), name) == good


def test_a_whole_number_serves_as_a_decimal_one() -> None:
    assert ReferenceParameters(resolution=1).resolution == 1


def test_replaced_changes_a_copy_and_checks_it() -> None:
    before = GeneActivityParameters()
    after = before.replaced(upstream=5000)
    assert (before.upstream, after.upstream) == (2000, 5000)
    assert after.replaced(upstream=2000) == before
    with pytest.raises(ParameterError, match="Upstream of the gene"):
        before.replaced(upstream=-1)


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ReferenceParameters().resolution = 2.0  # type: ignore[misc]


def test_range_text_names_the_limits_the_unit_or_the_choices() -> None:
    assert Declaration("t", "h", low=0, high=500_000, unit="bp").range_text == "between 0 and 500,000 bp"
    assert Declaration("t", "h", choices=("a", "b")).range_text == "one of a, b"
    assert Declaration("t", "h").range_text == "any text"


def test_the_chapters_defaults() -> None:
    recipe = Recipe()
    assert (recipe.reference.n_variable_genes, recipe.reference.n_components) == (2000, 30)
    assert recipe.reference.resolution == 0.6
    assert (recipe.gene_activity.upstream, recipe.gene_activity.downstream) == (2000, 0)
    assert (recipe.lsi.n_components, recipe.lsi.first_component, recipe.lsi.last_component) == (50, 2, 30)
    assert (recipe.anchors.k_anchor, recipe.anchors.k_score, recipe.transfer.k_weight) == (5, 30, 50)


def test_a_recipe_survives_json() -> None:
    values = Recipe().as_dict()
    assert json.loads(json.dumps(values)) == values
    assert set(values) == {item.name for item in dataclasses.fields(Recipe)}
    assert values["panel"]["entries"][0] == ["CD4 T", "IL7R"]


@pytest.mark.parametrize("seed", [-1, 2**31, 1.0, "42", None, True])
def test_seeds_that_a_library_would_choke_on_are_refused(seed: Any) -> None:
    with pytest.raises(ParameterError, match=f"The seed must be .*: found {seed!r}; "):
        Recipe(seed=seed)


def test_the_first_and_the_last_seed_are_allowed() -> None:
    assert (Recipe(seed=0).seed, Recipe(seed=2**31 - 1).seed) == (0, 2**31 - 1)


def test_panel_types_keep_their_order_and_appear_once() -> None:
    panel = MarkerPanel("mine", (("T", "CD3D"), ("B", "MS4A1"), ("T", "CD3E")))
    assert panel.types == ("T", "B")
    assert BLOOD_PANEL.types == ("CD4 T", "CD8 T", "B", "NK", "Mono", "DC", "Platelet")


@pytest.mark.parametrize(("field", "value"), [
    ("names", [(0, "B")]), ("names", (("0", "B"),)), ("names", ((0,),)), ("names", ((True, "B"),)),
    ("names", ((0, "B", "T"),)), ("mapping", (("B", 1),)), ("mapping", {"B": "T"}), ("mapping", "B,T"),
    ("colours", (("B", 1),)),
])
def test_names_and_mapping_are_pairs(field: str, value: Any) -> None:
    with pytest.raises(ParameterError, match=r"must be pairs: found .* give pairs, for example"):
        Recipe(**{field: value})


@pytest.mark.parametrize("method", [REFINED, SEURAT])
def test_a_recipe_goes_back_to_its_defaults_and_keeps_what_belongs_to_the_data(method: str) -> None:
    bound = {"reference": {"labels": "x"}, "gene_activity": {"assembly": "GRCm38"}, "grade": {"truth": "y"},
             "transfer": {"reference_group": "a", "query_group": "b", "weight_space": "X_pca"}}
    start = Recipe(names=((0, "B"),), mapping=(("a", "b"),), colours=(("B", "#000000"),), seed=7)
    data = dataclasses.replace(
        start, **{name: getattr(start, name).replaced(**values) for name, values in bound.items()})
    changed = dataclasses.replace(
        data, anchors=data.anchors.replaced(k_anchor=9), lsi=data.lsi.replaced(n_components=20),
                      transfer=data.transfer.replaced(k_weight=7, min_score=0.5),
                      gene_activity=data.gene_activity.replaced(model="archr"))
    assert changed.reset(method) == dataclasses.replace(data, transfer=data.transfer.replaced(method=method))


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "123456", "#12345G"])
def test_colours_are_hexadecimal(colour: str) -> None:
    with pytest.raises(ParameterError, match="six hexadecimal digits"):
        Recipe(colours=(("B", colour),))


def test_names_and_mapping_survive_json_as_lists() -> None:
    values = Recipe(names=((1, "B"),), mapping=(("a", "b"), ("c", "b"))).as_dict()
    assert json.loads(json.dumps(values)) == values
    assert (values["names"], values["mapping"]) == ([[1, "B"]], [["a", "b"], ["c", "b"]])
