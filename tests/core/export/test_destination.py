"""No result ever takes the place of a file that was read."""

from __future__ import annotations

import dataclasses

import pytest

from anchorscope.errors import OutputError
from anchorscope.export.destination import result_path


def _reading(job, side, path):
    data = getattr(job, side)
    recognised = dataclasses.replace(data.recognised, path=path)
    return dataclasses.replace(job, **{side: dataclasses.replace(data, recognised=recognised)})


@pytest.mark.parametrize("side", ["reference", "query"])
def test_a_file_that_was_read_is_not_replaced(job, tmp_path, side):
    source = tmp_path / "mine.h5ad"
    source.write_text("precious")
    link = tmp_path / "link.h5ad"
    link.symlink_to(source)
    for path in (source, link):
        with pytest.raises(OutputError, match="found the file that was read; give another name"), \
                result_path(path, _reading(job, side, source)):
            pytest.fail("nothing may be written")
    assert source.read_text() == "precious"
    assert sorted(tmp_path.iterdir()) == [link, source]


def test_another_file_is_written(job, tmp_path):
    target = tmp_path / "new.txt"
    with result_path(target, job) as temporary:
        temporary.write_text("done")
    assert target.read_text() == "done"
