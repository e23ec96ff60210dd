"""The report: complete, self-contained, and safe whatever the user's types are called."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser
from pathlib import Path

import pytest

from anchorscope.errors import OutputError
from anchorscope.export import write_report
from anchorscope.export.report import report_html
from anchorscope.parameters import MarkerPanel
from anchorscope.results import Job, Labels, Outcome

EVIL = '<script>alert("1")</script>&\'x'
VOID = {"meta", "circle", "br"}


class Page(HTMLParser):
    """Text and tags of a page; closing tags must match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + " "


def renamed(labels: Labels) -> Labels:
    return Labels((EVIL, *labels.types[1:]), labels.codes)


def evil(job: Job, outcome: Outcome) -> tuple[Job, Outcome]:
    """The run in which everything that a user can name is called by a piece of HTML."""
    recognised = dataclasses.replace(job.reference.recognised, path=Path(EVIL.replace("/", "")), notes=(EVIL,))
    job = dataclasses.replace(
        job, reference=dataclasses.replace(job.reference, recognised=recognised),
        recipe=dataclasses.replace(job.recipe, panel=MarkerPanel(EVIL, ((EVIL, EVIL),)),
                                   reference=job.recipe.reference.replaced(labels=EVIL)))
    labels = dataclasses.replace(
        outcome.reference_labels, labels=renamed(outcome.reference_labels.labels), source=EVIL)
    if labels.naming is not None:
        naming = labels.naming
        labels = dataclasses.replace(labels, naming=dataclasses.replace(
            naming, types=(EVIL, *naming.types[1:]), names=(EVIL, *naming.names[1:]), missing=((EVIL, EVIL),),
            unused=(EVIL,)))
    prediction = dataclasses.replace(outcome.prediction, labels=renamed(outcome.prediction.labels))
    grade = outcome.grade and dataclasses.replace(outcome.grade, types=(EVIL, *outcome.grade.types[1:]), source=EVIL)
    return job, dataclasses.replace(outcome, reference_labels=labels, prediction=prediction, grade=grade)


@pytest.mark.parametrize("named", [False, True])
def test_user_text_is_shown_and_never_becomes_markup(
    job: Job, outcome: Outcome, named_job: Job, named_outcome: Outcome, named: bool
) -> None:
    page = Page(report_html(*(evil(named_job, named_outcome) if named else evil(job, outcome))))
    assert "script" not in page.tags
    assert page.text.count(EVIL) > 5


def test_it_says_what_was_found(job: Job, outcome: Outcome) -> None:
    page = Page(report_html(job, outcome))
    assert outcome.grade is not None
    for text in (f"{outcome.grade.accuracy:.3f}", f"{len(outcome.anchors):,}", "k.weight", "column “cell_type”",
                 "GRCh38", "Seed 42", "information lost by going unpaired"):
        assert text in page.text
    for kind in outcome.prediction.labels.types:
        assert kind in page.text
    # One dot for each cell of both maps, one row of the matrix for each true type.
    assert page.tags.count("circle") == 200 + 180


def test_a_run_without_an_answer_key_says_so(named_job: Job, named_outcome: Outcome) -> None:
    page = Page(report_html(named_job, named_outcome))
    assert "No answer key was given" in page.text
    naming = named_outcome.reference_labels.naming
    assert naming is not None
    for name in naming.unused:
        assert f"{name}: highest in no cluster" in page.text


def test_it_needs_nothing_from_elsewhere(job: Job, outcome: Outcome) -> None:
    text = report_html(job, outcome)
    page = Page(text)
    assert not {"link", "img", "iframe", "script"} & set(page.tags)
    assert not any(name in ("src", "href") for name, _ in page.attributes)
    assert "url(" not in text
    assert "@import" not in text


def test_it_is_written_as_utf8_or_not_at_all(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    write_report(tmp_path / "report.html", job, outcome)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == report_html(job, outcome)
    with pytest.raises(OutputError, match="no folder"):
        write_report(tmp_path / "none" / "report.html", job, outcome)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
