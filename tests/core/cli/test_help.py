"""Help: every command and option is named and explained."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from anchorscope.cli import main, parser
from anchorscope.embedding import DRAW_COMMAND


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
    assert DRAW_COMMAND not in text


def test_the_commands_are_those_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(commands()) == {"demo", "inspect", "transfer", "run", "compare", "coembed", "activity", "unpair"}
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(f"anchorscope {name}" in text for name in commands())


def test_every_option_of_transfer_says_what_it_is_for() -> None:
    assert all(action.help for action in commands()["transfer"]._actions)


@pytest.mark.parametrize("words", [["transfer"], ["nonsense"], ["inspect"], ["transfer", "--seed", "x"]])
def test_words_that_make_no_command_exit_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage: anchorscope" in capsys.readouterr().err
