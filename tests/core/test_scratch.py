"""Counts on disk are those in memory, wherever they are cut, and leave nothing behind."""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from anchorscope import scratch
from anchorscope.counts import blocks_of, column, counts_per_cell, in_memory, with_features
from anchorscope.errors import InputError
from anchorscope.scratch import OnDisk, Scratch, scratch_home
from core.samples import poisson, whole

COUNTS = sparse.csr_matrix(poisson(50, 12, 0.4).astype(np.float32))


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(scratch.VARIABLE, str(tmp_path / "scratch"))
    return tmp_path / "scratch"


def on_disk(counts: sparse.csr_matrix = COUNTS, at_a_time: int = 7) -> OnDisk:
    with Scratch(counts.nnz) as files:
        for start in range(0, counts.shape[0], at_a_time):
            files.append(counts[start : start + at_a_time])
        return files.finished(counts.shape[1])


@pytest.mark.parametrize("block_cells", [1, 8, 50, 8192])
def test_blocks_are_the_counts(block_cells: int) -> None:
    kept = on_disk()
    found = OnDisk(kept.folder, kept.ends, 12, block_cells=block_cells)
    assert found.shape == (50, 12)
    np.testing.assert_array_equal(whole(found), COUNTS.toarray())
    assert all(block.dtype == np.float64 for _, block in found)


def test_the_same_is_asked_of_counts_in_memory_and_on_disk() -> None:
    kept = on_disk()
    np.testing.assert_array_equal(counts_per_cell(kept), counts_per_cell(COUNTS))
    np.testing.assert_array_equal(column(kept, 5), column(COUNTS, 5))
    np.testing.assert_array_equal(in_memory(kept).toarray(), COUNTS.toarray())
    np.testing.assert_array_equal(whole(blocks_of(kept)), whole(blocks_of(COUNTS)))


def test_features_are_taken_one_choice_after_the_other() -> None:
    some = np.arange(12) % 3 > 0
    first = with_features(on_disk(), some)
    second = with_features(first, np.arange(8) < 5)
    np.testing.assert_array_equal(whole(second), COUNTS.toarray()[:, some][:, :5])
    np.testing.assert_array_equal(in_memory(with_features(COUNTS, some)).toarray(), whole(first))


def test_files_vanish_with_the_last_that_reads_them(home: Path) -> None:
    kept = on_disk()
    some = with_features(kept, np.arange(12) > 3)
    del kept
    gc.collect()
    assert whole(some).shape == (50, 8)
    del some
    gc.collect()
    assert list(home.iterdir()) == []


def test_a_failure_while_writing_leaves_nothing(home: Path) -> None:
    with Scratch(10) as files:
        files.append(COUNTS)
        files.__exit__(RuntimeError, None, None)
    assert list(home.iterdir()) == []


def test_a_copy_in_another_process_reads_the_same_and_deletes_nothing(home: Path, tmp_path: Path) -> None:
    kept, place = on_disk(), tmp_path / "kept"
    place.write_bytes(pickle.dumps(kept))
    read = ("import pickle, sys; kept = pickle.load(open(sys.argv[1], 'rb')); "
            "print(sum(block.sum() for _, block in kept))")
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run([sys.executable, "-c", read, str(place)], check=True, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": paths})
    assert float(done.stdout) == COUNTS.sum()
    np.testing.assert_array_equal(whole(kept), COUNTS.toarray())


def test_what_a_killed_program_left_is_swept(home: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, own = home / f"{ended.pid}-{scratch._machine()}-abc", home / "notes"
    elsewhere = home / f"{ended.pid}-00000000-abc"
    for folder in (left, own, elsewhere):
        folder.mkdir(parents=True)
    kept = on_disk()
    assert not left.exists()
    assert own.exists()
    assert elsewhere.exists()
    assert kept.folder.exists()


def test_a_disk_without_room_is_told_before_anything_is_written(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(scratch.shutil, "disk_usage", lambda _: usage(2_000_000))
    with pytest.raises(InputError, match=r"8\.0 GB of disk .* found 0\.0 GB free in .*ANCHORSCOPE_SCRATCH"):
        Scratch(1_000_000_000)
    assert list(home.iterdir()) == []


def test_counts_beyond_memory_are_refused_where_all_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anchorscope.counts.free_memory_mib", lambda: 1e-4)
    with pytest.raises(InputError, match="all counts in memory at once"):
        in_memory(on_disk())


def test_the_users_folder_for_caches_is_used_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(scratch.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.setattr(scratch.sys, "platform", "linux")
    assert scratch_home() == Path("/somewhere/anchorscope")


@pytest.mark.parametrize("most", [0, 100])
def test_numbers_on_a_shelf_are_those_that_were_put_there(
    monkeypatch: pytest.MonkeyPatch, home: Path, most: int
) -> None:
    monkeypatch.setattr(scratch, "MOST_ON_SHELF", most)
    numbers = np.random.default_rng(0).random(30)
    place = scratch.shelf(np.float64, 50)
    for start in range(0, 30, 8):
        place.append(numbers[start : start + 8])
    np.testing.assert_array_equal(place.finished(), numbers)


def test_the_file_of_a_shelf_goes_with_the_last_look_at_it(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(scratch, "MOST_ON_SHELF", 0)
    place, given_up = scratch.shelf(np.int32, 5), scratch.shelf(np.int32, 5)
    place.append(np.arange(5))
    some = place.finished()[2:4]
    del place, given_up
    gc.collect()
    assert len(list(home.iterdir())) == 1
    np.testing.assert_array_equal(some, [2, 3])
    del some
    gc.collect()
    assert list(home.iterdir()) == []


def test_what_is_taken_from_a_shelf_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "MOST_ON_SHELF", 0)
    place = scratch.shelf(np.float64, 5)
    place.append(np.arange(5.0))
    first = place.finished()
    first[0] = 7.0
    assert first.tolist() == [7.0, 1.0, 2.0, 3.0, 4.0]


def test_a_folder_that_cannot_be_used_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(scratch.VARIABLE, str(tmp_path / "file"))
    monkeypatch.setattr(scratch, "MOST_ON_SHELF", 0)
    with pytest.raises(InputError, match=r"No scratch file can be made .*ANCHORSCOPE_SCRATCH"):
        scratch.shelf(np.float64, 5)


def test_an_empty_shelf_is_an_empty_array(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "MOST_ON_SHELF", 0)
    assert scratch.shelf(np.float64, 3).finished().shape == (0,)
