"""A file is there in full or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from anchorscope.errors import Cancelled, OutputError
from anchorscope.io import atomic_path, check_destination
from anchorscope.progress import CancelToken, Reporting


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_and_fail(path: Path, failure: BaseException | type[BaseException]) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text("half")
        raise failure


def test_success_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")
    with atomic_path(target) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".part"
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert names_in(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, Cancelled, ValueError, MemoryError, SystemExit])
def test_any_failure_keeps_the_old_file_and_removes_the_new(tmp_path: Path, failure: type[BaseException]) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old")
    with pytest.raises(failure):
        write_and_fail(target, failure)
    assert target.read_text() == "old"
    assert names_in(tmp_path) == ["out.txt"]


def test_a_cancel_is_heard_once_everything_is_written_and_before_it_counts(tmp_path: Path) -> None:
    target, token = tmp_path / "out.txt", CancelToken()
    target.write_text("old")

    def write() -> None:
        with atomic_path(target, Reporting(lambda _: None, token)) as temporary:
            temporary.write_text("new")
            token.cancel()

    with pytest.raises(Cancelled):
        write()
    assert target.read_text() == "old"
    assert names_in(tmp_path) == ["out.txt"]


@pytest.mark.parametrize(("number", "reason"), [(errno.ENOSPC, "a full disk"), (errno.EROFS, "a read-only disk"),
                                                (errno.EACCES, "no permission"), (errno.EIO, "a failure of the disk")])
def test_failures_of_the_system_are_one_sentence(tmp_path: Path, number: int, reason: str) -> None:
    with pytest.raises(OutputError, match=f"Cannot write .*out.txt: found {reason}.*; .*folder") as caught:
        write_and_fail(tmp_path / "out.txt", OSError(number, "whatever the system says"))
    assert "whatever" not in str(caught.value)
    assert names_in(tmp_path) == []


def test_failure_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError, match="a full disk"), atomic_path(tmp_path / "out.txt") as temporary:
        temporary.write_text("all")
    assert names_in(tmp_path) == []


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"found no folder .*none; create it or choose another"):
        check_destination(tmp_path / "none" / "out.txt")


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="found a folder of that name"), atomic_path(tmp_path):
        pytest.fail("nothing may be written")


def test_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked of the system rather than made by chmod, which does not stop an administrator.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="no permission to write there"):
        check_destination(tmp_path / "out.txt")
    assert names_in(tmp_path) == []
