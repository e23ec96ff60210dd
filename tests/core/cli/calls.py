"""Calling the command line on the tiny pair, and what must be true of every failure."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from anchorscope.cli import main


class Call:
    """A command on the tiny pair, with some words replaced; what came of it."""

    def __init__(self, files: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.files, self.out, self._capsys = files, out, capsys
        out.mkdir()

    def __call__(self, *more: object, **changes: Any) -> tuple[int, str, str]:
        """Call `transfer`; `more` is appended as it is, a value of None leaves the option out."""
        words: dict[str, Any] = {
            "reference": self.files / "rna.h5ad", "query": self.files / "atac.h5ad", "labels": "cell_type",
            "out": self.out / "labelled.h5ad", "json": self.out / "summary.json", "report": self.out / "report.html",
        } | changes
        return self.run("transfer", *more, **words)

    def run(self, *words: object, **options: Any) -> tuple[int, str, str]:
        """Return exit code, stdout and stderr of any command; a value of None leaves the option out."""
        self._capsys.readouterr()
        given = [word for name, value in options.items() if value is not None
                 for word in (f"--{name.replace('_', '-')}", value)]
        code = main([str(word) for word in (*words, *given)])
        return code, *self._capsys.readouterr()

    def written(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir())


def in_one_sentence(text: str) -> str:
    """The last line of stderr, which must be the only one that is no progress, and a sentence of three parts."""
    lines = [line for line in text.splitlines() if not re.search(r" \d+ %", line)]
    assert len(lines) == 1, text
    sentence = lines[0]
    assert sentence.startswith("anchorscope: ")
    assert sentence.endswith(".")
    assert ": found " in sentence
    assert "; " in sentence
    assert "Traceback" not in text
    assert "Error" not in sentence
    return sentence
