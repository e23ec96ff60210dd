"""Sessions as files: the same again, older ones too; newer and broken ones are one sentence."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.counts import in_memory
from anchorscope.errors import Cancelled, InputError, OutputError
from anchorscope.evaluation.comparison import Comparison, ComparisonRow, Scores
from anchorscope.gene_activity.activity import activity_blocks, rejoined
from anchorscope.io import session as sessions
from anchorscope.io.packing import Packer
from anchorscope.io.session import (
    SCHEMA,
    SavedComparison,
    SavedStages,
    SessionState,
    checksums_of,
    read_session,
    read_state,
    write_session,
    write_state,
)
from anchorscope.io.unpacking import Unpacker
from anchorscope.parameters import Recipe
from anchorscope.pipeline import Pipeline, StageStatus
from anchorscope.progress import CancelToken, Reporting
from anchorscope.results import CoEmbedding
from core.io.make_session_fixture import FOLDER, tiny_session

OLD = FOLDER / "session-schema-1.anchorscope"


def plain(value: object) -> object:
    """Return a result as nested lists that can be compared, NaN equal to NaN."""
    if dataclasses.is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if sparse.issparse(value):
        return value.toarray().tolist()
    if isinstance(value, np.ndarray):
        return [str(value.dtype), repr(value.tolist())]
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return repr(value)


def rewritten(source: Path, target: Path, change) -> Path:
    """Copy a session with another manifest."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, json.dumps(change(json.loads(content))) if name == "session.json" else content)
    return target


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "my.anchorscope"
    write_session(path, tiny_session())
    return path


def test_what_is_read_is_what_was_written(saved):
    before, after = tiny_session(), read_session(saved)
    assert plain(after.runs[0].outcome) == plain(before.runs[0].outcome)
    assert after.state == before.state
    assert after.reading == before.reading
    assert after.checksums == before.checksums
    assert (after.runs[0].number, after.runs[0].seconds, after.runs[0].job.recipe) == (1, 2.5, before.state.recipe)
    assert plain(after.query.recognised) == plain(before.query.recognised)
    np.testing.assert_array_equal(after.query.pairing, before.query.pairing)
    assert after.reference.cells["type"].cat.codes.tolist() == [0, 1, -1, 0]
    assert after.reference.cells["depth"].tolist() == [1, 2, 3, 4]
    assert list(after.reference.cells.index) == list("abcd")


def test_a_comparison_the_merged_map_and_the_markers_of_strange_cells_come_back(tmp_path):
    once = tiny_session()
    scores = Scores(0.5, 0.4, 0.3, 0.2)
    table = Comparison((ComparisonRow("archr", "cca", scores, 7, 0.5, 0.5, 1.5), ComparisonRow("x", "y", reason="No.")),
                       "column", None, "Too few.")
    merged = CoEmbedding(np.array([[0.5], [np.nan]]), np.array([[1.0, 2.0], [np.nan, np.nan]]), 1,
                         np.array(["IL7R"], dtype=object), np.array([True, False]))
    run = dataclasses.replace(once.runs[0], strange_markers=("CD3E", "CD8A"), merged=merged)
    path = tmp_path / "compared.anchorscope"
    write_session(path, dataclasses.replace(once, runs=(run,), comparison=SavedComparison(run.job, table.as_dict())))
    after = read_session(path)
    assert plain(Comparison.from_dict(after.comparison.table)) == plain(table)
    assert after.comparison.job.reference is after.reference
    assert after.runs[0].strange_markers == ("CD3E", "CD8A")
    assert plain(after.runs[0].merged) == plain(merged)


def test_stages_that_belong_to_no_run_come_back_and_are_not_computed_again(tmp_path):
    once, path = tiny_session(), tmp_path / "begun.anchorscope"
    run = once.runs[0]
    begun = SavedStages(run.job, {"lsi": run.outcome.lsi, "gene_activity": run.outcome.gene_activity})
    write_session(path, dataclasses.replace(once, runs=(), begun=begun))
    after = read_session(path)
    assert plain(after.begun.results["lsi"]) == plain(run.outcome.lsi)
    assert after.begun.job.reference is after.reference
    pipeline = Pipeline()
    pipeline.take(after.begun.job, after.begun.results)
    assert set(pipeline.finished(after.begun.job)) == {"lsi", "gene_activity"}


def test_counts_stay_in_their_files_and_cells_are_there_once(saved):
    after = read_session(saved)
    assert after.reference.counts.shape == (4, 0)
    assert len(after.query.peaks) == 0
    assert after.runs[0].job.reference is after.reference
    assert after.runs[0].job.query is after.query


def test_runs_share_what_was_one_object(tmp_path):
    once = tiny_session()
    run = once.runs[0]
    other = dataclasses.replace(run, number=2, outcome=dataclasses.replace(run.outcome, peak_memory_mib=1.0))
    path = tmp_path / "two.anchorscope"
    write_session(path, dataclasses.replace(once, runs=(run, other)))
    first, second = (one.outcome for one in read_session(path).runs)
    assert first.maps is second.maps
    assert (first.peak_memory_mib, second.peak_memory_mib) == (100.0, 1.0)


def test_a_pipeline_goes_on_from_what_was_read(saved):
    run = read_session(saved).runs[0]
    pipeline = Pipeline()
    pipeline.adopt(run.job, run.outcome)
    recipe = dataclasses.replace(run.job.recipe, umap=run.job.recipe.umap.replaced(n_neighbors=9))
    assert set(pipeline.status(run.job.reference, run.job.query, run.job.recipe).values()) == {StageStatus.DONE}
    stale = pipeline.status(run.job.reference, run.job.query, recipe)
    assert [name for name, status in stale.items() if status is not StageStatus.DONE] == ["maps"]


