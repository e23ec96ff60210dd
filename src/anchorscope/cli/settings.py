"""`--set GROUP.NAME=VALUE` and `--settings`: every declared setting, from the command line."""

from __future__ import annotations

import argparse
import dataclasses
import re
import textwrap
from collections.abc import Sequence
from typing import Any, TypeVar

from anchorscope.declared import Parameters
from anchorscope.errors import ParameterError
from anchorscope.parameters import Recipe, Repairs

Group = TypeVar("Group", bound=Parameters)

GROUPS: dict[str, type[Parameters]] = {
    item.name: type(item.default) for item in dataclasses.fields(Recipe) if isinstance(item.default, Parameters)
} | {"reading_reference": Repairs, "reading_query": Repairs}
"""Groups of settings by the names that they have in a recipe."""


def add_settings(command: argparse.ArgumentParser, groups: Sequence[str] = tuple(GROUPS)) -> None:
    """Declare the seed and access to every setting of these groups."""
    add = command.add_argument
    add("--set", action="append", default=[], metavar="GROUP.NAME=VALUE", dest="settings",
        help=f"any other setting, for example {_example(groups)}; may be repeated")
    add("--settings", action=_Listing, groups=groups, help="list all settings for --set and exit")
    add("--seed", type=int, default=Recipe.seed, metavar="N", help="same seed, same labels (default: %(default)s)")
    command.set_defaults(groups=groups)


def check_settings(texts: Sequence[str], groups: Sequence[str]) -> None:
    """Refuse what is not written as it should be, or is of none of these groups.

    Raises
    ------
    ParameterError
        With what can be used instead.
    """
    for text in texts:
        if not re.fullmatch(r"\w+\.\w+=.*", text, re.DOTALL):
            raise ParameterError("A setting must be written as GROUP.NAME=VALUE", f"“{text}”",
                                 f"write for example {_example(groups)}")
        name = text.partition(".")[0]
        if name not in groups:
            raise ParameterError(f"There is no group of settings “{name}” here", f"“{text}”",
                                 f"use one of {', '.join(groups)}")


def with_settings(group: Group, name: str, texts: Sequence[str]) -> Group:
    """Return the group with the settings `name.…=value` among `texts`.

    Raises
    ------
    ParameterError
        If there is no such setting, or its value is not allowed.
    """
    known = {item: default for item, _, default in group.declarations()}
    for text in texts:
        place, _, value = text.partition("=")
        owner, _, setting = place.partition(".")
        if owner != name:
            continue
        if setting not in known:
            raise ParameterError(f"There is no setting “{setting}” in “{name}”", f"“{text}”",
                                 f"use one of {', '.join(known)}")
        group = group.replaced(**{setting: _value(value, known[setting])})
    return group


def listing(groups: Sequence[str]) -> str:
    """Return name, default, allowed values and help of every setting of these groups, as text."""
    return "\n".join(_entry(f"{name}.{setting}", default, declared.range_text, declared.help)
                     for name in groups for setting, declared, default in GROUPS[name].declarations())


def _entry(name: str, default: Any, allowed: str, text: str) -> str:
    shown = default if default != "" else "(empty)"
    about = textwrap.fill(text, 96, initial_indent="    ", subsequent_indent="    ")
    return f"{name}={shown}\n    {allowed}\n{about}"


def _example(groups: Sequence[str]) -> str:
    return "transfer.k_weight=30" if "transfer" in groups else "gene_activity.upstream=5000"


def _value(text: str, default: Any) -> Any:
    """Return the text as a number where the setting is one; what is none is left for the check to refuse."""
    if isinstance(default, str):
        return text
    try:
        return type(default)(text)
    except ValueError:
        return text


class _Listing(argparse.Action):
    """Prints all settings and exits, as `--help` does."""

    def __init__(self, groups: Sequence[str], **more: Any) -> None:
        super().__init__(nargs=0, default=argparse.SUPPRESS, **more)
        self._groups = groups

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """Print and exit."""
        print(listing(self._groups))
        parser.exit()
