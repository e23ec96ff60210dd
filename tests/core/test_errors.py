"""Errors are one sentence (what, found, remedy), of one tree, and survive a trip between processes."""

from __future__ import annotations

import pickle

import pytest

from anchorscope.errors import AnchorscopeError, Cancelled, InputError, OutputError, ParameterError

KINDS = [InputError, ParameterError, OutputError]


@pytest.mark.parametrize("kind", KINDS)
def test_the_message_is_one_sentence_of_three_parts(kind: type[AnchorscopeError]) -> None:
    error = kind("The file query.h5ad cannot be read", "17 bytes", "choose another file")
    assert str(error) == "The file query.h5ad cannot be read: found 17 bytes; choose another file."
    assert (error.what, error.found, error.remedy) == (
        "The file query.h5ad cannot be read", "17 bytes", "choose another file")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_caught_as_the_users_to_mend(kind: type[AnchorscopeError]) -> None:
    with pytest.raises(AnchorscopeError):
        raise kind("a", "b", "c")


@pytest.mark.parametrize("kind", KINDS)
def test_errors_survive_pickling(kind: type[AnchorscopeError]) -> None:
    error = kind("a", "b", "c")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.remedy) == (kind, str(error), "c")


def test_plain_python_catches_them_too() -> None:
    assert issubclass(InputError, ValueError)
    assert issubclass(ParameterError, ValueError)
    assert issubclass(OutputError, OSError)


def test_a_cancel_is_not_an_error_to_mend() -> None:
    assert not issubclass(Cancelled, AnchorscopeError)
    assert issubclass(Cancelled, Exception)
