"""What a declared setting is: its default, range, unit and help, and the check that derives from them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from anchorscope.errors import ParameterError


@dataclass(frozen=True)
class Declaration:
    """What the form, the check and the help say of one setting; `low` and `high` are inclusive.

    A setting that `applies` to some models only is shown when the setting `model` of its group is one of these. The
    value of one that takes `several` names is one text, with `SEPARATOR` between them.
    """

    title: str
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    everyday: bool = False
    applies: tuple[str, ...] = ()
    several: bool = False

    @property
    def range_text(self) -> str:
        """The allowed values in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        unit = f" {self.unit}" if self.unit else ""
        return f"between {self.low:,g} and {self.high:,g}{unit}" if self.low is not None else "any text"


SEPARATOR = ";"
"""Between the names in a setting that takes several."""

QUOTE = '"'
"""Around a name that holds the separator, or that begins or ends with a space; doubled within."""

_ONE_NAME = re.compile(rf'\s*(?:{QUOTE}((?:[^{QUOTE}]|{QUOTE}{QUOTE})*){QUOTE}\s*|([^{SEPARATOR}]*))(?:{SEPARATOR}|\Z)')


def names_in(value: str) -> tuple[str, ...]:
    """Return the names in a setting that takes several; one in quotation marks is taken as it is."""
    found = (match.groups() for match in _ONE_NAME.finditer(value))
    names = (plain.strip() if quoted is None else quoted.replace(2 * QUOTE, QUOTE) for quoted, plain in found)
    return tuple(name for name in names if name)


def joined(names: Iterable[str]) -> str:
    """Return names as a setting that takes several holds them; `names_in` takes them apart, whatever they hold."""
    return f"{SEPARATOR} ".join(_written(name) for name in names)


def _written(name: str) -> str:
    if SEPARATOR not in name and not name.startswith(QUOTE) and name == name.strip():
        return name
    return f"{QUOTE}{name.replace(QUOTE, 2 * QUOTE)}{QUOTE}"


def declared(default: Any, title: str, text: str, **more: Any) -> Any:
    """Return the field of a setting: its default, and what a `Declaration` says of it."""
    return field(default=default, metadata={"declaration": Declaration(title, text, **more)})


@dataclass(frozen=True)
class Parameters:
    """Base of the parameter groups: checks every value against its declaration on creation.

    Raises
    ------
    ParameterError
        If a value has the wrong type or lies outside its declared range or choices.
    """

    title: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for name, declaration, default in self.declarations():
            _check(declaration, default, getattr(self, name))

    @classmethod
    def declarations(cls) -> Iterator[tuple[str, Declaration, Any]]:
        """Yield name, declaration and default of each setting, in the order of the form."""
        for item in dataclasses.fields(cls):
            yield item.name, item.metadata["declaration"], item.default

    @classmethod
    def choices_of(cls, setting: str) -> tuple[str, ...]:
        """Return the allowed values of a setting that has a list of them."""
        return next(declared.choices for name, declared, _ in cls.declarations() if name == setting)

    def replaced(self, **changes: Any) -> Self:
        """Return a copy with some settings changed."""
        return dataclasses.replace(self, **changes)


def _check(declaration: Declaration, default: Any, value: Any) -> None:
    number = isinstance(default, int | float)
    right_type = isinstance(value, str) if not number else is_number(value, whole=isinstance(default, int))
    in_choices = not declaration.choices or value in declaration.choices
    in_range = not number or declaration.low is None or (right_type and declaration.low <= value <= declaration.high)
    if not (right_type and in_choices and in_range):
        kind = "a whole number " if isinstance(default, int) else "a number " if number else ""
        raise ParameterError(
            f"The setting “{declaration.title}” must be {kind}{declaration.range_text}",
            f"{value!r}",
            f"choose another value, for example {default!r}",
        )


def is_number(value: Any, *, whole: bool) -> bool:
    """Whether a value is a number, and a whole one if asked for; True and False are none."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) if whole else isinstance(value, int | float)