def test_a_session_of_schema_1_opens():
    after = read_session(OLD)
    assert plain(after.runs[0].outcome) == plain(tiny_session().runs[0].outcome)
    assert after.state.recipe.seed == 7


def test_an_older_schema_is_brought_up_to_date(tmp_path, monkeypatch):
    monkeypatch.setattr(sessions, "SCHEMA", SCHEMA + 1)
    monkeypatch.setitem(sessions.MIGRATIONS, SCHEMA, lambda old: {**old, "stamp": "from before"})
    assert read_session(OLD).stamp == "from before"


def test_every_schema_before_this_one_has_its_migration():
    assert set(range(1, SCHEMA)) <= set(sessions.MIGRATIONS)


def test_a_newer_schema_is_refused_in_one_sentence(saved, tmp_path):
    newer = rewritten(saved, tmp_path / "new.anchorscope", lambda old: {**old, "schema": SCHEMA + 1, "program": "9.0"})
    with pytest.raises(InputError, match=r"new\.anchorscope: found schema 2 of Anchorscope 9\.0; open it with a newer"):
        read_session(newer)


def test_what_is_no_session_or_broken_is_one_sentence(saved, tmp_path):
    bad = tmp_path / "notes.anchorscope"
    bad.write_text("notes")
    for path, words in ((bad, "no session"), (tmp_path / "absent.anchorscope", "no such file"),
                        (rewritten(saved, tmp_path / "half", lambda old: {"schema": 1}), "damaged"),
                        (rewritten(saved, tmp_path / "odd", lambda old: {**old, "sides": [{"is": "system"}]}),
                         "damaged")):
        with pytest.raises(InputError, match=words):
            read_session(path)
    content = saved.read_bytes()
    bad.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="notes"):
        read_session(bad)


def test_nothing_in_a_session_can_run(saved):
    with zipfile.ZipFile(saved) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {"json", "npy"}
        assert not any(b"pickle" in archive.read(name)[:200] for name in archive.namelist())


def test_inputs_that_moved_together_with_the_session_are_found(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    (first / "rna.h5ad").write_text("x")
    session = dataclasses.replace(tiny_session(), files={"reference": first / "rna.h5ad"})
    write_session(first / "my.anchorscope", session)
    first.rename(second)
    assert read_session(second / "my.anchorscope").files == {"reference": second / "rna.h5ad"}


def test_a_failure_leaves_the_file_that_was_there(saved, monkeypatch):
    before = saved.read_bytes()
    at_once, at_last = CancelToken(), CancelToken()
    at_once.cancel()
    # The version is the last thing that goes into the file.
    monkeypatch.setattr(sessions, "version_of", lambda _: at_last.cancel() or "1")
    for token in (at_once, at_last):
        with pytest.raises(Cancelled):
            write_session(saved, tiny_session(), Reporting(lambda _: None, token))
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]
    with pytest.raises(OutputError):
        write_session(saved.parent / "no folder" / "x", tiny_session())


def test_the_small_part_is_taken_only_by_its_own_session(tmp_path):
    path, state = tmp_path / "state.json", SessionState(Recipe(seed=3), 1, {"page": "query"})
    assert read_state(path, "stamp") is None
    write_state(path, state, "stamp")
    assert read_state(path, "stamp") == state
    assert read_state(path, "another") is None
    path.write_text("{")
    assert read_state(path, "stamp") is None


def test_checksums_are_of_the_files_and_known_ones_are_not_read(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    files = {name: tmp_path / name for name in ("one", "two", "gone")}
    found = checksums_of(files, {"one": "known", "other": "of no use"})
    assert found["one"] == "known"
    assert len(found["two"]) == 64
    assert set(found) == {"one", "two"}


def test_what_cannot_be_packed_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x", "w") as archive, pytest.raises(TypeError, match="object"):
        Packer(archive).pack({"what": object()})


def test_plain_values_come_back_as_they_were(tmp_path):
    values = {"a": (1, 2.5, None, "x", [True]), "path": Path("a/b"), "cut": slice(1, None), "n": np.int64(4),
              "words": np.array(["a", None], dtype=object)}
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        packed = json.loads(json.dumps(Packer(archive).pack(values)))
    with zipfile.ZipFile(tmp_path / "x") as archive:
        found = Unpacker(archive).unpack(packed)
    assert found.pop("words").tolist() == ["a", None]
    assert found == {key: value for key, value in values.items() if key != "words"}


def test_activity_made_in_passes_is_left_out_and_joined_again(tmp_path):
    once = tiny_session()
    run, counts = once.runs[0], once.query.counts
    blocks = activity_blocks(InMemory(counts), run.outcome.gene_activity.membership)
    activity = dataclasses.replace(run.outcome.gene_activity, counts=blocks)
    outcome = dataclasses.replace(run.outcome, gene_activity=activity)
    path = tmp_path / "passes.anchorscope"
    write_session(path, dataclasses.replace(once, runs=(dataclasses.replace(run, outcome=outcome),)))
    found = read_session(path).runs[0].outcome.gene_activity
    assert (found.counts.shape, found.counts.nnz) == (blocks.shape, 0)
    again = rejoined(found, counts)
    np.testing.assert_array_equal(in_memory(again.counts).toarray(), in_memory(blocks).toarray())
    assert rejoined(run.outcome.gene_activity, counts) is run.outcome.gene_activity
