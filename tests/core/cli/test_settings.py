"""`--set`, `--settings`, `--panel` and `--seed`: every setting is reached, and what is wrong is told at once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from anchorscope.cli import parser
from anchorscope.cli.options import check_outputs, files_of, inputs_of, recipe_of
from anchorscope.cli.settings import GROUPS, listing
from anchorscope.declared import names_in
from anchorscope.errors import OutputError
from anchorscope.io.panel import builtin_panels
from anchorscope.io.recipe import READING
from anchorscope.parameters import BLOOD_PANEL, Recipe
from core.cli.calls import Call, in_one_sentence

WITH_SETTINGS = ("transfer", "compare", "coembed", "activity")


def options_of(*words: object, command: str = "transfer") -> argparse.Namespace:
    """What the words become, files and outputs being given."""
    given = {"transfer": ["--reference", "rna.h5ad", "--out", "out.h5ad"], "compare": ["--reference", "rna.h5ad"],
             "coembed": ["--reference", "rna.h5ad", "--out", "out.h5ad"], "activity": ["--out", "out.h5ad"]}[command]
    return parser().parse_args([command, "--query", "atac.h5ad", *given, *map(str, words)])


@pytest.mark.parametrize(("group", "name", "default"), [
    (group, name, default) for group, kind in GROUPS.items() for name, _, default in kind.declarations()])
def test_every_setting_can_be_set(group: str, name: str, default: Any) -> None:
    declared = {item: declaration for item, declaration, _ in GROUPS[group].declarations()}[name]
    value = (declared.choices or (declared.low if declared.low is not None else "some text",))[-1]
    options = options_of("--set", f"{group}.{name}={type(default)(value)}")
    holder = getattr(inputs_of(options), READING[group]) if group in READING else getattr(recipe_of(options), group)
    assert getattr(holder, name) == value
    assert holder == type(holder)(**{name: type(default)(value)})


def test_without_options_every_setting_has_its_default() -> None:
    assert recipe_of(options_of()) == Recipe()


def test_options_of_their_own_reach_the_settings() -> None:
    found = recipe_of(options_of("--labels", "kind", "--assembly", "GRCh37", "--model", "archr", "--reduction", "rpca",
                                 "--truth", "paired", "--seed", 3))
    assert found.reference.labels == "kind"
    assert (found.gene_activity.assembly, found.gene_activity.model) == ("GRCh37", "archr")
    assert (found.anchors.reduction, found.grade.truth, found.seed) == ("rpca", "paired", 3)


def test_the_last_word_on_a_setting_counts_and_the_value_may_hold_an_equals_sign() -> None:
    found = recipe_of(options_of("--set", "transfer.k_weight=9", "--set", "transfer.k_weight=8",
                                 "--set", "grade.truth=a=b.c"))
    assert found.transfer.k_weight == 8
    assert found.grade.truth == "a=b.c"


def test_a_name_that_holds_a_semicolon_is_given_in_quotes() -> None:
    found = recipe_of(options_of("--set", 'reference.left_out="CD4; memory"; Doublet'))
    assert names_in(found.reference.left_out) == ("CD4; memory", "Doublet")


@pytest.mark.parametrize(("text", "part"), [
    ("k_weight=30", "must be written as GROUP.NAME=VALUE: found “k_weight=30”; write for example transfer.k_weight=30"),
    ("transfer.k_weight", "must be written as GROUP.NAME=VALUE: found “transfer.k_weight”"),
    ("seed=3", "must be written as GROUP.NAME=VALUE"),
    ("", "must be written as GROUP.NAME=VALUE"),
    ("weights.k=3", "no group of settings “weights” here: found “weights.k=3”; use one of reference, gene_activity,"),
    ("transfer.k_wait=3", "no setting “k_wait” in “transfer”: found “transfer.k_wait=3”; use one of method"),
    ("transfer.k_weight=x", "“k.weight” must be a whole number between 2 and 1,000 anchors: found 'x'"),
    ("transfer.k_weight=30.5", "“k.weight” must be a whole number between 2 and 1,000 anchors: found '30.5'"),
    ("transfer.k_weight=1", "“k.weight” must be a whole number between 2 and 1,000 anchors: found 1; choose"),
    ("transfer.k_weight=", "“k.weight” must be a whole number between 2 and 1,000 anchors: found ''"),
    ("transfer.sd_weight=nan", "“sd.weight” must be a number between 0.01 and 100: found nan"),
    ("anchors.reduction=pca", "“Shared space” must be one of cca, rpca, pcaproject: found 'pca'"),
    ("reading_query.values=log", "“Values” must be one of automatic, counts, invert-log: found 'log'"),
    ("reading_query.value=log", "no setting “value” in “reading_query”"),
])
def test_a_bad_setting_is_told_before_any_file_is_opened(call: Call, text: str, part: str) -> None:
    code, out, err = call("--set", text, reference="none.h5ad", query="none.h5ad")
    assert code == 2
    assert part in in_one_sentence(err)
    assert out == ""
    assert call.written() == []


def test_a_command_refuses_settings_that_mean_nothing_to_it(call: Call) -> None:
    code, _, err = call.run("activity", "--set", "transfer.k_weight=30", query="none.h5ad", out=call.out / "a.h5ad")
    assert code == 2
    assert "use one of gene_activity, lsi, reading_query." in in_one_sentence(err)


@pytest.mark.parametrize("command", WITH_SETTINGS)
def test_the_list_of_settings_names_all_that_the_command_takes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = options_of(command=command).groups
    with pytest.raises(SystemExit) as left:
        parser().parse_args([command, "--settings"])
    text = capsys.readouterr().out
    assert left.value.code == 0
    for group in groups:
        for name, declared, default in GROUPS[group].declarations():
            assert f"{group}.{name}={default if default != '' else '(empty)'}\n    {declared.range_text}\n" in text
    assert text == listing(groups) + "\n"
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("word", ["blood", "Blood (seven types)", "LUNG", "Blood, detailed"])
def test_built_in_panels_go_by_name(word: str) -> None:
    panel = recipe_of(options_of("--panel", word)).panel
    assert panel.name.lower().startswith(word.lower())
    assert panel == builtin_panels()[panel.name]


def test_without_a_panel_it_is_blood() -> None:
    assert recipe_of(options_of()).panel == BLOOD_PANEL == recipe_of(options_of("--panel", "blood")).panel


def test_an_unknown_panel_is_told_with_those_there_are(call: Call) -> None:
    code, _, err = call(labels=None, panel="lungs")
    assert code == 2
    sentence = in_one_sentence(err)
    assert "no marker panel “lungs”: found neither a file nor a built-in panel of that name" in sentence
    assert all(name in sentence for name in builtin_panels())


def test_labels_and_a_panel_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        options_of("--labels", "kind", "--panel", "blood")
    assert left.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


# ---- files that must not be written to --------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["reference", "query", "peaks", "fragments", "annotation", "reference-labels",
                                    "query-labels", "mapping", "panel"])
def test_no_output_takes_the_place_of_a_file_that_is_read(tmp_path: Path, option: str) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_bytes(b"mine")
    (tmp_path / "sub").mkdir()
    given = files_of(options_of(f"--{option}", mine))
    with pytest.raises(OutputError, match="a file of that name among the other files of this run"):
        check_outputs([tmp_path / "sub" / ".." / "mine.csv"], given)


def test_no_output_takes_the_place_of_a_part_of_a_matrix_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "matrix.mtx").touch()
    with pytest.raises(OutputError, match=r"matrix\.mtx"):
        check_outputs([tmp_path / "matrix.mtx"], [tmp_path])
    check_outputs([tmp_path / "labels.csv"], [tmp_path])


def test_two_outputs_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        check_outputs([tmp_path / "a", None, tmp_path / "a"], [])
