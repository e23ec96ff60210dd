"""Help: every command and option is named and explained."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anchorscope import cli
from anchorscope.cli import main, parser


def options_of(command: argparse.ArgumentParser) -> Iterator[str]:
    for action in command._actions:
        yield from action.option_strings or [action.metavar if isinstance(action.metavar, str) else ""]


def commands() -> dict[str, argparse.ArgumentParser]:
    choices = next(action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("command", [None, *commands()])
def test_help_names_every_option_and_exits_with_zero(command: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*([command] if command else []), "--help"])
    text = capsys.readouterr().out
    assert left.value.code == 0
    assert all(name in text for name in options_of(commands()[command] if command else parser()))


def test_the_commands_are_those_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(commands()) == {"demo", "inspect", "transfer", "run", "compare", "coembed", "activity", "unpair"}
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(f"anchorscope {name}" in text for name in commands())


@pytest.mark.parametrize("command", commands())
def test_every_option_says_what_it_is_for(command: str) -> None:
    assert all(action.help for action in commands()[command]._actions)


@pytest.mark.parametrize("command", commands())
def test_help_has_no_words_for_programmers(command: str) -> None:
    words = set(re.findall(r"[a-z_]+", commands()[command].format_help().lower()))
    assert not words & {"none", "null", "str", "int", "float", "bool", "path", "dict", "kwargs", "stdout", "obs", "var"}


def test_help_and_listing_load_no_heavy_library() -> None:
    """Nobody waits for a help text."""
    code = ("import sys\nfrom anchorscope.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
            "print(sorted({'numpy', 'pandas', 'scipy', 'h5py', 'anndata', 'sklearn', 'numba'} & set(sys.modules)))")
    source = Path(cli.__file__).parents[2]
    for words in (["--help"], ["transfer", "--help"], ["transfer", "--settings"]):
        done = subprocess.run([sys.executable, "-c", code, *words], env=os.environ | {"PYTHONPATH": str(source)},
                              capture_output=True, text=True, encoding="utf-8", check=True)
        assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [
    ["transfer"], ["nonsense"], ["inspect"], ["transfer", "--seed", "x"], ["run"], ["compare"], ["coembed"],
    ["activity"], ["unpair"], ["unpair", "both.h5"],
    ["activity", "--query", "a.h5ad", "--out", "b.h5ad", "--model", "signac"]])
def test_words_that_make_no_command_exit_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage: anchorscope" in capsys.readouterr().err
