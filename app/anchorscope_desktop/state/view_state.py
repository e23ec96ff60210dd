"""What the window shows, as plain values for a session file, and back."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.state.choices import Choices
from anchorscope_desktop.state.genes import GeneFocus, GeneSketch
from anchorscope_desktop.state.levels import GeneLevels
from anchorscope_desktop.state.map_values import FIRST, ColourBy, MapColours, Meaning
from anchorscope_desktop.state.own_map import OwnMap
from anchorscope_desktop.state.selection import Labelling, Mask, Parts, Selection, SelectionModel
from anchorscope_desktop.state.session import Session

EMPTY_VIEW: Mapping[str, Any] = {
    "page": "reference", "gene": "", "switches": {}, "own_colours": {},
    "colours": {side: {"by": meaning.by.value, "name": meaning.name} for side, meaning in FIRST.items()}}
"""What a window shows that has no files."""


class Navigation(QObject):
    """Wishes to see another page, and the page that is open."""

    requested = Signal(str)
    field_wanted = Signal(str, str)
    """A page, and the accessible name of one of its fields that the keyboard is to be on."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current = ""

    def seek(self, page: str, field: str) -> None:
        """Ask for a page, and for the keyboard on one of its fields."""
        self.requested.emit(page)
        self.field_wanted.emit(page, field)

    def arrive(self, key: str) -> None:
        """Note which page is open."""
        if key != self.current:
            self.current = key
            self.changed.emit()


@dataclass(frozen=True, eq=False)
class View:
    """The parts of the state that say what is looked at."""

    navigation: Navigation
    colours: MapColours
    levels: GeneLevels
    genes: GeneFocus
    sketch: GeneSketch
    selection: SelectionModel
    choices: Choices
    own_maps: tuple[OwnMap, ...]
    session: Session

    def plain(self) -> dict[str, Any]:
        """Return what is looked at as plain values: page, colours, gene, models, selection, switches, least scores."""
        chosen = self.selection.current
        return {
            "page": self.navigation.current, "gene": self.genes.gene, "beside": self.sketch.compared,
            "switches": self.choices.plain(), "least_scores": self.session.least_scores.plain(),
            "colours": {side: _plain_meaning(self.levels.meaning(side)) for side in FIRST},
            "own_colours": {one.name: _plain_meaning(one.chosen) for one in self.own_maps if one.chosen is not None},
            "selection": {"description": chosen.description, "words": _plain_words(chosen),
                          "reference": _plain_mask(chosen.reference), "query": _plain_mask(chosen.query)}}

    def show(self, plain: Mapping[str, Any]) -> None:
        """Show what `plain` told; what is not known stays as it is, but the model beside the chosen one is as usual."""
        self.session.least_scores.show(plain.get("least_scores"), self.session.recipe.transfer)
        for side, found in plain.get("colours", {}).items():
            meaning = _meaning(found)
            if side in FIRST and meaning is not None:
                self.levels.colour(side, meaning)
        for one in self.own_maps if "own_colours" in plain else ():
            one.choose(_meaning(plain["own_colours"].get(one.name, {})))
        if "switches" in plain:
            self.choices.show(plain["switches"])
        if "gene" in plain:
            self.genes.choose(plain["gene"])
        self.sketch.show(plain.get("beside"))
        chosen = plain.get("selection", {})
        reference, query = _mask(chosen.get("reference")), _mask(chosen.get("query"))
        if reference is not None or query is not None:
            self.selection.choose(Selection(str(chosen.get("description", "")), reference, query,
                                            parts=_words(chosen.get("words", ()))))
        if plain.get("page"):
            self.navigation.requested.emit(plain["page"])


def _plain_meaning(meaning: Meaning) -> dict[str, str]:
    return {"by": meaning.by.value, "name": meaning.name}


def _meaning(plain: Mapping[str, Any]) -> Meaning | None:
    known = plain.get("by") in {by.value for by in ColourBy}
    return Meaning(ColourBy(plain["by"]), str(plain.get("name", ""))) if known else None


def _plain_words(chosen: Selection) -> list[list[Any]]:
    """Return the words of a selection, each with the labels it speaks of: method, cells unassigned, least score."""
    return [[text, None if by is None else [by.method, by.left, by.least]] for text, by in chosen.in_parts]


def _words(plain: Iterable[Any]) -> Parts:
    return tuple((str(text), None if by is None else Labelling(str(by[0]), by[1], float(by[2]))) for text, by in plain)


def _plain_mask(mask: Mask | None) -> dict[str, Any] | None:
    """Return a mask as its length and its bits, eight to a byte."""
    if mask is None:
        return None
    return {"n": len(mask), "bits": base64.b64encode(np.packbits(mask).tobytes()).decode("ascii")}


def _mask(plain: dict[str, Any] | None) -> Mask | None:
    if plain is None:
        return None
    packed = np.frombuffer(base64.b64decode(plain["bits"]), dtype=np.uint8)
    return np.unpackbits(packed, count=plain["n"]).astype(np.bool_)
