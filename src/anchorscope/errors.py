"""The exceptions of the core: one small tree, every message one sentence a biologist can act on."""

from __future__ import annotations


class AnchorscopeError(Exception):
    """Anything the user can mend.

    Parameters
    ----------
    what
        What is wrong, naming the file, column or setting.
    found
        What was found instead.
    remedy
        What to do next, as an imperative.
    """

    def __init__(self, what: str, found: str, remedy: str) -> None:
        self.what, self.found, self.remedy = what, found, remedy
        super().__init__(what, found, remedy)

    def __str__(self) -> str:
        return f"{self.what}: found {self.found}; {self.remedy}."


class InputError(AnchorscopeError, ValueError):
    """A file or its content cannot be used."""


class ParameterError(AnchorscopeError, ValueError):
    """A setting is outside what the method or the data allow."""


class OutputError(AnchorscopeError, OSError):
    """A result cannot be written; nothing was left behind."""

    def __str__(self) -> str:
        # OSError would print its arguments as an errno pair.
        return AnchorscopeError.__str__(self)


class Cancelled(Exception):  # noqa: N818 - a request that was obeyed, not an error
    """The work stopped because it was asked to."""
